#ifndef SILANG_QUERY_TYPED_H
#define SILANG_QUERY_TYPED_H
/*
 * What a person types into a search box (SRU 2.0: queryType searchTerms) into the query tree.
 * Words, all of which are asked for; "phrases" in quotes, straight or curly; a minus right before
 * either excludes it. A star at a word's end is a mask; all else means itself, whatever CQL would
 * make of it.
 */
#include <stdbool.h>
#include "query/query.h"

struct diag;

/* False (12, 10) when it is too long or asks for nothing. */
bool typed_parse(struct arena *arena, const char *text, struct question *out, struct diag *diag);

#endif
