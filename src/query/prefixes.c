#include "query/prefixes.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "query/query.h"
#include "query/words.h"

/* Sets that cannot stand before a dot as they are; those that look like our own prefixes, too. */
static bool set_is_uri(const char *set)
{
	return strncmp(set, "urn-", 4) == 0 || strpbrk(set, ".:\\*?^") ||
	       (*set && words_need_quotes(set));
}

static void note_set(struct prefixes *prefixes, const char *set)
{
	if (!set_is_uri(set))
		return;
	for (size_t i = 0; i < prefixes->count; i++)
		if (strcmp(prefixes->uris[i], set) == 0)
			return;
	prefixes->uris = arena_grow(prefixes->arena, prefixes->uris, prefixes->count,
	    &prefixes->room, sizeof *prefixes->uris);
	prefixes->uris[prefixes->count++] = set;
}

static void note_modifiers(
    struct prefixes *prefixes, const struct query_modifier *modifiers, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (modifiers[i].set)
			note_set(prefixes, modifiers[i].set);
}

static void note_query(struct prefixes *prefixes, const struct query *query)
{
	note_modifiers(prefixes, query->modifiers, query->nmodifiers);
	switch (query->type) {
	case QUERY_TERM: note_set(prefixes, query->set); break;
	case QUERY_SET: break;
	case QUERY_AND:
	case QUERY_OR:
	case QUERY_NOT:
	case QUERY_PROX:
		note_query(prefixes, query->left);
		note_query(prefixes, query->right);
		break;
	}
}

void prefixes_note(struct prefixes *prefixes, const struct question *question)
{
	note_query(prefixes, question->query);
	for (size_t i = 0; i < question->nsort; i++) {
		note_set(prefixes, question->sort[i].set);
		note_modifiers(prefixes, question->sort[i].modifiers, question->sort[i].nmodifiers);
	}
}

char *prefixes_name(const struct prefixes *prefixes, size_t at)
{
	return arena_printf(prefixes->arena, "urn-%zu", at + 1);
}

char *prefixes_write(const struct prefixes *prefixes, const char *set, const char *name)
{
	for (size_t i = 0; set && i < prefixes->count; i++)
		if (strcmp(prefixes->uris[i], set) == 0)
			return query_index_name(prefixes->arena, prefixes_name(prefixes, i), name);
	return query_index_name(prefixes->arena, set ? set : "", name);
}
