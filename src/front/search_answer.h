#ifndef SILANG_FRONT_SEARCH_ANSWER_H
#define SILANG_FRONT_SEARCH_ANSWER_H
/* From a page of a result set to the SRU answer's value: records in the schema asked for, with
 * their holdings; partners with their outcomes; diagnostics. */
#include <stdbool.h>
#include <stddef.h>
#include "front/facet_answer.h"
#include "record/schema.h"
#include "registry/agreement.h"

struct arena;
struct config;
struct page;
struct page_partner;
struct sru_diagnostic;
struct sru_partner;
struct sru_request;

struct search_answer_options {
	enum schema schema;
	bool explain;	    /* each record says why it is there */
	bool partial;	    /* say diagnostic 59 when some partners did not answer */
	const char *xquery; /* the query as XCQL of the request's version; NULL */
	const struct config *config;
	struct facet_plan facets;
	day_t today;
};

/* The whole answer document, in the arena. */
char *search_answer_encode(struct arena *arena, const struct sru_request *request,
    const struct page *page, const struct search_answer_options *options, size_t *length);

/* One partner's outcome as answers tell it. */
void search_answer_partner(
    struct arena *arena, const struct page_partner *from, day_t today, struct sru_partner *out);
/* Diagnostic 59, from the page's partners alone; false when nobody is missing. */
bool search_answer_partial(
    struct arena *arena, const struct page *page, struct sru_diagnostic *out);

#endif
