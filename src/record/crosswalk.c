#include "record/crosswalk.h"

#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "record/crosswalk_private.h"

/* ---- the walk ---- */

/* Tags are three characters: as numbers, in the order of their bytes. */
static uint32_t tag_number(const char *tag)
{
	return (uint32_t)(unsigned char)tag[0] << 16 | (uint32_t)(unsigned char)tag[1] << 8 |
	       (unsigned char)tag[2];
}

static const struct crosswalk_row *first_row(const struct crosswalk_table *table, uint32_t tag)
{
	size_t low = 0, high = table->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (tag_number(table->rows[middle].tag) < tag)
			low = middle + 1;
		else
			high = middle;
	}
	return table->rows + low;
}

/* Fields of one library's own: its holdings and items (841 to 878 but 856, MARC 21 format for
 * holdings data), and what it invented. They tell nothing of the publication. */
static bool is_local(const char *tag)
{
	int number = (tag[0] - '0') * 100 + (tag[1] - '0') * 10 + tag[2] - '0';

	return tag[0] == '9' || (tag[1] == '9' && strchr("056", tag[0])) ||
	       (number >= 841 && number <= 878 && number != 856);
}

struct bib *crosswalk_marc(
    struct arena *arena, const struct marc *marc, enum crosswalk_format format)
{
	const struct crosswalk_table *table =
	    format == CROSSWALK_UNIMARC ? &crosswalk_unimarc : &crosswalk_marc21;
	const struct crosswalk_row *end = table->rows + table->count;
	struct crosswalk walk = {.arena = arena, .marc = marc};

	walk.bib = arena_alloc(arena, sizeof *walk.bib);
	walk.bib->form = BIB_FORM_UNKNOWN;
	walk.bib->carrier = BIB_CARRIER_UNKNOWN;
	walk.bib->encoding_level = marc->leader[17];
	table->begin(&walk);
	for (size_t i = 0; i < marc->nfields; i++) {
		const struct marc_field *field = &marc->fields[i];
		uint32_t tag = tag_number(field->tag);
		const struct crosswalk_row *row = first_row(table, tag);

		walk.bib->nfields += !is_local(field->tag);
		for (; row < end && tag_number(row->tag) == tag; row++)
			row->apply(&walk, field, row);
	}
	table->finish(&walk);
	return walk.bib;
}

/* ---- handlers ---- */

static struct bib_texts *row_texts(struct crosswalk *walk, const struct crosswalk_row *row)
{
	return (struct bib_texts *)((char *)walk->bib + row->into);
}

static void add_text(struct crosswalk *walk, const struct crosswalk_row *row, const char *text)
{
	if (text)
		bib_texts_add(walk->arena, row_texts(walk, row), text);
}

void crosswalk_texts(
    struct crosswalk *walk, const struct marc_field *field, const struct crosswalk_row *row)
{
	add_text(walk, row, crosswalk_join(walk->arena, field, row->codes, " "));
}

void crosswalk_each(
    struct crosswalk *walk, const struct marc_field *field, const struct crosswalk_row *row)
{
	for (size_t i = 0; i < field->nsubfields; i++)
		if (strchr(row->codes, field->subfields[i].code))
			add_text(walk, row, crosswalk_trim(walk->arena, field->subfields[i].value));
}

void crosswalk_text(
    struct crosswalk *walk, const struct marc_field *field, const struct crosswalk_row *row)
{
	const char **into = (const char **)((char *)walk->bib + row->into);

	if (!*into)
		*into = field->data ? crosswalk_trim(walk->arena, field->data)
				    : crosswalk_join(walk->arena, field, row->codes, " ");
}

static bool texts_have(const struct bib_texts *texts, const char *text)
{
	for (size_t i = 0; i < texts->count; i++)
		if (strcmp(texts->items[i], text) == 0)
			return true;
	return false;
}

/* Series are often given twice, as transcribed and as traced. */
static void add_once(struct crosswalk *walk, struct bib_texts *texts, const char *text)
{
	if (text && !texts_have(texts, text))
		bib_texts_add(walk->arena, texts, text);
}

void crosswalk_series(
    struct crosswalk *walk, const struct marc_field *field, const struct crosswalk_row *row)
{
	const char *volume = strchr(row->codes, ' ') + 1;
	char title[8] = "";

	memcpy(title, row->codes, (size_t)(volume - row->codes) - 1);
	add_once(walk, &walk->bib->series, crosswalk_join(walk->arena, field, title, ". "));
	add_once(
	    walk, &walk->bib->series_volumes, crosswalk_join(walk->arena, field, volume, ", "));
}

void crosswalk_subject(
    struct crosswalk *walk, const struct marc_field *field, const struct crosswalk_row *row)
{
	const char *heading = NULL;

	for (size_t i = 0; i < field->nsubfields; i++) {
		char code = field->subfields[i].code;
		bool division = strchr(row->codes, code) != NULL;
		const char *text;

		/* $e, $4: relator; digits: control. */
		if (code < 'a' || code > 'z' || code == 'e')
			continue;
		text = crosswalk_trim(walk->arena, field->subfields[i].value);
		if (!text)
			continue;
		heading = heading ? arena_printf(
					walk->arena, "%s%s%s", heading, division ? "--" : " ", text)
				  : text;
	}
	add_text(walk, row, heading);
}

/* ---- standard numbers ---- */

static bool is_number_sign(char c)
{
	return (c >= '0' && c <= '9') || c == 'X' || c == 'x';
}

/* Bytes of the number at `text`: digits, X, hyphens of any kind, single blanks inside it; it ends
 * at a blank once it has `full` signs (10 or 13, 8). */
static size_t number_length(const char *text, size_t full_a, size_t full_b)
{
	size_t at = 0, signs = 0, length = 0;

	for (;;) {
		if (is_number_sign(text[at])) {
			signs++;
			length = ++at;
		} else if (text[at] == '-') {
			at++;
		} else if (strncmp(text + at, "\xE2\x80", 2) == 0 && text[at + 2]) {
			at += 3; /* U+2010 and other dashes */
		} else if (text[at] == ' ' && signs && signs != full_a && signs != full_b) {
			at++;
		} else {
			return length;
		}
	}
}

/* "(jil. 1) (pbk.) : Rp 50.000" to "jil. 1; pbk": brackets off, terms of availability cut. */
static const char *read_qualifier(struct arena *arena, const char *text)
{
	char *copy = arena_alloc(arena, strlen(text) * 2 + 1), *out = copy;
	bool inside = false;

	for (; *text; text++) {
		if (!inside && (*text == ':' || *text == '='))
			break;
		if (*text == '(' || *text == '[') {
			while (out > copy && out[-1] == ' ')
				out--;
			if (out > copy)
				out = stpcpy(out, "; ");
			inside = true;
		} else if (*text == ')' || *text == ']') {
			inside = false;
		} else if (out > copy || !strchr(" .,;-", *text)) {
			*out++ = *text;
		}
	}
	return crosswalk_trim(arena, copy);
}

static const char *join_qualifiers(struct arena *arena, const char *a, const char *b)
{
	if (!a || !b)
		return a ? a : b;
	return arena_printf(arena, "%s; %s", a, b);
}

static void add_number(struct crosswalk *walk, const char *text, bool isbn, bool cancelled)
{
	struct bib *bib = walk->bib;
	struct bib_identifier *id;
	size_t length;

	while (*text == ' ')
		text++;
	if (strncmp(text, isbn ? "ISBN" : "ISSN", 4) == 0)
		for (text += 4; *text == ' ' || *text == ':';)
			text++;
	length = isbn ? number_length(text, 10, 13) : number_length(text, 8, 8);
	if (!length)
		return;
	id = isbn ? bib_add_identifier(walk->arena, &bib->isbns, &bib->nisbns)
		  : bib_add_identifier(walk->arena, &bib->issns, &bib->nissns);
	id->value = text[length] ? arena_strndup(walk->arena, text, length) : text;
	id->qualifier = text[length] ? read_qualifier(walk->arena, text + length) : NULL;
	id->cancelled = cancelled;
}

/* `codes`: valid, then cancelled after a blank, then qualifiers after another. A qualifier belongs
 * to the number before it. */
void crosswalk_isbn(
    struct crosswalk *walk, const struct marc_field *field, const struct crosswalk_row *row)
{
	struct bib *bib = walk->bib;
	size_t before = bib->nisbns;

	for (size_t i = 0; i < field->nsubfields; i++) {
		char code = field->subfields[i].code;
		const char *value = field->subfields[i].value;

		if (code == 'a' || code == 'z') {
			add_number(walk, value, true, code == 'z');
		} else if (strchr(row->codes, code) && bib->nisbns > before) {
			struct bib_identifier *id = &bib->isbns[bib->nisbns - 1];

			id->qualifier = join_qualifiers(
			    walk->arena, id->qualifier, read_qualifier(walk->arena, value));
		}
	}
}

void crosswalk_issn(
    struct crosswalk *walk, const struct marc_field *field, const struct crosswalk_row *row)
{
	for (size_t i = 0; i < field->nsubfields; i++) {
		char code = field->subfields[i].code;

		if (code == 'a' || strchr(row->codes, code))
			add_number(walk, field->subfields[i].value, false, code != 'a');
	}
}

void crosswalk_system_number(
    struct crosswalk *walk, const struct marc_field *field, const struct crosswalk_row *row)
{
	for (size_t i = 0; i < field->nsubfields; i++) {
		const char *value = field->subfields[i].value;

		if (field->subfields[i].code == 'a' && strncmp(value, "(OCoLC)", 7) == 0)
			add_text(walk, row, crosswalk_trim(walk->arena, value + 7));
	}
}

/* From "10." on, in lower case: DOIs are compared without case (ISO 26324). */
void crosswalk_doi(struct crosswalk *walk, const char *text)
{
	const char *number = strstr(text, "10.");
	char *doi;

	if (!number || !strchr(number, '/'))
		return;
	doi = arena_printf(walk->arena, "doi:%s", crosswalk_trim(walk->arena, number));
	for (char *at = doi; *at; at++)
		if (*at >= 'A' && *at <= 'Z')
			*at = (char)(*at + 32);
	bib_texts_add(walk->arena, &walk->bib->nationals, doi);
}

void crosswalk_extent(
    struct crosswalk *walk, const struct marc_field *field, const struct crosswalk_row *row)
{
	crosswalk_text(walk, field, row);
	crosswalk_claim_words(walk, CLAIM_EXTENT, walk->bib->extent);
}

/* ---- form and carrier ---- */

void crosswalk_claim_carrier(struct crosswalk *walk, enum claim claim, enum bib_carrier carrier)
{
	if (claim <= walk->carrier_claim)
		return;
	walk->carrier_claim = claim;
	walk->bib->carrier = carrier;
}

void crosswalk_claim_words(struct crosswalk *walk, enum claim claim, const char *text)
{
	static const struct {
		const char *word;
		enum bib_carrier carrier;
		enum bib_form form;
	} words[] = {
	    {"online", BIB_ELECTRONIC, BIB_FORM_UNKNOWN},
	    {"electronic", BIB_ELECTRONIC, BIB_FORM_UNKNOWN},
	    {"elektronik", BIB_ELECTRONIC, BIB_FORM_UNKNOWN},
	    {"électronique", BIB_ELECTRONIC, BIB_FORM_UNKNOWN},
	    {"computer file", BIB_ELECTRONIC, BIB_FORM_UNKNOWN},
	    {"computer disc", BIB_ELECTRONIC, BIB_FORM_UNKNOWN},
	    {"daring", BIB_ELECTRONIC, BIB_FORM_UNKNOWN},
	    {"microf", BIB_MICRO, BIB_FORM_UNKNOWN},
	    {"mikrof", BIB_MICRO, BIB_FORM_UNKNOWN},
	    {"bentuk mikro", BIB_MICRO, BIB_FORM_UNKNOWN},
	    {"braille", BIB_BRAILLE, BIB_FORM_UNKNOWN},
	    {"large print", BIB_LARGE_PRINT, BIB_FORM_UNKNOWN},
	    {"large type", BIB_LARGE_PRINT, BIB_FORM_UNKNOWN},
	    {"huruf besar", BIB_LARGE_PRINT, BIB_FORM_UNKNOWN},
	    {"volume", BIB_PRINT, BIB_FORM_UNKNOWN},
	    {"sound recording", BIB_CARRIER_UNKNOWN, BIB_SOUND},
	    {"audiobook", BIB_CARRIER_UNKNOWN, BIB_SOUND},
	    {"rekaman suara", BIB_CARRIER_UNKNOWN, BIB_SOUND},
	    {"video", BIB_CARRIER_UNKNOWN, BIB_FILM},
	    {"motion picture", BIB_CARRIER_UNKNOWN, BIB_FILM},
	    {"cartographic", BIB_CARRIER_UNKNOWN, BIB_MAP},
	    {"notated music", BIB_CARRIER_UNKNOWN, BIB_SCORE},
	};
	char *lower = text ? text_lower(walk->arena, text) : NULL;

	for (size_t i = 0; lower && i < sizeof words / sizeof *words; i++) {
		if (!strstr(lower, words[i].word) ||
		    (words[i].carrier == BIB_PRINT && claim != CLAIM_CARRIER))
			continue;
		if (words[i].carrier != BIB_CARRIER_UNKNOWN)
			crosswalk_claim_carrier(walk, claim, words[i].carrier);
		else if (walk->bib->form == BIB_FORM_UNKNOWN)
			walk->bib->form = words[i].form;
	}
}
