#ifndef SILANG_TARGET_CONN_H
#define SILANG_TARGET_CONN_H
/*
 * One Z39.50 connection to a partner: a link, and the association on it. Owned by its pool; used by
 * one lease at a time.
 *
 *   CONNECTING -> SECURING -> INITIALISING -> READY <-> BUSY          any -> DEAD
 *
 * It has no deadlines: whoever waits for it knows his own and closes it. Result sets: a connection
 * holds as many as the target lets it name (CONN_SLOTS), in slots used round and round; each set
 * is known by a number that no two searches share.
 */
#include <stdbool.h>
#include <stdint.h>
#include "base/duration.h"
#include "protocol/zclient.h"
#include "target/outcome.h"

struct conn;
struct loop;
struct partner;

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

/* Starts connecting; `partner` must outlive it. `serial` is its own number, from 1. */
struct conn *conn_open(
    struct loop *loop, const struct partner *partner, uint32_t serial, conn_fn fn, void *arg);
/* Ends it at once in any state, no callback follows; a Close is sent when the association is in
 * order. */
void conn_close(struct conn *conn);

enum conn_state conn_state(const struct conn *conn);
const struct outcome *conn_outcome(const struct conn *conn); /* DEAD: why */
bool conn_was_used(const struct conn *conn);		     /* has answered a request before */

/* All three only when READY. The search's result set replaces the oldest one held; returns its
 * number. */
uint64_t conn_search(struct conn *conn, struct zclient_search *search);
void conn_present(struct conn *conn, uint64_t set, struct zclient_present *present);
/* The target takes scans; known once READY. */
bool conn_scans(const struct conn *conn);
void conn_scan(struct conn *conn, const struct zclient_scan *scan);
bool conn_holds(const struct conn *conn, uint64_t set);

#endif
