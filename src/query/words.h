#ifndef SILANG_QUERY_WORDS_H
#define SILANG_QUERY_WORDS_H
/* The words of CQL's grammar: reserved words and relations by name. All compare without case. */
#include <stdbool.h>
#include "query/query.h"

/* and, or, not, prox; false for any other word. */
bool words_find_boolean(const char *word, enum query_type *out);
/* all, any, adj, within, encloses, exact, scr, also with the prefix cql (or its old name srw). */
bool words_find_relation(const char *word, enum query_relation *out);
/* =, ==, <>, <, >, <=, >= */
bool words_find_symbol(const char *symbol, enum query_relation *out);
/* What other query languages have for booleans, and CQL has not: xor, andnot, nand. */
bool words_is_foreign_boolean(const char *word);
/* A boolean, a relation's name or sortby: what a bare term must not be mistaken for. */
bool words_is_reserved(const char *word);
/* Whether a term in query.h's form cannot be written bare. */
bool words_need_quotes(const char *term);

#endif
