#ifndef SILANG_QUERY_PREFIXES_H
#define SILANG_QUERY_PREFIXES_H
/*
 * The context sets of a question that are known by their URI only: when it is written, each gets a
 * prefix made here (urn-1, urn-2, …), in the order in which they appear.
 */
#include <stddef.h>

struct arena;
struct question;

struct prefixes {
	struct arena *arena;
	const char **uris;
	size_t count, room;
};

/* `prefixes` begins zeroed but for its arena. */
void prefixes_note(struct prefixes *prefixes, const struct question *question);
/* What number `at` (from 0) is called, in the arena. */
char *prefixes_name(const struct prefixes *prefixes, size_t at);
/* "dc.title", "urn-1.title", or the name alone when the set is NULL or "". */
char *prefixes_write(const struct prefixes *prefixes, const char *set, const char *name);

#endif
