#include "merge/merger.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "merge/cluster.h"
#include "merge/doc_private.h"
#include "merge/material.h"
#include "merge/merger_private.h"
#include "merge/rank.h"
#include "merge/sort.h"

static const char *const level_names[] = {"off", "strict", "normal", "work"};

bool merge_level_parse(const char *name, enum merge_level *out)
{
	for (size_t i = 0; i < sizeof level_names / sizeof *level_names; i++)
		if (!strcmp(name, level_names[i])) {
			*out = (enum merge_level)i;
			return true;
		}
	return false;
}

const char *merge_level_name(enum merge_level level)
{
	return level_names[level];
}

static int compare_canonical(const struct merge_item *a, const struct merge_item *b)
{
	if (a->partner != b->partner)
		return a->partner < b->partner ? -1 : 1;
	if (a->position != b->position)
		return a->position < b->position ? -1 : 1;
	return (a > b) - (a < b);
}

static int compare_item_pointers(const void *a, const void *b)
{
	return compare_canonical(
	    *(const struct merge_item *const *)a, *(const struct merge_item *const *)b);
}

/* Items come in canonical order; where a caller's do not, they are put into it. */
static void take_items(struct merger *merger, const struct merge_item *items, size_t count)
{
	bool is_sorted = true;

	merger->base = items;
	merger->count = count;
	merger->items = arena_array(merger->arena, count, sizeof *merger->items);
	for (size_t i = 0; i < count; i++) {
		assert(items[i].frozen < (int)merger->nfrozen);
		merger->items[i] = &items[i];
		is_sorted &= i == 0 || compare_canonical(&items[i - 1], &items[i]) < 0;
	}
	if (!is_sorted && !merger->params.keep_order)
		qsort(merger->items, count, sizeof *merger->items, compare_item_pointers);
}

struct merger *merger_begin(struct arena *arena, const struct merge_params *params,
    const struct merge_item *items, size_t nitems, size_t nfrozen)
{
	struct merger *merger = arena_alloc(arena, sizeof *merger);
	enum merge_level level = params->keep_order ? MERGE_OFF : params->level;

	merger->arena = arena;
	merger->params = *params;
	merger->nfrozen = nfrozen;
	take_items(merger, items, nitems);
	merger->draft_of = arena_array(arena, nitems, sizeof *merger->draft_of);
	merger->drafts = arena_array(arena, nitems, sizeof *merger->drafts);
	merger->clusters = cluster_begin(arena, level, merger->items, nitems, nfrozen);
	if (!params->keep_order)
		merger->rank = rank_create(arena, &merger->params, merger->items, nitems);
	return merger;
}

/* A cluster's lowest item opens its entry. */
static void count_item(struct merger *merger, size_t i)
{
	size_t root = cluster_of(merger->clusters, i);

	if (root == i) {
		merger->draft_of[i] = (uint32_t)merger->ndrafts;
		merger->drafts[merger->ndrafts++].frozen = -1;
	}
	struct draft *draft = &merger->drafts[merger->draft_of[root]];

	merger->draft_of[i] = merger->draft_of[root];
	draft->count++;
	if (merger->items[i]->frozen >= 0)
		draft->frozen = merger->items[i]->frozen;
}

static void fill_item(struct merger *merger, size_t i)
{
	struct draft *draft = &merger->drafts[merger->draft_of[i]];

	if (!draft->members)
		draft->members = arena_array(merger->arena, draft->count, sizeof *draft->members);
	draft->members[draft->filled++] = (uint32_t)i;
}

static bool by(const char **why, const char *rule, bool before)
{
	if (why)
		*why = rule;
	return before;
}

static unsigned priority(const struct merger *merger, const struct merge_item *item)
{
	return item->partner < merger->params.nsources
		   ? merger->params.sources[item->partner].priority
		   : 0;
}

/* The representative first: what was served as it, else the preferred partner's, the fullest, the
 * first in canonical order. */
bool merger_stands_before(const struct merger *merger, uint32_t a, uint32_t b, const char **why)
{
	const struct merge_item *x = merger->items[a], *y = merger->items[b];
	bool lead_x = x->frozen >= 0 && x->lead, lead_y = y->frozen >= 0 && y->lead;
	unsigned px = priority(merger, x), py = priority(merger, y);

	if (lead_x != lead_y)
		return by(why, "served", lead_x);
	if (px != py)
		return by(why, "priority", px < py);
	if (x->doc->completeness != y->doc->completeness)
		return by(why, "fullness", x->doc->completeness > y->doc->completeness);
	return by(why, "order", a < b);
}

/* Shell sort: members are few, or many alike. */
static void order_members(const struct merger *merger, struct draft *draft)
{
	for (size_t gap = draft->count / 2; gap; gap /= 2)
		for (size_t i = gap; i < draft->count; i++) {
			uint32_t member = draft->members[i];
			size_t at = i;

			for (; at >= gap &&
			       merger_stands_before(merger, member, draft->members[at - gap], NULL);
			     at -= gap)
				draft->members[at] = draft->members[at - gap];
			draft->members[at] = member;
		}
}

static void score_draft(struct merger *merger, struct draft *draft)
{
	/* Scored before ordering: adding up in canonical order, the sum is the same every time. */
	if (merger->rank)
		draft->score = rank_score(merger->rank, draft->members, draft->count);
	order_members(merger, draft);
}

/* In the order asked for; equal scores: the newest, then by title, then canonical order. */
bool merger_ranks_before(
    const struct merger *merger, const struct draft *a, const struct draft *b, const char **why)
{
	const struct merge_item *p = merger->items[a->members[0]],
				*q = merger->items[b->members[0]];
	const struct sort_value *const *sort = merger->params.sort;
	const struct doc *x = p->doc, *y = q->doc;
	int order;

	if (!merger->rank)
		return by(why, "order", a->members[0] < b->members[0]);
	if (sort && (order = sort_compare(sort[p - merger->base], sort[q - merger->base])))
		return by(why, "sort", order < 0);
	if (a->score != b->score)
		return by(why, "score", a->score > b->score);
	if (x->year != y->year)
		return by(why, "year", x->year > y->year);
	order = doc_compare_titles(x, y);
	return order ? by(why, "title", order < 0)
		     : by(why, "order", a->members[0] < b->members[0]);
}

/* One pass of a bottom-up merge sort over runs of `width`. */
static void merge_runs(struct merger *merger)
{
	for (size_t from = 0; from < merger->norder; from += 2 * merger->width) {
		size_t middle =
		    from + merger->width < merger->norder ? from + merger->width : merger->norder;
		size_t end = middle + merger->width < merger->norder ? middle + merger->width
								     : merger->norder;
		size_t a = from, b = middle;

		for (size_t to = from; to < end; to++) {
			bool takes_b =
			    b < end && (a == middle || merger_ranks_before(merger, merger->order[b],
							   merger->order[a], NULL));

			merger->other[to] = merger->order[takes_b ? b++ : a++];
		}
	}
	struct draft **swap = merger->order;

	merger->order = merger->other;
	merger->other = swap;
	merger->width *= 2;
}

static bool is_wanted(const struct merger *merger, const struct draft *draft)
{
	const struct material_set *formats = merger->params.formats;

	return !formats || formats->has[material_of(merger->items[draft->members[0]]->doc)];
}

static void begin_order(struct merger *merger)
{
	merger->order = arena_array(merger->arena, merger->ndrafts, sizeof *merger->order);
	merger->other = arena_array(merger->arena, merger->ndrafts, sizeof *merger->other);
	for (size_t i = 0; i < merger->ndrafts; i++) {
		struct draft *draft = &merger->drafts[i];

		if (draft->frozen >= 0)
			continue;
		if (is_wanted(merger, draft)) {
			merger->order[merger->norder++] = draft;
			continue;
		}
		merger->left_out++;
		merger->left_out_items += draft->count;
	}
	merger->width = 1;
	merger->nentries = merger->nfrozen + merger->norder;
	merger->entries = arena_array(merger->arena, merger->nentries, sizeof *merger->entries);
	merger->placed = arena_array(merger->arena, merger->nentries, sizeof *merger->placed);
}

static void deliver(struct merger *merger, const struct draft *draft, size_t place)
{
	struct merge_entry *entry = &merger->entries[place];
	unsigned *items = arena_array(merger->arena, draft->count, sizeof *items);

	for (size_t i = 0; i < draft->count; i++)
		items[i] = (unsigned)(merger->items[draft->members[i]] - merger->base);
	entry->items = items;
	entry->nitems = draft->count;
	entry->lead = items[0];
	merger->placed[place] = draft;
	entry->score =
	    merger->rank ? rank_display(merger->rank, draft->score) : 60 / (60 + (double)place);
}

/* The next draft becomes an entry: those frozen at their own place, the others as ranked. */
static void deliver_next(struct merger *merger, size_t i)
{
	if (i < merger->norder)
		deliver(merger, merger->order[i], merger->nfrozen + i);
	if (merger->drafts[i].frozen >= 0)
		deliver(merger, &merger->drafts[i], (size_t)merger->drafts[i].frozen);
}

static void enter_phase(struct merger *merger, enum merger_phase phase)
{
	merger->phase = phase;
	merger->at = 0;
}

/* Calls a step for each item in turn; true when there is none left. */
static bool next_item(struct merger *merger, size_t *item)
{
	*item = merger->at++;
	return *item >= merger->count;
}

/* Misspelt words make a second round, and only one. */
static void end_match(struct merger *merger)
{
	if (merger->rank && !merger->is_respelt && rank_respell(merger->rank)) {
		merger->is_respelt = true;
		enter_phase(merger, MERGER_MATCH);
		return;
	}
	if (merger->rank)
		rank_weigh(merger->rank);
	enter_phase(merger, MERGER_SCORE);
}

/* Does a piece of work; returns how many records' worth it was. */
static size_t step_once(struct merger *merger, size_t budget)
{
	size_t i;

	switch (merger->phase) {
	case MERGER_CLUSTER:
		if (cluster_step(merger->clusters, budget))
			enter_phase(merger, MERGER_COUNT);
		return budget;
	case MERGER_COUNT:
		if (next_item(merger, &i))
			enter_phase(merger, MERGER_FILL);
		else
			count_item(merger, i);
		return 1;
	case MERGER_FILL:
		if (next_item(merger, &i))
			enter_phase(merger, MERGER_MATCH);
		else
			fill_item(merger, i);
		return 1;
	case MERGER_MATCH:
		if (merger->rank && !next_item(merger, &i))
			rank_match(merger->rank, i);
		else
			end_match(merger);
		return 1;
	case MERGER_SCORE:
		if (merger->at < merger->ndrafts) {
			score_draft(merger, &merger->drafts[merger->at]);
			return merger->drafts[merger->at++].count;
		}
		begin_order(merger);
		enter_phase(merger, MERGER_ORDER);
		return 1;
	case MERGER_ORDER:
		if (merger->width >= merger->norder)
			enter_phase(merger, MERGER_DELIVER);
		else
			merge_runs(merger);
		return 1 + merger->norder / 16;
	case MERGER_DELIVER:
		if (merger->at < merger->ndrafts)
			deliver_next(merger, merger->at++);
		else
			enter_phase(merger, MERGER_DONE);
		return 1;
	case MERGER_DONE: break;
	}
	return budget;
}

bool merger_step(struct merger *merger, size_t records)
{
	while (records && merger->phase != MERGER_DONE) {
		size_t done = step_once(merger, records);

		records -= done < records ? done : records;
	}
	return merger->phase == MERGER_DONE;
}

const struct merge_entry *merger_entries(const struct merger *merger, size_t *count)
{
	assert(merger->phase == MERGER_DONE);
	*count = merger->nentries;
	return merger->entries;
}

void merger_left_out(const struct merger *merger, size_t *entries, size_t *items)
{
	*entries = merger->left_out;
	*items = merger->left_out_items;
}

double merger_agreement(const struct merger *merger, unsigned partner)
{
	return merger->rank ? rank_agreement(merger->rank, partner) : 0;
}
