#include "front/gateway.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "front/http_front.h"
#include "front/z_front.h"
#include "loop/http_in.h"
#include "loop/link.h"
#include "loop/loop.h"
#include "registry/config.h"
#include "search/share.h"
#include "target/targets.h"

#define HEAD_BYTES (64 * 1024)
#define BODY_BYTES (1024 * 1024)
#define KEEP_ALIVE 60000 /* ms an idle client connection is kept */

struct gateway *gateway_create(
    struct loop *loop, const struct log *log, struct config *config, day_t today)
{
	struct gateway *gateway = calloc(1, sizeof *gateway);
	unsigned char random[8];

	if (!gateway)
		abort();
	gateway->loop = loop;
	gateway->log = log;
	gateway->today = today;
	gateway->started = loop_wall_clock(loop);
	loop_random(loop, random, sizeof random);
	for (int i = 0; i < 8; i++)
		snprintf(gateway->id + 2 * i, 3, "%02x", random[i]);
	gateway->targets = targets_create(loop, log, &gateway->ledger);
	gateway->env =
	    (struct search_env){loop, log, gateway->targets, &gateway->ledger, gateway->id};
	gateway->share = share_create(&gateway->env);
	gateway_reconfigure(gateway, config);
	return gateway;
}

static struct http_limits http_limits(const struct config *config)
{
	return (struct http_limits){
	    .connections = config->limits.connections,
	    .connections_per_address = config->limits.connections_per_address,
	    .head_bytes = HEAD_BYTES,
	    .body_bytes = BODY_BYTES,
	    .head_time = config->limits.header_time,
	    .body_time = config->limits.body_time,
	    .idle_time = KEEP_ALIVE,
	};
}

bool gateway_listen(struct gateway *gateway, char *why, size_t size)
{
	const struct config *config = gateway->config;
	struct http_limits limits = http_limits(config);

	if (config->sru.present) {
		gateway->http = http_in_listen(gateway->loop, config->sru.host, config->sru.port,
		    &limits, http_front_on_request, gateway, why, size);
		if (!gateway->http)
			return false;
	}
	if (config->z3950.present) {
		gateway->z3950 = z_front_open(gateway, why, size);
		if (!gateway->z3950)
			return false;
	}
	gateway->ready = true;
	return true;
}

void gateway_reconfigure(struct gateway *gateway, struct config *config)
{
	struct config *old = gateway->config;

	gateway->config = config_ref(config);
	config->generation = ++gateway->generation;
	targets_configure(gateway->targets, config);
	loop_set_nameserver(gateway->loop, config->nameserver);
	if (gateway->http) {
		struct http_limits limits = http_limits(config);

		http_in_set_limits(gateway->http, &limits);
	}
	if (gateway->z3950)
		z_front_reconfigure(gateway->z3950);
	if (old)
		config_unref(old);
}

void gateway_set_tls(struct gateway *gateway, struct listen_tls *tls)
{
	if (gateway->http)
		http_in_set_tls(gateway->http, tls);
	if (gateway->z3950)
		z_front_set_tls(gateway->z3950, tls);
}

static void gateway_on_drained(void *arg)
{
	struct gateway *gateway = arg;

	gateway->drained = NULL;
	gateway->on_drained(gateway->drained_arg);
}

static void gateway_check_drained(struct gateway *gateway)
{
	if (gateway->draining && !gateway->open && !gateway->drained)
		gateway->drained = loop_defer(gateway->loop, gateway_on_drained, gateway);
}

void gateway_drain(struct gateway *gateway, void (*fn)(void *arg), void *arg)
{
	gateway->draining = true;
	gateway->on_drained = fn;
	gateway->drained_arg = arg;
	if (gateway->http)
		http_in_drain(gateway->http);
	if (gateway->z3950)
		z_front_drain(gateway->z3950);
	gateway_check_drained(gateway);
}

void gateway_request_opened(struct gateway *gateway)
{
	gateway->open++;
}

void gateway_request_closed(struct gateway *gateway)
{
	gateway->open--;
	gateway_check_drained(gateway);
}

void gateway_destroy(struct gateway *gateway)
{
	gateway->draining = false; /* what is given up now drains nothing */
	if (gateway->http)
		http_in_close(gateway->http);
	if (gateway->z3950)
		z_front_close(gateway->z3950);
	if (gateway->drained)
		defer_cancel(gateway->drained);
	share_destroy(gateway->share);
	targets_destroy(gateway->targets);
	config_unref(gateway->config);
	free(gateway);
}

bool gateway_is_in(const struct gateway *gateway, const char *hop_mark)
{
	size_t own = strlen(gateway->id), length;

	for (const char *id = hop_mark; id && *id; id += length + (id[length] == ',')) {
		length = strcspn(id, ",");
		if (length == own && memcmp(id, gateway->id, own) == 0)
			return true;
	}
	return false;
}

day_t gateway_today(const struct gateway *gateway)
{
	time_t now = (time_t)loop_wall_clock(gateway->loop);
	struct tm tm;

	if (gateway->today)
		return gateway->today;
	localtime_r(&now, &tm);
	return (tm.tm_year + 1900) * 10000 + (tm.tm_mon + 1) * 100 + tm.tm_mday;
}
