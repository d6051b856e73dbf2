#include "search/counts.h"

#include <string.h>

#include "base/arena.h"
#include "protocol/zclient.h"

void counts_take(struct counts *counts, struct arena *arena, const struct zclient_event *event)
{
	if (!event->ncounts || counts->items)
		return;
	counts->items = arena_array(arena, event->ncounts, sizeof *counts->items);
	for (size_t i = 0; i < event->ncounts; i++) {
		size_t known = 0;

		/* A word asked twice is counted twice by the target, but held once. */
		while (known < counts->count &&
		       strcmp(counts->items[known].term, event->counts[i].term) != 0)
			known++;
		if (known < counts->count)
			continue;
		counts->items[counts->count++] = (struct count){
		    .term = arena_strdup(arena, event->counts[i].term),
		    .count = event->counts[i].count,
		};
	}
}
