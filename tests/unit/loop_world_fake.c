#include "unit/loop_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fakeloop/fakeloop.h"

struct manner {
	struct manner *next;
	struct world *world;
	const char *greeting;
	enum world_manner manner;
};

struct world {
	struct loop *loop;
	unsigned port;
	size_t received;
	char heard[2048];
	int closed, connected;
	struct manner *manners;
};

struct world_client {
	struct fakerequest *request;
};

static void on_trace(void *arg, const char *line)
{
	loop_stop(arg);
}

struct world *world_create(struct loop *loop)
{
	struct world *world = calloc(1, sizeof *world);

	world->loop = loop;
	world->port = 7000;
	fakeloop_set_trace(loop, on_trace, loop);
	return world;
}

void world_destroy(struct world *world)
{
	while (world->manners) {
		struct manner *next = world->manners->next;

		free(world->manners);
		world->manners = next;
	}
	free(world);
}

bool world_is_over(const struct world *world)
{
	struct fakeloop_counts counts;

	fakeloop_counts(world->loop, &counts);
	return !*fakeloop_leaks(world->loop) && counts.listeners + counts.signals == 0;
}

static void manner_answer(struct manner *manner, struct fakepeer *peer, bool again)
{
	if (manner->manner == PEER_ANSWERS_ONCE && again) {
		fakepeer_close(peer, 0);
		return;
	}
	fakepeer_send(peer, 0, manner->greeting, strlen(manner->greeting));
	if (manner->manner == PEER_ANSWERS_AND_CLOSES)
		fakepeer_close(peer, 0);
}

static void on_later_request(void *arg, struct fakepeer *peer, enum fakepeer_event event);

/* A request comes whole: it is not cut. */
static void on_request(void *arg, struct fakepeer *peer, enum fakepeer_event event, bool again)
{
	struct manner *manner = arg;
	struct world *world = manner->world;
	const uint8_t *bytes;
	size_t length;

	if (event == FAKEPEER_CLOSED) {
		loop_stop(world->loop);
		world->closed++;
		return;
	}
	bytes = fakepeer_received(peer, &length);
	snprintf(world->heard, sizeof world->heard, "%.*s", (int)length, (const char *)bytes);
	fakepeer_take(peer, length);
	fakepeer_on(peer, on_later_request, manner);
	manner_answer(manner, peer, again);
}

static void on_later_request(void *arg, struct fakepeer *peer, enum fakepeer_event event)
{
	on_request(arg, peer, event, true);
}

static void on_first_request(void *arg, struct fakepeer *peer, enum fakepeer_event event)
{
	on_request(arg, peer, event, false);
}

static void on_peer(void *arg, struct fakepeer *peer, enum fakepeer_event event)
{
	struct manner *manner = arg;
	const uint8_t *bytes;
	size_t length;

	loop_stop(manner->world->loop);
	if (event == FAKEPEER_CLOSED) {
		manner->world->closed++;
		return;
	}
	bytes = fakepeer_received(peer, &length);
	manner->world->received += length;
	if (manner->manner == PEER_ECHOES)
		fakepeer_send(peer, 0, bytes, length);
	fakepeer_take(peer, length);
}

static void on_accept(void *arg, struct fakepeer *peer)
{
	struct manner *manner = arg;

	manner->world->connected++;
	if (manner->manner >= PEER_ANSWERS) {
		fakepeer_on(peer, on_first_request, manner);
		return;
	}
	fakepeer_on(peer, on_peer, manner);
	fakepeer_send(peer, 0, manner->greeting, strlen(manner->greeting));
	if (manner->manner == PEER_CLOSES)
		fakepeer_close(peer, 0);
	if (manner->manner == PEER_RESETS)
		fakepeer_reset(peer, 0);
}

unsigned world_serve(struct world *world, const char *greeting, enum world_manner manner)
{
	struct manner *new = calloc(1, sizeof *new);

	*new = (struct manner){world->manners, world, greeting, manner};
	world->manners = new;
	fakeloop_host(world->loop, "127.0.0.1", ++world->port, on_accept, new);
	return world->port;
}

unsigned world_refusing_port(struct world *world)
{
	return 1;
}

size_t world_received(const struct world *world)
{
	return world->received;
}

int world_closed(const struct world *world)
{
	return world->closed;
}

const char *world_heard(const struct world *world)
{
	return world->heard;
}

int world_connected(const struct world *world)
{
	return world->connected;
}

struct world_stream {
	struct fakepeer *peer;
	struct loop *loop;
	char text[256];
	bool closed;
};

static void on_stream(void *arg, struct fakepeer *peer, enum fakepeer_event event)
{
	struct world_stream *stream = arg;
	const uint8_t *bytes;
	size_t length;

	loop_stop(stream->loop);
	if (event == FAKEPEER_CLOSED) {
		stream->closed = true;
		stream->peer = NULL;
		return;
	}
	bytes = fakepeer_received(peer, &length);
	snprintf(stream->text + strlen(stream->text), sizeof stream->text - strlen(stream->text),
	    "%.*s", (int)length, (const char *)bytes);
	fakepeer_take(peer, length);
}

struct world_stream *world_dial(struct world *world, unsigned port, const char *text)
{
	struct world_stream *stream = calloc(1, sizeof *stream);

	stream->loop = world->loop;
	stream->peer = fakeloop_client(world->loop, port, NULL);
	fakepeer_on(stream->peer, on_stream, stream);
	fakepeer_send(stream->peer, 0, text, strlen(text));
	return stream;
}

void world_stream_send(struct world_stream *stream, const char *text)
{
	fakepeer_send(stream->peer, 0, text, strlen(text));
}

void world_stream_close(struct world_stream *stream)
{
	fakepeer_close(stream->peer, 0);
}

const char *world_stream_text(struct world_stream *stream)
{
	return stream->text;
}

bool world_stream_is_closed(const struct world_stream *stream)
{
	return stream->closed;
}

void world_stream_free(struct world_stream *stream)
{
	if (stream->peer)
		fakepeer_on(stream->peer, NULL, NULL);
	free(stream);
}

struct world_client *world_request(struct world *world, unsigned port, const char *method,
    const char *target, const char *header, const char *body)
{
	struct world_client *client = calloc(1, sizeof *client);
	struct fakeheader headers[2] = {{NULL, NULL}, {NULL, NULL}};
	char name[64] = "";

	if (header) {
		size_t length = strcspn(header, ":");

		memcpy(name, header, length);
		headers[0] = (struct fakeheader){name, header + length + 2};
	}
	client->request = fakeloop_request_to(
	    world->loop, port, method, target, headers, body, body ? strlen(body) : 0, NULL);
	return client;
}

void world_client_leave(struct world_client *client)
{
	fakerequest_abandon(client->request, 0);
}

bool world_client_is_over(const struct world_client *client)
{
	return fakerequest_is_over(client->request);
}

int world_client_status(const struct world_client *client)
{
	return fakerequest_status(client->request);
}

const char *world_client_header(struct world_client *client, const char *name)
{
	const char *value = fakerequest_header(client->request, name);

	return value ? value : "";
}

const char *world_client_body(struct world_client *client)
{
	return fakerequest_body(client->request, NULL);
}

void world_client_free(struct world_client *client)
{
	fakerequest_free(client->request);
	free(client);
}

void world_signal(struct world *world, int number)
{
	fakeloop_signal(world->loop, number);
}
