/* What both loops promise: this file is linked once with src/loop over real sockets, once with
 * tests/fakeloop. */
#include <signal.h>
#include "unit/loop_bench.h"

#include "loop/signals.h"

/* ---- deferred calls ---- */

static void deferred_calls_keep_order(void **state)
{
	struct bench *b = *state;
	struct marked last = {b, 'z', NULL, NULL}, a = {b, 'a', NULL, &last},
		      second = {b, 'b', NULL, NULL}, c = {b, 'c', NULL, NULL};

	b->busy = true;
	loop_defer(b->loop, on_marked, &a);
	loop_defer(b->loop, on_marked, &second);
	loop_defer(b->loop, on_marked, &c);
	b->busy = false;
	run_until_log(b, "abcz");
}

static void deferred_calls_can_be_taken_back(void **state)
{
	struct bench *b = *state;
	struct defer *victim, *later;
	struct marked a = {b, 'a', &later, NULL}, x = {b, 'x', NULL, NULL},
		      c = {b, 'c', NULL, NULL};

	victim = loop_defer(b->loop, on_marked, &x);
	loop_defer(b->loop, on_marked, &a);
	later = loop_defer(b->loop, on_marked, &x);
	loop_defer(b->loop, on_marked, &c);
	defer_cancel(victim);
	run_until_log(b, "ac");
}

static void a_call_deferred_by_a_deferred_call_waits_for_the_next_turn(void **state)
{
	struct bench *b = *state;
	struct marked z = {b, 'z', NULL, NULL}, a = {b, 'a', NULL, &z};

	loop_defer(b->loop, on_marked, &a);
	run_once(b); /* one turn: note() stops the loop */
	assert_string_equal(b->log, "a");
	run_once(b);
	assert_string_equal(b->log, "az");
}

/* ---- timers ---- */

struct ticking {
	struct bench *b;
	char letter;
	struct timer *timer;
	int again;
	msec_t interval;
	bool suicide, with_defer;
	struct marked defer;
};

static void on_tick(void *arg)
{
	struct ticking *t = arg;

	note(t->b, t->letter);
	assert_false(timer_is_armed(t->timer));
	if (t->again-- > 0)
		timer_arm(t->timer, loop_now(t->b->loop) + t->interval);
	if (t->with_defer) {
		t->defer = (struct marked){t->b, 'd', NULL, NULL};
		loop_defer(t->b->loop, on_marked, &t->defer);
		t->with_defer = false;
	}
	if (t->suicide) {
		timer_destroy(t->timer);
		t->timer = NULL;
	}
}

static struct ticking *ticking(struct bench *b, char letter, msec_t when)
{
	struct ticking *t = calloc(1, sizeof *t);

	t->b = b;
	t->letter = letter;
	t->timer = timer_create_on(b->loop, on_tick, t);
	b->busy = true;
	timer_arm(t->timer, when);
	b->busy = false;
	return t;
}

static void ticking_free(struct ticking *t)
{
	timer_destroy(t->timer);
	free(t);
}

static void timers_fire_in_order(void **state)
{
	struct bench *b = *state;
	msec_t now = loop_now(b->loop);
	struct ticking *c = ticking(b, 'c', now + 20), *a = ticking(b, 'a', now - 5),
		       *second = ticking(b, 'b', now + 10), *same = ticking(b, 'B', now + 10),
		       *never = ticking(b, 'n', MSEC_NEVER), *gone = ticking(b, 'x', now + 5),
		       *moved = ticking(b, 'm', now + 1);

	assert_false(timer_is_armed(never->timer));
	assert_true(timer_is_armed(moved->timer));
	timer_arm(moved->timer, now + 30);
	timer_disarm(gone->timer);
	timer_disarm(gone->timer);
	run_until_log(b, "abBcm");
	assert_true(loop_now(b->loop) >= now + 30);
	ticking_free(a);
	ticking_free(second);
	ticking_free(same);
	ticking_free(c);
	ticking_free(never);
	ticking_free(gone);
	ticking_free(moved);
}

static void timers_rearm_and_destroy_themselves(void **state)
{
	struct bench *b = *state;
	struct ticking *t = ticking(b, 't', loop_now(b->loop) + 1);

	t->again = 2;
	t->interval = 3;
	run_until_log(b, "ttt");
	t->suicide = true;
	timer_arm(t->timer, loop_now(b->loop));
	run_until_log(b, "tttt");
	assert_null(t->timer);
	ticking_free(t);
}

static void a_timer_armed_for_the_past_waits_for_the_next_turn(void **state)
{
	struct bench *b = *state;
	struct ticking *t = ticking(b, 't', loop_now(b->loop));

	t->again = 1;
	t->interval = -100;
	t->with_defer = true;
	run_until_log(b, "tdt");
	ticking_free(t);
}

static void many_timers_keep_their_order(void **state)
{
	struct bench *b = *state;
	struct ticking *t[60];
	char wanted[61] = "";
	msec_t now = loop_now(b->loop);

	for (int i = 0; i < 60; i++)
		t[i] = ticking(b, (char)('A' + (i * 37) % 60), now - 1000 + (i * 37) % 60);
	for (int i = 0; i < 60; i += 3)
		timer_disarm(t[i]->timer);
	for (char letter = 'A'; letter < 'A' + 60; letter++)
		for (int i = 0; i < 60; i++)
			if (i % 3 != 0 && t[i]->letter == letter)
				wanted[strlen(wanted)] = letter;
	run_until_log(b, wanted);
	for (int i = 0; i < 60; i++)
		ticking_free(t[i]);
}

static void time_stands_still_within_a_turn(void **state)
{
	struct bench *b = *state;
	struct marked a = {b, 'a', NULL, NULL};
	unsigned char one[16] = {0}, two[16] = {0};
	msec_t before = loop_now(b->loop);

	loop_defer(b->loop, on_marked, &a);
	run_until_log(b, "a");
	assert_true(loop_now(b->loop) >= before);
	assert_int_equal(loop_now(b->loop), loop_now(b->loop));
	assert_true(loop_wall_clock(b->loop) > 1600000000);
	loop_random(b->loop, one, sizeof one);
	loop_random(b->loop, two, sizeof two);
	assert_memory_not_equal(one, two, sizeof one);
}

/* ---- signals ---- */

static void on_signal(void *arg, int number)
{
	note(arg, number == SIGUSR1 ? '1' : number == SIGHUP ? 'h' : '?');
}

static void signals_are_calls(void **state)
{
	static const int numbers[] = {SIGUSR1, SIGHUP};
	struct bench *b = *state;
	struct signals *signals = signals_watch(b->loop, numbers, 2, on_signal, b);

	b->busy = true;
	world_signal(b->world, SIGHUP);
	b->busy = false;
	run_until_log(b, "h");
	world_signal(b->world, SIGUSR1);
	run_until_log(b, "h1");
	signals_unwatch(signals);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(deferred_calls_keep_order),
	    CASE(deferred_calls_can_be_taken_back),
	    CASE(a_call_deferred_by_a_deferred_call_waits_for_the_next_turn),
	    CASE(timers_fire_in_order),
	    CASE(timers_rearm_and_destroy_themselves),
	    CASE(a_timer_armed_for_the_past_waits_for_the_next_turn),
	    CASE(many_timers_keep_their_order),
	    CASE(time_stands_still_within_a_turn),
	    CASE(signals_are_calls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
