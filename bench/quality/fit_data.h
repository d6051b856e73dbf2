#ifndef SILANG_BENCH_FIT_DATA_H
#define SILANG_BENCH_FIT_DATA_H
/*
 * What weights are fitted to: folders with catalogues and what is known of them (README.md). Every
 * pair, work and topic belongs to one of FIT_PARTS parts, by the hash of its name, so that weights
 * can be fitted to some parts and measured on others.
 */
#include <stdbool.h>
#include <stddef.h>

#include "tests/quality/judge.h"

#define FIT_PARTS 10

struct fit_pair {
	const struct quality_record *a, *b;
	bool same;
	unsigned part;
};

struct fit_grade {
	const char *work;
	double value;
};

struct fit_topic {
	const char *id, *cql;
	struct fit_grade *grades;
	size_t ngrades;
	double *ideal; /* the grades, falling */
	struct quality_pool pool;
	unsigned part;
};

struct fit_folder {
	const char *name; /* of the folder, without what leads to it */
	const char *path;
	struct quality_set *set;
	struct fit_pair *pairs;
	size_t npairs;
	struct fit_topic *topics;
	size_t ntopics;
	/* By record: an earlier one of the same work, plus 1; 0 for none. NULL without works.tsv.
	 */
	size_t *siblings;
	struct fit_topic *reading; /* while "pool" is read */
};

unsigned fit_part_of(const char *name);
/* For pairs: catalogues, hard.txt, pairs.tsv, works.tsv. For ranking: catalogues, works.tsv,
 * queries.tsv, qrels.txt, pool. Says on standard error what cannot be read. */
bool fit_folder_read(struct fit_folder *folder, const char *path, bool wants_pairs);

#endif
