#ifndef SILANG_LOOP_HTTP_IN_H
#define SILANG_LOOP_HTTP_IN_H
/*
 * HTTP/1.1 from clients: whole requests in, one response out for each, "the client has gone" in
 * between. Limits are kept here: connections in all and for each address, size of head and body,
 * time for head and body (a timer from accept, so that a slow drip does not outlive it).
 */
#include <stdbool.h>
#include <stddef.h>
#include "base/duration.h"

struct listen_tls;
struct loop;
struct log;
struct http_in;
struct http_exchange; /* one request and its response */

struct http_limits {
	unsigned connections; /* in all; more are answered 503 and closed */
	unsigned
	    connections_per_address;   /* of one client address; loopback is exempt from this one */
	size_t head_bytes, body_bytes; /* 32 KiB, 1 MiB by default in daemon */
	msec_t head_time, body_time, idle_time;
};

struct http_counts {
	unsigned connections;		 /* now */
	unsigned long accepted, refused; /* since start */
};

typedef void (*http_request_fn)(void *arg, struct http_exchange *exchange);
typedef void (*http_gone_fn)(void *arg, struct http_exchange *exchange);

/* Listens; port 0 lets the kernel choose. NULL with the reason in `why`. */
struct http_in *http_in_listen(struct loop *loop, const char *host, unsigned port,
    const struct http_limits *limits, http_request_fn fn, void *arg, char *why, size_t size);
/* "127.0.0.1:34567", "[::1]:34567" as really bound. */
const char *http_in_address(const struct http_in *http);
unsigned http_in_port(const struct http_in *http);
void http_in_set_limits(struct http_in *http, const struct http_limits *limits);
/* New connections are HTTPS with this certificate, or plain again (NULL). Takes a reference. The
 * handshake is part of the first request's head_time. */
void http_in_set_tls(struct http_in *http, struct listen_tls *tls);
void http_in_counts(const struct http_in *http, struct http_counts *out);
/* Takes no more connections; those open are told Connection: close with their next response. */
void http_in_drain(struct http_in *http);
/* Closes the listener and all connections; exchanges still open get their gone callback first. */
void http_in_close(struct http_in *http);

/* All strings live as long as the exchange. Method in capitals; path and query as sent, undecoded.
 */
const char *http_method(const struct http_exchange *exchange);
const char *http_path(const struct http_exchange *exchange);
const char *http_query(const struct http_exchange *exchange);			 /* "" when none */
const char *http_header(const struct http_exchange *exchange, const char *name); /* NULL */
const void *http_body(const struct http_exchange *exchange, size_t *length);
const char *http_peer(const struct http_exchange *exchange); /* numeric address */
bool http_is_secure(const struct http_exchange *exchange);   /* it came by TLS */
/* Called once if the client goes away before the reply; the exchange is dead after the callback. A
 * client that closes only its sending side (nc -N) counts as gone: it cannot be told apart. */
void http_on_gone(struct http_exchange *exchange, http_gone_fn fn, void *arg);
/* A header of the response to come. */
void http_add_header(struct http_exchange *exchange, const char *name, const char *value);
/* Sends (copies) and ends the exchange; the pointer is dead. A HEAD request gets no body but its
 * length. */
void http_reply(struct http_exchange *exchange, int status, const char *content_type,
    const void *body, size_t length);

#endif
