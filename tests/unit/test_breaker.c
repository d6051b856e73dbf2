/* The breaker and the budget of a partner: values that are told the time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "target/breaker.h"
#include "target/budget.h"

static const struct breaker_rules rules = {.failures = 3, .pause = 1000, .pause_most = 60000};

static void fail_times(struct breaker *breaker, unsigned times, msec_t now)
{
	for (; times; times--)
		breaker_failed(breaker, &rules, REASON_REFUSED, now);
}

static void opens_after_failures_in_a_row(void **state)
{
	struct breaker breaker;

	breaker_init(&breaker, 1, 0);
	fail_times(&breaker, 2, 10);
	breaker_succeeded(&breaker, 20);
	fail_times(&breaker, 2, 30);
	assert_true(breaker_is_closed(&breaker));
	assert_true(breaker_failed(&breaker, &rules, REASON_SEARCH, 40));
	assert_false(breaker_is_closed(&breaker));
	assert_int_equal(breaker.state, BREAKER_OPEN);
	assert_int_equal(breaker.reason, REASON_SEARCH);
	assert_int_equal(breaker.since, 40);
	assert_int_equal(breaker.openings, 1);
	assert_in_range(breaker.until, 40 + 750, 40 + 1000);
	/* Those that were under way already change nothing. */
	assert_false(breaker_failed(&breaker, &rules, REASON_REFUSED, 50));
	breaker_succeeded(&breaker, 60);
	assert_int_equal(breaker.state, BREAKER_OPEN);
	assert_int_equal(breaker.openings, 1);
}

static void never_opens_without_a_threshold(void **state)
{
	const struct breaker_rules never = {.failures = 0, .pause = 1000, .pause_most = 60000};
	struct breaker breaker;

	breaker_init(&breaker, 1, 0);
	for (int i = 0; i < 1000; i++)
		assert_false(breaker_failed(&breaker, &never, REASON_REFUSED, i));
	assert_true(breaker_is_closed(&breaker));
}

static bool probe(struct breaker *breaker, bool succeeds)
{
	msec_t now = breaker->until;

	breaker_begin_probe(breaker, now);
	assert_int_equal(breaker->state, BREAKER_HALF_OPEN);
	assert_false(breaker_is_closed(breaker));
	breaker_end_probe(breaker, &rules, succeeds, now);
	return breaker_is_closed(breaker);
}

static void pauses_double_up_to_the_longest(void **state)
{
	struct breaker breaker;
	msec_t expected = 1000;

	breaker_init(&breaker, 7, 0);
	fail_times(&breaker, 3, 5);
	for (int i = 0; i < 12; i++) {
		msec_t begin = breaker.until;

		assert_false(probe(&breaker, false));
		expected = expected * 2 > 60000 ? 60000 : expected * 2;
		assert_in_range(breaker.until - begin, expected * 3 / 4, expected);
		assert_int_equal(breaker.since, 5);
	}
	assert_int_equal(breaker.openings, 1);
}

static void a_probe_closes_it_on_trial(void **state)
{
	struct breaker breaker;
	msec_t now;

	breaker_init(&breaker, 7, 0);
	fail_times(&breaker, 3, 0);
	assert_true(probe(&breaker, true));
	now = breaker.since;
	/* The first search fails: open at once, and for longer. */
	assert_true(breaker_failed(&breaker, &rules, REASON_SEARCH, now));
	assert_in_range(breaker.until - now, 1500, 2000);
	assert_int_equal(breaker.since, now);
	assert_true(probe(&breaker, true));
	/* It succeeds: all is as at first. */
	breaker_succeeded(&breaker, breaker.since);
	now = breaker.since;
	fail_times(&breaker, 2, now);
	assert_true(breaker_is_closed(&breaker));
	fail_times(&breaker, 1, now);
	assert_in_range(breaker.until - now, 750, 1000);
}

static void hurry_ends_a_pause(void **state)
{
	struct breaker breaker;

	breaker_init(&breaker, 7, 0);
	breaker_hurry(&breaker, 3);
	assert_true(breaker_is_closed(&breaker));
	fail_times(&breaker, 3, 10);
	breaker_hurry(&breaker, 11);
	assert_int_equal(breaker.until, 11);
	assert_true(probe(&breaker, true));
}

static void the_jitter_is_the_seeds(void **state)
{
	struct breaker a, b;
	unsigned differ = 0;

	for (uint64_t seed = 0; seed < 100; seed++) {
		breaker_init(&a, seed, 0);
		breaker_init(&b, seed, 0);
		fail_times(&a, 3, 0);
		fail_times(&b, 3, 0);
		assert_int_equal(a.until, b.until);
		breaker_init(&b, seed + 1000, 0);
		fail_times(&b, 3, 0);
		differ += a.until != b.until;
	}
	assert_true(differ > 80);
}

static void what_speaks_against_a_partner(void **state)
{
	static const struct {
		enum outcome_status status;
		enum outcome_reason reason;
		bool counts;
	} table[] = {
	    {OUTCOME_OK, REASON_NONE, false},
	    {OUTCOME_LATE, REASON_QUEUE, false},
	    {OUTCOME_LATE, REASON_CONNECT, true},
	    {OUTCOME_LATE, REASON_TLS, true},
	    {OUTCOME_LATE, REASON_INIT, true},
	    {OUTCOME_LATE, REASON_SEARCH, true},
	    {OUTCOME_LATE, REASON_PRESENT, true},
	    {OUTCOME_FAILED, REASON_UNRESOLVED, true},
	    {OUTCOME_FAILED, REASON_REFUSED, true},
	    {OUTCOME_FAILED, REASON_UNREACHABLE, true},
	    {OUTCOME_FAILED, REASON_RESET, true},
	    {OUTCOME_FAILED, REASON_CLOSED, true},
	    {OUTCOME_FAILED, REASON_TLS, true},
	    {OUTCOME_FAILED, REASON_INIT_REJECTED, true},
	    {OUTCOME_FAILED, REASON_AUTHENTICATION, true},
	    {OUTCOME_FAILED, REASON_PROTOCOL, true},
	    {OUTCOME_FAILED, REASON_TOO_LARGE, false},
	    {OUTCOME_FAILED, REASON_DIAGNOSTIC, false},
	    {OUTCOME_SKIPPED, REASON_BREAKER, false},
	    {OUTCOME_SKIPPED, REASON_BUDGET, false},
	    {OUTCOME_SKIPPED, REASON_OVERLOAD, false},
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct outcome outcome = {.status = table[i].status, .reason = table[i].reason};

		if (breaker_counts(&outcome) != table[i].counts)
			fail_msg("%s %s", outcome_status_name(table[i].status),
			    outcome_reason_name(table[i].reason));
	}
}

static void a_minute_holds_so_many_searches(void **state)
{
	struct budget budget = {0};

	for (int i = 0; i < 1000; i++)
		assert_true(budget_take(&budget, 0)); /* no limit */
	budget_set_limit(&budget, 3);
	assert_true(budget_take(&budget, 0));
	assert_true(budget_take(&budget, 100));
	assert_true(budget_take(&budget, 200));
	assert_false(budget_take(&budget, 59999));
	assert_int_equal(budget_used(&budget, 59999), 3);
	assert_true(budget_take(&budget, 60000));
	assert_false(budget_take(&budget, 60099));
	assert_int_equal(budget_used(&budget, 60150), 2);
	assert_true(budget_take(&budget, 60100));
	budget_clear(&budget);
}

static void another_limit_keeps_what_has_begun(void **state)
{
	struct budget budget = {0};

	budget_set_limit(&budget, 4);
	for (msec_t now = 0; now < 4; now++)
		assert_true(budget_take(&budget, now));
	budget_set_limit(&budget, 6);
	assert_int_equal(budget_used(&budget, 10), 4);
	assert_true(budget_take(&budget, 10));
	assert_true(budget_take(&budget, 11));
	assert_false(budget_take(&budget, 12));
	budget_set_limit(&budget, 2);
	assert_int_equal(budget_used(&budget, 12), 2);
	assert_false(budget_take(&budget, 12));
	assert_true(budget_take(&budget, 60010)); /* the latest two counted: 10 and 11 */
	budget_set_limit(&budget, 0);
	assert_true(budget_take(&budget, 60010));
	budget_clear(&budget);
}

/* Against the plain definition: never more than the limit within any 60 seconds, and never refused
 * when there was room. */
static void budgets_are_exact(void **state)
{
	unsigned long seed = 20240701;
	msec_t now = 0, taken[5000];
	unsigned count = 0;
	struct budget budget = {0};

	print_message("seed %lu\n", seed);
	srand((unsigned)seed);
	budget_set_limit(&budget, 7);
	for (int i = 0; i < 5000; i++) {
		unsigned recent = 0;

		now += rand() % 20000;
		for (unsigned k = 0; k < count; k++)
			recent += now - taken[k] < 60000;
		assert_int_equal(budget_used(&budget, now), recent);
		if (budget_take(&budget, now)) {
			assert_true(recent < 7);
			taken[count++] = now;
		} else {
			assert_int_equal(recent, 7);
		}
	}
	budget_clear(&budget);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(opens_after_failures_in_a_row),
	    cmocka_unit_test(never_opens_without_a_threshold),
	    cmocka_unit_test(pauses_double_up_to_the_longest),
	    cmocka_unit_test(a_probe_closes_it_on_trial),
	    cmocka_unit_test(hurry_ends_a_pause),
	    cmocka_unit_test(the_jitter_is_the_seeds),
	    cmocka_unit_test(what_speaks_against_a_partner),
	    cmocka_unit_test(a_minute_holds_so_many_searches),
	    cmocka_unit_test(another_limit_keeps_what_has_begun),
	    cmocka_unit_test(budgets_are_exact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
