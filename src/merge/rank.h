#ifndef SILANG_MERGE_RANK_H
#define SILANG_MERGE_RANK_H
/*
 * How well an entry answers the question. First every record is matched (rank_match, in canonical
 * order), then, when it is known how rare each word is, every entry is scored. An entry is judged
 * by the text of all its records together and by the best place that any of them had; that many
 * libraries hold it hardly counts.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "merge/merger.h"

struct arena;
struct rank;

#define RANK_PARTS_MAX 16

/* A score taken apart: the parts add up to it. */
struct rank_account {
	struct rank_part {
		const char *name; /* "title", "phrase", … */
		double value;
	} parts[RANK_PARTS_MAX];
	size_t nparts;
	size_t nfound, nasked; /* words of the question */
	double coordination;   /* by which the words' parts were multiplied already */
	double total;
	double half; /* a score of this is displayed as 0.5 */
};

/* `items` in canonical order; kept, not copied. */
struct rank *rank_create(struct arena *arena, const struct merge_params *params,
    const struct merge_item *const *items, size_t count);
void rank_match(struct rank *rank, size_t item);
/* After all were matched: when words of the question were found in no record, but others much like
 * them, these count from now on and true says that all records are to be matched again. */
bool rank_respell(struct rank *rank);
/* After all were matched for good. */
void rank_weigh(struct rank *rank);
/* Of a partner's order with relevance, after rank_weigh; 0 when it cannot be told. */
double rank_agreement(const struct rank *rank, unsigned partner);
/* The score of an entry of these items, in canonical order; 0 or more. */
double rank_score(const struct rank *rank, const uint32_t *members, size_t count);
void rank_explain(
    const struct rank *rank, const uint32_t *members, size_t count, struct rank_account *out);
/* The score brought to 0..1, in the same order. */
double rank_display(const struct rank *rank, double score);

#endif
