/* How a leg stands: what it has, what it waits for, how it ended. */
#include "search/leg_parts.h"

#include "loop/loop.h"
#include "search/plan.h"
#include "target/pool.h"

bool leg_is_complete(const struct leg *leg)
{
	return leg->searched &&
	       (leg->records.count >= leg->wanted || leg->records.count >= leg->hits);
}

static enum outcome_reason leg_waits_for(const struct leg *leg)
{
	enum outcome_reason reason;

	if (leg_is_settled(leg))
		return REASON_NONE;
	reason = lease_waits_for(leg->lease);
	if (reason != REASON_NONE)
		return reason;
	return leg->searched ? REASON_PRESENT : REASON_SEARCH;
}

bool leg_is_content(const struct leg *leg)
{
	return leg->state == LEG_SECOND && leg_is_complete(leg);
}

struct outcome leg_outcome(const struct leg *leg)
{
	struct outcome outcome = {OUTCOME_OK, REASON_NONE, 0, 0, ""};

	switch (leg_is_content(leg) ? LEG_RESTING : leg->state) {
	case LEG_OVER: return leg->outcome;
	case LEG_RESTING:
		if (!leg_is_complete(leg))
			return leg->outcome; /* it was cut */
		if (leg->hits)
			wording_describe(&leg->wording, outcome.detail, sizeof outcome.detail);
		notice_tell(&leg->notice, outcome.detail);
		return outcome;
	default: break;
	}
	if (leg->tardy)
		return leg->outcome; /* until it has shown that it can */
	outcome.status = OUTCOME_LATE;
	outcome.reason = leg_waits_for(leg);
	return outcome;
}

bool leg_is_settled(const struct leg *leg)
{
	return leg->state == LEG_RESTING || leg->state == LEG_OVER;
}

msec_t leg_since(const struct leg *leg)
{
	return leg_is_settled(leg) ? MSEC_NEVER : leg->run;
}

bool leg_owes(const struct leg *leg)
{
	if (leg->state == LEG_OVER)
		return false;
	return !leg->searched || leg->records.count < leg->hits;
}

bool leg_has_hits(const struct leg *leg)
{
	return leg->searched;
}

unsigned long leg_hits(const struct leg *leg)
{
	return leg->hits;
}

const struct notice *leg_notice(const struct leg *leg)
{
	return &leg->notice;
}

const struct plan_leg *leg_plan(const struct leg *leg)
{
	return leg->options.plan;
}

struct hit *const *leg_records(const struct leg *leg, size_t *count)
{
	*count = leg->records.count;
	return (struct hit *const *)leg->records.items;
}

const struct second *leg_second(const struct leg *leg)
{
	return &leg->second;
}

bool leg_is_overdue(const struct leg *leg, msec_t deadline)
{
	return !leg_is_settled(leg) &&
	       (leg->tardy || loop_now(leg->options.env->loop) - leg->run >= deadline);
}

bool leg_is_out(const struct leg *leg, msec_t deadline)
{
	struct outcome outcome = leg_outcome(leg);

	if (!leg_is_settled(leg) && !leg_is_content(leg))
		return leg_is_overdue(leg, deadline);
	return outcome_is_outage(&outcome);
}

msec_t leg_ms(const struct leg *leg)
{
	if (leg->started < 0)
		return -1;
	if (leg->answered >= 0)
		return leg->answered - leg->started;
	return loop_now(leg->options.env->loop) - leg->started;
}

const struct counts *leg_counts(const struct leg *leg)
{
	return &leg->counts;
}
