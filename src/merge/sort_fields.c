#include "merge/sort_fields.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "merge/normalise.h"
#include "merge/sort.h"
#include "record/bib.h"

#define ROOM (SORT_TEXT_MAX * 4)
#define BREAK "\xEF\xBF\xBE" /* SORT_TEXT_BREAK in UTF-8 */

/* Adds a text behind a break; cut between characters. */
static void add(char *out, const char *text)
{
	size_t at = strlen(out);
	int n;

	if (!text || !*text)
		return;
	n = snprintf(out + at, ROOM - at, "%s%s", at ? BREAK : "", text);
	if (n >= (int)(ROOM - at))
		out[at + text_cut(out + at, ROOM - 1 - at, ROOM - 4 - at)] = '\0';
}

static void add_first(char *out, const struct bib_texts *texts)
{
	if (texts->count)
		add(out, texts->items[0]);
}

/* Leading articles, by language where that is known: "die" begins a German title and an English
 * one. */
static const struct {
	const char *language, *articles;
} articles[] = {{"eng", " the a an "}, {"ger", " der die das den dem des ein eine einer eines "},
    {"deu", " der die das den dem des ein eine einer eines "}, {"fre", " le la les un une des "},
    {"fra", " le la les un une des "}, {"dut", " de het een "}, {"nld", " de het een "},
    {"spa", " el la lo los las un una "}, {"por", " o a os as um uma "},
    {"ita", " il lo la i gli le un uno una "}, {"ara", " al el "}, {"", " the "}};

static bool is_article_of(const char *language, const char *word, size_t length)
{
	char padded[12] = " ";
	bool known = false;

	if (!length || length > 8)
		return false;
	for (size_t i = 0; i < length; i++)
		padded[1 + i] =
		    word[i] >= 'A' && word[i] <= 'Z' ? (char)(word[i] + ('a' - 'A')) : word[i];
	padded[length + 1] = ' ';
	for (size_t i = 0; i < sizeof articles / sizeof *articles; i++) {
		bool mine = language && strcmp(articles[i].language, language) == 0;

		known |= mine;
		if ((mine || (!known && !*articles[i].language)) &&
		    strstr(articles[i].articles, padded))
			return true;
	}
	return false;
}

/* MARC marks what is not filed (245's second indicator, or U+0098 … U+009C); whatever else it
 * skips, only a word and what joins it to the next is taken away. Unmarked articles are known by
 * language. */
static const char *after_article(const struct bib *bib)
{
	const char *title = bib->title, *end;
	size_t skip = 0, length, word;

	if (strncmp(title, "\xC2\x98", 2) == 0 && (end = strstr(title, "\xC2\x9C")))
		return end + 2;
	length = strlen(title);
	for (int i = 0; i < bib->nonfiling && skip < length; i++) {
		uint32_t c;
		size_t size = text_decode(title + skip, length - skip, &c);

		skip += size ? size : 1;
	}
	if (bib->nonfiling > 0 && bib->nonfiling <= 5 && skip < length &&
	    strchr(" '-", title[skip - 1]))
		return title + skip;
	word = strcspn(title, " '-");
	if (title[word] && is_article_of(bib->language, title, word))
		return title + word + 1;
	return title;
}

static void write_title(const struct bib *bib, char *out)
{
	*out = '\0';
	if (bib->title)
		add(out, after_article(bib));
	add(out, bib->part_number);
	add(out, bib->part_name);
	add(out, bib->subtitle);
}

static void write_uniform_title(const struct bib *bib, char *out)
{
	*out = '\0';
	add_first(out, &bib->uniform_titles);
	if (!*out)
		write_title(bib, out);
}

/* The main entry; else the first name. */
static const struct bib_name *main_name(const struct bib *bib)
{
	for (size_t i = 0; i < bib->nnames; i++)
		if (bib->names[i].main)
			return &bib->names[i];
	return bib->nnames ? &bib->names[0] : NULL;
}

static void write_author(const struct bib *bib, char *out)
{
	const struct bib_name *name = main_name(bib);

	*out = '\0';
	if (!name)
		return;
	add(out, name->text);
	add(out, name->dates);
}

static void write_corporate(const struct bib *bib, char *out)
{
	*out = '\0';
	for (size_t i = 0; i < bib->nnames && !*out; i++)
		if (bib->names[i].corporate)
			add(out, bib->names[i].text);
}

static void write_subject(const struct bib *bib, char *out)
{
	*out = '\0';
	add_first(out, &bib->subjects);
}

static void write_genre(const struct bib *bib, char *out)
{
	*out = '\0';
	add_first(out, &bib->genres);
}

static void write_publisher(const struct bib *bib, char *out)
{
	*out = '\0';
	add(out, bib->publisher);
}

static void write_place(const struct bib *bib, char *out)
{
	*out = '\0';
	add(out, bib->place);
}

static void write_language(const struct bib *bib, char *out)
{
	*out = '\0';
	add(out, bib->language);
}

static void write_edition(const struct bib *bib, char *out)
{
	*out = '\0';
	add(out, bib->edition);
}

static void write_series(const struct bib *bib, char *out)
{
	*out = '\0';
	add_first(out, &bib->series);
	if (*out)
		add_first(out, &bib->series_volumes);
}

static void write_call_number(const struct bib *bib, char *out)
{
	*out = '\0';
	add_first(out, &bib->call_numbers);
}

static void write_isbn(const struct bib *bib, char *out)
{
	char digits[14];

	*out = '\0';
	for (size_t i = 0; i < bib->nisbns && !*out; i++)
		if (bib->isbns[i].value && normalise_isbn(bib->isbns[i].value, digits))
			add(out, digits);
}

static void write_issn(const struct bib *bib, char *out)
{
	char digits[9];

	*out = '\0';
	for (size_t i = 0; i < bib->nissns && !*out; i++)
		if (bib->issns[i].value && normalise_issn(bib->issns[i].value, digits))
			add(out, digits);
}

static void write_lccn(const struct bib *bib, char *out)
{
	*out = '\0';
	add_first(out, &bib->lccns);
}

static void write_identifier(const struct bib *bib, char *out)
{
	write_isbn(bib, out);
	if (!*out)
		write_issn(bib, out);
}

static void write_control_number(const struct bib *bib, char *out)
{
	*out = '\0';
	add(out, bib->control_number);
}

static const struct sort_field fields[] = {
    {"dc", "title", false, write_title},
    {"bath", "uniformTitle", false, write_uniform_title},
    {"bath", "keyTitle", false, write_title},
    {"dc", "creator", false, write_author},
    {"dc", "contributor", false, write_author},
    {"bath", "name", false, write_author},
    {"bath", "personalName", false, write_author},
    {"bath", "corporateName", false, write_corporate},
    {"dc", "date", true, NULL},
    {"bib", "dateCopyright", true, NULL},
    {"dc", "subject", false, write_subject},
    {"bath", "topicalSubject", false, write_subject},
    {"bath", "genreForm", false, write_genre},
    {"dc", "publisher", false, write_publisher},
    {"bib", "originPlace", false, write_place},
    {"dc", "language", false, write_language},
    {"bib", "edition", false, write_edition},
    {"bib", "titleSeries", false, write_series},
    {"bib", "callNumber", false, write_call_number},
    {"bib", "classification", false, write_call_number},
    {"dc", "identifier", false, write_identifier},
    {"bath", "isbn", false, write_isbn},
    {"bath", "issn", false, write_issn},
    {"bath", "lccn", false, write_lccn},
    {"rec", "identifier", false, write_control_number},
};

const struct sort_field *sort_field_at(size_t number)
{
	return number < sizeof fields / sizeof *fields ? &fields[number] : NULL;
}

const struct sort_field *sort_field_find(const char *set, const char *index)
{
	const struct sort_field *field;

	for (size_t i = 0; (field = sort_field_at(i)); i++)
		if (strcmp(field->set, set) == 0 && strcmp(field->index, index) == 0)
			return field;
	return NULL;
}

bool sort_can(const char *set, const char *index)
{
	return sort_field_find(set, index) != NULL;
}

int sort_year(const struct bib *bib)
{
	int year = bib->hijri && bib->year > 0 && bib->year < 1600 ? normalise_hijri_year(bib->year)
								   : bib->year;

	return year > 0 && year < 3000 ? year : 0;
}
