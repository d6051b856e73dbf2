/* UNIMARC Bibliographic Format. */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "record/crosswalk_private.h"

static void begin(struct crosswalk *walk)
{
	static const struct {
		const char *types; /* leader/06 */
		enum bib_form form;
	} forms[] = {{"a", BIB_TEXT}, {"b", BIB_MANUSCRIPT}, {"cd", BIB_SCORE}, {"ef", BIB_MAP},
	    {"g", BIB_FILM}, {"ij", BIB_SOUND}, {"k", BIB_PICTURE}, {"l", BIB_COMPUTER},
	    {"m", BIB_KIT}, {"r", BIB_OBJECT}};
	const char *leader = walk->marc->leader;

	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		if (strchr(forms[i].types, leader[6]))
			walk->bib->form = forms[i].form;
	switch (leader[7]) {
	case 'a': walk->bib->level = BIB_PART; break;
	case 'c': walk->bib->level = BIB_COLLECTION; break;
	case 'i':
	case 's': walk->bib->level = BIB_SERIAL; break;
	default: walk->bib->level = BIB_MONOGRAPH;
	}
}

/* 100 $a: 8 type of date, 9–12 and 13–16 the dates. */
static void general_data(
    struct crosswalk *walk, const struct marc_field *field, const struct crosswalk_row *row)
{
	const char *data = marc_subfield(field, 'a');

	if (!data || strlen(data) < 17)
		return;
	walk->coded_year = crosswalk_year(data + 9);
	/* a continuing, b ended, c unknown status, f uncertain, g over several years. */
	if (walk->coded_year && strchr("abcfg", data[8])) {
		int end = crosswalk_year(data + 13);

		walk->coded_end = end >= walk->coded_year ? end : 0;
	}
}

static const char *lower_code(struct crosswalk *walk, const struct marc_field *field, size_t least)
{
	const char *code = crosswalk_trim(walk->arena, marc_subfield(field, 'a'));

	if (!code || strlen(code) < least || strlen(code) > 3 ||
	    text_equal_ignoring_case(code, "und"))
		return NULL;
	return text_lower(walk->arena, code);
}

static void language(
    struct crosswalk *walk, const struct marc_field *field, const struct crosswalk_row *row)
{
	if (!walk->bib->language)
		walk->bib->language = lower_code(walk, field, 3);
}

static void country(
    struct crosswalk *walk, const struct marc_field *field, const struct crosswalk_row *row)
{
	if (!walk->bib->country)
		walk->bib->country = lower_code(walk, field, 2);
}

/* 106 $a: form of item of printed text. */
static void item_form(
    struct crosswalk *walk, const struct marc_field *field, const struct crosswalk_row *row)
{
	const char *form = marc_subfield(field, 'a');

	switch (form ? *form : '\0') {
	case 'd': crosswalk_claim_carrier(walk, CLAIM_CODED, BIB_LARGE_PRINT); break;
	case 'f': crosswalk_claim_carrier(walk, CLAIM_CODED, BIB_BRAILLE); break;
	case 'g':
	case 't': crosswalk_claim_carrier(walk, CLAIM_CODED, BIB_MICRO); break;
	case 'r': crosswalk_claim_carrier(walk, CLAIM_CODED, BIB_PRINT); break;
	case 's': crosswalk_claim_carrier(walk, CLAIM_CODED, BIB_ELECTRONIC); break;
	default: break;
	}
}

/* 130 microforms and 135 electronic resources: that the field is there says it. */
static void physical(
    struct crosswalk *walk, const struct marc_field *field, const struct crosswalk_row *row)
{
	crosswalk_claim_carrier(
	    walk, CLAIM_PHYSICAL, field->tag[2] == '0' ? BIB_MICRO : BIB_ELECTRONIC);
}

/* ---- title and names ---- */

/* $7 begins with the script of the field: "ba" is Latin. */
static bool in_other_script(const struct marc_field *field)
{
	const char *script = marc_subfield(field, '7');

	return script && strlen(script) >= 2 && strncmp(script, "ba", 2) != 0;
}

static bool has_latin_twin(const struct crosswalk *walk, const struct marc_field *field)
{
	const struct marc_field *other = NULL;

	while ((other = marc_find(walk->marc, field->tag, other)))
		if (other != field && !in_other_script(other) && marc_subfield(other, 'a'))
			return true;
	return false;
}

static void title(
    struct crosswalk *walk, const struct marc_field *field, const struct crosswalk_row *row)
{
	struct bib *bib = walk->bib;
	struct arena *arena = walk->arena;
	const char *raw = marc_subfield(field, 'a');

	if (bib->title || (in_other_script(field) && has_latin_twin(walk, field))) {
		const char *text = crosswalk_join(arena, field, "aei", " : ");

		if (text)
			bib_texts_add(arena, &bib->script_titles, text);
		return;
	}
	bib->title = crosswalk_trim(arena, raw);
	bib->nonfiling = raw ? crosswalk_nonfiling(raw) : 0;
	bib->subtitle = crosswalk_join(arena, field, "e", " : ");
	bib->part_number = crosswalk_join(arena, field, "h", ", ");
	bib->part_name = crosswalk_join(arena, field, "i", ". ");
	bib->responsibility = crosswalk_join(arena, field, "fg", " ; ");
	crosswalk_claim_words(walk, CLAIM_DESIGNATION, marc_subfield(field, 'b'));
	for (size_t i = 0; i < field->nsubfields; i++) {
		const char *text = crosswalk_trim(arena, field->subfields[i].value);

		if (field->subfields[i].code == 'd' && text)
			bib_texts_add(arena, &bib->parallel_titles, text);
	}
}

static void name(
    struct crosswalk *walk, const struct marc_field *field, const struct crosswalk_row *row)
{
	const char *text = crosswalk_join(
	    walk->arena, field, "ab", row->flags & CROSSWALK_LAST_FIRST ? ", " : ". ");

	if (!text)
		return;
	if (in_other_script(field) && has_latin_twin(walk, field)) {
		bib_texts_add(walk->arena, &walk->bib->script_names, text);
		return;
	}

	struct bib_name *added = bib_add_name(walk->arena, walk->bib);

	added->text = text;
	added->dates = crosswalk_trim(walk->arena, marc_subfield(field, 'f'));
	added->role = crosswalk_trim(walk->arena, marc_subfield(field, '4'));
	added->corporate = row->flags & CROSSWALK_CORPORATE;
	added->main = row->flags & CROSSWALK_MAIN;
}

/* ---- publication and numbers ---- */

/* 210; since 2019 also 214, where the second indicator 0 is publication, 4 copyright. */
static void imprint(
    struct crosswalk *walk, const struct marc_field *field, const struct crosswalk_row *row)
{
	struct bib *bib = walk->bib;
	const char *date = crosswalk_trim(walk->arena, marc_subfield(field, 'd'));
	bool newer = strcmp(field->tag, "214") == 0;
	int rank = !newer ? 2 : field->indicator2 == '0' ? 3 : 1;

	if (newer && field->indicator2 == '4') {
		if (!walk->copyright)
			walk->copyright = date;
		return;
	}
	if (rank <= walk->imprint_rank)
		return;
	walk->imprint_rank = rank;
	bib->place = crosswalk_trim(walk->arena, marc_subfield(field, 'a'));
	bib->publisher = crosswalk_trim(walk->arena, marc_subfield(field, 'c'));
	bib->date = date;
}

/* 020: $a country, $b number. */
static void national(
    struct crosswalk *walk, const struct marc_field *field, const struct crosswalk_row *row)
{
	const char *source = crosswalk_trim(walk->arena, marc_subfield(field, 'a'));
	const char *number = crosswalk_trim(walk->arena, marc_subfield(field, 'b'));

	if (number)
		bib_texts_add(walk->arena, &walk->bib->nationals,
		    arena_printf(walk->arena, "%s:%s", source ? source : "020", number));
}

/* 017: of the numbers in it only a DOI says the same in every catalogue. */
static void standard_number(
    struct crosswalk *walk, const struct marc_field *field, const struct crosswalk_row *row)
{
	const char *source = marc_subfield(field, '2'), *value = marc_subfield(field, 'a');

	if (source && value && text_equal_ignoring_case(source, "doi"))
		crosswalk_doi(walk, value);
}

/* 461 the set, 463 the piece: where a part was published, and its volume or pages. */
static void host(
    struct crosswalk *walk, const struct marc_field *field, const struct crosswalk_row *row)
{
	if (walk->bib->level != BIB_PART || walk->bib->host)
		return;
	walk->bib->host = crosswalk_trim(walk->arena, marc_subfield(field, 't'));
	walk->bib->host_part = crosswalk_join(walk->arena, field, "vp", ", ");
}

static void finish(struct crosswalk *walk)
{
	if (walk->bib->form == BIB_COMPUTER)
		crosswalk_claim_carrier(walk, CLAIM_USUAL, BIB_ELECTRONIC);
	else if (walk->bib->form == BIB_TEXT || walk->bib->form == BIB_SCORE)
		crosswalk_claim_carrier(walk, CLAIM_USUAL, BIB_PRINT);
	crosswalk_finish_date(walk);
}

#define PERSON CROSSWALK_LAST_FIRST
#define BODY CROSSWALK_CORPORATE

/* Sorted by tag. */
static const struct crosswalk_row rows[] = {
    {"001", crosswalk_text, "", CROSSWALK_INTO(control_number), 0},
    {"010", crosswalk_isbn, "b", 0, 0},
    {"011", crosswalk_issn, "yz", 0, 0},
    {"017", standard_number, "", 0, 0},
    {"020", national, "ab", 0, 0},
    {"035", crosswalk_system_number, "a", CROSSWALK_INTO(oclc), 0},
    {"100", general_data, "a", 0, 0},
    {"101", language, "a", 0, 0},
    {"102", country, "a", 0, 0},
    {"106", item_form, "a", 0, 0},
    {"130", physical, "a", 0, 0},
    {"135", physical, "a", 0, 0},
    {"200", title, "", 0, 0},
    {"205", crosswalk_text, "a", CROSSWALK_INTO(edition), 0},
    {"210", imprint, "acd", 0, 0},
    {"214", imprint, "acd", 0, 0},
    {"215", crosswalk_extent, "a", CROSSWALK_INTO(extent), 0},
    {"225", crosswalk_series, "ahi v", 0, 0},
    {"300", crosswalk_texts, "a", CROSSWALK_INTO(notes), 0},
    {"327", crosswalk_texts, NULL, CROSSWALK_INTO(notes), 0},
    {"330", crosswalk_texts, "a", CROSSWALK_INTO(notes), 0},
    {"330", crosswalk_texts, "a", CROSSWALK_INTO(abstracts), 0},
    {"410", crosswalk_series, "t v", 0, 0},
    {"461", crosswalk_texts, "tv", CROSSWALK_INTO(hosts), 0},
    {"461", host, "", 0, 0},
    {"463", crosswalk_texts, "tv", CROSSWALK_INTO(hosts), 0},
    {"463", host, "", 0, 0},
    {"500", crosswalk_texts, "ahi", CROSSWALK_INTO(uniform_titles), 0},
    {"510", crosswalk_texts, "ahi", CROSSWALK_INTO(parallel_titles), 0},
    {"512", crosswalk_texts, "a", CROSSWALK_INTO(parallel_titles), 0},
    {"517", crosswalk_texts, "a", CROSSWALK_INTO(parallel_titles), 0},
    {"600", crosswalk_subject, "jxyz", CROSSWALK_INTO(subjects), 0},
    {"601", crosswalk_subject, "jxyz", CROSSWALK_INTO(subjects), 0},
    {"602", crosswalk_subject, "jxyz", CROSSWALK_INTO(subjects), 0},
    {"605", crosswalk_subject, "jxyz", CROSSWALK_INTO(subjects), 0},
    {"606", crosswalk_subject, "jxyz", CROSSWALK_INTO(subjects), 0},
    {"607", crosswalk_subject, "jxyz", CROSSWALK_INTO(subjects), 0},
    {"608", crosswalk_subject, "jxyz", CROSSWALK_INTO(genres), 0},
    {"610", crosswalk_each, "a", CROSSWALK_INTO(subjects), 0},
    {"676", crosswalk_each, "a", CROSSWALK_INTO(call_numbers), 0},
    {"680", crosswalk_texts, "ab", CROSSWALK_INTO(call_numbers), 0},
    {"700", name, "ab", 0, PERSON | CROSSWALK_MAIN},
    {"701", name, "ab", 0, PERSON},
    {"702", name, "ab", 0, PERSON},
    {"710", name, "ab", 0, BODY | CROSSWALK_MAIN},
    {"711", name, "ab", 0, BODY},
    {"712", name, "ab", 0, BODY},
    {"856", crosswalk_each, "u", CROSSWALK_INTO(urls), 0},
};

const struct crosswalk_table crosswalk_unimarc = {rows, sizeof rows / sizeof *rows, begin, finish};
