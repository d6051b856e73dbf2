#include "base/map.h"

#include <stdlib.h>
#include <string.h>

#define uthash_fatal(message) abort()
#include <uthash.h>

struct map_pair {
	void *value;
	UT_hash_handle hh;
	char key[];
};

struct map {
	struct map_pair *head;
};

struct map *map_create(void)
{
	struct map *map = calloc(1, sizeof *map);

	if (!map)
		abort();
	return map;
}

void map_destroy(struct map *map)
{
	struct map_pair *pair, *next;

	if (!map)
		return;
	HASH_ITER(hh, map->head, pair, next)
	{
		HASH_DEL(map->head, pair);
		free(pair);
	}
	free(map);
}

void *map_put(struct map *map, const char *key, void *value)
{
	struct map_pair *pair;
	size_t length = strlen(key);

	HASH_FIND(hh, map->head, key, length, pair);
	if (pair) {
		void *old = pair->value;

		pair->value = value;
		return old;
	}
	pair = malloc(sizeof *pair + length + 1);
	if (!pair)
		abort();
	pair->value = value;
	memcpy(pair->key, key, length + 1);
	HASH_ADD_KEYPTR(hh, map->head, pair->key, length, pair);
	return NULL;
}

void *map_find(const struct map *map, const char *key)
{
	struct map_pair *pair;

	HASH_FIND(hh, map->head, key, strlen(key), pair);
	return pair ? pair->value : NULL;
}

void *map_remove(struct map *map, const char *key)
{
	struct map_pair *pair;

	HASH_FIND(hh, map->head, key, strlen(key), pair);
	if (!pair)
		return NULL;

	void *value = pair->value;

	HASH_DEL(map->head, pair);
	free(pair);
	return value;
}

size_t map_count(const struct map *map)
{
	return HASH_COUNT(map->head);
}

void map_each(struct map *map, void (*fn)(void *arg, const char *key, void *value), void *arg)
{
	struct map_pair *pair, *next;

	HASH_ITER(hh, map->head, pair, next)
	fn(arg, pair->key, pair->value);
}
