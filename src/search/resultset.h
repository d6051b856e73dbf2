#ifndef SILANG_SEARCH_RESULTSET_H
#define SILANG_SEARCH_RESULTSET_H
/*
 * A merged result set: a search, an order over it that freezes as it is served, and the requests
 * for pages that wait. Each page request has its own deadline; it is answered, never inside the
 * call that made it,
 *
 *   when every partner has answered or failed and the page is full or the set at its end,
 *   when it is full without those who were late before, or
 *   when its deadline has come: with what is there by then.
 */
#include <stdbool.h>
#include "base/duration.h"
#include "merge/merger.h"
#include "search/env.h"
#include "search/page.h"

struct material_set;
struct resultset;
struct page_request;
struct search;

typedef void (*page_fn)(void *arg, const struct page *page);

struct resultset_options {
	struct search *search; /* takes a reference */
	const char *key;       /* copied */
	enum merge_level level;
	msec_t deadline; /* the effective one: of each request for a page */
	bool single;
	const struct material_set *formats; /* copied; NULL: entries of all formats */
	/* The last page request has gone and none was ever answered. May destroy the set. */
	void (*on_abandoned)(void *arg, struct resultset *set);
	void *arg;
};

struct resultset *resultset_create(
    const struct search_env *env, const struct resultset_options *options);
/* No page request may wait. */
void resultset_destroy(struct resultset *set);

/* `deadline` is how long this request may take. */
struct page_request *resultset_page(struct resultset *set, unsigned long start, unsigned long count,
    msec_t deadline, page_fn fn, void *arg);
/* The client has gone; no callback follows. The pointer is dead once a page was delivered, too. */
void page_cancel(struct page_request *page);

const char *resultset_id(const struct resultset *set);
const char *resultset_key(const struct resultset *set);
struct search *resultset_search(const struct resultset *set);
bool resultset_is_busy(const struct resultset *set);
msec_t resultset_created(const struct resultset *set);

#endif
