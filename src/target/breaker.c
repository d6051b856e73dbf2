#include "target/breaker.h"

#include <assert.h>

void breaker_init(struct breaker *breaker, uint64_t seed, msec_t now)
{
	*breaker = (struct breaker){.since = now, .seed = seed};
}

bool breaker_counts(const struct outcome *outcome)
{
	if (outcome->status == OUTCOME_LATE)
		return outcome->reason != REASON_QUEUE;
	return outcome->status == OUTCOME_FAILED && outcome->reason != REASON_DIAGNOSTIC &&
	       outcome->reason != REASON_TOO_LARGE;
}

bool breaker_is_closed(const struct breaker *breaker)
{
	return breaker->state == BREAKER_CLOSED;
}

static void breaker_enter(struct breaker *breaker, enum breaker_state state, msec_t now)
{
	/* Probes that fail do not begin a new outage. */
	if (state == BREAKER_CLOSED || breaker->state == BREAKER_CLOSED)
		breaker->since = now;
	breaker->state = state;
}

/* splitmix64 (Steele, Lea, Flood 2014). */
static uint64_t breaker_roll(struct breaker *breaker)
{
	uint64_t z = breaker->seed += 0x9E3779B97F4A7C15u;

	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
	z = (z ^ z >> 27) * 0x94D049BB133111EBu;
	return z ^ z >> 31;
}

/* Twice as long each time; up to a quarter is taken off, so that gateways that lost a partner at
 * the same moment do not come back to it at the same moment. */
static msec_t breaker_pause(struct breaker *breaker, const struct breaker_rules *rules)
{
	msec_t pause = rules->pause;

	for (unsigned i = 0; i < breaker->pauses && pause < rules->pause_most; i++)
		pause *= 2;
	if (pause > rules->pause_most)
		pause = rules->pause_most;
	return pause - (msec_t)(breaker_roll(breaker) % ((uint64_t)pause / 4 + 1));
}

static void breaker_open(struct breaker *breaker, const struct breaker_rules *rules, msec_t now)
{
	breaker_enter(breaker, BREAKER_OPEN, now);
	breaker->until = now + breaker_pause(breaker, rules);
	breaker->pauses++;
}

void breaker_succeeded(struct breaker *breaker, msec_t now)
{
	if (breaker->state != BREAKER_CLOSED)
		return; /* begun before it opened: the probe decides */
	breaker->failures = 0;
	breaker->pauses = 0;
}

bool breaker_failed(struct breaker *breaker, const struct breaker_rules *rules,
    enum outcome_reason reason, msec_t now)
{
	bool on_trial = breaker->pauses > 0;

	breaker->reason = reason;
	if (breaker->failures < UINT32_MAX)
		breaker->failures++;
	if (breaker->state != BREAKER_CLOSED || !rules->failures)
		return false;
	if (breaker->failures < rules->failures && !on_trial)
		return false;
	breaker->openings++;
	breaker_open(breaker, rules, now);
	return true;
}

void breaker_begin_probe(struct breaker *breaker, msec_t now)
{
	assert(breaker->state == BREAKER_OPEN && now >= breaker->until);
	breaker_enter(breaker, BREAKER_HALF_OPEN, now);
}

void breaker_end_probe(
    struct breaker *breaker, const struct breaker_rules *rules, bool succeeded, msec_t now)
{
	assert(breaker->state == BREAKER_HALF_OPEN);
	if (!succeeded) {
		breaker_open(breaker, rules, now);
		return;
	}
	breaker->failures = 0;
	breaker_enter(breaker, BREAKER_CLOSED, now);
}

void breaker_hurry(struct breaker *breaker, msec_t now)
{
	if (breaker->state == BREAKER_OPEN && breaker->until > now)
		breaker->until = now;
}

const char *breaker_state_name(enum breaker_state state)
{
	static const char *const names[BREAKER_STATES] = {"closed", "open", "half-open"};

	return names[state];
}
