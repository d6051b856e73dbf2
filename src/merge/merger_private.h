#ifndef SILANG_MERGE_MERGER_PRIVATE_H
#define SILANG_MERGE_MERGER_PRIVATE_H
/* The inside of a merger, for merge/explain. */
#include <stdbool.h>
#include <stdint.h>

#include "merge/merger.h"

enum merger_phase {
	MERGER_CLUSTER,
	MERGER_COUNT, /* items by cluster */
	MERGER_FILL,  /* each entry's members */
	MERGER_MATCH, /* each record against the question */
	MERGER_SCORE, /* each entry */
	MERGER_ORDER, /* entries, one pass of a merge sort a time */
	MERGER_DELIVER,
	MERGER_DONE
};

/* An entry under way. */
struct draft {
	uint32_t *members; /* in canonical order, then best first */
	uint32_t count, filled;
	int frozen;
	double score;
};

struct merger {
	struct arena *arena;
	struct merge_params params;
	const struct merge_item *base;
	const struct merge_item **items; /* in canonical order */
	size_t count, nfrozen;
	enum merger_phase phase;
	size_t at;
	struct cluster_job *clusters;
	struct rank *rank;
	bool is_respelt;
	uint32_t *draft_of; /* by item: its draft */
	struct draft *drafts;
	size_t ndrafts;
	struct draft **order, **other; /* the entries that are not frozen */
	size_t norder, width;
	size_t left_out, left_out_items; /* for their format */
	struct merge_entry *entries;
	const struct draft **placed; /* by entry; NULL where a frozen one has no record */
	size_t nentries;
};

/* Whether one member stands for an entry rather than the other, and, when `why` is not NULL, by
 * which rule: "served", "priority", "fullness", "order". */
bool merger_stands_before(const struct merger *merger, uint32_t a, uint32_t b, const char **why);
/* Whether an entry ranks above another, and by what: "sort", "score", "year", "title", "order". */
bool merger_ranks_before(
    const struct merger *merger, const struct draft *a, const struct draft *b, const char **why);

#endif
