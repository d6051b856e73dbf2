#ifndef SILANG_QUERY_ATTRS_H
#define SILANG_QUERY_ATTRS_H
/*
 * The Bib-1 attributes of one term while they are being chosen. There is one value a type: strict
 * servers answer 123 when a type is repeated, so that whoever speaks later, more specifically,
 * wins.
 */
#include <stdbool.h>
#include <stddef.h>
#include <yaz/z-core.h>

struct arena;

#define ATTRS_MAX 16

struct attr {
	const char *set; /* attribute set's name as YAZ knows it; NULL: the query's own, Bib-1 */
	int type;
	const char *value; /* digits, or a name */
};

struct attrs {
	struct attr items[ATTRS_MAX]; /* ordered by type */
	size_t count;
};

/* Takes over a profile's "[set] type=value …"; NULL and "" change nothing. A value `*` becomes
 * `star`. */
void attrs_apply(struct attrs *attrs, struct arena *arena, const char *list, const char *star);
/* The value of a type, NULL when it has none. */
const char *attrs_find(const struct attrs *attrs, int type);
Z_AttributeList *attrs_encode(const struct attrs *attrs, struct arena *arena);

#endif
