#include "target/health.h"

void health_note(struct health *health, const struct outcome *outcome, msec_t ms, long long wall)
{
	bool same = health->asked && health->last.status == outcome->status &&
	    health->last.reason == outcome->reason;

	health->count[outcome->status][outcome->reason]++;
	if (ms >= 0)
		metrics_observe(&health->latency, ms);
	if (!same)
		health->since = wall;
	health->last = *outcome;
	health->asked = true;
}

void health_pass(struct health *health, const struct outcome *outcome)
{
	health->count[outcome->status][outcome->reason]++;
}
