#include "front/z_session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "base/log.h"
#include "config.h"
#include "front/gateway.h"
#include "front/z_op.h"
#include "loop/link.h"
#include "loop/loop.h"
#include "loop/timer.h"
#include "registry/config.h"

#define REQUEST_MAX (256 * 1024)       /* of an APDU: queries are at most 16 KiB */
#define MESSAGE_MAX (16 * 1024 * 1024) /* of an answer */
#define WAITING_MAX (64 * 1024)	       /* read ahead while a request is outstanding */
#define SENDING_MS 120000	       /* to take an answer */
#define LEAVING_MS 1000		       /* to take our Close */

static void on_timer(void *arg);
static void on_link(void *arg, struct link *link, enum link_event event);

static const struct zserver_options options = {
    .request_max = REQUEST_MAX,
    .message_max = MESSAGE_MAX,
    .scan = true,
    .sort = true,
    .implementation_name = "Silang",
    .implementation_version = PACKAGE_VERSION,
};

/* ---- phases ---- */

static msec_t phase_time(const struct z_session *session, enum z_phase phase)
{
	const struct config_limits *limits = &session->gateway->config->limits;

	switch (phase) {
	case Z_OPENING: return limits->header_time;
	case Z_IDLE: return limits->z3950_idle;
	case Z_AMID: return limits->body_time;
	case Z_SENDING: return SENDING_MS;
	case Z_LEAVING: return LEAVING_MS;
	case Z_BUSY: break;
	}
	return MSEC_NEVER;
}

/* The one place where a phase changes. A phase that goes on keeps its time: a drip of bytes does
 * not prolong it. */
static void set_phase(struct z_session *session, enum z_phase phase)
{
	msec_t time = phase_time(session, phase);

	if (session->phase == phase)
		return;
	session->phase = phase;
	timer_arm(session->timer,
	    time == MSEC_NEVER ? MSEC_NEVER : loop_now(session->gateway->loop) + time);
}

static enum z_phase find_phase(const struct z_session *session)
{
	if (session->op)
		return Z_BUSY;
	if (session->unsent)
		return Z_SENDING;
	if (!session->opened)
		return Z_OPENING;
	return zserver_is_amid(session->server) ? Z_AMID : Z_IDLE;
}

/* ---- life ---- */

struct z_session *z_session_create(
    struct z_front *front, struct gateway *gateway, struct link *link, const char *peer)
{
	struct z_session *session = calloc(1, sizeof *session);

	if (!session)
		abort();
	session->front = front;
	session->gateway = gateway;
	session->link = link;
	session->server = zserver_create(&options);
	session->timer = timer_create_on(gateway->loop, on_timer, session);
	snprintf(session->peer, sizeof session->peer, "%s", peer);
	timer_arm(session->timer, loop_now(gateway->loop) + phase_time(session, Z_OPENING));
	link_take(link, on_link, session);
	return session;
}

/* Everything but the link. */
static void release(struct z_session *session)
{
	bool leaving = session->phase == Z_LEAVING;
	struct gateway *gateway = session->gateway;

	if (session->op)
		z_op_cancel(session->op);
	z_sets_clear(&session->sets, gateway->share);
	z_front_forget(session->front, session);
	timer_destroy(session->timer);
	zserver_destroy(session->server);
	free(session);
	if (leaving)
		gateway_request_closed(gateway);
}

void z_session_destroy(struct z_session *session)
{
	link_close(session->link, false);
	release(session);
}

/* Our last words are queued. While the gateway drains they are waited for, as it would end first.
 */
static void leave(struct z_session *session)
{
	if (session->op)
		z_op_cancel(session->op);
	session->op = NULL;
	if (session->gateway->draining && session->unsent) {
		gateway_request_opened(session->gateway);
		set_phase(session, Z_LEAVING);
		return;
	}
	link_close(session->link, true);
	release(session);
}

static void log_end(const struct z_session *session, const char *why)
{
	char quoted[256];

	log_line(session->gateway->log, LOG_INFO, "association-ended", "peer=%s reason=%s",
	    session->peer, log_quote(why, quoted, sizeof quoted));
}

static void close_for(struct z_session *session, enum zserver_reason reason, const char *text)
{
	log_end(session, text);
	zserver_close(session->server, reason, text);
	z_session_step(session);
}

static void on_timer(void *arg)
{
	struct z_session *session = arg;
	char time[24], text[96];

	duration_print(phase_time(session, session->phase), time);
	switch (session->phase) {
	case Z_OPENING: snprintf(text, sizeof text, "no Init within %s", time); break;
	case Z_IDLE: snprintf(text, sizeof text, "nothing was asked for %s", time); break;
	case Z_AMID: snprintf(text, sizeof text, "a request not finished within %s", time); break;
	default:
		log_end(session, "the client does not read");
		z_session_destroy(session);
		return;
	}
	close_for(session, ZCLOSE_IDLE, text);
}

void z_session_drain(struct z_session *session)
{
	if (session->op || session->phase == Z_LEAVING)
		return;
	close_for(session, ZCLOSE_SHUTDOWN, "the gateway is being stopped");
}

/* ---- work ---- */

static void send_output(struct z_session *session)
{
	size_t length;
	const void *bytes = zserver_output(session->server, &length);

	if (!length)
		return;
	link_write(session->link, bytes, length);
	zserver_sent(session->server, length);
	session->unsent = true;
}

static void on_init(struct z_session *session, const struct zserver_init *init)
{
	session->charset = init->charset;
	session->records_too = init->records_too;
	session->opened = true;
	z_op_note_init(session, init);
	zserver_accept(session->server);
}

static void handle(struct z_session *session, const struct zserver_event *event)
{
	switch (event->type) {
	case ZSERVER_INIT: on_init(session, &event->u.init); break;
	case ZSERVER_SEARCH: z_search(session, &event->u.search); break;
	case ZSERVER_PRESENT: z_present(session, &event->u.present); break;
	case ZSERVER_DELETE: z_delete(session, &event->u.delete); break;
	case ZSERVER_SCAN: z_scan(session, &event->u.scan); break;
	case ZSERVER_SORT: z_sort(session, &event->u.sort); break;
	case ZSERVER_CLOSED: log_end(session, event->detail); break;
	}
}

/* Reading stops while a request is outstanding and enough of what follows is here. */
static void regulate(struct z_session *session)
{
	bool full =
	    (session->op || session->unsent) && zserver_waiting(session->server) > WAITING_MAX;

	if (full && !session->paused)
		link_pause(session->link);
	if (!full && session->paused)
		link_resume(session->link);
	session->paused = full;
}

void z_session_step(struct z_session *session)
{
	const struct zserver_event *event;

	if (session->phase == Z_LEAVING)
		return;
	send_output(session);
	while (!session->unsent && !zserver_is_shut(session->server) &&
	       (event = zserver_next(session->server))) {
		handle(session, event);
		send_output(session);
	}
	/* A Close is seen before its turn, whatever is outstanding. */
	if (session->op && (event = zserver_next(session->server))) {
		handle(session, event);
		send_output(session);
	}
	if (session->gateway->draining && !session->op && !zserver_is_shut(session->server)) {
		zserver_close(session->server, ZCLOSE_SHUTDOWN, "the gateway is being stopped");
		send_output(session);
	}
	if (zserver_is_shut(session->server)) {
		leave(session);
		return;
	}
	set_phase(session, find_phase(session));
	regulate(session);
}

static void on_data(struct z_session *session)
{
	size_t length;
	const uint8_t *bytes = link_peek(session->link, &length);

	zserver_feed(session->server, bytes, length);
	link_consume(session->link, length);
	z_session_step(session);
}

static void on_link(void *arg, struct link *link, enum link_event event)
{
	struct z_session *session = arg;

	switch (event) {
	case LINK_CONNECTED: break;
	case LINK_DATA: on_data(session); break;
	case LINK_DRAINED:
		session->unsent = false;
		if (session->phase == Z_LEAVING) {
			link_close(session->link, true);
			release(session);
		} else {
			z_session_step(session);
		}
		break;
	case LINK_ENDED:
	case LINK_FAILED:
		log_end(
		    session, event == LINK_ENDED ? "the client has gone" : link_failure_text(link));
		if (session->op)
			session->gateway->counters.gone++;
		z_session_destroy(session);
		break;
	}
}
