#include "target/health.h"

static void health_enter(struct health *health, const struct outcome *outcome, long long wall)
{
	bool same = health->asked && health->last.status == outcome->status &&
		    health->last.reason == outcome->reason;

	if (!same)
		health->since = wall;
	health->last = *outcome;
	health->asked = true;
}

void health_pass(struct health *health, const struct outcome *outcome)
{
	health->count[outcome->status][outcome->reason]++;
}

void health_note(struct health *health, const struct outcome *outcome, msec_t ms, long long wall)
{
	health->count[outcome->status][outcome->reason]++;
	if (ms >= 0) {
		metrics_observe(&health->latency, ms);
		pace_note(&health->pace, ms);
	}
	/* That it was passed by says nothing new of it. */
	if (outcome->status != OUTCOME_SKIPPED)
		health_enter(health, outcome, wall);
}

void health_overdue(struct health *health, const struct outcome *outcome, long long wall)
{
	health_enter(health, outcome, wall);
}

void health_recovered(struct health *health, long long wall)
{
	static const struct outcome ok;

	health_enter(health, &ok, wall);
}

struct outcome health_refusal(const struct health *health)
{
	const struct breaker *breaker = &health->breaker;
	struct outcome refusal =
	    outcome_failed(REASON_BREAKER, "left alone after %u failures in a row: %s",
		breaker->failures, outcome_reason_name(breaker->reason));

	refusal.status = OUTCOME_SKIPPED;
	return refusal;
}
