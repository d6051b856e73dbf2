/* What is known of a partner by itself: its agreement, day by day, and its address. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <cmocka.h>

#include "base/arena.h"
#include "registry/agreement.h"
#include "registry/partner.h"

/* ----- days and agreements ----- */

static void days_are_days_of_the_calendar(void **state)
{
	static const char *const bad[] = {"", "2024", "2024-1-01", "2024-01-1", "24-01-01",
	    "2024/01/01", "2024-00-01", "2024-13-01", "2024-01-00", "2024-04-31", "2023-02-29",
	    "1900-02-29", "2024-01-01 ", " 2024-01-01", "2024-01-011", "+024-01-01", "0000-01-01"};
	char text[11];
	day_t day;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(day_parse(bad[i], &day));
	assert_true(day_parse("2024-02-29", &day));
	assert_int_equal(day, 20240229);
	assert_true(day_parse("2000-02-29", &day));
	assert_string_equal(day_print(20270713, text), "2027-07-13");
	assert_string_equal(day_print(10101, text), "0001-01-01");
}

/* The C library counts the same days. */
static void distances_are_the_calendars(void **state)
{
	static const char *const starts[] = {
	    "1999-12-31", "2000-02-28", "2024-02-28", "2026-11-22"};

	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
		struct tm tm = {.tm_year = atoi(starts[i]) - 1900,
		    .tm_mon = atoi(starts[i] + 5) - 1,
		    .tm_mday = atoi(starts[i] + 8),
		    .tm_hour = 12};
		time_t start = timegm(&tm);
		day_t first;

		assert_true(day_parse(starts[i], &first));
		for (int n = -800; n <= 800; n++) {
			time_t then = start + (time_t)n * 86400;
			struct tm *at = gmtime(&then);
			char text[32];
			day_t day;

			strftime(text, sizeof text, "%Y-%m-%d", at);
			assert_true(day_parse(text, &day));
			assert_int_equal(day_distance(first, day), n);
			assert_int_equal(day_distance(day, first), -n);
		}
	}
}

static void an_agreement_is_in_force_on_its_first_and_last_day(void **state)
{
	struct agreement a = {.present = true, .begins = 20220713, .ends = 20270713};

	assert_int_equal(agreement_state(&a, 20220712), AGREEMENT_EXPIRED);
	assert_int_equal(agreement_state(&a, 20220713), AGREEMENT_ACTIVE);
	assert_int_equal(agreement_state(&a, 20270413), AGREEMENT_ACTIVE);   /* 91 days ahead */
	assert_int_equal(agreement_state(&a, 20270414), AGREEMENT_EXPIRING); /* 90 */
	assert_int_equal(agreement_state(&a, 20270713), AGREEMENT_EXPIRING);
	assert_int_equal(agreement_state(&a, 20270714), AGREEMENT_EXPIRED);
}

static void an_agreement_without_an_end_is_undated(void **state)
{
	struct agreement none = {0}, open = {.present = true, .begins = 20250101};

	assert_int_equal(agreement_state(&none, 20240701), AGREEMENT_UNDATED);
	assert_int_equal(agreement_state(&open, 20250101), AGREEMENT_UNDATED);
	assert_int_equal(agreement_state(&open, 20241231), AGREEMENT_EXPIRED);
	assert_string_equal(agreement_state_name(AGREEMENT_UNDATED), "undated");
	assert_string_equal(agreement_state_name(AGREEMENT_EXPIRING), "expiring");
}

static void services_allow_search(void **state)
{
	struct agreement a = {0};
	enum service service;

	assert_true(agreement_allows_search(&a));
	a.present = true;
	assert_false(agreement_allows_search(&a));
	a.services = 1u << SERVICE_LOAN;
	assert_false(agreement_allows_search(&a));
	a.services |= 1u << SERVICE_SEARCH;
	assert_true(agreement_allows_search(&a));
	for (int i = 0; i < SERVICE_COUNT; i++) {
		assert_true(service_parse(service_name((enum service)i), &service));
		assert_int_equal(service, i);
	}
	assert_false(service_parse("Search", &service));
	assert_false(service_parse("", &service));
}

/* ----- targets ----- */

struct address {
	const char *url;
	enum partner_protocol protocol;
	bool tls;
	const char *host;
	unsigned port;
	const char *database;
};

static void urls_are_taken_apart(void **state)
{
	static const struct address good[] = {
	    {"z3950://h/d", PARTNER_Z3950, false, "h", 210, "d"},
	    {"z3950://h:2100/Default", PARTNER_Z3950, false, "h", 2100, "Default"},
	    {"z3950://127.0.0.1:9101/a%2Fb%25+c", PARTNER_Z3950, false, "127.0.0.1", 9101,
		"a/b%+c"},
	    {"z3950://[2001:db8::1]/d", PARTNER_Z3950, false, "2001:db8::1", 210, "d"},
	    {"z3950s://[::1]:2100/d", PARTNER_Z3950, true, "::1", 2100, "d"},
	    {"http://h", PARTNER_SRU, false, "h", 80, "/"},
	    {"http://h:8080/sru/union", PARTNER_SRU, false, "h", 8080, "/sru/union"},
	    {"https://h?db=x/y", PARTNER_SRU, true, "h", 443, "/?db=x/y"},
	    {"https://xn--bcher-kva.example/a:b@c", PARTNER_SRU, true, "xn--bcher-kva.example", 443,
		"/a:b@c"},
	};
	struct arena *arena = arena_create(0, NULL);

	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		struct partner_target t = {0};
		const char *wrong = partner_url_parse(arena, good[i].url, &t);

		if (wrong)
			fail_msg("%s %s", good[i].url, wrong);
		assert_string_equal(t.url, good[i].url);
		assert_int_equal(t.protocol, good[i].protocol);
		assert_int_equal(t.tls, good[i].tls);
		assert_string_equal(t.host, good[i].host);
		assert_int_equal(t.port, good[i].port);
		assert_string_equal(t.database, good[i].database);
	}
	arena_destroy(arena);
}

static void bad_urls_are_refused(void **state)
{
	static const char *const bad[] = {"", "h/d", "//h/d", "Z3950://h/d", "z3950:h/d",
	    "z3950://", "z3950:///d", "z3950://h/", "z3950://h", "z3950://h:/d", "z3950://h:0/d",
	    "z3950://h:65536/d", "z3950://h:x/d", "z3950://h:210:1/d", "z3950://::1/d",
	    "z3950://[::1/d", "z3950://[::1]x/d", "z3950://[127.0.0.1]/d", "z3950://1.2.3/d",
	    "z3950://256.1.1.1/d", "z3950://a..b/d", "z3950://.a/d", "z3950://a b/d",
	    "z3950://h/d e", "z3950://h/a/b", "z3950://h/a?b", "z3950://h/a#b", "z3950://h?d",
	    "z3950://h/%", "z3950://h/%4", "z3950://h/%zz", "z3950://h/%00", "z3950://h/%ff",
	    "z3950://u@h/d", "z3950://u:p@h/d", "z3950s://h/d", "http://", "http:///x",
	    "http://h/x#y", "http://h/<x>", "http://h/\x01", "https://u:p@h/"};
	struct arena *arena = arena_create(0, NULL);

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct partner_target t = {0};

		if (!partner_url_parse(arena, bad[i], &t))
			fail_msg("\"%s\" is accepted", bad[i]);
	}
	arena_destroy(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(days_are_days_of_the_calendar),
	    cmocka_unit_test(distances_are_the_calendars),
	    cmocka_unit_test(an_agreement_is_in_force_on_its_first_and_last_day),
	    cmocka_unit_test(an_agreement_without_an_end_is_undated),
	    cmocka_unit_test(services_allow_search),
	    cmocka_unit_test(urls_are_taken_apart),
	    cmocka_unit_test(bad_urls_are_refused),
	};

	return cmocka_run_group_tests_name("partner", tests, NULL, NULL);
}
