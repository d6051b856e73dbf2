#include "loop/http_in.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>
#include <event2/http.h>
#include <event2/listener.h>

#include "base/log.h"
#include "base/map.h"
#include "loop/http_internal.h"
#include "loop/loop_internal.h"
#include "loop/timer.h"

#define BACKLOG 1024
#define PAUSE_MS 100 /* of accepting, when there is no descriptor for another connection */

bool http_address_is_exempt(const char *address)
{
	struct in_addr in;
	struct in6_addr in6;

	if (inet_pton(AF_INET, address, &in) == 1)
		return (ntohl(in.s_addr) >> 24) == 127;
	if (inet_pton(AF_INET6, address, &in6) != 1)
		return false;
	return IN6_IS_ADDR_LOOPBACK(&in6) || (IN6_IS_ADDR_V4MAPPED(&in6) && in6.s6_addr[12] == 127);
}

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

static struct addrinfo *find_address(const char *host, unsigned port, char *why, size_t size)
{
	struct addrinfo hints = {
	    .ai_flags = AI_PASSIVE | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM};
	struct addrinfo *list = NULL;
	char service[16];

	snprintf(service, sizeof service, "%u", port);

	int code = getaddrinfo(*host ? host : NULL, service, &hints, &list);

	if (code != 0)
		snprintf(why, size, "%s: %s", host, gai_strerror(code));
	return code == 0 ? list : NULL;
}

static struct evconnlistener *listen_on(
    struct http_in *http, const char *host, unsigned port, char *why, size_t size)
{
	unsigned flags = LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC | LEV_OPT_REUSEABLE;
	struct addrinfo *list = find_address(host, port, why, size);
	struct evconnlistener *listener = NULL;

	for (struct addrinfo *i = list; i && !listener; i = i->ai_next) {
		listener = evconnlistener_new_bind(loop_base(http->loop), NULL, NULL, flags,
		    BACKLOG, i->ai_addr, (int)i->ai_addrlen);
		if (!listener)
			snprintf(why, size, "%s port %u: %s", host, port, strerror(errno));
	}
	if (list)
		freeaddrinfo(list);
	return listener;
}

static void note_address(struct http_in *http, struct evconnlistener *listener)
{
	struct sockaddr_storage socket;
	socklen_t length = sizeof socket;
	char host[INET6_ADDRSTRLEN] = "?", port[8] = "0";

	getsockname(evconnlistener_get_fd(listener), (struct sockaddr *)&socket, &length);
	getnameinfo((struct sockaddr *)&socket, length, host, sizeof host, port, sizeof port,
	    NI_NUMERICHOST | NI_NUMERICSERV);
	http->port = (unsigned)atoi(port);
	snprintf(http->address, sizeof http->address,
	    socket.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host, port);
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

	struct evconnlistener *listener = listen_on(http, host, port, why, size);

	if (!listener) {
		free(http);
		return NULL;
	}
	note_address(http, listener);
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
