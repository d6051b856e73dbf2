#ifndef SILANG_LOOP_HTTP_OUT_H
#define SILANG_LOOP_HTTP_OUT_H
/*
 * HTTP/1.1 to a partner: one request out at a time for each handle, its answer whole and once. The
 * connection is kept for the next request; when it proves to have died meanwhile, before anything
 * of an answer came, the request is put once more on a new one.
 *
 * No deadlines of its own: whoever has it knows his and closes it. A redirect is an answer like
 * another: nobody is followed. No proxies, no cookies, and what the body was compressed with is
 * gone.
 */
#include <stdbool.h>
#include <stddef.h>
#include "loop/link.h"

struct arena_ledger;
struct loop;
struct http_out;

struct http_out_options {
	const char *host; /* name or number, no brackets */
	unsigned port;
	const struct link_tls *tls;  /* NULL: http; else https, verified */
	const char *user, *password; /* NULL; else sent as basic authentication (RFC 7617) */
	size_t body_max;	     /* of an answer, decoded */
	struct arena_ledger *ledger; /* what is held of an answer counts there; may be NULL */
};

struct http_out_request {
	const char *target; /* path and query as they go out, in ASCII and percent-encoded */
	const char *accept; /* the Accept header; NULL: none */
	const char *body;   /* NULL: a GET; else a POST of it */
	size_t length;
	const char *content_type; /* of the body */
};

enum http_out_stage {
	HTTP_OUT_IDLE,
	HTTP_OUT_RESOLVING,
	HTTP_OUT_CONNECTING,
	HTTP_OUT_SECURING,
	HTTP_OUT_WAITING, /* the request is on its way, nothing has come yet */
	HTTP_OUT_RECEIVING
};

enum http_out_failure {
	HTTP_OUT_OK,
	HTTP_OUT_LINK,	  /* see `link` */
	HTTP_OUT_CLOSED,  /* the connection ended before the answer did */
	HTTP_OUT_GARBLED, /* what came was not HTTP, or not compressed as it said */
	HTTP_OUT_TOO_LARGE
};

/* Strings and body live until the callback returns, or asks again. */
struct http_out_answer {
	enum http_out_failure failure;
	enum link_failure link;
	const char *text;		     /* of a failure, for people */
	int status;			     /* 200, … */
	const char *content_type, *location; /* as sent; "" when absent */
	const void *body;
	size_t length;
};

typedef void (*http_out_fn)(void *arg, struct http_out *out, const struct http_out_answer *answer);

/* Copies its options; connects to nobody before the first request. */
struct http_out *http_out_create(
    struct loop *loop, const struct http_out_options *options, http_out_fn fn, void *arg);
/* Only when idle; copies what it needs. The answer comes in a later turn. */
void http_out_send(struct http_out *out, const struct http_out_request *request);
enum http_out_stage http_out_stage(const struct http_out *out);
/* Ends it at once, from any stage and inside its own callback; no callback follows. */
void http_out_close(struct http_out *out);

/* The largest head of an answer. */
#define HTTP_OUT_HEAD_MAX (64u << 10)

#endif
