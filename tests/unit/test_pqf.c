/* PQF as canonical CQL. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/diag.h"
#include "query/pqf.h"

static const struct {
	const char *pqf, *cql; /* NULL: refused … */
	enum diag_id id;       /* … so */
} rows[] = {
    {"@attr 1=4 bumi", "dc.title = bumi", DIAG_NONE},
    {"@and @attr 1=4 bumi @attr 1=1003 toer", "dc.title = bumi and dc.creator = toer", DIAG_NONE},
    {"@set abc", "cql.resultSetId = abc", DIAG_NONE},
    {"@set \"a\rb\"", "cql.resultSetId = \"a b\"", DIAG_NONE},
    {"@attr 1=4\n\"bumi\tmanusia\"", "dc.title = \"bumi manusia\"", DIAG_NONE},
    {"@attr 1=7 9794330108", "bath.isbn = 9794330108", DIAG_NONE},
    {"", NULL, DIAG_QUERY_SYNTAX},
    {"@and a", NULL, DIAG_QUERY_SYNTAX},
    {"a b c @", NULL, DIAG_QUERY_SYNTAX},
    {"@attr 1=", NULL, DIAG_QUERY_SYNTAX},
    {"\xC3", NULL, DIAG_QUERY_SYNTAX},
    {"@attr 2=99 a", NULL, DIAG_RELATION},
};

static void pqf_is_read(void **state)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *arena = arena_create(0, NULL);
		struct question question;
		struct diag diag = {DIAG_NONE, ""};
		bool good = pqfq_parse(arena, rows[i].pqf, &question, &diag);

		if (good)
			assert_string_equal(
			    question_to_cql(arena, &question), rows[i].cql ? rows[i].cql : "");
		else if (rows[i].cql || diag.id != rows[i].id)
			fail_msg("%s: %d %s", rows[i].pqf, diag_srw(diag.id), diag.details);
		arena_destroy(arena);
	}
}

/* As deep and as long as the text may be. */
static void pqf_is_bounded(void **state)
{
	struct arena *arena = arena_create(0, NULL);
	char *text = arena_alloc(arena, QUERY_BYTES_MAX + 64), *at = text;
	struct question question;
	struct diag diag;

	while (at - text < QUERY_BYTES_MAX - 7)
		at = stpcpy(at, "@or a ");
	*at = 'a';
	assert_false(pqfq_parse(arena, text, &question, &diag));
	assert_int_equal(diag.id, DIAG_BOOLEANS_MANY);
	memset(text, '@', QUERY_BYTES_MAX + 1);
	assert_false(pqfq_parse(arena, text, &question, &diag));
	assert_int_equal(diag.id, DIAG_QUERY_TOO_LONG);
	arena_destroy(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(pqf_is_read),
	    cmocka_unit_test(pqf_is_bounded),
	};

	return cmocka_run_group_tests_name("pqf", tests, NULL, NULL);
}
