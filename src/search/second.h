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
#include "base/vec.h"
#include "target/conn.h"

struct arena;
struct counts;
struct hit;
struct lease;
struct leg_options;
struct wording;
struct reply;

struct second {
	const struct leg_options *options;
	struct arena *arena; /* while it is asked: its words */
	struct conn_question question;
	bool asked;  /* or decided against: it is asked once */
	bool missed; /* for nothing, and that was counted */
	uint64_t set;
	unsigned patience;
	unsigned long hits;	   /* of it */
	unsigned taken;		   /* of its records */
	const struct vec *records; /* struct hit, of the first question */
	struct vec only;	   /* struct hit: came by this one alone, in its order */
	struct vec before, after;  /* struct hit: had come so; the same with its position */
};

/* What is known when the first question was answered. */
struct second_case {
	const struct leg_options *options;
	unsigned wanted; /* of the first question's records */
	unsigned long hits;
	const struct vec *records; /* struct hit, of the first question */
	const struct counts *counts;
	const struct wording *wording; /* in which it was asked */
	unsigned patience;	       /* as the partner was told */
};

/* Asks, if there is something to ask. */
bool second_begin(struct second *second, const struct second_case *known, struct lease *lease);
/* An answer; asks for more. False when that was all. */
bool second_answer(struct second *second, struct lease *lease, const struct reply *reply);
/* It failed, or took longer than anybody waited: a target with which that happens again and again
 * is asked only now and then. */
void second_missed(struct second *second);

/* A record of the first question, to be added to `records`: the same as it came by the second, or
 * itself. */
struct hit *second_meet(
    struct second *second, struct arena *arena, const struct vec *records, struct hit *hit);
/* Of a hit that was delivered once: what it has become. */
const struct hit *second_now(const struct second *second, const struct hit *hit);
void second_clear(struct second *second);

#endif
