#ifndef SILANG_SEARCH_PAGE_H
#define SILANG_SEARCH_PAGE_H
/*
 * What a front end is told: one page of a result set, with every partner's outcome. Valid only
 * during the callback that brings it.
 */
#include <stdbool.h>
#include <stddef.h>
#include "base/diag.h"
#include "base/duration.h"
#include "target/outcome.h"

struct material_set;
struct order;
struct plan_leg;
struct query;

struct page_partner {
	const struct plan_leg *plan;
	struct outcome outcome;
	bool has_hits;
	unsigned long hits;
	size_t numbered; /* records fetched that have a position in its result */
	size_t fetched;	 /* all of them */
	bool partial;	 /* a gateway, and not all of its own partners answered */
	msec_t ms;	 /* -1: was not asked */
};

struct page {
	struct diag diag;   /* fatal: there are no records */
	char set_id[33];    /* "" when there is no set */
	bool single;	    /* one partner's own result: nothing was merged */
	msec_t idle;	    /* how long the set lives after this use */
	unsigned long hits; /* numberOfRecords */
	bool exact;
	const struct query *query; /* what was asked of the partners; NULL when there is no set */
	const struct material_set *formats; /* entries of others are left out; NULL: none is */
	size_t left_out;		    /* so many so far */
	const char *sort;    /* the order asked for, as CQL writes it; NULL: by relevance */
	bool sort_complete;  /* no record that was not fetched could stand on this page */
	unsigned long next;  /* nextRecordPosition, 0 none */
	unsigned long start; /* position of the first entry */
	size_t count;	     /* entries on this page: order_entry(order, start - 1 + i) */
	const struct order *order;
	const struct page_partner
	    *partners; /* configuration order; NULL when it never came to choosing them */
	size_t npartners;
};

/* All who were to be asked were passed by since the query cannot be put to them: that of the first.
 * False: there were others. */
bool page_tell_refused(const struct page_partner *partners, size_t npartners, struct diag *diag);
/* Nobody answered: diagnostic 2 with everyone's reason, as far as they fit; one diagnostic that all
 * gave is told once. */
void page_tell_unanswered(const struct page_partner *partners, size_t npartners, struct diag *diag);

#endif
