#ifndef SILANG_LOOP_HTTP_INTERNAL_H
#define SILANG_LOOP_HTTP_INTERNAL_H
/*
 * The inside of http_in, in three rooms: http_in.c listens and counts, http_conn.c watches over one
 * connection (evhttp has neither a deadline for a whole request nor a hook for a connection's end),
 * http_exchange.c is one request and its response.
 *
 * A connection's record is born in evhttp's bufferevent callback, where neither its descriptor nor
 * evhttp's own object exist; it is introduced to both by conn_meet, in an event that runs before
 * the first byte can be read. evhttp's close callback ends it.
 */
#include <netinet/in.h>
#include <stdlib.h>
#define uthash_fatal(message) abort()
#include <uthash.h>
#include "loop/bind.h"
#include "loop/http_in.h"

struct bufferevent;
struct conn;
struct event;
struct evhttp;
struct evhttp_bound_socket;
struct evhttp_connection;
struct evhttp_request;
struct event_base;
struct map;
struct timer;

struct http_in {
	struct loop *loop;
	struct http_limits limits;
	http_request_fn fn;
	void *arg;
	struct listen_tls *tls; /* NULL: plain */
	struct evhttp *evhttp;
	struct evhttp_bound_socket *bound; /* NULL when draining */
	struct timer *pause;		   /* of accepting, when descriptors are short */
	struct event *incoming;		   /* somebody connects; NULL when draining */
	unsigned long accepted_before;	   /* when that was last seen */
	struct event *meet;
	struct conn *conns;    /* all, the newest first */
	struct conn *by_evcon; /* those that are met, hashed */
	struct map *addresses; /* client address -> struct tally, those that are limited */
	struct http_counts counts;
	unsigned turned_away; /* refused connections not yet closed */
	bool closed;	      /* waits for the end of the turn */
	unsigned port;
	char address[BIND_TEXT];
};

enum conn_phase {
	CONN_HEAD,    /* reading a request's head (a new connection, too) */
	CONN_BODY,    /* reading its body */
	CONN_PENDING, /* the request is with the floors above */
	CONN_WRITING, /* the response is on its way */
	CONN_IDLE,    /* kept alive between two requests */
	CONN_REFUSED  /* told 503; waits for the client to close */
};

struct conn {
	struct conn *prev, *next;
	struct http_in *http;
	struct bufferevent *stream;	 /* counted: ours, too */
	struct evhttp_connection *evcon; /* NULL until met */
	bool met, counted_address, secure;
	enum conn_phase phase;
	unsigned blank; /* newlines in a row at the end of what has been read of the head */
	bool begun;	/* the head has a character */
	struct timer *timer;
	struct event *watch; /* for the client's departure, while pending */
	struct http_exchange *exchange;
	char peer[INET6_ADDRSTRLEN];
	UT_hash_handle hh;
};

struct http_exchange {
	struct conn *conn; /* NULL once the client has gone */
	struct evhttp_request *request;
	struct arena *arena;
	const char *method, *path, *query;
	struct exchange_header *headers;
	const void *body;
	size_t body_length;
	http_gone_fn gone;
	void *gone_arg;
};

/* evhttp's callback for a new connection's bufferevent. */
struct bufferevent *conn_create(struct event_base *base, void *http);
/* Introduces all new connections. */
void conn_meet_all(struct http_in *http);
/* The one that evhttp knows as `evcon`. */
struct conn *conn_find(struct http_in *http, struct evhttp_connection *evcon);
void conn_set_phase(struct conn *conn, enum conn_phase phase);
void conn_watch(struct conn *conn);
void conn_unwatch(struct conn *conn);
/* Closes it; the record is gone afterwards. Not from within evhttp's callbacks. */
void conn_drop(struct conn *conn);
/* The response has left; the next request may already be in the buffer. */
void conn_next_request(struct conn *conn);

/* Takes in evhttp's request, and tells the listener's owner. */
void exchange_begin(struct conn *conn, struct evhttp_request *request);
/* Tells its owner that the client has gone, and frees it. */
void exchange_gone(struct http_exchange *exchange);

#endif
