#ifndef SILANG_BENCH_FIT_FIGURES_H
#define SILANG_BENCH_FIT_FIGURES_H
/*
 * How well the weights in force do, in parts. A folder gives one series of figures for each thing
 * that it can measure: its labelled pairs by themselves, all its records in one merge, its topics'
 * first pages and how much of what is relevant they hold in all.
 */
#include "bench/quality/fit_data.h"

#define FIT_SERIES_MAX 16
#define FIT_ALL_PARTS ((1u << FIT_PARTS) - 1)

enum fit_kind { FIT_PAIRS, FIT_MERGE, FIT_PAGE, FIT_DEPTH };

struct fit_part {
	struct quality_counts counts; /* of pairs of records */
	double ndcg, recall;	      /* sums over topics: nDCG@10, R@100 */
	size_t topics;
};

struct fit_series {
	const struct fit_folder *folder;
	enum fit_kind kind;
	struct fit_part parts[FIT_PARTS];
};

struct fit_figures {
	struct fit_series series[FIT_SERIES_MAX];
	size_t count;
};

void fit_measure(const struct fit_folder *folders, size_t count, struct fit_figures *out);
/* Of the parts whose bits are set. What is fitted: F1, less what precision lacks of .985 (to join
 * wrongly is worse than not to join), nDCG@10, or R@100. */
double fit_value_of(const struct fit_series *series, unsigned parts);
/* Of pairs of records joined; 1 for topics. */
double fit_precision_of(const struct fit_series *series, unsigned parts);
/* The mean of all series: each counts the same, however large it is. */
double fit_value(const struct fit_figures *figures, unsigned parts);
/* The series in words: "own, pairs: F1 .978, precision .990". */
const char *fit_describe(const struct fit_series *series, char *out, size_t room);

#endif
