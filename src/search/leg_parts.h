#ifndef SILANG_SEARCH_LEG_PARTS_H
#define SILANG_SEARCH_LEG_PARTS_H
/* A leg, as the file that moves it (leg.c) and the one that tells how it stands (leg_state.c) see
 * it. */
#include "base/vec.h"
#include "search/counts.h"
#include "search/leg.h"
#include "search/notice.h"
#include "search/second.h"
#include "search/wording.h"

struct lease;

enum leg_state { LEG_RESTING, LEG_LEASING, LEG_SEARCHING, LEG_PRESENTING, LEG_SECOND, LEG_OVER };

struct leg {
	struct leg_options options;
	enum leg_state state;
	struct lease *lease;
	uint64_t set;  /* the partner's result set, 0 none yet */
	bool searched; /* hits are known */
	bool retried;  /* a dead pooled connection was replaced once in this run */
	bool progress; /* this lease has answered something */
	bool noted;    /* its outcome was counted */
	bool blamed;   /* the partner is known to be late in this run */
	bool tardy;    /* was cut, and has not come to rest since */
	size_t had;    /* records when it was cut */
	unsigned long hits;
	unsigned wanted;
	msec_t due;	   /* when whoever wanted it leaves */
	unsigned patience; /* of that, as its partner is told: the same with every request */
	struct notice notice;
	struct vec records;
	struct second second;
	bool learned;		  /* of its order */
	struct outcome outcome;	  /* OVER: why; else OK */
	msec_t started, answered; /* loop time; -1 not yet */
	msec_t run;		  /* when what is under way began, or was added to */
	struct counts counts;
	struct wording wording; /* of the query, once it was sent */
	bool none;		/* zero hits with diacritics: it is asked without */
};

/* It has what was wanted of it, or all there is. */
bool leg_is_complete(const struct leg *leg);
/* All that is under way is the second question. */
bool leg_is_content(const struct leg *leg);

#endif
