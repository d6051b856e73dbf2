/* Counting what entries have in common. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "base/arena.h"
#include "merge/facet.h"
#include "tests/unit/merge_support.h"

static const struct card cards[] = {
    {.title = "a",
	.subject = "Sejarah Indonesia",
	.author = "Toer, Pramoedya Ananta",
	.year = 1980,
	.language = "ind",
	.publisher = "Hasta Mitra"},
    {.title = "b",
	.subject = "sejarah indonesia.",
	.author = "TOER, Pramoedya Ananta",
	.year = 1980,
	.language = "may",
	.publisher = "Hasta mitra"},
    {.title = "c",
	.subject = "Islam",
	.author = "Hamka",
	.other_author = "Toer, Pramoedya Ananta",
	.year = 1955,
	.language = "eng",
	.form = BIB_MAP},
    {.title = "d", .level = BIB_SERIAL, .carrier = BIB_ELECTRONIC},
    {.title = "e", .form = BIB_FORM_UNKNOWN, .carrier = BIB_CARRIER_UNKNOWN, .subject = "ästhetik"},
};

/* "term count; term count" */
static const char *counted(struct arena *arena, enum facet_field field, struct facet_order order)
{
	struct facets *facets = facets_create(arena, 1u << field);
	const struct facet_term *terms;
	const char *text = "";
	size_t count;

	for (size_t i = 0; i < sizeof cards / sizeof *cards; i++) {
		facets_add_doc(facets, card_doc(arena, &cards[i]));
		facets_add_library(facets, i % 2 ? "ugm" : "uin");
	}
	terms = facets_terms(facets, field, &order, &count);
	for (size_t i = 0; i < count; i++)
		text = arena_printf(
		    arena, "%s%s%s %lu", text, *text ? "; " : "", terms[i].term, terms[i].count);
	return text;
}

static void each_field_is_counted(void **state)
{
	static const struct {
		enum facet_field field;
		const char *counted;
	} cases[] = {
	    {FACET_SUBJECT, "Sejarah Indonesia 2; ästhetik 1; Islam 1"},
	    {FACET_AUTHOR, "Toer, Pramoedya Ananta 3; Hamka 1"},
	    {FACET_DATE, "1980 2; 1955 1"},
	    {FACET_LANGUAGE, "ind 2; eng 1"},
	    {FACET_FORMAT, "book 2; electronic journal 1; map 1"},
	    {FACET_PUBLISHER, "Hasta Mitra 2"},
	    {FACET_LIBRARY, "uin 3; ugm 2"},
	};
	struct arena *arena = arena_create(0, NULL);

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(
		    counted(arena, cases[i].field, (struct facet_order){false, true, false}),
		    cases[i].counted);
	arena_destroy(arena);
}

static void terms_stand_in_the_order_asked(void **state)
{
	struct arena *arena = arena_create(0, NULL);

	assert_string_equal(counted(arena, FACET_SUBJECT, (struct facet_order){true, false, false}),
	    "ästhetik 1; Islam 1; Sejarah Indonesia 2");
	assert_string_equal(counted(arena, FACET_SUBJECT, (struct facet_order){true, true, false}),
	    "Sejarah Indonesia 2; Islam 1; ästhetik 1");
	assert_string_equal(
	    counted(arena, FACET_SUBJECT, (struct facet_order){false, false, false}),
	    "ästhetik 1; Islam 1; Sejarah Indonesia 2");
	arena_destroy(arena);
}

static void fields_are_found_by_name_and_index(void **state)
{
	enum facet_field field;

	assert_true(facets_find("", "Subject", &field) && field == FACET_SUBJECT);
	assert_true(facets_find("dc", "creator", &field) && field == FACET_AUTHOR);
	assert_true(facets_find("rec", "collectionName", &field) && field == FACET_LIBRARY);
	assert_false(facets_find("dc", "author", &field));
	assert_false(facets_find("", "title", &field));
}

/* Whatever is counted, in whatever order: the counts add up to the values there were. */
static void counts_add_up(void **state)
{
	unsigned seed = (unsigned)time(NULL);
	struct arena *arena = arena_create(0, NULL);
	struct facets *facets = facets_create(arena, 1u << FACET_DATE | 1u << FACET_SUBJECT);
	unsigned long given[100] = {0}, total = 0;
	const struct facet_order order = {false, true, false};
	const struct facet_term *terms;
	size_t count;

	print_message("# seed %u\n", seed);
	srand(seed);
	for (int i = 0; i < 3000; i++) {
		struct card card = {.title = "x", .year = 1900 + rand() % 100};

		card.subject = arena_printf(arena, "s%d", rand() % 1000);
		facets_add_doc(facets, card_doc(arena, &card));
		given[card.year - 1900]++;
	}
	terms = facets_terms(facets, FACET_DATE, &order, &count);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(terms[i].count, given[atoi(terms[i].term) - 1900]);
		assert_true(i == 0 || terms[i - 1].count >= terms[i].count);
	}
	terms = facets_terms(facets, FACET_SUBJECT, &order, &count);
	for (size_t i = 0; i < count; i++)
		total += terms[i].count;
	assert_int_equal(total, 3000);
	arena_destroy(arena);
}

static void single_values_and_ranges_are_counted(void **state)
{
	struct arena *arena = arena_create(0, NULL);
	struct facets *facets = facets_create(arena, (1u << FACET_FIELDS) - 1);

	for (size_t i = 0; i < sizeof cards / sizeof *cards; i++) {
		facets_add_doc(facets, card_doc(arena, &cards[i]));
		facets_add_library(facets, i % 2 ? "ugm" : "uin");
	}
	assert_int_equal(facets_count(facets, FACET_SUBJECT, "SEJARAH, indonesia"), 2);
	assert_int_equal(facets_count(facets, FACET_SUBJECT, "asthetik"), 1);
	assert_int_equal(facets_count(facets, FACET_SUBJECT, "Sejarah"), 0);
	assert_int_equal(facets_count(facets, FACET_AUTHOR, "Islam"), 0);
	assert_int_equal(facets_count(facets, FACET_SUBJECT, "..."), 0);
	assert_int_equal(facets_count(facets, FACET_LANGUAGE, "IND"), 2);
	assert_int_equal(facets_count(facets, FACET_FORMAT, "electronic journal"), 1);
	assert_int_equal(facets_count(facets, FACET_LIBRARY, "ugm"), 2);
	assert_int_equal(facets_count(facets, FACET_DATE, "1980"), 2);
	assert_int_equal(facets_count_years(facets, 1955, 1980), 3);
	assert_int_equal(facets_count_years(facets, 1956, 1980), 2);
	assert_int_equal(facets_count_years(facets, 1955, 1979), 1);
	assert_int_equal(facets_count_years(facets, 1980, 1955), 0);
	arena_destroy(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_field_is_counted),
	    cmocka_unit_test(single_values_and_ranges_are_counted),
	    cmocka_unit_test(terms_stand_in_the_order_asked),
	    cmocka_unit_test(fields_are_found_by_name_and_index),
	    cmocka_unit_test(counts_add_up),
	};

	return cmocka_run_group_tests_name("facet", tests, NULL, NULL);
}
