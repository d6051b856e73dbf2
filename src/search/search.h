#ifndef SILANG_SEARCH_SEARCH_H
#define SILANG_SEARCH_SEARCH_H
/*
 * One question put to its partners: the legs and what they brought. Shared, and counted, by all
 * result sets that ask the same; knows nothing of merging, of clients or of their deadlines.
 *
 * Whoever needs records says up to which position (search_want). A leg may work at it for twice the
 * configured deadline; then it is cut. When the last reference goes, everything under way is
 * cancelled.
 */
#include <stdbool.h>
#include <stddef.h>
#include "base/duration.h"
#include "registry/agreement.h"
#include "search/env.h"

struct config;
struct diag;
struct leg;
struct partner;
struct query;
struct search;

struct search_options {
	struct config *config;
	const struct partner *const *partners; /* configuration order */
	size_t npartners;
	const struct query *query; /* copied by way of its CQL */
	const char *query_cql;	   /* the same and its order, canonical */
	bool single;		   /* the database is one partner */
	const char *via;	   /* gateways that the question came through; NULL none */
	day_t today;
};

/* NULL, with the reason, when the query's canonical form cannot be read: it may be longer than any
 * query may be. */
struct search *search_create(
    const struct search_env *env, const struct search_options *options, struct diag *diag);
struct search *search_ref(struct search *search);
void search_unref(struct search *search);

/* Calls `fn` at the end of each turn in which a leg had news. Not counted: unwatch before unref. */
struct search_watch;
typedef void (*search_fn)(void *arg);
struct search_watch *search_watch(struct search *search, search_fn fn, void *arg);
void search_unwatch(struct search_watch *watch);

/* Every leg that is not over is asked for records up to position `upto`. `due`: when whoever wants
 * them leaves. */
void search_want(struct search *search, unsigned upto, msec_t due);
/* The same for the next `more` records of each leg that owes some. */
void search_want_more(struct search *search, unsigned more, unsigned depth, msec_t due);

/* No leg has anything under way. */
bool search_is_settled(const struct search *search);
/* No leg has anything under way except those that are overdue. */
bool search_is_waiting_in_vain(const struct search *search);
/* A leg owes records, and may be asked for them: nobody is asked beyond `depth`. */
/* How long all who are asked are worth waiting for, by what is known of them; MSEC_NEVER: nothing
 * is. */
msec_t search_soft(const struct search *search);
bool search_owes(const struct search *search);
/* A leg has failed, was skipped for the state of things, or is late by the configured deadline. */
bool search_has_outage(const struct search *search);
msec_t search_created(const struct search *search);
/* Grows with every record and every hit count: what was merged at one version is complete for it.
 */
unsigned long search_version(const struct search *search);
size_t search_nlegs(const struct search *search);
struct leg *search_leg(const struct search *search, size_t number);
struct config *search_config(const struct search *search);
const struct query *search_query(const struct search *search);
/* The order asked for, as CQL writes it after sortby; NULL: by relevance. */
const char *search_sort(const struct search *search);
/* Why the query could be put to none of those who would have been asked; NULL otherwise. */
const struct diag *search_query_diag(const struct search *search);

#endif
