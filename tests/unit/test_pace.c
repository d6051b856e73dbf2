/* How long partners take, and are worth waiting for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "target/pace.h"

static void a_pace_follows_what_is_measured(void **state)
{
	struct pace pace = {0};

	assert_int_equal(pace_expected(&pace), -1);
	pace_note(&pace, 100);
	assert_int_equal(pace_expected(&pace), 300);
	for (int i = 0; i < 100; i++)
		pace_note(&pace, 100);
	assert_in_range(pace_expected(&pace), 100, 105);
	/* It gets slow, and fast again. */
	for (int i = 0; i < 50; i++)
		pace_note(&pace, 2000);
	assert_in_range(pace_expected(&pace), 1900, 2300);
	for (int i = 0; i < 100; i++)
		pace_note(&pace, 10);
	assert_in_range(pace_expected(&pace), 10, 60);
	/* One that varies is given time. */
	for (int i = 0; i < 100; i++)
		pace_note(&pace, i % 2 ? 100 : 300);
	assert_in_range(pace_expected(&pace), 300, 700);
}

static void check(msec_t soft, size_t count, ...)
{
	msec_t expected[16];
	va_list args;

	va_start(args, count);
	for (size_t i = 0; i < count; i++)
		expected[i] = va_arg(args, int);
	va_end(args);
	assert_int_equal(pace_soft(expected, count), soft);
}

static void those_who_set_the_pace_are_waited_for(void **state)
{
	check(MSEC_NEVER, 0);
	check(MSEC_NEVER, 2, -1, -1);
	check(500, 1, 500);
	check(400, 4, 200, 400, 300, 250);
	check(250, 4, 200, 5000, 230, 250);	/* the slowest does not decide */
	check(250, 5, 200, 5000, -1, 230, 250); /* nor does one of whom nothing is known */
	check(700, 3, 250, 700, 300);		/* not much slower than the others */
	check(5000, 2, 100, 5000);		/* of two none sets the pace alone */
	check(5000, 4, 4000, 5000, 4500, 100);	/* where most are slow, so be it */
	check(100, 3, 3, 5, 4);
	check(100, 4, 3, 5, 4, 90);
	check(100, 4, 3, 5, 4, 900);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_pace_follows_what_is_measured),
	    cmocka_unit_test(those_who_set_the_pace_are_waited_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
