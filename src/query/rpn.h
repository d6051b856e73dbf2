#ifndef SILANG_QUERY_RPN_H
#define SILANG_QUERY_RPN_H
/* The query tree into Z39.50 type-1 RPN (Bib-1) under a profile, and RPN back into the tree. */
#include <stdbool.h>
#include <yaz/z-core.h>
#include "base/diag.h"
#include "query/query.h"

struct arena;
struct profile;

/* Makes a type-1 query in the arena. False with the diagnostic that says what the profile cannot
 * express (16 index, 19 relation, 20 modifier, 28 masking, 31 anchoring, 39 prox, …): the partner
 * is then skipped for `query`. Equal trees give equal RPN. */
bool rpn_from_query(struct arena *arena, const struct query *query, const struct profile *profile,
    Z_RPNQuery **out, struct diag *diag);
/* One term under a profile's "type=value …". */
Z_RPNQuery *rpn_simple(struct arena *arena, const char *attributes, const char *term);
/* Why an RPN query cannot be understood: in Bib-1's words, which tell more of attributes than
 * ours. */
struct rpn_fault {
	int bib1;
	char addinfo[DIAG_DETAILS_MAX];
};
/* Reads a query in Bib-1 attributes (type 1 or 101) into the tree. A use attribute that this
 * project has an index for becomes that index, any other bib1.N: whether a partner knows it is its
 * profile's to say. An attribute that is a name, not a number, is an index by that name. Operands
 * that are result sets become QUERY_SET nodes with the name as given. Equal RPN gives equal trees;
 * what rpn_from_query makes under the built-in profile means the same when read back. */
bool rpn_to_query(
    struct arena *arena, const Z_RPNQuery *rpn, const struct query **out, struct rpn_fault *fault);

/* Adds the question's order to a query that was made of it, in the way of Zebra: each key as an
 * operand that is OR-ed, with attribute 7 (1 ascending, 2 descending) and the key's place as its
 * term. False, and nothing is added, unless the profile says feature.sort = embedded, has a line
 * sort.SET.INDEX for each key, and no key asks for more than a direction. */
bool rpn_embed_sort(struct arena *arena, Z_RPNQuery *rpn, const struct question *question,
    const struct profile *profile);
/* Some of its words ask for an order by relevance (Bib-1 relation 102). */
bool rpn_asks_relevance(const Z_RPNQuery *query);
/* Reads the keys of a Sort request. Whether they can be sorted by is merge/sort's to say. */
bool rpn_to_sort(struct arena *arena, const Z_SortKeySpecList *keys, struct query_sort_key **out,
    size_t *count, struct rpn_fault *fault);
/* The index that a use attribute stands for: a number, or a name (NULL: none). */
void rpn_use_index(
    struct arena *arena, long use, const char *name, const char **set, const char **index);
/* PQF text of it, for people and tests. */
char *rpn_to_pqf(struct arena *arena, const Z_RPNQuery *query);

#endif
