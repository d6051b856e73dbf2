#ifndef SILANG_TESTS_MERGE_SUPPORT_H
#define SILANG_TESTS_MERGE_SUPPORT_H
/* Descriptions for the tests of merging, written as short as a catalogue card; questions, too. */
#include <string.h>

#include "base/arena.h"
#include "merge/doc.h"
#include "merge/merger.h"
#include "record/bib.h"

struct card {
	const char *title, *subtitle, *part_number, *part_name;
	const char *author, *other_author, *third_author, *corporate;
	const char *script_title, *parallel_title, *uniform_title;
	const char *isbn, *isbn_qualifier, *other_isbn, *issn, *lccn, *oclc;
	const char *edition, *publisher, *extent, *language;
	const char *series, *series_volume, *subject, *note, *id;
	const char *host, *host_part, *doi;
	int year;
	enum bib_level level;
	enum bib_form form;
	int carrier; /* 0 print, else an enum bib_carrier */
	bool hijri;
	unsigned nfields;
};

static inline struct bib_texts card_texts(struct arena *arena, const char *text)
{
	struct bib_texts texts = {0};

	if (text) {
		texts.items = arena_array(arena, 1, sizeof *texts.items);
		texts.items[0] = text;
		texts.count = 1;
	}
	return texts;
}

static inline void card_name(struct bib *bib, const char *text, bool corporate)
{
	if (!text)
		return;
	bib->names[bib->nnames] =
	    (struct bib_name){.text = text, .corporate = corporate, .main = bib->nnames == 0};
	bib->nnames++;
}

static inline struct bib card_bib(struct arena *arena, const struct card *card)
{
	struct bib bib = {.control_number = card->id,
	    .level = card->level,
	    .form = card->form,
	    .carrier = card->carrier ? (enum bib_carrier)card->carrier : BIB_PRINT,
	    .encoding_level = ' ',
	    .title = card->title,
	    .subtitle = card->subtitle,
	    .part_number = card->part_number,
	    .part_name = card->part_name,
	    .edition = card->edition,
	    .publisher = card->publisher,
	    .extent = card->extent,
	    .language = card->language,
	    .host = card->host,
	    .host_part = card->host_part,
	    .year = card->year,
	    .hijri = card->hijri,
	    .nfields = card->nfields};

	bib.names = arena_array(arena, 4, sizeof *bib.names);
	card_name(&bib, card->author, false);
	card_name(&bib, card->other_author, false);
	card_name(&bib, card->third_author, false);
	card_name(&bib, card->corporate, true);
	bib.isbns = arena_array(arena, 2, sizeof *bib.isbns);
	if (card->isbn)
		bib.isbns[bib.nisbns++] =
		    (struct bib_identifier){card->isbn, card->isbn_qualifier, false};
	if (card->other_isbn)
		bib.isbns[bib.nisbns++] = (struct bib_identifier){card->other_isbn, NULL, false};
	bib.issns = arena_array(arena, 1, sizeof *bib.issns);
	if (card->issn)
		bib.issns[bib.nissns++] = (struct bib_identifier){card->issn, NULL, false};
	bib.script_titles = card_texts(arena, card->script_title);
	bib.parallel_titles = card_texts(arena, card->parallel_title);
	bib.uniform_titles = card_texts(arena, card->uniform_title);
	bib.lccns = card_texts(arena, card->lccn);
	bib.oclc = card_texts(arena, card->oclc);
	bib.nationals = card_texts(arena, card->doi);
	if (card->host)
		bib.hosts = card_texts(arena, arena_printf(arena, "%s %s", card->host,
						  card->host_part ? card->host_part : ""));
	bib.series = card_texts(arena, card->series);
	bib.series_volumes = card_texts(arena, card->series_volume);
	bib.subjects = card_texts(arena, card->subject);
	bib.notes = card_texts(arena, card->note);
	return bib;
}

static inline struct doc *card_doc(struct arena *arena, const struct card *card)
{
	struct bib bib = card_bib(arena, card);

	return doc_create(arena, &bib);
}

/* A question as white-space separated words; each is asked of `field`. */
static inline struct terms ask(struct arena *arena, const char *question, enum terms_field field)
{
	struct terms terms = {arena_array(arena, 32, sizeof *terms.words), 0};

	for (char *word = strtok(arena_strdup(arena, question), " "); word;
	     word = strtok(NULL, " ")) {
		size_t length = strlen(word);
		bool prefix = word[length - 1] == '*';

		if (prefix)
			word[length - 1] = '\0';
		terms.words[terms.count++] =
		    (struct terms_word){.text = word, .field = field, .prefix = prefix};
	}
	return terms;
}

/* To the end, `slice` records at a time. */
static inline const struct merge_entry *merge(struct arena *arena,
    const struct merge_params *params, const struct merge_item *items, size_t nitems,
    size_t nfrozen, size_t slice, size_t *count)
{
	struct merger *merger = merger_begin(arena, params, items, nitems, nfrozen);

	while (!merger_step(merger, slice))
		;
	return merger_entries(merger, count);
}

#endif
