/* Texts and questions without their diacritics. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/diag.h"
#include "query/cql.h"
#include "query/query.h"
#include "query/unaccent.h"

static void texts_lose_their_marks(void **state)
{
	static const char *const rows[][2] = {
	    {"Łódź", "Lodz"},
	    {"Qurʼān", "Qur'an"},
	    {"Jørgensen Ångström", "Jorgensen Angstrom"},
	    {"cafe\xCC\x81", "cafe"}, /* decomposed */
	    {"Straße œuvre Þór", "Strasse oeuvre Thor"},
	    {"Việt Nam", "Viet Nam"},
	    {"Ελλάς", "Ελλας"},
	    {"شَرِيعَة", "شريعة"},
	    {"a*b?\\* ^é", "a*b?\\* ^e"},
	};
	/* Nothing to take away: letters of other scripts, their vowel signs, syllables, plane 1. */
	static const char *const same[] = {
	    "", "plain", "東京", "हिन्दी", "한국어", "ไทย", "𝒜", "ꦗꦮ"};
	struct arena *arena = arena_create(0, NULL);

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_string_equal(unaccent(arena, rows[i][0]), rows[i][1]);
	for (size_t i = 0; i < sizeof same / sizeof *same; i++)
		assert_ptr_equal(unaccent(arena, same[i]), same[i]);
	arena_destroy(arena);
}

static void questions_lose_theirs(void **state)
{
	static const char *const rows[][2] = {
	    {"dc.title = Łódź", "dc.title = Lodz"},
	    {"dc.title = Łódź and dc.creator = x", "dc.title = Lodz and dc.creator = x"},
	    {"a or (b not dc.title all \"é à\")", "a or (b not dc.title all \"e a\")"},
	    {"dc.title = plain", NULL},
	    {"a and b", NULL},
	};
	struct arena *arena = arena_create(0, NULL);

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct question question, expected;
		struct diag diag;
		const struct query *plain;
		const char *before;

		assert_true(cqlq_parse(arena, rows[i][0], CQLQ_2_0, &question, &diag));
		before = query_to_cql(arena, question.query);
		plain = query_unaccent(arena, question.query);
		assert_string_equal(query_to_cql(arena, question.query), before);
		if (!rows[i][1]) {
			assert_null(plain);
			continue;
		}
		assert_non_null(plain);
		assert_true(cqlq_parse(arena, rows[i][1], CQLQ_2_0, &expected, &diag));
		assert_true(query_equal(plain, expected.query));
	}
	arena_destroy(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(texts_lose_their_marks),
	    cmocka_unit_test(questions_lose_theirs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
