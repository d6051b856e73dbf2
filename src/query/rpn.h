#ifndef SILANG_QUERY_RPN_H
#define SILANG_QUERY_RPN_H
/* The query tree into Z39.50 type-1 RPN (Bib-1) under a profile, and RPN back into the tree. */
#include <stdbool.h>
#include <yaz/z-core.h>
#include "query/query.h"

struct arena;
struct diag;
struct profile;

/* Makes a type-1 query in the arena. False with the diagnostic that says what the profile cannot
 * express (16 index, 19 relation, 20 modifier, 28 masking, 31 anchoring, 39 prox, …): the partner
 * is then skipped for `query`. Equal trees give equal RPN. */
bool rpn_from_query(struct arena *arena, const struct query *query, const struct profile *profile,
    Z_RPNQuery **out, struct diag *diag);
/* One term under a profile's "type=value …". */
Z_RPNQuery *rpn_simple(struct arena *arena, const char *attributes, const char *term);
/* PQF text of it, for people and tests. */
char *rpn_to_pqf(struct arena *arena, const Z_RPNQuery *query);

#endif
