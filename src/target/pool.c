/* The connections: opened, idle, given to the first who waits. */
#include "target/pool.h"

#include <stdlib.h>

#include "base/log.h"
#include "loop/loop.h"
#include "loop/timer.h"
#include "protocol/sru_client.h"
#include "registry/partner.h"
#include "target/pool_parts.h"
#include "target/sru_server.h"

static void member_on_conn(
    void *arg, struct conn *conn, enum conn_news news, const struct reply *reply);

struct pool *pool_create(struct pool_env *env, const struct partner *partner, struct health *health)
{
	struct pool *pool = calloc(1, sizeof *pool);

	if (!pool)
		abort();
	pool->env = env;
	pool->partner = partner;
	pool->health = health;
	pool->sru = sru_server_create(&partner->target);
	for (int i = 0; i < 3; i++)
		TAILQ_INIT(&pool->members[i]);
	TAILQ_INIT(&pool->queue);
	return pool;
}

void pool_renew(struct pool *pool)
{
	if (pool->sru)
		sru_client_move_back(pool->sru);
}

const struct partner *pool_partner(const struct pool *pool)
{
	return pool->partner;
}

struct breaker_rules pool_breaker_rules(const struct pool *pool)
{
	const struct partner_target *target = &pool->partner->target;

	return (struct breaker_rules){target->breaker, target->back_off, target->back_off_most};
}

/* Members. */

void member_enter(struct member *member, enum member_place place)
{
	struct pool *pool = member->pool;

	TAILQ_REMOVE(&pool->members[member->place], member, entry);
	pool->count[member->place]--;
	member->place = place;
	TAILQ_INSERT_HEAD(&pool->members[place], member, entry);
	pool->count[place]++;
	if (place == MEMBER_IDLE) {
		member->proved = false;
		timer_arm(member->idle, loop_now(pool->env->loop) + pool->partner->target.idle);
	} else {
		timer_disarm(member->idle);
	}
}

void member_destroy(struct member *member)
{
	struct pool *pool = member->pool;

	TAILQ_REMOVE(&pool->members[member->place], member, entry);
	pool->count[member->place]--;
	if (member->sponsor)
		member->sponsor->opening = NULL;
	if (member->lease)
		member->lease->member = NULL;
	timer_destroy(member->idle);
	conn_close(member->conn);
	free(member);
}

static void member_on_idle(void *arg)
{
	member_destroy(arg);
}

static void member_open(struct pool *pool, struct lease *sponsor)
{
	struct member *member = calloc(1, sizeof *member);

	if (!member)
		abort();
	member->pool = pool;
	member->place = MEMBER_OPENING;
	member->sponsor = sponsor;
	sponsor->opening = member;
	member->idle = timer_create_on(pool->env->loop, member_on_idle, member);
	TAILQ_INSERT_TAIL(&pool->members[MEMBER_OPENING], member, entry);
	pool->count[MEMBER_OPENING]++;
	pool->opened++;
	member->conn = conn_open(pool->env->loop, pool->env->ledger, pool->partner, pool->sru,
	    ++pool->env->serial, member_on_conn, member);
}

bool pool_has_room(const struct pool *pool)
{
	return pool->count[MEMBER_OPENING] + pool->count[MEMBER_IDLE] + pool->count[MEMBER_LEASED] <
	       pool->partner->target.connections;
}

bool pool_may_work(const struct pool *pool)
{
	unsigned most = pool->partner->target.searches;

	return !most || pool->count[MEMBER_OPENING] + pool->count[MEMBER_LEASED] < most;
}

void pool_maybe_go(struct pool *pool)
{
	if (!pool->retired || pool->leases)
		return;
	for (int place = 0; place < 3; place++)
		while (!TAILQ_EMPTY(&pool->members[place]))
			member_destroy(TAILQ_FIRST(&pool->members[place]));

	void (*gone)(void *) = pool->gone;
	void *arg = pool->gone_arg;

	sru_client_destroy(pool->sru);
	free(pool);
	if (gone)
		gone(arg);
}

/* Gives idle connections to those who wait only because the partner had enough to do. */
static void pool_use_idle(struct pool *pool)
{
	struct lease *lease, *next;

	for (lease = TAILQ_FIRST(&pool->queue); lease; lease = next) {
		next = TAILQ_NEXT(lease, entry);
		if (TAILQ_EMPTY(&pool->members[MEMBER_IDLE]) || !pool_may_work(pool))
			return;
		if (!lease->fresh && !lease->opening)
			lease_take(lease, TAILQ_FIRST(&pool->members[MEMBER_IDLE]));
	}
}

void pool_open_more(struct pool *pool)
{
	struct lease *lease;

	pool_use_idle(pool);
	TAILQ_FOREACH(lease, &pool->queue, entry)
	{
		if (lease->opening)
			continue;
		if (!pool_may_work(pool) || !pool_has_room(pool))
			return;
		member_open(pool, lease);
	}
}

/* What was being opened for one who needs it no more is for the next in the queue; for nobody, it
 * is closed: it might never come up. */
static void pool_hand_on(struct pool *pool, struct member *opening)
{
	struct lease *lease;

	TAILQ_FOREACH(lease, &pool->queue, entry)
	{
		if (lease->opening)
			continue;
		lease->opening = opening;
		opening->sponsor = lease;
		return;
	}
	member_destroy(opening);
}

void pool_place(struct pool *pool, struct member *member)
{
	struct lease *lease;

	if (pool->retired && !pool->queued) {
		member_destroy(member);
		return;
	}
	TAILQ_FOREACH(lease, &pool->queue, entry)
	if (!lease->fresh || member->proved)
		break;
	if (lease) {
		struct member *opening = lease->opening;

		lease_take(lease, member);
		if (opening && opening != member)
			pool_hand_on(pool, opening);
		return;
	}
	if (pool->queued) {
		/* Those who wait want a connection that is surely alive, and this may be dead. */
		member_destroy(member);
		pool_open_more(pool);
		return;
	}
	member_enter(member, MEMBER_IDLE);
}

static void pool_log_failure(const struct pool *pool, const struct outcome *outcome)
{
	char detail[DIAG_DETAILS_MAX];

	log_line(pool->env->log, LOG_INFO, "connection-failed", "partner=%s reason=%s detail=%s",
	    pool->partner->id, outcome_reason_name(outcome->reason),
	    log_quote(outcome->detail, detail, sizeof detail));
}

static void member_failed(struct member *member)
{
	struct pool *pool = member->pool;
	struct outcome outcome = *conn_outcome(member->conn);
	struct lease *lease = member->place == MEMBER_LEASED ? member->lease : NULL;
	struct lease *sponsor = member->sponsor;

	if (member->place != MEMBER_IDLE)
		pool_log_failure(pool, &outcome);
	member_destroy(member);
	if (sponsor)
		lease_fail_later(sponsor, &outcome);
	pool_open_more(pool);
	if (!lease)
		return;
	lease->failed = true;
	lease->outcome = outcome;
	if (lease->defer)
		return; /* its grant was on the way: it becomes the bad news */
	lease->fn(lease->arg, LEASE_FAILED, NULL);
}

static void member_on_conn(
    void *arg, struct conn *conn, enum conn_news news, const struct reply *reply)
{
	struct member *member = arg;

	switch (news) {
	case CONN_IS_READY:
		member->proved = true;
		pool_place(member->pool, member);
		return;
	case CONN_ANSWERED:
		member->proved = true;
		if (member->lease)
			member->lease->fn(member->lease->arg, LEASE_ANSWERED, reply);
		return;
	case CONN_FAILED: member_failed(member); return;
	}
}

void pool_turn_away(struct pool *pool, const struct outcome *refusal)
{
	struct lease *lease, *next;

	for (lease = TAILQ_FIRST(&pool->queue); lease; lease = next) {
		next = TAILQ_NEXT(lease, entry);
		if (!lease->opening)
			lease_fail_later(lease, refusal);
	}
}

void pool_retire(struct pool *pool, void (*gone)(void *arg), void *arg)
{
	pool->retired = true;
	pool->gone = gone;
	pool->gone_arg = arg;
	while (!TAILQ_EMPTY(&pool->members[MEMBER_IDLE]))
		member_destroy(TAILQ_FIRST(&pool->members[MEMBER_IDLE]));
	pool_maybe_go(pool);
}

void pool_counts(const struct pool *pool, struct pool_counts *out)
{
	*out = (struct pool_counts){
	    .opening = pool->count[MEMBER_OPENING],
	    .idle = pool->count[MEMBER_IDLE],
	    .leased = pool->count[MEMBER_LEASED],
	    .queued = pool->queued,
	    .opened = pool->opened,
	};
}
