#ifndef SILANG_SEARCH_SCAN_H
#define SILANG_SEARCH_SCAN_H
/*
 * One scan: the index around a term, asked of all partners at once and merged. Ends once all have
 * answered or failed, or at its deadline; what is still under way is then cancelled. Nothing of it
 * is kept or shared.
 */
#include <stddef.h>
#include "base/diag.h"
#include "base/duration.h"
#include "merge/scan.h"
#include "registry/agreement.h"
#include "search/env.h"
#include "search/page.h"

struct config;
struct partner;
struct query;
struct scan;

struct scan_request {
	struct config *config;
	const struct partner *const *partners; /* of the database, narrowed; configuration order */
	size_t npartners;
	const struct query *clause; /* one search clause; its term may be empty */
	unsigned position, maximum; /* responsePosition, maximumTerms */
	msec_t deadline;
	const char *via;
	day_t today;
};

struct scan_result {
	struct diag diag; /* fatal: there are no terms */
	struct scan_piece piece;
	const struct page_partner *partners; /* `fetched`: terms */
	size_t npartners;
};

typedef void (*scan_fn)(void *arg, const struct scan_result *result);

/* Whether a clause can be scanned with: one term without masks and anchors, and a relation that
 * compares nothing. */
bool scan_check(struct arena *arena, const struct query *clause, struct diag *diag);
/* Answers by `fn`, never inside this call; the pointer is dead then. Nothing of the request is
 * kept. */
struct scan *scan_start(
    const struct search_env *env, const struct scan_request *request, scan_fn fn, void *arg);
/* The client has gone. */
void scan_cancel(struct scan *scan);

#endif
