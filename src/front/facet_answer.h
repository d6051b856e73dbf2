#ifndef SILANG_FRONT_FACET_ANSWER_H
#define SILANG_FRONT_FACET_ANSWER_H
/*
 * Facets of an answer: which of them a request asks for, and their counts over the entries merged
 * so far, each with the query that narrows to it and the address where that is asked.
 */
#include <stdbool.h>
#include <stddef.h>
#include "merge/facet.h"

struct arena;
struct diag;
struct page;
struct query;
struct sru_facets;
struct sru_request;

/* One of facetCount: a value, or a range of years. */
struct facet_count {
	enum facet_field field;
	const char *relation;
	const char *value;
	const struct query
	    *clause;   /* as asked in CQL; NULL: a value, which is narrowed to as ever */
	long from, to; /* years of a range */
};

struct facet_plan {
	unsigned long limit[FACET_FIELDS]; /* 0: not asked for */
	unsigned long start[FACET_FIELDS]; /* from 1 */
	struct facet_order order[FACET_FIELDS];
	struct facet_count *counts;
	size_t ncounts;
	const struct query *question; /* narrowed by facets; NULL: none is */
	const char *link;	      /* the address of a narrowed request, up to its query; NULL */
	bool wanted;
};

#define FACET_LIMIT_MAX 500 /* terms of one facet */

/* False with diagnostic 6 when an index is no facet, or facetCount says no value or range. */
bool facet_plan_read(struct arena *arena, const struct sru_request *request, struct facet_plan *out,
    struct diag *diag);
void facet_answer_make(struct arena *arena, const struct facet_plan *plan, const struct page *page,
    struct sru_facets *out);

#endif
