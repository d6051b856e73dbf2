/* Leases: who waits for a connection, who has one, who is refused one at once. */
#include "target/pool_parts.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "loop/loop.h"
#include "query/ask.h"
#include "registry/partner.h"
#include "target/health.h"

static void lease_leave_queue(struct lease *lease)
{
	if (!lease->queued)
		return;
	TAILQ_REMOVE(&lease->pool->queue, lease, entry);
	lease->pool->queued--;
	lease->queued = false;
	if (lease->opening) {
		lease->opening->sponsor = NULL;
		lease->opening = NULL;
	}
}

/* Who gives up waiting takes the connection that was being opened for him with him: left alone, a
 * target that never answers would fill the pool with them. */
static void lease_give_up(struct lease *lease)
{
	struct member *opening = lease->opening;

	if (!lease->queued)
		return;
	lease_leave_queue(lease);
	if (opening)
		member_destroy(opening);
}

static void lease_granted(void *arg)
{
	struct lease *lease = arg;

	lease->defer = NULL;
	lease->fn(lease->arg, lease->failed ? LEASE_FAILED : LEASE_GRANTED, NULL);
}

void lease_take(struct lease *lease, struct member *member)
{
	lease_leave_queue(lease);
	lease->member = member;
	lease->reused = member->place == MEMBER_IDLE || conn_was_used(member->conn);
	member->lease = lease;
	if (member->sponsor) {
		member->sponsor->opening = NULL;
		member->sponsor = NULL;
	}
	member_enter(member, MEMBER_LEASED);
	lease->defer = loop_defer(lease->pool->env->loop, lease_granted, lease);
}

void lease_fail_later(struct lease *lease, const struct outcome *outcome)
{
	lease_leave_queue(lease);
	lease->failed = true;
	lease->outcome = *outcome;
	lease->defer = loop_defer(lease->pool->env->loop, lease_granted, lease);
}

/* One more would have to wait for a connection that others use, and enough do already. */
static bool pool_is_full(const struct pool *pool)
{
	unsigned waiting = pool->queued;
	const struct lease *lease;

	if (pool_may_work(pool) && (pool->count[MEMBER_IDLE] > 0 || pool_has_room(pool)))
		return false;
	if (waiting < pool->partner->target.queue)
		return false;
	TAILQ_FOREACH(lease, &pool->queue, entry)
	if (lease->opening)
		waiting--;
	return waiting >= pool->partner->target.queue;
}

/* Why a lease is refused at once: the partner is left alone, or has enough to do. */
static bool pool_refuses(struct pool *pool, bool new_search, struct outcome *refusal)
{
	const struct partner_target *target = &pool->partner->target;
	struct health *health = pool->health;

	*refusal = (struct outcome){.status = OUTCOME_SKIPPED, .reason = REASON_BUDGET};
	if (!breaker_is_closed(&health->breaker)) {
		*refusal = health_refusal(health);
		return true;
	}
	if (pool_is_full(pool)) {
		snprintf(refusal->detail, sizeof refusal->detail, "%u searches are waiting already",
		    target->queue);
		return true;
	}
	if (new_search && !budget_take(&health->budget, loop_now(pool->env->loop))) {
		snprintf(refusal->detail, sizeof refusal->detail, "%u searches within a minute",
		    target->searches_per_minute);
		return true;
	}
	return false;
}

static struct member *pool_find_idle(struct pool *pool, uint64_t set)
{
	struct member *member;

	TAILQ_FOREACH(member, &pool->members[MEMBER_IDLE], entry)
	if (conn_holds(member->conn, set))
		return member;
	return TAILQ_FIRST(&pool->members[MEMBER_IDLE]);
}

static struct lease *lease_create(struct pool *pool, lease_fn fn, void *arg)
{
	struct lease *lease = calloc(1, sizeof *lease);

	if (!lease)
		abort();
	assert(!pool->retired);
	lease->pool = pool;
	lease->fn = fn;
	lease->arg = arg;
	pool->leases++;
	return lease;
}

static void lease_queue(struct lease *lease)
{
	struct pool *pool = lease->pool;

	/* A fresh one is wanted since an idle one proved dead: those beside it are not trusted
	 * either. */
	if (lease->fresh && !pool_has_room(pool) && !TAILQ_EMPTY(&pool->members[MEMBER_IDLE]))
		member_destroy(TAILQ_LAST(&pool->members[MEMBER_IDLE], member_list));
	lease->queued = true;
	TAILQ_INSERT_TAIL(&pool->queue, lease, entry);
	pool->queued++;
	pool_open_more(pool);
}

struct lease *pool_lease(struct pool *pool, uint64_t set, bool fresh, lease_fn fn, void *arg)
{
	struct lease *lease = lease_create(pool, fn, arg);
	struct member *idle = fresh || !pool_may_work(pool) ? NULL : pool_find_idle(pool, set);
	struct outcome refusal;

	lease->set = set;
	lease->fresh = fresh;
	/* A fresh one goes on with a search that was counted before. */
	if (pool_refuses(pool, !set && !fresh, &refusal)) {
		lease_fail_later(lease, &refusal);
		return lease;
	}
	if (idle) {
		lease_take(lease, idle);
		return lease;
	}
	lease_queue(lease);
	return lease;
}

struct lease *pool_lease_for_probe(struct pool *pool, lease_fn fn, void *arg)
{
	struct lease *lease = lease_create(pool, fn, arg);

	lease->fresh = true;
	lease_queue(lease);
	return lease;
}

void lease_release(struct lease *lease)
{
	struct pool *pool = lease->pool;
	struct member *member = lease->member;

	if (lease->defer)
		defer_cancel(lease->defer);
	lease_give_up(lease);
	if (member) {
		member->lease = NULL;
		if (conn_state(member->conn) == CONN_READY) {
			pool_place(pool, member);
		} else {
			member_destroy(member);
		}
	}
	pool_open_more(pool);
	free(lease);
	pool->leases--;
	pool_maybe_go(pool);
}

enum outcome_reason lease_waits_for(const struct lease *lease)
{
	if (lease->failed)
		return REASON_NONE;
	if (!lease->member && !lease->opening)
		return REASON_QUEUE;
	switch (conn_state(lease->member ? lease->member->conn : lease->opening->conn)) {
	case CONN_CONNECTING: return REASON_CONNECT;
	case CONN_SECURING: return REASON_TLS;
	case CONN_INITIALISING: return REASON_INIT;
	default: return lease->member ? REASON_NONE : REASON_CONNECT;
	}
}

const struct outcome *lease_outcome(const struct lease *lease)
{
	return &lease->outcome;
}

bool lease_is_reused(const struct lease *lease)
{
	return lease->reused;
}

bool lease_may_search_again(struct lease *lease)
{
	return budget_take(&lease->pool->health->budget, loop_now(lease->pool->env->loop));
}

uint64_t lease_search(struct lease *lease, struct conn_search *search)
{
	return conn_search(lease->member->conn, search);
}

void lease_present(struct lease *lease, uint64_t set, const struct conn_present *present)
{
	conn_present(lease->member->conn, set, present);
}

void lease_probe(struct lease *lease)
{
	conn_probe(lease->member->conn);
}

bool lease_scans(const struct lease *lease)
{
	return conn_scans(lease->member->conn);
}

void lease_scan(struct lease *lease, const struct conn_scan *scan)
{
	conn_scan(lease->member->conn, scan);
}

bool lease_holds(const struct lease *lease, uint64_t set)
{
	return lease->member && conn_holds(lease->member->conn, set);
}

struct ask_server lease_server(const struct lease *lease, struct arena *arena)
{
	return conn_server(lease->member->conn, arena);
}

const char *lease_lost(const struct lease *lease)
{
	return conn_lost(lease->member->conn);
}
