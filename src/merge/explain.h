#ifndef SILANG_MERGE_EXPLAIN_H
#define SILANG_MERGE_EXPLAIN_H
/*
 * Why an entry of a merge is as it is: what joined its records, what came near and was kept apart,
 * why this record stands for it, what its score is made of, and why it stands above the next one.
 * Made of one entry, on demand, within bounds, from what the finished merge still knows; it changes
 * nothing.
 */
#include <stdbool.h>
#include <stddef.h>

#include "merge/cluster.h"
#include "merge/rank.h"

struct arena;
struct merger;

#define EXPLAIN_JOINED_MAX 32
#define EXPLAIN_APART_MAX 5

struct explain_pair {
	unsigned item; /* among the items merged */
	size_t member; /* of the entry: the one it was compared with */
	struct cluster_evidence evidence;
	/* Why it joined: NULL by this evidence; "served" when it joined while that said more. Why
	 * it was kept apart: the guard, "sum", "kinds", "library", "served" or "representative". */
	const char *reason;
};

struct explain {
	bool is_ranked; /* else there is no score: the library's own order */
	struct rank_account score;
	/* The rule by which its record stands for it and not the next best: "alone", "served",
	 * "priority", "fullness", "order"; with the fullness of both. */
	const char *best;
	unsigned fullness, next_fullness;
	const struct explain_pair *joined; /* every member but the first, up to a bound */
	size_t njoined, nmembers;
	const struct explain_pair *apart; /* records of other entries, the nearest first */
	size_t napart;
	/* Why it stands above the next entry: "sort", "score", "year", "title", "order", "served";
	 * NULL for the last. */
	const char *above;
	double next_score;
};

/* `entry`: from 0, one that has records. Lives in the arena. */
void merger_explain(
    const struct merger *merger, struct arena *arena, size_t entry, struct explain *out);

#endif
