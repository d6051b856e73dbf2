#include "loop/listen.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>
#include <event2/listener.h>

#include "base/log.h"
#include "base/map.h"
#include "loop/bind.h"
#include "loop/link_internal.h"
#include "loop/listen_tls.h"
#include "loop/loop_internal.h"
#include "loop/timer.h"

#define PAUSE_MS 100 /* of accepting, when there is no descriptor for another connection */

/* Lives until it is closed and the last of its links is. */
struct listener {
	struct loop *loop;
	struct listen_limits limits;
	struct listen_tls *tls; /* NULL: plain */
	listen_fn fn;
	void *arg;
	struct evconnlistener *evlistener; /* NULL when draining */
	struct timer *pause;
	struct map *addresses; /* client address -> struct tally, those that are limited */
	struct listen_counts counts;
	bool closed;
	unsigned port;
	char address[BIND_TEXT];
};

struct tally {
	unsigned connections;
};

struct arrival {
	struct listener *listener;
	char peer[INET6_ADDRSTRLEN];
	bool limited; /* counted in `addresses` */
};

static void listener_free(struct listener *listener)
{
	if (!listener->closed || listener->counts.connections)
		return;
	map_destroy(listener->addresses);
	listen_tls_unref(listener->tls);
	free(listener);
}

void arrival_end(struct arrival *arrival)
{
	struct listener *listener = arrival->listener;
	struct tally *tally =
	    arrival->limited ? map_find(listener->addresses, arrival->peer) : NULL;

	if (tally && --tally->connections == 0)
		free(map_remove(listener->addresses, arrival->peer));
	listener->counts.connections--;
	free(arrival);
	listener_free(listener);
}

/* Counts the connection; false when it is one too many. */
static bool arrival_admit(struct listener *listener, struct arrival *arrival)
{
	struct tally *tally;

	if (listener->counts.connections >= listener->limits.connections)
		return false;
	arrival->limited = !bind_address_is_exempt(arrival->peer);
	if (arrival->limited) {
		tally = map_find(listener->addresses, arrival->peer);
		if (tally && tally->connections >= listener->limits.connections_per_address)
			return false;
		if (!tally) {
			tally = calloc(1, sizeof *tally);
			if (!tally)
				abort();
			map_put(listener->addresses, arrival->peer, tally);
		}
		tally->connections++;
	}
	listener->counts.connections++;
	listener->counts.accepted++;
	return true;
}

static void on_accept(struct evconnlistener *evlistener, evutil_socket_t fd,
    struct sockaddr *address, int length, void *arg)
{
	struct listener *listener = arg;
	struct arrival *arrival = calloc(1, sizeof *arrival);
	int one = 1;

	if (!arrival)
		abort();
	arrival->listener = listener;
	if (getnameinfo(address, (socklen_t)length, arrival->peer, sizeof arrival->peer, NULL, 0,
		NI_NUMERICHOST) != 0)
		strcpy(arrival->peer, "?");
	if (!arrival_admit(listener, arrival)) {
		listener->counts.refused++;
		free(arrival);
		close(fd);
		return;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof one);
	listener->fn(
	    listener->arg, link_adopt(listener->loop, fd, listener->tls, arrival), arrival->peer);
}

/* No descriptors, mostly: it would fail again at once, and for ever. */
static void on_accept_error(struct evconnlistener *evlistener, void *arg)
{
	struct listener *listener = arg;

	log_line(loop_log(listener->loop), LOG_WARNING, "accept",
	    "listener=%s error=\"%s\" pause=%dms", listener->address, strerror(errno), PAUSE_MS);
	evconnlistener_disable(evlistener);
	timer_arm(listener->pause, loop_now(listener->loop) + PAUSE_MS);
}

static void on_pause_over(void *arg)
{
	struct listener *listener = arg;

	if (listener->evlistener)
		evconnlistener_enable(listener->evlistener);
}

struct listener *listen_open(struct loop *loop, const char *host, unsigned port,
    const struct listen_limits *limits, listen_fn fn, void *arg, char *why, size_t size)
{
	struct evconnlistener *evlistener = bind_listener(loop, host, port, why, size);
	struct listener *listener;

	if (!evlistener)
		return NULL;
	listener = calloc(1, sizeof *listener);
	if (!listener)
		abort();
	listener->loop = loop;
	listener->limits = *limits;
	listener->fn = fn;
	listener->arg = arg;
	listener->evlistener = evlistener;
	listener->port = bind_name(evlistener, listener->address);
	listener->addresses = map_create();
	listener->pause = timer_create_on(loop, on_pause_over, listener);
	evconnlistener_set_cb(evlistener, on_accept, listener);
	evconnlistener_set_error_cb(evlistener, on_accept_error);
	return listener;
}

const char *listen_address(const struct listener *listener)
{
	return listener->address;
}

unsigned listen_port(const struct listener *listener)
{
	return listener->port;
}

void listen_set_limits(struct listener *listener, const struct listen_limits *limits)
{
	listener->limits = *limits;
}

void listen_set_tls(struct listener *listener, struct listen_tls *tls)
{
	listen_tls_ref(tls);
	listen_tls_unref(listener->tls);
	listener->tls = tls;
}

void listen_counts(const struct listener *listener, struct listen_counts *out)
{
	*out = listener->counts;
}

void listen_drain(struct listener *listener)
{
	if (listener->evlistener)
		evconnlistener_free(listener->evlistener);
	listener->evlistener = NULL;
	timer_destroy(listener->pause);
	listener->pause = NULL;
}

void listen_close(struct listener *listener)
{
	listen_drain(listener);
	listener->closed = true;
	listener_free(listener);
}
