#include "scenes/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fakeloop/fakeloop.h"
#include "front/gateway.h"
#include "registry/config.h"
#include "scenes/client.h"
#include "scenes/library.h"
#include "search/share.h"
#include "target/health.h"
#include "target/pool.h"
#include "target/targets.h"

#define LONGEST_WAIT (24 * 3600 * 1000)

static void on_log(void *arg, enum log_level level, const char *line)
{
	struct world *world = arg;

	transcript_addf(
	    &world->transcript, "%6lldms log %s", (long long)loop_now(world->loop), line);
}

static void on_trace(void *arg, const char *line)
{
	struct world *world = arg;

	/* Under splitting every few bytes are a line: those tell nothing. */
	if (world->seed && strstr(line, " data"))
		return;
	transcript_add(&world->transcript, line);
}

void world_init(struct world *world, unsigned long seed)
{
	*world = (struct world){.seed = seed};
	world->log = (struct log){on_log, world, LOG_DEBUG};
	world->loop = loop_create(&world->log);
	fakeloop_set_trace(world->loop, on_trace, world);
	fakeloop_set_splitting(world->loop, seed);
}

msec_t world_now(const struct world *world)
{
	return loop_now(world->loop);
}

size_t world_turns(const struct world *world)
{
	struct fakeloop_counts counts;

	fakeloop_counts(world->loop, &counts);
	return counts.turns;
}

struct library *world_library(struct world *world, const char *id)
{
	for (size_t i = 0; i < world->libraries.count; i++) {
		struct library *library = world->libraries.items[i];

		if (!strcmp(library->id, id))
			return library;
	}
	return NULL;
}

bool world_set_library(struct world *world, const char *id, unsigned number, const char *script)
{
	struct library *library = world_library(world, id);
	char why[256];

	if (library)
		return library_set_script(library, script, why, sizeof why) ||
		       transcript_fail(&world->transcript, "script of %s: %s", id, why);
	library =
	    library_create(world->loop, &world->transcript, id, number, script, why, sizeof why);
	if (!library)
		return transcript_fail(&world->transcript, "script of %s: %s", id, why);
	vec_push(&world->libraries, library);
	return true;
}

/* ---- configuration ---- */

static bool load(void *arg, const char *path, char **text, size_t *length, char *why, size_t size)
{
	*text = strdup(arg);
	*length = strlen(arg);
	return *text != NULL;
}

static void complain(void *arg, const char *file, int line, const char *message)
{
	struct world *world = arg;

	transcript_fail(&world->transcript, "configuration, line %d: %s", line, message);
}

bool world_configure(struct world *world)
{
	char *text = setup_write(&world->setup), why[256];
	struct config *config = config_parse("scene.xml", load, text, complain, world);

	free(text);
	if (!config)
		return false;
	if (world->gateway) {
		gateway_reconfigure(world->gateway, config);
	} else {
		world->gateway = gateway_create(world->loop, &world->log, config, world->today);
		if (!gateway_listen(world->gateway, why, sizeof why))
			transcript_fail(&world->transcript, "cannot listen: %s", why);
	}
	config_unref(config);
	return true;
}

static void on_drained(void *arg)
{
	struct world *world = arg;

	world->drained = true;
	transcript_addf(&world->transcript, "%6lldms drained", (long long)world_now(world));
}

void world_drain(struct world *world)
{
	gateway_drain(world->gateway, on_drained, world);
}

/* ---- time ---- */

void world_wait(struct world *world, msec_t ms)
{
	fakeloop_run_for(world->loop, ms);
}

bool world_wait_for(struct world *world, bool (*condition)(void *arg), void *arg)
{
	return fakeloop_run_until(world->loop, condition, arg, LONGEST_WAIT);
}

/* ---- the end ---- */

/* What is still under way after its time is up stays so for ever. */
static void check_rest(struct world *world)
{
	const struct config *config = world->gateway->config;
	struct share_counts shared;
	struct fakeloop_counts loop;

	for (size_t i = 0; i < config->npartners; i++) {
		struct pool *pool = targets_pool(world->gateway->targets, config->partners[i]);
		struct pool_counts counts = {0};
		const struct health *health =
		    targets_health(world->gateway->targets, config->partners[i]->id);

		if (pool)
			pool_counts(pool, &counts);
		/* A partner that is left alone is probed for ever. */
		if (health->breaker.state == BREAKER_HALF_OPEN &&
		    counts.leased + counts.opening == 1 && counts.queued <= 1)
			continue;
		if (counts.leased || counts.queued || counts.opening)
			transcript_fail(&world->transcript,
			    "at rest, %s: %u connections leased, %u being opened, %u leases queued",
			    config->partners[i]->id, counts.leased, counts.opening, counts.queued);
	}
	share_counts(world->gateway->share, &shared);
	fakeloop_counts(world->loop, &loop);
	if (shared.waiting || world->gateway->open || loop.exchanges)
		transcript_fail(&world->transcript,
		    "at rest: %zu asks wait, %u requests are open, %zu exchanges", shared.waiting,
		    world->gateway->open, loop.exchanges);
	if (loop.defers)
		transcript_fail(
		    &world->transcript, "at rest: %zu deferred calls pending", loop.defers);
}

static void close_gateway(struct world *world)
{
	size_t used;

	world_wait(world, 3 * world->gateway->config->search.deadline);
	check_rest(world);
	/* The ledger is the gateway's own: what it holds once all sets are gone, it holds for ever.
	 */
	share_destroy(world->gateway->share);
	used = world->gateway->ledger.used;
	if (used)
		transcript_fail(&world->transcript, "without a set %zu bytes are still held", used);
	world->gateway->share = share_create(&world->gateway->env);
	gateway_destroy(world->gateway);
	fakeloop_run_for(world->loop, 2000);
	if (*fakeloop_leaks(world->loop))
		transcript_fail(&world->transcript, "left: %s", fakeloop_leaks(world->loop));
	for (size_t i = 0; i < world->libraries.count; i++) {
		struct library *library = world->libraries.items[i];

		if (library_open(library))
			transcript_fail(&world->transcript, "%s still has %u connections",
			    library->id, library_open(library));
	}
}

void world_close(struct world *world)
{
	for (size_t i = 0; i < world->clients.count; i++)
		client_leave(world->clients.items[i]);
	fakeloop_settle(world->loop);
	if (world->gateway)
		close_gateway(world);
	for (size_t i = 0; i < world->clients.count; i++)
		client_destroy(world->clients.items[i]);
	loop_destroy(world->loop);
	for (size_t i = 0; i < world->libraries.count; i++)
		library_destroy(world->libraries.items[i]);
	vec_clear(&world->clients);
	vec_clear(&world->libraries);
	setup_clear(&world->setup);
}
