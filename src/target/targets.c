#include "target/targets.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/map.h"
#include "loop/loop.h"
#include "registry/config.h"
#include "target/health.h"
#include "target/pool.h"
#include "target/probe.h"

/* A pool with the configuration its partner lives in; goes away with the pool. */
struct tenant {
	struct pool *pool;
	struct config *config;
};

struct seat {
	struct targets *targets;
	struct tenant *tenant; /* NULL: the partner is no longer configured */
	struct probe *probe;   /* NULL: it is not to be asked */
	struct health health;
};

struct targets {
	struct pool_env env;
	struct map *seats; /* by partner id */
};

struct targets *targets_create(
    struct loop *loop, const struct log *log, struct arena_ledger *ledger)
{
	struct targets *targets = calloc(1, sizeof *targets);

	if (!targets)
		abort();
	targets->env = (struct pool_env){.loop = loop, .log = log, .ledger = ledger};
	targets->seats = map_create();
	return targets;
}

static void tenant_gone(void *arg)
{
	struct tenant *tenant = arg;

	config_unref(tenant->config);
	free(tenant);
}

static void seat_vacate(struct seat *seat)
{
	struct tenant *tenant = seat->tenant;

	if (!tenant)
		return;
	if (seat->probe)
		probe_destroy(seat->probe);
	seat->probe = NULL;
	seat->tenant = NULL;
	pool_retire(tenant->pool, tenant_gone, tenant);
}

static struct seat *seat_of(struct targets *targets, const char *id)
{
	struct seat *seat = map_find(targets->seats, id);
	uint64_t seed;

	if (!seat) {
		seat = calloc(1, sizeof *seat);
		if (!seat)
			abort();
		seat->targets = targets;
		loop_random(targets->env.loop, &seed, sizeof seed);
		breaker_init(&seat->health.breaker, seed, loop_now(targets->env.loop));
		map_put(targets->seats, id, seat);
	}
	return seat;
}

static void seat_log(const struct seat *seat, const char *event)
{
	const struct breaker *breaker = &seat->health.breaker;

	log_line(seat->targets->env.log, LOG_INFO, event, "partner=%s reason=%s",
	    pool_partner(seat->tenant->pool)->id, outcome_reason_name(breaker->reason));
}

static void seat_on_recovery(void *arg)
{
	struct seat *seat = arg;

	health_recovered(&seat->health, loop_wall_clock(seat->targets->env.loop));
	seat_log(seat, "breaker-closed");
}

static void seat_fill(struct targets *targets, struct seat *seat, struct config *config,
    const struct partner *partner)
{
	struct tenant *tenant = calloc(1, sizeof *tenant);

	if (!tenant)
		abort();
	tenant->config = config_ref(config);
	tenant->pool = pool_create(&targets->env, partner, &seat->health);
	seat->tenant = tenant;
	budget_set_limit(&seat->health.budget, partner->target.searches_per_minute);
	if (!partner->enabled)
		return;
	/* What was wrong may have been put right with this configuration. */
	seat->health.degrade = (struct degrade){0};
	seat->health.habits = (struct habits){0};
	seat->health.refused = (struct ask_refused){0};
	seat->health.lacks = (struct lacks){0};
	breaker_hurry(&seat->health.breaker, loop_now(targets->env.loop));
	seat->probe = probe_create(targets->env.loop, tenant->pool, &seat->health.breaker,
	    config->search.deadline, seat_on_recovery, seat);
}

struct vacating {
	const struct config *config;
};

static void vacate_if_gone(void *arg, const char *id, void *value)
{
	const struct vacating *vacating = arg;

	if (!config_partner(vacating->config, id))
		seat_vacate(value);
}

void targets_configure(struct targets *targets, struct config *config)
{
	struct vacating vacating = {config};

	map_each(targets->seats, vacate_if_gone, &vacating);
	for (size_t i = 0; i < config->npartners; i++) {
		const struct partner *partner = config->partners[i];
		struct seat *seat = seat_of(targets, partner->id);

		if (seat->tenant &&
		    pool_partner(seat->tenant->pool)->fingerprint == partner->fingerprint) {
			pool_renew(seat->tenant->pool);
			continue;
		}
		seat_vacate(seat);
		seat_fill(targets, seat, config, partner);
	}
}

struct pool *targets_pool(struct targets *targets, const struct partner *partner)
{
	const struct seat *seat = map_find(targets->seats, partner->id);

	if (!seat || !seat->tenant ||
	    pool_partner(seat->tenant->pool)->fingerprint != partner->fingerprint)
		return NULL;
	return seat->tenant->pool;
}

struct health *targets_health(struct targets *targets, const char *id)
{
	return &seat_of(targets, id)->health;
}

static void seat_failed(struct seat *seat, const struct outcome *outcome)
{
	struct breaker_rules rules = pool_breaker_rules(seat->tenant->pool);
	msec_t now = loop_now(seat->targets->env.loop);
	struct outcome refusal;

	if (!breaker_failed(&seat->health.breaker, &rules, outcome->reason, now))
		return;
	seat_log(seat, "breaker-opened");
	refusal = health_refusal(&seat->health);
	pool_turn_away(seat->tenant->pool, &refusal);
	if (seat->probe)
		probe_schedule(seat->probe);
}

void targets_judge(
    struct targets *targets, const struct partner *partner, const struct outcome *outcome)
{
	struct seat *seat = map_find(targets->seats, partner->id);

	if (!targets_pool(targets, partner))
		return; /* it was another than the one that is configured now */
	if (breaker_counts(outcome))
		seat_failed(seat, outcome);
	else if (outcome->status == OUTCOME_OK || outcome->reason == REASON_DIAGNOSTIC)
		breaker_succeeded(&seat->health.breaker, loop_now(targets->env.loop));
}

static void close_seat(void *arg, const char *id, void *value)
{
	seat_vacate(value);
}

void targets_close(struct targets *targets)
{
	map_each(targets->seats, close_seat, NULL);
}

static void free_seat(void *arg, const char *id, void *value)
{
	struct seat *seat = value;

	budget_clear(&seat->health.budget);
	free(seat);
}

void targets_destroy(struct targets *targets)
{
	targets_close(targets);
	map_each(targets->seats, free_seat, NULL);
	map_destroy(targets->seats);
	free(targets);
}
