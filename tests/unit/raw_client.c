#include "unit/raw_client.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>

#include "loop/loop_internal.h"

static void on_raw_bytes(struct bufferevent *stream, void *arg)
{
	struct raw *raw = arg;
	struct evbuffer *input = bufferevent_get_input(stream);
	size_t old = strlen(raw->text), new = evbuffer_get_length(input);

	raw->text = realloc(raw->text, old + new + 1);
	evbuffer_remove(input, raw->text + old, new);
	raw->text[old + new] = '\0';
	loop_stop(raw->b->loop);
}

static void on_raw_event(struct bufferevent *stream, short what, void *arg)
{
	struct raw *raw = arg;

	if (what & (BEV_EVENT_EOF | BEV_EVENT_ERROR)) {
		raw->closed = true;
		raw->closed_at = loop_now(raw->b->loop);
		loop_stop(raw->b->loop);
	}
}

void raw_send(struct raw *raw, const char *text)
{
	bufferevent_write(raw->stream, text, strlen(text));
}

struct raw *raw_open(struct bench *bench, const char *to, const char *text)
{
	struct raw *raw = calloc(1, sizeof *raw);
	struct sockaddr_storage address;
	int length = sizeof address;

	raw->b = bench;
	raw->text = calloc(1, 1);
	evutil_parse_sockaddr_port(to, (struct sockaddr *)&address, &length);
	raw->stream = bufferevent_socket_new(loop_base(bench->loop), -1, BEV_OPT_CLOSE_ON_FREE);
	bufferevent_setcb(raw->stream, on_raw_bytes, NULL, on_raw_event, raw);
	bufferevent_enable(raw->stream, EV_READ | EV_WRITE);
	bufferevent_socket_connect(raw->stream, (struct sockaddr *)&address, length);
	raw_send(raw, text);
	return raw;
}

void raw_free(struct raw *raw)
{
	timer_destroy(raw->drip);
	bufferevent_free(raw->stream);
	free(raw->text);
	free(raw);
}

static void on_drip(void *arg)
{
	struct raw *raw = arg;

	if (!*raw->rest || raw->closed)
		return;
	bufferevent_write(raw->stream, raw->rest++, 1);
	raw->dripped++;
	timer_arm(raw->drip, loop_now(raw->b->loop) + 50);
}

void raw_drip(struct raw *raw, const char *text)
{
	raw->rest = text;
	raw->drip = timer_create_on(raw->b->loop, on_drip, raw);
	timer_arm(raw->drip, loop_now(raw->b->loop));
}

void raw_until_closed(struct raw *raw)
{
	while (!raw->closed)
		run_once(raw->b);
}

void raw_until_text(struct raw *raw, const char *wanted)
{
	while (!strstr(raw->text, wanted)) {
		if (raw->closed)
			fail_msg("closed after \"%s\"", raw->text);
		run_once(raw->b);
	}
}
