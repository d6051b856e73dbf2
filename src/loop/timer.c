#include "loop/timer.h"

#include <stdlib.h>

#include "loop/turn.h"

#define NOWHERE SIZE_MAX

struct timer {
	struct turn *turn;
	timer_fn fn;
	void *arg;
	msec_t when;
	uint64_t number; /* orders timers of one moment by their arming */
	size_t place;	 /* in the heap; NOWHERE when not armed */
};

static int is_before(const struct timer *a, const struct timer *b)
{
	return a->when != b->when ? a->when < b->when : a->number < b->number;
}

static void put(struct turn *turn, size_t place, struct timer *timer)
{
	turn->heap[place] = timer;
	timer->place = place;
}

static void sift_up(struct turn *turn, struct timer *timer, size_t place)
{
	while (place > 0) {
		size_t parent = (place - 1) / 2;

		if (!is_before(timer, turn->heap[parent]))
			break;
		put(turn, place, turn->heap[parent]);
		place = parent;
	}
	put(turn, place, timer);
}

static void sift_down(struct turn *turn, struct timer *timer, size_t place)
{
	for (;;) {
		size_t child = 2 * place + 1;

		if (child >= turn->armed)
			break;
		if (child + 1 < turn->armed && is_before(turn->heap[child + 1], turn->heap[child]))
			child++;
		if (!is_before(turn->heap[child], timer))
			break;
		put(turn, place, turn->heap[child]);
		place = child;
	}
	put(turn, place, timer);
}

struct timer *timer_create_on(struct loop *loop, timer_fn fn, void *arg)
{
	struct timer *timer = calloc(1, sizeof *timer);

	if (!timer)
		abort();
	timer->turn = loop_turn(loop);
	timer->fn = fn;
	timer->arg = arg;
	timer->place = NOWHERE;
	timer->turn->timers++;
	return timer;
}

void timer_disarm(struct timer *timer)
{
	struct turn *turn = timer->turn;
	size_t place = timer->place;

	if (place == NOWHERE)
		return;
	timer->place = NOWHERE;

	struct timer *last = turn->heap[--turn->armed];

	if (last == timer)
		return;
	if (place > 0 && is_before(last, turn->heap[(place - 1) / 2]))
		sift_up(turn, last, place);
	else
		sift_down(turn, last, place);
}

void timer_arm(struct timer *timer, msec_t when)
{
	struct turn *turn = timer->turn;

	timer_disarm(timer);
	if (when == MSEC_NEVER)
		return;
	if (turn->armed == turn->room) {
		turn->room = turn->room ? turn->room * 2 : 64;
		turn->heap = realloc(turn->heap, turn->room * sizeof(struct timer *));
		if (!turn->heap)
			abort();
	}
	timer->when = when;
	timer->number = turn->sequence++;
	sift_up(turn, timer, turn->armed++);
}

bool timer_is_armed(const struct timer *timer)
{
	return timer->place != NOWHERE;
}

void timer_destroy(struct timer *timer)
{
	if (!timer)
		return;
	timer_disarm(timer);
	timer->turn->timers--;
	free(timer);
}

msec_t turn_next(const struct turn *turn)
{
	return turn->armed ? turn->heap[0]->when : MSEC_NEVER;
}

void turn_run_timers(struct turn *turn, msec_t now)
{
	while (turn->armed) {
		struct timer *timer = turn->heap[0];

		if (timer->when > now || timer->number >= turn->begun)
			return;
		timer_disarm(timer);
		timer->fn(timer->arg); /* may destroy it */
	}
}
