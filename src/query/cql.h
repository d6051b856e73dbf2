#ifndef SILANG_QUERY_CQL_H
#define SILANG_QUERY_CQL_H
/*
 * CQL into the query tree (SRU 1.1/1.2 CQL; OASIS searchRetrieve part 5). Strict first. When strict
 * reading fails and no bare word is a relation's or boolean's name, successive bare words are read
 * as one term that asks for all of them; otherwise diagnostic 10 with the position. Never a silent
 * misreading.
 */
#include <stdbool.h>
#include "query/query.h"

struct diag;

enum cqlq_version { CQLQ_1_1, CQLQ_1_2, CQLQ_2_0 };

/* On failure fills `diag` (10 and its kin; details name the position in characters, from 1). An
 * index or set that this project does not know is not an error here: it is kept as written (lower
 * case), and no profile will map it. Prefix assignments (>dc="info:srw/...") are resolved here. */
bool cqlq_parse(struct arena *arena, const char *text, enum cqlq_version version,
    struct question *out, struct diag *diag);

#endif
