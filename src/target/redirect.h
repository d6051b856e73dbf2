#ifndef SILANG_TARGET_REDIRECT_H
#define SILANG_TARGET_REDIRECT_H
/*
 * Where an SRU server's redirect leads, and whether one may go there: to the same host alone, never
 * from https to http, REDIRECTS_MAX times at most, and nowhere twice. Pure.
 */
#include <stdbool.h>
#include <stddef.h>

struct arena;

#define REDIRECTS_MAX 3

/* An address at a host that does not change. */
struct place {
	bool secure;
	unsigned port;
	const char *target; /* path and query, encoded */
};

struct redirect {
	const char *host;
	struct place at[REDIRECTS_MAX + 1]; /* where it has been; the last is where it is */
	size_t count;
};

/* Begins, or begins anew, at a place. */
void redirect_begin(struct redirect *redirect, const char *host, const struct place *place);
/* Follows a Location header; what it points to lives in the arena. False with the reason: for
 * people, and without the query. */
bool redirect_follow(
    struct redirect *redirect, struct arena *arena, const char *location, char *why, size_t size);
const struct place *redirect_place(const struct redirect *redirect);

#endif
