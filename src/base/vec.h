#ifndef SILANG_BASE_VEC_H
#define SILANG_BASE_VEC_H
/*
 * A growing array of pointers on the heap, for lists that outlive an arena or shrink again.
 * Zero-initialised it is empty. It never owns what it points to.
 */
#include <stddef.h>

struct vec {
	void **items;
	size_t count;
	size_t room;
};

void vec_push(struct vec *vec, void *item);
/* Removes the item at `index`, keeping the order. */
void vec_remove(struct vec *vec, size_t index);
/* Removes the first occurrence of `item`; 1 when it was there, else 0. */
int vec_remove_item(struct vec *vec, const void *item);
void vec_clear(struct vec *vec); /* empty, memory released */

#endif
