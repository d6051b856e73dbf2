#ifndef SILANG_TARGET_POOL_PARTS_H
#define SILANG_TARGET_POOL_PARTS_H
/* What a pool's connections (pool.c) and its leases (lease.c) know of each other. */
#include <sys/queue.h>
#include "target/pool.h"

struct timer;
struct defer;

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
	struct pool_env *env;
	const struct partner *partner;
	struct health *health;
	struct sru_client *sru;	       /* what is known of an SRU server; NULL */
	struct member_list members[3]; /* by place */
	unsigned count[3];
	struct lease_list queue;
	unsigned queued, leases;
	unsigned long opened;
	bool retired;
	void (*gone)(void *arg);
	void *gone_arg;
};

/* The only functions that change a connection's place. */
void member_enter(struct member *member, enum member_place place);
void member_destroy(struct member *member);

bool pool_has_room(const struct pool *pool);
/* The partner may be given one more search to work at. */
bool pool_may_work(const struct pool *pool);
/* Opens connections for queued leases that have none coming, as far as there is room. */
void pool_open_more(struct pool *pool);
/* Gives a connection that has become free to the first who waits, else lets it rest. */
void pool_place(struct pool *pool, struct member *member);
/* A retired pool goes with its last lease. */
void pool_maybe_go(struct pool *pool);

/* Hands the connection over; the news follows at the end of the turn. */
void lease_take(struct lease *lease, struct member *member);
void lease_fail_later(struct lease *lease, const struct outcome *outcome);

#endif
