#ifndef SILANG_PROTOCOL_QUEUE_H
#define SILANG_PROTOCOL_QUEUE_H
/* Bytes in a queue: those from `start` to `end` count. Zero-initialised it is empty and holds no
 * memory. */
#include <stddef.h>
#include <stdint.h>

struct queue {
	uint8_t *bytes;
	size_t start, end, room;
};

/* Grows by doubling: memory follows what really came and not what a length promised. */
void queue_append(struct queue *queue, const void *bytes, size_t length);
/* Takes bytes off the front. An empty queue keeps at most `keep` bytes of memory. */
void queue_consume(struct queue *queue, size_t length, size_t keep);
void queue_clear(struct queue *queue);
size_t queue_length(const struct queue *queue);

#endif
