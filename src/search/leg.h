#ifndef SILANG_SEARCH_LEG_H
#define SILANG_SEARCH_LEG_H
/*
 * One partner within one search: from "not asked yet" to its records, or to the reason why not.
 *
 *   RESTING --leg_want--> LEASING --granted--> SEARCHING --> PRESENTING --> RESTING
 *      any --failure, cut--> OVER                 (SEARCHING goes straight back to RESTING when
 *                                                  the records came with the response)
 *
 * Once, before it comes to rest, a second question may be put (search/second.h): SECOND. Whatever
 * becomes of that, the leg's outcome is the first one's.
 *
 * Records are asked for up to a wanted position, in order, each position once, whatever the
 * connection does: when it is lost after the search was answered, or another search has taken its
 * place meanwhile, the query is put again and presenting goes on where it stopped. A leg knows no
 * clock; its search cuts it.
 */
#include <stdbool.h>
#include <stddef.h>
#include "base/duration.h"
#include "search/env.h"
#include "target/outcome.h"

struct arena;
struct counts;
struct hit;
struct leg;
struct notice;
struct plan_leg;
struct query;
struct second;
struct sorter;

/* The leg has news: hits, records, or an end. Never inside leg_want. */
typedef void (*leg_fn)(void *arg, struct leg *leg);

struct leg_options {
	const struct search_env *env;
	struct arena *arena;   /* for records; lives as long as the leg */
	struct arena *scratch; /* for reading one record */
	const struct plan_leg *plan;
	const struct sorter *sorter; /* NULL: by relevance */
	const char *hop_mark;	     /* NULL none */
	const struct query *question;
	const struct query *second; /* what a second question is made from; NULL: none is put */
	unsigned window;	    /* and how many records of it are wanted */
	leg_fn fn;
	void *arg;
};

struct leg *leg_create(const struct leg_options *options);
void leg_destroy(struct leg *leg);

/* Asks for records up to position `upto` (0: only the hit count). Does nothing for a leg that is
 * over. What is under way gets time anew when more is asked of it, unless it is overdue by
 * `deadline`. `due`: when whoever wants them leaves, which a gateway is told. */
void leg_want(struct leg *leg, unsigned upto, msec_t deadline, msec_t due);
/* Ends what is under way: late, waiting for what it waits for. Its hits and records stay. A leg
 * that has hits may be asked again, until it was cut twice with nothing between. */
void leg_cut(struct leg *leg);
/* When what is under way began; MSEC_NEVER when nothing is. */
msec_t leg_since(const struct leg *leg);

/* Blames the partner when it is at work for `deadline` already, whatever comes later: once each
 * time it was asked. Returns when that is to be looked at again. */
msec_t leg_blame(struct leg *leg, msec_t deadline);

/* Nothing is under way. */
bool leg_is_settled(const struct leg *leg);
/* There are, or may be, records that it has not brought. */
bool leg_owes(const struct leg *leg);
/* It has stated how many hits it has. */
bool leg_has_hits(const struct leg *leg);
unsigned long leg_hits(const struct leg *leg);
/* What it told beside its last answer. */
const struct notice *leg_notice(const struct leg *leg);
const struct plan_leg *leg_plan(const struct leg *leg);
/* Records so far: item i stands at position i + 1. */
struct hit *const *leg_records(const struct leg *leg, size_t *count);
/* What came by the second question. */
const struct second *leg_second(const struct leg *leg);
/* The outcome as of now: while something is under way, late with what it waits for. */
struct outcome leg_outcome(const struct leg *leg);
/* Still at work, though it has been late before or by now: nobody waits for it who can do without.
 */
bool leg_is_overdue(const struct leg *leg, msec_t deadline);
/* It counts as an outage: it has failed or was cut, or is at work for `deadline` already. */
bool leg_is_out(const struct leg *leg, msec_t deadline);
/* Time to its search response or failure; so far, while it waits; -1 when it was not asked. */
msec_t leg_ms(const struct leg *leg);

/* How far the order of its first records agreed with relevance: counted once. 0: it says nothing.
 */
void leg_learn_order(struct leg *leg, double agreement);

const struct counts *leg_counts(const struct leg *leg);

#endif
