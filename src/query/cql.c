/*
 * A recursive-descent parser of our own. YAZ's is not used: it names no position, ends the query at
 * a newline without a word, and its tolerant mode reads `exact` and `within` as search words.
 *
 * One grammar serves CQL 1.1, 1.2 and 2.0: where they differ (`exact` and `==`, sortby, modifiers
 * on any boolean) nothing means one thing in one version and another in the next.
 *
 *   question := prefix* query [ "sortby" key+ ]
 *   query    := prefix* clause ( boolean modifier* clause )*
 *   clause   := "(" query ")" | [ index relation modifier* ] term
 *   prefix   := ">" [ name "=" ] uri
 *   modifier := "/" name [ symbol term ]
 */
#include "query/cql.h"

#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "query/lexer.h"
#include "query/names.h"
#include "query/words.h"

#define MODIFIERS_MAX 16 /* of one relation, boolean or key */

/* >prefix="uri", in force for the query that follows it. */
struct scope {
	const char *prefix; /* "" for the default set of indexes */
	const char *set;    /* canonical */
	const struct scope *outer;
};

struct parser {
	struct arena *arena;
	const char *text;
	struct lexer lexer;
	struct token token; /* the one looked at */
	const struct scope *scope;
	struct diag *diag;
	size_t nodes, depth;
	bool lenient;
};

static bool parse_query(struct parser *p, const struct query **out);

static bool advance(struct parser *p)
{
	return lexer_next(&p->lexer, &p->token, p->diag);
}

static size_t position(const struct parser *p)
{
	return lexer_position(p->text, p->token.at);
}

/* "position 7: WHAT, found ..." */
static bool syntax(struct parser *p, const char *what)
{
	if (p->token.type == TOKEN_END)
		return diag_set(p->diag, DIAG_QUERY_SYNTAX, "position %zu: %s, but the query ends",
		    position(p), what);
	return diag_set(p->diag, DIAG_QUERY_SYNTAX, "position %zu: %s, not %.*s", position(p), what,
	    (int)text_cut(p->text + p->token.at, p->token.length, 40), p->text + p->token.at);
}

static bool is_text(const struct token *token)
{
	return token->type == TOKEN_WORD || token->type == TOKEN_STRING;
}

static bool at_boolean(const struct parser *p, enum query_type *type)
{
	return p->token.type == TOKEN_WORD && words_find_boolean(p->token.text, type);
}

static bool at_sortby(const struct parser *p)
{
	return p->token.type == TOKEN_WORD && text_equal_ignoring_case(p->token.text, "sortby");
}

static const struct scope *scope_find(const struct parser *p, const char *prefix)
{
	const struct scope *scope = p->scope;

	while (scope && !text_equal_ignoring_case(scope->prefix, prefix))
		scope = scope->outer;
	return scope;
}

static const char *canonical_set(struct parser *p, const char *written)
{
	const char *set = names_find_set(written);

	return set ? set : text_lower(p->arena, written);
}

/* Cuts "dc.title" at its first dot and resolves the prefix; without one, `set` is "". */
static const char *split_name(struct parser *p, const char *name, const char **set)
{
	const char *dot = strchr(name, '.');
	const struct scope *scope;
	const char *prefix;

	*set = "";
	if (!dot || dot == name || !dot[1])
		return name;
	prefix = arena_strndup(p->arena, name, (size_t)(dot - name));
	scope = scope_find(p, prefix);
	*set = scope ? scope->set : canonical_set(p, prefix);
	return dot + 1;
}

static void resolve_index(struct parser *p, const char *name, const char **set, const char **index)
{
	const char *local = split_name(p, name, set);

	if (!**set && scope_find(p, ""))
		*set = scope_find(p, "")->set;
	names_resolve(p->arena, *set, local, set, index);
}

static bool parse_prefix(struct parser *p)
{
	struct scope *scope = arena_alloc(p->arena, sizeof *scope);
	const char *first;
	char *uri;

	if (!advance(p))
		return false;
	if (!is_text(&p->token))
		return syntax(p, "a prefix or the URI of a context set was expected after '>'");
	first = p->token.text;
	if (!advance(p))
		return false;
	scope->prefix = "";
	if (p->token.type == TOKEN_SYMBOL && strcmp(p->token.text, "=") == 0) {
		scope->prefix = first;
		if (!advance(p))
			return false;
		if (!is_text(&p->token))
			return syntax(p, "the URI of a context set was expected");
		first = p->token.text;
		if (!advance(p))
			return false;
	}
	uri = query_plain_term(p->arena, first, NULL, NULL);
	scope->set = canonical_set(p, uri);
	scope->outer = p->scope;
	p->scope = scope;
	return true;
}

static bool parse_prefixes(struct parser *p)
{
	while (p->token.type == TOKEN_SYMBOL && strcmp(p->token.text, ">") == 0)
		if (!parse_prefix(p))
			return false;
	return true;
}

/* After the slash. */
static bool parse_modifier(struct parser *p, const char *default_set, struct query_modifier *out)
{
	if (!advance(p))
		return false;
	if (!is_text(&p->token) || !*p->token.text)
		return syntax(p, "a modifier's name was expected after '/'");
	out->name = text_lower(p->arena, split_name(p, p->token.text, &out->set));
	/* A name with a dot of its own keeps its set: alone it would be read as set and name. */
	if (!*out->set || (strcmp(out->set, default_set) == 0 && !strchr(out->name, '.')))
		out->set = NULL;
	if (!advance(p))
		return false;
	if (p->token.type != TOKEN_SYMBOL)
		return true;
	out->comparison = p->token.text;
	if (!advance(p))
		return false;
	if (!is_text(&p->token))
		return syntax(p, "the modifier's value was expected");
	out->value = p->token.text;
	return advance(p);
}

static bool parse_modifiers(
    struct parser *p, const char *default_set, struct query_modifier **out, size_t *count)
{
	struct query_modifier modifiers[MODIFIERS_MAX] = {{0}};
	size_t n = 0;

	while (p->token.type == TOKEN_SLASH) {
		if (n == MODIFIERS_MAX)
			return syntax(p, "there are too many modifiers");
		if (!parse_modifier(p, default_set, &modifiers[n++]))
			return false;
	}
	*out = n ? arena_memdup(p->arena, modifiers, n * sizeof *modifiers) : NULL;
	*count = n;
	return true;
}

/* Is the token looked at a relation? `*found` says so; false means an error: no relation can stand
 * here, or the prefix says that the word is a relation and it is one we do not know. */
static bool parse_relation(struct parser *p, enum query_relation *relation, bool *found)
{
	const char *set, *local;

	*found = false;
	if (p->token.type == TOKEN_SYMBOL)
		*found = words_find_symbol(p->token.text, relation);
	else if (p->token.type == TOKEN_WORD)
		*found = words_find_relation(p->token.text, relation);
	if (*found)
		return advance(p);
	if (p->token.type != TOKEN_WORD)
		return true;
	local = split_name(p, p->token.text, &set);
	if (strcmp(set, "cql") != 0 && strcmp(set, "rel") != 0)
		return true;
	*found = strcmp(set, "cql") == 0 && words_find_relation(local, relation);
	if (*found)
		return advance(p);
	return diag_set(p->diag, DIAG_RELATION, "position %zu: %s", position(p), p->token.text);
}

/* dc.title among bare words is an index whose relation was forgotten, not a word to look for. */
static bool is_index(struct parser *p, const char *word)
{
	const char *set, *local = split_name(p, word, &set);

	return *set && names_resolve(p->arena, set, local, &set, &local);
}

/* Successive bare words, in lenient reading: one term that asks for all of them. */
static bool parse_more_words(struct parser *p, struct query *clause)
{
	char *term, *end;

	if (p->token.type != TOKEN_WORD ||
	    (clause->relation != QUERY_SCR && clause->relation != QUERY_EQ))
		return true;
	if (clause->relation == QUERY_SCR && is_index(p, clause->term))
		return syntax(p, "a relation was expected");
	term = arena_alloc(p->arena, strlen(clause->term) + strlen(p->text + p->token.at) + 2);
	end = stpcpy(term, clause->term);
	while (p->token.type == TOKEN_WORD) {
		if (is_index(p, p->token.text))
			return syntax(p, "a boolean was expected");
		*end++ = ' ';
		end = stpcpy(end, p->token.text);
		if (!advance(p))
			return false;
	}
	clause->relation = QUERY_ALL;
	clause->term = term;
	return true;
}

/* cql.resultSetId = name: the set itself, not a search. */
static bool make_set(struct parser *p, struct query *clause)
{
	if (clause->relation != QUERY_EQ && clause->relation != QUERY_EXACT &&
	    clause->relation != QUERY_SCR)
		return diag_set(p->diag, DIAG_RELATION_INDEX, "cql.resultSetId %s",
		    query_relation_name(clause->relation));
	if (clause->nmodifiers)
		return diag_set(p->diag, DIAG_RELATION_MODIFIER, "%s", clause->modifiers[0].name);
	clause->type = QUERY_SET;
	clause->name = query_plain_term(p->arena, clause->term, NULL, NULL);
	return true;
}

/* After "index relation". */
static bool parse_clause_rest(struct parser *p, const char *name, struct query *clause)
{
	bool bare;

	resolve_index(p, name, &clause->set, &clause->index);
	if (!parse_modifiers(p, "cql", &clause->modifiers, &clause->nmodifiers))
		return false;
	if (!is_text(&p->token))
		return syntax(p, "a search term was expected");
	bare = p->token.type == TOKEN_WORD;
	clause->term = p->token.text;
	if (!advance(p) || (p->lenient && bare && !parse_more_words(p, clause)))
		return false;
	if (strcmp(clause->set, "cql") == 0 && strcmp(clause->index, "resultSetId") == 0)
		return make_set(p, clause);
	return true;
}

/* "dc.title near fish": by the grammar any word can be a relation between an index and a term. */
static bool is_unknown_relation(struct parser *p, const char *index)
{
	struct lexer ahead = p->lexer;
	struct token next;

	if (p->token.type != TOKEN_WORD || words_is_reserved(p->token.text) || !is_index(p, index))
		return false;
	return lexer_next(&ahead, &next, NULL) &&
	       (next.type == TOKEN_SLASH ||
		   (is_text(&next) && !(next.type == TOKEN_WORD && words_is_reserved(next.text))));
}

static bool parse_clause(struct parser *p, const struct query **out)
{
	struct query *clause =
	    query_term(p->arena, "cql", "serverChoice", QUERY_SCR, p->token.text);
	bool bare = p->token.type == TOKEN_WORD, found;

	if (!is_text(&p->token))
		return syntax(p, "a search term was expected");
	*out = clause;
	if (!advance(p) || !parse_relation(p, &clause->relation, &found))
		return false;
	if (!found && bare && is_unknown_relation(p, clause->term))
		return diag_set(
		    p->diag, DIAG_RELATION, "position %zu: %s", position(p), p->token.text);
	if (!found)
		return !p->lenient || !bare || parse_more_words(p, clause);
	if (!*clause->term)
		return diag_set(p->diag, DIAG_QUERY_SYNTAX,
		    "position %zu: the index before it is empty", position(p));
	return parse_clause_rest(p, clause->term, clause);
}

/* A word that may be meant as a boolean is never looked for in its place. */
static bool no_boolean(struct parser *p, const char *expected)
{
	if (p->token.type == TOKEN_WORD && words_is_foreign_boolean(p->token.text))
		return diag_set(
		    p->diag, DIAG_BOOLEAN, "position %zu: %s", position(p), p->token.text);
	return syntax(p, expected);
}

static bool parse_brackets(struct parser *p, const struct query **out)
{
	size_t open = position(p);
	const struct scope *scope = p->scope;

	if (++p->depth > QUERY_DEPTH_MAX)
		return diag_set(p->diag, DIAG_PARENTHESES,
		    "position %zu: parentheses are nested deeper than %d", open, QUERY_DEPTH_MAX);
	if (!advance(p) || !parse_query(p, out))
		return false;
	p->depth--;
	p->scope = scope;
	if (p->token.type == TOKEN_END)
		return diag_set(
		    p->diag, DIAG_PARENTHESES, "position %zu: the parenthesis is not closed", open);
	if (p->token.type != TOKEN_CLOSE)
		return no_boolean(p, "a boolean or ')' was expected");
	return advance(p);
}

static bool count_node(struct parser *p)
{
	if (++p->nodes <= QUERY_NODES_MAX)
		return true;
	return diag_set(p->diag, DIAG_BOOLEANS_MANY,
	    "position %zu: more than %d clauses and booleans", position(p), QUERY_NODES_MAX);
}

static bool parse_operand(struct parser *p, const struct query **out)
{
	if (p->token.type == TOKEN_OPEN)
		return parse_brackets(p, out);
	return count_node(p) && parse_clause(p, out);
}

static bool parse_query(struct parser *p, const struct query **out)
{
	enum query_type type;

	if (!parse_prefixes(p) || !parse_operand(p, out))
		return false;
	while (at_boolean(p, &type)) {
		const struct query *right;
		struct query_modifier *modifiers;
		struct query *query;
		size_t count;

		if (!count_node(p) || !advance(p) ||
		    !parse_modifiers(p, "cql", &modifiers, &count) || !parse_operand(p, &right))
			return false;
		query = query_bool(p->arena, type, *out, right);
		query->modifiers = modifiers;
		query->nmodifiers = count;
		*out = query;
	}
	return true;
}

static bool parse_sort(struct parser *p, struct question *out)
{
	struct query_sort_key keys[QUERY_SORT_MAX] = {{0}};
	enum query_type boolean;
	size_t n = 0;

	if (!advance(p))
		return false;
	do {
		struct query_sort_key *key = &keys[n];

		if (n++ == QUERY_SORT_MAX)
			return diag_set(p->diag, DIAG_SORT_KEYS_MANY, "at most %d", QUERY_SORT_MAX);
		/* An index may be called `and`, but here it is surely a boolean in the wrong place.
		 */
		if (!is_text(&p->token) || !*p->token.text || at_boolean(p, &boolean))
			return syntax(p, "an index to sort by or the end was expected");
		resolve_index(p, p->token.text, &key->set, &key->index);
		if (!advance(p) || !parse_modifiers(p, "sort", &key->modifiers, &key->nmodifiers))
			return false;
	} while (p->token.type != TOKEN_END);
	out->sort = arena_memdup(p->arena, keys, n * sizeof *keys);
	out->nsort = n;
	return true;
}

static bool parse_question(struct parser *p, struct question *out)
{
	if (!advance(p) || !parse_query(p, &out->query))
		return false;
	if (p->token.type == TOKEN_CLOSE)
		return diag_set(p->diag, DIAG_PARENTHESES,
		    "position %zu: no parenthesis is open here", position(p));
	if (at_sortby(p))
		return parse_sort(p, out);
	if (p->token.type != TOKEN_END)
		return no_boolean(p, "a boolean (and, or, not, prox) or the end was expected");
	return true;
}

static bool parse(
    struct arena *arena, const char *text, bool lenient, struct question *out, struct diag *diag)
{
	struct parser p = {.arena = arena, .text = text, .diag = diag, .lenient = lenient};

	*out = (struct question){0};
	lexer_init(&p.lexer, arena, text);
	return parse_question(&p, out);
}

/* Bare words may be run together only when none of them could have been meant as an operator. */
static bool may_be_lenient(struct arena *arena, const char *text)
{
	struct lexer lexer;
	struct token token;

	lexer_init(&lexer, arena, text);
	do {
		if (!lexer_next(&lexer, &token, NULL))
			return false;
		if (token.type == TOKEN_WORD && words_is_reserved(token.text))
			return false;
	} while (token.type != TOKEN_END);
	return true;
}

bool cqlq_parse(struct arena *arena, const char *text, enum cqlq_version version,
    struct question *out, struct diag *diag)
{
	struct diag strict;

	if (strnlen(text, QUERY_BYTES_MAX + 1) > QUERY_BYTES_MAX)
		return diag_set(diag, DIAG_QUERY_TOO_LONG, "more than %d bytes", QUERY_BYTES_MAX);
	if (!text[strspn(text, " \t\r\n")])
		return diag_set(diag, DIAG_QUERY_SYNTAX, "position 1: the query is empty");
	diag_clear(&strict);
	if (parse(arena, text, false, out, &strict))
		return true;
	if (strict.id == DIAG_QUERY_SYNTAX && may_be_lenient(arena, text) &&
	    parse(arena, text, true, out, NULL))
		return true;
	*out = (struct question){0};
	if (diag)
		*diag = strict;
	return false;
}
