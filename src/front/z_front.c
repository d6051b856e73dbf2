#include "front/z_front.h"

#include <stdlib.h>

#include "front/gateway.h"
#include "front/z_session.h"
#include "loop/link.h"
#include "registry/config.h"

struct z_front {
	struct gateway *gateway;
	struct listener *listener;
	struct z_session_list sessions;
};

static void on_arrival(void *arg, struct link *link, const char *peer)
{
	struct z_front *front = arg;
	struct z_session *session = z_session_create(front, front->gateway, link, peer);

	TAILQ_INSERT_TAIL(&front->sessions, session, entry);
}

static struct listen_limits limits_of(const struct config *config)
{
	return (struct listen_limits){
	    .connections = config->limits.connections,
	    .connections_per_address = config->limits.connections_per_address,
	};
}

struct z_front *z_front_open(struct gateway *gateway, char *why, size_t size)
{
	const struct config *config = gateway->config;
	struct z_front *front = calloc(1, sizeof *front);
	struct listen_limits limits = limits_of(config);

	if (!front)
		abort();
	front->gateway = gateway;
	TAILQ_INIT(&front->sessions);
	front->listener = listen_open(gateway->loop, config->z3950.host, config->z3950.port,
	    &limits, on_arrival, front, why, size);
	if (front->listener)
		return front;
	free(front);
	return NULL;
}

const char *z_front_address(const struct z_front *front)
{
	return listen_address(front->listener);
}

void z_front_reconfigure(struct z_front *front)
{
	struct listen_limits limits = limits_of(front->gateway->config);

	listen_set_limits(front->listener, &limits);
}

void z_front_set_tls(struct z_front *front, struct listen_tls *tls)
{
	listen_set_tls(front->listener, tls);
}

void z_front_counts(const struct z_front *front, struct z_front_counts *out)
{
	struct z_session *session;

	*out = (struct z_front_counts){0};
	listen_counts(front->listener, &out->connections);
	TAILQ_FOREACH(session, &front->sessions, entry)
	out->sets += z_sets_count(&session->sets);
}

void z_front_forget(struct z_front *front, struct z_session *session)
{
	TAILQ_REMOVE(&front->sessions, session, entry);
}

void z_front_drain(struct z_front *front)
{
	struct z_session *session = TAILQ_FIRST(&front->sessions), *next;

	listen_drain(front->listener);
	for (; session; session = next) {
		next = TAILQ_NEXT(session, entry);
		z_session_drain(session);
	}
}

void z_front_close(struct z_front *front)
{
	while (!TAILQ_EMPTY(&front->sessions))
		z_session_destroy(TAILQ_FIRST(&front->sessions));
	listen_close(front->listener);
	free(front);
}
