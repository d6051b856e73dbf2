/* Narrower questions: which words, how put together, and never more than was asked. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/diag.h"
#include "query/cql.h"
#include "query/narrow.h"

static const struct query *parse(struct arena *arena, const char *cql)
{
	struct question question;
	struct diag diag;

	assert_true(cqlq_parse(arena, cql, CQLQ_2_0, &question, &diag));
	return question.query;
}

/* As CQL, the words being in so many records; "" when there is no narrower question. */
static const char *narrow(
    struct arena *arena, const char *cql, const double *counts, double hits, double room)
{
	const struct query *query = parse(arena, cql);
	struct narrow_words words;
	double expected = 0;

	narrow_find(arena, query, &words);
	for (size_t i = 0; i < words.count; i++)
		words.items[i].count = counts[i];
	if (words.count)
		query = narrow_by_words(arena, query, &words, hits, room, &expected);
	return words.count && query ? query_to_cql(arena, query) : "";
}

static const char *titles(struct arena *arena, const char *cql)
{
	const struct query *query = narrow_to_titles(arena, parse(arena, cql));

	return query ? query_to_cql(arena, query) : "";
}

static const char *canonical(struct arena *arena, const char *cql)
{
	return query_to_cql(arena, parse(arena, cql));
}

#define SAME(got, cql) assert_string_equal(got, canonical(arena, cql))

static void rare_words_each_by_itself(void **state)
{
	struct arena *arena = arena_create(0, NULL);

	SAME(narrow(arena, "cql.anywhere any \"of kretek clove sumatra\"",
		 (double[]){900, 10, 15, 400}, 1000, 50),
	    "cql.anywhere any \"kretek clove\"");
	/* Room for the pair of what is too common alone. */
	SAME(narrow(arena, "cql.anywhere any \"of kretek clove sumatra\"",
		 (double[]){900, 10, 15, 120}, 1000, 140),
	    "cql.anywhere any \"kretek clove\" or (cql.anywhere any sumatra and "
	    "cql.anywhere any of)");
	arena_destroy(arena);
}

static void common_words_together(void **state)
{
	struct arena *arena = arena_create(0, NULL);

	SAME(narrow(arena, "cql.anywhere any \"history java trade\"", (double[]){3000, 2000, 1000},
		 5000, 50),
	    "cql.anywhere any trade and (cql.anywhere any java and cql.anywhere any history)");
	SAME(narrow(arena, "cql.anywhere any \"history java trade\"", (double[]){300, 200, 100},
		 580, 20),
	    "cql.anywhere any trade and cql.anywhere any \"java history\" or (cql.anywhere any "
	    "java and cql.anywhere any history)");
	arena_destroy(arena);
}

static void clauses_and_conditions_stay(void **state)
{
	struct arena *arena = arena_create(0, NULL);

	SAME(narrow(arena,
		 "(dc.title any \"a b\" or dc.creator = \"c d\") and dc.date > 1990 not dc.title = "
		 "e",
		 (double[]){500, 10, 20}, 520, 40),
	    "(dc.title any b or dc.creator = \"c d\") and dc.date > 1990 not dc.title = e");
	arena_destroy(arena);
}

static void nothing_narrower(void **state)
{
	struct arena *arena = arena_create(0, NULL);
	static const double many[] = {100, 100, 100};

	assert_string_equal(narrow(arena, "dc.title all \"a b c\"", many, 100, 10), "");
	assert_string_equal(narrow(arena, "dc.title any a", many, 100, 10), "");
	assert_string_equal(narrow(arena, "dc.title any \"a a\"", many, 100, 10), "");
	assert_string_equal(narrow(arena, "x = 1 not dc.title any \"a b\"", many, 100, 10), "");
	assert_string_equal(narrow(arena, "a or (b and c)", many, 100, 10), "");
	/* Held by nothing: the other one is the whole of it. */
	assert_string_equal(narrow(arena, "dc.title any \"a b\"", (double[]){0, 100}, 100, 10), "");
	arena_destroy(arena);
}

static void of_titles(void **state)
{
	struct arena *arena = arena_create(0, NULL);

	SAME(titles(arena, "cql.anywhere all \"a b\""), "dc.title all \"a b\"");
	SAME(titles(arena, "a and cql.keywords = \"b c\" and dc.date = 1990"),
	    "dc.title scr a and dc.title = \"b c\" and dc.date = 1990");
	SAME(titles(arena, "a and b not c"), "dc.title scr a and dc.title scr b not c");
	assert_string_equal(titles(arena, "a"), "");
	assert_string_equal(titles(arena, "a not b"), "");
	assert_string_equal(titles(arena, "dc.title all \"a b\""), "");
	arena_destroy(arena);
}

/* ---- whatever the words and their counts ---- */

static uint64_t dice = 20240701;

static unsigned roll(unsigned sides)
{
	dice = dice * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(dice >> 33) % sides;
}

/* Whether a record that holds these words is found. */
static bool finds(const struct query *query, unsigned held)
{
	switch (query->type) {
	case QUERY_AND: return finds(query->left, held) && finds(query->right, held);
	case QUERY_OR: return finds(query->left, held) || finds(query->right, held);
	default: break;
	}
	for (const char *p = query->term; *p; p++)
		if (*p != ' ' && held >> (*p - 'a') & 1)
			return true;
	return false;
}

static size_t operands(const struct query *query)
{
	if (query->type == QUERY_AND || query->type == QUERY_OR)
		return operands(query->left) + operands(query->right);
	return (strlen(query->term) + 1) / 2;
}

/* Words that are independent of each other: about as many are found as there is room for, never
 * one that the question would not find; who holds more words of it is found sooner; and the
 * question stays short. */
static void in_a_world_of_independent_words(void **state)
{
	enum { RECORDS = 4000, ROUNDS = 200 };
	static unsigned held[RECORDS];

	for (unsigned round = 0; round < ROUNDS; round++) {
		struct arena *arena = arena_create(0, NULL);
		unsigned nwords = 2 + roll(15), hits = 0, room = 10 + roll(90), found = 0;
		double counts[16] = {0}, expected;
		char list[64] = "";
		struct narrow_words words;
		const struct query *query, *narrower;

		memset(held, 0, sizeof held);
		for (unsigned w = 0; w < nwords; w++) {
			unsigned share = 2 + roll(300);

			sprintf(list + strlen(list), "%s%c", w ? " " : "", 'a' + w);
			for (unsigned r = 0; r < RECORDS; r++)
				if (roll(1000) < share) {
					held[r] |= 1u << w;
					counts[w]++;
				}
		}
		for (unsigned r = 0; r < RECORDS; r++)
			hits += held[r] != 0;
		query = parse(arena, arena_printf(arena, "cql.anywhere any \"%s\"", list));
		narrow_find(arena, query, &words);
		assert_int_equal(words.count, nwords);
		for (unsigned w = 0; w < nwords; w++)
			words.items[w].count = counts[w];
		narrower = narrow_by_words(arena, query, &words, hits, room, &expected);
		assert_non_null(narrower);
		assert_true(operands(narrower) <= 24);
		for (unsigned r = 0; r < RECORDS; r++) {
			bool is_found = finds(narrower, held[r]);

			found += is_found;
			if (is_found)
				assert_true(finds(query, held[r]));
			if (is_found) /* more words do no harm */
				assert_true(finds(narrower, held[r] | 1u << roll(nwords)));
		}
		if (expected <= room)
			assert_true(found <= room + 5 * sqrt(room) + 5);
		else /* all words together, and still too many */
			assert_true(found >= room / 2);
		arena_destroy(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rare_words_each_by_itself),
	    cmocka_unit_test(common_words_together),
	    cmocka_unit_test(clauses_and_conditions_stay),
	    cmocka_unit_test(nothing_narrower),
	    cmocka_unit_test(of_titles),
	    cmocka_unit_test(in_a_world_of_independent_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
