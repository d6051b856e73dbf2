#include "protocol/queue.h"

#include <assert.h>
#include <string.h>
#include <yaz/xmalloc.h>

enum { ROOM_FIRST = 4096 };

size_t queue_length(const struct queue *queue)
{
	return queue->end - queue->start;
}

/* Moves to the front when more than half is spent, so that each byte moves a bounded number of
 * times. */
void queue_append(struct queue *queue, const void *bytes, size_t length)
{
	if (!length)
		return;
	if (queue->start && queue->start >= queue_length(queue)) {
		memmove(queue->bytes, queue->bytes + queue->start, queue_length(queue));
		queue->end -= queue->start;
		queue->start = 0;
	}
	if (length > queue->room - queue->end) {
		size_t room = queue->room ? queue->room : ROOM_FIRST;

		while (room - queue->end < length)
			room *= 2;
		queue->bytes = xrealloc(queue->bytes, room);
		queue->room = room;
	}
	memcpy(queue->bytes + queue->end, bytes, length);
	queue->end += length;
}

void queue_clear(struct queue *queue)
{
	xfree(queue->bytes);
	*queue = (struct queue){0};
}

void queue_consume(struct queue *queue, size_t length, size_t keep)
{
	assert(length <= queue_length(queue));
	queue->start += length;
	if (queue->start < queue->end)
		return;
	queue->start = queue->end = 0;
	if (queue->room > keep)
		queue_clear(queue);
}
