#ifndef SILANG_TARGET_POOL_H
#define SILANG_TARGET_POOL_H
/*
 * The connections to one partner, shared by all searches. A search asks for a lease, is granted a
 * connection, puts its requests through the lease, and releases it; the connection then waits,
 * idle, for the next one.
 *
 * Never more than partner/target/@connections at once: further leases wait in a queue, and their
 * waiting counts against their own deadline. A connection being opened belongs to nobody yet: the
 * lease at the head of the queue gets whichever connection is ready first.
 *
 * A lease's news comes by its callback, never inside pool_lease. After LEASE_FAILED the lease is
 * over, but still has to be released.
 */
#include <stdbool.h>
#include <stdint.h>
#include "target/breaker.h"
#include "target/conn.h"

struct health;
struct log;
struct loop;
struct partner;
struct pool;
struct arena_ledger;
struct lease;

enum lease_news { LEASE_GRANTED, LEASE_ANSWERED, LEASE_FAILED };

/* LEASE_ANSWERED: `reply` is valid during the callback. LEASE_FAILED: see lease_outcome. */
typedef void (*lease_fn)(void *arg, enum lease_news news, const struct reply *reply);

/* What all pools share. */
struct pool_env {
	struct loop *loop;
	const struct log *log;
	struct arena_ledger *ledger; /* counts what connections hold of messages */
	/* Connections opened so far, which numbers them: a set of a pool that has gone is never
	 * taken for one of its successor's. */
	uint32_t serial;
};

/* `env` and `partner` must live as long as the pool (its owner holds the configuration), and so
 * must `health`, whose breaker and budget refuse leases at once. */
struct pool *pool_create(
    struct pool_env *env, const struct partner *partner, struct health *health);
/* No new leases; goes away, and calls `gone`, as soon as the last lease is released. */
void pool_retire(struct pool *pool, void (*gone)(void *arg), void *arg);
/* What may have been put right by whoever had the configuration read again is tried again. */
void pool_renew(struct pool *pool);
const struct partner *pool_partner(const struct pool *pool);
struct breaker_rules pool_breaker_rules(const struct pool *pool);

/* `set`: a result set still wanted (0 none): a connection that holds it is preferred when it is
 * idle. `fresh`: on a new connection only. */
struct lease *pool_lease(struct pool *pool, uint64_t set, bool fresh, lease_fn fn, void *arg);
/* On a new connection, whatever breaker and budget say. */
struct lease *pool_lease_for_probe(struct pool *pool, lease_fn fn, void *arg);
/* Those who wait for a connection of others are told this instead of waiting on. */
void pool_turn_away(struct pool *pool, const struct outcome *refusal);
/* Gives the connection back, or leaves the queue; legal at any time, inside the callback too. A
 * connection with a request under way is closed. The pointer is dead. */
void lease_release(struct lease *lease);

/* What a lease is waiting for: REASON_QUEUE, REASON_CONNECT, REASON_TLS, REASON_INIT; REASON_NONE
 * once granted, unless the connection is made by its first request. */
enum outcome_reason lease_waits_for(const struct lease *lease);
const struct outcome *lease_outcome(const struct lease *lease);
/* The connection had served before: its failure may only mean that it had died in the meantime. */
bool lease_is_reused(const struct lease *lease);
/* Requests on the granted connection, one at a time; see conn.h. */
/* One more search on the lease, after the first: false when the budget has no room for it. */
bool lease_may_search_again(struct lease *lease);
uint64_t lease_search(struct lease *lease, struct conn_search *search);
void lease_present(struct lease *lease, uint64_t set, const struct conn_present *present);
void lease_probe(struct lease *lease);
bool lease_scans(const struct lease *lease);
void lease_scan(struct lease *lease, const struct conn_scan *scan);
bool lease_holds(const struct lease *lease, uint64_t set);
struct ask_server lease_server(const struct lease *lease, struct arena *arena);
const char *lease_lost(const struct lease *lease);

/* For status and tests. */
struct pool_counts {
	unsigned opening, idle, leased, queued;
	unsigned long opened; /* connections since start */
};
void pool_counts(const struct pool *pool, struct pool_counts *out);

#endif
