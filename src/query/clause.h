#ifndef SILANG_QUERY_CLAUSE_H
#define SILANG_QUERY_CLAUSE_H
/*
 * One search clause into RPN: attributes by the profile, lists of words and ranges taken apart
 * where one term cannot say them.
 *
 * Attributes come in this order, later ones replacing earlier ones of their type: always,
 * position.any, truncation.none, structure (word or phrase), structure and relation of the
 * relation, anchors, masks, the index's own, modifiers.
 */
#include <stdbool.h>
#include <stddef.h>
#include <yaz/z-core.h>
#include "query/query.h"
#include "query/standard.h"

struct diag;
struct profile;

/* What is being made; lives for one query. */
struct clause_maker {
	struct arena *arena;
	const struct profile *profile;
	struct diag *diag;
	size_t terms; /* made so far, capped by QUERY_NODES_MAX */
};

#define CLAUSE_FORMS_MAX (STANDARD_FORMS_MAX + 1)

/* The forms of a clause's standard number that the profile wants asked for (term.isbn, term.issn,
 * term.compact), as terms; 0: it is none, and stays as it is. */
size_t clause_standard_forms(
    struct clause_maker *maker, const struct query *clause, const char *forms[CLAUSE_FORMS_MAX]);
bool clause_to_rpn(struct clause_maker *maker, const struct query *clause, Z_RPNStructure **out);
/* The operand that says "in the order of this": attributes, direction, its place among the keys. */
Z_RPNStructure *clause_sort_operand(
    struct arena *arena, const char *attributes, bool descending, size_t place);
/* An operator over two structures; `operator` is Z_Operator_and and its kin, not prox. */
Z_RPNStructure *clause_join(
    struct arena *arena, int operator_type, Z_RPNStructure *left, Z_RPNStructure *right);

#endif
