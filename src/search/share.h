#ifndef SILANG_SEARCH_SHARE_H
#define SILANG_SEARCH_SHARE_H
/*
 * What is shared between clients: searches by what is asked of whom, result sets by that and by how
 * they are merged. Equal questions at the same moment go out once; paging continues the set it
 * began; a set with an outage is given up for new searches once it is `retry` old.
 *
 * Bounded: sets are counted, and their bytes; the least recently used go first, and when nothing
 * can go, new searches are refused.
 */
#include <stdbool.h>
#include <stddef.h>
#include "registry/agreement.h"
#include "search/env.h"
#include "search/resultset.h"

struct config;
struct material_set;
struct partner;
struct query;
struct query_sort_key;
struct share;
struct ask;

struct share_request {
	struct config *config;
	const struct partner *const *partners; /* of the database, narrowed; configuration order */
	size_t npartners;
	bool single;			   /* the database is one partner */
	const struct query_sort_key *sort; /* NULL: by relevance */
	size_t nsort;
	const struct query *query;	    /* a sole QUERY_SET node asks for a set by its id */
	const struct material_set *formats; /* of which entries are wanted; NULL: all */
	enum merge_level level;
	msec_t deadline;	    /* effective; at most the configured one */
	unsigned long start, count; /* start from 1 */
	const char *via;	    /* hop mark of the request, NULL none */
	day_t today;
};

struct share *share_create(const struct search_env *env);
/* No request may wait. */
void share_destroy(struct share *share);

/* Answers by `fn`, never inside this call. Nothing of the request is kept. */
struct ask *share_ask(
    struct share *share, const struct share_request *request, page_fn fn, void *arg);
/* The client has gone. The pointer is dead, as it is once the answer was given. */
void ask_cancel(struct ask *ask);

/* Keeps a set, once it was answered from, until its max-age and as many releases as holds. False:
 * there is none by that id (any more). When memory or places are short, sets held go, too, after
 * all others: whoever holds one finds that out when it is asked for (DIAG_RESULT_SET_UNKNOWN). */
bool share_hold(struct share *share, const char *set_id);
void share_release(struct share *share, const char *set_id);

struct share_counts {
	size_t sets, searches, waiting;
	unsigned long asked, joined_sets, joined_searches, refused;
};
void share_counts(const struct share *share, struct share_counts *out);

#endif
