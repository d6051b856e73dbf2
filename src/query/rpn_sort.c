/* Z39.50's sort sequence into the sort keys of CQL. */
#include "query/rpn.h"

#include <string.h>
#include <yaz/diagbib1.h>

#include "base/arena.h"
#include "query/rpn_term.h"

enum { KEYS_MAX = 8, MODIFIERS = 3 };

static void add(struct query_sort_key *key, const char *name, const char *value)
{
	key->modifiers[key->nmodifiers++] =
	    (struct query_modifier){.name = name, .comparison = value ? "=" : NULL, .value = value};
}

/* What the key's field is: by use attribute, or by name. */
static bool read_field(struct arena *arena, const Z_SortElement *element,
    struct query_sort_key *out, struct rpn_fault *fault)
{
	const Z_SortKey *key;

	if (element->which != Z_SortElement_generic)
		return rpn_fault_set(fault, YAZ_BIB1_DATABASE_SPECIFIC_SORT_UNSUPP, "%s", "");
	key = element->u.generic;
	if (key->which == Z_SortKey_sortAttributes)
		return rpn_attributes_index(arena, key->u.sortAttributes->list,
		    key->u.sortAttributes->id, &out->set, &out->index, fault);
	if (key->which == Z_SortKey_sortField &&
	    rpn_name_index(arena, key->u.sortField, &out->set, &out->index))
		return true;
	return rpn_fault_set(fault, YAZ_BIB1_CANNOT_SORT_ACCORDING_TO_SEQUENCE, "%s",
	    key->which == Z_SortKey_sortField ? key->u.sortField : "an element specification");
}

static bool read_missing(struct arena *arena, const Z_SortKeySpec *spec, struct query_sort_key *out,
    struct rpn_fault *fault)
{
	switch (spec->which) {
	case Z_SortKeySpec_abort:
		return rpn_fault_set(fault, YAZ_BIB1_UNSUPP_MISSING_DATA_ACTION, "%s", "abort");
	case Z_SortKeySpec_missingValueData:
		add(out, "missingvalue",
		    arena_strndup(arena, spec->u.missingValueData->buf,
			(size_t)spec->u.missingValueData->len));
		return true;
	default: return true; /* null, or not said: at the end */
	}
}

static bool read_key(struct arena *arena, const Z_SortKeySpec *spec, struct query_sort_key *out,
    struct rpn_fault *fault)
{
	out->modifiers = arena_array(arena, MODIFIERS, sizeof *out->modifiers);
	switch (*spec->sortRelation) {
	case Z_SortKeySpec_ascending: add(out, "ascending", NULL); break;
	case Z_SortKeySpec_descending: add(out, "descending", NULL); break;
	default:
		return rpn_fault_set(
		    fault, YAZ_BIB1_ILLEGAL_SORT_RELATION, "%lld", (long long)*spec->sortRelation);
	}
	add(out,
	    *spec->caseSensitivity == Z_SortKeySpec_caseSensitive ? "respectcase" : "ignorecase",
	    NULL);
	return read_field(arena, spec->sortElement, out, fault) &&
	       read_missing(arena, spec, out, fault);
}

bool rpn_to_sort(struct arena *arena, const Z_SortKeySpecList *keys, struct query_sort_key **out,
    size_t *count, struct rpn_fault *fault)
{
	*fault = (struct rpn_fault){0};
	if (keys->num_specs <= 0 || keys->num_specs > KEYS_MAX)
		return rpn_fault_set(fault, YAZ_BIB1_TOO_MANY_SORT_KEYS, "1 to %d", KEYS_MAX);
	*count = (size_t)keys->num_specs;
	*out = arena_array(arena, *count, sizeof **out);
	for (size_t i = 0; i < *count; i++)
		if (!read_key(arena, keys->specs[i], &(*out)[i], fault))
			return false;
	return true;
}
