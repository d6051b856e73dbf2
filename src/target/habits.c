#include "target/habits.h"

/* Measured with Zebra (bench/quality): asked to rank it agrees by .44, deviation .18; in the order
 * of indexing by .00, deviation .13. */
#define RANKS .25
#define SEEN_LEAST 4  /* searches before anything is believed */
#define MEMORY 16     /* searches that the mean reaches back */
#define MISSED_MOST 3 /* in a row */
#define TRIED_AGAIN 20

void habits_note_order(struct habits *habits, bool was_asked, double agreement)
{
	unsigned *seen = &habits->order[was_asked].seen;
	double *mean = &habits->order[was_asked].mean;

	if (*seen < MEMORY)
		++*seen;
	*mean += (agreement - *mean) / *seen;
}

bool habits_rank(const struct habits *habits, bool is_asked)
{
	return habits->order[is_asked].seen >= SEEN_LEAST && habits->order[is_asked].mean >= RANKS;
}

bool habits_may_ask_second(struct habits *habits)
{
	if (habits->missed < MISSED_MOST || ++habits->passed % TRIED_AGAIN == 0)
		return true;
	return false;
}

void habits_note_second(struct habits *habits, bool answered)
{
	habits->missed = answered ? 0 : habits->missed + 1;
}
