#ifndef SILANG_QUERY_SORT_KEYS_H
#define SILANG_QUERY_SORT_KEYS_H
/*
 * The sortKeys parameter of SRU 1.1 and 2.0 (`path,schema,ascending,caseSensitive,missingValue`,
 * keys separated by blanks) into the sort keys of CQL, so that an order asked for in either way is
 * one.
 */
#include <stdbool.h>
#include "query/query.h"

struct diag;

/* A path is an index, with its set or with the set as the schema. Fills sort and nsort of `out`.
 * False with 84 too many keys, 87 schema, 88 path, 90 direction, 91 case, 92 missing value, 82
 * anything else. */
bool sort_keys_parse(
    struct arena *arena, const char *text, struct question *out, struct diag *diag);

#endif
