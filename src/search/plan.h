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
struct question;

struct plan_leg {
	const struct partner *partner;
	bool ask;
	bool lapsed;		/* its agreement is over, but it is asked (on-expiry="warn") */
	struct outcome outcome; /* when not asked */
	/* When asked by Z39.50; NULL: it has no characters for all of it. And the same without
	 * diacritics; NULL: there are none. */
	Z_RPNQuery *query, *plain;
	const Odr_any *encoded; /* `query`, once for all who are asked the same; NULL without it */
	/* When asked by SRU, instead: the CQL is made once its version is known. */
	const struct question *tree, *plain_tree;
	const char *sent; /* the same as PQF or CQL, for people */
	bool sorts;	  /* the order asked for is in the query: it answers in it */
};

struct plan {
	struct plan_leg *legs;
	size_t nlegs;
	struct diag query_diag; /* of the first partner that the query could not be put to */
};

/* `single`: the database is this one partner, so that an order is passed on to it or refused (80).
 */
struct plan *plan_create(struct arena *arena, const struct config *config,
    const struct partner *const *partners, size_t npartners, const struct question *question,
    bool single, day_t today);

#endif
