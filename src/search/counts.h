#ifndef SILANG_SEARCH_COUNTS_H
#define SILANG_SEARCH_COUNTS_H
/* What a partner tells with its answer of the single words it was asked for: how many of its
 * records hold each. */
#include <stddef.h>

struct arena;
struct reply;

struct count {
	const char *term;
	unsigned long count;
};

struct counts {
	struct count *items;
	size_t count;
};

/* Of the first answer that has some. */
void counts_take(struct counts *counts, struct arena *arena, const struct reply *reply);

#endif
