#include "front/facet_query.h"

#include <ctype.h>
#include <string.h>

#include "base/arena.h"
#include "merge/material.h"
#include "query/query.h"

static bool is_joiner(const char *text, const char *begin)
{
	return (*text == '\'' || *text == '-') && text > begin &&
	       (isalnum((unsigned char)text[-1]) || (unsigned char)text[-1] >= 0x80) &&
	       (isalnum((unsigned char)text[1]) || (unsigned char)text[1] >= 0x80);
}

/* The words of a heading, without its punctuation and, if others remain, without initials. */
static char *words_of(struct arena *arena, const char *term, size_t *count)
{
	char *words = arena_alloc(arena, strlen(term) + 2), *out = words;

	*count = 0;
	for (const char *p = term; *p;) {
		const char *word = p;

		while (*p && (isalnum((unsigned char)*p) || (unsigned char)*p >= 0x80 ||
				 is_joiner(p, term)))
			p++;
		if (p - word > 1) {
			out += out > words ? (*out = ' ', 1) : 0;
			memcpy(out, word, (size_t)(p - word));
			out += p - word;
			++*count;
		}
		p += p == word;
	}
	*out = '\0';
	return words;
}

const struct query *facet_query_clause(
    struct arena *arena, enum facet_field field, const char *term)
{
	const char *index = facets_index(field), *dot = strchr(index, '.');
	unsigned format;
	size_t nwords = 1;

	if (field == FACET_SUBJECT || field == FACET_AUTHOR || field == FACET_PUBLISHER)
		term = words_of(arena, term, &nwords);
	if (!nwords || (field == FACET_FORMAT && !material_find(term, &format)))
		return NULL;
	if (field == FACET_FORMAT)
		term = material_name(arena, format);
	return query_term(arena, arena_strndup(arena, index, (size_t)(dot - index)), dot + 1,
	    nwords > 1 ? QUERY_ALL : QUERY_EQ, query_escape_term(arena, term));
}

const char *facet_query_text(
    struct arena *arena, const struct query *question, const char *sort, const struct query *clause)
{
	const char *cql = query_to_cql(arena, query_bool(arena, QUERY_AND, question, clause));

	if (sort)
		cql = arena_printf(arena, "%s sortby %s", cql, sort);
	return strlen(cql) <= QUERY_BYTES_MAX ? cql : NULL;
}
