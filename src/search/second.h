#ifndef SILANG_SEARCH_SECOND_H
#define SILANG_SEARCH_SECOND_H
/*
 * The second question to one partner. A target that does not give its best records first has a
 * window full of no matter what for a broad question; then it is asked once more, for what it has
 * of the rarest words (query/narrow.h), on the same connection and within the same deadline.
 *
 * The first answer stays as it is: its hit count, its records and their positions. A record that
 * came only by the second question has no position, until it comes by the first, too: then it takes
 * its place there, as it was, and is one record. That the second question fails, or comes too late,
 * is nobody's outage.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <yaz/z-core.h>
#include "base/vec.h"

struct arena;
struct health;
struct hit;
struct leg_term;
struct partner;
struct query;
struct wording;

struct second {
	bool asked; /* or decided against: it is asked once */
	uint64_t set;
	unsigned long hits;	  /* of it */
	unsigned taken;		  /* of its records */
	struct vec only;	  /* struct hit: came by it alone, in its order */
	struct vec before, after; /* struct hit: had come by it alone; the same with its position */
};

/* What is known when the first question was answered. */
struct second_case {
	const struct partner *partner;
	struct health *health;
	const struct query *query; /* NULL: no second question is wanted */
	unsigned window;
	unsigned long hits;
	const struct vec *records; /* struct hit, of the first question */
	const struct leg_term *terms;
	size_t nterms;
	const struct wording *wording; /* in which it was asked */
};

/* What is to be asked; NULL: nothing. Lives in `arena`. */
Z_RPNQuery *second_question(
    struct second *second, const struct second_case *known, struct arena *arena);
/* One of its records, which the first question may have brought already. */
void second_take(struct second *second, const struct vec *records, struct hit *hit);
/* A record of the first question, to be added to `records`: the same as it came by the second, or
 * itself. */
struct hit *second_meet(
    struct second *second, struct arena *arena, const struct vec *records, struct hit *hit);
/* Of a hit that was delivered once: what it has become. */
const struct hit *second_now(const struct second *second, const struct hit *hit);
/* How many more of its records are wanted. */
unsigned second_wants(const struct second *second, unsigned window);
void second_clear(struct second *second);

#endif
