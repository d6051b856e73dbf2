#include "tests/quality/judge.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "merge/doc_private.h"
#include "merge/fold.h"
#include "merge/normalise.h"
#include "query/cql.h"
#include "query/narrow.h"
#include "query/query.h"
#include "query/terms.h"

#define CUT 10 /* nDCG@10 */

void quality_count(struct quality_counts *counts, bool joined, bool same)
{
	++*(joined ? same ? &counts->hit : &counts->wrong
	    : same ? &counts->missed
		   : &counts->apart);
}

struct quality_figures quality_figures_of(const struct quality_counts *counts)
{
	double hit = (double)counts->hit;
	struct quality_figures figures = {1, 1, 0};

	if (counts->hit + counts->wrong)
		figures.precision = hit / (double)(counts->hit + counts->wrong);
	if (counts->hit + counts->missed)
		figures.recall = hit / (double)(counts->hit + counts->missed);
	if (counts->hit)
		figures.f1 =
		    2 * figures.precision * figures.recall / (figures.precision + figures.recall);
	return figures;
}

static const struct merge_entry *merge(struct arena *arena, const struct merge_params *params,
    const struct merge_item *items, size_t nitems, size_t *nentries)
{
	struct merger *merger = merger_begin(arena, params, items, nitems, 0);

	while (!merger_step(merger, 1000))
		;
	return merger_entries(merger, nentries);
}

bool quality_is_joined(
    const struct quality_record *a, const struct quality_record *b, enum merge_level level)
{
	struct arena *arena = arena_create(0, NULL);
	struct merge_item items[] = {{a->doc, a->number, a->place + 1, -1, false},
	    {b->doc, b->number, b->place + 1, -1, false}};
	struct merge_params params = {.level = level};
	size_t nentries;

	merge(arena, &params, items, 2, &nentries);
	arena_destroy(arena);
	return nentries == 1;
}

static bool is_same(const struct quality_record *a, const struct quality_record *b)
{
	return !strcmp(a->work, b->work);
}

/* Of the records of one work that stand in different entries, pair by pair. */
static void count_missed(const struct quality_set *set, const size_t *entry_of,
    struct quality_counts *counts,
    void (*wrong)(const struct quality_record *, const struct quality_record *, bool))
{
	for (size_t i = 0; i < set->count; i++)
		for (size_t k = 0; k < i; k++) {
			const struct quality_record *a = &set->records[k], *b = &set->records[i];
			bool joined = entry_of[i] == entry_of[k];

			if (!a->work || !b->work || (!joined && !is_same(a, b)))
				continue;
			quality_count(counts, joined, is_same(a, b));
			if (wrong && joined != is_same(a, b))
				wrong(a, b, joined);
		}
}

struct quality_counts quality_cluster(const struct quality_set *set, enum merge_level level,
    void (*wrong)(const struct quality_record *, const struct quality_record *, bool))
{
	struct arena *arena = arena_create(0, NULL);
	struct merge_item *items = arena_array(arena, set->count, sizeof *items);
	size_t *entry_of = arena_array(arena, set->count, sizeof *entry_of), nentries;
	struct merge_params params = {.level = level};
	struct quality_counts counts = {0};
	const struct merge_entry *entries;

	for (size_t i = 0; i < set->count; i++)
		items[i] = (struct merge_item){set->records[i].doc, set->records[i].number,
		    set->records[i].place + 1, -1, false};
	entries = merge(arena, &params, items, set->count, &nentries);
	for (size_t e = 0; e < nentries; e++)
		for (size_t i = 0; i < entries[e].nitems; i++)
			entry_of[entries[e].items[i]] = e;
	count_missed(set, entry_of, &counts, wrong);
	arena_destroy(arena);
	return counts;
}

/* Does a field of the record hold the word? */
static bool has_word(const struct doc *doc, uint32_t hash, enum terms_field field)
{
	size_t from = 0, to = doc->nwords;

	if (field == TERMS_TITLE) {
		to = doc->field_end[DOC_TITLE_REST];
	} else if (field == TERMS_AUTHOR || field == TERMS_SUBJECT) {
		enum doc_field f = field == TERMS_AUTHOR ? DOC_AUTHOR : DOC_SUBJECT;

		from = doc->field_end[f - 1];
		to = doc->field_end[f];
	}
	for (size_t i = from; i < to; i++)
		if (doc->words[i] == hash)
			return true;
	return false;
}

static bool has_isbn(const struct doc *doc, const char *text)
{
	char isbn[14];
	uint64_t id;

	if (!normalise_isbn(text, isbn))
		return false;
	id = DOC_ID(DOC_ISBN, strtoull(isbn, NULL, 10));
	for (size_t i = 0; i < doc->nids; i++)
		if ((doc->ids[i] & DOC_ID_VALUE) == id)
			return true;
	return false;
}

/* How many words of the clause the record holds; 0 when it does not answer the clause. */
static unsigned match_clause(struct arena *arena, const struct query *clause, const struct doc *doc)
{
	struct terms terms;
	unsigned found = 0, asked = 0;

	terms_from_query(arena, clause, &terms);
	for (size_t i = 0; i < terms.count; i++) {
		const struct terms_word *word = &terms.words[i];
		char *folded = normalise_text(arena, word->text), *save = NULL;

		if (word->field == TERMS_IDENTIFIER)
			return has_isbn(doc, word->text);
		for (char *one = strtok_r(folded, " ", &save); one;
		     one = strtok_r(NULL, " ", &save)) {
			found += has_word(doc, fold_hash(one, strlen(one)), word->field);
			asked++;
		}
	}
	return found == asked || clause->relation == QUERY_ANY ? found : 0;
}

static unsigned match(struct arena *arena, const struct query *query, const struct doc *doc)
{
	unsigned left, right;

	if (query->type == QUERY_TERM)
		return match_clause(arena, query, doc);
	left = match(arena, query->left, doc);
	right = match(arena, query->right, doc);
	switch (query->type) {
	case QUERY_OR: return left + right;
	case QUERY_NOT: return right ? 0 : left;
	case QUERY_AND:
	case QUERY_PROX:
	case QUERY_TERM:
	case QUERY_SET: break;
	}
	return left && right ? left + right : 0;
}

struct answer {
	const struct quality_record *record;
	unsigned matched;
};

static int compare_answers(const void *x, const void *y)
{
	const struct answer *a = x, *b = y;

	if (a->matched != b->matched)
		return a->matched > b->matched ? -1 : 1;
	return a->record->place < b->record->place ? -1 : 1;
}

/* The records of a catalogue that a question finds, in their order there; *answers has room for
 * all.
 */
static size_t find_answers(const struct quality_set *set, const struct query *query,
    unsigned catalogue, struct answer *answers)
{
	size_t count = 0;

	for (size_t i = 0; i < set->count; i++) {
		struct arena *scratch;

		if (set->records[i].number != catalogue)
			continue;
		scratch = arena_create(0, NULL);
		answers[count] =
		    (struct answer){&set->records[i], match(scratch, query, set->records[i].doc)};
		count += answers[count].matched > 0;
		arena_destroy(scratch);
	}
	return count;
}

static void pool_add(
    struct quality_pool *pool, const struct quality_record *record, unsigned position)
{
	pool->records[pool->nitems] = record;
	pool->items[pool->nitems++] =
	    (struct merge_item){record->doc, record->number, position, -1, false};
}

/* As the gateway does (search/second.h), where a target states its words' counts. */
static void ask_second(const struct quality_set *set, struct arena *arena,
    const struct query *query, unsigned catalogue, size_t hits, struct quality_pool *pool)
{
	struct answer *answers = arena_array(arena, set->count, sizeof *answers);
	size_t first = pool->nitems - QUALITY_WINDOW, count;
	struct narrow_words words;
	double expected;

	narrow_find(arena, query, &words);
	for (size_t w = 0; w < words.count; w++) {
		struct query word = *words.items[w].clause;

		word.term = words.items[w].term;
		words.items[w].count = (double)find_answers(set, &word, catalogue, answers);
	}
	if (words.count)
		query =
		    narrow_by_words(arena, query, &words, (double)hits, QUALITY_WINDOW, &expected);
	if (!words.count || !query)
		return;
	count = find_answers(set, query, catalogue, answers);
	for (size_t i = 0; i < count && i < QUALITY_WINDOW; i++) {
		size_t known = first;

		while (known < first + QUALITY_WINDOW && pool->records[known] != answers[i].record)
			known++;
		if (known == first + QUALITY_WINDOW)
			pool_add(pool, answers[i].record, 0);
	}
}

static void ask_catalogue(const struct quality_set *set, struct arena *arena,
    const struct query *query, unsigned catalogue, bool ranks, struct quality_pool *pool)
{
	struct answer *answers = arena_array(arena, set->count, sizeof *answers);
	size_t count = find_answers(set, query, catalogue, answers);

	pool->sources[catalogue] =
	    (struct merge_source){.answered = true, .hits = count, .ranks = ranks};
	if (ranks)
		qsort(answers, count, sizeof *answers, compare_answers);
	for (size_t i = 0; i < count && i < QUALITY_WINDOW; i++)
		pool_add(pool, answers[i].record, (unsigned)i + 1);
	if (!ranks && count > QUALITY_WINDOW)
		ask_second(set, arena, query, catalogue, count, pool);
}

static const struct query *parse(struct arena *arena, const char *cql)
{
	struct question question;

	if (!cqlq_parse(arena, cql, CQLQ_1_2, &question, NULL)) {
		fprintf(stderr, "wrong query: %s\n", cql);
		return NULL;
	}
	return question.query;
}

/* What SearchResult-1 would say. */
static void count_words(const struct quality_set *set, struct arena *arena,
    const struct terms *terms, struct quality_pool *pool)
{
	pool->frequencies = arena_array(arena, terms->count, sizeof *pool->frequencies);
	for (size_t i = 0; i < terms->count; i++) {
		const char *word = normalise_text(arena, terms->words[i].text);
		uint32_t hash = fold_hash(word, strlen(word));
		unsigned long count = 0;

		for (size_t r = 0; r < set->count; r++)
			count += has_word(set->records[r].doc, hash, terms->words[i].field);
		if (count)
			pool->frequencies[pool->nfrequencies++] =
			    (struct merge_frequency){terms->words[i].text, count};
	}
}

bool quality_count_words(
    const struct quality_set *set, struct arena *arena, const char *cql, struct quality_pool *pool)
{
	const struct query *query = parse(arena, cql);
	struct terms terms;

	if (!query)
		return false;
	terms_from_query(arena, query, &terms);
	count_words(set, arena, &terms, pool);
	return true;
}

bool quality_ask(const struct quality_set *set, struct arena *arena, const char *cql,
    bool half_rank, struct quality_pool *pool)
{
	const struct query *query = parse(arena, cql);

	if (!query)
		return false;
	*pool = (struct quality_pool){.nsources = set->catalogues};
	pool->sources = arena_array(arena, set->catalogues, sizeof *pool->sources);
	pool->items =
	    arena_array(arena, (size_t)set->catalogues * 2 * QUALITY_WINDOW, sizeof *pool->items);
	pool->records =
	    arena_array(arena, (size_t)set->catalogues * 2 * QUALITY_WINDOW, sizeof(void *));
	for (unsigned c = 0; c < set->catalogues; c++)
		ask_catalogue(set, arena, query, c, !half_rank || c % 2 == 0, pool);
	return quality_count_words(set, arena, cql, pool);
}

size_t quality_rank(struct arena *arena, const char *cql, const struct quality_pool *pool,
    const char **works, size_t most)
{
	const struct query *query = parse(arena, cql);
	const struct merge_entry *entries;
	struct terms terms;
	size_t nentries;

	terms_from_query(arena, query, &terms);

	struct merge_params params = {.level = MERGE_NORMAL,
	    .terms = &terms,
	    .sources = pool->sources,
	    .nsources = pool->nsources,
	    .frequencies = pool->frequencies,
	    .nfrequencies = pool->nfrequencies};

	entries = merge(arena, &params, pool->items, pool->nitems, &nentries);
	for (size_t i = 0; i < nentries && i < most; i++)
		works[i] = pool->records[entries[i].lead]->work;
	return nentries < most ? nentries : most;
}

static bool came_before(const char *const *works, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (!strcmp(works[k], works[i]))
			return true;
	return false;
}

double quality_ndcg(const char *const *works, size_t count, const double *ideal, size_t nideal,
    double (*grade)(void *arg, const char *work), void *arg)
{
	double gained = 0, best = 0;

	for (size_t i = 0; i < CUT && i < count; i++)
		if (!came_before(works, i))
			gained += grade(arg, works[i]) / log2((double)i + 2);
	for (size_t i = 0; i < CUT && i < nideal; i++)
		best += ideal[i] / log2((double)i + 2);
	return best > 0 ? gained / best : 0;
}
