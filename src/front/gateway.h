#ifndef SILANG_FRONT_GATEWAY_H
#define SILANG_FRONT_GATEWAY_H
/*
 * The one object that everything mutable hangs off: configuration in force, partners, shared
 * searches, listeners, counters. A program makes one (nothing forbids several), puts it on a loop
 * and lets it run.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/metrics.h"
#include "registry/agreement.h"
#include "search/env.h"

struct config;
struct http_in;
struct listen_tls;
struct log;
struct loop;
struct share;
struct targets;
struct op_search;
struct z_front;

enum gateway_request {
	REQUEST_SEARCH,
	REQUEST_SCAN,
	REQUEST_EXPLAIN,
	REQUEST_REFUSED,
	REQUEST_OTHER,
	REQUEST_PRESENT, /* over Z39.50 */
	REQUESTS
};

struct gateway_counters {
	uint64_t requests[REQUESTS]; /* answered */
	uint64_t gone;		     /* the client left before its answer */
	struct metrics_histogram search_time;
};

struct gateway {
	struct loop *loop;
	const struct log *log;
	struct config *config;
	struct targets *targets;
	struct share *share;
	struct arena_ledger ledger;
	struct search_env env;
	char id[17]; /* this gateway's name in hop marks */
	day_t today; /* judged by; 0: the real day */
	bool ready;
	bool draining;
	long long started; /* wall clock */
	unsigned long generation;
	struct http_in *http;  /* NULL: no SRU listener */
	struct z_front *z3950; /* NULL: no Z39.50 listener */
	struct gateway_counters counters;
	unsigned open; /* requests being worked at */
	void (*on_drained)(void *arg);
	void *drained_arg;
	struct defer *drained;
};

/* Takes a reference to `config`. `today` 0: the real day is asked at each search. */
struct gateway *gateway_create(
    struct loop *loop, const struct log *log, struct config *config, day_t today);
/* Opens the listeners; false with the reason. */
bool gateway_listen(struct gateway *gateway, char *why, size_t size);
/* Puts another configuration in force; searches under way keep theirs. Listeners stay as they are.
 */
void gateway_reconfigure(struct gateway *gateway, struct config *config);
/* What the listeners show to new clients; NULL: they speak plainly. */
void gateway_set_tls(struct gateway *gateway, struct listen_tls *tls);
/* Takes no new connections; calls `fn` once no request is open. */
void gateway_drain(struct gateway *gateway, void (*fn)(void *arg), void *arg);
/* Closes everything, cancels what is open. */
void gateway_destroy(struct gateway *gateway);

day_t gateway_today(const struct gateway *gateway);
/* Whether a hop mark (ids parted by commas; NULL: none) names this gateway: then the question has
 * come round in a circle. */
bool gateway_is_in(const struct gateway *gateway, const char *hop_mark);
/* A request was taken on, or has been answered or given up. */
void gateway_request_opened(struct gateway *gateway);
void gateway_request_closed(struct gateway *gateway);

#endif
