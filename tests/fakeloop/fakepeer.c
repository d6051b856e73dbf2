/* Links whose far end is a scene's: the scene's end. Bytes wait in queues; each carriage of some of
 * them to the other side is one happening of the world. */
#include <stdlib.h>

#include "fakeloop/link_parts.h"

#define FLUSH_MS 1000

enum act_kind { ACT_BYTES, ACT_CLOSE, ACT_RESET, ACT_LOST };

struct act { /* what a peer will do */
	struct act *next;
	msec_t when;
	enum act_kind kind;
	struct bytes bytes;
};

static struct fakepeer *peer_create(struct loop *loop)
{
	struct fakepeer *peer = world_alloc(sizeof *peer);

	peer->loop = loop;
	peer->next = loop->peers;
	loop->peers = peer;
	return peer;
}

struct fakepeer *fakepeer_open(struct link *link)
{
	struct fakepeer *peer = peer_create(link->loop);

	peer->host = link->target;
	peer->link = link;
	peer->secure = link->secure;
	tls_copy(&peer->tls, &link->tls);
	peer->host->connections++;
	return peer;
}

struct fakepeer *fakepeer_create(struct loop *loop)
{
	struct fakepeer *peer = peer_create(loop);

	peer->waiting = true;
	return peer;
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
		fakelink_tell(link, LINK_DRAINED);
	}
}

void fakepeer_bring(struct fakepeer *peer, const void *bytes, size_t length)
{
	if (peer->vanished)
		plan_act(peer, FAKEPEER_SILENCE, ACT_LOST);
	bytes_add(&peer->coming, bytes, length);
	plan_carry(peer);
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

void fakepeer_pump(struct fakepeer *peer)
{
	msec_t now = peer->loop->now;

	if (peer->pump || !peer->acts || !peer->link || peer->link->paused)
		return;
	peer->pump =
	    world_plan(peer->loop, peer->acts->when > now ? peer->acts->when : now, on_pump, peer);
}

void fakepeer_hold(struct fakepeer *peer)
{
	world_cancel(peer->loop, peer->pump);
	peer->pump = NULL;
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
		fakepeer_pump(peer);
		fakelink_tell(link, LINK_DATA);
		return;
	}
	while (peer->acts)
		drop_first_act(peer);
	peer->ended = true;
	if (kind == ACT_RESET) {
		fakelink_fail(link, LINK_RESET, "Connection reset by peer");
		return;
	}
	if (kind == ACT_LOST) {
		fakelink_fail(link, LINK_UNREACHABLE, "Connection timed out");
		return;
	}
	link->stage = LINK_DEAD;
	fakelink_tell(link, LINK_ENDED);
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
	fakepeer_pump(peer);
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
	fakepeer_hold(peer);
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

void fakepeer_leave(struct fakepeer *peer, bool flush)
{
	peer->link = NULL;
	fakepeer_hold(peer);
	if (flush && bytes_length(&peer->coming) > 0 && !peer->ended) {
		peer->flushing = true;
		plan_end(peer, FLUSH_MS);
		return;
	}
	world_cancel(peer->loop, peer->carry);
	peer->carry = NULL;
	plan_end(peer, 0);
}

void fakepeer_refuse(struct fakepeer *peer)
{
	peer->waiting = false;
	plan_end(peer, 0);
}

void fakepeer_clear(struct loop *loop)
{
	while (loop->peers)
		peer_destroy(loop->peers);
}
