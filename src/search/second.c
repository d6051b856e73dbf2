#include "search/second.h"

#include <string.h>

#include "base/arena.h"
#include "merge/tally.h"
#include "query/narrow.h"
#include "query/rpn.h"
#include "query/unaccent.h"
#include "registry/partner.h"
#include "search/hit.h"
#include "search/leg.h"
#include "search/wording.h"
#include "target/health.h"

#define ROOMY 2 /* times the window: a question for more than that is asked of titles */

/* ---- the question ---- */

/* The words' counts as they are in the first records: if these are any of its records, as many as
 * these among all of them. One that is in none of them is rarer than that. */
static void count_in_records(
    struct arena *arena, const struct second_case *known, struct narrow_words *words)
{
	size_t n = known->records->count;
	const char **texts = arena_array(arena, words->count, sizeof *texts);
	size_t *counts = arena_array(arena, words->count, sizeof *counts);
	const struct doc **docs = arena_array(arena, n, sizeof *docs);

	for (size_t i = 0; i < words->count; i++)
		texts[i] = words->items[i].text;
	for (size_t i = 0; i < n; i++)
		docs[i] = ((const struct hit *)known->records->items[i])->doc;
	tally_words(arena, texts, words->count, docs, n, false, counts);
	for (size_t i = 0; i < words->count; i++)
		words->items[i].count =
		    (counts[i] ? (double)counts[i] : 0.5) / (double)n * (double)known->hits;
}

/* What the target says of a word is better; of what is in no record it should have said. */
static void count_as_told(
    struct arena *arena, const struct second_case *known, struct narrow_words *words)
{
	for (size_t i = 0; i < words->count; i++) {
		struct narrow_word *word = &words->items[i];

		for (size_t t = 0; t < known->nterms; t++) {
			if (!tally_same_word(arena, known->terms[t].term, word->text))
				continue;
			word->count =
			    (double)(known->terms[t].count < known->hits ? known->terms[t].count
									 : known->hits);
			break;
		}
	}
}

/* With other conditions beside them the words' own counts say little. */
static const struct query *narrow(
    struct arena *arena, const struct second_case *known, const struct query *query)
{
	const struct query *narrower = NULL, *titles;
	struct narrow_words words;
	double expected = 0;

	narrow_find(arena, query, &words);
	if (words.count) {
		count_in_records(arena, known, &words);
		if (narrow_is_whole(query, &words))
			count_as_told(arena, known, &words);
		narrower = narrow_by_words(
		    arena, query, &words, (double)known->hits, known->window, &expected);
	}
	if (narrower && expected <= ROOMY * known->window)
		return narrower;
	titles = narrow_to_titles(arena, narrower ? narrower : query);
	return titles ? titles : narrower;
}

static bool is_wanted(const struct second_case *known)
{
	return known->query && known->hits > known->window && known->records->count &&
	       !known->partner->target.ranks;
}

Z_RPNQuery *second_question(
    struct second *second, const struct second_case *known, struct arena *arena)
{
	const struct query *query = known->query, *narrower, *plain;
	struct diag ignored = {DIAG_NONE, ""};
	char lost[DEGRADE_TEXT];
	Z_RPNQuery *rpn;

	if (second->asked || !is_wanted(known))
		return NULL;
	second->asked = true;
	if (known->wording->plain && (plain = query_unaccent(arena, query)))
		query = plain;
	narrower = narrow(arena, known, query);
	if (!narrower ||
	    !rpn_from_query(arena, narrower, known->partner->target.profile, &rpn, &ignored))
		return NULL;
	return degrade_apply(arena, rpn, &known->wording->degrade, lost);
}

unsigned second_wants(const struct second *second, unsigned window)
{
	unsigned long until = second->hits < window ? second->hits : window;

	return second->taken < until ? (unsigned)(until - second->taken) : 0;
}

/* ---- its records ---- */

/* The record among these that is this one. Where control numbers are not unique, the bytes say. */
static size_t find_same(const struct vec *hits, const struct hit *hit, bool unique)
{
	size_t found = hits->count, matches = 0;

	for (size_t i = 0; i < hits->count; i++) {
		if (!hit_is_same(hits->items[i], hit))
			continue;
		if (hit_is_alike(hits->items[i], hit))
			return i;
		found = i;
		matches++;
	}
	return unique && matches == 1 ? found : hits->count;
}

void second_take(struct second *second, const struct vec *records, struct hit *hit)
{
	second->taken++;
	hit->position = 0;
	if (!hit->surrogate.id && find_same(records, hit, true) == records->count &&
	    find_same(&second->only, hit, true) == second->only.count)
		vec_push(&second->only, hit);
}

struct hit *second_meet(
    struct second *second, struct arena *arena, const struct vec *records, struct hit *hit)
{
	bool unique = true;
	struct hit *met;
	size_t at;

	if (!second->only.count)
		return hit;
	for (size_t i = 0; i < records->count && unique; i++)
		unique = !hit_is_same(records->items[i], hit);
	at = find_same(&second->only, hit, unique);
	if (at == second->only.count)
		return hit;
	met = arena_memdup(arena, second->only.items[at], sizeof *met);
	met->position = hit->position;
	vec_push(&second->before, second->only.items[at]);
	vec_push(&second->after, met);
	vec_remove(&second->only, at);
	return met;
}

const struct hit *second_now(const struct second *second, const struct hit *hit)
{
	for (size_t i = 0; i < second->before.count; i++)
		if (second->before.items[i] == hit)
			return second->after.items[i];
	return hit;
}

void second_clear(struct second *second)
{
	vec_clear(&second->only);
	vec_clear(&second->before);
	vec_clear(&second->after);
}
