#include "merge/doc.h"

#include <string.h>

#include "base/arena.h"
#include "merge/doc_private.h"
#include "merge/fold.h"

#define NOTES_BYTES_MAX 6144 /* of folded text, up to and with the notes */

static void add_text(struct fold *fold, const char *text)
{
	if (!text)
		return;
	fold_add(fold, text);
	fold_break(fold);
}

static void add_texts(struct fold *fold, const struct bib_texts *texts)
{
	for (size_t i = 0; i < texts->count; i++)
		add_text(fold, texts->items[i]);
}

/* The text between MARC's non-sorting marks is an article: for display, not for finding. */
static const char *after_article(const char *text)
{
	const char *end;

	if (text && !strncmp(text, "\xC2\x98", 2) && (end = strstr(text, "\xC2\x9C")))
		return end + 2;
	return text;
}

static void end_field(struct doc_draft *draft, struct fold *fold, enum doc_field field)
{
	draft->doc.field_end[field] = (uint16_t)fold->nwords;
}

static void add_authors(struct fold *fold, const struct bib *bib)
{
	for (size_t i = 0; i < bib->nnames; i++)
		add_text(fold, bib->names[i].text);
	add_texts(fold, &bib->script_names);
	if (!bib->nnames)
		add_text(fold, bib->responsibility);
}

/* Notes come last but one and give way when a record is very long. */
static void add_notes(struct fold *fold, const struct bib *bib)
{
	size_t room = fold->room;

	if (fold->room > NOTES_BYTES_MAX)
		fold->room = NOTES_BYTES_MAX;
	add_texts(fold, bib->notes.count ? &bib->notes : &bib->abstracts);
	if (bib->nnames)
		add_text(fold, bib->responsibility);
	fold->room = room;
}

static void add_words(struct doc_draft *draft, const struct bib *bib)
{
	struct fold fold;

	fold_init(&fold, draft->text, sizeof draft->text, draft->words, DOC_WORDS_MAX);
	add_text(&fold, after_article(bib->title));
	add_texts(&fold, &bib->script_titles);
	end_field(draft, &fold, DOC_TITLE);
	add_text(&fold, bib->subtitle);
	add_text(&fold, bib->part_number);
	add_text(&fold, bib->part_name);
	draft->doc.alternates = (uint16_t)fold.nwords;
	add_texts(&fold, &bib->parallel_titles);
	add_texts(&fold, &bib->uniform_titles);
	end_field(draft, &fold, DOC_TITLE_REST);
	add_authors(&fold, bib);
	end_field(draft, &fold, DOC_AUTHOR);
	add_texts(&fold, &bib->subjects);
	add_texts(&fold, &bib->genres);
	end_field(draft, &fold, DOC_SUBJECT);
	add_texts(&fold, &bib->series);
	add_texts(&fold, &bib->hosts);
	end_field(draft, &fold, DOC_SERIES);
	add_notes(&fold, bib);
	end_field(draft, &fold, DOC_NOTES);
	add_text(&fold, bib->publisher);
	add_text(&fold, bib->place);
	end_field(draft, &fold, DOC_PUBLISHER);
	draft->doc.nwords = (uint16_t)fold.nwords;
	draft->doc.text_length = (uint16_t)fold.length;
}

/* Copies an array to the next aligned place of the block; with no block it only counts. */
static const void *place(char *block, size_t *at, const void *from, size_t bytes)
{
	char *to = block ? block + *at : NULL;

	if (block && bytes)
		memcpy(to, from, bytes);
	*at += (bytes + 7) & ~(size_t)7;
	return to;
}

static size_t place_all(struct doc *doc, const struct doc_draft *draft, char *block)
{
	size_t at = (sizeof *doc + 7) & ~(size_t)7;

	doc->ids = place(block, &at, draft->ids, draft->doc.nids * sizeof *draft->ids);
	doc->titles = place(block, &at, draft->titles, draft->doc.ntitles * sizeof *draft->titles);
	doc->blocks = place(block, &at, draft->blocks, draft->doc.nblocks * sizeof *draft->blocks);
	doc->words = place(block, &at, draft->words, draft->doc.nwords * sizeof *draft->words);
	doc->tokens = place(block, &at, draft->tokens, draft->ntokens * sizeof *draft->tokens);
	doc->names = place(block, &at, draft->names, draft->doc.nnames * sizeof *draft->names);
	doc->name_tokens =
	    place(block, &at, draft->name_tokens, draft->nname_tokens * sizeof *draft->name_tokens);
	doc->facets = place(block, &at, draft->facets, draft->doc.nfacets * sizeof *draft->facets);
	doc->facet_text = place(block, &at, draft->facet_text, draft->nfacet_text);
	doc->keys = place(block, &at, draft->keys, draft->nkeys);
	doc->text = place(block, &at, draft->text, draft->doc.text_length);
	return at;
}

struct doc *doc_create(struct arena *arena, const struct bib *bib)
{
	struct doc_draft draft;

	memset(&draft, 0, offsetof(struct doc_draft, ids));
	add_words(&draft, bib);
	doc_add_keys(&draft, bib);
	doc_add_facets(&draft, bib);

	struct doc sizes;
	char *block = arena_alloc(arena, place_all(&sizes, &draft, NULL));
	struct doc *doc = (struct doc *)(void *)block;

	*doc = draft.doc;
	place_all(doc, &draft, block);
	return doc;
}
