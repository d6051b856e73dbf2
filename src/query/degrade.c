#include "query/degrade.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yaz/oid_db.h>

#include "base/arena.h"

enum { RELATION = 2, POSITION = 3, STRUCTURE = 4, TRUNCATION = 5, COMPLETENESS = 6, SORT = 7 };

static const struct {
	int type;
	const char *name;
	int bib1; /* the diagnostic that refuses it (Z39.50 ERR.1) */
} types[] = {
    {RELATION, "relation", 117},
    {POSITION, "position", 119},
    {STRUCTURE, "structure", 118},
    {TRUNCATION, "truncation", 120},
    {COMPLETENESS, "completeness", 122},
};

#define TYPES (sizeof types / sizeof *types)

const char *degrade_type(const struct degrade *degrade, size_t number, bool *refused)
{
	if (number >= TYPES)
		return NULL;
	*refused = degrade->refused >> types[number].type & 1;
	return types[number].name;
}

enum worth { NOTHING, NARROWS, NEEDED };

struct walk {
	struct arena *arena;
	struct degrade degrade;
	unsigned idle, narrowing; /* types of the attributes that go, by what they are worth */
	char *lost;
};

static bool has_blank(const Z_Term *term)
{
	return term->which != Z_Term_general ||
	       memchr(term->u.general->buf, ' ', (size_t)term->u.general->len);
}

/* What an attribute does to a term, and its words for people. */
static enum worth worth_of(int type, long long value, const Z_Term *term, const char **words)
{
	switch (type) {
	case RELATION: return value == 3 || value == 102 ? NOTHING : NEEDED;
	case POSITION:
		*words = "first in field";
		return value == 3 ? NOTHING : value == 1 || value == 2 ? NARROWS : NEEDED;
	case STRUCTURE:
		*words = "structure";
		if (value == 1)
			*words = "phrase";
		if (value == 1 || value == 2 || value == 6)
			return has_blank(term) ? NARROWS : NOTHING;
		return value == 4 || value == 5 ? NARROWS : NEEDED;
	case TRUNCATION: return value == 100 ? NOTHING : NEEDED;
	case COMPLETENESS:
		*words = value == 2 ? "complete subfield" : "complete field";
		return value == 1 ? NOTHING : value == 2 || value == 3 ? NARROWS : NEEDED;
	default: return NEEDED;
	}
}

static void add_lost(char *lost, const char *words)
{
	size_t used = lost ? strlen(lost) : 0;

	if (lost && !strstr(lost, words))
		snprintf(lost + used, DEGRADE_TEXT - used, "%s%s", used ? ", " : "", words);
}

/* Whether it may go, and goes. `excluded`: more hits here are fewer of the whole. */
static bool leaves(
    struct walk *walk, const Z_AttributeElement *element, const Z_Term *term, bool excluded)
{
	const char *words = "";
	int type = element->attributeType ? (int)*element->attributeType : 0;
	enum worth worth;
	bool refused;

	if (element->which != Z_AttributeValue_numeric || type < RELATION || type > COMPLETENESS)
		return false;
	if (element->attributeSet && oid_oidcmp(element->attributeSet, yaz_oid_attset_bib_1) != 0)
		return false;
	refused = walk->degrade.refused >> type & 1;
	worth = worth_of(type, *element->value.numeric, term, &words);
	if (worth == NOTHING && (refused || walk->degrade.bare)) {
		walk->idle |= 1u << type;
		return true;
	}
	if (worth == NARROWS && refused && !excluded) {
		walk->narrowing |= 1u << type;
		add_lost(walk->lost, words);
		return true;
	}
	return false;
}

/* A key of an embedded order is no term. */
static bool is_sort_key(const Z_AttributeList *list)
{
	for (int i = 0; i < list->num_attributes; i++)
		if (list->attributes[i]->attributeType &&
		    *list->attributes[i]->attributeType == SORT)
			return true;
	return false;
}

static Z_Operand *simpler_operand(struct walk *walk, Z_Operand *operand, bool excluded)
{
	Z_AttributesPlusTerm *old = operand->u.attributesPlusTerm, *new;
	Z_AttributeList *list;
	Z_Operand *copy;

	if (operand->which != Z_Operand_APT || !old->attributes || is_sort_key(old->attributes))
		return operand;
	list = arena_alloc(walk->arena, sizeof *list);
	list->attributes = arena_array(
	    walk->arena, (size_t)old->attributes->num_attributes + 1, sizeof *list->attributes);
	for (int i = 0; i < old->attributes->num_attributes; i++)
		if (!leaves(walk, old->attributes->attributes[i], old->term, excluded))
			list->attributes[list->num_attributes++] = old->attributes->attributes[i];
	new = arena_alloc(walk->arena, sizeof *new);
	*new = *old;
	new->attributes = list;
	copy = arena_alloc(walk->arena, sizeof *copy);
	*copy = *operand;
	copy->u.attributesPlusTerm = new;
	return copy;
}

static Z_RPNStructure *simpler(struct walk *walk, Z_RPNStructure *structure, bool excluded)
{
	Z_RPNStructure *copy = arena_alloc(walk->arena, sizeof *copy);
	Z_Complex *complex;

	*copy = *structure;
	if (structure->which == Z_RPNStructure_simple) {
		copy->u.simple = simpler_operand(walk, structure->u.simple, excluded);
		return copy;
	}
	complex = arena_alloc(walk->arena, sizeof *complex);
	*complex = *structure->u.complex;
	complex->s1 = simpler(walk, complex->s1, excluded);
	complex->s2 = simpler(walk, complex->s2,
	    complex->roperator->which == Z_Operator_and_not ? !excluded : excluded);
	copy->u.complex = complex;
	return copy;
}

/* The types that a diagnostic refuses; all of them when it does not say which. */
#define ALL                                                                                        \
	(1u << RELATION | 1u << POSITION | 1u << STRUCTURE | 1u << TRUNCATION | 1u << COMPLETENESS)

static unsigned refused_types(int bib1, const char *addinfo)
{
	char *end;
	long type;

	for (size_t i = 0; i < TYPES; i++)
		if (types[i].bib1 == bib1)
			return 1u << types[i].type;
	if (bib1 == 113) { /* attribute type */
		type = strtol(addinfo, &end, 10);
		if (end == addinfo)
			return ALL;
		return type >= RELATION && type <= COMPLETENESS ? 1u << type : 0;
	}
	return bib1 == 123 ? ALL : 0; /* attribute combination */
}

bool degrade_learn(struct degrade *degrade, const Z_RPNQuery *query, int bib1, const char *addinfo)
{
	unsigned refused = refused_types(bib1, addinfo);
	struct walk walk = {.degrade = {.refused = refused}};

	if (!refused)
		return false;
	walk.arena = arena_create(0, NULL);
	simpler(&walk, query->RPNStructure, false);
	arena_destroy(walk.arena);
	if (!(walk.idle | walk.narrowing))
		return false;
	/* Whoever refuses one attribute that says nothing often refuses the next. What means
	 * something goes only when it is named, or when nothing else is left to go. */
	degrade->bare = true;
	if (refused != ALL)
		degrade->refused |= refused;
	else if (!walk.idle)
		degrade->refused |= walk.narrowing;
	return true;
}

Z_RPNQuery *degrade_apply(
    struct arena *arena, Z_RPNQuery *query, const struct degrade *degrade, char lost[DEGRADE_TEXT])
{
	struct walk walk = {.arena = arena, .degrade = *degrade, .lost = lost};
	Z_RPNQuery *copy;

	*lost = '\0';
	if (!degrade->bare)
		return query;
	copy = arena_alloc(arena, sizeof *copy);
	*copy = *query;
	copy->RPNStructure = simpler(&walk, query->RPNStructure, false);
	return walk.idle | walk.narrowing ? copy : query;
}
