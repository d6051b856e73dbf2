#ifndef SILANG_MERGE_CLUSTER_H
#define SILANG_MERGE_CLUSTER_H
/*
 * Which records describe the same publication. Records that share an identifier or the beginning
 * of a title are compared, pair by pair; guards forbid, evidence adds up; the surest pairs unite
 * first, and nothing unites with a cluster of which any member is forbidden to it. The result
 * depends on the records alone, taken in canonical order.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "merge/merger.h"

struct arena;
struct doc;
struct cluster_job;
struct cluster_pool;

#define CLUSTER_ROWS_MAX 16

struct cluster_row {
	const char *name; /* "title", "isbn", … */
	const char *how;  /* in words: "nearly the same" */
	double value;
};

/* Why two records are, or are not, the same publication. */
struct cluster_evidence {
	const char *guard; /* what forbids it ("volume", "edition", …), NULL when nothing does */
	struct cluster_row rows[CLUSTER_ROWS_MAX];
	size_t nrows;
	size_t npositive; /* CLUSTER_POSITIVES of them at least must agree */
	double total, threshold;
	bool same;
	bool by_edition; /* the same work because the same publication: that evidence */
};

/* Compares two records by themselves; returns out->same. */
bool cluster_compare(
    const struct doc *a, const struct doc *b, enum merge_level level, struct cluster_evidence *out);
/* The same among others, from which it is known which ISBNs stand on different books. */
bool cluster_compare_among(const struct cluster_pool *pool, const struct doc *a,
    const struct doc *b, enum merge_level level, struct cluster_evidence *out);
/* Without looking at the titles, which is the most of the work: they cannot be the same. */
bool cluster_is_hopeless(const struct cluster_pool *pool, const struct doc *a, const struct doc *b,
    enum merge_level level);
bool cluster_pool_is_shared(const struct cluster_pool *pool, uint64_t id);

/* What a record, or a whole cluster, is known to be; 0 or unknown where it does not say. */
struct cluster_guard {
	uint8_t level, form, carrier;
	int16_t volume, edition;
	bool is_set;
};

struct cluster_guard cluster_guard_of(const struct doc *doc);
/* What forbids that both are the same, or NULL. */
const char *cluster_guard_conflict(
    const struct cluster_guard *a, const struct cluster_guard *b, enum merge_level level);
struct cluster_guard cluster_guard_join(struct cluster_guard a, const struct cluster_guard *b);

/* `items` in canonical order; kept, not copied. */
struct cluster_job *cluster_begin(struct arena *arena, enum merge_level level,
    const struct merge_item *const *items, size_t count, size_t nfrozen);
/* Works through about `records` records' worth; true when all is done. */
bool cluster_step(struct cluster_job *job, size_t records);
/* The lowest item of the cluster that `item` is in. */
size_t cluster_of(const struct cluster_job *job, size_t item);

/* For explaining, after the last step. Whether two items are the same among all of them. */
bool cluster_judge(const struct cluster_job *job, size_t a, size_t b, struct cluster_evidence *out);
/* The items that an item was or could have been compared with; returns how many were written. */
size_t cluster_neighbours(const struct cluster_job *job, size_t item, uint32_t *out, size_t room);
/* What keeps the clusters of two items apart that are the same by themselves: a guard, "library",
 * "served" or "representative"; NULL when nothing does. */
const char *cluster_apart(const struct cluster_job *job, size_t a, size_t b);

#endif
