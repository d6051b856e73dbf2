#ifndef SILANG_TARGET_BUDGET_H
#define SILANG_TARGET_BUDGET_H
/*
 * How many searches a minute one partner is asked, at most: those that have begun within the last
 * 60 seconds count. A plain value that is told the time; what a reload changes is the limit alone.
 */
#include <stdbool.h>
#include "base/duration.h"

struct budget {
	unsigned limit; /* 0: none */
	msec_t *begun;	/* the last `count` searches, a ring that ends before `next` */
	unsigned count, next;
};

#define BUDGET_MOST 100000 /* the highest limit */

/* Sets another limit; what has begun goes on counting as far as the new limit reaches. */
void budget_set_limit(struct budget *budget, unsigned limit);
void budget_clear(struct budget *budget);
/* Takes one search out of the budget; false when nothing is left of it. */
bool budget_take(struct budget *budget, msec_t now);
/* Searches that have begun within the last minute, as far as they are counted. */
unsigned budget_used(const struct budget *budget, msec_t now);

#endif
