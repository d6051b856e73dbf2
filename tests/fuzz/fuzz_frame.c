/* Any bytes, cut in any pieces: the same messages as uncut, none above the limit, no look past the
 * end. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LIMIT = 4096, MESSAGES_MAX = 64 };

struct cut {
	size_t sizes[MESSAGES_MAX];
	size_t count;
	enum frame_result last;
};

/* Buffers of exactly what is there, so that a sanitizer sees each byte read too many. */
static enum frame_result look(struct frame *frame, const uint8_t *data, size_t length, size_t *size)
{
	uint8_t *exact = malloc(length ? length : 1);
	enum frame_result result;

	if (!exact)
		abort();
	memcpy(exact, data, length);
	result = frame_look(frame, exact, length, size);
	free(exact);
	return result;
}

static void cut(const uint8_t *data, size_t size, size_t piece, struct cut *out)
{
	struct frame frame;
	size_t head = 0, there = piece < size ? piece : size;

	memset(out, 0, sizeof *out);
	frame_init(&frame, LIMIT);
	for (;;) {
		size_t found = 0;

		out->last = look(&frame, data + head, there - head, &found);
		if (out->last == FRAME_MESSAGE) {
			if (found < 2 || found > LIMIT || found > there - head)
				abort();
			head += found;
			if (out->count == MESSAGES_MAX)
				return;
			out->sizes[out->count++] = found;
		} else if (out->last == FRAME_MORE && there < size) {
			there = size - there < piece ? size : there + piece;
		} else {
			return;
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cut whole, pieces;

	if (!size)
		return 0;
	cut(data + 1, size - 1, size, &whole);
	cut(data + 1, size - 1, 1 + data[0] % 16, &pieces);
	if (whole.count != pieces.count || whole.last != pieces.last ||
	    memcmp(whole.sizes, pieces.sizes, sizeof whole.sizes))
		abort();
	return 0;
}
