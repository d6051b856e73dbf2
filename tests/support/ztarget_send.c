/* Replies on their way out: damaged, delayed, dripping, cut. */
#include "tests/support/ztarget_parts.h"

#include <stdlib.h>
#include <string.h>
#include <yaz/xmalloc.h>

static const char http_page[] = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\n"
				"Content-Length: 25\r\n\r\n<html>Bad Request</html>\n";
static const char huge_begin[] = "\xB7\x84\x7F\xFF\xFF\xFF\x04\x82\x40\x00";
static const char endless_begin[] = "\xB7\x80";

void put_garbage(WRBUF out, size_t length)
{
	for (size_t i = 0; i < length; i++)
		wrbuf_putc(out, (int)((i * 167 + 13) & 0xFF));
}

static msec_t last_due(const struct ztarget_link *link)
{
	msec_t due = 0;

	for (const struct piece *piece = link->first; piece; piece = piece->next)
		due = piece->due > due ? piece->due : due;
	return due;
}

struct piece *queue_piece(struct ztarget_link *link, enum ztarget_move move, const char *bytes,
    size_t length, msec_t due, const struct behaviour *how)
{
	struct piece *piece = xcalloc(1, sizeof *piece);
	msec_t earlier = last_due(link);

	piece->move = move;
	piece->due = due > earlier ? due : earlier;
	piece->length = length;
	piece->bytes = length ? xmalloc(length) : NULL;
	if (length)
		memcpy(piece->bytes, bytes, length);
	if (how && how->drip) {
		piece->chunk = how->drip;
		piece->every = how->drip_every;
	}
	*link->last = piece;
	link->last = &piece->next;
	return piece;
}

static void queue_endless(struct ztarget_link *link, msec_t due)
{
	enum { BLOCK = 16384, ELEMENT = 128 };
	char *block = xmalloc(BLOCK);

	memset(block, 'x', BLOCK);
	for (size_t i = 0; i < BLOCK; i += ELEMENT) {
		block[i] = 0x04;
		block[i + 1] = ELEMENT - 2;
	}
	queue_piece(link, ZTARGET_SEND, endless_begin, sizeof endless_begin - 1, due, NULL);
	queue_piece(link, ZTARGET_SEND, block, BLOCK, due, NULL)->endless = true;
	xfree(block);
}

/* What comes in place of a reply; false when the reply itself is wanted. */
static bool send_instead(struct ztarget_link *link, const struct behaviour *how, msec_t due)
{
	WRBUF bytes;

	switch (how->instead) {
	case INSTEAD_NOTHING: return false;
	case INSTEAD_SILENT: return true;
	case INSTEAD_CLOSE: queue_piece(link, ZTARGET_CLOSE, NULL, 0, due, NULL); return true;
	case INSTEAD_REFUSE:
	case INSTEAD_RESET: queue_piece(link, ZTARGET_RESET, NULL, 0, due, NULL); return true;
	case INSTEAD_HTTP:
		queue_piece(link, ZTARGET_SEND, http_page, sizeof http_page - 1, due, how);
		return true;
	case INSTEAD_HUGE:
		queue_piece(link, ZTARGET_SEND, huge_begin, sizeof huge_begin - 1, due, how);
		return true;
	case INSTEAD_ENDLESS: queue_endless(link, due); return true;
	case INSTEAD_STATUS:
	case INSTEAD_MOVED:
	case INSTEAD_BODY: return false; /* see ztarget_sru.c */
	case INSTEAD_GARBAGE:
	case INSTEAD_DEEP:
		bytes = wrbuf_alloc();
		if (how->instead == INSTEAD_DEEP)
			put_deep(bytes, how->deep);
		else
			put_garbage(bytes, how->garbage);
		queue_piece(link, ZTARGET_SEND, wrbuf_buf(bytes), wrbuf_len(bytes), due, how);
		wrbuf_destroy(bytes);
		return true;
	}
	return false;
}

/* Reads a BER header that YAZ wrote; *length is -1 for the indefinite form. */
static void header_of(const unsigned char *bytes, size_t *tag, size_t *header, long *length)
{
	size_t at = 1;

	if ((bytes[0] & 0x1F) == 0x1F)
		while (bytes[at++] & 0x80)
			continue;
	*tag = at;
	if (bytes[at] == 0x80) {
		*length = -1;
		*header = at + 1;
		return;
	}
	*length = bytes[at] & 0x7F;
	if (bytes[at++] & 0x80) {
		long count = *length;

		*length = 0;
		while (count--)
			*length = *length << 8 | bytes[at++];
	}
	*header = at;
}

static void put_length(WRBUF out, unsigned long length)
{
	wrbuf_putc(out, 0x84);
	for (int shift = 24; shift >= 0; shift -= 8)
		wrbuf_putc(out, (int)(length >> shift & 0xFF));
}

/* YAZ writes constructed elements in the indefinite form. Copies one element with definite lengths
 * throughout, the outer one told wrong by `by`; returns its size as it was. */
static size_t put_definite(WRBUF out, const unsigned char *bytes, long by)
{
	size_t tag, header, at;
	long length;
	WRBUF inner;

	header_of(bytes, &tag, &header, &length);
	if (length >= 0) { /* short ones are definite already */
		long told = length + by > 0 ? length + by : 0;

		wrbuf_write(out, (const char *)bytes, by ? tag : header);
		if (by)
			put_length(out, (unsigned long)told);
		wrbuf_write(out, (const char *)bytes + header, (size_t)length);
		return header + (size_t)length;
	}
	inner = wrbuf_alloc();
	for (at = header; bytes[at] || bytes[at + 1];)
		at += put_definite(inner, bytes + at, 0);
	wrbuf_write(out, (const char *)bytes, tag);
	length = (long)wrbuf_len(inner) + by;
	put_length(out, length > 0 ? (unsigned long)length : 0);
	wrbuf_write(out, wrbuf_buf(inner), wrbuf_len(inner));
	wrbuf_destroy(inner);
	return at + 2;
}

/* All messages of the reply (segments are several); the last one lies. */
static void make_definite(WRBUF messages, long by)
{
	WRBUF out = wrbuf_alloc(), last = wrbuf_alloc();
	const unsigned char *bytes = (const unsigned char *)wrbuf_buf(messages);
	size_t at = 0, size = wrbuf_len(messages);

	while (at < size) {
		size_t start = at;

		wrbuf_rewind(last);
		at += put_definite(last, bytes + at, 0);
		if (at == size) {
			wrbuf_rewind(last);
			put_definite(last, bytes + start, by);
		}
		wrbuf_write(out, wrbuf_buf(last), wrbuf_len(last));
	}
	wrbuf_rewind(messages);
	wrbuf_write(messages, wrbuf_buf(out), wrbuf_len(out));
	wrbuf_destroy(out);
	wrbuf_destroy(last);
}

static void overwrite(WRBUF message)
{
	char *bytes = wrbuf_buf(message);
	size_t length = wrbuf_len(message);

	for (size_t i = 8; i + 2 < length && i < 32; i++)
		bytes[i] = (char)0xFF;
}

static const char *find_bytes(const char *at, const char *end, const char *bytes, size_t length)
{
	for (; length && (size_t)(end - at) >= length; at++)
		if (*at == *bytes && !memcmp(at, bytes, length))
			return at;
	return NULL;
}

/* Where the reply is cut: behind the record of that number. */
static size_t end_of_record(const struct response *reply, unsigned number)
{
	const char *at = wrbuf_buf(reply->bytes), *end = at + wrbuf_len(reply->bytes);

	for (unsigned i = 0; i < number && i < reply->nrecords; i++) {
		const Z_NamePlusRecord *record = reply->records[i];
		const Odr_oct *octets;
		const char *found;

		if (record->which != Z_NamePlusRecord_databaseRecord ||
		    record->u.databaseRecord->which != Z_External_octet)
			continue;
		octets = record->u.databaseRecord->u.octet_aligned;
		found = find_bytes(at, end, octets->buf, (size_t)octets->len);
		if (found)
			at = found + octets->len;
	}
	return (size_t)(at - wrbuf_buf(reply->bytes));
}

void send_bytes(struct ztarget_link *link, WRBUF bytes, const struct behaviour *how, msec_t due)
{
	size_t length = wrbuf_len(bytes);

	queue_piece(
	    link, ZTARGET_SEND, wrbuf_buf(bytes), how->half ? length / 2 : length, due, how);
	if (how->end == INSTEAD_RESET)
		queue_piece(link, ZTARGET_RESET, NULL, 0, due, NULL);
	else if (how->end == INSTEAD_CLOSE)
		queue_piece(link, ZTARGET_CLOSE, NULL, 0, due, NULL);
}

void send_reply(struct ztarget_link *link, const Z_APDU *request, enum phase phase,
    const struct behaviour *how, msec_t now)
{
	msec_t due = now + how->delay;
	struct response reply = {0};
	WRBUF all;
	size_t cut;

	if (send_instead(link, how, due))
		return;
	all = wrbuf_alloc();
	reply.bytes = wrbuf_alloc();
	make_reply(link, request, how->as != PHASE_NONE ? how->as : phase, how, &reply);
	if (how->before != PHASE_NONE)
		make_unasked(link, how->before, all);
	put_flood(link, request, how, all);
	if (how->definite || how->broken || how->lying)
		make_definite(reply.bytes, how->lying);
	if (how->broken)
		overwrite(reply.bytes);
	cut = wrbuf_len(reply.bytes);
	if (how->half)
		cut /= 2;
	else if (how->end_records)
		cut = end_of_record(&reply, how->end_records);
	for (int i = 0; i < (how->twice ? 2 : 1); i++)
		wrbuf_write(all, wrbuf_buf(reply.bytes), cut);
	if (how->after != PHASE_NONE)
		make_unasked(link, how->after, all);
	queue_piece(link, ZTARGET_SEND, wrbuf_buf(all), wrbuf_len(all), due, how);
	if (how->end == INSTEAD_RESET)
		queue_piece(link, ZTARGET_RESET, NULL, 0, due, NULL);
	else if (how->end == INSTEAD_CLOSE || (phase == PHASE_CLOSE && !how->half))
		queue_piece(link, ZTARGET_CLOSE, NULL, 0, due, NULL);
	wrbuf_destroy(reply.bytes);
	wrbuf_destroy(all);
}

void send_greeting(struct ztarget_link *link, const struct behaviour *how, msec_t now)
{
	if (how->instead != INSTEAD_SILENT && how->instead != INSTEAD_REFUSE)
		send_instead(link, how, now);
}
