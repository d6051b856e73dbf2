#ifndef SILANG_FRONT_Z_SESSION_H
#define SILANG_FRONT_Z_SESSION_H
/*
 * One Z39.50 association: a link, the protocol's state over it, the result sets it has named, and
 * the one request that is being worked at.
 *
 *   OPENING until Init is answered · IDLE · AMID a message · BUSY with a request · SENDING until
 * the client has taken the answer · LEAVING until it has taken our Close
 *
 * Each phase but BUSY, which has the search's own deadline, has a time; what is over it is closed
 * with a Close that says why. Read only while nothing is BUSY or SENDING beyond a little.
 */
#include <stdbool.h>
#include <sys/queue.h>
#include "base/duration.h"
#include "front/z_sets.h"
#include "protocol/zserver.h"

struct gateway;
struct link;
struct listener;
struct timer;
struct z_front;
struct z_op;

enum z_phase { Z_OPENING, Z_IDLE, Z_AMID, Z_BUSY, Z_SENDING, Z_LEAVING };

struct z_session {
	struct z_front *front;
	struct gateway *gateway;
	struct link *link;
	struct zserver *server;
	struct timer *timer;
	enum z_phase phase;
	bool opened; /* Init was accepted */
	bool unsent; /* what was written has not left */
	bool paused;
	enum zserver_charset charset; /* of queries */
	bool records_too;	      /* and of records */
	struct z_sets sets;
	struct z_op *op; /* NULL: none */
	TAILQ_ENTRY(z_session) entry;
	char peer[48];
};

TAILQ_HEAD(z_session_list, z_session);

struct z_session *z_session_create(
    struct z_front *front, struct gateway *gateway, struct link *link, const char *peer);
/* Ends it at once, without a word. */
void z_session_destroy(struct z_session *session);
/* Goes on with whatever can go on; the session may be gone afterwards. What has replied to a
 * request from a callback calls it last. */
void z_session_step(struct z_session *session);
/* Says Close when nothing is outstanding; otherwise that happens after the answer. */
void z_session_drain(struct z_session *session);

/* z_front.c: it is gone from the list of all. */
void z_front_forget(struct z_front *front, struct z_session *session);

#endif
