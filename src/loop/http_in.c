#include "loop/http_in.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>
#include <event2/http.h>
#include <event2/listener.h>

#include "base/log.h"
#include "base/map.h"
#include "loop/bind.h"
#include "loop/http_internal.h"
#include "loop/listen_tls.h"
#include "loop/loop_internal.h"
#include "loop/timer.h"

#define PAUSE_MS 100 /* of accepting, when there is no descriptor for another connection */

/* Fires with evhttp's own event whenever somebody wants to connect. When nobody was accepted since
 * the last time, accepting fails (no descriptors, mostly), would fail again at once, and is left
 * alone for a moment. The listener's own error callback would be handed evhttp's argument, not
 * ours. */
static void on_incoming(evutil_socket_t fd, short what, void *arg)
{
	struct http_in *http = arg;

	if (http->accepted_before != http->counts.accepted) {
		http->accepted_before = http->counts.accepted;
		return;
	}
	log_line(loop_log(http->loop), LOG_WARNING, "http-accept", "listener=%s pause=%dms",
	    http->address, PAUSE_MS);
	evconnlistener_disable(evhttp_bound_socket_get_listener(http->bound));
	event_del(http->incoming);
	timer_arm(http->pause, loop_now(http->loop) + PAUSE_MS);
}

static void resume_accepting(void *arg)
{
	struct http_in *http = arg;

	http->accepted_before = ULONG_MAX;
	evconnlistener_enable(evhttp_bound_socket_get_listener(http->bound));
	event_add(http->incoming, NULL);
}

static void on_meet(evutil_socket_t fd, short what, void *arg)
{
	conn_meet_all(arg);
}

static void on_request(struct evhttp_request *request, void *arg)
{
	struct http_in *http = arg;
	struct conn *conn = conn_find(http, evhttp_request_get_connection(request));

	if (!conn || http->closed)
		evhttp_send_error(request, HTTP_SERVUNAVAIL, NULL);
	else
		exchange_begin(conn, request);
}

static void start_evhttp(struct http_in *http, struct evconnlistener *listener)
{
	http->evhttp = evhttp_new(loop_base(http->loop));
	http->meet = event_new(loop_base(http->loop), -1, 0, on_meet, http);
	if (!http->evhttp || !http->meet)
		abort();
	/* Which methods a path knows is said above, or in exchange_begin; evhttp would say 501. */
	evhttp_set_allowed_methods(
	    http->evhttp, EVHTTP_REQ_GET | EVHTTP_REQ_POST | EVHTTP_REQ_HEAD | EVHTTP_REQ_OPTIONS |
			      EVHTTP_REQ_PUT | EVHTTP_REQ_DELETE | EVHTTP_REQ_TRACE |
			      EVHTTP_REQ_CONNECT | EVHTTP_REQ_PATCH);
	evhttp_set_default_content_type(http->evhttp, NULL);
	/* A body that is too long is read to its end, or to body_time, so that the client gets to
	 * see the 413. */
	evhttp_set_flags(http->evhttp, EVHTTP_SERVER_LINGERING_CLOSE);
	evhttp_set_bevcb(http->evhttp, conn_create, http);
	evhttp_set_gencb(http->evhttp, on_request, http);
	http->bound = evhttp_bind_listener(http->evhttp, listener);
	if (!http->bound)
		abort();
	http->incoming = event_new(loop_base(http->loop), evconnlistener_get_fd(listener),
	    EV_READ | EV_PERSIST, on_incoming, http);
	if (!http->incoming)
		abort();
	resume_accepting(http);
}

struct http_in *http_in_listen(struct loop *loop, const char *host, unsigned port,
    const struct http_limits *limits, http_request_fn fn, void *arg, char *why, size_t size)
{
	struct http_in *http = calloc(1, sizeof *http);

	if (!http)
		abort();
	http->loop = loop;
	http->fn = fn;
	http->arg = arg;

	struct evconnlistener *listener = bind_listener(loop, host, port, why, size);

	if (!listener) {
		free(http);
		return NULL;
	}
	http->port = bind_name(listener, http->address);
	http->addresses = map_create();
	http->pause = timer_create_on(loop, resume_accepting, http);
	start_evhttp(http, listener);
	http_in_set_limits(http, limits);
	return http;
}

const char *http_in_address(const struct http_in *http)
{
	return http->address;
}

unsigned http_in_port(const struct http_in *http)
{
	return http->port;
}

void http_in_set_limits(struct http_in *http, const struct http_limits *limits)
{
	http->limits = *limits;
	evhttp_set_max_headers_size(http->evhttp, (ev_ssize_t)limits->head_bytes);
	evhttp_set_max_body_size(http->evhttp, (ev_ssize_t)limits->body_bytes);
}

void http_in_set_tls(struct http_in *http, struct listen_tls *tls)
{
	listen_tls_ref(tls);
	listen_tls_unref(http->tls);
	http->tls = tls;
}

void http_in_counts(const struct http_in *http, struct http_counts *out)
{
	*out = http->counts;
}

void http_in_drain(struct http_in *http)
{
	if (!http->bound)
		return;
	event_free(http->incoming);
	http->incoming = NULL;
	evhttp_del_accept_socket(http->evhttp, http->bound);
	http->bound = NULL;
	timer_disarm(http->pause);
}

static void destroy(void *arg)
{
	struct http_in *http = arg;

	while (http->conns)
		conn_drop(http->conns);
	evhttp_free(http->evhttp);
	event_free(http->meet);
	timer_destroy(http->pause);
	map_destroy(http->addresses);
	listen_tls_unref(http->tls);
	free(http);
}

void http_in_close(struct http_in *http)
{
	http_in_drain(http);
	http->closed = true;
	for (struct conn *conn = http->conns; conn; conn = conn->next)
		if (conn->exchange)
			exchange_gone(conn->exchange);
	turn_bury(loop_turn(http->loop), destroy, http); /* we may be within evhttp */
}
