#include "search/order.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "merge/explain.h"
#include "query/terms.h"
#include "registry/config.h"
#include "search/counts.h"
#include "search/hit.h"
#include "search/leg.h"
#include "search/plan.h"
#include "search/second.h"
#include "search/search.h"

/* One merge with its input; the records' order is canonical: leg, then position; those without one
 * come first. */
struct round {
	struct arena *arena;
	struct merger *merger;
	struct merge_item *items;
	const struct hit **hits;	/* by item */
	const struct sort_value **sort; /* by item; of no use when ordered by relevance */
	size_t nitems;
	size_t *first;	/* by leg: its first item */
	size_t *extras; /* by leg: how many items without a position */
	size_t *count;	/* by leg: how many items */
	unsigned long version;
	const struct merge_entry *entries;
	size_t nentries;
};

struct order {
	struct order_options options;
	struct arena *arena; /* what all rounds need */
	struct terms terms;
	struct round *current; /* in force, NULL none yet */
	struct round *next;    /* being merged, NULL none */
	size_t frozen;
};

struct order *order_create(const struct order_options *options)
{
	struct order *order = calloc(1, sizeof *order);

	if (!order)
		abort();
	order->options = *options;
	order->arena = arena_create(0, options->ledger);
	terms_from_query(order->arena, search_query(options->search), &order->terms);
	return order;
}

static void round_destroy(struct round *round)
{
	if (round)
		arena_destroy(round->arena); /* the round itself lives in it */
}

void order_destroy(struct order *order)
{
	round_destroy(order->current);
	round_destroy(order->next);
	arena_destroy(order->arena);
	free(order);
}

bool order_is_current(const struct order *order)
{
	return order->current && order->current->version == search_version(order->options.search);
}

bool order_is_merging(const struct order *order)
{
	return order->next != NULL;
}

/* The item of a leg that a hit of an earlier round is now. */
static size_t round_item_of(
    const struct round *round, const struct search *search, size_t leg, const struct hit *hit)
{
	size_t item = round->first[leg];

	hit = second_now(leg_second(search_leg(search, leg)), hit);
	if (hit->position)
		return item + round->extras[leg] + hit->position - 1;
	while (round->hits[item] != hit)
		item++;
	return item;
}

/* Which frozen entry an item of the new round belongs to already. */
static void round_carry_frozen(const struct order *order, struct round *round)
{
	const struct round *old = order->current;

	if (!old)
		return;
	for (size_t e = 0; e < order->frozen; e++) {
		const struct merge_entry *entry = &old->entries[e];

		for (size_t i = 0; i < entry->nitems; i++) {
			/* An item keeps its leg over the rounds. */
			size_t item = entry->items[i], leg = 0;

			while (item >= old->first[leg] + old->count[leg])
				leg++;
			item = round_item_of(round, order->options.search, leg, old->hits[item]);
			round->items[item].frozen = (int)e;
			round->items[item].lead = entry->items[i] == entry->lead;
		}
	}
}

static void round_add(struct round *round, size_t item, void *const *hits, size_t count)
{
	for (size_t i = 0; i < count; i++, item++) {
		const struct hit *hit = hits[i];

		round->hits[item] = hit;
		round->sort[item] = hit->sort;
		round->items[item] = (struct merge_item){
		    .doc = hit->doc,
		    .partner = hit->partner->number,
		    .position = hit->position,
		    .frozen = -1,
		};
	}
}

static void round_collect(struct round *round, const struct search *search)
{
	size_t nlegs = search_nlegs(search), total = 0;

	round->first = arena_array(round->arena, nlegs, sizeof *round->first);
	round->extras = arena_array(round->arena, nlegs, sizeof *round->extras);
	round->count = arena_array(round->arena, nlegs, sizeof *round->count);
	for (size_t l = 0; l < nlegs; l++) {
		const struct leg *leg = search_leg(search, l);
		size_t count;

		leg_records(leg, &count);
		round->first[l] = total;
		round->extras[l] = leg_second(leg)->only.count;
		round->count[l] = round->extras[l] + count;
		total += round->count[l];
	}
	round->nitems = total;
	round->items = arena_array(round->arena, total, sizeof *round->items);
	round->sort = arena_array(round->arena, total, sizeof *round->sort);
	round->hits = arena_array(round->arena, total, sizeof *round->hits);
	for (size_t l = 0; l < nlegs; l++) {
		const struct leg *leg = search_leg(search, l);
		size_t count;
		struct hit *const *records = leg_records(leg, &count);

		round_add(round, round->first[l], leg_second(leg)->only.items, round->extras[l]);
		round_add(round, round->first[l] + round->extras[l], (void *const *)records, count);
	}
}

static struct merge_source *round_sources(struct arena *arena, const struct search *search)
{
	struct merge_source *sources =
	    arena_array(arena, search_config(search)->npartners, sizeof *sources);

	for (size_t l = 0; l < search_nlegs(search); l++) {
		const struct leg *leg = search_leg(search, l);
		const struct partner *partner = leg_plan(leg)->partner;

		sources[partner->number] = (struct merge_source){
		    .answered = leg_has_hits(leg),
		    .hits = leg_hits(leg),
		    .priority = partner->target.priority,
		    .ranks = partner->target.ranks,
		};
	}
	return sources;
}

/* Adds up what partners told of single terms. */
static size_t round_frequencies(
    struct arena *arena, const struct search *search, struct merge_frequency **out)
{
	size_t room = 0, n = 0;

	for (size_t l = 0; l < search_nlegs(search); l++)
		room += leg_counts(search_leg(search, l))->count;
	*out = arena_array(arena, room, sizeof **out);
	for (size_t l = 0; l < search_nlegs(search); l++) {
		const struct counts *counts = leg_counts(search_leg(search, l));
		size_t f;

		for (size_t t = 0; t < counts->count; t++) {
			const struct count *told = &counts->items[t];

			for (f = 0; f < n && strcmp((*out)[f].word, told->term) != 0; f++)
				;
			if (f == n)
				(*out)[n++].word = told->term;
			(*out)[f].count += told->count;
		}
	}
	return n;
}

void order_begin(struct order *order)
{
	struct search *search = order->options.search;
	struct arena *arena = arena_create(0, order->options.ledger);
	struct round *round = arena_alloc(arena, sizeof *round);
	struct merge_frequency *frequencies;

	assert(!order->next);
	round->arena = arena;
	round->version = search_version(search);
	round_collect(round, search);
	round_carry_frozen(order, round);

	size_t nfrequencies = round_frequencies(arena, search, &frequencies);
	struct merge_params *params = arena_alloc(arena, sizeof *params);

	*params = (struct merge_params){
	    .level = order->options.level,
	    .terms = &order->terms,
	    .sources = round_sources(arena, search),
	    .nsources = search_config(search)->npartners,
	    .frequencies = frequencies,
	    .nfrequencies = nfrequencies,
	    .keep_order = order->options.single,
	    .sort = search_sort(search) ? round->sort : NULL,
	    .formats = order->options.formats,
	};
	round->merger = merger_begin(arena, params, round->items, round->nitems, order->frozen);
	order->next = round;
}

/* A result in another order says nothing of the target's own. */
static void order_learn(struct search *search, const struct merger *merger)
{
	for (size_t l = 0; !search_sort(search) && l < search_nlegs(search); l++) {
		struct leg *leg = search_leg(search, l);

		leg_learn_order(leg, merger_agreement(merger, leg_plan(leg)->partner->number));
	}
}

bool order_step(struct order *order, size_t records)
{
	struct round *round = order->next;

	if (!merger_step(round->merger, records))
		return false;
	round->entries = merger_entries(round->merger, &round->nentries);
	order_learn(order->options.search, round->merger);
	round_destroy(order->current);
	order->current = round;
	order->next = NULL;
	return true;
}

size_t order_count(const struct order *order)
{
	return order->current ? order->current->nentries : 0;
}

size_t order_frozen(const struct order *order)
{
	return order->frozen;
}

void order_freeze(struct order *order, size_t count)
{
	assert(count <= order_count(order) && !order->next);
	if (count > order->frozen)
		order->frozen = count;
}

void order_entry(const struct order *order, size_t index, struct order_entry *out)
{
	const struct merge_entry *entry = &order->current->entries[index];

	*out = (struct order_entry){
	    .lead = order->current->hits[entry->lead],
	    .score = entry->score,
	    .nmembers = entry->nitems,
	};
}

const struct hit *order_member(const struct order *order, size_t index, size_t member)
{
	const struct round *round = order->current;

	return round->hits[round->entries[index].items[member]];
}

void order_explain(
    const struct order *order, struct arena *arena, size_t index, struct explain *out)
{
	merger_explain(order->current->merger, arena, index, out);
}

const struct hit *order_item(const struct order *order, unsigned item)
{
	return order->current->hits[item];
}

size_t order_left_out(const struct order *order, size_t *records)
{
	size_t entries = 0;

	*records = 0;
	if (order->current)
		merger_left_out(order->current->merger, &entries, records);
	return entries;
}

size_t order_duplicates(const struct order *order)
{
	size_t left_out;

	order_left_out(order, &left_out);
	return order->current ? order->current->nitems - order->current->nentries - left_out : 0;
}
