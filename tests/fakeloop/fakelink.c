/* Links whose far end is a scene's: the program's end. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "fakeloop/link_parts.h"

/* ---- a link's way up ---- */

void tls_copy(struct link_tls *to, const struct link_tls *from)
{
	*to = (struct link_tls){.server_name = world_strdup(from->server_name),
	    .ca_file = world_strdup(from->ca_file),
	    .certificate_file = world_strdup(from->certificate_file),
	    .key_file = world_strdup(from->key_file)};
}

void tls_clear(struct link_tls *tls)
{
	free((char *)tls->server_name);
	free((char *)tls->ca_file);
	free((char *)tls->certificate_file);
	free((char *)tls->key_file);
}

void fakelink_tell(struct link *link, enum link_event event)
{
	assert(link->fn); /* a listener's link is taken in the call that hands it over */
	static const char *const words[] = {"connected", "data", "drained", "ended", "failed"};

	world_trace(link->loop, "link %s:%u %s%s%s", link->host, link->port, words[event],
	    event == LINK_FAILED ? ": " : "", event == LINK_FAILED ? link->text : "");
	link->fn(link->arg, link, event);
}

void fakelink_fail(struct link *link, enum link_failure failure, const char *text)
{
	link->stage = LINK_DEAD;
	link->failure = failure;
	snprintf(link->text, sizeof link->text, "%s", text);
	fakelink_tell(link, LINK_FAILED);
}

static void open_link(struct link *link)
{
	link->peer = fakepeer_open(link);
	link->stage = LINK_OPEN;
	if (link->target->fn)
		link->target->fn(link->target->arg, link->peer);
	fakelink_tell(link, LINK_CONNECTED);
}

static void on_secured(void *arg)
{
	struct link *link = arg;
	struct fakehost *host = link->target;

	link->step = NULL;
	if (!link->knocked)
		link->mode = host->mode;
	if (link->mode == FAKEHOST_TLS_FAILS)
		fakelink_fail(link, LINK_TLS, host->text ? host->text : "certificate has expired");
	else if (link->mode != FAKEHOST_TLS_SILENT)
		open_link(link);
}

static void on_connect(void *arg);

/* Asks the scene how this attempt is treated; true when that is to happen later. */
static bool knock(struct link *link)
{
	struct fakehost *host = link->target;
	msec_t delay = 0;

	if (!host || !host->knock || link->knocked)
		return false;
	link->knocked = true;
	link->mode = host->knock(host->knock_arg, &delay);
	if (delay > 0)
		link->step = world_plan(link->loop, link->loop->now + delay, on_connect, link);
	return delay > 0;
}

static void on_connect(void *arg)
{
	struct link *link = arg;
	struct fakehost *host = link->target;
	enum fakehost_mode mode = host ? host->mode : FAKEHOST_REFUSES;
	const char *text = host ? host->text : NULL;

	link->step = NULL;
	if (knock(link))
		return;
	if (link->knocked)
		mode = link->mode;
	if (mode == FAKEHOST_REFUSES) {
		fakelink_fail(link, LINK_REFUSED, text ? text : "Connection refused");
	} else if (mode == FAKEHOST_UNREACHABLE) {
		fakelink_fail(link, LINK_UNREACHABLE, text ? text : "No route to host");
	} else if (mode == FAKEHOST_NO_DESCRIPTORS) {
		fakelink_fail(link, LINK_RESOURCES, text ? text : "Too many open files");
	} else if (mode == FAKEHOST_SILENT) {
		return;
	} else if (link->secure) {
		link->stage = LINK_SECURING;
		link->step =
		    world_plan(link->loop, link->loop->now + host->tls_delay, on_secured, link);
	} else {
		open_link(link);
	}
}

static void on_resolved(void *arg)
{
	struct link *link = arg;
	msec_t delay;
	char text[256];

	link->step = NULL;
	if (!fakehost_resolves(link->loop, link->host, &delay)) {
		snprintf(text, sizeof text, "%s: no such name", link->host);
		fakelink_fail(link, LINK_UNRESOLVED, text);
		return;
	}
	link->stage = LINK_CONNECTING;
	link->target = fakehost_find(link->loop, link->host, link->port);
	delay = link->target ? link->target->connect_delay : 0;
	if (link->target)
		link->target->attempts++;
	link->step = world_plan(link->loop, link->loop->now + delay, on_connect, link);
}

struct link *link_connect(struct loop *loop, const char *host, unsigned port,
    const struct link_tls *tls, link_fn fn, void *arg)
{
	struct link *link = world_alloc(sizeof *link);
	msec_t delay;

	link->loop = loop;
	link->fn = fn;
	link->arg = arg;
	link->stage = LINK_RESOLVING;
	link->host = world_strdup(host);
	link->port = port;
	link->secure = tls != NULL;
	if (tls)
		tls_copy(&link->tls, tls);
	link->next = loop->links;
	loop->links = link;
	fakehost_resolves(loop, host, &delay);
	link->step = world_plan(loop, loop->now + delay, on_resolved, link);
	return link;
}

/* ---- the rest of a link ---- */

void link_write(struct link *link, const void *bytes, size_t length)
{
	if (link->stage != LINK_OPEN || length == 0)
		return;
	link->unsent = true;
	fakepeer_bring(link->peer, bytes, length);
}

enum link_stage link_stage(const struct link *link)
{
	return link->stage;
}

enum link_failure link_failure(const struct link *link)
{
	return link->failure;
}

const char *link_failure_text(const struct link *link)
{
	return link->text;
}

const uint8_t *link_peek(struct link *link, size_t *length)
{
	*length = bytes_length(&link->input);
	return bytes_peek(&link->input);
}

void link_consume(struct link *link, size_t length)
{
	bytes_take(&link->input, length);
}

void link_pause(struct link *link)
{
	link->paused = true;
	if (link->announce)
		defer_cancel(link->announce);
	link->announce = NULL;
	if (link->peer)
		fakepeer_hold(link->peer);
}

static void on_announce(void *arg)
{
	struct link *link = arg;

	link->announce = NULL;
	if (link->stage == LINK_OPEN && bytes_length(&link->input) > 0)
		fakelink_tell(link, LINK_DATA);
}

void link_resume(struct link *link)
{
	if (!link->paused)
		return;
	link->paused = false;
	if (link->stage != LINK_OPEN)
		return;
	fakepeer_pump(link->peer);
	if (bytes_length(&link->input) > 0)
		link->announce = loop_defer(link->loop, on_announce, link);
}

void link_close(struct link *link, bool flush)
{
	struct link **at = &link->loop->links;

	while (*at != link)
		at = &(*at)->next;
	*at = link->next;
	world_cancel(link->loop, link->step);
	if (link->announce)
		defer_cancel(link->announce);
	if (link->peer)
		fakepeer_leave(link->peer, flush && link->stage == LINK_OPEN);
	if (link->arrival)
		arrival_end(link->arrival);
	bytes_clear(&link->input);
	tls_clear(&link->tls);
	free(link->host);
	free(link);
}

/* ---- clients: see fakelisten.c ---- */

struct link *fakepeer_meet(struct fakepeer *peer, struct arrival *arrival, const char *address)
{
	struct link *link = world_alloc(sizeof *link);

	link->loop = peer->loop;
	link->host = world_strdup(address);
	link->stage = LINK_OPEN;
	link->arrival = arrival;
	link->peer = peer;
	link->next = link->loop->links;
	link->loop->links = link;
	peer->link = link;
	peer->waiting = false;
	return link;
}

void link_take(struct link *link, link_fn fn, void *arg)
{
	link->fn = fn;
	link->arg = arg;
	fakepeer_pump(link->peer);
}

/* ---- for the loop ---- */

size_t fakelink_count(const struct loop *loop)
{
	size_t count = 0;

	for (const struct link *i = loop->links; i; i = i->next)
		count++;
	return count;
}

void fakelink_clear(struct loop *loop)
{
	fakepeer_clear(loop);
	fakehost_clear(loop);
}
