#ifndef SILANG_LOOP_LISTEN_H
#define SILANG_LOOP_LISTEN_H
/*
 * Byte streams from clients: a listener hands over open links, the same that link_connect gives
 * (link.h), already at LINK_OPEN; or at LINK_SECURING when the listener shows a certificate, and
 * LINK_CONNECTED or LINK_FAILED follow. How long that may take is up to whoever took the link.
 * Limits are kept here, as http_in keeps its own: connections in all and for each address; what is
 * over a limit is closed at once and counted.
 *
 * A link belongs to whoever took it, not to its listener, and may outlive it.
 */
#include <stdbool.h>
#include <stddef.h>

struct link;
struct listen_tls;
struct listener;
struct loop;

struct listen_limits {
	unsigned connections;		  /* in all */
	unsigned connections_per_address; /* of one client address; loopback is exempt */
};

struct listen_counts {
	unsigned connections;		 /* now */
	unsigned long accepted, refused; /* since start */
};

/* A client has connected. The callee must take the link (link_take) or close it before it returns;
 * events of the link come in later turns. `peer` is the numeric address, valid during the call. */
typedef void (*listen_fn)(void *arg, struct link *link, const char *peer);

/* Listens; port 0 lets the kernel choose. NULL with the reason in `why`. */
struct listener *listen_open(struct loop *loop, const char *host, unsigned port,
    const struct listen_limits *limits, listen_fn fn, void *arg, char *why, size_t size);
/* "127.0.0.1:34567", "[::1]:34567" as really bound. */
const char *listen_address(const struct listener *listener);
unsigned listen_port(const struct listener *listener);
void listen_set_limits(struct listener *listener, const struct listen_limits *limits);
/* New connections are TLS with this certificate, or plain again (NULL). Takes a reference. */
void listen_set_tls(struct listener *listener, struct listen_tls *tls);
void listen_counts(const struct listener *listener, struct listen_counts *out);
/* Takes no more connections; links handed over stay. */
void listen_drain(struct listener *listener);
/* Drains; the pointer is dead. */
void listen_close(struct listener *listener);

#endif
