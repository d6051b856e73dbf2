#include "query/terms.h"

#include <string.h>

#include "base/arena.h"
#include "query/names.h"

struct collector {
	struct arena *arena;
	struct terms *terms;
	size_t room;
	int clauses;
};

static void add_word(struct collector *c, struct terms_word word)
{
	struct terms *terms = c->terms;

	if (terms->count == TERMS_MAX)
		return;
	terms->words =
	    arena_grow(c->arena, terms->words, terms->count, &c->room, sizeof *terms->words);
	terms->words[terms->count++] = word;
}

static bool is_literal(const struct query *clause)
{
	for (size_t i = 0; i < clause->nmodifiers; i++)
		if (!clause->modifiers[i].set && strcmp(clause->modifiers[i].name, "unmasked") == 0)
			return true;
	return false;
}

/* One word of the clause's term up to its first mask, without anchors. NULL when nothing is left to
 * look for. `prefix` says that a mask cut it. */
static char *read_word(
    struct arena *arena, const char *text, size_t length, bool literal, bool *prefix)
{
	char *word = arena_alloc(arena, length + 1), *out = word;

	*prefix = false;
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '\\' && i + 1 < length) {
			*out++ = text[++i];
			continue;
		}
		if (!literal && (text[i] == '*' || text[i] == '?')) {
			*prefix = true;
			break;
		}
		if (literal || text[i] != '^')
			*out++ = text[i];
	}
	return out == word ? NULL : word;
}

/* Phrases of one word are no phrases. */
static bool asks_adjacency(const struct query *clause)
{
	const char *text = clause->term + strspn(clause->term, " ");

	text += strcspn(text, " ");
	if (!text[strspn(text, " ")])
		return false;
	return clause->relation == QUERY_EQ || clause->relation == QUERY_EXACT ||
	       clause->relation == QUERY_ADJ || clause->relation == QUERY_SCR;
}

static void add_clause(struct collector *c, const struct query *clause)
{
	struct terms_word word = {.field = names_field(clause->set, clause->index)};
	bool list = clause->relation == QUERY_ALL || clause->relation == QUERY_ANY ||
		    clause->relation == QUERY_WITHIN;
	bool whole = word.field == TERMS_IDENTIFIER && !list, literal = is_literal(clause);
	const char *text = clause->term;

	word.phrase = c->clauses++;
	word.adjacent = asks_adjacency(clause) && !whole;
	for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
		size_t length = whole ? strlen(text) : strcspn(text, " ");

		word.text = read_word(c->arena, text, length, literal, &word.prefix);
		if (word.text)
			add_word(c, word);
		text += length;
	}
}

/* Ranges and inequalities filter; whatever a regular expression finds, its text is not a word. */
static bool is_positive(const struct query *clause)
{
	for (size_t i = 0; i < clause->nmodifiers; i++)
		if (strcmp(clause->modifiers[i].name, "regexp") == 0)
			return false;
	switch (clause->relation) {
	case QUERY_EQ:
	case QUERY_EXACT:
	case QUERY_ADJ:
	case QUERY_ALL:
	case QUERY_ANY:
	case QUERY_SCR: break;
	case QUERY_LT:
	case QUERY_GT:
	case QUERY_LE:
	case QUERY_GE:
	case QUERY_WITHIN:
	case QUERY_ENCLOSES: return names_field(clause->set, clause->index) == TERMS_DATE;
	case QUERY_NE: return false;
	}
	return strcmp(clause->set, "cql") != 0 || strcmp(clause->index, "allRecords") != 0;
}

static void collect(struct collector *c, const struct query *query)
{
	switch (query->type) {
	case QUERY_TERM:
		if (is_positive(query))
			add_clause(c, query);
		break;
	case QUERY_SET: break;
	case QUERY_NOT: collect(c, query->left); break;
	case QUERY_AND:
	case QUERY_OR:
	case QUERY_PROX:
		collect(c, query->left);
		collect(c, query->right);
		break;
	}
}

void terms_from_query(struct arena *arena, const struct query *query, struct terms *out)
{
	struct collector collector = {.arena = arena, .terms = out};

	*out = (struct terms){0};
	collect(&collector, query);
}
