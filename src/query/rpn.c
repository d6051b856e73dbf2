#include "query/rpn.h"

#include <assert.h>
#include <string.h>
#include <yaz/oid_db.h>
#include <yaz/oid_util.h>
#include <yaz/querytowrbuf.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "query/attrs.h"
#include "query/clause.h"
#include "query/profile.h"

enum { RELATION = 2 }; /* attribute type (ATR.1) */

static bool make_structure(struct clause_maker *m, const struct query *query, Z_RPNStructure **out);

/* feature.X: whether the server has the operator. Servers have the three booleans unless it is
 * said. */
static bool has_feature(const struct clause_maker *m, const char *name, bool otherwise)
{
	const char *value = profile_find(m->profile, arena_printf(m->arena, "feature.%s", name));

	return value ? strcmp(value, "yes") == 0 : otherwise;
}

static const struct query_modifier *find_modifier(const struct query *query, const char *name)
{
	for (size_t i = 0; i < query->nmodifiers; i++)
		if (!query->modifiers[i].set && strcmp(query->modifiers[i].name, name) == 0)
			return &query->modifiers[i];
	return NULL;
}

/* The Bib-1 number of a comparison happens to be that of Z39.50's proximity relation. */
static int prox_relation(const char *comparison)
{
	static const char *const names[] = {"<", "<=", "=", ">=", ">", "<>"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i], comparison) == 0)
			return (int)i + 1;
	return 0;
}

static bool prox_unit(const struct query_modifier *modifier, int *unit)
{
	static const struct {
		const char *name;
		int unit;
	} units[] = {{"word", Z_ProxUnit_word}, {"sentence", Z_ProxUnit_sentence},
	    {"paragraph", Z_ProxUnit_paragraph}, {"element", Z_ProxUnit_element}};

	*unit = Z_ProxUnit_word;
	if (!modifier)
		return true;
	if (!modifier->comparison || strcmp(modifier->comparison, "=") != 0)
		return false;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		if (!text_equal_ignoring_case(modifier->value, units[i].name))
			continue;
		*unit = units[i].unit;
		return true;
	}
	return false;
}

/* CQL context set: distance 1 for words, 0 for the larger units; "at most" when nothing is said. */
static bool prox_distance(struct clause_maker *m, const struct query_modifier *modifier, int unit,
    int *distance, int *relation)
{
	uint64_t number;

	*distance = unit == Z_ProxUnit_word;
	*relation = Z_ProximityOperator_Prox_lessThanOrEqual;
	if (!modifier)
		return true;
	if (!modifier->comparison)
		return diag_set(m->diag, DIAG_PROX_DISTANCE, "distance wants a number");
	*relation = prox_relation(modifier->comparison);
	if (!*relation)
		return diag_set(m->diag, DIAG_PROX_RELATION, "%s", modifier->comparison);
	if (!text_parse_number(modifier->value, 1000000, &number))
		return diag_set(m->diag, DIAG_PROX_DISTANCE, "%s", modifier->value);
	*distance = (int)number;
	return true;
}

static bool check_prox_modifiers(struct clause_maker *m, const struct query *query)
{
	static const char *const known[] = {"distance", "unit", "ordered", "unordered"};

	for (size_t i = 0; i < query->nmodifiers; i++) {
		const struct query_modifier *modifier = &query->modifiers[i];
		size_t k = 0;

		while (k < 4 && strcmp(modifier->name, known[k]) != 0)
			k++;
		if (k == 4 || modifier->set || (k >= 2 && modifier->comparison))
			return diag_set(m->diag, DIAG_BOOLEAN_MODIFIER, "%s", modifier->name);
	}
	if (find_modifier(query, "ordered") && find_modifier(query, "unordered"))
		return diag_set(m->diag, DIAG_PROX_ORDERING, "ordered and unordered");
	return true;
}

static bool make_prox(struct clause_maker *m, const struct query *query, Z_Operator *out)
{
	Z_ProximityOperator *prox = arena_alloc(m->arena, sizeof *prox);
	const struct query_modifier *unit_modifier = find_modifier(query, "unit");
	NMEM nmem = arena_nmem(m->arena);
	int unit, distance, relation;

	if (!check_prox_modifiers(m, query))
		return false;
	if (!prox_unit(unit_modifier, &unit))
		return diag_set(m->diag, DIAG_PROX_UNIT, "%s",
		    unit_modifier->value ? unit_modifier->value : "unit");
	if (!prox_distance(m, find_modifier(query, "distance"), unit, &distance, &relation))
		return false;
	prox->exclusion = nmem_booldup(nmem, 0);
	prox->distance = nmem_intdup(nmem, distance);
	prox->relationType = nmem_intdup(nmem, relation);
	prox->ordered = nmem_booldup(nmem, find_modifier(query, "ordered") != NULL);
	prox->which = Z_ProximityOperator_known;
	prox->u.known = nmem_intdup(nmem, unit);
	out->which = Z_Operator_prox;
	out->u.prox = prox;
	return true;
}

static int operator_type(enum query_type type)
{
	return type == QUERY_AND  ? Z_Operator_and
	       : type == QUERY_OR ? Z_Operator_or
				  : Z_Operator_and_not;
}

static char *structure_text(struct arena *arena, Z_RPNStructure *structure)
{
	Z_RPNQuery query = {
	    .attributeSetId = odr_oiddup_nmem(arena_nmem(arena), yaz_oid_attset_bib_1),
	    .RPNStructure = structure,
	};

	return rpn_to_pqf(arena, &query);
}

/* Another gateway's two forms of one standard number become the same four here: two are enough. */
static bool says_the_same(
    struct clause_maker *m, const struct query *query, Z_RPNStructure *left, Z_RPNStructure *right)
{
	return query->type == QUERY_OR && query->left->type == QUERY_TERM &&
	       query->right->type == QUERY_TERM &&
	       strcmp(structure_text(m->arena, left), structure_text(m->arena, right)) == 0;
}

static bool make_boolean(struct clause_maker *m, const struct query *query, Z_RPNStructure **out)
{
	const char *name = query_boolean_name(query->type);
	Z_RPNStructure *left, *right;

	if (!has_feature(m, name, query->type != QUERY_PROX))
		return diag_set(
		    m->diag, query->type == QUERY_PROX ? DIAG_PROXIMITY : DIAG_BOOLEAN, "%s", name);
	if (query->type != QUERY_PROX && query->nmodifiers)
		return diag_set(m->diag, DIAG_BOOLEAN_MODIFIER, "%s", query->modifiers[0].name);
	if (!make_structure(m, query->left, &left) || !make_structure(m, query->right, &right))
		return false;
	if (says_the_same(m, query, left, right)) {
		*out = left;
		return true;
	}
	*out = clause_join(m->arena, operator_type(query->type), left, right);
	return query->type != QUERY_PROX || make_prox(m, query, (*out)->u.complex->roperator);
}

static bool make_set(struct clause_maker *m, const struct query *query, Z_RPNStructure **out)
{
	Z_RPNStructure *structure = arena_alloc(m->arena, sizeof *structure);
	Z_Operand *operand = arena_alloc(m->arena, sizeof *operand);

	if (!*query->name)
		return diag_set(m->diag, DIAG_EMPTY_TERM, "cql.resultSetId");
	if (!has_feature(m, "sets", false))
		return diag_set(m->diag, DIAG_RESULT_SETS, "%s", query->name);
	operand->which = Z_Operand_resultSetId;
	operand->u.resultSetId = arena_strdup(m->arena, query->name);
	structure->which = Z_RPNStructure_simple;
	structure->u.simple = operand;
	*out = structure;
	return true;
}

static bool make_structure(struct clause_maker *m, const struct query *query, Z_RPNStructure **out)
{
	switch (query->type) {
	case QUERY_TERM: return clause_to_rpn(m, query, out);
	case QUERY_SET: return make_set(m, query, out);
	case QUERY_AND:
	case QUERY_OR:
	case QUERY_NOT:
	case QUERY_PROX: return make_boolean(m, query, out);
	}
	assert(!"query type");
	return false;
}

bool rpn_from_query(struct arena *arena, const struct query *query, const struct profile *profile,
    Z_RPNQuery **out, struct diag *diag)
{
	struct clause_maker maker = {.arena = arena, .profile = profile, .diag = diag};
	Z_RPNQuery *rpn = arena_alloc(arena, sizeof *rpn);

	*out = NULL;
	rpn->attributeSetId = odr_oiddup_nmem(arena_nmem(arena), yaz_oid_attset_bib_1);
	if (!make_structure(&maker, query, &rpn->RPNStructure))
		return false;
	*out = rpn;
	return true;
}

Z_RPNQuery *rpn_simple(struct arena *arena, const char *attributes, const char *term)
{
	struct attrs attrs = {.count = 0};
	Z_RPNQuery *rpn = arena_alloc(arena, sizeof *rpn);
	Z_AttributesPlusTerm *apt = arena_alloc(arena, sizeof *apt);
	NMEM nmem = arena_nmem(arena);

	attrs_apply(&attrs, arena, attributes, NULL);
	apt->attributes = attrs_encode(&attrs, arena);
	apt->term = arena_alloc(arena, sizeof *apt->term);
	apt->term->which = Z_Term_general;
	apt->term->u.general = arena_alloc(arena, sizeof(Odr_oct));
	apt->term->u.general->buf = arena_strdup(arena, term);
	apt->term->u.general->len = (int)strlen(term);
	rpn->attributeSetId = odr_oiddup_nmem(nmem, yaz_oid_attset_bib_1);
	rpn->RPNStructure = arena_alloc(arena, sizeof *rpn->RPNStructure);
	rpn->RPNStructure->which = Z_RPNStructure_simple;
	rpn->RPNStructure->u.simple = arena_alloc(arena, sizeof(Z_Operand));
	rpn->RPNStructure->u.simple->which = Z_Operand_APT;
	rpn->RPNStructure->u.simple->u.attributesPlusTerm = apt;
	return rpn;
}

/* What a target that only sorts up and down does of itself. */
static bool is_plain_key(const struct query_sort_key *key, bool *descending)
{
	static const char *const same[] = {"ascending", "ignorecase", "unicodecollate"};

	*descending = false;
	for (size_t i = 0; i < key->nmodifiers; i++) {
		const char *name = key->modifiers[i].name;
		size_t s = 0;

		if (strcmp(name, "descending") == 0) {
			*descending = true;
			continue;
		}
		while (s < sizeof same / sizeof *same && strcmp(name, same[s]) != 0)
			s++;
		if (s == sizeof same / sizeof *same)
			return false;
	}
	return true;
}

bool rpn_embed_sort(struct arena *arena, Z_RPNQuery *rpn, const struct question *question,
    const struct profile *profile)
{
	const char *feature = profile_find(profile, "feature.sort");
	Z_RPNStructure *whole = rpn->RPNStructure;

	if (!feature || strcmp(feature, "embedded") != 0)
		return false;
	for (size_t i = 0; i < question->nsort; i++) {
		const struct query_sort_key *key = &question->sort[i];
		const char *list =
		    profile_find(profile, arena_printf(arena, "sort.%s.%s", key->set, key->index));
		bool descending;

		if (!list || !is_plain_key(key, &descending))
			return false;
		whole = clause_join(
		    arena, Z_Operator_or, whole, clause_sort_operand(arena, list, descending, i));
	}
	rpn->RPNStructure = whole;
	return true;
}

static bool asks_relevance(const Z_RPNStructure *structure)
{
	const Z_AttributeList *list;

	if (structure->which == Z_RPNStructure_complex)
		return asks_relevance(structure->u.complex->s1) ||
		       asks_relevance(structure->u.complex->s2);
	if (structure->u.simple->which != Z_Operand_APT)
		return false;
	list = structure->u.simple->u.attributesPlusTerm->attributes;
	for (int i = 0; i < list->num_attributes; i++) {
		const Z_AttributeElement *element = list->attributes[i];

		if (*element->attributeType == RELATION &&
		    element->which == Z_AttributeValue_numeric && *element->value.numeric == 102)
			return true;
	}
	return false;
}

bool rpn_asks_relevance(const Z_RPNQuery *query)
{
	return asks_relevance(query->RPNStructure);
}

char *rpn_to_pqf(struct arena *arena, const Z_RPNQuery *query)
{
	static const char head[] = "@attrset Bib-1 ";
	WRBUF buffer = wrbuf_alloc();
	const char *text;
	char *copy;

	yaz_rpnquery_to_wrbuf(buffer, query);
	text = wrbuf_cstr(buffer);
	if (strncmp(text, head, sizeof head - 1) == 0)
		text += sizeof head - 1;
	copy = text_trim(arena, text, strlen(text));
	wrbuf_destroy(buffer);
	return copy;
}
