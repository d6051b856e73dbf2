#include "target/pool.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/queue.h>

#include "base/log.h"
#include "loop/loop.h"
#include "loop/timer.h"
#include "query/ask.h"
#include "registry/partner.h"
#include "protocol/sru_client.h"
#include "target/health.h"
#include "target/sru_server.h"

/* A connection's place: on which list it stands is its state. */
enum member_place { MEMBER_OPENING, MEMBER_IDLE, MEMBER_LEASED };

struct member {
	struct pool *pool;
	struct conn *conn;
	enum member_place place;
	struct lease *lease; /* MEMBER_LEASED */
	struct lease
	    *sponsor; /* MEMBER_OPENING: the queued lease it was opened for, if still queued */
	bool proved;  /* has just come up or answered: it is alive */
	struct timer *idle;
	TAILQ_ENTRY(member) entry;
};

struct lease {
	struct pool *pool;
	struct member *member;	/* when granted */
	struct member *opening; /* the connection being opened for it */
	struct defer *defer;	/* a grant or failure on its way */
	lease_fn fn;
	void *arg;
	uint64_t set;
	bool fresh;
	bool queued;
	bool reused;
	bool failed;
	struct outcome outcome;
	TAILQ_ENTRY(lease) entry;
};

TAILQ_HEAD(member_list, member);
TAILQ_HEAD(lease_list, lease);

struct pool {
	struct loop *loop;
	const struct log *log;
	const struct partner *partner;
	struct health *health;
	struct sru_client *sru;	       /* what is known of an SRU server; NULL */
	struct member_list members[3]; /* by place */
	unsigned count[3];
	struct lease_list queue;
	unsigned queued, leases;
	uint32_t *serial;
	unsigned long opened;
	bool retired;
	void (*gone)(void *arg);
	void *gone_arg;
};

static void member_on_conn(
    void *arg, struct conn *conn, enum conn_news news, const struct reply *reply);

struct pool *pool_create(struct loop *loop, const struct log *log, const struct partner *partner,
    struct health *health, uint32_t *serial)
{
	struct pool *pool = calloc(1, sizeof *pool);

	if (!pool)
		abort();
	pool->loop = loop;
	pool->log = log;
	pool->partner = partner;
	pool->health = health;
	pool->serial = serial;
	pool->sru = sru_server_create(&partner->target);
	for (int i = 0; i < 3; i++)
		TAILQ_INIT(&pool->members[i]);
	TAILQ_INIT(&pool->queue);
	return pool;
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

/* Members: the only functions that change a connection's place. */

static void member_enter(struct member *member, enum member_place place)
{
	struct pool *pool = member->pool;

	TAILQ_REMOVE(&pool->members[member->place], member, entry);
	pool->count[member->place]--;
	member->place = place;
	TAILQ_INSERT_HEAD(&pool->members[place], member, entry);
	pool->count[place]++;
	if (place == MEMBER_IDLE) {
		member->proved = false;
		timer_arm(member->idle, loop_now(pool->loop) + pool->partner->target.idle);
	} else {
		timer_disarm(member->idle);
	}
}

static void member_destroy(struct member *member)
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
	member->idle = timer_create_on(pool->loop, member_on_idle, member);
	TAILQ_INSERT_TAIL(&pool->members[MEMBER_OPENING], member, entry);
	pool->count[MEMBER_OPENING]++;
	pool->opened++;
	member->conn = conn_open(
	    pool->loop, pool->partner, pool->sru, ++*pool->serial, member_on_conn, member);
}

static bool pool_has_room(const struct pool *pool)
{
	return pool->count[MEMBER_OPENING] + pool->count[MEMBER_IDLE] + pool->count[MEMBER_LEASED] <
	       pool->partner->target.connections;
}

/* The partner may be given one more search to work at. */
static bool pool_may_work(const struct pool *pool)
{
	unsigned most = pool->partner->target.searches;

	return !most || pool->count[MEMBER_OPENING] + pool->count[MEMBER_LEASED] < most;
}

static void pool_maybe_go(struct pool *pool)
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

/* Leases. */

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

/* Hands the connection over; the news follows at the end of the turn. */
static void lease_take(struct lease *lease, struct member *member)
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
	lease->defer = loop_defer(lease->pool->loop, lease_granted, lease);
}

static void lease_fail_later(struct lease *lease, const struct outcome *outcome)
{
	lease_leave_queue(lease);
	lease->failed = true;
	lease->outcome = *outcome;
	lease->defer = loop_defer(lease->pool->loop, lease_granted, lease);
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

/* Opens connections for queued leases that have none coming, as far as there is room. */
static void pool_open_more(struct pool *pool)
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

/* Gives a connection that has become free to the first who waits, else lets it rest. */
static void pool_place(struct pool *pool, struct member *member)
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

	log_line(pool->log, LOG_INFO, "connection-failed", "partner=%s reason=%s detail=%s",
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
	if (new_search && !budget_take(&health->budget, loop_now(pool->loop))) {
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

void pool_turn_away(struct pool *pool, const struct outcome *refusal)
{
	struct lease *lease, *next;

	for (lease = TAILQ_FIRST(&pool->queue); lease; lease = next) {
		next = TAILQ_NEXT(lease, entry);
		if (!lease->opening)
			lease_fail_later(lease, refusal);
	}
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
	return budget_take(&lease->pool->health->budget, loop_now(lease->pool->loop));
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
