/* Z39.50 type-1 RPN into the query tree: operators and operands. */
#include "query/rpn.h"

#include <string.h>
#include <yaz/diagbib1.h>

#include "base/arena.h"
#include "base/text.h"
#include "query/rpn_term.h"

struct reader {
	struct arena *arena;
	const Odr_oid *set;
	struct rpn_fault *fault;
	size_t nodes;
};

static bool read_structure(
    struct reader *reader, const Z_RPNStructure *structure, size_t depth, const struct query **out);

static void add(struct query *query, const char *name, const char *comparison, const char *value)
{
	query->modifiers[query->nmodifiers++] =
	    (struct query_modifier){.name = name, .comparison = comparison, .value = value};
}

static const char *unit_name(const Z_ProximityOperator *prox)
{
	if (prox->which != Z_ProximityOperator_known)
		return NULL;
	switch (*prox->u.known) {
	case Z_ProxUnit_word: return "word";
	case Z_ProxUnit_sentence: return "sentence";
	case Z_ProxUnit_paragraph: return "paragraph";
	case Z_ProxUnit_element: return "element";
	default: return NULL;
	}
}

/* As CQL writes it: prox/unit=word/distance<=3/ordered. */
static bool read_prox(struct reader *reader, const Z_ProximityOperator *prox, struct query *query)
{
	static const char *const relations[] = {"<", "<=", "=", ">=", ">", "<>"};
	const char *unit = unit_name(prox);

	if (prox->exclusion && *prox->exclusion)
		return rpn_fault_set(
		    reader->fault, YAZ_BIB1_PROX_UNSUPP_WITH_THIS_ATTRIBUTE_COMBI, "exclusion");
	if (!unit)
		return rpn_fault_set(reader->fault, YAZ_BIB1_UNSUPP_PROX_UNIT_CODE, "%lld",
		    prox->which == Z_ProximityOperator_known ? (long long)*prox->u.known : 0LL);
	if (*prox->relationType < 1 || *prox->relationType > 6)
		return rpn_fault_set(reader->fault, YAZ_BIB1_UNSUPP_PROX_RELATION, "%lld",
		    (long long)*prox->relationType);
	if (*prox->distance < 0 || *prox->distance > 1000000)
		return rpn_fault_set(reader->fault, YAZ_BIB1_UNSUPP_DISTANCE_FOR_PROX, "%lld",
		    (long long)*prox->distance);
	query->modifiers = arena_array(reader->arena, 3, sizeof *query->modifiers);
	add(query, "unit", "=", unit);
	add(query, "distance", relations[*prox->relationType - 1],
	    arena_printf(reader->arena, "%lld", (long long)*prox->distance));
	add(query, *prox->ordered ? "ordered" : "unordered", NULL, NULL);
	return true;
}

static bool read_complex(
    struct reader *reader, const Z_Complex *complex, size_t depth, const struct query **out)
{
	const struct query *left, *right;
	enum query_type type;
	struct query *query;

	switch (complex->roperator->which) {
	case Z_Operator_and: type = QUERY_AND; break;
	case Z_Operator_or: type = QUERY_OR; break;
	case Z_Operator_and_not: type = QUERY_NOT; break;
	case Z_Operator_prox: type = QUERY_PROX; break;
	default:
		return rpn_fault_set(
		    reader->fault, YAZ_BIB1_OPERATOR_UNSUPP, "%d", complex->roperator->which);
	}
	if (!read_structure(reader, complex->s1, depth, &left) ||
	    !read_structure(reader, complex->s2, depth + 1, &right))
		return false;
	query = query_bool(reader->arena, type, left, right);
	*out = query;
	return type != QUERY_PROX || read_prox(reader, complex->roperator->u.prox, query);
}

static bool read_set(struct reader *reader, const char *name, const struct query **out)
{
	struct query *query = arena_alloc(reader->arena, sizeof *query);

	query->type = QUERY_SET;
	query->name = arena_strdup(reader->arena, name);
	*out = query;
	return true;
}

static bool read_structure(
    struct reader *reader, const Z_RPNStructure *structure, size_t depth, const struct query **out)
{
	const Z_Operand *operand;

	if (depth > QUERY_DEPTH_MAX || ++reader->nodes > QUERY_NODES_MAX)
		return rpn_fault_set(reader->fault, YAZ_BIB1_TOO_MANY_BOOLEAN_OPERATORS,
		    "at most %d terms and operators, %d deep", QUERY_NODES_MAX, QUERY_DEPTH_MAX);
	if (structure->which == Z_RPNStructure_complex)
		return read_complex(reader, structure->u.complex, depth, out);
	operand = structure->u.simple;
	switch (operand->which) {
	case Z_Operand_APT:
		return rpn_term_read(
		    reader->arena, operand->u.attributesPlusTerm, reader->set, out, reader->fault);
	case Z_Operand_resultSetId: return read_set(reader, operand->u.resultSetId, out);
	default:
		return rpn_fault_set(reader->fault, YAZ_BIB1_RESULT_SET_UNSUPP_AS_A_SEARCH_TERM,
		    "%s", "restricted by attributes");
	}
}

bool rpn_to_query(
    struct arena *arena, const Z_RPNQuery *rpn, const struct query **out, struct rpn_fault *fault)
{
	struct reader reader = {.arena = arena, .set = rpn->attributeSetId, .fault = fault};

	*fault = (struct rpn_fault){0};
	return read_structure(&reader, rpn->RPNStructure, 0, out);
}
