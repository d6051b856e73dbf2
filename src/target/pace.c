#include "target/pace.h"

#include <math.h>
#include <stdlib.h>

void pace_note(struct pace *pace, msec_t ms)
{
	double value = (double)ms;

	if (!pace->samples) {
		pace->mean = value;
		pace->deviation = value / 2;
	} else {
		pace->deviation += (fabs(value - pace->mean) - pace->deviation) / 4;
		pace->mean += (value - pace->mean) / 8;
	}
	if (pace->samples < 1000000)
		pace->samples++;
}

msec_t pace_expected(const struct pace *pace)
{
	return pace->samples ? (msec_t)ceil(pace->mean + 4 * pace->deviation) : -1;
}

static int compare(const void *a, const void *b)
{
	msec_t x = *(const msec_t *)a, y = *(const msec_t *)b;

	return (x > y) - (x < y);
}

msec_t pace_soft(msec_t *expected, size_t count)
{
	size_t unknown = 0;
	msec_t most, soft = PACE_LEAST;

	qsort(expected, count, sizeof *expected, compare);
	while (unknown < count && expected[unknown] < 0)
		unknown++;
	if (unknown == count)
		return MSEC_NEVER;
	/* Of two in the middle the slower: one fast partner alone sets no pace. */
	most = PACE_FACTOR * expected[unknown + (count - unknown) / 2];
	if (most < PACE_LEAST)
		most = PACE_LEAST;
	for (size_t i = unknown; i < count && expected[i] <= most; i++)
		if (expected[i] > soft)
			soft = expected[i];
	return soft;
}
