#include "target/targets.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/map.h"
#include "registry/config.h"
#include "target/health.h"
#include "target/pool.h"

/* A pool with the configuration its partner lives in; goes away with the pool. */
struct tenant {
	struct pool *pool;
	struct config *config;
};

struct seat {
	struct tenant *tenant; /* NULL: the partner is no longer configured */
	struct health health;
};

struct targets {
	struct loop *loop;
	const struct log *log;
	struct map *seats; /* by partner id */
	uint32_t serial;   /* connections opened so far */
};

struct targets *targets_create(struct loop *loop, const struct log *log)
{
	struct targets *targets = calloc(1, sizeof *targets);

	if (!targets)
		abort();
	targets->loop = loop;
	targets->log = log;
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
	seat->tenant = NULL;
	pool_retire(tenant->pool, tenant_gone, tenant);
}

static struct seat *seat_of(struct targets *targets, const char *id)
{
	struct seat *seat = map_find(targets->seats, id);

	if (!seat) {
		seat = calloc(1, sizeof *seat);
		if (!seat)
			abort();
		map_put(targets->seats, id, seat);
	}
	return seat;
}

static void seat_fill(struct targets *targets, struct seat *seat, struct config *config,
    const struct partner *partner)
{
	struct tenant *tenant = calloc(1, sizeof *tenant);

	if (!tenant)
		abort();
	tenant->config = config_ref(config);
	tenant->pool = pool_create(targets->loop, targets->log, partner, &targets->serial);
	seat->tenant = tenant;
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

		if (partner->target.protocol != PARTNER_Z3950) {
			seat_vacate(seat);
			continue;
		}
		if (seat->tenant &&
		    pool_partner(seat->tenant->pool)->fingerprint == partner->fingerprint)
			continue;
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
	free(value);
}

void targets_destroy(struct targets *targets)
{
	targets_close(targets);
	map_each(targets->seats, free_seat, NULL);
	map_destroy(targets->seats);
	free(targets);
}
