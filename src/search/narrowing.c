#include "search/narrowing.h"

#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "merge/material.h"
#include "query/query.h"
#include "registry/config.h"

struct taking {
	struct arena *arena;
	const struct config *config;
	struct narrowing *narrowing;
	struct material_set formats;
	bool has_formats;
	struct diag *diag;
};

static bool is_index(const struct query *query, const char *set, const char *index)
{
	return query->type == QUERY_TERM && strcmp(query->set, set) == 0 &&
	       strcmp(query->index, index) == 0;
}

/* ---- libraries ---- */

bool narrowing_choose(struct arena *arena, const struct config *config, const char *names,
    struct narrowing *narrowing, const char **wrong)
{
	const struct partner **kept = arena_array(arena, narrowing->npartners, sizeof *kept);
	bool *chosen = arena_array(arena, narrowing->npartners, sizeof *chosen);
	char *list = arena_strdup(arena, names), *save = NULL;
	size_t nkept = 0;

	for (char *name = strtok_r(list, ",", &save); name; name = strtok_r(NULL, ",", &save)) {
		const char *id = text_trim(arena, name, strlen(name));
		const struct partner *partner = config_partner(config, id);
		size_t i = 0;

		*wrong = id;
		while (i < narrowing->npartners && narrowing->partners[i] != partner)
			i++;
		if (!partner || i == narrowing->npartners)
			return false;
		chosen[i] = true;
	}
	*wrong = "names no partner";
	for (size_t i = 0; i < narrowing->npartners; i++)
		if (chosen[i])
			kept[nkept++] = narrowing->partners[i];
	if (!nkept)
		return false;
	narrowing->partners = kept;
	narrowing->npartners = nkept;
	return true;
}

static bool is_libraries(const struct query *query)
{
	return is_index(query, "rec", "collectionName") && !query->nmodifiers &&
	       (query->relation == QUERY_EQ || query->relation == QUERY_EXACT ||
		   query->relation == QUERY_SCR || query->relation == QUERY_ANY);
}

static bool take_libraries(struct taking *taking, const struct query *clause)
{
	char *names = query_plain_term(taking->arena, clause->term, NULL, NULL);
	const char *wrong;

	for (char *p = names; *p; p++)
		if (*p == ' ' && clause->relation == QUERY_ANY)
			*p = ',';
	return narrowing_choose(taking->arena, taking->config, names, taking->narrowing, &wrong) ||
	       diag_set(taking->diag, DIAG_TERM_FORMAT, "rec.collectionName: %s", wrong);
}

/* ---- formats ---- */

static bool is_format(const struct query *query)
{
	return is_index(query, "silang", "format");
}

static bool has_format(const struct query *query)
{
	return query->left ? has_format(query->left) || has_format(query->right) : is_format(query);
}

/* Formats and nothing else. */
static bool is_formats(const struct query *query)
{
	if (!query->left)
		return is_format(query);
	return query->type != QUERY_PROX && !query->nmodifiers && is_formats(query->left) &&
	       is_formats(query->right);
}

static bool read_format(struct taking *taking, const struct query *clause, struct material_set *out)
{
	bool masked, anchored, other = clause->relation == QUERY_NE;
	const char *name = query_plain_term(taking->arena, clause->term, &masked, &anchored);
	unsigned format;

	if (clause->nmodifiers)
		return diag_set(taking->diag, DIAG_RELATION_MODIFIER, "silang.format has none");
	if (!other && clause->relation != QUERY_EQ && clause->relation != QUERY_EXACT &&
	    clause->relation != QUERY_SCR && clause->relation != QUERY_ADJ &&
	    clause->relation != QUERY_ALL) /* as some Z39.50 clients always ask: a list of words */
		return diag_set(taking->diag, DIAG_RELATION,
		    "silang.format %s; =, == or <>, and several joined by or",
		    query_relation_name(clause->relation));
	if (masked || anchored)
		return diag_set(
		    taking->diag, DIAG_MASKING, "silang.format is one of the facet's terms");
	if (!material_find(name, &format))
		return diag_set(taking->diag, DIAG_TERM_FORMAT,
		    "silang.format: %.60s; book, journal, electronic book … as the facet names "
		    "them",
		    name);
	for (unsigned i = 0; i < MATERIALS; i++)
		out->has[i] = (i == format) != other;
	return true;
}

static bool read_formats(struct taking *taking, const struct query *query, struct material_set *out)
{
	struct material_set left, right;

	if (!query->left)
		return read_format(taking, query, out);
	if (!read_formats(taking, query->left, &left) ||
	    !read_formats(taking, query->right, &right))
		return false;
	for (unsigned i = 0; i < MATERIALS; i++) {
		switch (query->type) {
		case QUERY_AND: out->has[i] = left.has[i] && right.has[i]; break;
		case QUERY_NOT: out->has[i] = left.has[i] && !right.has[i]; break;
		default: out->has[i] = left.has[i] || right.has[i]; break;
		}
	}
	return true;
}

static bool take_formats(struct taking *taking, const struct query *query, bool without)
{
	struct material_set set;

	if (!read_formats(taking, query, &set))
		return false;
	for (unsigned i = 0; i < MATERIALS; i++)
		taking->formats.has[i] =
		    (taking->formats.has[i] || !taking->has_formats) && set.has[i] != without;
	taking->has_formats = true;
	return true;
}

/* ---- taking them out ---- */

static bool refuse_place(struct taking *taking)
{
	return diag_set(taking->diag, DIAG_QUERY_FEATURE,
	    "silang.format beside what libraries are asked, only behind and or not: "
	    "(dc.title = x or dc.title = y) and silang.format = book");
}

static bool refuse_nothing(struct taking *taking)
{
	return diag_set(taking->diag, DIAG_QUERY_FEATURE,
	    "nothing to ask the libraries for; right would be: dc.title = x and %s",
	    taking->has_formats ? "silang.format = book" : "rec.collectionName = …");
}

static const struct query *join(struct taking *taking, const struct query *query,
    const struct query *left, const struct query *right)
{
	if (left == query->left && right == query->right)
		return query;
	return left && right ? query_bool(taking->arena, query->type, left, right)
	       : left	     ? left
			     : right;
}

/* *rest is NULL when nothing remains. */
static bool take(struct taking *taking, const struct query *query, const struct query **rest)
{
	const struct query *left, *right = query->right;

	*rest = NULL;
	if (is_libraries(query))
		return take_libraries(taking, query);
	if (is_formats(query))
		return take_formats(taking, query, false);
	*rest = query;
	if (query->type == QUERY_AND && !query->nmodifiers) {
		if (!take(taking, query->left, &left) || !take(taking, query->right, &right))
			return false;
	} else if (query->type == QUERY_NOT && !query->nmodifiers && is_formats(right)) {
		if (!take(taking, query->left, &left) || !take_formats(taking, right, true))
			return false;
		right = NULL;
	} else if (query->type == QUERY_NOT && !query->nmodifiers && !has_format(right)) {
		if (!take(taking, query->left, &left))
			return false;
		if (!left)
			return refuse_nothing(taking);
	} else {
		return !has_format(query) || refuse_place(taking);
	}
	*rest = join(taking, query, left, right);
	return true;
}

bool narrowing_take(struct arena *arena, const struct config *config, struct narrowing *narrowing,
    struct diag *diag)
{
	struct taking taking = {
	    .arena = arena, .config = config, .narrowing = narrowing, .diag = diag};
	const struct query *rest;

	if (!take(&taking, narrowing->query, &rest))
		return false;
	if (!rest)
		return refuse_nothing(&taking);
	if (rest->type == QUERY_SET && rest != narrowing->query)
		return diag_set(
		    diag, DIAG_RESULT_SETS, "a result set is not narrowed; ask its query anew");
	narrowing->query = rest;
	if (taking.has_formats)
		narrowing->formats = arena_memdup(arena, &taking.formats, sizeof taking.formats);
	return true;
}

/* ---- and back ---- */

/* What nothing can be. */
static const struct query *nothing(struct arena *arena)
{
	return query_bool(arena, QUERY_AND, query_term(arena, "silang", "format", QUERY_EQ, "book"),
	    query_term(arena, "silang", "format", QUERY_NE, "book"));
}

const struct query *narrowing_clause(struct arena *arena, const struct material_set *formats)
{
	/* A set with what nothing is known of was made by leaving out. */
	bool without = formats->has[0];
	const struct query *clause = NULL;

	for (unsigned i = 1; i < MATERIALS; i++) {
		const struct query *one;

		if (formats->has[i] == without)
			continue;
		one = query_term(arena, "silang", "format", without ? QUERY_NE : QUERY_EQ,
		    material_name(arena, i));
		clause =
		    clause ? query_bool(arena, without ? QUERY_AND : QUERY_OR, clause, one) : one;
	}
	return clause || without ? clause : nothing(arena);
}
