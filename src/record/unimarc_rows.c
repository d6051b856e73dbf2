/* MARC 21 tags into UNIMARC's: the table, and the fields that are not made subfield by subfield. */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "record/crosswalk_private.h"
#include "record/unimarc_private.h"

/* ---- numbers ---- */

/* 020 $a "979… (pbk.)", as older records have it: $a and $b. */
static void isbn(struct unimarc *u, const struct marc_field *field, const struct unimarc_row *row)
{
	struct marc_field *out = unimarc_begin(u, field, row, field->nsubfields + 1);

	for (size_t i = 0; i < field->nsubfields; i++) {
		const char *text = crosswalk_trim(u->arena, field->subfields[i].value);
		const char *open = text ? strstr(text, " (") : NULL, *close;

		switch (text ? field->subfields[i].code : '\0') {
		case 'a':
			close = open ? strchr(open, ')') : NULL;
			unimarc_put(out, 'a',
			    close ? arena_strndup(u->arena, text, (size_t)(open - text)) : text);
			if (close)
				unimarc_put(out, 'b',
				    arena_strndup(u->arena, open + 2, (size_t)(close - open - 2)));
			break;
		case 'c': unimarc_put(out, 'd', text); break;
		case 'q': unimarc_put(out, 'b', text); break;
		case 'z': unimarc_put(out, 'z', text); break;
		default: break;
		}
	}
	unimarc_end(u, out);
}

/* All its letters as one text: UNIMARC's notes are not in parts. */
static void joined(struct unimarc *u, const struct marc_field *field, const struct unimarc_row *row)
{
	struct marc_field *out = unimarc_begin(u, field, row, 1);
	const char *text = NULL;

	for (size_t i = 0; i < field->nsubfields; i++) {
		const struct marc_subfield *sub = &field->subfields[i];

		if (sub->code >= 'a' && sub->code <= 'z')
			text =
			    text ? arena_printf(u->arena, "%s %s", text, sub->value) : sub->value;
	}
	unimarc_put(out, row->codes[1], text);
	unimarc_end(u, out);
}

/* The record's sources: who catalogued, who transcribed, who changed it. */
static void sources(
    struct unimarc *u, const struct marc_field *field, const struct unimarc_row *row)
{
	static const char codes[] = "acd", kinds[] = "012";

	for (size_t i = 0; i < field->nsubfields; i++) {
		const char *kind = strchr(codes, field->subfields[i].code);
		struct marc_field *out;

		if (!kind)
			continue;
		out = unimarc_add(u, row->into, ' ', kinds[kind - codes], 3);
		unimarc_put(out, 'b', crosswalk_trim(u->arena, field->subfields[i].value));
		unimarc_put(out, 'c', unimarc_entered(u));
		unimarc_put(out, 'g', marc_subfield(field, 'e'));
		unimarc_end(u, out);
	}
}

/* ---- title ---- */

/* $a with ISO 6630's marks around what does not sort. */
static const char *filing_title(struct unimarc *u, const char *text, char count)
{
	size_t skip = count >= '1' && count <= '9' ? (size_t)(count - '0') : 0, at = 0;

	text = crosswalk_trim(u->arena, text);
	for (size_t i = 0; text && i < skip && text[at]; i++)
		for (at++; ((unsigned char)text[at] & 0xC0) == 0x80; at++)
			continue;
	if (!text || !at || !text[at])
		return text;
	return arena_printf(u->arena, "\xC2\x98%.*s\xC2\x9C%s", (int)at, text, text + at);
}

/* "rest of title = parallel title": where the parts of $b go. */
static void put_rest(struct unimarc *u, struct marc_field *out, const char *text, bool parallel)
{
	const char *rest, *first = crosswalk_cut(u->arena, text, " = ", &rest);

	unimarc_put(out, parallel ? 'd' : 'e', first);
	unimarc_put(out, 'd', crosswalk_trim(u->arena, rest));
}

/* "first statement ; others". */
static void put_statements(struct unimarc *u, struct marc_field *out, const char *text)
{
	const char *rest, *first = crosswalk_cut(u->arena, text, " ; ", &rest);

	unimarc_put(out, 'f', first);
	unimarc_put(out, 'g', crosswalk_trim(u->arena, rest));
}

static bool ends_with_equals(const char *text)
{
	size_t length = strlen(text);

	while (length && text[length - 1] == ' ')
		length--;
	return length && text[length - 1] == '=';
}

static const char *without_brackets(struct arena *arena, const char *text)
{
	const char *bare = crosswalk_trim(arena, text);
	size_t length = bare ? strlen(bare) : 0;

	return length > 2 && bare[0] == '[' && bare[length - 1] == ']'
		   ? arena_strndup(arena, bare + 1, length - 2)
		   : bare;
}

static void title(struct unimarc *u, const struct marc_field *field, const struct unimarc_row *row)
{
	struct marc_field *out = unimarc_begin(u, field, row, 2 * field->nsubfields);
	bool parallel = false;

	if (out->indicator1 != '0')
		out->indicator1 = '1';
	for (size_t i = 0; i < field->nsubfields; i++) {
		const char *text = field->subfields[i].value;

		switch (field->subfields[i].code) {
		case 'a': unimarc_put(out, 'a', filing_title(u, text, field->indicator2)); break;
		case 'b': put_rest(u, out, text, parallel); break;
		case 'c': put_statements(u, out, text); break;
		case 'h': unimarc_put(out, 'b', without_brackets(u->arena, text)); break;
		case 'n': unimarc_put(out, 'h', crosswalk_trim(u->arena, text)); break;
		case 'p': unimarc_put(out, 'i', crosswalk_trim(u->arena, text)); break;
		case 'k': unimarc_put(out, 'e', crosswalk_trim(u->arena, text)); break;
		default: break;
		}
		parallel = ends_with_equals(text);
	}
	/* A field without $a is no title. */
	if (!marc_subfield(out, 'a'))
		out->nsubfields = 0;
	unimarc_end(u, out);
}

/* ---- names ---- */

/* "Surname, Forename": entry element and the rest. */
static void put_person(struct unimarc *u, struct marc_field *out, const char *text)
{
	const char *rest, *first = crosswalk_cut(u->arena, text, ", ", &rest);

	unimarc_put(out, 'a', first);
	rest = rest ? crosswalk_trim(u->arena, rest) : NULL;
	unimarc_put(out, 'b', rest);
	out->indicator2 = rest ? '1' : '0';
}

static bool is_author(const char *relator)
{
	return !relator || strcmp(relator, "070") == 0;
}

static const char *find_relator(struct unimarc *u, const struct marc_field *field)
{
	const char *found = NULL, *code = strcmp(field->tag + 1, "11") == 0 ? "4j" : "4e";

	for (; *code && !found; code++)
		for (size_t i = 0; i < field->nsubfields && !found; i++)
			if (field->subfields[i].code == *code)
				found = unimarc_relator(u->arena, field->subfields[i].value);
	return found;
}

/* 1XX are primary; others alternative (7X1) when they are authors, too, else secondary (7X2). */
static void set_responsibility(
    struct marc_field *out, const struct marc_field *field, const char *relator, bool corporate)
{
	if (field->tag[0] == '1')
		out->tag[2] = '0';
	else
		out->tag[2] = is_author(relator) && !corporate ? '1' : '2';
}

static void person(struct unimarc *u, const struct marc_field *field, const struct unimarc_row *row)
{
	struct marc_field *out = unimarc_begin(u, field, row, 2 * field->nsubfields + 1);
	const char *relator = find_relator(u, field);

	if (field->indicator1 == '3') /* a family: 72X */
		out->tag[1] = '2';
	for (size_t i = 0; i < field->nsubfields; i++) {
		const char *text = crosswalk_trim(u->arena, field->subfields[i].value);

		switch (text ? field->subfields[i].code : '\0') {
		case 'a':
			if (field->indicator1 == '1')
				put_person(u, out, text);
			else
				unimarc_put(out, 'a', text);
			break;
		case 'b': unimarc_put(out, 'd', text); break;
		case 'c': unimarc_put(out, 'c', text); break;
		case 'd': unimarc_put(out, 'f', text); break;
		case 'q': unimarc_put(out, 'g', text); break;
		case 'u': unimarc_put(out, 'p', text); break;
		default: break;
		}
	}
	if (out->nsubfields)
		unimarc_put(out, '4', relator);
	set_responsibility(out, field, relator, false);
	unimarc_end(u, out);
}

static void body(struct unimarc *u, const struct marc_field *field, const struct unimarc_row *row)
{
	size_t before = u->to->nfields;
	const char *relator = find_relator(u, field);
	struct marc_field *out;

	unimarc_plain(u, field, row);
	if (u->to->nfields == before)
		return;
	out = &u->to->fields[before];
	if (relator) {
		out->subfields = arena_memdup(
		    u->arena, out->subfields, (out->nsubfields + 1) * sizeof *out->subfields);
		unimarc_put(out, '4', relator);
	}
	set_responsibility(out, field, relator, true);
}

/* ---- subjects ---- */

static const char *heading_system(const struct marc_field *field)
{
	static const char *const systems[] = {"lc", "lcch", "mesh", "nal", NULL, "cae", "rvm"};

	if (field->indicator2 == '7')
		return marc_subfield(field, '2');
	return field->indicator2 >= '0' && field->indicator2 <= '6'
		   ? systems[field->indicator2 - '0']
		   : NULL;
}

static char subdivision(char code)
{
	static const char from[] = "vxyz", to[] = "jxzy";
	const char *at = code ? strchr(from, code) : NULL;

	return at ? to[at - from] : '\0';
}

/* `codes`: of the heading itself. 600 and its like have names in them. */
static void subject(
    struct unimarc *u, const struct marc_field *field, const struct unimarc_row *row)
{
	struct marc_field *out = unimarc_begin(u, field, row, 2 * field->nsubfields + 1);
	bool personal = strcmp(field->tag, "600") == 0 && field->indicator1 == '1';

	for (size_t i = 0; i < field->nsubfields; i++) {
		char code = field->subfields[i].code, into = subdivision(code);
		const char *text = crosswalk_trim(u->arena, field->subfields[i].value);

		for (const char *pair = row->codes; *pair && !into; pair += pair[2] == ' ' ? 3 : 2)
			if (pair[0] == code)
				into = pair[1];
		if (!into || !text)
			continue;
		if (personal && code == 'a')
			put_person(u, out, text);
		else
			unimarc_put(out, into, text);
	}
	if (out->nsubfields)
		unimarc_put(out, '2', heading_system(field));
	unimarc_end(u, out);
}

/* ---- holdings ---- */

/* 852 for all, 930 and 995 as French systems take holdings in. */
static void holding(
    struct unimarc *u, const struct marc_field *field, const struct unimarc_row *row)
{
	const char *library = crosswalk_trim(u->arena, marc_subfield(field, 'a'));
	const char *number = crosswalk_join(u->arena, field, "khijm", " ");
	bool plain = strcmp(row->into, "930") == 0;
	struct marc_field *out;

	if (!library || (plain && !number))
		return;
	out = unimarc_begin(u, field, row, 6);
	unimarc_put(out, 'b', library);
	unimarc_put(out, plain ? 'a' : 'k', number);
	if (!plain) {
		unimarc_put(out, 'c', library);
		unimarc_put(out, 'e', crosswalk_join(u->arena, field, "bc", ", "));
		unimarc_put(out, 'f', marc_subfield(field, 'p'));
		unimarc_put(out, 'u', crosswalk_join(u->arena, field, "z", " ; "));
	}
}

/* Sorted by tag. */
const struct unimarc_row unimarc_rows[] = {
    {"010", "..", "035", "  ", "aa zz", NULL},
    {"015", "..", "020", "  ", "ab zz", NULL},
    {"020", "..", "010", "  ", "", isbn},
    {"022", "..", "011", "  ", "aa yy zz lf mg", NULL},
    {"024", "0.", "016", "  ", "aa cd qb zz", NULL},
    {"024", "1.", "072", "  ", "aa cd dc qb zz", NULL},
    {"024", "2.", "013", "  ", "aa cd qb zz", NULL},
    {"024", "3.", "073", "  ", "aa cd dc qb zz", NULL},
    {"024", "7.", "017", "7 ", "aa cd qb zz 22", NULL},
    {"024", "8.", "017", "8 ", "aa cd qb zz", NULL},
    {"027", "..", "015", "  ", "aa qb zz", NULL},
    {"028", "..", "071", "<1 ", "aa bb qc", NULL},
    {"030", "..", "040", "  ", "aa zz", NULL},
    {"035", "..", "035", "  ", "aa zz", NULL},
    {"040", "..", "801", "  ", "", sources},
    {"043", "..", "660", "  ", "aa", NULL},
    {"045", "..", "661", "  ", "aa", NULL},
    {"050", "..", "680", "  ", "aa bb", NULL},
    {"060", "..", "686", "  ", "aa bb", NULL},
    {"080", "..", "675", "  ", "aa 2v", NULL},
    {"082", "..", "676", "  ", "aa 2v", NULL},
    {"084", "..", "686", "  ", "aa bb 22", NULL},
    {"086", "..", "022", "  ", "ab zz", NULL},
    {"100", "..", "700", " 0", "", person},
    {"110", "..", "710", "0<1", "aa bb nd df ce gc", body},
    {"111", "..", "710", "1<1", "aa eb nd df ce qb gc", body},
    {"130", "..", "500", "11", "aa hb nh pi fk km lm ol or gn su", NULL},
    {"210", "..", "531", "  ", "aa bb", NULL},
    {"222", "..", "530", "0 ", "aa bb", NULL},
    {"240", "..", "500", "<10", "aa hb nh pi fk km lm or gn su", NULL},
    {"242", "..", "541", "<1 ", "aa be cf nh pi yz", NULL},
    {"245", "..", "200", "<1 ", "", title},
    {"246", ".1", "510", "1 ", "aa be nh pi fj gn", NULL},
    {"246", ".4", "512", "1 ", "aa be nh pi fj gn", NULL},
    {"246", ".5", "513", "1 ", "aa be nh pi fj gn", NULL},
    {"246", ".6", "514", "1 ", "aa be nh pi fj gn", NULL},
    {"246", ".7", "515", "1 ", "aa be nh pi fj gn", NULL},
    {"246", ".8", "516", "1 ", "aa be nh pi fj gn", NULL},
    {"246", ". ", "517", "1 ", "aa be nh pi fj gn", NULL},
    {"246", ".0", "517", "1 ", "aa be nh pi fj gn", NULL},
    {"246", ".2", "517", "1 ", "aa be nh pi fj gn", NULL},
    {"246", ".3", "517", "1 ", "aa be nh pi fj gn", NULL},
    {"247", "..", "520", "1 ", "aa be nh pi fj gn xx", NULL},
    {"250", "..", "205", "  ", "aa bf", NULL},
    {"254", "..", "208", "  ", "aa", NULL},
    {"255", "..", "206", "  ", "aa bb cc", NULL},
    {"256", "..", "230", "  ", "aa", NULL},
    {"260", "..", "210", "  ", "aa bc cd ee fg gh", NULL},
    {"264", ".0", "214", " 1", "aa bc cd", NULL},
    {"264", ".1", "210", "  ", "aa bc cd", NULL},
    {"264", ".2", "214", " 2", "aa bc cd", NULL},
    {"264", ".3", "214", " 3", "aa bc cd", NULL},
    {"264", ".4", "214", " 4", "cd", NULL},
    {"300", "..", "215", "  ", "aa bc cd ee", NULL},
    {"306", "..", "127", "  ", "aa", NULL},
    {"310", "..", "326", "  ", "aa bb", NULL},
    {"336", "..", "181", "  ", "bc 22", NULL},
    {"337", "..", "182", "  ", "bc 22", NULL},
    {"338", "..", "183", "  ", "ba 22", NULL},
    {"362", "..", "207", " 0", "aa zz", NULL},
    {"440", "..", "225", "2 ", "aa nh pi vv xx", NULL},
    {"440", "..", "410", " 0", "at nh pi vv xx", NULL},
    {"490", "0.", "225", "1 ", "aa vv xx", NULL},
    {"490", "1.", "225", "0 ", "aa vv xx", NULL},
    {"502", "..", "328", " 0", "aa bb ce dd", NULL},
    {"504", "..", "320", "  ", "aa", joined},
    {"505", "0.", "327", "1 ", "aa", joined},
    {"505", "1.", "327", "0 ", "aa", joined},
    {"505", "2.", "327", "2 ", "aa", joined},
    {"505", "8.", "327", "1 ", "aa", joined},
    {"506", "..", "310", "  ", "aa", joined},
    {"508", "..", "322", "  ", "aa", joined},
    {"510", "..", "321", "<1 ", "aa bb cc xx", NULL},
    {"511", "..", "323", "  ", "aa", joined},
    {"516", "..", "336", "  ", "aa", joined},
    {"520", "..", "330", "  ", "aa", joined},
    {"521", "..", "333", "  ", "aa", joined},
    {"533", "..", "325", "  ", "aa", joined},
    {"534", "..", "324", "  ", "aa", joined},
    {"538", "..", "337", "  ", "aa", joined},
    {"540", "..", "371", "1 ", "aa", joined},
    {"546", "..", "302", "  ", "aa", joined},
    {"561", "..", "317", "  ", "aa", joined},
    {"583", "..", "318", "  ", "aa", joined},
    {"600", "..", "600", " 0", "aa bd cc df qg tt", subject},
    {"610", "..", "601", "0<1", "aa bb nd df ce gc tt", subject},
    {"611", "..", "601", "1<1", "aa eb nd df ce gc tt", subject},
    {"630", "..", "605", "  ", "aa nh pi lm fk sq", subject},
    {"650", "..", "606", "  ", "aa", subject},
    {"651", "..", "607", "  ", "aa", subject},
    {"653", "..", "610", "0 ", "aa", NULL},
    {"655", "..", "608", "  ", "aa", subject},
    {"656", "..", "610", "0 ", "aa", NULL},
    {"700", "..", "701", " 0", "", person},
    {"710", "..", "711", "0<1", "aa bb nd df ce gc", body},
    {"711", "..", "711", "1<1", "aa eb nd df ce qb gc", body},
    {"720", "..", "730", " 0", "aa", NULL},
    {"730", "..", "500", "10", "aa hb nh pi fk km lm or gn su", NULL},
    {"740", "..", "517", "1 ", "aa nh pi", NULL},
    {"752", "..", "620", "  ", "aa bb cc dd", NULL},
    {"760", "..", "410", " 0", "aa tt bj dd gv xx zy w0", NULL},
    {"762", "..", "411", " 0", "aa tt bj dd gv xx zy w0", NULL},
    {"765", "..", "454", " 0", "aa tt be dd gv xx zy w0", NULL},
    {"767", "..", "453", " 0", "aa tt be dd gv xx zy w0", NULL},
    {"770", "..", "421", " 0", "aa tt be dd gv xx zy w0", NULL},
    {"772", "..", "422", " 0", "aa tt be dd gv xx zy w0", NULL},
    {"773", "..", "461", " 0", "aa tt be dd gv xx zy w0", NULL},
    {"774", "..", "463", " 0", "aa tt be dd gv xx zy w0", NULL},
    {"775", "..", "451", " 0", "aa tt be dd gv xx zy w0", NULL},
    {"776", "..", "452", " 0", "aa tt be dd gv xx zy w0", NULL},
    {"777", "..", "423", " 0", "aa tt be dd gv xx zy w0", NULL},
    {"780", ".0", "430", " 1", "aa tt be dd gv xx zy w0", NULL},
    {"780", ".1", "431", " 1", "aa tt be dd gv xx zy w0", NULL},
    {"780", ".2", "432", " 1", "aa tt be dd gv xx zy w0", NULL},
    {"780", ".3", "433", " 1", "aa tt be dd gv xx zy w0", NULL},
    {"780", ".4", "436", " 1", "aa tt be dd gv xx zy w0", NULL},
    {"780", ".5", "434", " 1", "aa tt be dd gv xx zy w0", NULL},
    {"780", ".6", "435", " 1", "aa tt be dd gv xx zy w0", NULL},
    {"780", ".7", "437", " 1", "aa tt be dd gv xx zy w0", NULL},
    {"785", ".0", "440", " 1", "aa tt be dd gv xx zy w0", NULL},
    {"785", ".1", "441", " 1", "aa tt be dd gv xx zy w0", NULL},
    {"785", ".2", "442", " 1", "aa tt be dd gv xx zy w0", NULL},
    {"785", ".3", "443", " 1", "aa tt be dd gv xx zy w0", NULL},
    {"785", ".4", "444", " 1", "aa tt be dd gv xx zy w0", NULL},
    {"785", ".5", "445", " 1", "aa tt be dd gv xx zy w0", NULL},
    {"785", ".6", "446", " 1", "aa tt be dd gv xx zy w0", NULL},
    {"785", ".7", "447", " 1", "aa tt be dd gv xx zy w0", NULL},
    {"785", ".8", "448", " 1", "aa tt be dd gv xx zy w0", NULL},
    {"787", "..", "488", " 0", "aa tt be dd gv xx zy w0", NULL},
    {"800", "..", "410", " 0", "aa tt nh pi vv xx", NULL},
    {"810", "..", "410", " 0", "aa tt nh pi vv xx", NULL},
    {"811", "..", "410", " 0", "aa tt nh pi vv xx", NULL},
    {"830", "..", "410", " 0", "at nh pi vv xx", NULL},
    {"852", "..", "852", "  ", "aa bb ce kg hj ij ml pm tt xx zy", NULL},
    {"852", "..", "930", "  ", "", holding},
    {"852", "..", "995", "  ", "", holding},
    {"856", "..", "856", "<1<2", "uu y2 zz qq 32 xx", NULL},
};
const size_t unimarc_nrows = sizeof unimarc_rows / sizeof *unimarc_rows;
