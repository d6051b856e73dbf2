#include "base/vec.h"

#include <stdlib.h>
#include <string.h>

void vec_push(struct vec *vec, void *item)
{
	if (vec->count == vec->room) {
		size_t room = vec->room ? vec->room * 2 : 8;
		void **items = realloc(vec->items, room * sizeof *items);

		if (!items)
			abort();
		vec->items = items;
		vec->room = room;
	}
	vec->items[vec->count++] = item;
}

void vec_remove(struct vec *vec, size_t index)
{
	memmove(vec->items + index, vec->items + index + 1,
	    (vec->count - index - 1) * sizeof *vec->items);
	vec->count--;
}

int vec_remove_item(struct vec *vec, const void *item)
{
	for (size_t i = 0; i < vec->count; i++) {
		if (vec->items[i] == item) {
			vec_remove(vec, i);
			return 1;
		}
	}
	return 0;
}

void vec_clear(struct vec *vec)
{
	free(vec->items);
	*vec = (struct vec){0};
}
