/* Links whose far end is a scene's. Bytes wait in queues; each carriage of some of them to the
 * other side is one happening of the world. */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fakeloop/internal.h"

#define FLUSH_MS 1000

struct link {
	struct link *next;
	struct loop *loop;
	link_fn fn;
	void *arg;
	enum link_stage stage;
	enum link_failure failure;
	char text[256];
	char *host;
	unsigned port;
	bool secure;
	struct link_tls tls;
	struct fakehost *target;
	bool knocked;
	enum fakehost_mode mode; /* what the knock was answered, else the host's */
	struct happening *step;	 /* the next of resolving, connecting, securing */
	struct fakepeer *peer;	 /* once open */
	struct bytes input;
	bool unsent, paused;
	struct defer *announce;
	struct arrival *arrival; /* from a client: its place in the listener's counts */
};

enum act_kind { ACT_BYTES, ACT_CLOSE, ACT_RESET, ACT_LOST };

struct act { /* what a peer will do */
	struct act *next;
	msec_t when;
	enum act_kind kind;
	struct bytes bytes;
};

struct fakepeer {
	struct fakepeer *next;
	struct loop *loop;
	struct fakehost *host; /* NULL: a client of ours */
	struct link *link;     /* NULL once the program has closed */
	bool waiting;	       /* a client that is not accepted yet */
	bool secure;
	struct link_tls tls;
	fakepeer_fn fn;
	void *arg;
	struct act *acts, *last_act;
	struct happening *pump; /* for the first act */
	bool ended;		/* closed or reset by the scene: it receives no more */
	bool deaf;
	bool vanished; /* without a word; nobody knows yet */
	struct bytes coming, received;
	struct happening *carry; /* of what is coming */
	struct happening *end;	 /* the program has closed */
	bool flushing;		 /* ends when all that is coming has come */
};

/* ---- a link's way up ---- */

static void tls_copy(struct link_tls *to, const struct link_tls *from)
{
	*to = (struct link_tls){.server_name = world_strdup(from->server_name),
	    .ca_file = world_strdup(from->ca_file),
	    .certificate_file = world_strdup(from->certificate_file),
	    .key_file = world_strdup(from->key_file)};
}

static void tls_clear(struct link_tls *tls)
{
	free((char *)tls->server_name);
	free((char *)tls->ca_file);
	free((char *)tls->certificate_file);
	free((char *)tls->key_file);
}

/* The last thing a function does with a link: the callee may have closed it. */
static void tell(struct link *link, enum link_event event)
{
	assert(link->fn); /* a listener's link is taken in the call that hands it over */
	static const char *const words[] = {"connected", "data", "drained", "ended", "failed"};

	world_trace(link->loop, "link %s:%u %s%s%s", link->host, link->port, words[event],
	    event == LINK_FAILED ? ": " : "", event == LINK_FAILED ? link->text : "");
	link->fn(link->arg, link, event);
}

static void fail(struct link *link, enum link_failure failure, const char *text)
{
	link->stage = LINK_DEAD;
	link->failure = failure;
	snprintf(link->text, sizeof link->text, "%s", text);
	tell(link, LINK_FAILED);
}

static void open_link(struct link *link)
{
	struct fakepeer *peer = world_alloc(sizeof *peer);

	peer->loop = link->loop;
	peer->host = link->target;
	peer->link = link;
	peer->secure = link->secure;
	tls_copy(&peer->tls, &link->tls);
	peer->next = link->loop->peers;
	link->loop->peers = peer;
	peer->host->connections++;
	link->peer = peer;
	link->stage = LINK_OPEN;
	if (peer->host->fn)
		peer->host->fn(peer->host->arg, peer);
	tell(link, LINK_CONNECTED);
}

static void on_secured(void *arg)
{
	struct link *link = arg;
	struct fakehost *host = link->target;

	link->step = NULL;
	if (!link->knocked)
		link->mode = host->mode;
	if (link->mode == FAKEHOST_TLS_FAILS)
		fail(link, LINK_TLS, host->text ? host->text : "certificate has expired");
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
		fail(link, LINK_REFUSED, text ? text : "Connection refused");
	} else if (mode == FAKEHOST_UNREACHABLE) {
		fail(link, LINK_UNREACHABLE, text ? text : "No route to host");
	} else if (mode == FAKEHOST_NO_DESCRIPTORS) {
		fail(link, LINK_RESOURCES, text ? text : "Too many open files");
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
		fail(link, LINK_UNRESOLVED, text);
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

/* ---- bytes from the program ---- */

static void on_carry(void *arg);

static void plan_carry(struct fakepeer *peer)
{
	if (!peer->carry && !peer->deaf && !peer->vanished && bytes_length(&peer->coming) > 0)
		peer->carry = world_plan(peer->loop, peer->loop->now, on_carry, peer);
}

static struct act *plan_act(struct fakepeer *peer, msec_t delay, enum act_kind kind);
static void on_end(void *arg);

static void plan_end(struct fakepeer *peer, msec_t delay)
{
	world_cancel(peer->loop, peer->end);
	peer->end = world_plan(peer->loop, peer->loop->now + delay, on_end, peer);
}

static void on_carry(void *arg)
{
	struct fakepeer *peer = arg;
	size_t length = world_cut(peer->loop, bytes_length(&peer->coming));

	peer->carry = NULL;
	if (!peer->ended)
		bytes_add(&peer->received, bytes_peek(&peer->coming), length);
	bytes_take(&peer->coming, length);
	plan_carry(peer);
	if (bytes_length(&peer->coming) == 0 && peer->flushing)
		plan_end(peer, 0);
	if (peer->fn && !peer->ended)
		peer->fn(peer->arg, peer, FAKEPEER_DATA);

	struct link *link = peer->link;

	if (link && link->stage == LINK_OPEN && link->unsent && bytes_length(&peer->coming) == 0) {
		link->unsent = false;
		tell(link, LINK_DRAINED);
	}
}

void link_write(struct link *link, const void *bytes, size_t length)
{
	if (link->stage != LINK_OPEN || length == 0)
		return;
	link->unsent = true;
	if (link->peer->vanished)
		plan_act(link->peer, FAKEPEER_SILENCE, ACT_LOST);
	bytes_add(&link->peer->coming, bytes, length);
	plan_carry(link->peer);
}

void fakepeer_set_reading(struct fakepeer *peer, bool reading)
{
	peer->deaf = !reading;
	if (peer->deaf) {
		world_cancel(peer->loop, peer->carry);
		peer->carry = NULL;
	} else {
		plan_carry(peer);
	}
}

/* ---- bytes to the program ---- */

static void on_pump(void *arg);

static void plan_pump(struct fakepeer *peer)
{
	msec_t now = peer->loop->now;

	if (peer->pump || !peer->acts || !peer->link || peer->link->paused)
		return;
	peer->pump =
	    world_plan(peer->loop, peer->acts->when > now ? peer->acts->when : now, on_pump, peer);
}

static void drop_first_act(struct fakepeer *peer)
{
	struct act *act = peer->acts;

	peer->acts = act->next;
	if (!peer->acts)
		peer->last_act = NULL;
	bytes_clear(&act->bytes);
	free(act);
}

static void on_pump(void *arg)
{
	struct fakepeer *peer = arg;
	struct link *link = peer->link;
	struct act *act = peer->acts;
	enum act_kind kind = act->kind;

	peer->pump = NULL;
	if (kind == ACT_BYTES) {
		size_t length = world_cut(peer->loop, bytes_length(&act->bytes));

		bytes_add(&link->input, bytes_peek(&act->bytes), length);
		bytes_take(&act->bytes, length);
		if (bytes_length(&act->bytes) == 0)
			drop_first_act(peer);
		plan_pump(peer);
		tell(link, LINK_DATA);
		return;
	}
	while (peer->acts)
		drop_first_act(peer);
	peer->ended = true;
	if (kind == ACT_RESET) {
		fail(link, LINK_RESET, "Connection reset by peer");
		return;
	}
	if (kind == ACT_LOST) {
		fail(link, LINK_UNREACHABLE, "Connection timed out");
		return;
	}
	link->stage = LINK_DEAD;
	tell(link, LINK_ENDED);
}

static struct act *plan_act(struct fakepeer *peer, msec_t delay, enum act_kind kind)
{
	struct act *act = world_alloc(sizeof *act);
	msec_t when = peer->loop->now + delay;

	act->kind = kind;
	act->when = peer->last_act && peer->last_act->when > when ? peer->last_act->when : when;
	if (peer->last_act)
		peer->last_act->next = act;
	else
		peer->acts = act;
	peer->last_act = act;
	plan_pump(peer);
	return act;
}

void fakepeer_send(struct fakepeer *peer, msec_t delay, const void *bytes, size_t length)
{
	if (length > 0 && (peer->link || peer->waiting) && !peer->ended)
		bytes_add(&plan_act(peer, delay, ACT_BYTES)->bytes, bytes, length);
}

void fakepeer_drip(struct fakepeer *peer, msec_t delay, const void *bytes, size_t length,
    size_t piece, msec_t interval)
{
	for (size_t at = 0; at < length; at += piece, delay += interval)
		fakepeer_send(peer, delay, (const uint8_t *)bytes + at,
		    length - at < piece ? length - at : piece);
}

void fakepeer_close(struct fakepeer *peer, msec_t delay)
{
	if ((peer->link || peer->waiting) && !peer->ended)
		plan_act(peer, delay, ACT_CLOSE);
}

void fakepeer_reset(struct fakepeer *peer, msec_t delay)
{
	if ((peer->link || peer->waiting) && !peer->ended)
		plan_act(peer, delay, ACT_RESET);
}

void fakepeer_vanish(struct fakepeer *peer)
{
	peer->vanished = true;
	world_cancel(peer->loop, peer->pump);
	peer->pump = NULL;
	while (peer->acts)
		drop_first_act(peer);
}

/* ---- the rest of a peer ---- */

void fakepeer_on(struct fakepeer *peer, fakepeer_fn fn, void *arg)
{
	peer->fn = fn;
	peer->arg = arg;
}

const uint8_t *fakepeer_received(const struct fakepeer *peer, size_t *length)
{
	*length = bytes_length(&peer->received);
	return bytes_peek(&peer->received);
}

void fakepeer_take(struct fakepeer *peer, size_t length)
{
	bytes_take(&peer->received, length);
}

const struct link_tls *fakepeer_tls(const struct fakepeer *peer)
{
	return peer->secure ? &peer->tls : NULL;
}

struct fakehost *fakepeer_host(const struct fakepeer *peer)
{
	return peer->host;
}

struct loop *fakepeer_loop(const struct fakepeer *peer)
{
	return peer->loop;
}

static void peer_destroy(struct fakepeer *peer)
{
	struct fakepeer **at = &peer->loop->peers;

	while (*at != peer)
		at = &(*at)->next;
	*at = peer->next;
	world_cancel(peer->loop, peer->pump);
	world_cancel(peer->loop, peer->carry);
	world_cancel(peer->loop, peer->end);
	while (peer->acts)
		drop_first_act(peer);
	bytes_clear(&peer->coming);
	bytes_clear(&peer->received);
	tls_clear(&peer->tls);
	free(peer);
}

static void on_end(void *arg)
{
	struct fakepeer *peer = arg;

	peer->end = NULL;
	if (peer->host)
		peer->host->connections--;
	world_trace(peer->loop, "peer %s:%u closed by us", peer->host ? peer->host->name : "client",
	    peer->host ? peer->host->port : 0);
	if (peer->fn)
		peer->fn(peer->arg, peer, FAKEPEER_CLOSED);
	peer_destroy(peer);
}

/* ---- the rest of a link ---- */

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
	if (link->peer) {
		world_cancel(link->loop, link->peer->pump);
		link->peer->pump = NULL;
	}
}

static void on_announce(void *arg)
{
	struct link *link = arg;

	link->announce = NULL;
	if (link->stage == LINK_OPEN && bytes_length(&link->input) > 0)
		tell(link, LINK_DATA);
}

void link_resume(struct link *link)
{
	if (!link->paused)
		return;
	link->paused = false;
	if (link->stage != LINK_OPEN)
		return;
	plan_pump(link->peer);
	if (bytes_length(&link->input) > 0)
		link->announce = loop_defer(link->loop, on_announce, link);
}

static void leave_peer(struct fakepeer *peer, bool flush)
{
	peer->link = NULL;
	world_cancel(peer->loop, peer->pump);
	peer->pump = NULL;
	if (flush && bytes_length(&peer->coming) > 0 && !peer->ended) {
		peer->flushing = true;
		plan_end(peer, FLUSH_MS);
		return;
	}
	world_cancel(peer->loop, peer->carry);
	peer->carry = NULL;
	plan_end(peer, 0);
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
		leave_peer(link->peer, flush && link->stage == LINK_OPEN);
	if (link->arrival)
		arrival_end(link->arrival);
	bytes_clear(&link->input);
	tls_clear(&link->tls);
	free(link->host);
	free(link);
}

/* ---- clients: see fakelisten.c ---- */

struct fakepeer *fakepeer_create(struct loop *loop)
{
	struct fakepeer *peer = world_alloc(sizeof *peer);

	peer->loop = loop;
	peer->waiting = true;
	peer->next = loop->peers;
	loop->peers = peer;
	return peer;
}

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
	plan_pump(link->peer);
}

void fakepeer_refuse(struct fakepeer *peer)
{
	peer->waiting = false;
	plan_end(peer, 0);
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
	while (loop->peers)
		peer_destroy(loop->peers);
	fakehost_clear(loop);
}
