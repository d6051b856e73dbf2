/* What is remembered of the indexes that a target does not have, and what says so. */
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
#include "search/lacking.h"
#include "target/lacks.h"
#include "target/outcome.h"

#define HOUR (60 * 60 * 1000)

static bool has(const struct lacks *lacks, const char *name, msec_t now)
{
	for (unsigned i = 0; i < LACKS_MAX; i++) {
		const char *noted = lacks_name(lacks, i, now);

		if (noted && strcmp(noted, name) == 0)
			return true;
	}
	return false;
}

static void a_name_is_kept_for_a_day(void **state)
{
	struct lacks lacks = {0};

	assert_false(has(&lacks, "dc.format", 0));
	lacks_note(&lacks, "dc.format", 0);
	assert_true(has(&lacks, "dc.format", 23 * HOUR));
	assert_false(has(&lacks, "dc.format", 24 * HOUR));
	lacks_note(&lacks, "dc.format", 23 * HOUR);
	assert_true(has(&lacks, "dc.format", 46 * HOUR));
	lacks_forget(&lacks, "dc.format");
	assert_false(has(&lacks, "dc.format", 0));
}

static void of_too_many_the_first_goes(void **state)
{
	struct lacks lacks = {0};
	char name[LACKS_NAME_MAX + 8], first[] = "x.0", second[] = "x.1";

	for (int i = 0; i <= LACKS_MAX; i++) {
		snprintf(name, sizeof name, "x.%d", i);
		lacks_note(&lacks, name, i);
	}
	assert_false(has(&lacks, first, 20));
	assert_true(has(&lacks, second, 20));
	assert_true(has(&lacks, name, 20));
	memset(name, 'y', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	lacks_note(&lacks, name, 21);
	assert_true(has(&lacks, second, 21));
}

static void learn(
    struct arena *arena, struct lacks *lacks, const char *cql, const struct outcome *outcome)
{
	struct question question;
	struct diag diag;

	assert_true(cqlq_parse(arena, cql, CQLQ_2_0, &question, &diag));
	lacking_learn(lacks, question.query, outcome, 0);
}

static void a_question_of_one_index_tells_which(void **state)
{
	static const struct outcome ok, bib1 = {.status = OUTCOME_FAILED, .bib1 = 114},
					srw = {.status = OUTCOME_SKIPPED, .srw = 16},
					other = {.status = OUTCOME_FAILED, .bib1 = 117};
	struct arena *arena = arena_create(0, NULL);
	struct lacks lacks = {0};

	learn(arena, &lacks, "dc.title = a or dc.format = b", &bib1);
	learn(arena, &lacks, "dc.title = a", &other);
	assert_false(has(&lacks, "dc.title", 1) || has(&lacks, "dc.format", 1));
	learn(arena, &lacks, "dc.format = a not (dc.format = b or dc.format = c)", &bib1);
	learn(arena, &lacks, "dc.source = a", &srw);
	assert_true(has(&lacks, "dc.format", 1) && has(&lacks, "dc.source", 1));
	learn(arena, &lacks, "dc.title = a and dc.format = b", &ok);
	assert_false(has(&lacks, "dc.format", 1));
	assert_true(has(&lacks, "dc.source", 1));
	arena_destroy(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_name_is_kept_for_a_day),
	    cmocka_unit_test(of_too_many_the_first_goes),
	    cmocka_unit_test(a_question_of_one_index_tells_which),
	};

	return cmocka_run_group_tests_name("lacks", tests, NULL, NULL);
}
