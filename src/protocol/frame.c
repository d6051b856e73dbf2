#include "protocol/frame.h"

#include <assert.h>
#include <string.h>

/* One BER identifier and length (X.690 8.1.2, 8.1.3). */
struct header {
	size_t size; /* of the header itself */
	bool constructed;
	bool indefinite;
	bool end; /* end-of-contents */
	size_t length;
};

enum { TAG_OCTETS_MAX = 5 };

void frame_init(struct frame *frame, size_t limit)
{
	*frame = (struct frame){.limit = limit};
}

/* Reads the length octets. A length that does not fit a size_t is too large whatever the limit. */
static enum frame_result read_length(
    const uint8_t *bytes, size_t length, size_t at, struct header *out)
{
	size_t count;

	if (at >= length)
		return FRAME_MORE;
	out->indefinite = bytes[at] == 0x80;
	out->length = 0;
	if (bytes[at] <= 0x80) {
		out->length = bytes[at] & 0x7F;
		out->size = at + 1;
		return FRAME_MESSAGE;
	}
	if (bytes[at] == 0xFF) /* reserved */
		return FRAME_GARBAGE;
	count = bytes[at] & 0x7F;
	if (count > sizeof(size_t))
		return FRAME_TOO_LARGE;
	if (length - at - 1 < count)
		return FRAME_MORE;
	for (size_t i = 1; i <= count; i++)
		out->length = out->length << 8 | bytes[at + i];
	out->size = at + 1 + count;
	return FRAME_MESSAGE;
}

/* FRAME_MESSAGE here means: the header is complete. */
static enum frame_result read_header(const uint8_t *bytes, size_t length, struct header *out)
{
	size_t at = 1;
	enum frame_result result;

	if (!length)
		return FRAME_MORE;
	out->constructed = (bytes[0] & 0x20) != 0;
	if ((bytes[0] & 0x1F) == 0x1F) {
		do {
			if (at > TAG_OCTETS_MAX)
				return FRAME_GARBAGE;
			if (at >= length)
				return FRAME_MORE;
		} while (bytes[at++] & 0x80);
	}
	result = read_length(bytes, length, at, out);
	if (result != FRAME_MESSAGE)
		return result;
	out->end = bytes[0] == 0;
	if (out->end && (out->indefinite || out->length || out->size != 2))
		return FRAME_GARBAGE;
	if (out->indefinite && !out->constructed)
		return FRAME_GARBAGE;
	return FRAME_MESSAGE;
}

/* An APDU's tag is context-specific, constructed, 20 to 127 (Z39.50-1995 4.1): anything else is
 * another protocol, known from its first byte or two. */
static bool could_be_apdu(const uint8_t *bytes, size_t length)
{
	unsigned tag = bytes[0] & 0x1F;

	if ((bytes[0] & 0xE0) != 0xA0)
		return false;
	if (tag == 0x1F)
		return length < 2 || (bytes[1] >= 20 && bytes[1] < 0x80);
	return tag >= 20;
}

static enum frame_result start(struct frame *frame, const uint8_t *bytes, size_t length)
{
	struct header header;
	enum frame_result result;

	if (!length)
		return FRAME_MORE;
	if (!could_be_apdu(bytes, length))
		return FRAME_GARBAGE;
	result = read_header(bytes, length, &header);
	if (result != FRAME_MESSAGE)
		return result;
	if (header.length > frame->limit || header.size > frame->limit - header.length)
		return FRAME_TOO_LARGE;
	frame->seen = header.size;
	if (header.indefinite)
		frame->depth = 1;
	else
		frame->whole = header.size + header.length;
	return FRAME_MESSAGE;
}

/* Walks the elements of an indefinite length. What is of definite length is stepped over, so that
 * `seen` may run ahead of the bytes that are there. */
static enum frame_result walk(struct frame *frame, const uint8_t *bytes, size_t length)
{
	while (frame->depth) {
		struct header header;
		enum frame_result result;

		if (frame->seen >= length)
			return FRAME_MORE;
		result = read_header(bytes + frame->seen, length - frame->seen, &header);
		if (result != FRAME_MESSAGE)
			return result;
		if (header.length > frame->limit ||
		    frame->seen + header.size > frame->limit - header.length)
			return FRAME_TOO_LARGE;
		frame->seen += header.size + header.length;
		if (header.end)
			frame->depth--;
		else if (header.indefinite && ++frame->depth > FRAME_DEPTH_MAX)
			return FRAME_GARBAGE;
	}
	frame->whole = frame->seen;
	return FRAME_MESSAGE;
}

enum frame_result frame_look(struct frame *frame, const uint8_t *bytes, size_t length, size_t *size)
{
	if (!frame->whole) {
		enum frame_result result = FRAME_MESSAGE;

		if (!frame->seen)
			result = start(frame, bytes, length);
		if (result == FRAME_MESSAGE && !frame->whole)
			result = walk(frame, bytes, length);
		if (result != FRAME_MESSAGE)
			return result;
	}
	if (length < frame->whole)
		return FRAME_MORE;
	*size = frame->whole;
	frame->seen = frame->whole = 0;
	frame->depth = 0;
	return FRAME_MESSAGE;
}
