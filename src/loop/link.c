#include "loop/link.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <event2/event.h>

#include "loop/link_internal.h"
#include "loop/listen_tls.h"
#include "loop/loop_internal.h"
#include "loop/timer.h"

#define READ_AT_ONCE (64 * 1024) /* so that one fast partner does not hold up the others */

static char *copy(const char *text)
{
	char *result = text ? strdup(text) : NULL;

	if (text && !result)
		abort();
	return result;
}

/* The last thing a function does: the callee may have closed the link. */
static void tell(struct link *link, enum link_event event)
{
	link->fn(link->arg, link, event);
}

void link_fail(struct link *link, enum link_failure failure, const char *format, ...)
{
	va_list args;

	link->stage = LINK_DEAD;
	link->failure = failure;
	va_start(args, format);
	vsnprintf(link->text, sizeof link->text, format, args);
	va_end(args);
	link_end_attempts(link);
	if (link->stream)
		bufferevent_disable(link->stream, EV_READ | EV_WRITE);
	tell(link, LINK_FAILED);
}

static void on_readable(struct bufferevent *stream, void *arg)
{
	struct link *link = arg;

	if (link->stage != LINK_OPEN || link->paused ||
	    !evbuffer_get_length(bufferevent_get_input(stream)))
		return;
	link->heard = true;
	tell(link, LINK_DATA);
}

static size_t queued(const struct link *link)
{
	return evbuffer_get_length(bufferevent_get_output(link->stream));
}

static void on_drained(struct bufferevent *stream, void *arg)
{
	struct link *link = arg;

	if (link->stage != LINK_OPEN || !link->unsent)
		return;
	link->unsent = false;
	tell(link, LINK_DRAINED);
}

static void on_connected(struct link *link)
{
	link->stage = LINK_OPEN;
	tell(link, LINK_CONNECTED);
}

/* With TLS 1.3 the peer misses our certificate after our side of the handshake is over (RFC 8446
 * section 4.4.2.4), and what it has to say of it is often lost with the connection. */
static bool misses_certificate(const struct link *link)
{
	return link->certificate_asked && !link->heard && !link->tls.certificate_file;
}

static void fail_for_certificate(struct link *link, const char *why)
{
	link_fail(
	    link, LINK_TLS, "%s (the peer asks for a client certificate, none is configured)", why);
}

static void on_error(struct link *link, int error)
{
	char why[LINK_TEXT];
	bool by_tls = link->secure && link_tls_explain(link->stream, why, sizeof why);

	if (error == 0)
		error = ECONNRESET;
	if (misses_certificate(link)) {
		fail_for_certificate(link, by_tls ? why : strerror(error));
		return;
	}
	if (by_tls || link->stage == LINK_SECURING) {
		link_fail(link, LINK_TLS, "%s", why);
		return;
	}
	link_fail(link, link_failure_of(error), "%s", strerror(error));
}

static void on_written(void *arg)
{
	struct link *link = arg;

	link->outcome = NULL;
	if (link->stage != LINK_OPEN)
		return;
	if (link->broken)
		on_error(link, link->broken);
	else if (queued(link) == 0)
		on_drained(link->stream, link);
}

static void on_event(struct bufferevent *stream, short what, void *arg)
{
	int error = errno;
	struct link *link = arg;

	if (link->stage == LINK_DEAD)
		return;
	if (link->broken) { /* the kernel tells an error once, and then it is an end */
		what = BEV_EVENT_ERROR;
		error = link->broken;
	}
	if (what & BEV_EVENT_CONNECTED) {
		on_connected(link);
	} else if (what & BEV_EVENT_ERROR) {
		on_error(link, error);
	} else if (what & BEV_EVENT_EOF) {
		if (misses_certificate(link)) {
			fail_for_certificate(link, "connection closed");
			return;
		}
		if (link->stage == LINK_SECURING) {
			link_fail(link, LINK_TLS, "connection closed during the TLS handshake");
			return;
		}
		link->stage = LINK_DEAD;
		tell(link, LINK_ENDED);
	}
}

/* The TLS state takes over the stream; on NULL the link has failed and the socket is closed. */
static struct bufferevent *secure_stream(struct link *link, int fd)
{
	char why[LINK_TEXT];
	enum link_failure failure;
	struct ssl_st *ssl = link_tls_start(link, &failure, why, sizeof why);

	if (!ssl) {
		close(fd);
		link_fail(link, failure, "%s", why);
		return NULL;
	}

	struct bufferevent *stream = bufferevent_openssl_socket_new(
	    loop_base(link->loop), fd, ssl, BUFFEREVENT_SSL_CONNECTING, BEV_OPT_CLOSE_ON_FREE);

	if (!stream)
		abort();
	bufferevent_openssl_set_allow_dirty_shutdown(stream, 1);
	return stream;
}

void link_connected(struct link *link, int fd)
{
	struct bufferevent *stream;

	if (link->bare) {
		link->socket = fd;
		on_connected(link);
		return;
	}

	if (link->secure) {
		stream = secure_stream(link, fd);
		if (!stream)
			return; /* the link may be closed by now */
	} else {
		stream = bufferevent_socket_new(loop_base(link->loop), fd, BEV_OPT_CLOSE_ON_FREE);
		if (!stream)
			abort();
	}
	link->stream = stream;
	bufferevent_set_max_single_read(stream, READ_AT_ONCE);
	bufferevent_setcb(stream, on_readable, on_drained, on_event, link);
	bufferevent_enable(stream, EV_READ | EV_WRITE);
	if (link->secure)
		link->stage = LINK_SECURING;
	else
		on_connected(link);
}

static void on_stagger(void *arg)
{
	link_try_addresses(arg);
}

static void on_resolved(void *arg, const struct address *addresses, size_t count, const char *why)
{
	struct link *link = arg;

	link->resolve = NULL;
	if (count == 0) {
		link_fail(link, LINK_UNRESOLVED, "%s: %s", link->host, why);
		return;
	}
	memcpy(link->addresses, addresses, count * sizeof *addresses);
	link->address_count = count;
	link->stage = LINK_CONNECTING;
	link->stagger = timer_create_on(link->loop, on_stagger, link);
	link_try_addresses(link);
}

struct link *link_connect(struct loop *loop, const char *host, unsigned port,
    const struct link_tls *tls, link_fn fn, void *arg)
{
	struct link *link = calloc(1, sizeof *link);

	if (!link)
		abort();
	link->loop = loop;
	link->fn = fn;
	link->arg = arg;
	link->stage = LINK_RESOLVING;
	link->host = copy(host);
	link->port = port;
	if (tls) {
		link->secure = true;
		link->tls = (struct link_tls){.server_name = copy(tls->server_name),
		    .ca_file = copy(tls->ca_file),
		    .certificate_file = copy(tls->certificate_file),
		    .key_file = copy(tls->key_file)};
	}
	link->resolve = resolve_start(loop, host, port, on_resolved, link);
	return link;
}

struct link *link_dial(struct loop *loop, const char *host, unsigned port, link_fn fn, void *arg)
{
	struct link *link = link_connect(loop, host, port, NULL, fn, arg);

	link->bare = true;
	link->socket = -1;
	return link;
}

int link_take_socket(struct link *link)
{
	int fd = link->socket;

	link->socket = -1;
	return fd;
}

struct link *link_adopt(
    struct loop *loop, int fd, const struct listen_tls *tls, struct arrival *arrival)
{
	struct link *link = calloc(1, sizeof *link);

	if (!link)
		abort();
	link->loop = loop;
	link->arrival = arrival;
	link->secure = tls != NULL;
	link->stream =
	    tls ? bufferevent_openssl_socket_new(loop_base(loop), fd, listen_tls_start(tls, false),
		      BUFFEREVENT_SSL_ACCEPTING, BEV_OPT_CLOSE_ON_FREE)
		: bufferevent_socket_new(loop_base(loop), fd, BEV_OPT_CLOSE_ON_FREE);
	if (!link->stream)
		abort();
	if (tls)
		bufferevent_openssl_set_allow_dirty_shutdown(link->stream, 1);
	bufferevent_set_max_single_read(link->stream, READ_AT_ONCE);
	link->stage = tls ? LINK_SECURING : LINK_OPEN;
	return link;
}

void link_take(struct link *link, link_fn fn, void *arg)
{
	link->fn = fn;
	link->arg = arg;
	bufferevent_setcb(link->stream, on_readable, on_drained, on_event, link);
	bufferevent_enable(link->stream, EV_READ | EV_WRITE);
}

enum link_stage link_stage(const struct link *link)
{
	return link->stage;
}

enum link_failure link_failure(const struct link *link)
{
	return link->stage == LINK_DEAD ? link->failure : LINK_OK;
}

const char *link_failure_text(const struct link *link)
{
	return link->stage == LINK_DEAD ? link->text : "";
}

/* Gives the kernel what it takes without waiting: a request leaves before the next one is made, and
 * no event is asked for. How much it took; what became of it is told later. */
static size_t write_at_once(struct link *link, const void *bytes, size_t length)
{
	ssize_t sent = send(bufferevent_getfd(link->stream), bytes, length, MSG_NOSIGNAL);

	if (sent < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
		link->broken = errno;
	if (!link->outcome)
		link->outcome = loop_defer(link->loop, on_written, link);
	return sent > 0 ? (size_t)sent : 0;
}

void link_write(struct link *link, const void *bytes, size_t length)
{
	size_t sent = 0;

	if (link->stage != LINK_OPEN || link->broken || length == 0)
		return;
	link->unsent = true;
	if (!link->secure && queued(link) == 0)
		sent = write_at_once(link, bytes, length);
	if (sent < length && !link->broken &&
	    bufferevent_write(link->stream, (const char *)bytes + sent, length - sent) != 0)
		abort();
}

const uint8_t *link_peek(struct link *link, size_t *length)
{
	struct evbuffer *input = link->stream ? bufferevent_get_input(link->stream) : NULL;
	const uint8_t *bytes;

	*length = input ? evbuffer_get_length(input) : 0;
	if (*length == 0)
		return (const uint8_t *)"";
	bytes = evbuffer_pullup(input, -1);
	if (!bytes)
		abort();
	return bytes;
}

void link_consume(struct link *link, size_t length)
{
	if (link->stream)
		evbuffer_drain(bufferevent_get_input(link->stream), length);
}

void link_pause(struct link *link)
{
	link->paused = true;
	if (link->announce)
		defer_cancel(link->announce);
	link->announce = NULL;
	if (link->stage == LINK_OPEN)
		bufferevent_disable(link->stream, EV_READ);
}

static void on_announce(void *arg)
{
	struct link *link = arg;

	link->announce = NULL;
	on_readable(link->stream, link);
}

void link_resume(struct link *link)
{
	if (!link->paused)
		return;
	link->paused = false;
	if (link->stage != LINK_OPEN)
		return;
	bufferevent_enable(link->stream, EV_READ);
	if (evbuffer_get_length(bufferevent_get_input(link->stream)) > 0)
		link->announce = loop_defer(link->loop, on_announce, link);
}

static void close_stream(struct link *link, bool flush)
{
	bool open = link->stage == LINK_OPEN;

	bufferevent_setcb(link->stream, NULL, NULL, NULL, NULL);
	if (flush && open && link->unsent) {
		closing_start(link->loop, link->stream, link->secure);
		return;
	}
	if (link->secure && open)
		link_tls_shutdown(link->stream);
	bufferevent_free(link->stream);
}

void link_close(struct link *link, bool flush)
{
	if (link->resolve)
		resolve_cancel(link->resolve);
	link_end_attempts(link);
	if (link->announce)
		defer_cancel(link->announce);
	if (link->outcome)
		defer_cancel(link->outcome);
	if (link->stream)
		close_stream(link, flush);
	if (link->bare && link->socket >= 0)
		close(link->socket);
	if (link->arrival)
		arrival_end(link->arrival);
	free(link->host);
	free((char *)link->tls.server_name);
	free((char *)link->tls.ca_file);
	free((char *)link->tls.certificate_file);
	free((char *)link->tls.key_file);
	free(link);
}
