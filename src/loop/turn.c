#include "loop/turn.h"

#include <assert.h>
#include <stdlib.h>

#include "loop/loop.h"

struct defer {
	struct turn *turn;
	struct defer *prev, *next;
	uint64_t number;
	defer_fn fn;
	void *arg;
};

struct defer *loop_defer(struct loop *loop, defer_fn fn, void *arg)
{
	struct turn *turn = loop_turn(loop);
	struct defer *defer = calloc(1, sizeof *defer);

	if (!defer)
		abort();
	*defer = (struct defer){
	    .turn = turn, .prev = turn->last, .number = turn->sequence++, .fn = fn, .arg = arg};
	if (turn->last)
		turn->last->next = defer;
	else
		turn->first = defer;
	turn->last = defer;
	turn->defers++;
	return defer;
}

void defer_cancel(struct defer *defer)
{
	struct turn *turn = defer->turn;

	if (defer->prev)
		defer->prev->next = defer->next;
	else
		turn->first = defer->next;
	if (defer->next)
		defer->next->prev = defer->prev;
	else
		turn->last = defer->prev;
	turn->defers--;
	free(defer);
}

static void run_defers(struct turn *turn)
{
	uint64_t limit = turn->sequence;

	while (turn->first && turn->first->number < limit) {
		defer_fn fn = turn->first->fn;
		void *arg = turn->first->arg;

		defer_cancel(turn->first);
		fn(arg);
	}
}

void turn_bury(struct turn *turn, burial_fn fn, void *arg)
{
	if (turn->burial_count == turn->burial_room) {
		turn->burial_room = turn->burial_room ? turn->burial_room * 2 : 8;
		turn->burials = realloc(turn->burials, turn->burial_room * sizeof *turn->burials);
		if (!turn->burials)
			abort();
	}
	turn->burials[turn->burial_count++] = (struct burial){fn, arg};
}

static void run_burials(struct turn *turn)
{
	for (size_t i = 0; i < turn->burial_count; i++) {
		struct burial burial = turn->burials[i]; /* the array may move meanwhile */

		burial.fn(burial.arg);
	}
	turn->burial_count = 0;
}

void turn_begin(struct turn *turn)
{
	turn->begun = turn->sequence;
}

void turn_end(struct turn *turn)
{
	run_defers(turn);
	run_burials(turn);
}

int turn_is_busy(const struct turn *turn)
{
	return turn->first || turn->burial_count;
}

void turn_clear(struct turn *turn)
{
	run_burials(turn);
	assert(turn->timers == 0); /* somebody forgot one */
	while (turn->first)
		defer_cancel(turn->first);
	free(turn->burials);
	free(turn->heap);
	*turn = (struct turn){0};
}
