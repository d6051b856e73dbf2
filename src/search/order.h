#ifndef SILANG_SEARCH_ORDER_H
#define SILANG_SEARCH_ORDER_H
/*
 * The order of one result set: the records its search has brought, merged into ranked entries, and
 * how many of these are frozen because somebody was served up to there. Knows no clients and no
 * time; whoever drives it cuts the work into slices.
 */
#include <stdbool.h>
#include <stddef.h>
#include "merge/merger.h"

struct arena;
struct arena_ledger;
struct explain;
struct material_set;
struct hit;
struct order;
struct search;

struct order_options {
	struct search *search; /* must outlive the order */
	struct arena_ledger *ledger;
	enum merge_level level;
	bool single;			    /* one partner's own order: nothing is merged */
	const struct material_set *formats; /* entries of others are left out; NULL: none is */
};

struct order_entry {
	const struct hit *lead;
	double score;
	size_t nmembers; /* holdings, best first; see order_member */
};

struct order *order_create(const struct order_options *options);
void order_destroy(struct order *order);

/* All records of the search are in it. */
bool order_is_current(const struct order *order);
bool order_is_merging(const struct order *order);
/* Starts a merge over the records present now; they are merged by order_step. */
void order_begin(struct order *order);
/* Works through about `records` records; true when the new order is in force. */
bool order_step(struct order *order, size_t records);

size_t order_count(const struct order *order);
size_t order_frozen(const struct order *order);
/* Entries 0 … count - 1 keep their places and representatives from now on. */
void order_freeze(struct order *order, size_t count);
void order_entry(const struct order *order, size_t index, struct order_entry *out);
const struct hit *order_member(const struct order *order, size_t index, size_t member);
/* Why an entry is as it is; its items are those of order_item. */
void order_explain(
    const struct order *order, struct arena *arena, size_t index, struct explain *out);
const struct hit *order_item(const struct order *order, unsigned item);
/* Records merged into the entry of another. */
size_t order_duplicates(const struct order *order);
/* Entries left out for their format, and how many records they are of. */
size_t order_left_out(const struct order *order, size_t *records);

#endif
