/* The last second of a link that was closed while bytes were still on their way. */
#include <stdlib.h>
#include <sys/socket.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>

#include "loop/link_internal.h"
#include "loop/loop_internal.h"
#include "loop/timer.h"

#define FLUSH_MS 1000

struct closing {
	struct closing *prev, *next;
	struct closing **list;
	struct bufferevent *stream;
	bool secure;
	struct timer *timer;
};

static void closing_end(void *arg)
{
	struct closing *closing = arg;

	if (closing->prev)
		closing->prev->next = closing->next;
	else
		*closing->list = closing->next;
	if (closing->next)
		closing->next->prev = closing->prev;
	bufferevent_free(closing->stream);
	timer_destroy(closing->timer);
	free(closing);
}

/* All sent: tell the peer, and take in what it still sends. Closing with unread bytes would reset
 * the connection and could destroy what we sent last. */
static void on_sent(struct bufferevent *stream, void *arg)
{
	struct closing *closing = arg;

	if (evbuffer_get_length(bufferevent_get_output(stream)) > 0)
		return;
	if (closing->secure)
		link_tls_shutdown(stream);
	shutdown(bufferevent_getfd(stream), SHUT_WR);
}

static void on_bytes(struct bufferevent *stream, void *arg)
{
	struct evbuffer *input = bufferevent_get_input(stream);

	evbuffer_drain(input, evbuffer_get_length(input));
}

static void on_end(struct bufferevent *stream, short what, void *arg)
{
	closing_end(arg);
}

void closing_start(struct loop *loop, struct bufferevent *stream, bool secure)
{
	struct closing *closing = calloc(1, sizeof *closing);

	if (!closing)
		abort();
	closing->list = loop_closings(loop);
	closing->next = *closing->list;
	if (closing->next)
		closing->next->prev = closing;
	*closing->list = closing;
	closing->stream = stream;
	closing->secure = secure;
	closing->timer = timer_create_on(loop, closing_end, closing);
	timer_arm(closing->timer, loop_now(loop) + FLUSH_MS);
	on_bytes(stream, closing);
	bufferevent_setcb(stream, on_bytes, on_sent, on_end, closing);
	bufferevent_enable(stream, EV_READ | EV_WRITE);
	on_sent(stream, closing); /* perhaps it is all away already */
}

void closings_end(struct closing **closings)
{
	while (*closings)
		closing_end(*closings);
}
