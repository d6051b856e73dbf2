#ifndef SILANG_LOOP_HTTP_OUT_INTERNAL_H
#define SILANG_LOOP_HTTP_OUT_INTERNAL_H
/* The inside of http_out, in two rooms: http_out.c asks and answers, http_out_curl.c is libcurl on
 * the loop. */
#include <curl/curl.h>
#include "loop/http_out.h"
#include "loop/link_internal.h"

struct timer;

struct http_out {
	struct loop *loop;
	http_out_fn fn;
	void *arg;
	char *host;
	unsigned port;
	bool secure;
	struct link_tls tls; /* own copies */
	size_t body_max;

	CURLM *multi;
	CURL *easy;
	struct curl_slist *headers, *address;
	struct timer *timer; /* curl's */
	enum http_out_stage stage;
	struct link *dial;
	int fd;			       /* connected, for curl to take; -1 */
	unsigned sockets;	       /* that curl holds */
	bool wanting;		       /* curl has asked for a socket when there was none */
	bool dialled;		       /* this request has had its new connection */
	enum link_failure tls_failure; /* of our own files */
	char curl_text[CURL_ERROR_SIZE], text[LINK_TEXT];

	/* the answer */
	char *location;
	char *body;
	size_t length, room, head;
	struct arena_ledger *ledger;
	size_t counted; /* there, of `room` */
	bool overflow;

	bool telling, closed; /* closed inside the callback: freed after it */
};

/* Makes its handles. */
void out_set_up(struct http_out *out, const struct http_out_options *options);
/* curl is done with the request. The last thing its caller does with `out`. */
void out_done(struct http_out *out, CURLcode code);
/* A failure of curl's, as one of ours; *link when it is one of a link. */
enum http_out_failure out_failure(
    const struct http_out *out, CURLcode code, enum link_failure *link);
/* The same for people. */
const char *out_failure_text(const struct http_out *out, CURLcode code);

#endif
