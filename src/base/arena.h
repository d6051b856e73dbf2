#ifndef SILANG_BASE_ARENA_H
#define SILANG_BASE_ARENA_H
/*
 * An arena: memory that is allocated freely and released all at once, over YAZ's NMEM.
 *
 * Each request, search and page has one. An arena has a budget in bytes; allocation itself never
 * fails (out of memory aborts), so whoever takes in data from outside asks arena_over() after each
 * step and stops there with a diagnostic. Arenas may share a ledger, which adds up what they all
 * hold, so that a whole gateway can be kept within bounds.
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <yaz/nmem.h>

/* Bytes held by all arenas that were created with it, and what else is counted. Plain value, owned
 * by the gateway. */
struct arena_ledger {
	size_t used;  /* bytes, now */
	size_t limit; /* bytes, 0 = none */
};

/* Counts memory that is in no arena: of `*counted` bytes, those counted so far, there are `held`
 * now. `ledger` may be NULL. */
void arena_ledger_count(struct arena_ledger *ledger, size_t *counted, size_t held);

struct arena;

/* Creates an arena of at most `budget` bytes (0 = no bound); `ledger` may be NULL. */
struct arena *arena_create(size_t budget, struct arena_ledger *ledger);
/* Releases everything allocated from it. NULL is allowed. */
void arena_destroy(struct arena *arena);

/* Empties it for another use; what was allocated from it is gone. */
void arena_reset(struct arena *arena);

/* Zero-filled memory, aligned for any type, valid until arena_destroy. */
void *arena_alloc(struct arena *arena, size_t size);
/* Same for `count` elements; aborts when the product overflows. */
void *arena_array(struct arena *arena, size_t count, size_t size);
/* An array with room for one more: `items` as they are while the *room is more than `count`, else
 * their copy with twice the room. Starts with NULL and room 0. */
void *arena_grow(struct arena *arena, void *items, size_t count, size_t *room, size_t size);
/* Copies; the result is NUL-terminated. */
char *arena_strdup(struct arena *arena, const char *text);
char *arena_strndup(struct arena *arena, const char *text, size_t length);
void *arena_memdup(struct arena *arena, const void *data, size_t length);
char *arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *arena, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

/* Bytes asked of it so far. Memory that YAZ takes through arena_nmem() counts when next asked. */
size_t arena_used(struct arena *arena);
/* True when its own budget or its ledger's limit is exceeded. */
bool arena_over(struct arena *arena);
/* The NMEM beneath, for YAZ's own functions; owned by the arena. */
NMEM arena_nmem(struct arena *arena);

#endif
