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
	static const char *const months[] = {" jan januari januar january janvier enero ",
	    " feb februari februar february fevrier febrero ",
	    " mar maret marz maart march mars marzo ", " apr april avril abril ",
	    " mei may mai mayo ", " jun juni june juin junio ", " jul juli july juillet julio ",
	    " agu aug agustus august augustus aout agosto ",
	    " sep sept september septembre septiembre ",
	    " okt oct oktober october octobre octubre ",
	    " nov november nopember novembre noviembre ",
	    " des dec dez desember december dezember decembre diciembre "};
	char padded[16];

	if (length > 12)
		return 0;
	padded[0] = ' ';
	memcpy(padded + 1, word, length);
	padded[length + 1] = ' ';
	padded[length + 2] = '\0';
	for (unsigned i = 0; i < 12; i++)
		if (strstr(months[i], padded))
			return i + 1;
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

	if (doc->ndated == DOC_DATED_MAX || strlen(text) > STATEMENT_BYTES_MAX)
		return;
	fold_init(&fold, folded, sizeof folded, NULL, 0);
	fold_add(&fold, text);
	for (size_t at = 0, end; at < fold.length; at = end + 1) {
		end = at +
		      (size_t)((char *)memchr(folded + at, ' ', fold.length - at) - (folded + at));
		read_word(&reading, folded + at, end - at);
	}
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
