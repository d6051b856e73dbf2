/*
 * Statements with a date: what a record is part of ("Kompas, 12 Maret 1974"; "Majalah Hukum, vol.
 * 4, no. 2 (Juni 1980)"), what it was read at, when it came out first. Articles of one author under
 * one title, such as a column, or a reply and what it replies to, are told apart by nothing else.
 */
#include <stdlib.h>
#include <string.h>

#include "merge/doc_private.h"
#include "merge/fold.h"

#define STATEMENT_BYTES_MAX 200 /* longer ones are prose */
#define STATEMENT_WORDS_MAX 16
#define YEAR_MIN 1400
#define YEAR_MAX 2200

/* Folded names and abbreviations, in the languages of the sample. */
unsigned doc_month(const char *word, size_t length)
{
	/* A row's words have one first letter. */
	static const struct {
		unsigned month;
		const char *words;
	} rows[] = {{1, " jan januari januar january janvier "}, {1, " enero "},
	    {2, " feb februari februar february fevrier febrero "},
	    {3, " mar maret marz maart march mars marzo "}, {4, " apr april avril abril "},
	    {5, " mei may mai mayo "}, {6, " jun juni june juin junio "},
	    {7, " jul juli july juillet julio "},
	    {8, " agu aug agustus august augustus aout agosto "},
	    {9, " sep sept september septembre septiembre "},
	    {10, " okt oct oktober october octobre octubre "},
	    {11, " nov november nopember novembre noviembre "},
	    {12, " des dec dez desember december dezember decembre diciembre "}};
	char padded[16];

	if (length > 12)
		return 0;
	padded[0] = ' ';
	memcpy(padded + 1, word, length);
	padded[length + 1] = ' ';
	padded[length + 2] = '\0';
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].words[1] == word[0] && strstr(rows[i].words, padded))
			return rows[i].month;
	return 0;
}

/* One statement being read: its words without the numbers, and the numbers. */
struct reading {
	uint64_t words, date;
	size_t nwords;
	bool has_name, has_year;
};

static void read_word(struct reading *reading, const char *word, size_t length)
{
	unsigned long number = doc_month(word, length);

	if (!number && doc_is_number(word, length)) {
		number = strtoul(word, NULL, 10);
		reading->has_year |= length == 4 && number >= YEAR_MIN && number <= YEAR_MAX;
	}
	reading->nwords++;
	if (number) {
		reading->date = doc_mix(reading->date, number);
		reading->words = doc_mix(reading->words, 0); /* a number stands here */
	} else {
		reading->words = doc_mix(reading->words, fold_hash(word, length));
		reading->has_name = true;
	}
}

static void add_statement(struct doc *doc, const char *text)
{
	char folded[STATEMENT_BYTES_MAX * 2];
	struct reading reading = {0};
	struct fold fold;
	const char *word;

	if (doc->ndated == DOC_DATED_MAX || strlen(text) > STATEMENT_BYTES_MAX)
		return;
	fold_init(&fold, folded, sizeof folded, NULL, 0);
	fold_add(&fold, text);
	for (size_t at = 0, length; (word = fold_next(&fold, &at, &length));)
		read_word(&reading, word, length);
	if (!reading.has_name || !reading.has_year || reading.nwords > STATEMENT_WORDS_MAX)
		return;
	doc->dated[doc->ndated++] =
	    (struct doc_dated){(uint32_t)reading.words, (uint32_t)reading.date};
}

void doc_add_dated(struct doc *doc, const struct bib *bib)
{
	/* Volumes and pages are compared by themselves. */
	bool is_placed = doc->host.volume || doc->host.first_page;

	for (size_t i = is_placed; i < bib->hosts.count; i++)
		add_statement(doc, bib->hosts.items[i]);
	for (size_t i = 0; i < bib->notes.count; i++)
		add_statement(doc, bib->notes.items[i]);
}
