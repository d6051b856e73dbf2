#ifndef SILANG_TARGET_HEALTH_H
#define SILANG_TARGET_HEALTH_H
/*
 * What is known of one partner's behaviour: how its last searches ended, since when, how long it
 * takes, whether it is left alone. The one place where outcomes are counted. A plain value without
 * a clock of its own; it stays when a new configuration comes.
 */
#include <stdint.h>
#include "base/duration.h"
#include "base/metrics.h"
#include "query/ask.h"
#include "query/degrade.h"
#include "target/breaker.h"
#include "target/budget.h"
#include "target/habits.h"
#include "target/lacks.h"
#include "target/outcome.h"
#include "target/pace.h"

struct health {
	uint64_t count[OUTCOME_STATUSES][REASONS];
	struct metrics_histogram latency; /* to the search response, of searches that had one */
	struct pace pace;		  /* the same, of late */
	bool asked;
	struct outcome last; /* of those that were put to it */
	long long since;     /* wall clock, seconds: when it entered the state that `last` tells; 0
				never asked */
	struct breaker breaker;
	struct budget budget;
	struct habits habits;
	/* What it has refused of queries, and was asked without since: of Bib-1, of CQL. */
	struct degrade degrade;
	struct ask_refused refused;
	struct lacks lacks;
};

/* Counts one search's outcome; `ms` < 0 when no response was had. */
void health_note(struct health *health, const struct outcome *outcome, msec_t ms, long long wall);
/* A search waits for it beyond the deadline: its state until that search has ended. */
void health_overdue(struct health *health, const struct outcome *outcome, long long wall);
/* Counts that a search passed the partner by: says nothing of how it does. */
void health_pass(struct health *health, const struct outcome *outcome);
/* It has answered a probe: whatever was last is over. */
void health_recovered(struct health *health, long long wall);
/* What searches are told while the breaker is not closed. */
struct outcome health_refusal(const struct health *health);

#endif
