/* A target and its associations: what comes in, what is due to go out. */
#include "tests/support/ztarget_parts.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaz/querytowrbuf.h>
#include <yaz/xmalloc.h>
#include "protocol/apdu.h"

enum { MESSAGE_MAX = 1 << 20 };

struct ztarget *ztarget_create(struct ztarget_script *script)
{
	struct ztarget *target = xcalloc(1, sizeof *target);

	target->script = script;
	return target;
}

static void clear_cache(struct ztarget *target)
{
	for (unsigned i = 0; i < 2 * CACHE_SIZE; i++) {
		xfree(target->cache[i / CACHE_SIZE][i % CACHE_SIZE]);
		target->cache[i / CACHE_SIZE][i % CACHE_SIZE] = NULL;
	}
}

void ztarget_destroy(struct ztarget *target)
{
	if (!target)
		return;
	clear_cache(target);
	ztarget_script_destroy(target->script);
	xfree(target);
}

const struct ztarget_stats *ztarget_stats(const struct ztarget *target)
{
	return &target->stats;
}

bool ztarget_restarts(const struct ztarget *target)
{
	return target->script->restarts;
}

void ztarget_set_note(struct ztarget *target, ztarget_note_fn fn, void *arg)
{
	target->note = fn;
	target->note_arg = arg;
}

void ztarget_set_script(struct ztarget *target, struct ztarget_script *script)
{
	ztarget_script_destroy(target->script);
	target->script = script;
	clear_cache(target);
}

static enum ztarget_answer answer_of(const struct behaviour *how)
{
	switch (how->instead) {
	case INSTEAD_REFUSE: return ZTARGET_REFUSE;
	case INSTEAD_SILENT: return ZTARGET_IGNORE;
	default: return ZTARGET_ACCEPT;
	}
}

enum ztarget_answer ztarget_knock(struct ztarget *target, msec_t *delay)
{
	struct behaviour how;

	behaviour_find(target->script, PHASE_CONNECT, ++target->knocks, 1, &how);
	*delay = how.delay;
	return answer_of(&how);
}

enum ztarget_answer ztarget_always(const struct ztarget *target)
{
	struct behaviour how;

	for (const struct rule *rule = target->script->rules; rule; rule = rule->next)
		if (rule->phase == PHASE_CONNECT &&
		    (rule->connection.from > 1 || rule->connection.to != UINT32_MAX))
			return ZTARGET_ACCEPT;
	behaviour_find(target->script, PHASE_CONNECT, UINT32_MAX, 1, &how);
	return answer_of(&how);
}

unsigned ztarget_knocks(const struct ztarget *target)
{
	return target->knocks;
}

struct ztarget_link *ztarget_link_create(struct ztarget *target, msec_t now)
{
	return ztarget_link_create_as(target, target->knocks, now);
}

struct ztarget_link *ztarget_link_create_as(struct ztarget *target, unsigned number, msec_t now)
{
	struct ztarget_link *link = xcalloc(1, sizeof *link);
	struct behaviour how;

	link->target = target;
	link->number = number;
	link->last = &link->first;
	link->decode = odr_createmem(ODR_DECODE);
	link->encode = odr_createmem(ODR_ENCODE);
	link->wire = odr_createmem(ODR_ENCODE);
	frame_init(&link->frame, MESSAGE_MAX);
	target->stats.connections++;
	if (++target->stats.open > target->stats.peak)
		target->stats.peak = target->stats.open;
	behaviour_find(target->script, PHASE_CONNECT, link->number, 1, &how);
	send_greeting(link, &how, now);
	return link;
}

static void drop_piece(struct ztarget_link *link)
{
	struct piece *piece = link->first;

	link->first = piece->next;
	if (!link->first)
		link->last = &link->first;
	xfree(piece->bytes);
	xfree(piece);
}

void ztarget_link_destroy(struct ztarget_link *link)
{
	if (!link)
		return;
	link->target->stats.open--;
	while (link->first)
		drop_piece(link);
	while (link->sets) {
		struct result_set *set = link->sets;

		link->sets = set->next;
		xfree(set->name);
		xfree(set->found);
		xfree(set);
	}
	odr_destroy(link->decode);
	odr_destroy(link->encode);
	odr_destroy(link->wire);
	xfree(link->input);
	xfree(link->delivered);
	xfree(link);
}

unsigned ztarget_link_number(const struct ztarget_link *link)
{
	return link->number;
}

static void note(struct ztarget_link *link, enum phase phase, const Z_APDU *apdu)
{
	WRBUF text;

	if (!link->target->note)
		return;
	text = wrbuf_alloc();
	wrbuf_printf(text, "%s %u", apdu_name(apdu), link->seen[phase]);
	if (apdu->which == Z_APDU_searchRequest) {
		wrbuf_puts(text, " ");
		yaz_query_to_wrbuf(text, apdu->u.searchRequest->query);
	} else if (apdu->which == Z_APDU_presentRequest) {
		wrbuf_printf(text, " %lld+%lld",
		    (long long)*apdu->u.presentRequest->resultSetStartPoint,
		    (long long)*apdu->u.presentRequest->numberOfRecordsRequested);
	}
	link->target->note(link->target->note_arg, link, wrbuf_cstr(text));
	wrbuf_destroy(text);
}

static enum phase count_phase(struct ztarget_stats *stats, const Z_APDU *apdu)
{
	switch (apdu->which) {
	case Z_APDU_initRequest: stats->inits++; return PHASE_INIT;
	case Z_APDU_searchRequest: stats->searches++; return PHASE_SEARCH;
	case Z_APDU_presentRequest: stats->presents++; return PHASE_PRESENT;
	case Z_APDU_deleteResultSetRequest: stats->deletes++; return PHASE_DELETE;
	case Z_APDU_scanRequest: stats->scans++; return PHASE_SCAN;
	case Z_APDU_close: stats->closes++; return PHASE_CLOSE;
	default: return PHASE_NONE;
	}
}

static void hang_up(struct ztarget_link *link, msec_t now)
{
	link->ended = true;
	queue_piece(link, ZTARGET_CLOSE, NULL, 0, now, NULL);
}

static void take_message(struct ztarget_link *link, uint8_t *bytes, size_t size, msec_t now)
{
	struct behaviour how;
	const char *why;
	Z_APDU *apdu = apdu_decode(link->decode, bytes, size, &why);
	enum phase phase = apdu ? count_phase(&link->target->stats, apdu) : PHASE_NONE;

	if (phase == PHASE_NONE) {
		hang_up(link, now);
	} else {
		link->seen[phase]++;
		note(link, phase, apdu);
		behaviour_find(link->target->script, phase, link->number, link->seen[phase], &how);
		send_reply(link, apdu, phase, &how, now);
	}
	odr_reset(link->encode);
	odr_reset(link->decode);
}

void ztarget_feed(struct ztarget_link *link, const void *bytes, size_t length, msec_t now)
{
	size_t at = 0, size;
	enum frame_result result = FRAME_MORE;

	if (link->ended || !length)
		return;
	link->target->stats.bytes_in += length;
	if (link->room - link->used < length) {
		link->room = (link->used + length) * 2;
		link->input = xrealloc(link->input, link->room);
	}
	memcpy(link->input + link->used, bytes, length);
	link->used += length;
	if (link->target->script->sru) {
		take_sru(link, now);
		return;
	}
	while (!link->ended && (result = frame_look(&link->frame, (const uint8_t *)link->input + at,
				    link->used - at, &size)) == FRAME_MESSAGE) {
		take_message(link, (uint8_t *)link->input + at, size, now);
		at += size;
	}
	memmove(link->input, link->input + at, link->used - at);
	link->used -= at;
	if (result == FRAME_GARBAGE || result == FRAME_TOO_LARGE)
		hang_up(link, now);
}

static void hand_out(
    struct ztarget_link *link, struct piece *piece, msec_t now, const void **bytes, size_t *length)
{
	size_t left = piece->length - piece->sent;

	*bytes = piece->sent ? piece->bytes + piece->sent : piece->bytes; /* NULL when empty */
	*length = piece->chunk && piece->chunk < left ? piece->chunk : left;
	link->target->stats.bytes_out += *length;
	if (piece->endless) {
		piece->due = now + 1;
		return;
	}
	piece->sent += *length;
	if (piece->sent < piece->length) {
		piece->due += piece->every;
		if (piece->due <= now)
			piece->due = now + piece->every;
		return;
	}
	xfree(link->delivered);
	link->delivered = piece->bytes;
	piece->bytes = NULL;
	drop_piece(link);
}

enum ztarget_move ztarget_next(
    struct ztarget_link *link, msec_t now, const void **bytes, size_t *length)
{
	struct piece *piece = link->first;
	enum ztarget_move move;

	if (!piece || piece->due > now)
		return ZTARGET_WAIT;
	if (piece->move == ZTARGET_SEND) {
		hand_out(link, piece, now, bytes, length);
		return ZTARGET_SEND;
	}
	link->ended = true;
	move = piece->move;
	while (link->first)
		drop_piece(link);
	return move;
}

msec_t ztarget_due(const struct ztarget_link *link)
{
	return link->first ? link->first->due : MSEC_NEVER;
}
