#include "base/arena.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct arena {
	NMEM nmem;
	struct arena_ledger *ledger;
	size_t budget;
	size_t counted; /* bytes that the ledger has been told of */
};

struct arena *arena_create(size_t budget, struct arena_ledger *ledger)
{
	struct arena *arena = calloc(1, sizeof *arena);

	if (!arena)
		abort();
	arena->nmem = nmem_create();
	arena->ledger = ledger;
	arena->budget = budget;
	return arena;
}

void arena_ledger_count(struct arena_ledger *ledger, size_t *counted, size_t held)
{
	if (ledger) {
		assert(ledger->used >= *counted);
		ledger->used += held - *counted;
	}
	*counted = held;
}

static void arena_count(struct arena *arena)
{
	arena_ledger_count(arena->ledger, &arena->counted, nmem_total(arena->nmem));
}

void arena_destroy(struct arena *arena)
{
	if (!arena)
		return;
	arena_ledger_count(arena->ledger, &arena->counted, 0);
	nmem_destroy(arena->nmem);
	free(arena);
}

void arena_reset(struct arena *arena)
{
	nmem_reset(arena->nmem);
	arena_count(arena);
}

void *arena_alloc(struct arena *arena, size_t size)
{
	if (size > SIZE_MAX / 2)
		abort();

	void *memory = nmem_malloc(arena->nmem, size ? size : 1);

	memset(memory, 0, size);
	arena_count(arena);
	return memory;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
	if (size && count > SIZE_MAX / 2 / size)
		abort();
	return arena_alloc(arena, count * size);
}

void *arena_grow(struct arena *arena, void *items, size_t count, size_t *room, size_t size)
{
	void *more;

	assert(count <= *room);
	if (count < *room)
		return items;
	*room = *room ? *room * 2 : 8;
	more = arena_array(arena, *room, size);
	if (count)
		memcpy(more, items, count * size);
	return more;
}

char *arena_strdup(struct arena *arena, const char *text)
{
	return arena_strndup(arena, text, strlen(text));
}

char *arena_strndup(struct arena *arena, const char *text, size_t length)
{
	char *copy = nmem_malloc(arena->nmem, length + 1);

	memcpy(copy, text, length);
	copy[length] = '\0';
	arena_count(arena);
	return copy;
}

void *arena_memdup(struct arena *arena, const void *data, size_t length)
{
	void *copy = arena_alloc(arena, length);

	if (length)
		memcpy(copy, data, length);
	return copy;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	char *text = arena_vprintf(arena, format, args);
	va_end(args);
	return text;
}

char *arena_vprintf(struct arena *arena, const char *format, va_list args)
{
	va_list again;

	va_copy(again, args);
	int length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (length < 0)
		abort();

	char *text = arena_alloc(arena, (size_t)length + 1);

	vsnprintf(text, (size_t)length + 1, format, args);
	return text;
}

size_t arena_used(struct arena *arena)
{
	arena_count(arena);
	return arena->counted;
}

bool arena_over(struct arena *arena)
{
	arena_count(arena);
	if (arena->budget && arena->counted > arena->budget)
		return true;
	return arena->ledger && arena->ledger->limit && arena->ledger->used > arena->ledger->limit;
}

NMEM arena_nmem(struct arena *arena)
{
	return arena->nmem;
}
