#include "search/share.h"

#include <assert.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/queue.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/map.h"
#include "loop/loop.h"
#include "loop/timer.h"
#include "merge/material.h"
#include "query/query.h"
#include "registry/config.h"
#include "search/search.h"

/* A set with what sharing knows of it. */
struct seat {
	struct share *share;
	struct resultset *set;
	struct timer *expiry;
	char *search_key;
	unsigned asks;
	unsigned holds;
	TAILQ_ENTRY(seat) entry; /* least recently used first */
};

TAILQ_HEAD(seat_list, seat);

struct share {
	const struct search_env *env;
	struct map *searches; /* search key → its newest struct search, while a set holds it */
	struct map *newest;   /* set key → the newest seat of that key */
	struct map *by_id;
	struct seat_list seats;
	struct share_counts counts;
};

struct ask {
	struct share *share;
	struct seat *seat;
	struct page_request *page;
	struct defer *refusal;
	struct diag diag;
	page_fn fn;
	void *arg;
};

struct share *share_create(const struct search_env *env)
{
	struct share *share = calloc(1, sizeof *share);

	if (!share)
		abort();
	share->env = env;
	share->searches = map_create();
	share->newest = map_create();
	share->by_id = map_create();
	TAILQ_INIT(&share->seats);
	return share;
}

static void seat_destroy(struct seat *seat)
{
	struct share *share = seat->share;
	struct resultset *set = seat->set;
	struct search *search = resultset_search(set);
	bool last = true;
	struct seat *other;

	TAILQ_REMOVE(&share->seats, seat, entry);
	map_remove(share->by_id, resultset_id(set));
	if (map_find(share->newest, resultset_key(set)) == seat)
		map_remove(share->newest, resultset_key(set));
	TAILQ_FOREACH(other, &share->seats, entry)
	last = last && resultset_search(other->set) != search;
	if (last) {
		share->counts.searches--;
		if (map_find(share->searches, seat->search_key) == search)
			map_remove(share->searches, seat->search_key);
	}
	share->counts.sets--;
	timer_destroy(seat->expiry);
	resultset_destroy(set);
	free(seat->search_key);
	free(seat);
}

void share_destroy(struct share *share)
{
	while (!TAILQ_EMPTY(&share->seats))
		seat_destroy(TAILQ_FIRST(&share->seats));
	map_destroy(share->searches);
	map_destroy(share->newest);
	map_destroy(share->by_id);
	free(share);
}

static void seat_on_expiry(void *arg)
{
	struct seat *seat = arg;

	if (seat->asks) /* looked at again when it has been used */
		return;
	seat_destroy(seat);
}

/* It was used just now. */
static void seat_touch(struct seat *seat)
{
	struct share *share = seat->share;
	const struct config_search *config = &search_config(resultset_search(seat->set))->search;
	msec_t idle = loop_now(share->env->loop) + config->cache;
	msec_t end = resultset_created(seat->set) + config->max_age;

	TAILQ_REMOVE(&share->seats, seat, entry);
	TAILQ_INSERT_TAIL(&share->seats, seat, entry);
	timer_arm(seat->expiry, idle < end && !seat->holds ? idle : end);
}

static void seat_on_abandoned(void *arg, struct resultset *set)
{
	struct share *share = arg;
	struct seat *seat = map_find(share->by_id, resultset_id(set));

	seat_destroy(seat);
}

/* Keys. */

/* The gateways a question came through, in one order whatever way it took. */
static char *sorted_via(struct arena *arena, const char *via)
{
	char *copy = arena_strdup(arena, via ? via : ""), *save = NULL, *out;
	size_t n = 0, length = strlen(copy);
	const char **names = arena_array(arena, length / 2 + 1, sizeof *names);

	for (char *name = strtok_r(copy, ",", &save); name; name = strtok_r(NULL, ",", &save)) {
		size_t at = n++;

		for (; at && strcmp(names[at - 1], name) > 0; at--)
			names[at] = names[at - 1];
		names[at] = name;
	}
	out = arena_alloc(arena, length + 2);
	for (size_t i = 0; i < n; i++) {
		strcat(out, names[i]);
		strcat(out, ",");
	}
	return out;
}

/* All that decides what is asked and how long it may take. Of the day only what it makes of the
 * agreements: a set lives over midnight when that changes nothing. */
static char *search_key(struct arena *arena, const struct share_request *request, const char *cql)
{
	const struct config_search *search = &request->config->search;
	unsigned long long print = 1469598103934665603ull;

	for (size_t i = 0; i < request->npartners; i++) {
		print = (print ^ request->partners[i]->fingerprint) * 1099511628211ull;
		print = (print ^ request->partners[i]->number) * 1099511628211ull;
		print = (print ^ (agreement_state(&request->partners[i]->agreement,
				      request->today) == AGREEMENT_EXPIRED)) *
			1099511628211ull;
	}
	return arena_printf(arena, "%zu %016llx %d %u %u %lld %lld %d via=%s %s",
	    request->npartners, print, request->single, search->window, search->depth,
	    (long long)search->deadline, (long long)search->soft, (int)search->on_expiry,
	    sorted_via(arena, request->via), cql);
}

static char *set_key(struct arena *arena, const struct share_request *request, const char *search)
{
	char formats[MATERIALS + 1] = "";

	for (size_t i = 0; request->formats && i < MATERIALS; i++)
		formats[i] = request->formats->has[i] ? '1' : '0';
	return arena_printf(arena, "%s %lld %s %s", merge_level_name(request->level),
	    (long long)request->deadline, formats, search);
}

/* Joining. */

/* A new search may join what has no outage, or has one that is still fresh. */
static bool search_is_joinable(
    const struct share *share, const struct search *search, const struct config *config)
{
	msec_t now = loop_now(share->env->loop);

	if (now >= search_created(search) + config->search.max_age)
		return false;
	return !search_has_outage(search) || now < search_created(search) + config->search.retry;
}

static struct search *find_search(struct share *share, const struct share_request *request,
    const char *key, const char *cql, struct diag *diag)
{
	struct search *search = map_find(share->searches, key);

	if (search && search_is_joinable(share, search, request->config)) {
		share->counts.joined_searches++;
		return search_ref(search);
	}
	search = search_create(share->env,
	    &(struct search_options){
		.config = request->config,
		.partners = request->partners,
		.npartners = request->npartners,
		.query = request->query,
		.query_cql = cql,
		.single = request->single,
		.via = request->via,
		.today = request->today,
	    },
	    diag);
	if (!search)
		return NULL;
	share->counts.searches++;
	map_put(share->searches, key, search);
	return search;
}

static struct seat *seat_create(struct share *share, const struct share_request *request,
    const char *key, const char *skey, const char *cql, struct diag *diag)
{
	struct search *search = find_search(share, request, skey, cql, diag);
	struct seat *seat = search ? calloc(1, sizeof *seat) : NULL;

	if (!search)
		return NULL;
	if (!seat)
		abort();
	seat->share = share;
	seat->search_key = strdup(skey);
	seat->set = resultset_create(share->env, &(struct resultset_options){
						     .search = search,
						     .key = key,
						     .level = request->level,
						     .deadline = request->deadline,
						     .single = request->single,
						     .formats = request->formats,
						     .on_abandoned = seat_on_abandoned,
						     .arg = share,
						 });
	search_unref(search); /* the set holds it now */
	seat->expiry = timer_create_on(share->env->loop, seat_on_expiry, seat);
	TAILQ_INSERT_TAIL(&share->seats, seat, entry);
	share->counts.sets++;
	map_put(share->newest, key, seat);
	map_put(share->by_id, resultset_id(seat->set), seat);
	return seat;
}

static bool share_has_room(const struct share *share, const struct config_limits *limits)
{
	return share->counts.sets < limits->sets && share->env->ledger->used < limits->cache_bytes;
}

/* Makes room for one more set, first of what nobody holds; false when everything that could go has
 * gone. */
static bool share_make_room(struct share *share, const struct config_limits *limits)
{
	for (int held = 0; held <= 1; held++) {
		struct seat *seat = TAILQ_FIRST(&share->seats), *next;

		for (; seat && !share_has_room(share, limits); seat = next) {
			next = TAILQ_NEXT(seat, entry);
			if (!seat->asks && (!seat->holds || held))
				seat_destroy(seat);
		}
	}
	return share_has_room(share, limits);
}

static struct seat *find_seat(
    struct share *share, const struct share_request *request, struct diag *diag)
{
	if (request->query->type == QUERY_SET) {
		struct seat *seat = map_find(share->by_id, request->query->name);

		if (!seat)
			diag_set(diag, DIAG_RESULT_SET_UNKNOWN, "%s", request->query->name);
		return seat;
	}

	struct arena *arena = arena_create(0, NULL);
	struct question question = {
	    request->query, (struct query_sort_key *)request->sort, request->nsort};
	const char *cql = question_to_cql(arena, &question);
	const char *skey = search_key(arena, request, cql), *key = set_key(arena, request, skey);
	struct seat *seat = map_find(share->newest, key);

	if (seat && request->start == 1 &&
	    !search_is_joinable(share, resultset_search(seat->set), request->config))
		seat = NULL;
	if (seat)
		share->counts.joined_sets++;
	else if (share_make_room(share, &request->config->limits))
		seat = seat_create(share, request, key, skey, cql, diag);
	else
		diag_set(diag, DIAG_UNAVAILABLE, "too many searches at once; try again later");
	arena_destroy(arena);
	return seat;
}

/* Asking. */

static void ask_free(struct ask *ask)
{
	ask->share->counts.waiting--;
	free(ask);
}

static void ask_refused(void *arg)
{
	struct ask *ask = arg;
	struct page page = {.diag = ask->diag};
	page_fn fn = ask->fn;
	void *fn_arg = ask->arg;

	ask_free(ask);
	fn(fn_arg, &page);
}

static void ask_answered(void *arg, const struct page *page)
{
	struct ask *ask = arg;
	page_fn fn = ask->fn;
	void *fn_arg = ask->arg;

	ask->seat->asks--;
	seat_touch(ask->seat);
	ask_free(ask);
	fn(fn_arg, page);
}

struct ask *share_ask(
    struct share *share, const struct share_request *request, page_fn fn, void *arg)
{
	struct ask *ask = calloc(1, sizeof *ask);

	if (!ask)
		abort();
	ask->share = share;
	ask->fn = fn;
	ask->arg = arg;
	share->counts.asked++;
	share->counts.waiting++;
	ask->seat = find_seat(share, request, &ask->diag);
	if (!ask->seat) {
		share->counts.refused++;
		ask->refusal = loop_defer(share->env->loop, ask_refused, ask);
		return ask;
	}
	seat_touch(ask->seat);
	ask->seat->asks++;
	ask->page = resultset_page(
	    ask->seat->set, request->start, request->count, request->deadline, ask_answered, ask);
	return ask;
}

void ask_cancel(struct ask *ask)
{
	struct seat *seat = ask->seat;
	struct page_request *page = ask->page;

	if (ask->refusal)
		defer_cancel(ask->refusal);
	ask_free(ask);
	if (!seat)
		return;
	seat->asks--;
	seat_touch(seat);
	page_cancel(page);
}

bool share_hold(struct share *share, const char *set_id)
{
	struct seat *seat = map_find(share->by_id, set_id);

	if (!seat)
		return false;
	seat->holds++;
	seat_touch(seat);
	return true;
}

void share_release(struct share *share, const char *set_id)
{
	struct seat *seat = map_find(share->by_id, set_id);

	if (!seat || !seat->holds)
		return;
	seat->holds--;
	seat_touch(seat);
}

void share_counts(const struct share *share, struct share_counts *out)
{
	*out = share->counts;
}
