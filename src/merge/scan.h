#ifndef SILANG_MERGE_SCAN_H
#define SILANG_MERGE_SCAN_H
/*
 * Pieces of several indexes around one term, each as its library has it, into one piece. Terms that
 * differ only in case, accents or punctuation are one, and their counts add up. What some library
 * may hold but did not show is never skipped: the piece ends before it.
 */
#include <stdbool.h>
#include <stddef.h>

struct arena;

struct scan_entry {
	const char *term, *display /* NULL */;
	unsigned long count;
	bool has_count;
};

struct scan_list {
	const struct scan_entry *entries;
	size_t count;
	bool cut; /* it ended for another reason than that its index does */
};

struct scan_term {
	const char *term, *display; /* of the first library that has it */
	unsigned long count;
	bool has_count;		/* everyone who has it told how often */
	bool is_first, is_last; /* of the whole index, as far as is known */
	bool is_inner;		/* there are terms on both sides */
};

struct scan_piece {
	struct scan_term *terms;
	size_t count;
};

/* How many terms to ask each library for, and at which place: around `start`, which is to be number
 * `position` of `maximum` (0: just before them, maximum + 1: just behind). */
void scan_ask(const char *start, unsigned position, unsigned maximum, unsigned *ask_position,
    unsigned *ask_count);
void scan_merge(struct arena *arena, const struct scan_list *lists, size_t nlists,
    const char *start, unsigned position, unsigned maximum, struct scan_piece *out);

#endif
