#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <event2/event.h>
#include <event2/http.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "base/map.h"
#include "loop/http_internal.h"
#include "loop/listen_tls.h"
#include "loop/loop.h"
#include "loop/loop_internal.h"
#include "loop/timer.h"

#define REFUSED_MS 1000	 /* a client that was refused has this long to read why and to close */
#define REFUSED_KEPT 128 /* beyond so many at once they are closed without waiting */

struct tally {
	unsigned connections;
};

static const char busy_text[] = "HTTP/1.1 503 Service Unavailable\r\n"
				"Content-Type: text/plain; charset=utf-8\r\n"
				"Content-Length: 21\r\n"
				"Retry-After: 1\r\n"
				"Connection: close\r\n"
				"\r\n"
				"too many connections\n";

static const char slow_text[] = "HTTP/1.1 408 Request Timeout\r\n"
				"Content-Type: text/plain; charset=utf-8\r\n"
				"Content-Length: 17\r\n"
				"Connection: close\r\n"
				"\r\n"
				"request too slow\n";

/* Past evhttp, which has no response of its own under way here. What does not fit is lost. */
static void send_at_once(struct conn *conn, const char *text, size_t length)
{
	ssize_t sent = 0;

	if (!conn->secure)
		sent = send(
		    bufferevent_getfd(conn->stream), text, length, MSG_NOSIGNAL | MSG_DONTWAIT);
	else if (SSL_is_init_finished(bufferevent_openssl_get_ssl(conn->stream)))
		sent = SSL_write(bufferevent_openssl_get_ssl(conn->stream), text, (int)length);
	ERR_clear_error();
	(void)sent;
}

static msec_t deadline(struct conn *conn)
{
	const struct http_limits *limits = &conn->http->limits;
	msec_t now = loop_now(conn->http->loop);

	switch (conn->phase) {
	case CONN_HEAD: return now + limits->head_time;
	case CONN_BODY: return now + limits->body_time;
	case CONN_PENDING: return MSEC_NEVER;
	case CONN_WRITING:
	case CONN_IDLE: return now + limits->idle_time;
	case CONN_REFUSED: return now + REFUSED_MS;
	}
	return MSEC_NEVER;
}

void conn_set_phase(struct conn *conn, enum conn_phase phase)
{
	if (phase == CONN_HEAD) {
		conn->begun = false;
		conn->blank = 0;
	}
	conn->phase = phase;
	timer_arm(conn->timer, deadline(conn));
}

/* Looks for the blank line that ends a head; blank lines before a request do not count. */
static void scan_head(struct conn *conn, const char *text, size_t length)
{
	for (size_t i = 0; i < length && conn->phase == CONN_HEAD; i++) {
		if (text[i] == '\r')
			continue;
		if (text[i] != '\n') {
			conn->begun = true;
			conn->blank = 0;
		} else if (conn->begun && ++conn->blank == 2) {
			conn_set_phase(conn, CONN_BODY);
		}
	}
}

static void scan_from(struct conn *conn, struct evbuffer *input, size_t offset)
{
	struct evbuffer_iovec parts[8];
	struct evbuffer_ptr at;

	while (conn->phase == CONN_HEAD && offset < evbuffer_get_length(input)) {
		evbuffer_ptr_set(input, &at, offset, EVBUFFER_PTR_SET);

		int count = evbuffer_peek(input, -1, &at, parts, 8);

		for (int i = 0; i < count && i < 8; i++) {
			scan_head(conn, parts[i].iov_base, parts[i].iov_len);
			offset += parts[i].iov_len;
		}
	}
}

/* Bytes have come, before evhttp looks at them. */
static void on_input(struct evbuffer *input, const struct evbuffer_cb_info *info, void *arg)
{
	struct conn *conn = arg;

	if (info->n_added == 0)
		return;
	if (conn->phase == CONN_IDLE)
		conn_set_phase(conn, CONN_HEAD);
	if (conn->phase == CONN_HEAD)
		scan_from(conn, input, info->orig_size);
}

/* A client that takes something of its response has more time for the rest. */
static void on_output(struct evbuffer *output, const struct evbuffer_cb_info *info, void *arg)
{
	struct conn *conn = arg;

	if (info->n_deleted > 0 && conn->phase == CONN_WRITING)
		timer_arm(conn->timer, deadline(conn));
}

void conn_next_request(struct conn *conn)
{
	struct evbuffer *input = bufferevent_get_input(conn->stream);

	if (evbuffer_get_length(input) == 0) {
		conn_set_phase(conn, CONN_IDLE);
		return;
	}
	conn_set_phase(conn, CONN_HEAD);
	scan_from(conn, input, 0);
}

static void on_timer(void *arg)
{
	struct conn *conn = arg;

	if (conn->phase == CONN_BODY || (conn->phase == CONN_HEAD && conn->begun))
		send_at_once(conn, slow_text, sizeof slow_text - 1);
	conn_drop(conn);
}

struct bufferevent *conn_create(struct event_base *base, void *arg)
{
	struct http_in *http = arg;
	struct conn *conn = calloc(1, sizeof *conn);

	if (!conn)
		abort();
	conn->http = http;
	conn->secure = http->tls != NULL;
	conn->stream = conn->secure ? bufferevent_openssl_socket_new(base, -1,
					  listen_tls_start(http->tls, true),
					  BUFFEREVENT_SSL_ACCEPTING, BEV_OPT_CLOSE_ON_FREE)
				    : bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);
	if (!conn->stream)
		abort();
	if (conn->secure)
		bufferevent_openssl_set_allow_dirty_shutdown(conn->stream, 1);
	bufferevent_incref(conn->stream);
	evbuffer_add_cb(bufferevent_get_input(conn->stream), on_input, conn);
	evbuffer_add_cb(bufferevent_get_output(conn->stream), on_output, conn);
	conn->timer = timer_create_on(http->loop, on_timer, conn);
	conn->next = http->conns;
	if (conn->next)
		conn->next->prev = conn;
	http->conns = conn;
	http->counts.connections++;
	http->counts.accepted++;
	conn_set_phase(conn, CONN_HEAD);
	event_active(http->meet, 0, 0);
	return conn->stream;
}

static void uncount_address(struct conn *conn)
{
	struct map *addresses = conn->http->addresses;
	struct tally *tally = conn->counted_address ? map_find(addresses, conn->peer) : NULL;

	if (tally && --tally->connections == 0)
		free(map_remove(addresses, conn->peer));
}

static void conn_destroy(struct conn *conn)
{
	struct http_in *http = conn->http;

	if (conn->prev)
		conn->prev->next = conn->next;
	else
		http->conns = conn->next;
	if (conn->next)
		conn->next->prev = conn->prev;
	if (conn->phase == CONN_REFUSED)
		http->turned_away--;
	else
		http->counts.connections--;
	if (conn->evcon)
		HASH_DEL(http->by_evcon, conn);
	uncount_address(conn);
	conn_unwatch(conn);
	timer_destroy(conn->timer);
	evbuffer_remove_cb(bufferevent_get_input(conn->stream), on_input, conn);
	evbuffer_remove_cb(bufferevent_get_output(conn->stream), on_output, conn);
	bufferevent_decref(conn->stream);
	free(conn);
}

/* evhttp is about to free its connection. */
static void on_evhttp_close(struct evhttp_connection *evcon, void *arg)
{
	struct conn *conn = arg;

	if (conn->exchange)
		exchange_gone(conn->exchange);
	conn_destroy(conn);
}

void conn_drop(struct conn *conn)
{
	if (conn->evcon)
		evhttp_connection_free(conn->evcon); /* calls on_evhttp_close */
	else
		conn_destroy(conn);
}

static void note_peer(struct conn *conn)
{
	struct sockaddr_storage socket;
	socklen_t length = sizeof socket;
	int fd = bufferevent_getfd(conn->stream);
	char host[INET6_ADDRSTRLEN] = "";

	if (getpeername(fd, (struct sockaddr *)&socket, &length) == 0)
		getnameinfo(
		    (struct sockaddr *)&socket, length, host, sizeof host, NULL, 0, NI_NUMERICHOST);
	/* An IPv4 client of an IPv6 listener is known by its IPv4 address. */
	strcpy(conn->peer, strncmp(host, "::ffff:", 7) == 0 && strchr(host, '.') ? host + 7 : host);
}

/* Counts the connection at its address; false when that has too many. */
static bool count_address(struct conn *conn)
{
	struct http_in *http = conn->http;
	struct tally *tally;

	if (bind_address_is_exempt(conn->peer))
		return true;
	tally = map_find(http->addresses, conn->peer);
	if (!tally) {
		tally = calloc(1, sizeof *tally);
		if (!tally)
			abort();
		map_put(http->addresses, conn->peer, tally);
	}
	tally->connections++;
	conn->counted_address = true;
	return tally->connections <= http->limits.connections_per_address;
}

static void on_refused_input(struct bufferevent *stream, void *arg)
{
	struct evbuffer *input = bufferevent_get_input(stream);

	evbuffer_drain(input, evbuffer_get_length(input));
}

static void on_refused_end(struct bufferevent *stream, short what, void *arg)
{
	conn_drop(arg);
}

/* Says 503 and takes the connection out of evhttp's hands until the client has read that: closing
 * with unread bytes would reset the connection and could destroy the response. */
static void refuse(struct conn *conn)
{
	struct http_in *http = conn->http;

	uncount_address(conn);
	conn->counted_address = false;
	http->counts.connections--;
	http->counts.refused++;
	http->turned_away++;
	conn_set_phase(conn, CONN_REFUSED);
	if (conn->secure) { /* a handshake would be needed to say why */
		conn_drop(conn);
		return;
	}
	send_at_once(conn, busy_text, sizeof busy_text - 1);
	shutdown(bufferevent_getfd(conn->stream), SHUT_WR);
	if (http->turned_away > REFUSED_KEPT) {
		conn_drop(conn);
		return;
	}
	bufferevent_setcb(conn->stream, on_refused_input, NULL, on_refused_end, conn);
}

static void conn_meet(struct conn *conn)
{
	struct http_in *http = conn->http;
	void *evcon = NULL;

	conn->met = true;
	/* evhttp sets itself as the argument of its bufferevent's callbacks; there is no other way
	 * to its connection before the first request is complete. */
	bufferevent_getcb(conn->stream, NULL, NULL, NULL, &evcon);
	if (!evcon) {
		conn_drop(conn);
		return;
	}
	conn->evcon = evcon;
	HASH_ADD_PTR(http->by_evcon, evcon, conn);
	evhttp_connection_set_closecb(conn->evcon, on_evhttp_close, conn);
	note_peer(conn);

	int one = 1;

	/* A response leaves at once, and does not wait for the one before to be acknowledged. */
	setsockopt(bufferevent_getfd(conn->stream), IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);

	bool fits = count_address(conn);

	if (!fits || http->counts.connections > http->limits.connections)
		refuse(conn);
}

void conn_meet_all(struct http_in *http)
{
	/* New ones stand in front. */
	for (struct conn *conn = http->conns, *next; conn && !conn->met; conn = next) {
		next = conn->next;
		conn_meet(conn);
	}
}

struct conn *conn_find(struct http_in *http, struct evhttp_connection *evcon)
{
	struct conn *conn;

	HASH_FIND_PTR(http->by_evcon, &evcon, conn);
	return conn;
}

/* epoll and kqueue say that the peer has closed, but libevent says only EV_READ for a reset. */
static bool has_left(int fd, short what)
{
	int error = 0;
	socklen_t length = sizeof error;
	char byte;

	if (what & EV_CLOSED)
		return true;
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) != 0 || error != 0)
		return true;
	return recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

/* Something happened on the connection while its request is pending: more of a pipeline, or the
 * end. A client that closes only its sending side counts as gone, too: it cannot be told apart. */
static void on_watch(evutil_socket_t fd, short what, void *arg)
{
	struct conn *conn = arg;
	struct http_in *http = conn->http;

	if (!has_left(fd, what))
		return;
	conn_unwatch(conn);
	exchange_gone(conn->exchange);
	if (!http->closed)
		conn_drop(conn);
}

/* evhttp does not read now, so its own events are not set and ours may be edge-triggered: bytes
 * that nobody reads wake us once only. EV_READ stands for errors, which libevent reports so. */
void conn_watch(struct conn *conn)
{
	conn->watch = event_new(loop_base(conn->http->loop), bufferevent_getfd(conn->stream),
	    EV_READ | EV_CLOSED | EV_ET | EV_PERSIST, on_watch, conn);
	if (!conn->watch || event_add(conn->watch, NULL) != 0)
		abort();
}

void conn_unwatch(struct conn *conn)
{
	if (conn->watch)
		event_free(conn->watch);
	conn->watch = NULL;
}
