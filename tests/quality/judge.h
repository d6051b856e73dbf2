#ifndef SILANG_TESTS_QUALITY_JUDGE_H
#define SILANG_TESTS_QUALITY_JUDGE_H
/*
 * What merging makes of a labelled set, in figures: pairs, clusters, ranked lists. Targets are
 * simulated: each catalogue answers a question with its first records that hold the words asked.
 */
#include "merge/merger.h"
#include "tests/quality/set.h"

#define QUALITY_WINDOW 50

struct quality_counts {
	size_t hit, wrong, missed, apart;
};

struct quality_figures {
	double precision, recall, f1;
};

void quality_count(struct quality_counts *counts, bool joined, bool same);
struct quality_figures quality_figures_of(const struct quality_counts *counts);

/* Are the two one entry when they are all there is? */
bool quality_is_joined(
    const struct quality_record *a, const struct quality_record *b, enum merge_level level);
/* All records of the set in one merge; records without a work are left out of the counts. `wrong`,
 * when not NULL, is told of each pair that is joined or kept apart wrongly. */
struct quality_counts quality_cluster(const struct quality_set *set, enum merge_level level,
    void (*wrong)(const struct quality_record *a, const struct quality_record *b, bool joined));

/* What one target brought for a question, or all of them. */
struct quality_pool {
	struct merge_item *items;
	const struct quality_record **records; /* by item */
	size_t nitems;
	struct merge_source *sources; /* by catalogue */
	size_t nsources;
	struct merge_frequency *frequencies;
	size_t nfrequencies;
};

/* Puts a question to every catalogue. Every second catalogue ranks, if `half_rank`; else all. */
bool quality_ask(const struct quality_set *set, struct arena *arena, const char *cql,
    bool half_rank, struct quality_pool *pool);
/* Only what targets would say of single words, for a pool that came from elsewhere. */
bool quality_count_words(
    const struct quality_set *set, struct arena *arena, const char *cql, struct quality_pool *pool);
/* The works in the order in which merging ranks them, at most `most`; returns how many. */
size_t quality_rank(struct arena *arena, const char *cql, const struct quality_pool *pool,
    const char **works, size_t most);

/* `grade` says how relevant a work is, 0 not at all; `ideal` are all grades there are, falling. A
 * work that comes again counts nothing. */
double quality_ndcg(const char *const *works, size_t count, const double *ideal, size_t nideal,
    double (*grade)(void *arg, const char *work), void *arg);

#endif
