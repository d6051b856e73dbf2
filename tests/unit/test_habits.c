/* What is learned of a target's answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "target/habits.h"

static void order_is_believed_after_several_searches(void **state)
{
	struct habits habits = {0};

	for (int i = 0; i < 3; i++) {
		habits_note_order(&habits, true, .5);
		assert_false(habits_rank(&habits, true));
	}
	habits_note_order(&habits, true, .1);
	assert_true(habits_rank(&habits, true)); /* .4 */
	assert_false(habits_rank(&habits, false));
}

static void no_order_is_found_out(void **state)
{
	static const double noise[] = {.3, -.2, .1, -.3, .2, .3, -.1, .25};
	struct habits habits = {0};

	for (int i = 0; i < 8; i++)
		habits_note_order(&habits, false, noise[i]);
	assert_false(habits_rank(&habits, false));
}

static void a_target_that_stops_ranking_is_found_out(void **state)
{
	struct habits habits = {0};

	for (int i = 0; i < 1000; i++)
		habits_note_order(&habits, false, .5);
	assert_true(habits_rank(&habits, false));
	for (int i = 0; i < 16; i++)
		habits_note_order(&habits, false, 0);
	assert_false(habits_rank(&habits, false));
}

static void who_never_answers_in_time_is_asked_now_and_then(void **state)
{
	struct habits habits = {0};
	unsigned asked = 0;

	for (int i = 0; i < 100; i++)
		if (habits_may_ask_second(&habits)) {
			asked++;
			habits_note_second(&habits, false);
		}
	assert_int_equal(asked, 3 + 97 / 20);
	habits_note_second(&habits, true);
	assert_true(habits_may_ask_second(&habits));
	assert_true(habits_may_ask_second(&habits));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(order_is_believed_after_several_searches),
	    cmocka_unit_test(no_order_is_found_out),
	    cmocka_unit_test(a_target_that_stops_ranking_is_found_out),
	    cmocka_unit_test(who_never_answers_in_time_is_asked_now_and_then),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
