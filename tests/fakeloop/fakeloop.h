#ifndef SILANG_TESTS_FAKELOOP_H
#define SILANG_TESTS_FAKELOOP_H
/*
 * The functions of src/loop/ over a virtual clock, for scenes: link this library instead of
 * libloop.a. Nothing here opens a socket or looks at the time. The clock stands still while
 * anything can run and then jumps to the next moment at which something is due.
 *
 * What a scene controls: names and hosts that links can reach (struct fakehost) and the far end of
 * each link (struct fakepeer); HTTP clients (struct fakerequest); signals. What it can ask: counts
 * of everything that is still open, so that a scene can end with "nothing leaked".
 *
 * Everything is deterministic: the same calls and the same seed give the same order of things.
 * Delays are in ms of the virtual clock; what is due at one moment happens in the order it was
 * asked for. A turn is: what the world does, timers that are due, deferred calls.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/duration.h"
#include "loop/http_in.h"
#include "loop/link.h"
#include "loop/loop.h"

/* ---- running ---- */

/* loop_run ends at loop_stop, as the real one, or when nothing is left that could ever happen. */
/* One turn; false when nothing is left to do. Jumps in time when it must. */
bool fakeloop_step(struct loop *loop);
/* All that is due up to `ms` from now; the clock then stands there exactly. */
void fakeloop_run_for(struct loop *loop, msec_t ms);
/* Until the condition holds; false when `limit` ms passed or nothing was left to do. */
bool fakeloop_run_until(struct loop *loop, bool (*condition)(void *arg), void *arg, msec_t limit);
/* Until nothing happens any more at this moment; the clock does not move. */
void fakeloop_settle(struct loop *loop);

/* From now on each piece of bytes is cut at places drawn from `seed`, both ways; 0: not cut. */
void fakeloop_set_splitting(struct loop *loop, unsigned long seed);
/* Seconds since the epoch at loop time 0 (1,700,000,000 at first). */
void fakeloop_set_wall_clock(struct loop *loop, long long seconds);
/* Calls `fn` once, as part of the world, `delay` ms from now. */
void fakeloop_at(struct loop *loop, msec_t delay, void (*fn)(void *arg), void *arg);
/* A line for each thing that happens between the program and the world, with its time. */
void fakeloop_set_trace(struct loop *loop, void (*fn)(void *arg, const char *line), void *arg);

/* What is still there. */
struct fakeloop_counts {
	size_t links;  /* not yet closed by link_close */
	size_t timers; /* that exist */
	size_t timers_armed;
	size_t defers;	  /* pending */
	size_t exchanges; /* requests without reply */
	size_t listeners; /* not yet closed by http_in_close, listen_close */
	size_t signals;	  /* watches */
	size_t world;	  /* things the world still means to do */
	size_t turns;	  /* taken so far */
};
void fakeloop_counts(const struct loop *loop, struct fakeloop_counts *out);
/* "" when nothing is left of all but `listeners` and `signals`; else what, for people. */
const char *fakeloop_leaks(const struct loop *loop);

/* ---- names and hosts ---- */

/* Numbers, "localhost" and names of hosts registered below resolve at once without this. */
void fakeloop_name(struct loop *loop, const char *name, msec_t delay, bool exists);

enum fakehost_mode {
	FAKEHOST_ANSWERS,
	FAKEHOST_REFUSES,
	FAKEHOST_UNREACHABLE,
	FAKEHOST_SILENT,	/* the connection attempt is never answered */
	FAKEHOST_TLS_FAILS,	/* links with TLS fail in the handshake */
	FAKEHOST_TLS_SILENT,	/* the handshake is never answered */
	FAKEHOST_NO_DESCRIPTORS /* our side has none left */
};

struct fakehost;
struct fakepeer;
/* Called when a link has connected, before it is told so. */
typedef void (*fakehost_accept_fn)(void *arg, struct fakepeer *peer);

/* Who answers at host:port; lives as long as the loop. Anything else there refuses. */
struct fakehost *fakeloop_host(
    struct loop *loop, const char *host, unsigned port, fakehost_accept_fn fn, void *arg);
/* How it treats connections from now on; `text` is the failure's text (NULL: one that fits). */
void fakehost_set_mode(struct fakehost *host, enum fakehost_mode mode, const char *text);
/* From the name's answer to the connection (or its failure), and for the TLS handshake. */
void fakehost_set_delays(struct fakehost *host, msec_t connect, msec_t tls);
/* Asked once for each attempt, when it arrives: how this one is treated, and how much later than
 * now. In place of the mode above. */
typedef enum fakehost_mode (*fakehost_knock_fn)(void *arg, msec_t *delay);
void fakehost_on_knock(struct fakehost *host, fakehost_knock_fn fn, void *arg);
/* Connections begun so far, and now established. */
unsigned fakehost_attempts(const struct fakehost *host);
unsigned fakehost_connections(const struct fakehost *host);

/* ---- the far end of a link ---- */

enum fakepeer_event {
	FAKEPEER_DATA,	/* bytes have come: fakepeer_received, fakepeer_take */
	FAKEPEER_CLOSED /* our program has closed; the peer is dead afterwards */
};
typedef void (*fakepeer_fn)(void *arg, struct fakepeer *peer, enum fakepeer_event event);

void fakepeer_on(struct fakepeer *peer, fakepeer_fn fn, void *arg);
/* The following happen `delay` ms from now, but never before what was asked for earlier. */
void fakepeer_send(struct fakepeer *peer, msec_t delay, const void *bytes, size_t length);
/* `piece` bytes at a time, the first after `delay`, then one piece each `interval` ms. */
void fakepeer_drip(struct fakepeer *peer, msec_t delay, const void *bytes, size_t length,
    size_t piece, msec_t interval);
void fakepeer_close(struct fakepeer *peer, msec_t delay);
void fakepeer_reset(struct fakepeer *peer, msec_t delay);
/* Gone without a word: nothing comes any more, and the link fails FAKEPEER_SILENCE after the next
 * write to it (what the real links ask of the kernel). */
#define FAKEPEER_SILENCE 3000
void fakepeer_vanish(struct fakepeer *peer);
/* All that has come and was not taken, contiguous, until the next call. */
const uint8_t *fakepeer_received(const struct fakepeer *peer, size_t *length);
void fakepeer_take(struct fakepeer *peer, size_t length);
/* A peer that does not read: what is written to it stays on the way (no LINK_DRAINED). */
void fakepeer_set_reading(struct fakepeer *peer, bool reading);
/* Whether the link asked for TLS, and with what; NULL without. */
const struct link_tls *fakepeer_tls(const struct fakepeer *peer);
struct fakehost *fakepeer_host(const struct fakepeer *peer);
struct loop *fakepeer_loop(const struct fakepeer *peer);

/* ---- clients of byte streams ---- */

/* Connects, in a later turn, to the listener (listen.h) at that port; 0: the first there is. Where
 * nobody listens, or a limit stands against it, it is closed (FAKEPEER_CLOSED). `address` is who it
 * is; NULL: 127.0.0.1. */
struct fakepeer *fakeloop_client(struct loop *loop, unsigned port, const char *address);

/* ---- HTTP clients ---- */

struct fakerequest;

struct fakeheader {
	const char *name, *value;
};

/* Sends a request to the first open listener, in a later turn; `headers` end with a NULL name and
 * may be NULL, as may `body` when it is empty, and `peer` (then 127.0.0.1). Lives until
 * fakerequest_free. Without a listener that takes connections it ends as refused. */
struct fakerequest *fakeloop_request(struct loop *loop, const char *method,
    const char *path_and_query, const struct fakeheader *headers, const void *body, size_t length,
    const char *peer);
/* Same, to the listener at that port. */
struct fakerequest *fakeloop_request_to(struct loop *loop, unsigned port, const char *method,
    const char *path_and_query, const struct fakeheader *headers, const void *body, size_t length,
    const char *peer);
/* The client goes away `delay` ms from now; nothing when it has its response by then. */
void fakerequest_abandon(struct fakerequest *request, msec_t delay);
enum fakerequest_state {
	FAKEREQUEST_WAITING,
	FAKEREQUEST_ANSWERED,
	FAKEREQUEST_REFUSED, /* no listener */
	FAKEREQUEST_GONE,    /* abandoned */
	FAKEREQUEST_DROPPED  /* the listener was closed */
};
enum fakerequest_state fakerequest_state(const struct fakerequest *request);
bool fakerequest_is_over(const struct fakerequest *request); /* any but waiting */
int fakerequest_status(const struct fakerequest *request);   /* 0 when not answered */
const char *fakerequest_header(const struct fakerequest *request, const char *name); /* NULL */
/* NUL-terminated; empty for HEAD, whose length is in Content-Length. */
const char *fakerequest_body(const struct fakerequest *request, size_t *length);
msec_t fakerequest_time(const struct fakerequest *request); /* from sending to the end */
void fakerequest_free(struct fakerequest *request);

/* ---- signals ---- */

/* In a later turn. Nothing when nobody watches it. */
void fakeloop_signal(struct loop *loop, int number);

#endif
