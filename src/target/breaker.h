#ifndef SILANG_TARGET_BREAKER_H
#define SILANG_TARGET_BREAKER_H
/*
 * Whether one partner is asked at all. After some failures in a row it is left alone for a while,
 * then one probe finds out whether it is back; each probe that fails makes the next pause longer.
 *
 *   CLOSED --failures in a row--> OPEN --pause over, probe begins--> HALF_OPEN
 *   HALF_OPEN --probe fails--> OPEN (a longer pause)   --probe succeeds--> CLOSED, on trial:
 *   the first failure opens it again, and the pause goes on growing; a success ends the trial.
 *
 * A plain value: it is told the time, and draws its jitter from the seed it is given.
 */
#include <stdbool.h>
#include <stdint.h>
#include "base/duration.h"
#include "target/outcome.h"

enum breaker_state { BREAKER_CLOSED, BREAKER_OPEN, BREAKER_HALF_OPEN, BREAKER_STATES };

struct breaker_rules {
	unsigned failures; /* in a row that open it; 0: never */
	msec_t pause;	   /* the first one */
	msec_t pause_most; /* the longest */
};

struct breaker {
	enum breaker_state state;
	unsigned failures;	    /* in a row */
	unsigned pauses;	    /* since the last success of a search */
	unsigned long openings;	    /* since start */
	enum outcome_reason reason; /* of the last failure that counted */
	msec_t since;		    /* when it opened or closed last */
	msec_t until;		    /* OPEN: when the probe is due */
	uint64_t seed;
};

void breaker_init(struct breaker *breaker, uint64_t seed, msec_t now);
/* Whether the outcome speaks against the partner: connection failures, time-outs, protocol errors.
 * Zero hits, diagnostics about a query, answers too large for us, and our own queue do not. */
bool breaker_counts(const struct outcome *outcome);
/* Searches may pass. */
bool breaker_is_closed(const struct breaker *breaker);
/* A search has succeeded, or failed for `reason`. True when this opened the breaker. */
void breaker_succeeded(struct breaker *breaker, msec_t now);
bool breaker_failed(struct breaker *breaker, const struct breaker_rules *rules,
    enum outcome_reason reason, msec_t now);
/* OPEN and its pause over: from now on HALF_OPEN. */
void breaker_begin_probe(struct breaker *breaker, msec_t now);
/* HALF_OPEN: how the probe ended. */
void breaker_end_probe(
    struct breaker *breaker, const struct breaker_rules *rules, bool succeeded, msec_t now);
/* The partner is reached otherwise from now on: the pause is over. */
void breaker_hurry(struct breaker *breaker, msec_t now);

const char *breaker_state_name(enum breaker_state state); /* closed, open, half-open */

#endif
