#ifndef SILANG_TARGET_PACE_H
#define SILANG_TARGET_PACE_H
/*
 * How long one partner takes to answer a search, as a mean and a deviation that follow what was
 * measured last (as RFC 6298 section 2 does for round trips), and how long all of those asked are
 * worth waiting for. Plain values.
 */
#include <stddef.h>
#include "base/duration.h"

struct pace {
	unsigned samples;
	double mean, deviation; /* ms */
};

void pace_note(struct pace *pace, msec_t ms);
/* By when it has nearly always answered; -1 when nothing was measured. */
msec_t pace_expected(const struct pace *pace);

/* The soft deadline for partners of whom these times are expected (-1 unknown): until the slowest
 * of those who set the pace, that is, who take no more than PACE_FACTOR times what the middle one
 * takes, nor less than PACE_LEAST. MSEC_NEVER when nothing is known. Sorts `expected`. */
#define PACE_FACTOR 3
#define PACE_LEAST 100 /* ms: below that nobody feels a difference */
msec_t pace_soft(msec_t *expected, size_t count);

#endif
