/* Where an SRU server may send us. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "target/redirect.h"

static const struct place start = {false, 80, "/sru?query=a"};

/* From `place` at h.example. */
static bool follow_from(const struct place *place, const char *location, struct place *to,
    char *why, size_t size, struct arena *arena)
{
	struct redirect redirect;
	bool ok;

	redirect_begin(&redirect, "h.example", place);
	ok = redirect_follow(&redirect, arena, location, why, size);
	*to = *redirect_place(&redirect);
	return ok;
}

static void locations(void **state)
{
	static const struct {
		const char *location;
		bool secure;
		unsigned port;
		const char *target;
	} cases[] = {
	    {"/b?query=a", false, 80, "/b?query=a"},
	    {"b", false, 80, "/b"},
	    {"?query=b", false, 80, "/sru?query=b"},
	    {"http://h.example/c", false, 80, "/c"},
	    {"HTTP://H.EXAMPLE:8080/c", false, 8080, "/c"},
	    {"https://h.example/c#part", true, 443, "/c"},
	    {"//h.example/d", false, 80, "/d"},
	    {"http://h.example?x=1", false, 80, "/?x=1"},
	    {"../e", false, 80, "/e"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena *arena = arena_create(0, NULL);
		struct place to;
		char why[256] = "";

		if (!follow_from(&start, cases[i].location, &to, why, sizeof why, arena))
			fail_msg("%s: %s", cases[i].location, why);
		assert_int_equal(to.secure, cases[i].secure);
		assert_int_equal(to.port, cases[i].port);
		assert_string_equal(to.target, cases[i].target);
		arena_destroy(arena);
	}
}

static void refusals(void **state)
{
	static const struct place locked = {true, 443, "/sru"};
	static const struct {
		const struct place *from;
		const char *location, *why;
	} cases[] = {
	    {&start, "http://other.example/sru?query=secret",
		"redirects to another host: other.example"},
	    {&start, "//other.example/", "redirects to another host: other.example"},
	    {&start, "http://h.example.other.example/",
		"redirects to another host: h.example.other.example"},
	    {&start, "http://h.example@other.example/", "redirects to what is no web address"},
	    {&start, "ftp://h.example/", "redirects to what is no web address"},
	    {&start, "file:///etc/passwd", "redirects to what is no web address"},
	    {&start, "z3950://h.example/db", "redirects to what is no web address"},
	    {&start, "/caf\xC3\xA9", "redirects to what is no web address"},
	    {&start, "/a b", "redirects to what is no web address"},
	    {&start, "http://h.example:0/", "redirects to what is no web address"},
	    {&start, "", "redirect loop"},
	    {&start, "/sru?query=a", "redirect loop"},
	    {&start, "http://h.example:80/sru?query=a#x", "redirect loop"},
	    {&locked, "http://h.example/sru", "redirects from https to http"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena *arena = arena_create(0, NULL);
		struct place to;
		char why[256] = "";

		if (follow_from(cases[i].from, cases[i].location, &to, why, sizeof why, arena))
			fail_msg("%s was followed", cases[i].location);
		assert_string_equal(why, cases[i].why);
		assert_string_equal(to.target, cases[i].from->target);
		arena_destroy(arena);
	}
}

static void how_often(void **state)
{
	struct arena *arena = arena_create(0, NULL);
	struct redirect redirect;
	char why[256];

	redirect_begin(&redirect, "h.example", &start);
	assert_true(redirect_follow(&redirect, arena, "/1", why, sizeof why));
	assert_true(redirect_follow(&redirect, arena, "/2", why, sizeof why));
	assert_false(redirect_follow(&redirect, arena, "/1", why, sizeof why));
	assert_string_equal(why, "redirect loop");
	assert_true(redirect_follow(&redirect, arena, "/3", why, sizeof why));
	assert_false(redirect_follow(&redirect, arena, "/4", why, sizeof why));
	assert_string_equal(why, "more than 3 redirects");
	redirect_begin(&redirect, "h.example", &start);
	assert_true(redirect_follow(&redirect, arena, "/4", why, sizeof why));
	arena_destroy(arena);
}

static void numbers(void **state)
{
	struct arena *arena = arena_create(0, NULL);
	struct redirect redirect;
	char why[256];

	redirect_begin(&redirect, "2001:db8::1", &start);
	assert_true(redirect_follow(&redirect, arena, "/1", why, sizeof why));
	assert_true(redirect_follow(&redirect, arena, "http://[2001:DB8::1]:81/", why, sizeof why));
	assert_int_equal(redirect_place(&redirect)->port, 81);
	assert_false(redirect_follow(&redirect, arena, "http://[2001:db8::2]/", why, sizeof why));
	assert_string_equal(why, "redirects to another host: 2001:db8::2");
	arena_destroy(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(locations),
	    cmocka_unit_test(refusals),
	    cmocka_unit_test(how_often),
	    cmocka_unit_test(numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
