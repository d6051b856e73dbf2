#include "unit/loop_world.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>

#include "loop/loop_internal.h"

struct manner {
	struct manner *next;
	struct world *world;
	const char *greeting;
	enum world_manner manner;
	struct evconnlistener *listener;
};

struct peer {
	struct peer *next;
	struct manner *manner;
	struct bufferevent *stream;
	int answered;
};

struct world {
	struct loop *loop;
	struct manner *manners;
	struct peer *peers;
	size_t received;
	char heard[2048];
	int closed, connected, refusing;
};

struct world_client {
	struct world *world;
	struct bufferevent *stream;
	bool head, over;
	char *text; /* all that came */
	char value[256];
};

struct world *world_create(struct loop *loop)
{
	struct world *world = calloc(1, sizeof *world);

	world->loop = loop;
	world->refusing = -1;
	return world;
}

void world_destroy(struct world *world)
{
	while (world->peers) {
		struct peer *next = world->peers->next;

		if (world->peers->stream)
			bufferevent_free(world->peers->stream);
		free(world->peers);
		world->peers = next;
	}
	while (world->manners) {
		struct manner *next = world->manners->next;

		evconnlistener_free(world->manners->listener);
		free(world->manners);
		world->manners = next;
	}
	if (world->refusing >= 0)
		close(world->refusing);
	free(world);
}

/* Every link that connects and every listener has a timer of its own. */
bool world_is_over(const struct world *world)
{
	const struct turn *turn = loop_turn(world->loop);

	return turn->timers == 0 && turn->defers == 0;
}

static void on_peer_bytes(struct bufferevent *stream, void *arg);
static void on_peer_event(struct bufferevent *stream, short what, void *arg);
static void on_greeted(struct bufferevent *stream, void *arg);
static void peer_end(struct peer *peer);

static void peer_answer(struct peer *peer)
{
	const char *answer = peer->manner->greeting;

	if (!*answer || (peer->manner->manner == PEER_ANSWERS_ONCE && peer->answered++)) {
		peer_end(peer);
		return;
	}
	if (peer->manner->manner == PEER_ANSWERS_AND_CLOSES)
		bufferevent_setcb(peer->stream, on_peer_bytes, on_greeted, on_peer_event, peer);
	bufferevent_write(peer->stream, answer, strlen(answer));
}

static void on_peer_bytes(struct bufferevent *stream, void *arg)
{
	struct peer *peer = arg;
	struct world *world = peer->manner->world;
	struct evbuffer *input = bufferevent_get_input(stream);
	ev_ssize_t copied = evbuffer_copyout(input, world->heard, sizeof world->heard - 1);

	world->heard[copied > 0 ? copied : 0] = '\0';
	if (peer->manner->manner >= PEER_ANSWERS) {
		if (strstr(world->heard, "\r\n\r\n")) {
			evbuffer_drain(input, evbuffer_get_length(input));
			peer_answer(peer);
		}
		return;
	}
	world->received += evbuffer_get_length(input);
	if (peer->manner->manner == PEER_ECHOES)
		bufferevent_write_buffer(stream, input);
	else
		evbuffer_drain(input, evbuffer_get_length(input));
	loop_stop(peer->manner->world->loop);
}

static void peer_end(struct peer *peer)
{
	bufferevent_free(peer->stream);
	peer->stream = NULL;
}

static void on_peer_event(struct bufferevent *stream, short what, void *arg)
{
	struct peer *peer = arg;

	peer->manner->world->closed++;
	loop_stop(peer->manner->world->loop);
	peer_end(peer);
}

static void on_greeted(struct bufferevent *stream, void *arg)
{
	struct peer *peer = arg;
	struct linger hard = {.l_onoff = 1, .l_linger = 0};

	if (peer->manner->manner == PEER_RESETS)
		setsockopt(bufferevent_getfd(stream), SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
	peer_end(peer);
}

static void on_accept(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *address,
    int length, void *arg)
{
	struct manner *manner = arg;
	struct peer *peer = calloc(1, sizeof *peer);
	bool leaves = manner->manner == PEER_CLOSES || manner->manner == PEER_RESETS;

	peer->manner = manner;
	peer->stream =
	    bufferevent_socket_new(evconnlistener_get_base(listener), fd, BEV_OPT_CLOSE_ON_FREE);
	peer->next = manner->world->peers;
	manner->world->peers = peer;
	bufferevent_setcb(
	    peer->stream, on_peer_bytes, leaves ? on_greeted : NULL, on_peer_event, peer);
	manner->world->connected++;
	if (manner->manner < PEER_ANSWERS)
		bufferevent_write(peer->stream, manner->greeting, strlen(manner->greeting));
	bufferevent_enable(peer->stream, EV_READ | EV_WRITE);
}

static unsigned port_of(int fd)
{
	struct sockaddr_in in;
	socklen_t length = sizeof in;

	getsockname(fd, (struct sockaddr *)&in, &length);
	return ntohs(in.sin_port);
}

unsigned world_serve(struct world *world, const char *greeting, enum world_manner manner)
{
	struct sockaddr_in in = {
	    .sin_family = AF_INET, .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
	struct manner *new = calloc(1, sizeof *new);

	*new = (struct manner){world->manners, world, greeting, manner, NULL};
	world->manners = new;
	new->listener = evconnlistener_new_bind(loop_base(world->loop), on_accept, new,
	    LEV_OPT_CLOSE_ON_FREE, -1, (struct sockaddr *)&in, sizeof in);
	return port_of(evconnlistener_get_fd(new->listener));
}

/* Bound, so that nobody else gets it, but not listening. */
unsigned world_refusing_port(struct world *world)
{
	struct sockaddr_in in = {
	    .sin_family = AF_INET, .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};

	world->refusing = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(world->refusing, (struct sockaddr *)&in, sizeof in) != 0)
		abort();
	return port_of(world->refusing);
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
	struct world *world;
	struct bufferevent *stream;
	char text[256];
	bool closed;
};

static void on_stream_bytes(struct bufferevent *bufferevent, void *arg)
{
	struct world_stream *stream = arg;
	size_t used = strlen(stream->text);
	size_t length =
	    bufferevent_read(bufferevent, stream->text + used, sizeof stream->text - used - 1);

	stream->text[used + length] = '\0';
	loop_stop(stream->world->loop);
}

static void on_stream_event(struct bufferevent *bufferevent, short what, void *arg)
{
	struct world_stream *stream = arg;

	loop_stop(stream->world->loop);
	if (what & (BEV_EVENT_EOF | BEV_EVENT_ERROR))
		stream->closed = true;
}

struct world_stream *world_dial(struct world *world, unsigned port, const char *text)
{
	struct sockaddr_in in = {.sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port),
	    .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
	struct world_stream *stream = calloc(1, sizeof *stream);

	stream->world = world;
	stream->stream = bufferevent_socket_new(loop_base(world->loop), -1, BEV_OPT_CLOSE_ON_FREE);
	bufferevent_setcb(stream->stream, on_stream_bytes, NULL, on_stream_event, stream);
	bufferevent_write(stream->stream, text, strlen(text));
	bufferevent_enable(stream->stream, EV_READ | EV_WRITE);
	bufferevent_socket_connect(stream->stream, (struct sockaddr *)&in, sizeof in);
	return stream;
}

void world_stream_send(struct world_stream *stream, const char *text)
{
	bufferevent_write(stream->stream, text, strlen(text));
}

void world_stream_close(struct world_stream *stream)
{
	shutdown(bufferevent_getfd(stream->stream), SHUT_WR);
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
	bufferevent_free(stream->stream);
	free(stream);
}

static void client_gather(struct world_client *client)
{
	struct evbuffer *input = bufferevent_get_input(client->stream);
	size_t old = client->text ? strlen(client->text) : 0, new = evbuffer_get_length(input);

	client->text = realloc(client->text, old + new + 1);
	evbuffer_remove(input, client->text + old, new);
	client->text[old + new] = '\0';
	loop_stop(client->world->loop);
}

/* Over when the head and as many bytes as it announces have come. */
static void on_client_bytes(struct bufferevent *stream, void *arg)
{
	struct world_client *client = arg;

	client_gather(client);

	const char *body = strstr(client->text, "\r\n\r\n");
	size_t length = strtoul(world_client_header(client, "Content-Length"), NULL, 10);

	if (body && (client->head || strlen(body + 4) >= length))
		client->over = true;
}

static void on_client_event(struct bufferevent *stream, short what, void *arg)
{
	struct world_client *client = arg;

	loop_stop(client->world->loop);
	if (what & (BEV_EVENT_EOF | BEV_EVENT_ERROR))
		client->over = true;
}

struct world_client *world_request(struct world *world, unsigned port, const char *method,
    const char *target, const char *header, const char *body)
{
	struct sockaddr_in in = {.sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port),
	    .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
	struct world_client *client = calloc(1, sizeof *client);
	struct evbuffer *out;

	client->world = world;
	client->head = strcmp(method, "HEAD") == 0;
	client->stream = bufferevent_socket_new(loop_base(world->loop), -1, BEV_OPT_CLOSE_ON_FREE);
	bufferevent_setcb(client->stream, on_client_bytes, NULL, on_client_event, client);
	out = bufferevent_get_output(client->stream);
	evbuffer_add_printf(out, "%s %s HTTP/1.1\r\nHost: localhost\r\n", method, target);
	if (header)
		evbuffer_add_printf(out, "%s\r\n", header);
	if (body)
		evbuffer_add_printf(out, "Content-Length: %zu\r\n", strlen(body));
	evbuffer_add_printf(out, "\r\n%s", body ? body : "");
	bufferevent_enable(client->stream, EV_READ | EV_WRITE);
	bufferevent_socket_connect(client->stream, (struct sockaddr *)&in, sizeof in);
	return client;
}

void world_client_leave(struct world_client *client)
{
	bufferevent_free(client->stream);
	client->stream = NULL;
	client->over = true;
}

bool world_client_is_over(const struct world_client *client)
{
	return client->over;
}

int world_client_status(const struct world_client *client)
{
	return client->text && strncmp(client->text, "HTTP/1.1 ", 9) == 0 ? atoi(client->text + 9)
									  : 0;
}

const char *world_client_header(struct world_client *client, const char *name)
{
	size_t length = strlen(name);
	const char *line = client->text, *end = line ? strstr(line, "\r\n\r\n") : NULL;

	for (; end && (line = strstr(line, "\r\n")) && line < end;) {
		line += 2;
		if (strncmp(line, name, length) == 0 && line[length] == ':') {
			snprintf(client->value, sizeof client->value, "%.*s",
			    (int)strcspn(line + length + 2, "\r"), line + length + 2);
			return client->value;
		}
	}
	return "";
}

const char *world_client_body(struct world_client *client)
{
	const char *body = client->text ? strstr(client->text, "\r\n\r\n") : NULL;

	return body ? body + 4 : "";
}

void world_client_free(struct world_client *client)
{
	if (client->stream)
		bufferevent_free(client->stream);
	free(client->text);
	free(client);
}

void world_signal(struct world *world, int number)
{
	raise(number);
}
