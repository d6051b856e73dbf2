#ifndef SILANG_PROTOCOL_FRAME_H
#define SILANG_PROTOCOL_FRAME_H
/*
 * Cuts a byte stream into Z39.50 messages (BER, ISO 23950). The first byte is checked, the definite
 * outer length is read and capped before anything is buffered; indefinite lengths are walked with a
 * depth cap. Remembers how far it looked, so that a drip of bytes costs no rescans.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum frame_result { FRAME_MORE, FRAME_MESSAGE, FRAME_GARBAGE, FRAME_TOO_LARGE };

struct frame {
	size_t limit;	/* largest message taken, bytes */
	size_t seen;	/* of the current message, already walked */
	size_t whole;	/* its full length once known, else 0 */
	unsigned depth; /* indefinite lengths open at `seen` */
};

#define FRAME_DEPTH_MAX 64 /* indefinite lengths inside each other */

void frame_init(struct frame *frame, size_t limit);
/* Looks at the `length` bytes buffered so far of the current message. FRAME_MESSAGE: *size bytes
 * are one message (take them off the buffer; the frame is ready for the next). */
enum frame_result frame_look(
    struct frame *frame, const uint8_t *bytes, size_t length, size_t *size);

#endif
