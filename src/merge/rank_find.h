#ifndef SILANG_MERGE_RANK_FIND_H
#define SILANG_MERGE_RANK_FIND_H
/* Where the words of a question stand in one record, and how its titles relate to the question. */
#include <stdbool.h>
#include <stdint.h>

#include "merge/doc_private.h"
#include "merge/rank_plan.h"

struct arena;

/* Where one word of the question stands in one record. */
struct rank_hit {
	uint8_t term;
	float count[DOC_FIELDS]; /* variants count less than one */
};

struct rank_found {
	struct rank_hit *hits;
	uint8_t nhits;
	bool identifier;
	uint64_t exact; /* bit by term: it stands there as it was asked */
	float title;	/* how the titles relate to the question, in units of weights.h */
	uint64_t
	    title_pairs; /* bit by term: it follows in a title what it follows in the question */
	uint64_t other_pairs;
};

void rank_find(const struct rank_plan *plan, struct arena *arena, const struct doc *doc,
    struct rank_found *found);

#endif
