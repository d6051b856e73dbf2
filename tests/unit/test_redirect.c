/* Where an SRU server may send us. */
#include "target/redirect.h"
#include "tests/unit/arena_test.h"

static const struct place start = {false, 80, "/sru?query=a"};

static char why[256]; /* the last refusal */

static bool follow(struct redirect *redirect, const char *location)
{
	return redirect_follow(redirect, arena, location, why, sizeof why);
}

/* From `place` at h.example. */
static bool follow_from(const struct place *place, const char *location, struct place *to)
{
	struct redirect redirect;
	bool ok;

	redirect_begin(&redirect, "h.example", place);
	ok = follow(&redirect, location);
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
		struct place to;

		if (!follow_from(&start, cases[i].location, &to))
			fail_msg("%s: %s", cases[i].location, why);
		assert_int_equal(to.secure, cases[i].secure);
		assert_int_equal(to.port, cases[i].port);
		assert_string_equal(to.target, cases[i].target);
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
		struct place to;

		if (follow_from(cases[i].from, cases[i].location, &to))
			fail_msg("%s was followed", cases[i].location);
		assert_string_equal(why, cases[i].why);
		assert_string_equal(to.target, cases[i].from->target);
	}
}

static void how_often(void **state)
{
	struct redirect redirect;

	redirect_begin(&redirect, "h.example", &start);
	assert_true(follow(&redirect, "/1"));
	assert_true(follow(&redirect, "/2"));
	assert_false(follow(&redirect, "/1"));
	assert_string_equal(why, "redirect loop");
	assert_true(follow(&redirect, "/3"));
	assert_false(follow(&redirect, "/4"));
	assert_string_equal(why, "more than 3 redirects");
	redirect_begin(&redirect, "h.example", &start);
	assert_true(follow(&redirect, "/4"));
}

static void numbers(void **state)
{
	struct redirect redirect;

	redirect_begin(&redirect, "2001:db8::1", &start);
	assert_true(follow(&redirect, "/1"));
	assert_true(follow(&redirect, "http://[2001:DB8::1]:81/"));
	assert_int_equal(redirect_place(&redirect)->port, 81);
	assert_false(follow(&redirect, "http://[2001:db8::2]/"));
	assert_string_equal(why, "redirects to another host: 2001:db8::2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(locations),
	    TEST(refusals),
	    TEST(how_often),
	    TEST(numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
