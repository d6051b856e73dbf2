#ifndef SILANG_FRONT_FACET_QUERY_H
#define SILANG_FRONT_FACET_QUERY_H
/*
 * The query behind a facet's term: the question asked, narrowed to it. Libraries and formats are
 * narrowed to by indexes of the gateway's own (search/narrowing), the others by those of partners.
 */
#include "merge/facet.h"

struct arena;
struct query;

/* The clause that narrows to a term of that field; NULL: none does. */
const struct query *facet_query_clause(
    struct arena *arena, enum facet_field field, const char *term);
/* The question and that clause in CQL; `sort` NULL: by relevance. NULL when it is longer than a
 * query may be. */
const char *facet_query_text(struct arena *arena, const struct query *question, const char *sort,
    const struct query *clause);

#endif
