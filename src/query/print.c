/*
 * The query tree as canonical CQL: one blank between tokens, quotes and brackets only where they
 * are needed, sets by their short names. A set known only by its URI gets a prefix assignment.
 */
#include "query/query.h"

#include <string.h>

#include "base/arena.h"
#include "query/prefixes.h"
#include "query/words.h"

struct writer {
	struct arena *arena;
	char *text;
	size_t length, room;
	struct prefixes prefixes;
	const char *exact; /* how QUERY_EXACT is written */
};

static void put_bytes(struct writer *w, const char *bytes, size_t length)
{
	if (w->length + length + 1 > w->room) {
		size_t room = (w->length + length + 64) * 2;
		char *text = arena_alloc(w->arena, room);

		if (w->length)
			memcpy(text, w->text, w->length);
		w->text = text;
		w->room = room;
	}
	memcpy(w->text + w->length, bytes, length);
	w->length += length;
	w->text[w->length] = '\0';
}

static void put(struct writer *w, const char *text)
{
	put_bytes(w, text, strlen(text));
}

/* A term in the form of query.h; only quotes are still to be escaped. */
static void put_term(struct writer *w, const char *term)
{
	if (!words_need_quotes(term)) {
		put(w, term);
		return;
	}
	put(w, "\"");
	for (const char *p = term; *p; p++) {
		if (*p == '\\' && p[1]) {
			put_bytes(w, p++, 2);
			continue;
		}
		if (*p == '"')
			put(w, "\\");
		put_bytes(w, p, 1);
	}
	put(w, "\"");
}

static void put_name(struct writer *w, const char *set, const char *name)
{
	put_term(w, prefixes_write(&w->prefixes, set, name));
}

static void put_modifiers(struct writer *w, const struct query_modifier *modifiers, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		put(w, "/");
		put_name(w, modifiers[i].set, modifiers[i].name);
		if (!modifiers[i].comparison)
			continue;
		put(w, modifiers[i].comparison);
		put_term(w, modifiers[i].value);
	}
}

static bool clause_is_bare(const struct query *query)
{
	return query->relation == QUERY_SCR && !query->nmodifiers &&
	       strcmp(query->set, "cql") == 0 && strcmp(query->index, "serverChoice") == 0;
}

static void put_clause(struct writer *w, const struct query *query)
{
	if (!clause_is_bare(query)) {
		put_name(w, query->set, query->index);
		put(w, " ");
		put(w, query->relation == QUERY_EXACT ? w->exact
						      : query_relation_name(query->relation));
		put_modifiers(w, query->modifiers, query->nmodifiers);
		put(w, " ");
	}
	put_term(w, query->term);
}

/* Equal precedence, left-associative: only a right operand ever needs brackets. */
static void put_query(struct writer *w, const struct query *query)
{
	bool brackets;

	if (query->type == QUERY_TERM) {
		put_clause(w, query);
		return;
	}
	if (query->type == QUERY_SET) {
		put(w, "cql.resultSetId = ");
		put_term(w, query_escape_term(w->arena, query->name));
		return;
	}
	put_query(w, query->left);
	put(w, " ");
	put(w, query_boolean_name(query->type));
	put_modifiers(w, query->modifiers, query->nmodifiers);
	brackets = query->right->type != QUERY_TERM && query->right->type != QUERY_SET;
	put(w, brackets ? " (" : " ");
	put_query(w, query->right);
	if (brackets)
		put(w, ")");
}

static void put_prefixes(struct writer *w)
{
	for (size_t i = 0; i < w->prefixes.count; i++) {
		put(w, "> ");
		put(w, prefixes_name(&w->prefixes, i));
		put(w, " = ");
		put_term(w, query_escape_term(w->arena, w->prefixes.uris[i]));
		put(w, " ");
	}
}

static void put_sort(struct writer *w, const struct query_sort_key *keys, size_t nkeys)
{
	for (size_t i = 0; i < nkeys; i++) {
		if (i)
			put(w, " ");
		put_name(w, keys[i].set, keys[i].index);
		put_modifiers(w, keys[i].modifiers, keys[i].nmodifiers);
	}
}

char *question_to_cql_with(struct arena *arena, const struct question *question, const char *exact)
{
	struct writer w = {.arena = arena, .prefixes.arena = arena, .exact = exact};

	prefixes_note(&w.prefixes, question);
	put_prefixes(&w);
	put_query(&w, question->query);
	if (question->nsort)
		put(&w, " sortby ");
	put_sort(&w, question->sort, question->nsort);
	return w.text;
}

char *question_to_cql(struct arena *arena, const struct question *question)
{
	return question_to_cql_with(arena, question, query_relation_name(QUERY_EXACT));
}

char *query_sort_to_cql(struct arena *arena, const struct query_sort_key *keys, size_t nkeys)
{
	struct writer w = {.arena = arena, .prefixes.arena = arena};

	put(&w, "");
	put_sort(&w, keys, nkeys);
	return w.text;
}

char *query_to_cql(struct arena *arena, const struct query *query)
{
	struct question question = {.query = query};

	return question_to_cql(arena, &question);
}
