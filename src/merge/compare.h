#ifndef SILANG_MERGE_COMPARE_H
#define SILANG_MERGE_COMPARE_H
/* The parts of a comparison of two records (compare.c puts them together): each finding is what one
 * kind of evidence weighs, and in words what was found. */
#include "merge/merger.h"

struct doc;

struct finding {
	double value;
	const char *how; /* NULL when there is nothing to compare */
};

/* The weight of that name, and its words. */
#define FINDING(weight, words) ((struct finding){cluster_weight.weight, words})
#define NO_FINDING ((struct finding){0, NULL})

/* compare_titles.c */
struct finding compare_titles(const struct doc *a, const struct doc *b, enum merge_level level);
/* compare_names.c */
struct finding compare_authors(const struct doc *a, const struct doc *b);
/* compare_hosts.c: of parts */
struct finding compare_hosts(const struct doc *a, const struct doc *b);
struct finding compare_host_pages(const struct doc *a, const struct doc *b);
struct finding compare_host_issues(const struct doc *a, const struct doc *b);

#endif
