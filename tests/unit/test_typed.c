/* What people type, as canonical CQL. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/diag.h"
#include "query/cql.h"
#include "query/typed.h"

#define ALL "cql.serverChoice all "
#define ADJ "cql.serverChoice adj "

static const struct {
	const char *typed, *cql; /* NULL: refused */
} rows[] = {
    {"bumi", "bumi"},
    {"  bumi\tmanusia\r\n", ALL "\"bumi manusia\""},
    {"\"bumi manusia\"", ADJ "\"bumi manusia\""},
    {"\" bumi manusia \"", ADJ "\"bumi manusia\""},
    {"\xE2\x80\x9C"
     "bumi manusia\xE2\x80\x9D toer",
	"toer and " ADJ "\"bumi manusia\""},
    {"toer \"bumi manusia\" 1980", ALL "\"toer 1980\" and " ADJ "\"bumi manusia\""},
    {"\"a b\" \"c d\"", ADJ "\"a b\" and " ADJ "\"c d\""},
    {"\"a b\" \"c d\" e", "e and (" ADJ "\"a b\" and " ADJ "\"c d\")"},
    {"hukum -adat", "hukum not adat"},
    {"hukum -adat -\"hukum islam\"", "hukum not (adat or " ADJ "\"hukum islam\")"},
    {"-adat hukum pidana", ALL "\"hukum pidana\" not adat"},
    {"open \"end of it", "open and " ADJ "\"end of it\""},
    {"al-Quran", "al-Quran"},
    {"a - b", ALL "\"a b\""},
    {"tom & jerry / co.", ALL "\"tom jerry co.\""},
    {"indones*", "indones*"},
    {"\"indones*\"", ADJ "\"indones\\*\""},
    {"why? a*b ^x back\\slash", ALL "\"why\\? a\\*b \\^x back\\\\slash\""},
    {"title=foo and (bar)", ALL "\"title=foo and (bar)\""},
    {"and", "\"and\""},
    {"dc.title", "dc.title"},
    {"日本 史", ALL "\"日本 史\""},
    {"C++", "C++"},
    {"", NULL},
    {"   ", NULL},
    {"-adat", NULL},
    {"\"\"", NULL},
    {"- & *", NULL},
    {"\xC3", NULL},
    {"\"\xE2\x80", NULL},
    {"a\xC2\x85"
     "b",
	NULL},
    {"a\001b", NULL},
};

static void people_are_understood(void **state)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *arena = arena_create(0, NULL);
		struct question question, again;
		struct diag diag = {DIAG_NONE, ""};
		bool good = typed_parse(arena, rows[i].typed, &question, &diag);

		if (good != (rows[i].cql != NULL))
			fail_msg("%s: %s", rows[i].typed, diag.details);
		if (good) {
			assert_string_equal(question_to_cql(arena, &question), rows[i].cql);
			assert_true(cqlq_parse(arena, rows[i].cql, CQLQ_2_0, &again, NULL));
			assert_true(query_equal(question.query, again.query));
		} else {
			assert_int_equal(diag.id, DIAG_QUERY_SYNTAX);
			assert_true(*diag.details);
		}
		arena_destroy(arena);
	}
}

static void length_and_count_are_bounded(void **state)
{
	struct arena *arena = arena_create(0, NULL);
	char *text = arena_alloc(arena, QUERY_BYTES_MAX + 2);
	struct question question;
	struct diag diag;

	memset(text, 'a', QUERY_BYTES_MAX + 1);
	assert_false(typed_parse(arena, text, &question, &diag));
	assert_int_equal(diag.id, DIAG_QUERY_TOO_LONG);
	text[QUERY_BYTES_MAX] = '\0';
	assert_true(typed_parse(arena, text, &question, &diag));
	for (size_t i = 0; i + 3 < QUERY_BYTES_MAX; i += 3)
		memcpy(text + i, " -a", 3);
	assert_false(typed_parse(arena, text, &question, &diag));
	assert_int_equal(diag.id, DIAG_QUERY_SYNTAX);
	arena_destroy(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(people_are_understood),
	    cmocka_unit_test(length_and_count_are_bounded),
	};

	return cmocka_run_group_tests_name("typed", tests, NULL, NULL);
}
