#ifndef SILANG_SEARCH_NARROWING_H
#define SILANG_SEARCH_NARROWING_H
/*
 * The clauses of a query that the gateway answers itself, since no library can: they are taken out
 * before partners are asked.
 *
 *   rec.collectionName = ugm, any "ugm uinsuka"   chooses among the partners
 *   silang.format = "electronic book"             keeps merged entries of that format
 * (merge/material)
 *
 * Both stand where `and` joins them to the rest, formats in brackets of their own, too, and behind
 * `not`. Elsewhere a format would need what partners were not asked for: that is refused.
 */
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct config;
struct diag;
struct material_set;
struct partner;
struct query;

struct narrowing {
	const struct query *query;	       /* what partners are asked */
	const struct material_set *formats;    /* NULL: all */
	const struct partner *const *partners; /* configuration order */
	size_t npartners;
};

/* Takes them out of `query`, with the partners as they are to be narrowed. */
bool narrowing_take(struct arena *arena, const struct config *config, struct narrowing *narrowing,
    struct diag *diag);
/* Leaves those partners that `names` lists, parted by commas. False, with what is wrong about it:
 * "stipap", "names no partner". */
bool narrowing_choose(struct arena *arena, const struct config *config, const char *names,
    struct narrowing *narrowing, const char **wrong);
/* The clause that keeps these formats; NULL: all of them. */
const struct query *narrowing_clause(struct arena *arena, const struct material_set *formats);

#endif
