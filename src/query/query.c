#include "query/query.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"

struct query *query_term(struct arena *arena, const char *set, const char *index,
    enum query_relation relation, const char *term)
{
	struct query *query = arena_alloc(arena, sizeof *query);

	assert(set && index && term);
	query->type = QUERY_TERM;
	query->set = set;
	query->index = index;
	query->relation = relation;
	query->term = term;
	return query;
}

struct query *query_bool(
    struct arena *arena, enum query_type type, const struct query *left, const struct query *right)
{
	struct query *query = arena_alloc(arena, sizeof *query);

	assert(type != QUERY_TERM && type != QUERY_SET && left && right);
	query->type = type;
	query->left = left;
	query->right = right;
	return query;
}

const char *query_boolean_name(enum query_type type)
{
	switch (type) {
	case QUERY_AND: return "and";
	case QUERY_OR: return "or";
	case QUERY_NOT: return "not";
	case QUERY_PROX: return "prox";
	case QUERY_TERM:
	case QUERY_SET: break;
	}
	assert(!"boolean");
	return "";
}

const char *query_relation_name(enum query_relation relation)
{
	switch (relation) {
	case QUERY_EQ: return "=";
	case QUERY_EXACT: return "==";
	case QUERY_NE: return "<>";
	case QUERY_LT: return "<";
	case QUERY_GT: return ">";
	case QUERY_LE: return "<=";
	case QUERY_GE: return ">=";
	case QUERY_ADJ: return "adj";
	case QUERY_ALL: return "all";
	case QUERY_ANY: return "any";
	case QUERY_WITHIN: return "within";
	case QUERY_ENCLOSES: return "encloses";
	case QUERY_SCR: return "scr";
	}
	assert(!"relation");
	return "";
}

static bool text_same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool modifiers_equal(const struct query *a, const struct query *b)
{
	if (a->nmodifiers != b->nmodifiers)
		return false;
	for (size_t i = 0; i < a->nmodifiers; i++) {
		const struct query_modifier *x = &a->modifiers[i], *y = &b->modifiers[i];

		if (!text_same(x->set, y->set) || !text_same(x->name, y->name) ||
		    !text_same(x->comparison, y->comparison) || !text_same(x->value, y->value))
			return false;
	}
	return true;
}

bool query_equal(const struct query *a, const struct query *b)
{
	if (a->type != b->type || !modifiers_equal(a, b))
		return false;
	switch (a->type) {
	case QUERY_TERM:
		return text_same(a->set, b->set) && text_same(a->index, b->index) &&
		       a->relation == b->relation && text_same(a->term, b->term);
	case QUERY_SET: return text_same(a->name, b->name);
	case QUERY_AND:
	case QUERY_OR:
	case QUERY_NOT:
	case QUERY_PROX: return query_equal(a->left, b->left) && query_equal(a->right, b->right);
	}
	assert(!"query type");
	return false;
}

char *query_index_name(struct arena *arena, const char *set, const char *index)
{
	return *set ? arena_printf(arena, "%s.%s", set, index) : arena_strdup(arena, index);
}

char *query_plain_term(struct arena *arena, const char *term, bool *masked, bool *anchored)
{
	char *plain = arena_alloc(arena, strlen(term) + 1), *out = plain;
	bool has_mask = false, has_anchor = false;

	for (const char *p = term; *p; p++) {
		if (*p == '\\' && p[1]) {
			*out++ = *++p;
			continue;
		}
		has_mask |= *p == '*' || *p == '?';
		has_anchor |= *p == '^';
		*out++ = *p;
	}
	if (masked)
		*masked = has_mask;
	if (anchored)
		*anchored = has_anchor;
	return plain;
}

char *query_escape_term(struct arena *arena, const char *plain)
{
	char *term = arena_alloc(arena, 2 * strlen(plain) + 1), *out = term;

	for (; *plain; plain++) {
		if (strchr("*?^\\", *plain))
			*out++ = '\\';
		*out++ = *plain;
	}
	return term;
}
