#include "query/clause.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "query/attrs.h"
#include "query/mask.h"
#include "query/octets.h"
#include "query/profile.h"
#include "query/standard.h"

#define RELATION_ATTR 2

static const char *name_of(struct clause_maker *m, const struct query *clause)
{
	return query_index_name(m->arena, clause->set, clause->index);
}

static const char *find(struct clause_maker *m, const char *head, const char *key)
{
	return profile_find(m->profile, arena_printf(m->arena, "%s.%s", head, key));
}

static bool find_index(struct clause_maker *m, const struct query *clause, const char **attributes)
{
	*attributes = profile_find_index(m->profile, m->arena, clause->set, clause->index);
	if (*attributes)
		return true;
	if (*clause->set && !profile_knows_set(m->profile, clause->set))
		return diag_set(m->diag, DIAG_CONTEXT_SET, "%s", name_of(m, clause));
	return diag_set(m->diag, DIAG_INDEX, "%s", name_of(m, clause));
}

/* YAZ's words for the relations in relation.X and structure.X. */
static const char *relation_key(enum query_relation relation)
{
	switch (relation) {
	case QUERY_EQ: return "eq";
	case QUERY_EXACT: return "exact";
	case QUERY_LE: return "le";
	case QUERY_GE: return "ge";
	case QUERY_NE:
	case QUERY_LT:
	case QUERY_GT:
	case QUERY_ADJ:
	case QUERY_ALL:
	case QUERY_ANY:
	case QUERY_WITHIN:
	case QUERY_ENCLOSES:
	case QUERY_SCR: return query_relation_name(relation);
	}
	assert(!"relation");
	return "";
}

/* The plain relations need no attribute; the others mean something only when one says it. */
static bool apply_relation(
    struct clause_maker *m, struct attrs *attrs, enum query_relation relation)
{
	const char *list = find(m, "relation", relation_key(relation));

	if (!list && (relation == QUERY_SCR || relation == QUERY_ADJ))
		list = find(m, "relation", "eq");
	if (!list && relation != QUERY_EQ && relation != QUERY_SCR && relation != QUERY_ADJ)
		return diag_set(m->diag, DIAG_RELATION, "%s", query_relation_name(relation));
	attrs_apply(attrs, m->arena, list, NULL);
	return true;
}

static void apply_structure(
    struct clause_maker *m, struct attrs *attrs, enum query_relation relation, const char *body)
{
	const char *list = find(m, "structure", text_count_words(body) > 1 ? "phrase" : "word");

	attrs_apply(attrs, m->arena, list ? list : find(m, "structure", "*"), NULL);
	attrs_apply(attrs, m->arena, find(m, "structure", relation_key(relation)), NULL);
}

static bool apply_anchors(struct clause_maker *m, struct attrs *attrs, const struct query *clause,
    const struct mask *mask)
{
	const char *key, *list;

	if (mask->misplaced)
		return diag_set(m->diag, DIAG_ANCHORING_POSITION, "%s", name_of(m, clause));
	if (!mask->first && !mask->last)
		return true;
	key = !mask->last ? "first" : !mask->first ? "last" : "firstAndLast";
	list = find(m, "position", key);
	if (!list)
		return diag_set(m->diag, DIAG_ANCHORING, "%s", name_of(m, clause));
	attrs_apply(attrs, m->arena, list, NULL);
	return true;
}

/* Masks inside a term: the first form of pattern the profile has. */
static bool apply_pattern(struct clause_maker *m, struct attrs *attrs, const struct query *clause,
    const struct mask *mask, const char **term)
{
	const char *list;

	if ((list = find(m, "truncation", "z3958")))
		*term = mask_to_z3958(m->arena, mask->body);
	else if ((list = find(m, "truncation", "regexp")))
		*term = mask_to_regexp(m->arena, mask->body);
	else if ((list = find(m, "truncation", "cql")))
		*term = mask->body;
	else
		return diag_set(m->diag, DIAG_MASKING, "%s", name_of(m, clause));
	attrs_apply(attrs, m->arena, list, NULL);
	return true;
}

static bool apply_masks(struct clause_maker *m, struct attrs *attrs, const struct query *clause,
    const struct mask *mask, const char **term)
{
	const char *key = mask->left ? (mask->right ? "both" : "left") : "right", *list;

	if (mask->inner)
		return apply_pattern(m, attrs, clause, mask, term);
	*term = query_plain_term(m->arena, mask->body, NULL, NULL);
	if (!mask->left && !mask->right)
		return true;
	if (!**term)
		return diag_set(m->diag, DIAG_MASKED_TOO_SHORT, "%s", name_of(m, clause));
	list = find(m, "truncation", key);
	if (!list)
		return diag_set(m->diag, DIAG_MASKING, "%s", name_of(m, clause));
	attrs_apply(attrs, m->arena, list, NULL);
	return true;
}

static const char *find_modifier(struct clause_maker *m, const struct query_modifier *modifier)
{
	const char *name = modifier->name, *list;

	if (modifier->set)
		name = arena_printf(m->arena, "%s.%s", modifier->set, name);
	list = find(m, "relationModifier", name);
	/* What is the rule anyway, or changes only how we read the term, needs no attribute. */
	if (!list && !modifier->set &&
	    (strcmp(name, "masked") == 0 || strcmp(name, "unmasked") == 0))
		list = "";
	return modifier->comparison ? NULL : list;
}

static bool is_order(enum query_relation relation)
{
	return relation == QUERY_LT || relation == QUERY_GT || relation == QUERY_LE ||
	       relation == QUERY_GE || relation == QUERY_NE;
}

/* Modifiers speak last, but not against each other, and none may turn "greater" into "relevant". */
static bool apply_modifiers(struct clause_maker *m, struct attrs *attrs, const struct query *clause,
    enum query_relation relation)
{
	struct attrs said = {.count = 0};

	for (size_t i = 0; i < clause->nmodifiers; i++) {
		const struct query_modifier *modifier = &clause->modifiers[i];
		const char *list = find_modifier(m, modifier);
		struct attrs mine = {.count = 0};

		if (!list)
			return diag_set(m->diag, DIAG_RELATION_MODIFIER, "%s", modifier->name);
		attrs_apply(&mine, m->arena, list, NULL);
		for (size_t k = 0; k < mine.count; k++) {
			const char *before = attrs_find(&said, mine.items[k].type);

			if ((before && strcmp(before, mine.items[k].value) != 0) ||
			    (mine.items[k].type == RELATION_ATTR && is_order(relation)))
				return diag_set(m->diag, DIAG_RELATION_COMBINATION, "%s/%s",
				    query_relation_name(relation), modifier->name);
		}
		attrs_apply(&said, m->arena, list, NULL);
		attrs_apply(attrs, m->arena, list, NULL);
	}
	return true;
}

static bool has_modifier(const struct query *clause, const char *name)
{
	for (size_t i = 0; i < clause->nmodifiers; i++)
		if (!clause->modifiers[i].set && strcmp(clause->modifiers[i].name, name) == 0)
			return true;
	return false;
}

static bool list_has_word(const char *list, const char *word)
{
	size_t length = strlen(word);

	for (list += strspn(list, " \t"); *list; list += strspn(list, " \t")) {
		size_t size = strcspn(list, " \t");

		if (size == length && strncasecmp(list, word, size) == 0)
			return true;
		list += size;
	}
	return false;
}

/* Whether the profile's term.KEY names the clause's index. */
static bool has_rule(struct clause_maker *m, const struct query *clause, const char *key)
{
	const char *indexes = find(m, "term", key);

	return indexes && list_has_word(indexes, name_of(m, clause));
}

/* Hyphens and blanks go where the profile's term.compact names the index. */
static const char *compact(struct clause_maker *m, const struct query *clause, const char *term)
{
	char *text, *out;

	if (!has_rule(m, clause, "compact"))
		return term;
	text = out = arena_alloc(m->arena, strlen(term) + 1);
	for (; *term; term++)
		if (*term != '-' && *term != ' ')
			*out++ = *term;
	return text;
}

static Z_RPNStructure *operand_of(
    struct arena *arena, const struct attrs *attrs, const Odr_oct *term)
{
	Z_RPNStructure *structure = arena_alloc(arena, sizeof *structure);
	Z_Operand *operand = arena_alloc(arena, sizeof *operand);
	Z_AttributesPlusTerm *apt = arena_alloc(arena, sizeof *apt);

	apt->attributes = attrs_encode(attrs, arena);
	apt->term = arena_alloc(arena, sizeof *apt->term);
	apt->term->which = Z_Term_general;
	apt->term->u.general = arena_memdup(arena, term, sizeof *term);
	operand->which = Z_Operand_APT;
	operand->u.attributesPlusTerm = apt;
	structure->which = Z_RPNStructure_simple;
	structure->u.simple = operand;
	return structure;
}

static bool make_operand(
    struct clause_maker *m, const struct attrs *attrs, const char *term, Z_RPNStructure **out)
{
	Odr_oct bytes;
	const char *charset = profile_find(m->profile, "term.charset");

	if (++m->terms > QUERY_NODES_MAX)
		return diag_set(m->diag, DIAG_BOOLEANS_MANY, "more than %d words", QUERY_NODES_MAX);
	if (!octets_encode(m->arena, term, charset, &bytes))
		return diag_set(
		    m->diag, DIAG_CANNOT_PROCESS, "the term cannot be written in %s", charset);
	*out = operand_of(m->arena, attrs, &bytes);
	return true;
}

Z_RPNStructure *clause_sort_operand(
    struct arena *arena, const char *attributes, bool descending, size_t place)
{
	struct attrs attrs = {.count = 0};
	char *text = arena_printf(arena, "%zu", place);
	Odr_oct term = {text, (int)strlen(text)};

	attrs_apply(&attrs, arena, attributes, NULL);
	attrs_apply(&attrs, arena, descending ? "7=2" : "7=1", NULL);
	return operand_of(arena, &attrs, &term);
}

/* One term with one relation. */
static bool make_term(struct clause_maker *m, const struct query *clause, const char *index,
    const char *term, enum query_relation relation, Z_RPNStructure **out)
{
	struct attrs attrs = {.count = 0};
	struct mask mask = {.body = compact(m, clause, term)};
	const char *text = query_plain_term(m->arena, mask.body, NULL, NULL);
	bool literal = has_modifier(clause, "unmasked") || has_modifier(clause, "regexp");

	if (!literal)
		mask_read(m->arena, mask.body, &mask);
	if (!*mask.body && !mask.left)
		return diag_set(m->diag, DIAG_EMPTY_TERM, "%s", name_of(m, clause));
	attrs_apply(&attrs, m->arena, profile_find(m->profile, "always"), NULL);
	attrs_apply(&attrs, m->arena, find(m, "position", "any"), NULL);
	attrs_apply(&attrs, m->arena, find(m, "truncation", "none"), NULL);
	apply_structure(m, &attrs, relation, mask.body);
	if (!apply_relation(m, &attrs, relation) || !apply_anchors(m, &attrs, clause, &mask) ||
	    (!literal && !apply_masks(m, &attrs, clause, &mask, &text)))
		return false;
	attrs_apply(&attrs, m->arena, index, clause->index);
	return apply_modifiers(m, &attrs, clause, relation) && make_operand(m, &attrs, text, out);
}

Z_RPNStructure *clause_join(
    struct arena *arena, int operator_type, Z_RPNStructure *left, Z_RPNStructure *right)
{
	Z_RPNStructure *structure = arena_alloc(arena, sizeof *structure);
	Z_Complex *complex = arena_alloc(arena, sizeof *complex);

	complex->roperator = arena_alloc(arena, sizeof *complex->roperator);
	complex->roperator->which = operator_type;
	complex->roperator->u.op_and = odr_nullval();
	complex->s1 = left;
	complex->s2 = right;
	structure->which = Z_RPNStructure_complex;
	structure->u.complex = complex;
	return structure;
}

/* Those of the forms that have no hyphens. */
static size_t without_hyphens(const char **forms, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (!strchr(forms[i], '-'))
			forms[kept++] = forms[i];
	return kept;
}

/* Standard numbers, where the profile says that an index has them: catalogues keep them in
 * different forms. As the reader wrote it comes last, where that is another. */
static size_t standard_forms(struct clause_maker *m, const struct query *clause, const char *term,
    enum query_relation relation, const char *forms[STANDARD_FORMS_MAX + 1])
{
	size_t count = 0;

	if (relation != QUERY_EQ && relation != QUERY_EXACT && relation != QUERY_ADJ &&
	    relation != QUERY_SCR)
		return 0;
	if (has_rule(m, clause, "isbn"))
		count = standard_isbn_forms(m->arena, term, forms);
	if (!count && has_rule(m, clause, "issn"))
		count = standard_issn_forms(m->arena, term, forms);
	if (!count)
		return 0;
	if (has_rule(m, clause, "compact"))
		return without_hyphens(forms, count);
	for (size_t i = 0; i < count; i++)
		if (strcmp(forms[i], term) == 0)
			return count;
	forms[count++] = term;
	return count;
}

size_t clause_standard_forms(
    struct clause_maker *m, const struct query *clause, const char *forms[CLAUSE_FORMS_MAX])
{
	return standard_forms(m, clause, clause->term, clause->relation, forms);
}

/* One term, in each of its forms where it is a standard number. */
static bool make_forms(struct clause_maker *m, const struct query *clause, const char *index,
    const char *term, enum query_relation relation, Z_RPNStructure **out)
{
	const char *forms[STANDARD_FORMS_MAX + 1];
	const char *has_or = profile_find(m->profile, "feature.or");
	size_t count = standard_forms(m, clause, term, relation, forms);

	if (count < 2 || (has_or && strcmp(has_or, "no") == 0))
		return make_term(m, clause, index, term, relation, out);
	*out = NULL;
	for (size_t i = 0; i < count; i++) {
		Z_RPNStructure *form;

		if (!make_term(m, clause, index, forms[i], relation, &form))
			return false;
		*out = *out ? clause_join(m->arena, Z_Operator_or, *out, form) : form;
	}
	return true;
}

/* A lone "/", "&" or ":" of a title copied from a record: targets make no word of it, and a term
 * without a word finds nothing. */
static bool is_punctuation(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (!ispunct((unsigned char)text[i]) || strchr("*?^", text[i]))
			return false;
	return true;
}

static bool has_words(const char *text)
{
	for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
		size_t length = strcspn(text, " ");

		if (!is_punctuation(text, length))
			return true;
		text += length;
	}
	return false;
}

/* The words one by one, joined by the operator. */
static bool make_list(
    struct clause_maker *m, const struct query *clause, const char *index, Z_RPNStructure **out)
{
	int type = clause->relation == QUERY_ALL ? Z_Operator_and : Z_Operator_or;
	const char *text = clause->term;
	bool words_only = has_words(text);

	*out = NULL;
	for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
		size_t length = strcspn(text, " ");
		const char *word = arena_strndup(m->arena, text, length);
		Z_RPNStructure *term;

		text += length;
		if (words_only && is_punctuation(word, length))
			continue;
		if (!make_forms(m, clause, index, word, QUERY_EQ, &term))
			return false;
		*out = *out ? clause_join(m->arena, type, *out, term) : term;
	}
	return *out || diag_set(m->diag, DIAG_EMPTY_TERM, "%s", name_of(m, clause));
}

/* A list goes out as one term only where the profile has attributes for it and no word is masked or
 * anchored: those would mean the list's ends. */
static bool list_is_one_term(struct clause_maker *m, const struct query *clause)
{
	const char *list = find(m, "relation", relation_key(clause->relation));
	bool masked, anchored;

	if (!list || strcmp(list, "list") == 0 || text_count_words(clause->term) < 2)
		return false;
	query_plain_term(m->arena, clause->term, &masked, &anchored);
	return !masked && !anchored && !has_modifier(clause, "regexp");
}

/* within "low high": both ends belong to the range. */
static bool make_range(
    struct clause_maker *m, const struct query *clause, const char *index, Z_RPNStructure **out)
{
	const char *low = clause->term + strspn(clause->term, " "), *high;
	Z_RPNStructure *from, *to;

	if (!*low)
		return diag_set(m->diag, DIAG_EMPTY_TERM, "%s", name_of(m, clause));
	if (text_count_words(low) != 2)
		return diag_set(
		    m->diag, DIAG_TERM_FORMAT, "%s within wants two values", name_of(m, clause));
	if (!find(m, "relation", "ge") || !find(m, "relation", "le"))
		return diag_set(m->diag, DIAG_RELATION, "within");
	high = low + strcspn(low, " ");
	low = arena_strndup(m->arena, low, (size_t)(high - low));
	high = text_trim(m->arena, high, strlen(high));
	if (!make_term(m, clause, index, low, QUERY_GE, &from) ||
	    !make_term(m, clause, index, high, QUERY_LE, &to))
		return false;
	*out = clause_join(m->arena, Z_Operator_and, from, to);
	return true;
}

bool clause_to_rpn(struct clause_maker *maker, const struct query *clause, Z_RPNStructure **out)
{
	const char *index;

	if (!find_index(maker, clause, &index))
		return false;
	if (clause->relation == QUERY_WITHIN)
		return make_range(maker, clause, index, out);
	if ((clause->relation == QUERY_ALL || clause->relation == QUERY_ANY) &&
	    !list_is_one_term(maker, clause))
		return make_list(maker, clause, index, out);
	return make_forms(maker, clause, index, clause->term, clause->relation, out);
}
