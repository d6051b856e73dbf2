/* Catalogue text: ISBD punctuation, non-sorting marks, dates in two calendars. */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "record/crosswalk_private.h"

/* U+0088/0089 and U+0098/009C: ISO 6630 non-sorting begin and end, in either place they have in
 * Unicode conversions. Length in bytes is two for all. */
static bool is_mark(const char *text, bool begin)
{
	unsigned char second = (unsigned char)text[1];

	return (unsigned char)text[0] == 0xC2 &&
	       (begin ? second == 0x88 || second == 0x98 : second == 0x89 || second == 0x9C);
}

static bool has_marks(const char *text)
{
	for (; (text = strchr(text, '\xC2')); text++)
		if (is_mark(text, true) || is_mark(text, false))
			return true;
	return false;
}

static const char *without_marks(struct arena *arena, const char *text)
{
	char *copy = arena_alloc(arena, strlen(text) + 1), *out = copy;

	while (*text) {
		if (is_mark(text, true) || is_mark(text, false))
			text += 2;
		else
			*out++ = *text++;
	}
	return copy;
}

int crosswalk_nonfiling(const char *text)
{
	int count = 0;

	if (!is_mark(text, true))
		return 0;
	for (text += 2; *text; text++) {
		if (is_mark(text, false))
			return count;
		count += ((unsigned char)*text & 0xC0) != 0x80;
	}
	return 0;
}

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

/* A full stop after an initial or a short word belongs to it ("Jr.", "ed.", "S.H."); after a
 * longer word, a number or a bracket it only ends the area. */
static bool stop_is_punctuation(const char *text, size_t length)
{
	size_t letters = 0;

	if (length < 2)
		return true;
	if (text[length - 2] == '.')
		return false;
	while (letters + 1 < length && is_letter(text[length - 2 - letters]))
		letters++;
	return !letters || letters > 3;
}

const char *crosswalk_trim(struct arena *arena, const char *text)
{
	size_t length, whole;

	if (!text)
		return NULL;
	if (has_marks(text))
		text = without_marks(arena, text);
	while (is_blank(*text))
		text++;
	length = whole = strlen(text);
	while (length) {
		char last = text[length - 1];

		if (is_blank(last) || strchr("/:;=,", last))
			length--;
		else if (last == '.' && stop_is_punctuation(text, length))
			length--;
		else
			break;
	}
	if (!length)
		return NULL;
	return length == whole ? text : arena_strndup(arena, text, length);
}

static bool wanted(char code, const char *codes)
{
	return codes ? code && strchr(codes, code) : code >= 'a' && code <= 'z';
}

const char *crosswalk_join(
    struct arena *arena, const struct marc_field *field, const char *codes, const char *separator)
{
	const char *joined = NULL;

	for (size_t i = 0; i < field->nsubfields; i++) {
		const char *text;

		if (!wanted(field->subfields[i].code, codes))
			continue;
		text = crosswalk_trim(arena, field->subfields[i].value);
		if (text && joined)
			joined = arena_printf(arena, "%s%s%s", joined, separator, text);
		else if (text)
			joined = text;
	}
	return joined;
}

const char *crosswalk_cut(
    struct arena *arena, const char *text, const char *mark, const char **rest)
{
	const char *at = text ? strstr(text, mark) : NULL;

	*rest = at ? crosswalk_trim(arena, at + strlen(mark)) : NULL;
	return crosswalk_trim(arena, at ? arena_strndup(arena, text, (size_t)(at - text)) : text);
}

/* ---- dates ---- */

#define YEAR_MAX 2199

int crosswalk_year(const char *text)
{
	int year = 0;

	for (int i = 0; i < 4; i++) {
		if (text[i] < '0' || text[i] > '9')
			return 0;
		year = year * 10 + (text[i] - '0');
	}
	return year >= 600 && year <= YEAR_MAX ? year : 0;
}

/* ASCII, Arabic-Indic and Persian digits; returns the bytes, 0 for anything else. */
static size_t read_digit(const char *text, int *digit)
{
	unsigned char a = (unsigned char)text[0], b = a ? (unsigned char)text[1] : 0;

	if (a >= '0' && a <= '9') {
		*digit = a - '0';
		return 1;
	}
	if ((a == 0xD9 && b >= 0xA0 && b <= 0xA9) || (a == 0xDB && b >= 0xB0 && b <= 0xB9)) {
		*digit = b & 0x0F;
		return 2;
	}
	return 0;
}

enum calendar { UNSAID, GREGORIAN, HIJRI };

struct marker {
	const char *text;
	enum calendar calendar;
};

static bool starts_with(const char *text, const char *word)
{
	for (; *word; word++, text++)
		if (*text != *word && !(*text >= 'A' && *text <= 'Z' && *text + 32 == *word))
			return false;
	return true;
}

/* What stands after a year: "H", "M.", "A.H.", "Hijriyah", "هـ", "م". Longer ones first. */
static enum calendar calendar_after(const char *text)
{
	static const struct marker markers[] = {{"hijri", HIJRI}, {"a.h", HIJRI}, {"ah", HIJRI},
	    {"h", HIJRI}, {"masehi", GREGORIAN}, {"a.d", GREGORIAN}, {"ad", GREGORIAN},
	    {"c.e", GREGORIAN}, {"ce", GREGORIAN}, {"m", GREGORIAN}, {"هـ", HIJRI}, {"ه", HIJRI},
	    {"م", GREGORIAN}};

	while (is_blank(*text) || *text == '?' || *text == '(')
		text++;
	for (size_t i = 0; i < sizeof markers / sizeof *markers; i++) {
		size_t length = strlen(markers[i].text);

		if (starts_with(text, markers[i].text) && (length > 4 || !is_letter(text[length])))
			return markers[i].calendar;
	}
	return UNSAID;
}

/* "A.H. 1415", "H. 1415". */
static enum calendar calendar_before(const char *begin, const char *at)
{
	while (at > begin && (is_blank(at[-1]) || at[-1] == '.' || at[-1] == '['))
		at--;
	if (at > begin && (at[-1] == 'H' || at[-1] == 'h') &&
	    (at - 1 == begin || !is_letter(at[-2]) || (at[-2] | 32) == 'a'))
		return HIJRI;
	return UNSAID;
}

/* The two numbers name one year: 33 Hijri years are 32 Gregorian ones, counted from 622. */
static bool same_year(int hijri, int gregorian)
{
	int converted = hijri + 622 - hijri / 33;

	return hijri < 1500 && gregorian >= converted - 1 && gregorian <= converted + 2;
}

static void take_year(struct crosswalk_date *date, int year, enum calendar calendar, bool range)
{
	if (calendar == HIJRI && year <= 1600) {
		date->hijri = date->hijri ? date->hijri : year;
	} else if (year < 1000) {
		return;
	} else if (!date->year) {
		date->year = year;
	} else if (!date->hijri && same_year(date->year, year)) {
		date->hijri = date->year;
		date->year = year;
	} else if (!date->hijri && same_year(year, date->year)) {
		date->hijri = year;
	} else if (range && !date->end && year > date->year) {
		date->end = year;
	}
}

struct crosswalk_date crosswalk_read_date(const char *text)
{
	struct crosswalk_date date = {0};
	const char *at = text, *last_end = NULL;

	while (*at) {
		int year = 0, digits = 0, digit;
		size_t n = read_digit(at, &digit);
		const char *start = at;

		if (!n) {
			at++;
			continue;
		}
		for (; (n = read_digit(at, &digit)); at += n, digits++)
			year = digits < 5 ? year * 10 + digit : year;
		if (digits != 3 && digits != 4)
			continue;

		enum calendar calendar = calendar_after(at);

		if (calendar == UNSAID)
			calendar = calendar_before(text, start);
		if (digits == 3 && calendar != HIJRI)
			continue;
		if (year <= YEAR_MAX)
			take_year(&date, year, calendar,
			    last_end && memchr(last_end, '-', (size_t)(start - last_end)));
		last_end = at;
	}
	return date;
}

void crosswalk_finish_date(struct crosswalk *walk)
{
	struct bib *bib = walk->bib;
	struct crosswalk_date date = {0};

	if (!bib->date)
		bib->date = walk->copyright;
	if (bib->date)
		date = crosswalk_read_date(bib->date);
	/* Some catalogues put the Hijri year into the coded field as well. */
	if (walk->coded_year && walk->coded_year != date.hijri &&
	    !(date.year && same_year(walk->coded_year, date.year))) {
		bib->year = walk->coded_year;
		bib->year_end = walk->coded_end;
	} else if (date.year) {
		bib->year = date.year;
		bib->year_end = date.end;
	} else if (date.hijri) {
		bib->year = date.hijri;
		bib->hijri = true;
	}
}
