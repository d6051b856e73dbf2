/* What one merge makes of its items, whatever the order they came in and however it is cut. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "merge/merger.h"
#include "tests/unit/merge_support.h"

#define ITEMS_MAX 400

static void the_fullest_record_leads(void **state)
{
	struct arena *arena = arena_create(0, NULL);
	struct merge_source sources[3] = {{0}};
	struct terms terms = {0};
	struct merge_params params = {
	    .level = MERGE_NORMAL, .terms = &terms, .sources = sources, .nsources = 3};
	struct merge_item items[3];
	const struct merge_entry *entries;
	size_t count;

	for (unsigned i = 0; i < 3; i++) {
		struct card card = {.title = "Bumi manusia",
		    .author = "Toer",
		    .year = 1980,
		    .nfields = i == 1 ? 30 : 10};

		items[i] = (struct merge_item){card_doc(arena, &card), i, 1, -1, false};
	}
	entries = merge(arena, &params, items, 3, 0, 1, &count);
	assert_int_equal(count, 1);
	assert_int_equal(entries[0].lead, 1);
	assert_int_equal(entries[0].items[0], 1);
	assert_int_equal(entries[0].items[1], 0);
	sources[0].priority = sources[1].priority = 1;
	assert_int_equal(merge(arena, &params, items, 3, 0, 1, &count)[0].lead, 2);
	arena_destroy(arena);
}

static void one_partners_twins(void **state)
{
	struct arena *arena = arena_create(0, NULL);
	struct card card = {
	    .title = "Bumi manusia", .author = "Toer", .year = 1980, .extent = "300 p."};
	struct terms terms = {0};
	struct merge_params params = {.level = MERGE_STRICT, .terms = &terms};
	struct merge_item items[4];
	size_t count;

	for (unsigned i = 0; i < 4; i++)
		items[i] = (struct merge_item){card_doc(arena, &card), i / 2, i % 2 + 1, -1, false};
	assert_int_equal(merge(arena, &params, items, 4, 0, 3, &count)[0].nitems, 2);
	assert_int_equal(count, 3);
	params.level = MERGE_NORMAL;
	assert_int_equal(merge(arena, &params, items, 4, 0, 3, &count)[0].nitems, 4);
	params.level = MERGE_OFF;
	merge(arena, &params, items, 4, 0, 3, &count);
	assert_int_equal(count, 4);
	arena_destroy(arena);
}

static void a_single_database_keeps_its_order(void **state)
{
	struct arena *arena = arena_create(0, NULL);
	struct terms terms = ask(arena, "bumi", TERMS_ANY);
	struct merge_params params = {.level = MERGE_NORMAL, .terms = &terms, .keep_order = true};
	struct card cards[] = {{.title = "Zat"}, {.title = "Bumi"}, {.title = "Bumi"}};
	struct merge_item items[3];
	const struct merge_entry *entries;
	size_t count;

	for (unsigned i = 0; i < 3; i++)
		items[i] = (struct merge_item){
		    card_doc(arena, &cards[i]), 4, i + 1, i == 1 ? 0 : -1, i == 1};
	entries = merge(arena, &params, items, 3, 1, 1, &count);
	assert_int_equal(count, 3);
	assert_int_equal(entries[0].lead, 1);
	assert_int_equal(entries[1].lead, 0);
	assert_int_equal(entries[2].lead, 2);
	assert_true(entries[0].score > entries[1].score && entries[1].score > entries[2].score);
	assert_int_equal(merge(arena, &params, items, 0, 0, 1, &count) != NULL, true);
	assert_int_equal(count, 0);
	arena_destroy(arena);
}

static void levels_have_names(void **state)
{
	enum merge_level level;

	for (enum merge_level l = MERGE_OFF; l <= MERGE_WORK; l++) {
		assert_true(merge_level_parse(merge_level_name(l), &level));
		assert_int_equal(level, l);
	}
	assert_false(merge_level_parse("Strict", &level));
	assert_false(merge_level_parse("", &level));
}

/* ---- properties over made-up libraries ---- */

static uint64_t seed;

static unsigned roll(uint64_t *state, unsigned sides)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(*state >> 33) % sides;
}

static const char *pick_word(uint64_t *state)
{
	static const char *const words[] = {"bumi", "manusia", "hukum", "adat", "sejarah", "islam",
	    "jawa", "ekonomi", "laut", "pengantar", "tafsir", "sastra", "Soekarno", "negara",
	    "politik", "the", "of", "jilid 2"};

	return words[roll(state, sizeof words / sizeof *words)];
}

/* Few works, many variants: conflicts, chains and near misses come by themselves. */
static const struct doc *make_doc(struct arena *arena, uint64_t *state)
{
	static const char *const isbns[] = {NULL, "9799731232", "0306406152", "080442957X"};
	static const char *const editions[] = {NULL, NULL, "2nd ed.", "Edisi 3", "Cet. 2"};
	static const char *const authors[] = {
	    NULL, "Toer, Pramoedya Ananta", "Toer, P. A.", "Rusli, Marah", "Hamka"};
	struct card card = {
	    .title = arena_printf(arena, "%s %s", pick_word(state), pick_word(state)),
	    .subtitle = roll(state, 4) ? NULL : pick_word(state),
	    .part_number = roll(state, 5)   ? NULL
			   : roll(state, 2) ? "Jilid 1"
					    : "2",
	    .author = authors[roll(state, 5)],
	    .isbn = isbns[roll(state, 4)],
	    .edition = editions[roll(state, 5)],
	    .year = roll(state, 4) ? 1980 + (int)roll(state, 4) : 0,
	    .extent = roll(state, 2) ? NULL : "300 p.",
	    .note = roll(state, 2) ? NULL : pick_word(state),
	    .nfields = roll(state, 20),
	    .carrier = roll(state, 9) ? 0 : BIB_ELECTRONIC};

	return card_doc(arena, &card);
}

struct library {
	struct merge_item items[ITEMS_MAX];
	size_t count;
	struct merge_source sources[16];
	struct terms terms;
	struct merge_params params;
};

static void make_library(struct arena *arena, uint64_t *state, struct library *library)
{
	unsigned partners = 1 + roll(state, 16), each = 1 + roll(state, 20);

	library->count = 0;
	for (unsigned p = 0; p < partners; p++) {
		library->sources[p] =
		    (struct merge_source){.ranks = roll(state, 2), .hits = roll(state, 1000)};
		for (unsigned k = 0; k < each; k++)
			library->items[library->count++] =
			    (struct merge_item){make_doc(arena, state), p, k + 1, -1, false};
	}
	library->terms =
	    ask(arena, arena_printf(arena, "%s %s", pick_word(state), pick_word(state)), TERMS_ANY);
	library->params = (struct merge_params){.level = (enum merge_level)roll(state, 4),
	    .terms = &library->terms,
	    .sources = library->sources,
	    .nsources = partners};
}

/* The result as text, by doc, so that results over differently numbered items compare. */
static char *describe(struct arena *arena, const struct library *library,
    const struct merge_item *items, const struct merge_entry *entries, size_t count)
{
	char *text = arena_alloc(arena, library->count * 24 + count * 40 + 1), *at = text;

	for (size_t i = 0; i < count; i++) {
		at += sprintf(at, "%.12f:", entries[i].score);
		for (size_t k = 0; k < entries[i].nitems; k++) {
			const struct merge_item *item = &items[entries[i].items[k]];

			at += sprintf(at, " %u/%u", item->partner, item->position);
		}
		at += sprintf(at, "\n");
	}
	return text;
}

static int by_canon(const void *a, const void *b)
{
	const struct merge_item *x = a, *y = b;

	return x->partner != y->partner ? (x->partner > y->partner) - (x->partner < y->partner)
					: (x->position > y->position) - (x->position < y->position);
}

static void shuffle(struct merge_item *items, size_t count, uint64_t *state)
{
	for (size_t i = count; i > 1; i--) {
		size_t k = roll(state, (unsigned)i);
		struct merge_item swap = items[i - 1];

		items[i - 1] = items[k];
		items[k] = swap;
	}
}

static void each_item_stands_once(
    const struct library *library, const struct merge_entry *entries, size_t count)
{
	bool seen[ITEMS_MAX] = {false};
	size_t total = 0;

	for (size_t i = 0; i < count; i++) {
		assert_true(entries[i].nitems > 0);
		assert_int_equal(entries[i].lead, entries[i].items[0]);
		for (size_t k = 0; k < entries[i].nitems; k++, total++) {
			assert_false(seen[entries[i].items[k]]);
			seen[entries[i].items[k]] = true;
		}
	}
	assert_int_equal(total, library->count);
}

static void arrival_and_slices_change_nothing(void **state)
{
	for (unsigned round = 0; round < 200; round++) {
		struct arena *arena = arena_create(0, NULL);
		struct library library;
		struct merge_item *items;
		const struct merge_entry *entries;
		size_t count;
		char *first;

		make_library(arena, &seed, &library);
		entries =
		    merge(arena, &library.params, library.items, library.count, 0, 1000, &count);
		each_item_stands_once(&library, entries, count);
		first = describe(arena, &library, library.items, entries, count);
		entries = merge(arena, &library.params, library.items, library.count, 0, 1, &count);
		assert_string_equal(
		    describe(arena, &library, library.items, entries, count), first);
		items = arena_memdup(arena, library.items, library.count * sizeof *items);
		shuffle(items, library.count, &seed);
		entries = merge(arena, &library.params, items, library.count, 0, 13, &count);
		assert_string_equal(describe(arena, &library, items, entries, count), first);
		qsort(items, library.count, sizeof *items, by_canon);
		entries = merge(arena, &library.params, items, library.count, 0, 100, &count);
		assert_string_equal(describe(arena, &library, items, entries, count), first);
		arena_destroy(arena);
	}
}

static size_t entry_of(const struct merge_entry *entries, size_t count, unsigned item)
{
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < entries[i].nitems; k++)
			if (entries[i].items[k] == item)
				return i;
	fail_msg("item %u stands nowhere", item);
	return 0;
}

/* Some records are there at first, some entries are served; the rest arrive. */
static void frozen_entries_never_move(void **state)
{
	for (unsigned round = 0; round < 200; round++) {
		struct arena *arena = arena_create(0, NULL);
		struct library library;
		struct merge_item early[ITEMS_MAX];
		unsigned number[ITEMS_MAX]; /* in the library, of each early item */
		size_t nearly = 0, before, after, nfrozen;
		const struct merge_entry *first, *second;

		make_library(arena, &seed, &library);
		for (size_t i = 0; i < library.count; i++)
			if (roll(&seed, 3)) {
				number[nearly] = (unsigned)i;
				early[nearly++] = library.items[i];
			}
		first = merge(arena, &library.params, early, nearly, 0, 50, &before);
		nfrozen = before ? roll(&seed, (unsigned)before + 1) : 0;
		for (size_t i = 0; i < nfrozen; i++)
			for (size_t k = 0; k < first[i].nitems; k++) {
				struct merge_item *item = &library.items[number[first[i].items[k]]];

				item->frozen = (int)i;
				item->lead = k == 0;
			}
		second =
		    merge(arena, &library.params, library.items, library.count, nfrozen, 7, &after);
		each_item_stands_once(&library, second, after);
		for (size_t i = 0; i < nfrozen; i++) {
			assert_int_equal(second[i].lead, number[first[i].lead]);
			for (size_t k = 0; k < first[i].nitems; k++)
				assert_int_equal(
				    entry_of(second, after, number[first[i].items[k]]), i);
		}
		arena_destroy(arena);
	}
}

static void late_twins_join_one_frozen_entry(void **state)
{
	struct arena *arena = arena_create(0, NULL);
	struct card card = {
	    .title = "Bumi manusia", .author = "Toer", .year = 1980, .extent = "300 p."};
	struct card first = card, second = card;
	struct terms terms = {0};
	struct merge_params params = {.level = MERGE_NORMAL, .terms = &terms};
	struct merge_item items[3];
	const struct merge_entry *entries;
	size_t count;

	/* Served apart because of their editions; the late record says none and resembles both. */
	first.edition = "1st ed.";
	second.edition = "2nd ed.";
	items[0] = (struct merge_item){card_doc(arena, &first), 0, 1, 1, true};
	items[1] = (struct merge_item){card_doc(arena, &second), 1, 1, 0, true};
	items[2] = (struct merge_item){card_doc(arena, &card), 2, 1, -1, false};
	entries = merge(arena, &params, items, 3, 2, 5, &count);
	assert_int_equal(count, 2);
	assert_int_equal(entries[0].lead, 1);
	assert_int_equal(entries[1].lead, 0);
	assert_int_equal(entries[0].nitems + entries[1].nitems, 3);
	/* Two frozen entries of equal records stay two. */
	items[1].doc = items[0].doc;
	merge(arena, &params, items, 3, 2, 5, &count);
	assert_int_equal(count, 2);
	arena_destroy(arena);
}

int main(void)
{
	const char *given = getenv("SILANG_SEED");
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_fullest_record_leads),
	    cmocka_unit_test(one_partners_twins),
	    cmocka_unit_test(a_single_database_keeps_its_order),
	    cmocka_unit_test(levels_have_names),
	    cmocka_unit_test(arrival_and_slices_change_nothing),
	    cmocka_unit_test(frozen_entries_never_move),
	    cmocka_unit_test(late_twins_join_one_frozen_entry),
	};

	seed = given ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
	printf("# SILANG_SEED=%llu\n", (unsigned long long)seed);
	return cmocka_run_group_tests_name("merger", tests, NULL, NULL);
}
