#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "cli/client.h"
#include "cli/http.h"
#include "cli/options.h"

/* argv from one line, words between blanks. */
static enum options_result read_line(const char *line, const char *environment,
    struct options *options,
    enum options_result (*read)(int, char **, const char *, struct options *))
{
	static char copy[512];
	char *argv[32], *save = NULL;
	int argc = 0;

	strcpy(copy, line);
	for (char *word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save))
		argv[argc++] = word;
	argv[argc] = NULL;
	return read(argc, argv, environment, options);
}

static void search_has_defaults(void **state)
{
	struct options options;

	assert_int_equal(read_line("search bumi", NULL, &options, options_read_search), OPTIONS_OK);
	assert_string_equal(options.query, "bumi");
	assert_string_equal(options.url, "http://127.0.0.1:9080/sru/union");
	assert_string_equal(options.format, "table");
	assert_int_equal(options.count, 10);
	assert_int_equal(options.start, 1);
	assert_int_equal(options.seconds, 60);
	assert_null(options.partners);
}

static void search_takes_options_around_the_query(void **state)
{
	struct options options;

	assert_int_equal(read_line("search -n 0 bumi -s 5 -f csv -p a,b -t 3 -u https://h/sru",
			     "http://e/sru", &options, options_read_search),
	    OPTIONS_OK);
	assert_string_equal(options.query, "bumi");
	assert_string_equal(options.url, "https://h/sru");
	assert_string_equal(options.format, "csv");
	assert_string_equal(options.partners, "a,b");
	assert_int_equal(options.count, 0);
	assert_int_equal(options.start, 5);
	assert_int_equal(options.seconds, 3);
	read_line("search bumi", "http://e/sru", &options, options_read_search);
	assert_string_equal(options.url, "http://e/sru");
	read_line("search bumi", "", &options, options_read_search);
	assert_string_equal(options.url, "http://127.0.0.1:9080/sru/union");
	assert_int_equal(
	    read_line("search -- -x", NULL, &options, options_read_search), OPTIONS_OK);
	assert_string_equal(options.query, "-x");
}

static void search_refuses_what_it_cannot_mean(void **state)
{
	static const char *const lines[] = {"search", "search a b", "search a -n",
	    "search a -n 5abc", "search a -n -1", "search a -n 2147483648", "search a -s 0",
	    "search a -t 0", "search a -t 99999999", "search a -z", "search a -u nowhere",
	    "search a -u ftp://h/", "search a -u http://", "search a -p \xFF", "search \xFF",
	    "search a --count"};
	struct options options;

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		assert_int_equal(
		    read_line(lines[i], NULL, &options, options_read_search), OPTIONS_WRONG);
		assert_true(*options.why);
	}
	assert_int_equal(read_line("search -h", NULL, &options, options_read_search), OPTIONS_HELP);
	assert_int_equal(
	    read_line("search --help", NULL, &options, options_read_search), OPTIONS_HELP);
}

static void partners_takes_no_words(void **state)
{
	struct options options;

	assert_int_equal(
	    read_line("partners -f json", NULL, &options, options_read_partners), OPTIONS_OK);
	assert_int_equal(
	    read_line("partners a", NULL, &options, options_read_partners), OPTIONS_WRONG);
	assert_int_equal(
	    read_line("partners -n 1", NULL, &options, options_read_partners), OPTIONS_WRONG);
}

static void urls_are_told_from_words(void **state)
{
	assert_true(http_is_url("http://h"));
	assert_true(http_is_url("https://[::1]:9080/sru/union?a=b"));
	assert_false(http_is_url("h:9080/sru"));
	assert_false(http_is_url("http:// h/"));
	assert_false(http_is_url("file:///etc/passwd"));
	assert_false(http_is_url("http://h:99999/"));
	assert_false(http_is_url(""));
}

static void status_is_beside_sru(void **state)
{
	static const char *const pairs[][2] = {
	    {"http://h:1/sru/union", "http://h:1/status"},
	    {"http://h/sru", "http://h/status"},
	    {"http://h", "http://h/status"},
	    {"http://h/", "http://h/status"},
	    {"http://h?x=/sru/", "http://h/status"},
	    {"https://h/silang/sru/ugm?x#y", "https://h/silang/status"},
	    {"http://h/srux/y", "http://h/status"},
	    {"http://sru/sru", "http://sru/status"},
	};
	struct arena *arena = arena_create(0, NULL);

	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		assert_string_equal(options_status_url(arena, pairs[i][0]), pairs[i][1]);
	arena_destroy(arena);
}

static void requests_are_encoded(void **state)
{
	struct arena *arena = arena_create(0, NULL);
	struct client_question question = {"a=\"b c\"&+\xC3\xB6", "x,y", "dc", 1, 10};

	assert_string_equal(client_parameters(arena, &question, false),
	    "version=2.0&query=a%3D%22b%20c%22%26%2B%C3%B6&startRecord=1&maximumRecords=10"
	    "&recordSchema=dc&x-partners=x%2Cy");
	question = (struct client_question){"a", NULL, NULL, 11, 0};
	assert_string_equal(client_parameters(arena, &question, false),
	    "version=2.0&query=a&startRecord=11&maximumRecords=0&httpAccept=application%2Fjson");
	question.schema = "marcxml";
	assert_string_equal(client_parameters(arena, &question, true),
	    "version=1.2&operation=searchRetrieve&query=a&startRecord=11&maximumRecords=0"
	    "&recordSchema=marcxml");
	arena_destroy(arena);
}

static void parameters_join_an_address(void **state)
{
	struct arena *arena = arena_create(0, NULL);

	assert_string_equal(client_join(arena, "http://h/sru", "q=1"), "http://h/sru?q=1");
	assert_string_equal(client_join(arena, "http://h/sru#f?", "q=1"), "http://h/sru?q=1");
	assert_string_equal(client_join(arena, "http://h/sru?", "q=1"), "http://h/sru?q=1");
	assert_string_equal(
	    client_join(arena, "http://h/sru?a=b#f", "q=1"), "http://h/sru?a=b&q=1");
	assert_string_equal(client_join(arena, "http://h/sru?a=b&", "q=1"), "http://h/sru?a=b&q=1");
	arena_destroy(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(search_has_defaults),
	    cmocka_unit_test(search_takes_options_around_the_query),
	    cmocka_unit_test(search_refuses_what_it_cannot_mean),
	    cmocka_unit_test(partners_takes_no_words),
	    cmocka_unit_test(urls_are_told_from_words),
	    cmocka_unit_test(status_is_beside_sru),
	    cmocka_unit_test(requests_are_encoded),
	    cmocka_unit_test(parameters_join_an_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
