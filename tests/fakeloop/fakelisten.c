/* Listeners for byte streams, and the clients that come to them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fakeloop/internal.h"
#include "loop/listen.h"

/* Lives until it is closed and the last of its links is. */
struct listener {
	struct listener *next;
	struct loop *loop;
	struct listen_limits limits;
	listen_fn fn;
	void *arg;
	struct listen_counts counts;
	struct arrival *arrivals; /* accepted, their links not yet closed */
	bool draining, closed;
	unsigned port;
	char address[64];
};

struct arrival {
	struct arrival *next;
	struct listener *listener;
	char *address;
};

struct caller { /* a client on its way */
	struct fakepeer *peer;
	struct loop *loop;
	unsigned port;
	char *address;
};

static void listener_free(struct listener *listener)
{
	if (listener->closed && !listener->arrivals)
		free(listener);
}

void arrival_end(struct arrival *arrival)
{
	struct listener *listener = arrival->listener;
	struct arrival **at = &listener->arrivals;

	while (*at != arrival)
		at = &(*at)->next;
	*at = arrival->next;
	listener->counts.connections--;
	free(arrival->address);
	free(arrival);
	listener_free(listener);
}

static struct listener *find_listener(const struct loop *loop, unsigned port)
{
	struct listener *i = loop->stream_listeners, *found = NULL;

	for (; i; i = i->next) /* the list has the newest first */
		if (!i->draining && (port == 0 || i->port == port))
			found = i;
	return found;
}

static bool admits(const struct listener *listener, const char *address)
{
	unsigned same = 0;

	for (const struct arrival *i = listener->arrivals; i; i = i->next)
		same += strcmp(i->address, address) == 0;
	if (strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0)
		same = 0;
	return listener->counts.connections < listener->limits.connections &&
	       (same == 0 || same < listener->limits.connections_per_address);
}

static void on_call(void *arg)
{
	struct caller *caller = arg;
	struct listener *listener = find_listener(caller->loop, caller->port);

	if (!listener || !admits(listener, caller->address)) {
		if (listener)
			listener->counts.refused++;
		fakepeer_refuse(caller->peer);
		free(caller->address);
	} else {
		struct arrival *arrival = world_alloc(sizeof *arrival);

		arrival->listener = listener;
		arrival->address = caller->address;
		arrival->next = listener->arrivals;
		listener->arrivals = arrival;
		listener->counts.connections++;
		listener->counts.accepted++;
		world_trace(
		    caller->loop, "client %s arrives at %s", caller->address, listener->address);
		listener->fn(listener->arg, fakepeer_meet(caller->peer, arrival, caller->address),
		    caller->address);
	}
	free(caller);
}

struct fakepeer *fakeloop_client(struct loop *loop, unsigned port, const char *address)
{
	struct caller *caller = world_alloc(sizeof *caller);

	caller->peer = fakepeer_create(loop);
	caller->loop = loop;
	caller->port = port;
	caller->address = world_strdup(address ? address : "127.0.0.1");
	world_plan(loop, loop->now, on_call, caller);
	return caller->peer;
}

/* ---- listen.h ---- */

struct listener *listen_open(struct loop *loop, const char *host, unsigned port,
    const struct listen_limits *limits, listen_fn fn, void *arg, char *why, size_t size)
{
	struct listener *listener;

	if (port && find_listener(loop, port)) {
		snprintf(why, size, "%s port %u: Address already in use", host, port);
		return NULL;
	}
	listener = world_alloc(sizeof *listener);
	listener->loop = loop;
	listener->limits = *limits;
	listener->fn = fn;
	listener->arg = arg;
	listener->port = port ? port : ++loop->last_port;
	snprintf(listener->address, sizeof listener->address,
	    strchr(host, ':') ? "[%s]:%u" : "%s:%u", host, listener->port);
	listener->next = loop->stream_listeners;
	loop->stream_listeners = listener;
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

/* There is no TLS in this world. */
void listen_set_tls(struct listener *listener, struct listen_tls *tls)
{
}

void listen_counts(const struct listener *listener, struct listen_counts *out)
{
	*out = listener->counts;
}

void listen_drain(struct listener *listener)
{
	listener->draining = true;
}

void listen_close(struct listener *listener)
{
	struct listener **at = &listener->loop->stream_listeners;

	while (*at != listener)
		at = &(*at)->next;
	*at = listener->next;
	listener->draining = listener->closed = true;
	listener_free(listener);
}

size_t fakelisten_count(const struct loop *loop)
{
	size_t count = 0;

	for (const struct listener *i = loop->stream_listeners; i; i = i->next)
		count++;
	return count;
}
