#include "search/second.h"

#include <string.h>

#include "base/arena.h"
#include "merge/tally.h"
#include "query/ask.h"
#include "query/narrow.h"
#include "query/rpn.h"
#include "query/unaccent.h"
#include "registry/partner.h"
#include "search/counts.h"
#include "search/hit.h"
#include "search/leg.h"
#include "search/plan.h"
#include "search/wording.h"
#include "target/health.h"
#include "target/pool.h"
#include "target/targets.h"

/* Words keep company, so that more is found than was expected: less than a window is aimed at, and
 * up to half as much again is taken. */
#define AIM .8
#define ROOMY 2 /* times the window: a question for more than that is asked of titles */
/* How often a word is taken to be in the first records that is in none of them: mostly it is rarer
 * than the rarest that could be. */
#define UNSEEN .1

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
		    (counts[i] ? (double)counts[i] : UNSEEN) / (double)n * (double)known->hits;
}

/* What the target says of a word is better; of what is in no record it should have said. */
static void count_as_told(
    struct arena *arena, const struct second_case *known, struct narrow_words *words)
{
	for (size_t i = 0; i < words->count; i++) {
		struct narrow_word *word = &words->items[i];

		for (size_t t = 0; t < known->counts->count; t++) {
			const struct count *told = &known->counts->items[t];

			if (!tally_same_word(arena, told->term, word->text))
				continue;
			word->count =
			    (double)(told->count < known->hits ? told->count : known->hits);
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
		narrower = narrow_by_words(arena, query, &words, (double)known->hits,
		    AIM * known->options->window, &expected);
	}
	if (narrower && expected <= ROOMY * known->options->window)
		return narrower;
	titles = narrow_to_titles(arena, narrower ? narrower : query);
	return titles ? titles : narrower;
}

static struct habits *second_habits(const struct leg_options *options)
{
	return &targets_health(options->env->targets, options->plan->partner->id)->habits;
}

static bool is_wanted(const struct second_case *known)
{
	const struct leg_options *options = known->options;
	struct habits *habits = second_habits(options);

	return options->second && known->wanted && known->hits > options->window &&
	       known->records->count && !options->plan->partner->target.ranks &&
	       !habits_rank(habits, wording_ranks(known->wording)) && habits_may_ask_second(habits);
}

/* In the words of the partner's protocol, less what it refuses; false: it cannot be asked so. */
static bool word_question(struct second *second, const struct second_case *known,
    struct lease *lease, const struct query *query)
{
	const struct profile *profile = known->options->plan->partner->target.profile;
	struct ask_server server = lease_server(lease, second->arena);
	struct question *tree;
	struct diag ignored = {DIAG_NONE, ""};
	char lost[DEGRADE_TEXT];
	struct ask words;
	Z_RPNQuery *rpn;

	if (known->wording->tree) {
		tree = arena_alloc(second->arena, sizeof *tree);
		tree->query = query;
		second->question.tree = tree;
		second->question.refused = &known->wording->refused;
		return ask_make(
		    second->arena, tree, &server, &known->wording->refused, &words, &ignored);
	}
	if (!rpn_from_query(second->arena, query, profile, &rpn, &ignored))
		return false;
	second->question.rpn = degrade_apply(second->arena, rpn, &known->wording->degrade, lost);
	return true;
}

/* What is to be asked; false: nothing. */
static bool make_question(
    struct second *second, const struct second_case *known, struct lease *lease)
{
	const struct query *query = known->options->second, *plain;

	if (known->wording->plain && (plain = query_unaccent(second->arena, query)))
		query = plain;
	query = narrow(second->arena, known, query);
	return query && word_question(second, known, lease, query);
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

static void take(struct second *second, struct hit *hit)
{
	second->taken++;
	hit->position = 0;
	if (!hit->surrogate.id && find_same(second->records, hit, true) == second->records->count &&
	    find_same(&second->only, hit, true) == second->only.count)
		vec_push(&second->only, hit);
}

/* ---- the exchange ---- */

static unsigned next_chunk(const struct second *second, unsigned long hits)
{
	unsigned chunk = second->options->plan->partner->target.chunk;
	unsigned most = second->options->window + second->options->window / 2;
	unsigned long until = hits < most ? hits : most;

	until = second->taken < until ? until - second->taken : 0;
	return until < chunk ? (unsigned)until : chunk;
}

static void end(struct second *second)
{
	if (second->arena)
		arena_destroy(second->arena);
	second->arena = NULL;
}

bool second_begin(struct second *second, const struct second_case *known, struct lease *lease)
{
	const struct leg_options *options = known->options;
	bool piggyback = options->plan->partner->target.piggyback;

	if (second->asked || !is_wanted(known))
		return false;
	second->asked = true;
	second->options = options;
	second->patience = known->patience;
	second->records = known->records;
	second->arena = arena_create(0, options->env->ledger);
	if (!make_question(second, known, lease) || !lease_may_search_again(lease)) {
		end(second);
		return false;
	}

	struct conn_search search = {
	    .question = second->question,
	    .piggyback = piggyback ? next_chunk(second, options->window) : 0,
	    .hop_mark = options->hop_mark,
	    .patience = second->patience,
	};

	second->set = lease_search(lease, &search);
	return true;
}

/* Asks for more of it, if there is more. */
static bool go_on(struct second *second, struct lease *lease)
{
	struct conn_present present = {
	    .question = second->question,
	    .start = second->taken + 1,
	    .count = next_chunk(second, second->hits),
	    .hop_mark = second->options->hop_mark,
	    .patience = second->patience,
	};

	if (!present.count || arena_over(second->options->arena))
		return false;
	lease_present(lease, second->set, &present);
	return true;
}

bool second_answer(struct second *second, struct lease *lease, const struct reply *reply)
{
	const struct leg_options *options = second->options;
	bool is_search = reply->kind == REPLY_SEARCH;
	unsigned before = second->taken;

	if (is_search)
		second->hits = reply->ok ? reply->hits : 0;
	for (size_t i = 0; i < reply->nrecords; i++)
		take(second, hit_create(options->arena, options->scratch, options->plan->partner,
				 &reply->records[i], options->sorter));
	if (!reply->ok || reply->diagnostic.present || (!is_search && second->taken == before))
		second_missed(second);
	else if (go_on(second, lease))
		return true;
	else if (!second->missed)
		habits_note_second(second_habits(options), true);
	end(second);
	return false;
}

void second_missed(struct second *second)
{
	if (!second->missed)
		habits_note_second(second_habits(second->options), false);
	second->missed = true;
}

/* ---- by the first question, too ---- */

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
	end(second);
	vec_clear(&second->only);
	vec_clear(&second->before);
	vec_clear(&second->after);
}
