#ifndef SILANG_REGISTRY_GROUP_H
#define SILANG_REGISTRY_GROUP_H
/* A named group of partners, searched as one database. Immutable. */
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct partner;

struct group {
	const char *id, *name;
	const struct partner *const *members; /* configuration order */
	size_t nmembers;
};

/* A group of `count` partners given in any order, each once. Keeps the strings. */
struct group *group_create(struct arena *arena, const char *id, const char *name,
    const struct partner *const *members, size_t count);
bool group_has(const struct group *group, const struct partner *partner);

#endif
