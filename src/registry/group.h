#ifndef SILANG_REGISTRY_GROUP_H
#define SILANG_REGISTRY_GROUP_H
/* A named group of partners, searched as one database. Immutable. */
#include <stddef.h>

struct partner;

struct group {
	const char *id, *name;
	const struct partner *const *members; /* configuration order */
	size_t nmembers;
};

#endif
