#ifndef SILANG_TARGET_CONN_H
#define SILANG_TARGET_CONN_H
/*
 * One connection to a partner: a Z39.50 association on a link, or a place from which one HTTP
 * request at a time goes out to an SRU server. Owned by its pool; used by one lease at a time.
 *
 *   CONNECTING -> SECURING -> INITIALISING -> READY <-> BUSY          any -> DEAD
 *
 * An SRU one is READY at once; while it is asked something and has no connection yet, it is
 * CONNECTING or SECURING in place of BUSY, and INITIALISING while the server is asked what it
 * has (explain).
 *
 * It has no deadlines: whoever waits for it knows his own and closes it. Result sets: a Z39.50
 * connection holds as many as the target lets it name (CONN_SLOTS), in slots used round and round;
 * each set is known by a number that no two searches share. An SRU server is asked the question
 * again for each piece of its records, so that any connection to it holds every set.
 */
#include <stdbool.h>
#include <stdint.h>
#include <yaz/z-core.h>
#include "base/duration.h"
#include "protocol/reply.h"
#include "query/degrade.h"
#include "target/outcome.h"

struct arena_ledger;
struct arena;
struct ask_refused;
struct ask_server;
struct conn;
struct loop;
struct partner;
struct query;
struct question;
struct sru_client;

#define CONN_SLOTS 8

enum conn_state {
	CONN_CONNECTING, /* resolving included */
	CONN_SECURING,
	CONN_INITIALISING,
	CONN_READY,
	CONN_BUSY,
	CONN_DEAD
};

enum conn_news { CONN_IS_READY, CONN_ANSWERED, CONN_FAILED };

/* CONN_ANSWERED: `reply` is the one to the request under way (valid during the callback); the
 * connection is READY again. CONN_FAILED: see conn_outcome; the connection is DEAD and must be
 * closed by its owner. */
typedef void (*conn_fn)(
    void *arg, struct conn *conn, enum conn_news news, const struct reply *reply);

/* A question as the partner's protocol asks it; lives as long as the request. */
struct conn_question {
	Z_RPNQuery *rpn;	/* Z39.50 */
	const Odr_any *encoded; /* the same by zclient_encode_query, or NULL */
	/* SRU: made into CQL for the version that the server speaks, without what it refuses. */
	const struct question *tree;
	const struct ask_refused *refused;
	bool ordered; /* not without the tree's order */
};

struct conn_search {
	struct conn_question question;
	unsigned piggyback;   /* records wanted with the answer; 0: none */
	const char *hop_mark; /* NULL none */
	unsigned patience;    /* of conn_patience; 0: it is not told */
};

struct conn_present {
	struct conn_question question;
	unsigned start, count; /* from 1; at least 1 */
	const char *hop_mark;
	unsigned patience;
};

struct conn_scan {
	Z_AttributesPlusTerm *start; /* Z39.50 */
	const struct query *clause;  /* SRU */
	unsigned count;		     /* terms wanted, at least 1 */
	unsigned position; /* where among them `start` is to stand, from 1; count + 1: after them */
	const char *hop_mark;
	unsigned patience;
};

/* What an SRU server is told of the time that is left: a bit less, so that a gateway answers with
 * what it has while somebody still waits. In few different values, since each is a question of its
 * own there. 0: too little to speak of. */
unsigned conn_patience(msec_t left);

/* Starts connecting; `partner` must outlive it, and so must `sru`, what is known of an
 * SRU server (else NULL). `serial` is its own number,
 * from 1. What it holds of messages counts in `ledger`, which may be NULL. */
struct conn *conn_open(struct loop *loop, struct arena_ledger *ledger,
    const struct partner *partner, struct sru_client *sru, uint32_t serial, conn_fn fn, void *arg);
/* Ends it at once in any state, no callback follows; a Close is sent when the association is in
 * order. */
void conn_close(struct conn *conn);

enum conn_state conn_state(const struct conn *conn);
const struct outcome *conn_outcome(const struct conn *conn); /* DEAD: why */
bool conn_was_used(const struct conn *conn);		     /* has answered a request before */

/* These only when READY. The search's result set replaces the oldest one held; returns its number.
 */
uint64_t conn_search(struct conn *conn, struct conn_search *search);
void conn_present(struct conn *conn, uint64_t set, const struct conn_present *present);
void conn_scan(struct conn *conn, const struct conn_scan *scan);
/* The smallest question there is: whether it answers. */
void conn_probe(struct conn *conn);
/* The target takes scans; known once READY. */
bool conn_scans(const struct conn *conn);
bool conn_holds(const struct conn *conn, uint64_t set);
/* What is known of an SRU server, for the words of a question. */
struct ask_server conn_server(const struct conn *conn, struct arena *arena);
/* SRU: what does not hold of the last tree as it was asked; "" when all does. */
const char *conn_lost(const struct conn *conn);

#endif
