#include "search/resultset.h"

#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/vec.h"
#include "loop/loop.h"
#include "loop/timer.h"
#include "merge/material.h"
#include "merge/sort.h"
#include "registry/config.h"
#include "search/hit.h"
#include "search/leg.h"
#include "search/notice.h"
#include "search/order.h"
#include "search/plan.h"
#include "search/search.h"
#include "search/second.h"

/* Records merged in one go before the loop has its turn: about a millisecond. */
#define SLICE 400
/* Pages answered in one go: some milliseconds. */
#define ANSWERS 16
/* Positions announced as next that are remembered: several clients may read one set. */
#define ANNOUNCED 16

struct resultset {
	const struct search_env *env;
	struct resultset_options options;
	char *key;
	char id[33];
	struct search_watch *watch;
	struct order *order;
	struct vec pages;	     /* waiting requests */
	struct material_set formats; /* what options.formats points at */
	struct defer *step;
	msec_t created;
	bool answered;			    /* somebody was served */
	unsigned long announced[ANNOUNCED]; /* as next, the latest first; 0 none */
};

struct page_request {
	struct resultset *set;
	unsigned long start, count;
	msec_t deadline, soft;
	msec_t patience; /* the soft deadline for those who have answered, but are still sending */
	struct timer *timer;
	bool due; /* its deadline has come */
	bool soft_due, patience_due;
	bool wants_merge;
	bool merged; /* a merge was made for it: records still arriving wait for the next */
	page_fn fn;
	void *arg;
};

static void resultset_step(void *arg);

static void resultset_wake(void *arg)
{
	struct resultset *set = arg;

	if (!set->step)
		set->step = loop_defer(set->env->loop, resultset_step, set);
}

struct resultset *resultset_create(
    const struct search_env *env, const struct resultset_options *options)
{
	struct resultset *set = calloc(1, sizeof *set);
	unsigned char random[16];

	if (!set)
		abort();
	set->env = env;
	set->options = *options;
	set->key = strdup(options->key);
	search_ref(options->search);
	if (options->formats) {
		set->formats = *options->formats;
		set->options.formats = &set->formats;
	}
	set->created = loop_now(env->loop);
	set->watch = search_watch(options->search, resultset_wake, set);
	set->order = order_create(&(struct order_options){
	    .search = options->search,
	    .ledger = env->ledger,
	    .level = options->level,
	    .single = options->single,
	    .formats = set->options.formats,
	});
	loop_random(env->loop, random, sizeof random);
	for (int i = 0; i < 16; i++)
		snprintf(set->id + 2 * i, 3, "%02x", random[i]);
	return set;
}

void resultset_destroy(struct resultset *set)
{
	assert(!set->pages.count);
	if (set->step)
		defer_cancel(set->step);
	order_destroy(set->order);
	search_unwatch(set->watch);
	search_unref(set->options.search);
	vec_clear(&set->pages);
	free(set->key);
	free(set);
}

const char *resultset_id(const struct resultset *set)
{
	return set->id;
}

const char *resultset_key(const struct resultset *set)
{
	return set->key;
}

struct search *resultset_search(const struct resultset *set)
{
	return set->options.search;
}

bool resultset_is_busy(const struct resultset *set)
{
	return set->pages.count > 0;
}

msec_t resultset_created(const struct resultset *set)
{
	return set->created;
}

/* Page requests. */

static void page_on_timer(void *arg)
{
	struct page_request *page = arg;

	if (!page->soft_due && page->soft < page->deadline) {
		page->soft_due = true;
		timer_arm(
		    page->timer, page->patience < page->deadline ? page->patience : page->deadline);
	} else if (!page->patience_due && page->patience < page->deadline) {
		page->patience_due = true;
		timer_arm(page->timer, page->deadline);
	} else {
		page->due = true;
	}
	resultset_wake(page->set);
}

/* `soft` as configured: 0 off, -1 by what is known of the partners. */
static msec_t page_soft(const struct resultset *set, msec_t soft, msec_t now)
{
	if (soft < 0)
		soft = search_soft(set->options.search);
	return soft == 0 || soft == MSEC_NEVER ? MSEC_NEVER : now + soft;
}

struct page_request *resultset_page(struct resultset *set, unsigned long start, unsigned long count,
    msec_t deadline, page_fn fn, void *arg)
{
	const struct config_search *config = &search_config(set->options.search)->search;
	struct page_request *page = calloc(1, sizeof *page);
	msec_t now = loop_now(set->env->loop);

	if (!page)
		abort();
	page->set = set;
	page->start = start;
	page->count = count;
	page->deadline = now + deadline;
	page->soft = page_soft(set, config->soft, now);
	page->patience = page->soft == MSEC_NEVER ? MSEC_NEVER : 2 * page->soft - now;
	page->fn = fn;
	page->arg = arg;
	page->timer = timer_create_on(set->env->loop, page_on_timer, page);
	timer_arm(page->timer, page->soft < page->deadline ? page->soft : page->deadline);
	vec_push(&set->pages, page);
	if (start <= config->depth)
		search_want(set->options.search, count ? config->window : 0, page->deadline);
	resultset_wake(set);
	return page;
}

static void page_free(struct page_request *page)
{
	vec_remove_item(&page->set->pages, page);
	timer_destroy(page->timer);
	free(page);
}

void page_cancel(struct page_request *page)
{
	struct resultset *set = page->set;

	page_free(page);
	if (!set->pages.count && !set->answered)
		set->options.on_abandoned(set->options.arg, set);
}

/* Answering. */

static struct page_partner *page_partners(struct arena *arena, const struct search *search)
{
	size_t n = search_nlegs(search);
	struct page_partner *partners = arena_array(arena, n, sizeof *partners);

	for (size_t i = 0; i < n; i++) {
		const struct leg *leg = search_leg(search, i);

		partners[i] = (struct page_partner){
		    .plan = leg_plan(leg),
		    .outcome = leg_outcome(leg),
		    .has_hits = leg_has_hits(leg),
		    .hits = leg_hits(leg),
		    .partial = leg_notice(leg)->partial,
		    .ms = leg_ms(leg),
		};
		leg_records(leg, &partners[i].numbered);
		partners[i].fetched = partners[i].numbered + leg_second(leg)->only.count;
	}
	return partners;
}

/* Targets may state anything: the sum ends at the largest number an answer can hold. */
static void add_hits(struct page *page, unsigned long hits)
{
	page->hits = hits > LONG_MAX - page->hits ? LONG_MAX : page->hits + hits;
}

/* Hits of those who answered less the duplicates found; who has failed, or has left the
 * configuration since, counts with what it delivered. */
static void page_count_hits(struct page *page, size_t duplicates)
{
	page->exact = true;
	for (size_t i = 0; i < page->npartners; i++) {
		const struct page_partner *partner = &page->partners[i];
		bool owes = partner->outcome.status == OUTCOME_OK ||
			    partner->outcome.status == OUTCOME_LATE;

		if (outcome_is_outage(&partner->outcome) || partner->numbered < partner->hits ||
		    partner->partial)
			page->exact = false;
		/* A second question may have found what the first, in the end, did not have. */
		if (partner->has_hits)
			add_hits(page, owes && partner->hits > partner->fetched ? partner->hits
										: partner->fetched);
	}
	page->hits -= duplicates < page->hits ? duplicates : page->hits;
}

/* What is left out for its format is no hit; what was not looked at yet may have to be. */
static void page_count_left_out(struct page *page, const struct order *order)
{
	size_t records;

	if (!page->formats)
		return;
	page->left_out = order_left_out(order, &records);
	page->hits -= records < page->hits ? records : page->hits;
	page->exact = page->exact && order_is_current(order);
}

/* Whether every record that could stand on this page or before it was fetched: from those who do
 * not sort themselves, all of them; from those who do, up to one that comes after the page. */
static bool page_sort_is_complete(
    const struct page *page, const struct search *search, const struct order *order)
{
	struct order_entry last;

	if (page->count)
		order_entry(order, page->start - 1 + page->count - 1, &last);
	for (size_t i = 0; i < search_nlegs(search); i++) {
		const struct leg *leg = search_leg(search, i);
		size_t fetched;
		struct hit *const *hits = leg_records(leg, &fetched);

		if (!leg_has_hits(leg) || fetched >= leg_hits(leg))
			continue;
		if (!leg_plan(leg)->sorts || !fetched)
			return false;
		if (page->count && sort_compare(last.lead->sort, hits[fetched - 1]->sort) > 0)
			return false;
	}
	return true;
}

static bool page_check_answered(struct page *page, const struct search *search)
{
	const struct diag *query_diag = search_query_diag(search);

	for (size_t i = 0; i < page->npartners; i++)
		if (page->partners[i].has_hits)
			return true;
	if (query_diag)
		page->diag = *query_diag;
	else if (!page_tell_refused(page->partners, page->npartners, &page->diag))
		page_tell_unanswered(page->partners, page->npartners, &page->diag);
	return false;
}

/* What is frozen cannot prove empty: only what lies beyond need be remembered. */
static void resultset_announce(struct resultset *set, unsigned long position)
{
	size_t at = 0;

	if (position <= order_frozen(set->order))
		return;
	while (at < ANNOUNCED - 1 && set->announced[at] != position)
		at++;
	memmove(set->announced + 1, set->announced, at * sizeof *set->announced);
	set->announced[0] = position;
}

static bool resultset_has_announced(const struct resultset *set, unsigned long position)
{
	for (size_t i = 0; i < ANNOUNCED; i++)
		if (set->announced[i] == position)
			return true;
	return false;
}

static void page_fill(const struct page_request *request, struct page *page)
{
	struct resultset *set = request->set;
	const struct config_search *config = &search_config(set->options.search)->search;
	size_t known = order_count(set->order);
	unsigned long end = request->start - 1 + request->count;
	bool owes = search_owes(set->options.search);

	if (end > config->depth)
		end = config->depth;
	if (known > config->depth)
		known = config->depth;
	page->start = request->start;
	if (end > known)
		end = known;
	if (request->count && end >= request->start) {
		page->count = end - (request->start - 1);
		order_freeze(set->order, end);
	}
	if (request->start > known && request->start > 1 && !owes &&
	    !resultset_has_announced(set, request->start)) {
		diag_set(&page->diag, DIAG_OUT_OF_RANGE, "%zu", known);
		return;
	}

	unsigned long next = request->start + page->count;

	if (next <= config->depth && (next <= known || owes)) {
		page->next = next;
		resultset_announce(set, next);
	}
}

/* How long the set lives if nobody uses it again. */
static msec_t resultset_left(const struct resultset *set)
{
	const struct config_search *config = &search_config(set->options.search)->search;
	msec_t left = set->created + config->max_age - loop_now(set->env->loop);

	return left < config->cache ? (left > 0 ? left : 0) : config->cache;
}

static void page_answer(struct page_request *request)
{
	struct resultset *set = request->set;
	struct search *search = set->options.search;
	const struct config_search *config = &search_config(search)->search;
	struct arena *arena = arena_create(0, set->env->ledger);
	struct page page = {
	    .single = set->options.single,
	    .order = set->order,
	    .query = search_query(search),
	    .formats = set->options.formats,
	    .npartners = search_nlegs(search),
	};

	page.idle = resultset_left(set);
	page.partners = page_partners(arena, search);
	snprintf(page.set_id, sizeof page.set_id, "%s", set->id);
	if (request->start > config->depth) {
		diag_set(&page.diag, DIAG_OUT_OF_RANGE, "%u", config->depth);
	} else if (page_check_answered(&page, search)) {
		page_count_hits(&page, order_duplicates(set->order));
		page_count_left_out(&page, set->order);
		page_fill(request, &page);
		page.sort = search_sort(search);
		page.sort_complete =
		    page.sort &&
		    (set->options.single || page_sort_is_complete(&page, search, set->order));
	}

	page_fn fn = request->fn;
	void *arg = request->arg;

	set->answered = true;
	page_free(request);
	fn(arg, &page);
	arena_destroy(arena);
}

/* What the soft deadline waits for: some partner has answered, and none of those is still at work;
 * in the end only that some are not. */
static bool soft_enough(const struct page_request *request)
{
	const struct search *search = request->set->options.search;
	bool answered = false;

	if (!request->soft_due)
		return false;
	for (size_t i = 0; i < search_nlegs(search); i++) {
		const struct leg *leg = search_leg(search, i);

		if (!leg_has_hits(leg))
			continue;
		if (leg_is_settled(leg))
			answered = true;
		else if (!request->patience_due)
			return false;
	}
	return answered;
}

/* Nothing is fetched for a count, but what is there is looked at. */
static bool page_counts_formats(const struct page_request *request)
{
	const struct resultset *set = request->set;

	for (size_t i = 0; set->options.formats && i < search_nlegs(set->options.search); i++) {
		size_t count;

		leg_records(search_leg(set->options.search, i), &count);
		if (count)
			return true;
	}
	return false;
}

enum page_verdict { PAGE_WAIT, PAGE_MERGE, PAGE_ANSWER };

static enum page_verdict page_judge(struct page_request *request)
{
	struct resultset *set = request->set;
	struct search *search = set->options.search;
	const struct config *config = search_config(search);
	bool due = request->due || soft_enough(request);

	if (request->start > config->search.depth)
		return PAGE_ANSWER;
	if (!due && !search_is_waiting_in_vain(search))
		return PAGE_WAIT;
	if (!request->count && !page_counts_formats(request))
		return PAGE_ANSWER;

	/* While records may still arrive one merge has to do. */
	bool once = due || !search_is_settled(search);

	if (!order_is_current(set->order) && !(request->merged && once))
		return PAGE_MERGE;

	unsigned long end = request->start - 1 + request->count;

	if (end > config->search.depth)
		end = config->search.depth;
	if (due || !request->count || order_count(set->order) >= end || !search_owes(search))
		return PAGE_ANSWER;
	search_want_more(search, config->search.window, config->search.depth, request->deadline);
	return search_is_settled(search) ? PAGE_ANSWER : PAGE_WAIT;
}

static void resultset_begin_merge(struct resultset *set)
{
	for (size_t i = 0; i < set->pages.count; i++) {
		struct page_request *request = set->pages.items[i];

		request->merged |= request->wants_merge;
		request->wants_merge = false;
	}
	order_begin(set->order);
	resultset_wake(set);
}

/* Goes on with everything that can go on; called at the end of a turn in which something changed.
 */
static void resultset_step(void *arg)
{
	struct resultset *set = arg;
	unsigned answers = 0;
	bool merge = false;

	set->step = NULL;
	if (order_is_merging(set->order)) {
		if (!order_step(set->order, SLICE)) {
			resultset_wake(set);
			return;
		}
	}
	for (size_t i = 0; i < set->pages.count;) {
		struct page_request *request = set->pages.items[i];

		switch (page_judge(request)) {
		case PAGE_WAIT:
			request->merged = false;
			i++;
			break;
		case PAGE_MERGE:
			request->wants_merge = merge = true;
			i++;
			break;
		case PAGE_ANSWER:
			if (answers++ == ANSWERS) { /* the others in the next turn */
				resultset_wake(set);
				return;
			}
			page_answer(request);
			i = 0;
			break;
		}
	}
	if (merge)
		resultset_begin_merge(set);
}
