/* What an SRU server calls an index. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "query/ask_parts.h"
#include "query/names.h"
#include "query/profile.h"
#include "query/rpn_term.h"

bool ask_is_anywhere(const char *set, const char *index)
{
	static const char *const names[] = {
	    "serverChoice", "anywhere", "keywords", "anyIndexes", "allIndexes"};

	for (size_t i = 0; strcmp(set, "cql") == 0 && i < sizeof names / sizeof *names; i++)
		if (strcmp(index, names[i]) == 0)
			return true;
	return false;
}

/* An index that holds all that the first does, and more. Few servers besides libraries' own have
 * other indexes than Dublin Core's. */
static const struct {
	const char *set, *index, *wider; /* the wider one is of dc */
} wider[] = {
    {"bath", "isbn", "identifier"},
    {"bath", "issn", "identifier"},
    {"bath", "lccn", "identifier"},
    {"bath", "standardIdentifier", "identifier"},
    {"bath", "name", "creator"},
    {"bath", "personalName", "creator"},
    {"bath", "corporateName", "creator"},
    {"bath", "conferenceName", "creator"},
    {"dc", "contributor", "creator"},
    {"dc", "editor", "creator"},
    {"bath", "topicalSubject", "subject"},
    {"bath", "geographicName", "subject"},
    {"bib", "subjectName", "subject"},
    {"bib", "subjectTitle", "subject"},
    {"bath", "uniformTitle", "title"},
    {"bath", "keyTitle", "title"},
    {"bib", "titleAbbreviated", "title"},
    {"bib", "titleTranslated", "title"},
    {"bib", "titleAlternative", "title"},
    {"bath", "notes", "description"},
};

static const char *find_wider(const char *set, const char *index)
{
	for (size_t i = 0; i < sizeof wider / sizeof *wider; i++)
		if (strcmp(wider[i].set, set) == 0 && strcmp(wider[i].index, index) == 0)
			return wider[i].wider;
	return NULL;
}

/* The profile's line cql.SET.NAME = NAME. */
static bool find_in_profile(struct asking *asking, const char *set, const char *index,
    const char **set_out, const char **index_out)
{
	const char *name, *dot;

	if (!asking->server->profile)
		return false;
	name = profile_find(asking->server->profile,
	    arena_printf(asking->arena, "cql.%s", query_index_name(asking->arena, set, index)));
	if (!name)
		return false;
	dot = strchr(name, '.');
	*set_out = dot ? arena_strndup(asking->arena, name, (size_t)(dot - name)) : "";
	*index_out = dot ? dot + 1 : name;
	return true;
}

/* What an index of the server's is called here. */
static void canonical(
    struct arena *arena, const struct ask_index *own, const char **set, const char **index)
{
	const char *known = own->set ? names_find_set(own->set) : NULL;

	if (!known && *own->prefix)
		known = names_find_set(own->prefix);
	if (!known)
		known = text_lower(arena, own->set ? own->set : own->prefix);
	names_resolve(arena, known, own->name, set, index);
}

/* Exactly that index before one that means the same. */
static const struct ask_index *find_told(struct asking *asking, const char *set, const char *index)
{
	const struct ask_index *found = NULL;

	for (size_t i = 0; i < asking->server->nindexes; i++) {
		const struct ask_index *own = &asking->server->indexes[i];
		const char *own_set, *own_index;

		canonical(asking->arena, own, &own_set, &own_index);
		if (!text_equal_ignoring_case(own_set, set) ||
		    !text_equal_ignoring_case(own_index, index))
			continue;
		if (!found || (text_equal_ignoring_case(own->name, index) &&
				  text_equal_ignoring_case(own->prefix, set)))
			found = own;
	}
	return found;
}

static bool find_here(struct asking *asking, const char *set, const char *index,
    const char **set_out, const char **index_out)
{
	const struct ask_index *own;

	if (find_in_profile(asking, set, index, set_out, index_out))
		return true;
	own = find_told(asking, set, index);
	if (own) {
		*set_out = own->prefix;
		*index_out = own->name;
	}
	return own != NULL;
}

/* Bib-1's use attributes mean nothing in CQL but by the indexes they stand for. */
static bool name_use(const char **set, const char **index)
{
	return strcmp(*set, "bib1") != 0 || rpn_known_use(strtol(*index, NULL, 10), set, index);
}

static bool refuse(struct asking *asking, const char *set, const char *index)
{
	return diag_set(
	    asking->diag, DIAG_INDEX, "%s", query_index_name(asking->arena, set, index));
}

bool ask_find_index(struct asking *asking, const char *set, const char *index, bool excluded,
    const char **set_out, const char **index_out, bool *bare)
{
	bool told = asking->server->nindexes > 0, anywhere;
	const char *other;

	if (bare)
		*bare = false;
	if (!name_use(&set, &index))
		return refuse(asking, set, index);
	anywhere = bare && ask_is_anywhere(set, index);
	other = find_wider(set, index);
	if (anywhere && ask_refuses(asking, ASK_ANYWHERE)) {
		*bare = true;
		return true;
	}
	if (!(other && ask_refuses(asking, ASK_INDEX)) || excluded) {
		if (find_here(asking, set, index, set_out, index_out))
			return true;
		*set_out = set;
		*index_out = index;
		if (!told)
			return true;
	}
	if (anywhere) {
		*bare = true;
		return true;
	}
	if (!other || excluded)
		return refuse(asking, set, index);
	if (!find_here(asking, "dc", other, set_out, index_out)) {
		if (told)
			return refuse(asking, set, index);
		*set_out = "dc";
		*index_out = other;
	}
	ask_lose(asking, "%s (%s instead)", query_index_name(asking->arena, set, index),
	    query_index_name(asking->arena, *set_out, *index_out));
	return true;
}
