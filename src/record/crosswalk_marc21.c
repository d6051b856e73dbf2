/* MARC 21 Format for Bibliographic Data. */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "record/crosswalk_private.h"

/* ---- coded data ---- */

static void begin(struct crosswalk *walk)
{
	static const struct {
		const char *types; /* leader/06 */
		enum bib_form form;
	} forms[] = {{"a", BIB_TEXT}, {"t", BIB_MANUSCRIPT}, {"cd", BIB_SCORE}, {"ef", BIB_MAP},
	    {"g", BIB_FILM}, {"ij", BIB_SOUND}, {"k", BIB_PICTURE}, {"m", BIB_COMPUTER},
	    {"op", BIB_KIT}, {"r", BIB_OBJECT}};
	const char *leader = walk->marc->leader;

	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		if (strchr(forms[i].types, leader[6]))
			walk->bib->form = forms[i].form;
	switch (leader[7]) {
	case 'a':
	case 'b': walk->bib->level = BIB_PART; break;
	case 'c':
	case 'd': walk->bib->level = BIB_COLLECTION; break;
	case 'i':
	case 's': walk->bib->level = BIB_SERIAL; break;
	default: walk->bib->level = BIB_MONOGRAPH;
	}
}

static void claim_coded_form(struct crosswalk *walk, char form)
{
	switch (form) {
	case 'a':
	case 'b':
	case 'c': crosswalk_claim_carrier(walk, CLAIM_CODED, BIB_MICRO); break;
	case 'd': crosswalk_claim_carrier(walk, CLAIM_CODED, BIB_LARGE_PRINT); break;
	case 'f': crosswalk_claim_carrier(walk, CLAIM_CODED, BIB_BRAILLE); break;
	case 'o':
	case 'q':
	case 's': crosswalk_claim_carrier(walk, CLAIM_CODED, BIB_ELECTRONIC); break;
	case 'r': crosswalk_claim_carrier(walk, CLAIM_CODED, BIB_PRINT); break;
	case ' ':
		if (walk->bib->form == BIB_TEXT || walk->bib->form == BIB_SCORE)
			crosswalk_claim_carrier(walk, CLAIM_USUAL, BIB_PRINT);
		break;
	default: break;
	}
}

/* A MARC code of `length` letters; NULL for blanks, fill characters and the codes for "unknown". */
static const char *read_code(struct arena *arena, const char *text, size_t length)
{
	char code[4] = "";
	size_t used = 0;

	for (; used < length && text[used]; used++) {
		char c = text[used];

		if (c == ' ' && used >= 2)
			break;
		if (c >= 'A' && c <= 'Z')
			c += 32;
		if (c < 'a' || c > 'z')
			return NULL;
		code[used] = c;
	}
	if (used < 2 || strcmp(code, "und") == 0 || strcmp(code, "xx") == 0)
		return NULL;
	return arena_strdup(arena, code);
}

/* Which dates 008/06 says there are: the second one is an end, or none of ours. */
static void read_coded_dates(struct crosswalk *walk, const char *data)
{
	walk->coded_year = crosswalk_year(data + 7);
	if (strchr("cdikmqu", data[6]) && walk->coded_year) {
		int end = crosswalk_year(data + 11);

		walk->coded_end = end >= walk->coded_year ? end : 0;
	}
	if (strchr("bn|", data[6]))
		walk->coded_year = 0;
}

static void fixed_data(
    struct crosswalk *walk, const struct marc_field *field, const struct crosswalk_row *row)
{
	const char *data = field->data ? field->data : "";
	size_t length = strlen(data);
	char type = walk->marc->leader[6];
	size_t form_at = strchr("efgkor", type) ? 29 : 23;

	if (length >= 15)
		read_coded_dates(walk, data);
	if (length >= 18 && !walk->bib->country)
		walk->bib->country = read_code(walk->arena, data + 15, 3);
	if (length > form_at)
		claim_coded_form(walk, data[form_at]);
	/* A "computer file" that is a document is a text (008/26 of computer files). */
	if (type == 'm' && length > 26 && data[26] == 'd') {
		walk->bib->form = BIB_TEXT;
		crosswalk_claim_carrier(walk, CLAIM_USUAL, BIB_ELECTRONIC);
	}
	if (length >= 38 && !walk->bib->language)
		walk->bib->language = read_code(walk->arena, data + 35, 3);
}

static void physical(
    struct crosswalk *walk, const struct marc_field *field, const struct crosswalk_row *row)
{
	const char *data = field->data && *field->data ? field->data : " ";

	if (data[0] == 'c')
		crosswalk_claim_carrier(walk, CLAIM_PHYSICAL, BIB_ELECTRONIC);
	else if (data[0] == 'h')
		crosswalk_claim_carrier(walk, CLAIM_PHYSICAL, BIB_MICRO);
	else if (strncmp(data, "fb", 2) == 0 || strncmp(data, "tc", 2) == 0)
		crosswalk_claim_carrier(walk, CLAIM_PHYSICAL, BIB_BRAILLE);
	else if (strncmp(data, "tb", 2) == 0)
		crosswalk_claim_carrier(walk, CLAIM_PHYSICAL, BIB_LARGE_PRINT);
	else if (data[0] == 't')
		crosswalk_claim_carrier(walk, CLAIM_PHYSICAL, BIB_PRINT);
}

static void content_type(
    struct crosswalk *walk, const struct marc_field *field, const struct crosswalk_row *row)
{
	static const struct {
		const char *code;
		enum bib_form form;
	} types[] = {{"txt", BIB_TEXT}, {"ntm", BIB_SCORE}, {"tcm", BIB_SCORE}, {"cri", BIB_MAP},
	    {"crd", BIB_MAP}, {"spw", BIB_SOUND}, {"prm", BIB_SOUND}, {"snd", BIB_SOUND},
	    {"tdi", BIB_FILM}, {"tdm", BIB_FILM}, {"sti", BIB_PICTURE}, {"cop", BIB_COMPUTER},
	    {"cod", BIB_COMPUTER}, {"tdf", BIB_OBJECT}, {"tct", BIB_TEXT}};
	const char *code = marc_subfield(field, 'b');

	if (code && strcmp(code, "tct") == 0)
		crosswalk_claim_carrier(walk, CLAIM_CARRIER, BIB_BRAILLE);
	for (size_t i = 0; code && i < sizeof types / sizeof *types; i++)
		if (strcmp(code, types[i].code) == 0 &&
		    (walk->bib->form == BIB_FORM_UNKNOWN ||
			(walk->bib->form == BIB_COMPUTER && types[i].form == BIB_TEXT)))
			walk->bib->form = types[i].form;
	crosswalk_claim_words(walk, CLAIM_NONE, marc_subfield(field, 'a'));
}

/* 337 and 338 by code (its first letter is the medium), else by words. */
static void media_or_carrier(
    struct crosswalk *walk, const struct marc_field *field, const struct crosswalk_row *row)
{
	enum claim claim = strcmp(row->tag, "338") == 0 ? CLAIM_CARRIER : CLAIM_MEDIA;
	const char *code = marc_subfield(field, 'b');

	if (code && code[0] == 'c')
		crosswalk_claim_carrier(walk, claim, BIB_ELECTRONIC);
	else if (code && code[0] == 'h')
		crosswalk_claim_carrier(walk, claim, BIB_MICRO);
	else if (code && strcmp(code, "nc") == 0)
		crosswalk_claim_carrier(walk, claim, BIB_PRINT);
	else
		crosswalk_claim_words(walk, claim, marc_subfield(field, 'a'));
	if (claim == CLAIM_MEDIA && marc_subfield(field, 'a') &&
	    text_equal_ignoring_case(marc_subfield(field, 'a'), "computer"))
		crosswalk_claim_carrier(walk, claim, BIB_ELECTRONIC);
}

static void reproduction(
    struct crosswalk *walk, const struct marc_field *field, const struct crosswalk_row *row)
{
	crosswalk_claim_words(walk, CLAIM_REPRODUCTION, marc_subfield(field, 'a'));
}

static void language(
    struct crosswalk *walk, const struct marc_field *field, const struct crosswalk_row *row)
{
	const char *code = marc_subfield(field, 'a');

	if (code && !walk->bib->language)
		walk->bib->language = read_code(walk->arena, code, 3);
}

static void country(
    struct crosswalk *walk, const struct marc_field *field, const struct crosswalk_row *row)
{
	const char *code = marc_subfield(field, 'a');

	if (code && !walk->bib->country)
		walk->bib->country = read_code(walk->arena, code, 3);
}

/* ---- title ---- */

/* ISBD's mark at the end of a subfield speaks about the next one. */
static char last_mark(const char *text)
{
	size_t length = strlen(text);

	while (length && text[length - 1] == ' ')
		length--;
	return length ? text[length - 1] : '\0';
}

static void add_parallel(struct crosswalk *walk, const char *text)
{
	const char *rest;

	while (text) {
		const char *one = crosswalk_cut(walk->arena, text, " = ", &text);

		one = crosswalk_cut(walk->arena, one, " : ", &rest);
		if (one)
			bib_texts_add(walk->arena, &walk->bib->parallel_titles, one);
	}
}

static const char *append(struct arena *arena, const char *a, const char *b, const char *separator)
{
	if (!a || !b)
		return a ? a : b;
	return arena_printf(arena, "%s%s%s", a, separator, b);
}

/* $a holds the whole area where a cataloguer did not use subfields: "Title : rest / author". */
static void split_title(struct crosswalk *walk, bool has_rest, bool has_responsibility)
{
	struct bib *bib = walk->bib;
	const char *rest = NULL;

	if (!has_responsibility && !has_rest)
		bib->title = crosswalk_cut(walk->arena, bib->title, " / ", &bib->responsibility);
	bib->title = crosswalk_cut(walk->arena, bib->title, " = ", &rest);
	add_parallel(walk, rest);
	if (!has_rest)
		bib->title = crosswalk_cut(walk->arena, bib->title, " : ", &bib->subtitle);
}

static void rest_of_title(struct crosswalk *walk, const char *text, char mark)
{
	const char *subtitle, *rest;

	if (mark == '=') {
		add_parallel(walk, text);
		return;
	}
	subtitle = crosswalk_cut(walk->arena, text, " = ", &rest);
	walk->bib->subtitle = append(walk->arena, walk->bib->subtitle, subtitle, " : ");
	add_parallel(walk, rest);
}

static void title(
    struct crosswalk *walk, const struct marc_field *field, const struct crosswalk_row *row)
{
	struct bib *bib = walk->bib;
	struct arena *arena = walk->arena;
	const char *raw = marc_subfield(field, 'a');
	char mark = '\0';

	if (bib->title)
		return;
	if (!raw)
		raw = marc_subfield(field, 'k');
	bib->title = crosswalk_trim(arena, raw);
	split_title(walk, marc_subfield(field, 'b') != NULL, marc_subfield(field, 'c') != NULL);
	for (size_t i = 0; i < field->nsubfields; i++) {
		const char *value = field->subfields[i].value, *text = crosswalk_trim(arena, value);

		switch (field->subfields[i].code) {
		case 'b': rest_of_title(walk, text, mark); break;
		case 'n': bib->part_number = append(arena, bib->part_number, text, ", "); break;
		case 'p': bib->part_name = append(arena, bib->part_name, text, ". "); break;
		case 'c':
			bib->responsibility = append(arena, bib->responsibility, text, " ; ");
			break;
		case 'h': crosswalk_claim_words(walk, CLAIM_DESIGNATION, text); break;
		default: break;
		}
		mark = last_mark(value);
	}
	if (field->indicator2 >= '1' && field->indicator2 <= '9')
		bib->nonfiling = field->indicator2 - '0';
	else if (raw)
		bib->nonfiling = crosswalk_nonfiling(raw);
}

/* ---- names ---- */

static const char *name_text(
    struct crosswalk *walk, const struct marc_field *field, unsigned flags, bool meeting)
{
	return crosswalk_join(
	    walk->arena, field, meeting ? "ae" : "ab", flags & CROSSWALK_CORPORATE ? ". " : " ");
}

static void name(
    struct crosswalk *walk, const struct marc_field *field, const struct crosswalk_row *row)
{
	bool meeting = field->tag[1] == '1' && field->tag[2] == '1';
	const char *text = name_text(walk, field, row->flags, meeting), *role;

	/* An author of a related work, not of this one or a part of it. */
	if (!text ||
	    (field->tag[0] == '7' && marc_subfield(field, 't') && field->indicator2 != '2'))
		return;

	struct bib_name *added = bib_add_name(walk->arena, walk->bib);

	role = marc_subfield(field, meeting ? 'j' : 'e');
	if (!role)
		role = marc_subfield(field, '4');
	added->text = text;
	added->dates = crosswalk_trim(walk->arena, marc_subfield(field, 'd'));
	added->role = crosswalk_trim(walk->arena, role);
	added->corporate = row->flags & CROSSWALK_CORPORATE;
	added->main = row->flags & CROSSWALK_MAIN;
}

/* 880: the same field in another script; $6 begins with the tag it belongs to. */
static void other_script(
    struct crosswalk *walk, const struct marc_field *field, const struct crosswalk_row *row)
{
	const char *link = marc_subfield(field, '6'), *text;
	struct bib_texts *into = NULL;

	if (!link || strlen(link) < 3)
		return;
	if (strncmp(link, "245", 3) == 0) {
		text = append(walk->arena, crosswalk_trim(walk->arena, marc_subfield(field, 'a')),
		    crosswalk_join(walk->arena, field, "b", " : "), " : ");
		text =
		    append(walk->arena, text, crosswalk_join(walk->arena, field, "np", ". "), ". ");
		into = &walk->bib->script_titles;
	} else if ((link[0] == '1' || link[0] == '7') && (link[1] == '0' || link[1] == '1') &&
		   (link[2] == '0' || link[2] == '1')) {
		bool meeting = link[1] == '1' && link[2] == '1';

		text = name_text(walk, field, link[1] == '1' ? CROSSWALK_CORPORATE : 0, meeting);
		into = &walk->bib->script_names;
	}
	if (into && text)
		bib_texts_add(walk->arena, into, text);
}

/* ---- publication ---- */

/* "[S.l.]", "[publisher not identified]" and the like say that it is not known. */
static const char *known(const char *text)
{
	static const char *const unknown[] = {"s.l", "s.n", "not identified", "tidak diketahui",
	    "tidak teridentifikasi", "t.t", "t.p", "sine loco", "sine nomine"};
	char lower[64];
	size_t length = text ? strlen(text) : 0;

	if (!length || length >= sizeof lower)
		return text;
	for (size_t i = 0; i <= length; i++)
		lower[i] = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] + 32) : text[i];
	for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
		const char *at = strstr(lower, unknown[i]);

		/* Short forms only as the whole of it. */
		if (at && (strlen(unknown[i]) > 3 ||
			      (at - lower <= 1 && length - (size_t)(at - lower) <= 5)))
			return NULL;
	}
	return text;
}

static void imprint(
    struct crosswalk *walk, const struct marc_field *field, const struct crosswalk_row *row)
{
	struct bib *bib = walk->bib;
	struct arena *arena = walk->arena;
	bool rda = strcmp(field->tag, "264") == 0;
	const char *date = crosswalk_trim(arena, marc_subfield(field, 'c'));
	int rank = !rda ? 2 : field->indicator2 == '1' ? 3 : 1;

	if (rda && field->indicator2 == '4') {
		if (!walk->copyright)
			walk->copyright = date;
		return;
	}
	if (rank <= walk->imprint_rank)
		return;
	walk->imprint_rank = rank;

	const char *place = known(crosswalk_trim(arena, marc_subfield(field, 'a')));
	const char *publisher = known(crosswalk_trim(arena, marc_subfield(field, 'b')));

	bib->place = place ? place : bib->place;
	bib->publisher = publisher ? publisher : bib->publisher;
	bib->date = date ? date : bib->date;
}

/* ---- numbers ---- */

/* 015 and 016: "source:number". A number without its source could be anyone's: the tag stands in;
 * in 016 a blank indicator means Library and Archives Canada. */
static void national(
    struct crosswalk *walk, const struct marc_field *field, const struct crosswalk_row *row)
{
	const char *source = marc_subfield(field, '2');

	if (!source || !*source)
		source = strcmp(field->tag, "016") == 0 ? "lac" : field->tag;
	for (size_t i = 0; i < field->nsubfields; i++) {
		const char *rest, *text;

		if (field->subfields[i].code != 'a')
			continue;
		text = crosswalk_cut(walk->arena, field->subfields[i].value, " (", &rest);
		if (text)
			bib_texts_add(walk->arena, &walk->bib->nationals,
			    arena_printf(walk->arena, "%s:%s", source, text));
	}
}

/* 024: of the numbers in it only a DOI says the same in every catalogue. */
static void standard_number(
    struct crosswalk *walk, const struct marc_field *field, const struct crosswalk_row *row)
{
	const char *source = marc_subfield(field, '2'), *value = marc_subfield(field, 'a');

	if (field->indicator1 == '7' && source && value && text_equal_ignoring_case(source, "doi"))
		crosswalk_doi(walk, value);
}

/* ---- what it is a part of ---- */

static void host(
    struct crosswalk *walk, const struct marc_field *field, const struct crosswalk_row *row)
{
	struct bib *bib = walk->bib;

	if (bib->host || bib->host_part)
		return;
	bib->host = crosswalk_trim(walk->arena, marc_subfield(field, 't'));
	if (!bib->host)
		bib->host = crosswalk_trim(walk->arena, marc_subfield(field, 'p'));
	bib->host_part = crosswalk_join(walk->arena, field, "g", ", ");
	if (!bib->host_part)
		bib->host_part = crosswalk_trim(walk->arena, marc_subfield(field, 'q'));
}

/* A record straight from WorldCat: its own number is the OCLC number. */
static void finish(struct crosswalk *walk)
{
	const struct marc_field *source = marc_find(walk->marc, "003", NULL);

	if (source && source->data && strncmp(source->data, "OCoLC", 5) == 0 &&
	    walk->bib->control_number)
		bib_texts_add(walk->arena, &walk->bib->oclc, walk->bib->control_number);
	crosswalk_finish_date(walk);
}

/* Sorted by tag. */
static const struct crosswalk_row rows[] = {
    {"001", crosswalk_text, "", CROSSWALK_INTO(control_number), 0},
    {"007", physical, "", 0, 0},
    {"008", fixed_data, "", 0, 0},
    {"010", crosswalk_each, "a", CROSSWALK_INTO(lccns), 0},
    {"015", national, "a", 0, 0},
    {"016", national, "a", 0, 0},
    {"019", crosswalk_each, "a", CROSSWALK_INTO(oclc), 0},
    {"020", crosswalk_isbn, "q", 0, 0},
    {"022", crosswalk_issn, "yz", 0, 0},
    {"024", standard_number, "", 0, 0},
    {"035", crosswalk_system_number, "a", CROSSWALK_INTO(oclc), 0},
    {"041", language, "a", 0, 0},
    {"044", country, "a", 0, 0},
    {"050", crosswalk_texts, "ab", CROSSWALK_INTO(call_numbers), 0},
    {"082", crosswalk_texts, "ab", CROSSWALK_INTO(call_numbers), 0},
    {"090", crosswalk_texts, "ab", CROSSWALK_INTO(call_numbers), 0},
    {"100", name, "ab", 0, CROSSWALK_MAIN},
    {"110", name, "ab", 0, CROSSWALK_MAIN | CROSSWALK_CORPORATE},
    {"111", name, "ae", 0, CROSSWALK_MAIN | CROSSWALK_CORPORATE},
    {"130", crosswalk_texts, "anp", CROSSWALK_INTO(uniform_titles), 0},
    {"240", crosswalk_texts, "anp", CROSSWALK_INTO(uniform_titles), 0},
    {"245", title, "", 0, 0},
    {"246", crosswalk_texts, "anp", CROSSWALK_INTO(parallel_titles), 0},
    {"250", crosswalk_text, "a", CROSSWALK_INTO(edition), 0},
    {"260", imprint, "abc", 0, 0},
    {"264", imprint, "abc", 0, 0},
    {"300", crosswalk_extent, "a", CROSSWALK_INTO(extent), 0},
    {"336", content_type, "ab", 0, 0},
    {"337", media_or_carrier, "ab", 0, 0},
    {"338", media_or_carrier, "ab", 0, 0},
    {"440", crosswalk_series, "anp v", 0, 0},
    {"490", crosswalk_series, "a v", 0, 0},
    {"500", crosswalk_texts, "a", CROSSWALK_INTO(notes), 0},
    {"505", crosswalk_texts, NULL, CROSSWALK_INTO(notes), 0},
    {"520", crosswalk_texts, "ab", CROSSWALK_INTO(notes), 0},
    {"520", crosswalk_texts, "ab", CROSSWALK_INTO(abstracts), 0},
    {"533", reproduction, "a", 0, 0},
    {"600", crosswalk_subject, "vxyz", CROSSWALK_INTO(subjects), 0},
    {"610", crosswalk_subject, "vxyz", CROSSWALK_INTO(subjects), 0},
    {"611", crosswalk_subject, "vxyz", CROSSWALK_INTO(subjects), 0},
    {"630", crosswalk_subject, "vxyz", CROSSWALK_INTO(subjects), 0},
    {"648", crosswalk_subject, "vxyz", CROSSWALK_INTO(subjects), 0},
    {"650", crosswalk_subject, "vxyz", CROSSWALK_INTO(subjects), 0},
    {"651", crosswalk_subject, "vxyz", CROSSWALK_INTO(subjects), 0},
    {"653", crosswalk_each, "a", CROSSWALK_INTO(subjects), 0},
    {"655", crosswalk_subject, "vxyz", CROSSWALK_INTO(genres), 0},
    {"700", name, "ab", 0, 0},
    {"710", name, "ab", 0, CROSSWALK_CORPORATE},
    {"711", name, "ae", 0, CROSSWALK_CORPORATE},
    {"720", name, "ab", 0, 0},
    {"773", host, "", 0, 0},
    {"773", crosswalk_texts, "tg", CROSSWALK_INTO(hosts), 0},
    {"830", crosswalk_series, "anp v", 0, 0},
    {"856", crosswalk_each, "u", CROSSWALK_INTO(urls), 0},
    {"880", other_script, "", 0, 0},
};

const struct crosswalk_table crosswalk_marc21 = {rows, sizeof rows / sizeof *rows, begin, finish};
