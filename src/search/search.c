#include "search/search.h"

#include <assert.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/log.h"
#include "base/vec.h"
#include "loop/loop.h"
#include "loop/timer.h"
#include "merge/sort.h"
#include "query/cql.h"
#include "registry/config.h"
#include "search/hit.h"
#include "search/leg.h"
#include "search/plan.h"
#include "target/health.h"
#include "target/outcome.h"
#include "target/targets.h"

struct search {
	const struct search_env *env;
	struct config *config;
	struct arena *arena;   /* plan, query, records */
	struct arena *scratch; /* one record at a time */
	unsigned refs;
	struct question question;
	struct sorter *sorter; /* NULL: by relevance */
	const char *sort;      /* the keys as text */
	const struct plan *plan;
	struct leg **legs;
	struct vec watches;
	struct defer *news;
	struct timer *cut, *overdue;
	msec_t created;
	unsigned long version;
};

struct search_watch {
	struct search *search;
	search_fn fn;
	void *arg;
};

static void search_on_news(void *arg)
{
	struct search *search = arg;

	search->news = NULL;
	search_ref(search);
	for (size_t i = search->watches.count; i-- > 0;) {
		/* A watcher may leave, and others with it, while they are told. */
		if (i < search->watches.count) {
			struct search_watch *watch = search->watches.items[i];

			watch->fn(watch->arg);
		}
	}
	search_unref(search);
}

static void search_tell(struct search *search)
{
	search->version++;
	if (!search->news)
		search->news = loop_defer(search->env->loop, search_on_news, search);
}

static void search_on_leg(void *arg, struct leg *leg)
{
	search_tell(arg);
}

/* For the leg that has been at work longest. */
static void search_arm_cut(struct search *search)
{
	msec_t first = MSEC_NEVER;

	for (size_t i = 0; i < search->plan->nlegs; i++) {
		msec_t since = leg_since(search->legs[i]);

		if (since < first)
			first = since;
	}
	if (first == MSEC_NEVER)
		timer_disarm(search->cut);
	else
		timer_arm(search->cut, first + 2 * search->config->search.deadline);
}

static void search_on_cut(void *arg)
{
	struct search *search = arg;
	msec_t limit = loop_now(search->env->loop) - 2 * search->config->search.deadline;
	bool cut = false;

	for (size_t i = 0; i < search->plan->nlegs; i++) {
		if (leg_since(search->legs[i]) > limit)
			continue;
		leg_cut(search->legs[i]);
		cut = true;
	}
	search_arm_cut(search);
	if (cut)
		search_tell(search);
}

/* Whoever is at work for the whole deadline is blamed for it, even when it may work on. */
static void search_on_overdue(void *arg)
{
	struct search *search = arg;
	msec_t next = MSEC_NEVER;

	for (size_t i = 0; i < search->plan->nlegs; i++) {
		msec_t due = leg_blame(search->legs[i], search->config->search.deadline);

		if (due < next)
			next = due;
	}
	timer_arm(search->overdue, next);
}

static const char *hop_mark(struct search *search, const char *via)
{
	if (!via || !*via)
		return search->env->gateway_id;
	return arena_printf(search->arena, "%s,%s", via, search->env->gateway_id);
}

static void search_create_legs(struct search *search, const struct search_options *options)
{
	struct leg_options leg = {
	    .env = search->env,
	    .arena = search->arena,
	    .scratch = search->scratch,
	    .sorter = search->sorter,
	    .hop_mark = hop_mark(search, options->via),
	    .question = search->question.query,
	    .second = options->single || search->sorter ? NULL : search->question.query,
	    .window = search->config->search.window,
	    .fn = search_on_leg,
	    .arg = search,
	};

	search->plan = plan_create(search->arena, search->config, options->partners,
	    options->npartners, &search->question, options->single, options->today);
	search->legs = arena_array(search->arena, search->plan->nlegs, sizeof(struct leg *));
	for (size_t i = 0; i < search->plan->nlegs; i++) {
		leg.plan = &search->plan->legs[i];
		search->legs[i] = leg_create(&leg);
	}
}

struct search *search_create(
    const struct search_env *env, const struct search_options *options, struct diag *diag)
{
	struct arena *arena = arena_create(options->config->limits.search_bytes, env->ledger);
	struct search *search;
	struct question question;

	/* The query outlives the request it came in: its canonical form is read into our own arena.
	 */
	if (!cqlq_parse(
		arena, arena_strdup(arena, options->query_cql), CQLQ_2_0, &question, diag)) {
		arena_destroy(arena);
		return NULL;
	}
	search = calloc(1, sizeof *search);
	if (!search)
		abort();
	search->env = env;
	search->config = config_ref(options->config);
	search->arena = arena;
	search->scratch = arena_create(0, env->ledger);
	search->refs = 1;
	search->created = loop_now(env->loop);
	search->cut = timer_create_on(env->loop, search_on_cut, search);
	search->overdue = timer_create_on(env->loop, search_on_overdue, search);
	search->question = question;
	if (question.nsort) {
		search->sort = query_sort_to_cql(arena, question.sort, question.nsort);
		search->sorter = sorter_create(question.sort, question.nsort);
	}
	search_create_legs(search, options);
	return search;
}

struct search *search_ref(struct search *search)
{
	search->refs++;
	return search;
}

void search_unref(struct search *search)
{
	if (--search->refs)
		return;
	assert(!search->watches.count);
	for (size_t i = 0; i < search->plan->nlegs; i++)
		leg_destroy(search->legs[i]);
	if (search->news)
		defer_cancel(search->news);
	timer_destroy(search->cut);
	timer_destroy(search->overdue);
	vec_clear(&search->watches);
	arena_destroy(search->scratch);
	arena_destroy(search->arena);
	sorter_destroy(search->sorter);
	config_unref(search->config);
	free(search);
}

struct search_watch *search_watch(struct search *search, search_fn fn, void *arg)
{
	struct search_watch *watch = calloc(1, sizeof *watch);

	if (!watch)
		abort();
	*watch = (struct search_watch){search, fn, arg};
	vec_push(&search->watches, watch);
	return watch;
}

void search_unwatch(struct search_watch *watch)
{
	vec_remove_item(&watch->search->watches, watch);
	free(watch);
}

void search_want(struct search *search, unsigned upto, msec_t due)
{
	for (size_t i = 0; i < search->plan->nlegs; i++)
		leg_want(search->legs[i], upto, search->config->search.deadline, due);
	search_arm_cut(search);
	search_on_overdue(search);
}

void search_want_more(struct search *search, unsigned more, unsigned depth, msec_t due)
{
	for (size_t i = 0; i < search->plan->nlegs; i++) {
		struct leg *leg = search->legs[i];
		size_t have;

		leg_records(leg, &have);
		if (leg_owes(leg) && have < depth)
			leg_want(leg, have + more < depth ? (unsigned)have + more : depth,
			    search->config->search.deadline, due);
	}
	search_arm_cut(search);
	search_on_overdue(search);
}

bool search_is_settled(const struct search *search)
{
	for (size_t i = 0; i < search->plan->nlegs; i++)
		if (!leg_is_settled(search->legs[i]))
			return false;
	return true;
}

bool search_is_waiting_in_vain(const struct search *search)
{
	for (size_t i = 0; i < search->plan->nlegs; i++)
		if (!leg_is_settled(search->legs[i]) &&
		    !leg_is_overdue(search->legs[i], search->config->search.deadline))
			return false;
	return true;
}

msec_t search_soft(const struct search *search)
{
	struct arena *arena = arena_create(0, NULL);
	msec_t *expected = arena_array(arena, search->plan->nlegs + 1, sizeof *expected), soft;
	size_t count = 0;

	for (size_t i = 0; i < search->plan->nlegs; i++) {
		const struct plan_leg *leg = &search->plan->legs[i];
		const struct health *health =
		    targets_health(search->env->targets, leg->partner->id);

		if (leg->ask && breaker_is_closed(&health->breaker))
			expected[count++] = pace_expected(&health->pace);
	}
	soft = pace_soft(expected, count);
	arena_destroy(arena);
	return soft;
}

bool search_owes(const struct search *search)
{
	for (size_t i = 0; i < search->plan->nlegs; i++) {
		size_t have;

		leg_records(search->legs[i], &have);
		if (leg_owes(search->legs[i]) && have < search->config->search.depth)
			return true;
	}
	return false;
}

bool search_has_outage(const struct search *search)
{
	for (size_t i = 0; i < search->plan->nlegs; i++)
		if (leg_is_out(search->legs[i], search->config->search.deadline))
			return true;
	return false;
}

msec_t search_created(const struct search *search)
{
	return search->created;
}

unsigned long search_version(const struct search *search)
{
	return search->version;
}

size_t search_nlegs(const struct search *search)
{
	return search->plan->nlegs;
}

struct leg *search_leg(const struct search *search, size_t number)
{
	return search->legs[number];
}

struct config *search_config(const struct search *search)
{
	return search->config;
}

const struct query *search_query(const struct search *search)
{
	return search->question.query;
}

const char *search_sort(const struct search *search)
{
	return search->sort;
}

const struct diag *search_query_diag(const struct search *search)
{
	bool refused = false;

	for (size_t i = 0; i < search->plan->nlegs; i++) {
		const struct plan_leg *leg = &search->plan->legs[i];

		if (leg->ask)
			return NULL;
		if (leg->outcome.status == OUTCOME_SKIPPED && leg->outcome.reason == REASON_QUERY)
			refused = true;
	}
	return refused ? &search->plan->query_diag : NULL;
}
