#include "unit/wire.h"

#include <arpa/inet.h>

static void on_wire(void *arg, struct link *link, enum link_event event)
{
	struct wire *w = arg;
	size_t length;
	const uint8_t *bytes = link_peek(link, &length);

	if (event == LINK_DATA) {
		snprintf(w->text + strlen(w->text), sizeof w->text - strlen(w->text), "%.*s",
		    (int)length, (const char *)bytes);
		link_consume(link, length);
	}
	w->connected |= event == LINK_CONNECTED;
	w->ended |= event == LINK_ENDED;
	w->failed |= event == LINK_FAILED;
	loop_stop(w->b->loop);
}

struct wire *wire(struct bench *b, const char *host, unsigned port, const struct link_tls *tls)
{
	struct wire *w = calloc(1, sizeof *w);

	w->b = b;
	w->link = link_connect(b->loop, host, port, tls, on_wire, w);
	return w;
}

void wire_free(struct wire *w)
{
	link_close(w->link, false);
	free(w);
}

/* To its first news: connected or failed. */
void settle(struct wire *w)
{
	while (!w->connected && !w->failed)
		run_once(w->b);
}

void expect_connection(struct wire *w)
{
	settle(w);
	if (w->failed)
		fail_msg("%s", link_failure_text(w->link));
	wire_free(w);
}

void expect_failure(struct wire *w, enum link_failure failure, const char *text)
{
	while (!w->failed)
		run_once(w->b);
	assert_int_equal(link_failure(w->link), failure);
	if (!strstr(link_failure_text(w->link), text))
		fail_msg("\"%s\" does not say \"%s\"", link_failure_text(w->link), text);
	wire_free(w);
}

unsigned port_of(int fd)
{
	struct sockaddr_in in;
	socklen_t length = sizeof in;

	getsockname(fd, (struct sockaddr *)&in, &length);
	return ntohs(in.sin_port);
}
