/* Pieces of indexes merged into one. */
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
#include "merge/scan.h"

/* "a 3, b 5" as a list. */
static struct scan_list list_of(struct arena *arena, const char *text)
{
	struct scan_list list = {arena_array(arena, 64, sizeof *list.entries), 0, false};
	struct scan_entry *entries = (struct scan_entry *)list.entries;
	char *save = NULL;

	for (char *one = strtok_r(arena_strdup(arena, text), ",", &save); one;
	     one = strtok_r(NULL, ",", &save)) {
		char *blank = strrchr(one, ' ');

		*blank = '\0';
		entries[list.count++] = (struct scan_entry){.term = one + (*one == ' '),
		    .count = strtoul(blank + 1, NULL, 10),
		    .has_count = true};
	}
	return list;
}

/* What a library with this whole index answers. */
static struct scan_list ask(struct arena *arena, const struct scan_list *index, const char *start,
    unsigned position, unsigned maximum)
{
	unsigned at, count;
	long first = 0, last;

	scan_ask(start, position, maximum, &at, &count);
	while (first < (long)index->count && strcmp(index->entries[first].term, start) < 0)
		first++;
	first -= (long)at - 1;
	last = first + (long)count;
	first = first < 0 ? 0 : first;
	last = last > (long)index->count ? (long)index->count : last;
	return (struct scan_list){
	    index->entries + first, last > first ? (size_t)(last - first) : 0, false};
}

static const char *shown(struct arena *arena, const struct scan_piece *piece)
{
	const char *text = "";

	for (size_t i = 0; i < piece->count; i++)
		text = arena_printf(arena, "%s%s%s%s %lu%s", text, *text ? ", " : "",
		    piece->terms[i].is_first ? "|" : "", piece->terms[i].term,
		    piece->terms[i].count, piece->terms[i].is_last ? "|" : "");
	return text;
}

static void assert_merged(const char *one, const char *two, const char *start, unsigned position,
    unsigned maximum, const char *expected)
{
	struct arena *arena = arena_create(0, NULL);
	struct scan_list indexes[2] = {list_of(arena, one), list_of(arena, two)}, lists[2];
	struct scan_piece piece;

	for (int i = 0; i < 2; i++)
		lists[i] = ask(arena, &indexes[i], start, position, maximum);
	scan_merge(arena, lists, 2, start, position, maximum, &piece);
	assert_string_equal(shown(arena, &piece), expected);
	arena_destroy(arena);
}

static void counts_add_up_and_positions_hold(void **state)
{
	static const char one[] = "a 1, c 1, e 1, g 1", two[] = "b 2, c 2, d 2, g 2";

	assert_merged(one, two, "c", 1, 3, "c 3, d 2, e 1");
	assert_merged(one, two, "c", 2, 3, "b 2, c 3, d 2");
	assert_merged(one, two, "c", 3, 3, "|a 1, b 2, c 3");
	assert_merged(one, two, "c", 4, 3, "|a 1, b 2");
	assert_merged(one, two, "c", 0, 3, "d 2, e 1, g 3|");
	assert_merged(one, two, "f", 1, 3, "g 3|");
	assert_merged(one, two, "", 1, 3, "|a 1, b 2, c 3");
	assert_merged(one, two, "z", 1, 3, "");
	assert_merged(one, two, "c", 3, 9, "|a 1, b 2, c 3, d 2, e 1, g 3|");
	assert_merged("a 1", "", "a", 2, 9, "|a 1|");
	/* What is mere punctuation stands in front and is not shown. */
	assert_merged("- 1, -- 1, a 1, b 1", "a 1, c 1", "", 1, 1, "|a 2");
}

static void spellings_are_one_term(void **state)
{
	struct arena *arena = arena_create(0, NULL);
	struct scan_list lists[] = {list_of(arena, "Béla 1, zoo 1"),
	    list_of(arena, "bela 2, beta 1"), list_of(arena, "BELA. 3, --- 9")};
	struct scan_piece piece;

	scan_merge(arena, lists, 3, "bela", 1, 5, &piece);
	assert_string_equal(shown(arena, &piece), "Béla 6, beta 1, zoo 1|");
	arena_destroy(arena);
}

/* A library that stopped early may hold more: nothing behind its last term is shown. */
static void what_was_cut_bounds_the_piece(void **state)
{
	struct arena *arena = arena_create(0, NULL);
	struct scan_list lists[] = {list_of(arena, "a 1, b 1"), list_of(arena, "a 1, c 1, d 1")};
	struct scan_piece piece;

	lists[0].cut = true;
	scan_merge(arena, lists, 2, "a", 1, 5, &piece);
	assert_string_equal(shown(arena, &piece), "a 2, b 1");
	assert_true(piece.terms[1].is_inner);
	arena_destroy(arena);
}

static void uncounted_terms_have_no_sum(void **state)
{
	struct arena *arena = arena_create(0, NULL);
	struct scan_list lists[] = {list_of(arena, "a 1"), list_of(arena, "a 1")};
	struct scan_piece piece;

	((struct scan_entry *)lists[1].entries)[0].has_count = false;
	scan_merge(arena, lists, 2, "a", 1, 5, &piece);
	assert_false(piece.terms[0].has_count);
	arena_destroy(arena);
}

/* Whatever the indexes: the piece is that of the union index, as far as it goes, and holds the
 * place asked for. */
static void a_piece_is_that_of_the_union(void **state)
{
	unsigned seed = (unsigned)time(NULL);

	print_message("# seed %u\n", seed);
	srand(seed);
	for (int round = 0; round < 3000; round++) {
		struct arena *arena = arena_create(0, NULL);
		unsigned long whole[26] = {0};
		struct scan_list indexes[4], lists[4];
		unsigned maximum = 1 + (unsigned)rand() % 8;
		unsigned position = (unsigned)rand() % (maximum + 2), before = 0, after = 0;
		char start[2] = {(char)('a' + rand() % 26), '\0'};
		struct scan_piece piece;

		for (int l = 0; l < 4; l++) {
			const char *text = "";

			for (int c = 0; c < 26; c++) {
				if (rand() % 3)
					continue;
				text = arena_printf(
				    arena, "%s%s%c 1", text, *text ? "," : "", 'a' + c);
				whole[c]++;
			}
			indexes[l] = list_of(arena, text);
			lists[l] = ask(arena, &indexes[l], start, position, maximum);
		}
		scan_merge(arena, lists, 4, start, position, maximum, &piece);
		for (int c = 0; c < 26; c++) {
			before += whole[c] && c + 'a' < *start;
			after += whole[c] && (position ? c + 'a' >= *start : c + 'a' > *start);
		}
		unsigned want_before = position ? position - 1 : 0,
			 want_after = maximum - want_before;
		size_t expected = (before < want_before ? before : want_before) +
				  (after < want_after ? after : want_after);
		if (piece.count != expected)
			fail_msg("seed %u round %d: %zu terms, expected %zu", seed, round,
			    piece.count, expected);
		for (size_t i = 0; i < piece.count; i++) {
			int c = *piece.terms[i].term - 'a';

			assert_int_equal(piece.terms[i].count, whole[c]);
			assert_true(i == 0 || piece.terms[i - 1].term[0] < *piece.terms[i].term);
		}
		arena_destroy(arena);
	}
}

/* Its index ends with the term that it repeats: it bounds nobody, and counts once. */
static void a_term_repeated_is_there_once(void **state)
{
	struct arena *arena = arena_create(0, NULL);
	struct scan_list lists[] = {list_of(arena, "c 1, e 1, g 1, i 1"),
	    list_of(arena, "c 2, d 2, d 2, d 2"), list_of(arena, "d 4, d 4, d 4, d 4")};
	struct scan_piece piece;

	scan_merge(arena, lists, 3, "c", 1, 4, &piece);
	assert_string_equal(shown(arena, &piece), "c 3, d 6, e 1, g 1");
	arena_destroy(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(counts_add_up_and_positions_hold),
	    cmocka_unit_test(a_term_repeated_is_there_once),
	    cmocka_unit_test(spellings_are_one_term),
	    cmocka_unit_test(what_was_cut_bounds_the_piece),
	    cmocka_unit_test(uncounted_terms_have_no_sum),
	    cmocka_unit_test(a_piece_is_that_of_the_union),
	};

	return cmocka_run_group_tests_name("scan", tests, NULL, NULL);
}
