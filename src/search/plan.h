#ifndef SILANG_SEARCH_PLAN_H
#define SILANG_SEARCH_PLAN_H
/*
 * Which partners are asked, and what each is asked: decided once, before anything is sent. What
 * cannot or must not be asked has its outcome already.
 */
#include <stdbool.h>
#include <stddef.h>
#include <yaz/z-core.h>
#include "base/diag.h"
#include "registry/agreement.h"
#include "target/outcome.h"

struct arena;
struct config;
struct partner;
struct query;

struct plan_leg {
	const struct partner *partner;
	bool ask;
	bool lapsed;		/* its agreement is over, but it is asked (on-expiry="warn") */
	struct outcome outcome; /* when not asked */
	Z_RPNQuery *query;	/* when asked */
	const char *sent;	/* the same as PQF, for people */
};

struct plan {
	struct plan_leg *legs;
	size_t nlegs;
	struct diag query_diag; /* of the first partner that the query could not be put to */
};

struct plan *plan_create(struct arena *arena, const struct config *config,
    const struct partner *const *partners, size_t npartners, const struct query *query, day_t today);

#endif
