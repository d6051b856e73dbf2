#include "record/bib.h"

#include <string.h>

#include "base/arena.h"

/* Room follows from the count: four, then doubled each time it is full. */
static void *with_room(struct arena *arena, void *items, size_t count, size_t size)
{
	if (count && (count < 4 || (count & (count - 1))))
		return items;

	void *roomier = arena_array(arena, count ? count * 2 : 4, size);

	if (count)
		memcpy(roomier, items, count * size);
	return roomier;
}

void bib_texts_add(struct arena *arena, struct bib_texts *texts, const char *text)
{
	texts->items = with_room(arena, texts->items, texts->count, sizeof *texts->items);
	texts->items[texts->count++] = text;
}

struct bib_name *bib_add_name(struct arena *arena, struct bib *bib)
{
	bib->names = with_room(arena, bib->names, bib->nnames, sizeof *bib->names);
	return &bib->names[bib->nnames++];
}

struct bib_identifier *bib_add_identifier(
    struct arena *arena, struct bib_identifier **items, size_t *count)
{
	*items = with_room(arena, *items, *count, sizeof **items);
	return &(*items)[(*count)++];
}
