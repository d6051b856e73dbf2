#include "search/counts.h"

#include <string.h>

#include "base/arena.h"
#include "protocol/reply.h"

void counts_take(struct counts *counts, struct arena *arena, const struct reply *reply)
{
	if (!reply->ncounts || counts->items)
		return;
	counts->items = arena_array(arena, reply->ncounts, sizeof *counts->items);
	for (size_t i = 0; i < reply->ncounts; i++) {
		size_t known = 0;

		/* A word asked twice is counted twice by the target, but held once. */
		while (known < counts->count &&
		       strcmp(counts->items[known].term, reply->counts[i].term) != 0)
			known++;
		if (known < counts->count)
			continue;
		counts->items[counts->count++] = (struct count){
		    .term = arena_strdup(arena, reply->counts[i].term),
		    .count = reply->counts[i].count,
		};
	}
}
