#ifndef SILANG_QUERY_PQF_H
#define SILANG_QUERY_PQF_H
/*
 * PQF, YAZ's prefix notation of Z39.50 queries (`@and @attr 1=4 a @attr 1=1003 b`), into the query
 * tree: what Z39.50 people have in their scripts. YAZ reads the text, rpn_to_query what it means.
 */
#include <stdbool.h>
#include "query/query.h"

struct diag;

bool pqfq_parse(struct arena *arena, const char *text, struct question *out, struct diag *diag);

#endif
