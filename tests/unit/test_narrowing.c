/* What the gateway answers itself of a query: whatever is taken out, the query means the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/diag.h"
#include "merge/material.h"
#include "query/cql.h"
#include "query/query.h"
#include "search/narrowing.h"

static const char *const formats[] = {"book", "map", "electronic journal"};
static const char *const titles[] = {"a", "b", "c"};

/* One thing there may be: of a format (0: unknown), with some of the words in its title. */
struct thing {
	unsigned format, words;
};

static bool means(const struct query *query, const struct thing *thing)
{
	unsigned format;

	switch (query->type) {
	case QUERY_AND: return means(query->left, thing) && means(query->right, thing);
	case QUERY_OR: return means(query->left, thing) || means(query->right, thing);
	case QUERY_NOT: return means(query->left, thing) && !means(query->right, thing);
	default: break;
	}
	if (*query->index == 't')
		return thing->words & 1u << (*query->term - 'a');
	assert_string_equal(query->index, "format");
	assert_true(material_find(query->term, &format));
	return (query->relation == QUERY_NE) != (thing->format == format);
}

static const struct query *draw(struct arena *arena, unsigned depth)
{
	static const enum query_type types[] = {QUERY_AND, QUERY_AND, QUERY_NOT, QUERY_OR};

	if (depth && rand() % 4)
		return query_bool(
		    arena, types[rand() % 4], draw(arena, depth - 1), draw(arena, depth - 1));
	if (rand() % 2)
		return query_term(arena, "dc", "title", QUERY_EQ, titles[rand() % 3]);
	return query_term(
	    arena, "silang", "format", rand() % 4 ? QUERY_EQ : QUERY_NE, formats[rand() % 3]);
}

static bool has_format(const struct query *query)
{
	return query->left ? has_format(query->left) || has_format(query->right)
			   : *query->index == 'f';
}

static void check(struct arena *arena, const struct query *query, const struct narrowing *taken)
{
	const struct query *back = taken->query;
	const struct query *clause =
	    taken->formats ? narrowing_clause(arena, taken->formats) : NULL;

	assert_false(has_format(taken->query));
	if (clause)
		back = query_bool(arena, QUERY_AND, back, clause);
	for (struct thing thing = {0}; thing.format < MATERIALS; thing.format++)
		for (thing.words = 0; thing.words < 8; thing.words++) {
			bool meant = means(query, &thing);

			assert_int_equal(
			    meant, means(taken->query, &thing) &&
				       (!taken->formats || taken->formats->has[thing.format]));
			assert_int_equal(meant, means(back, &thing));
		}
}

static void a_query_means_the_same_or_is_refused(void **state)
{
	unsigned seed = (unsigned)time(NULL), taken = 0, refused = 0;

	print_message("# seed %u\n", seed);
	srand(seed);
	for (int i = 0; i < 4000; i++) {
		struct arena *arena = arena_create(0, NULL);
		const struct query *query = draw(arena, 4);
		struct narrowing narrowing = {.query = query};
		struct diag diag = {DIAG_NONE, ""};

		if (narrowing_take(arena, NULL, &narrowing, &diag)) {
			taken += has_format(query);
			check(arena, query, &narrowing);
		} else {
			refused++;
			assert_true(has_format(query));
			assert_int_equal(diag.id, DIAG_QUERY_FEATURE);
		}
		arena_destroy(arena);
	}
	assert_true(taken > 100 && refused > 100);
}

/* What can be taken out: as CQL, what is left to ask, and the formats as a clause. */
static void what_is_left(void **state)
{
	static const struct {
		const char *query, *left, *kept;
	} cases[] = {
	    {"dc.title=a and silang.format all \"computer file\"", "dc.title = a",
		"silang.format = \"computer file\""},
	    {"dc.title=a and silang.format=Book", "dc.title = a", "silang.format = book"},
	    {"silang.format == \"Electronic journal\" and dc.title=a", "dc.title = a",
		"silang.format = \"electronic journal\""},
	    {"dc.title=a and silang.format=book and dc.date=1990",
		"dc.title = a and dc.date = 1990", "silang.format = book"},
	    {"dc.title=a not silang.format=book", "dc.title = a", "silang.format <> book"},
	    {"(dc.title=a and silang.format=book) not dc.title=b", "dc.title = a not dc.title = b",
		"silang.format = book"},
	    {"dc.title=a and (silang.format=book or silang.format=map)", "dc.title = a",
		"silang.format = book or silang.format = map"},
	    {"dc.title=a and dc.format=book", "dc.title = a and dc.format = book", NULL},
	};
	struct arena *arena = arena_create(0, NULL);

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct question question;
		struct diag diag = {DIAG_NONE, ""};
		struct narrowing narrowing = {0};

		assert_true(cqlq_parse(arena, cases[i].query, CQLQ_2_0, &question, &diag));
		narrowing.query = question.query;
		assert_true(narrowing_take(arena, NULL, &narrowing, &diag));
		assert_string_equal(query_to_cql(arena, narrowing.query), cases[i].left);
		if (!cases[i].kept)
			assert_null(narrowing.formats);
		else
			assert_string_equal(
			    query_to_cql(arena, narrowing_clause(arena, narrowing.formats)),
			    cases[i].kept);
	}
	arena_destroy(arena);
}

static void every_format_is_found_by_its_name(void **state)
{
	struct arena *arena = arena_create(0, NULL);
	unsigned found;

	for (unsigned i = 1; i < MATERIALS; i++) {
		assert_true(material_find(material_name(arena, i), &found));
		assert_int_equal(found, i);
	}
	assert_true(material_find(" Large-Print  BOOK", &found));
	assert_string_equal(material_name(arena, found), "large print book");
	assert_false(material_find("", &found));
	assert_false(material_find("books", &found));
	assert_false(material_find("book electronic", &found));
	arena_destroy(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_query_means_the_same_or_is_refused),
	    cmocka_unit_test(what_is_left),
	    cmocka_unit_test(every_format_is_found_by_its_name),
	};

	return cmocka_run_group_tests_name("narrowing", tests, NULL, NULL);
}
