#ifndef SILANG_BASE_MAP_H
#define SILANG_BASE_MAP_H
/* A hash map from bytes (mostly text) to pointers, over uthash. Copies its keys, never owns its
 * values. */
#include <stdbool.h>
#include <stddef.h>

struct map;

struct map *map_create(void);
void map_destroy(struct map *map); /* NULL is allowed */
/* Sets the value of `key`; returns the value it replaces or NULL. `value` is not NULL. */
void *map_put(struct map *map, const char *key, void *value);
void *map_find(const struct map *map, const char *key); /* NULL when absent */
void *map_remove(struct map *map, const char *key);	/* the value that was there, or NULL */
size_t map_count(const struct map *map);
/* Calls `fn` for each pair in the order they were first put; `fn` may remove the pair it is given.
 */
void map_each(struct map *map, void (*fn)(void *arg, const char *key, void *value), void *arg);

#endif
