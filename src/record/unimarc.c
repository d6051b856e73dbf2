#include "record/unimarc.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "record/crosswalk_private.h"
#include "record/unimarc_private.h"

/* ---- fields ---- */

struct marc_field *unimarc_add(
    struct unimarc *u, const char *tag, char indicator1, char indicator2, size_t subfields)
{
	struct marc *to = u->to;
	struct marc_field *field;

	if (to->nfields == u->room) {
		struct marc_field *more = arena_array(u->arena, 2 * u->room + 64, sizeof *more);

		if (to->nfields)
			memcpy(more, to->fields, to->nfields * sizeof *more);
		to->fields = more;
		u->room = 2 * u->room + 64;
	}
	field = &to->fields[to->nfields++];
	memset(field, 0, sizeof *field);
	memcpy(field->tag, tag, 3);
	field->indicator1 = indicator1;
	field->indicator2 = indicator2;
	field->subfields = arena_array(u->arena, subfields + 1, sizeof *field->subfields);
	return field;
}

void unimarc_put(struct marc_field *field, char code, const char *value)
{
	if (value && *value)
		field->subfields[field->nsubfields++] = (struct marc_subfield){code, value};
}

struct marc_field *unimarc_begin(struct unimarc *u, const struct marc_field *field,
    const struct unimarc_row *row, size_t subfields)
{
	char out[2];
	const char *said = row->indicators;

	for (int i = 0; i < 2; i++, said++) {
		out[i] = *said;
		if (*said == '<')
			out[i] = *++said == '1' ? field->indicator1 : field->indicator2;
	}
	return unimarc_add(u, row->into, out[0], out[1], subfields);
}

void unimarc_end(struct unimarc *u, struct marc_field *field)
{
	if (!field->nsubfields)
		u->to->nfields--;
}

/* What a code becomes; '\0': nothing. */
static char map_code(const char *pairs, char code)
{
	for (; *pairs; pairs += pairs[2] == ' ' ? 3 : 2)
		if (pairs[0] == code)
			return pairs[1];
	return '\0';
}

void unimarc_plain(struct unimarc *u, const struct marc_field *field, const struct unimarc_row *row)
{
	struct marc_field *out = unimarc_begin(u, field, row, field->nsubfields);

	for (size_t i = 0; i < field->nsubfields; i++) {
		char code = map_code(row->codes, field->subfields[i].code);

		if (code)
			unimarc_put(out, code, crosswalk_trim(u->arena, field->subfields[i].value));
	}
	unimarc_end(u, out);
}

/* ---- the table ---- */

static bool applies(const struct unimarc_row *row, const struct marc_field *field)
{
	return (row->when[0] == '.' || row->when[0] == field->indicator1) &&
	       (row->when[1] == '.' || row->when[1] == field->indicator2);
}

/* The first row of a tag. */
static const struct unimarc_row *find_rows(const char *tag)
{
	size_t low = 0, high = unimarc_nrows;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (strcmp(unimarc_rows[middle].tag, tag) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return &unimarc_rows[low];
}

/* What UNIMARC has no place for is left out, but for notes. */
static const struct unimarc_row other_note = {"5..", "..", "300", "  ", "aa", NULL};

static void convert(struct unimarc *u, const struct marc_field *field)
{
	const struct unimarc_row *row = find_rows(field->tag);
	const struct unimarc_row *end = unimarc_rows + unimarc_nrows;
	bool known = false;

	for (; row < end && strcmp(row->tag, field->tag) == 0; row++) {
		known = true;
		if (!applies(row, field) || u->to->nfields >= MARC_FIELDS_MAX)
			continue;
		if (row->shape)
			row->shape(u, field, row);
		else
			unimarc_plain(u, field, row);
	}
	if (!known && field->tag[0] == '5' && field->tag[1] != '9')
		unimarc_plain(u, field, &other_note);
}

/* 880 $6 "245-01": the same as 245 in another script, which UNIMARC says in $7. */
static void convert_linked(struct unimarc *u, const struct marc_field *field)
{
	const char *link = marc_subfield(field, '6');
	size_t before = u->to->nfields;
	struct marc_field copy = *field;

	if (!link || strlen(link) < 3 || strncmp(link, "880", 3) == 0)
		return;
	memcpy(copy.tag, link, 3);
	convert(u, &copy);
	for (size_t i = before; i < u->to->nfields; i++) {
		struct marc_field *out = &u->to->fields[i];
		const char *text = marc_subfield(out, 'a');

		if (!text || out->nsubfields == 0)
			continue;
		out->subfields = arena_memdup(
		    u->arena, out->subfields, (out->nsubfields + 1) * sizeof *out->subfields);
		memmove(
		    out->subfields + 1, out->subfields, out->nsubfields++ * sizeof *out->subfields);
		out->subfields[0] = (struct marc_subfield){'7', unimarc_script(text)};
	}
}

static void copy_control(struct unimarc *u, const char *tag)
{
	const struct marc_field *field = marc_find(u->from, tag, NULL);

	if (field && field->data)
		unimarc_add(u, tag, ' ', ' ', 0)->data = field->data;
}

/* ---- the leader ---- */

static char translate(char code, const char *from, const char *to, char otherwise)
{
	const char *at = code ? strchr(from, code) : NULL;

	return at ? to[at - from] : otherwise;
}

static void make_leader(const struct marc *from, char leader[25])
{
	memcpy(leader, "00000nam  2200000   450 ", 25);
	leader[5] = translate(from->leader[5], "acdnp", "ccdnp", 'n');
	leader[6] = translate(from->leader[6], "acdefgijkmoprt", "acdefgijklmmrb", 'a');
	leader[7] = translate(from->leader[7], "abcdims", "aacaims", 'm');
	/* 17: how complete; 18: n when not in the form of ISBD. */
	leader[17] = translate(from->leader[17], " 18", " 12", '3');
	leader[18] = strchr("aci", from->leader[18]) ? ' ' : 'n';
}

static int field_compare(const void *a, const void *b)
{
	const struct marc_field *x = *(const struct marc_field *const *)a;
	const struct marc_field *y = *(const struct marc_field *const *)b;
	int order = strcmp(x->tag, y->tag);

	/* The order of a tag's fields stays. */
	return order ? order : x < y ? -1 : 1;
}

static void sort_fields(struct unimarc *u)
{
	struct marc *to = u->to;
	struct marc_field **list = arena_array(u->arena, to->nfields, sizeof *list);
	struct marc_field *sorted = arena_array(u->arena, to->nfields, sizeof *sorted);

	for (size_t i = 0; i < to->nfields; i++)
		list[i] = &to->fields[i];
	qsort(list, to->nfields, sizeof *list, field_compare);
	for (size_t i = 0; i < to->nfields; i++)
		sorted[i] = *list[i];
	to->fields = sorted;
}

struct marc *unimarc_from_marc21(struct arena *arena, const struct marc *marc, struct diag *diag)
{
	struct unimarc u = {.arena = arena, .from = marc, .to = arena_alloc(arena, sizeof *u.to)};

	/* Classification, community information, holdings, authorities; a leader that says nothing
	 * is a book's. */
	if (strchr("qwuvxyz", marc->leader[6])) {
		diag_set(diag, DIAG_SCHEMA_RECORD, "not a bibliographic record");
		return NULL;
	}
	*u.to = (struct marc){0};
	make_leader(marc, u.to->leader);
	copy_control(&u, "001");
	copy_control(&u, "005");
	for (size_t i = 0; i < marc->nfields; i++) {
		const struct marc_field *field = &marc->fields[i];

		if (strcmp(field->tag, "880") == 0)
			convert_linked(&u, field);
		else if (!field->data)
			convert(&u, field);
	}
	if (!marc_find(u.to, "200", NULL)) {
		diag_set(diag, DIAG_SCHEMA_RECORD, "no title, which UNIMARC requires");
		return NULL;
	}
	unimarc_coded(&u);
	sort_fields(&u);
	return u.to;
}
