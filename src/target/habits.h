#ifndef SILANG_TARGET_HABITS_H
#define SILANG_TARGET_HABITS_H
/*
 * What was learned of a target from its answers: whether it gives its best records first, and
 * whether second questions to it (search/second.h) are answered while somebody waits. A plain
 * value.
 */
#include <stdbool.h>

struct habits {
	/* Of its order with relevance; as it does of itself, and when it was asked to rank. */
	struct {
		unsigned seen; /* searches */
		double mean;   /* rank correlation, of late */
	} order[2];
	unsigned missed; /* second questions in a row that were for nothing */
	unsigned passed; /* times that it was not asked for that */
};

/* `agreement`: rank correlation of one result's order with relevance, -1 to 1. */
void habits_note_order(struct habits *habits, bool was_asked, double agreement);
/* It orders by relevance, by all that was seen. */
bool habits_rank(const struct habits *habits, bool is_asked);
/* False: it was late or failed too often; now and then it is tried again. */
bool habits_may_ask_second(struct habits *habits);
void habits_note_second(struct habits *habits, bool answered);

#endif
