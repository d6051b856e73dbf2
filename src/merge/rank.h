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

/* `items` in canonical order; kept, not copied. */
struct rank *rank_create(struct arena *arena, const struct merge_params *params,
    const struct merge_item *const *items, size_t count);
void rank_match(struct rank *rank, size_t item);
/* After all were matched: when words of the question were found in no record, but others much like
 * them, these count from now on and true says that all records are to be matched again. */
bool rank_respell(struct rank *rank);
/* After all were matched for good. */
void rank_weigh(struct rank *rank);
/* The score of an entry of these items; 0 or more. `explain`, when not NULL, receives its parts. */
double rank_score(struct rank *rank, const uint32_t *members, size_t count, const char **explain);
/* Of a partner's order with relevance, after rank_weigh; 0 when it cannot be told. */
double rank_agreement(const struct rank *rank, unsigned partner);
/* The score brought to 0..1, in the same order. */
double rank_display(const struct rank *rank, double score);

#endif
