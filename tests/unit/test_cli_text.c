#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/text.h"
#include "cli/csv.h"
#include "cli/display.h"
#include "cli/table.h"

static int setup(void **state)
{
	*state = arena_create(0, NULL);
	return 0;
}

static int teardown(void **state)
{
	arena_destroy(*state);
	return 0;
}

static void width_counts_columns(void **state)
{
	assert_int_equal(display_width(""), 0);
	assert_int_equal(display_width("abc"), 3);
	assert_int_equal(display_width("\xC3\xA9"), 1);		/* é */
	assert_int_equal(display_width("e\xCC\x81"), 1);	/* e, combining acute */
	assert_int_equal(display_width("\xE5\x9C\xB0"), 2);	/* 地 */
	assert_int_equal(display_width("\xEF\xBC\xA1"), 2);	/* fullwidth A */
	assert_int_equal(display_width("\xD9\x83\xD9\x8E"), 1); /* Arabic kaf with fatha */
	assert_int_equal(display_width("a\xE2\x80\x8D"
				       "b"),
	    2); /* zero width joiner */
	assert_int_equal(display_width("\xFF"), 1);
}

static void clean_text_is_one_line_of_text(void **state)
{
	struct arena *arena = *state;

	assert_string_equal(display_clean(arena, " a\n\tb  c "), "a b c");
	assert_string_equal(display_clean(arena, "\x1B[31mred"), "[31mred");
	assert_string_equal(display_clean(arena, "a\xC2\x9B"
						 "31m"),
	    "a 31m");
	assert_string_equal(display_clean(arena, "a\xE2\x80\xAE"
						 "b"),
	    "ab");
	assert_string_equal(display_clean(arena, "a\xFF"), "a\xEF\xBF\xBD");
	assert_string_equal(display_clean(arena, ""), "");
}

static void text_is_cut_to_columns(void **state)
{
	struct arena *arena = *state;

	assert_string_equal(display_cut(arena, "abcdef", 6), "abcdef");
	assert_string_equal(display_cut(arena, "abcdef", 5), "abcd\xE2\x80\xA6");
	assert_string_equal(display_cut(arena, "abc def", 5), "abc\xE2\x80\xA6");
	assert_string_equal(
	    display_cut(arena, "\xE5\x9C\xB0\xE7\x90\x83", 3), "\xE5\x9C\xB0\xE2\x80\xA6");
	assert_string_equal(display_cut(arena, "ae\xCC\x81zz", 3), "ae\xCC\x81\xE2\x80\xA6");
	assert_string_equal(display_cut(arena, "abc", 0), "");
}

static void lists_are_cut_between_items(void **state)
{
	struct arena *arena = *state;

	assert_string_equal(display_cut_list(arena, "ugm, uii", 8), "ugm, uii");
	assert_string_equal(display_cut_list(arena, "ugm, uii, umy", 12), "ugm, uii, +1");
	assert_string_equal(display_cut_list(arena, "ugm, uii, umy", 11), "ugm, +2");
	assert_string_equal(display_cut_list(arena, "perpustakaan, b", 5), "perp\xE2\x80\xA6");
}

/* Whatever comes in: what is cut fits, is UTF-8 and holds no control character. */
static void any_bytes_fit(void **state)
{
	const char *given = getenv("SILANG_SEED");
	unsigned seed = given ? (unsigned)strtoul(given, NULL, 10) : 20240701;
	static const char *const pieces[] = {"a", " ", ", ", "\x1B", "\xC2\x9B", "\xE5\x9C\xB0",
	    "\xCC\x81", "\xFF", "\xE2\x80\xAE", "\xF0\x9F\x93\x9A", "\n", "bc"};

	print_message("# SILANG_SEED=%u\n", seed);
	srand(seed);
	for (int round = 0; round < 2000; round++) {
		char text[256] = "";
		size_t width = (size_t)rand() % 20;

		for (int n = rand() % 20; n > 0; n--)
			strcat(text, pieces[(size_t)rand() % (sizeof pieces / sizeof *pieces)]);

		char *clean = display_clean(*state, text);
		char *cut = display_cut(*state, clean, width);
		char *list = display_cut_list(*state, clean, width);

		assert_true(text_is_utf8(clean, strlen(clean)));
		for (const char *c = clean; *c; c++)
			assert_true((unsigned char)*c >= ' ');
		assert_true(display_width(cut) <= width);
		assert_true(display_width(list) <= width);
		assert_true(text_is_utf8(cut, strlen(cut)));
	}
}

static const struct table_column columns[] = {
    {"No", true, TABLE_WHOLE, 0},
    {"Title", false, TABLE_TEXT, 6},
    {"Held by", false, TABLE_LIST, 6},
};

static struct table *sample(struct arena *arena)
{
	struct table *table = table_create(arena, columns, 3);

	table_add(table, (const char *[]){"9", "\xE5\x9C\xB0\xE7\x90\x83", "ugm, uii, umy"});
	table_add(table, (const char *[]){"10", "Bumi\nmanusia", NULL});
	return table;
}

static void tables_are_aligned(void **state)
{
	struct table *table = sample(*state);

	assert_int_equal(table_rows(table), 2);
	assert_string_equal(table_print(table, 0, 0),
	    "No  Title         Held by\n"
	    " 9  \xE5\x9C\xB0\xE7\x90\x83          ugm, uii, umy\n"
	    "10  Bumi manusia\n");
}

static void tables_fit_a_terminal(void **state)
{
	struct table *table = sample(*state);

	assert_string_equal(table_print(table, 1, 24),
	    " No  Title     Held by\n"
	    "  9  \xE5\x9C\xB0\xE7\x90\x83      ugm, +2\n"
	    " 10  Bumi ma\xE2\x80\xA6\n");
	for (size_t width = 20; width < 60; width++) {
		char *text = table_print(table, 0, width), *save = NULL;

		for (char *line = strtok_r(text, "\n", &save); line;
		     line = strtok_r(NULL, "\n", &save))
			assert_true(display_width(line) <= width);
	}
}

static void long_cells_move_their_own_line_only(void **state)
{
	struct table *table = table_create(*state, columns, 3);
	char title[100];
	const char *text, *second;

	memset(title, 'x', 99);
	title[99] = '\0';
	table_add(table, (const char *[]){"1", title, "ugm"});
	table_add(table, (const char *[]){"2", "a", "ugm"});
	text = table_print(table, 0, 0);
	assert_non_null(strstr(text, title));
	second = strstr(text, " 2  a");
	assert_non_null(second);
	assert_int_equal(strlen(second), 4 + 72 + 2 + strlen("ugm\n"));
}

static void tables_may_be_empty(void **state)
{
	static const struct table_column bare[] = {{NULL, false, TABLE_WHOLE, 0}};

	assert_string_equal(table_print(table_create(*state, bare, 1), 2, 0), "");
	assert_string_equal(
	    table_print(table_create(*state, columns, 3), 0, 0), "No  Title  Held by\n");
}

static void csv_quotes_what_needs_it(void **state)
{
	struct arena *arena = *state;

	assert_string_equal(csv_cell(arena, NULL), "");
	assert_string_equal(csv_cell(arena, "a b'c"), "a b'c");
	assert_string_equal(csv_cell(arena, "a,b"), "\"a,b\"");
	assert_string_equal(csv_cell(arena, "a\"b"), "\"a\"\"b\"");
	assert_string_equal(csv_cell(arena, "\"\""), "\"\"\"\"\"\"");
	assert_string_equal(csv_cell(arena, "a\nb"), "\"a\nb\"");
	assert_string_equal(csv_cell(arena, "a\rb"), "\"a\rb\"");
}

static void csv_rows_end_in_crlf(void **state)
{
	char *text = NULL;
	size_t length;
	FILE *file = open_memstream(&text, &length);

	csv_write_row(file, *state, (const char *[]){"1", NULL, "a,b"}, 3);
	fclose(file);
	assert_string_equal(text, "1,,\"a,b\"\r\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(width_counts_columns),
	    cmocka_unit_test(clean_text_is_one_line_of_text),
	    cmocka_unit_test(text_is_cut_to_columns),
	    cmocka_unit_test(lists_are_cut_between_items),
	    cmocka_unit_test(any_bytes_fit),
	    cmocka_unit_test(tables_are_aligned),
	    cmocka_unit_test(tables_fit_a_terminal),
	    cmocka_unit_test(long_cells_move_their_own_line_only),
	    cmocka_unit_test(tables_may_be_empty),
	    cmocka_unit_test(csv_quotes_what_needs_it),
	    cmocka_unit_test(csv_rows_end_in_crlf),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
