#ifndef SILANG_LOOP_TURN_H
#define SILANG_LOOP_TURN_H
/*
 * What a loop keeps from one turn to the next: its armed timers, the calls put off, and what is
 * to be released once nobody stands on it any more. Private to the loop, and shared with
 * tests/fakeloop, so that both have the same order of things. A turn is: events, timers that are
 * due, deferred calls, burials.
 */
#include <stddef.h>
#include <stdint.h>
#include "base/duration.h"

struct defer;
struct loop;
struct timer;

typedef void (*burial_fn)(void *arg);

struct burial {
	burial_fn fn;
	void *arg;
};

struct turn {
	struct timer **heap; /* armed timers, the earliest first */
	size_t armed, room;
	size_t timers; /* that exist, armed or not */
	struct defer *first, *last;
	size_t defers;
	struct burial *burials;
	size_t burial_count, burial_room;
	uint64_t sequence; /* of armings and deferrals */
	uint64_t begun;	   /* what is numbered above this waits for the next turn */
};

/* Each loop has one. */
struct turn *loop_turn(struct loop *loop);

void turn_clear(struct turn *turn); /* runs what is still to be buried */
/* Timers armed from here on fire in the next turn at the earliest. */
void turn_begin(struct turn *turn);
/* When the earliest timer is due, or MSEC_NEVER. */
msec_t turn_next(const struct turn *turn);
/* Something is to be done at once. */
int turn_is_busy(const struct turn *turn);
void turn_run_timers(struct turn *turn, msec_t now);
/* Deferred calls made so far, then burials. */
void turn_end(struct turn *turn);
/* Calls `fn` at the end of this turn, or when the loop is destroyed. Cannot be taken back. */
void turn_bury(struct turn *turn, burial_fn fn, void *arg);

#endif
