#ifndef SILANG_QUERY_NAMES_H
#define SILANG_QUERY_NAMES_H
/*
 * The context sets and indexes this project knows: their canonical spelling, the aliases that are
 * seen in the wild (other prefixes, bare names, URIs of several versions) and what field of a
 * record an index asks for. Plain tables; names compare without case.
 */
#include <stdbool.h>
#include "query/terms.h"

struct arena;

/* The short name of a set, by short name, alias or URI (info:srw/cql-context-set/1/dc-v1.1,
 * info:srw/context-sets/1/dc-v1.1, …); NULL when unknown. */
const char *names_find_set(const char *prefix_or_uri);
/* Brings an index of a known set, or ("") without one, to its canonical set and spelling. An
 * unknown index is returned in lower case in the set given. True when it is known. */
bool names_resolve(struct arena *arena, const char *set, const char *index, const char **set_out,
    const char **index_out);
/* What the index asks for; TERMS_OTHER when it is not known. Canonical names only. */
enum terms_field names_field(const char *set, const char *index);

#endif
