/* Orders other than relevance: sort keys as they are written, values, and merged entries by them.
 */
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
#include "base/diag.h"
#include "merge/merger.h"
#include "merge/sort.h"
#include "merge/sort_fields.h"
#include "query/cql.h"
#include "query/profile.h"
#include "query/rpn.h"
#include "query/sort_keys.h"
#include "tests/unit/merge_support.h"

static struct question parse(struct arena *arena, const char *keys)
{
	struct question question;
	struct diag diag = {0};

	if (!cqlq_parse(
		arena, arena_printf(arena, "x sortby %s", keys), CQLQ_2_0, &question, &diag))
		fail_msg("%s: %s", keys, diag.details);
	return question;
}

static struct sorter *sorter_of(struct arena *arena, const char *keys)
{
	struct question question = parse(arena, keys);
	struct diag diag = {0};

	if (!sort_check(question.sort, question.nsort, &diag))
		fail_msg("%s: %d %s", keys, diag_srw(diag.id), diag.details);
	return sorter_create(question.sort, question.nsort);
}

static const struct sort_value *value_of(
    const struct sorter *sorter, struct arena *arena, const struct card *card)
{
	struct bib bib = card_bib(arena, card);

	return sorter_value(sorter, arena, &bib);
}

/* Each card comes before the next. */
static void assert_order(const char *keys, const struct card *cards, size_t count)
{
	struct arena *arena = arena_create(0, NULL);
	struct sorter *sorter = sorter_of(arena, keys);

	for (size_t i = 0; i + 1 < count; i++) {
		const struct sort_value *a = value_of(sorter, arena, &cards[i]);
		const struct sort_value *b = value_of(sorter, arena, &cards[i + 1]);

		if (sort_compare(a, b) >= 0 || sort_compare(b, a) <= 0)
			fail_msg("%s: card %zu does not stand before the next", keys, i);
	}
	sorter_destroy(sorter);
	arena_destroy(arena);
}

static void assert_equal(const char *keys, const struct card *a, const struct card *b)
{
	struct arena *arena = arena_create(0, NULL);
	struct sorter *sorter = sorter_of(arena, keys);

	if (sort_compare(value_of(sorter, arena, a), value_of(sorter, arena, b)) != 0)
		fail_msg("%s: not equal", keys);
	sorter_destroy(sorter);
	arena_destroy(arena);
}

static void titles_file_as_in_a_catalogue(void **state)
{
	static const struct card cards[] = {
	    {.title = "\"Adat\" : sebuah kumpulan"},
	    {.title = "An atlas of Java", .language = "eng"},
	    {.title = "Bumi", .subtitle = "z"},
	    {.title = "Bumi manusia", .subtitle = "a"},
	    {.title = "Die hard", .language = "eng"},
	    {.title = "Das Dorf", .language = "ger"},
	    {.title = "Ébauche"},
	    {.title = "Jawa", .part_number = "Jilid 2"},
	    {.title = "Jawa", .part_number = "Jilid 10"},
	    {.title = "Qur'an"},
	    {.title = "Quranic studies"},
	    {.title = "The sea"},
	    {.title = "\xC2\x98"
		      "El\xC2\x9C "
		      "zorro"},
	};

	assert_order("dc.title", cards, sizeof cards / sizeof *cards);
	assert_order("title", cards, sizeof cards / sizeof *cards);
}

static void case_and_accents_as_asked(void **state)
{
	static const struct card small = {.title = "bali"}, large = {.title = "Bali"},
				 accent = {.title = "Báli"}, next = {.title = "Balig"};

	assert_equal("dc.title", &small, &large);
	assert_order("dc.title/respectCase", (const struct card[]){small, large}, 2);
	assert_order("dc.title", (const struct card[]){large, accent, next}, 3);
	assert_equal("dc.title/sort.ignoreAccents", &large, &accent);
	assert_order("dc.title/locale=sv",
	    (const struct card[]){{.title = "Zorn"}, {.title = "Ångström"}}, 2);
	assert_order(
	    "dc.title", (const struct card[]){{.title = "Ångström"}, {.title = "Zorn"}}, 2);
}

static void several_keys_each_their_way(void **state)
{
	static const struct card cards[] = {
	    {.author = "Hamka", .year = 1999, .title = "a"},
	    {.author = "Hamka", .year = 1950, .title = "a"},
	    {.author = "Hamka", .year = 1950, .title = "b"},
	    {.author = "Hamka", .title = "a"},
	    {.author = "Rusli, Marah", .year = 1350, .hijri = true},
	    {.author = "Rusli, Marah", .year = 1922},
	    {.year = 2000},
	};

	assert_order("dc.creator dc.date/descending dc.title", cards, 7);
	assert_order("author year/sort.descending title", cards, 7);
}

static void missing_values_stand_where_asked(void **state)
{
	static const struct card none = {.title = "x"}, old = {.year = 1900}, new = {.year = 2000};

	assert_order("dc.date", (const struct card[]){old, new, none}, 3);
	assert_order("dc.date/descending", (const struct card[]){new, old, none}, 3);
	assert_order("dc.date/missingLow", (const struct card[]){none, old, new}, 3);
	assert_order("dc.date/missingHigh", (const struct card[]){old, new, none}, 3);
	assert_order("dc.date/descending/missingHigh", (const struct card[]){none, new, old}, 3);
	assert_order("dc.date/descending/missingLow", (const struct card[]){new, old, none}, 3);
	assert_order("dc.date/missingValue=1950", (const struct card[]){old, none, new}, 3);
	assert_order("dc.title/missingValue=m",
	    (const struct card[]){{.title = "a"}, {.year = 1}, {.title = "z"}}, 3);
}

static void other_indexes_sort(void **state)
{
	assert_order("dc.publisher",
	    (const struct card[]){{.publisher = "Balai Pustaka"}, {.publisher = "Mizan"}}, 2);
	assert_order(
	    "dc.subject", (const struct card[]){{.subject = "Adat"}, {.subject = "Islam"}}, 2);
	assert_order(
	    "dc.language", (const struct card[]){{.language = "ara"}, {.language = "ind"}}, 2);
	assert_order(
	    "bath.isbn", (const struct card[]){{.isbn = "0306406152"}, {.isbn = "9799731232"}}, 2);
	assert_order("rec.id", (const struct card[]){{.id = "b9"}, {.id = "b10"}}, 2);
	assert_order("series",
	    (const struct card[]){{.series = "Seri A", .series_volume = "2"},
		{.series = "Seri A", .series_volume = "11"}},
	    2);
}

static void every_index_has_a_value(void **state)
{
	static const struct card empty;
	const struct sort_field *field;

	for (size_t i = 0; (field = sort_field_at(i)); i++) {
		char keys[64];

		assert_true(sort_can(field->set, field->index));
		snprintf(keys, sizeof keys, "%s.%s", field->set, field->index);
		assert_equal(keys, &empty, &empty);
	}
}

static void descending_is_the_reverse(void **state)
{
	unsigned seed = (unsigned)time(NULL);
	struct arena *arena = arena_create(0, NULL);
	struct sorter *up = sorter_of(arena, "dc.title"),
		      *down = sorter_of(arena, "dc.title/descending");

	print_message("# seed %u\n", seed);
	srand(seed);
	for (int round = 0; round < 2000; round++) {
		char titles[2][8];
		struct card cards[2] = {{.title = titles[0]}, {.title = titles[1]}};

		for (int i = 0; i < 2; i++) {
			int length = 1 + rand() % 6;

			titles[i][0] = 'a';
			for (int k = 1; k < length; k++)
				titles[i][k] = "abB 1-"[rand() % 6];
			titles[i][length] = '\0';
		}
		int a =
		    sort_compare(value_of(up, arena, &cards[0]), value_of(up, arena, &cards[1]));
		int b = sort_compare(
		    value_of(down, arena, &cards[0]), value_of(down, arena, &cards[1]));

		if ((a > 0) != (b < 0) || (a < 0) != (b > 0))
			fail_msg("seed %u: \"%s\" \"%s\"", seed, titles[0], titles[1]);
	}
	sorter_destroy(up);
	sorter_destroy(down);
	arena_destroy(arena);
}

static void what_cannot_be_done_is_refused(void **state)
{
	static const struct {
		const char *keys;
		int srw;
		const char *details;
	} cases[] = {
	    {"dc.rights", 88, "dc.rights"},
	    {"nosuch", 88, "nosuch"},
	    {"dc.title/missingOmit", 92, "missingomit"},
	    {"dc.title/missingFail", 92, "missingfail"},
	    {"dc.title/missingLow/missingHigh", 92, "missinglow and missinghigh"},
	    {"dc.title/ascending/descending", 90, "ascending and descending"},
	    {"dc.title/ignoreCase/respectCase", 91, "ignorecase and respectcase"},
	    {"dc.title/foo", 82, "foo"},
	    {"dc.title/rel.foo", 82, "rel.foo"},
	    {"dc.title/ascending=1", 82, "ascending"},
	    {"dc.title/respectCase=no", 82, "respectcase"},
	    {"dc.title/locale=nolanguage", 82, "locale=nolanguage"},
	    {"dc.date dc.title/locale", 82, "locale="},
	};
	struct arena *arena = arena_create(0, NULL);

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct question question = parse(arena, cases[i].keys);
		struct diag diag = {0};

		assert_false(sort_check(question.sort, question.nsort, &diag));
		if (diag_srw(diag.id) != cases[i].srw ||
		    strcmp(diag.details, cases[i].details) != 0)
			fail_msg("%s: %d %s", cases[i].keys, diag_srw(diag.id), diag.details);
	}
	arena_destroy(arena);
}

static void relevance_ends_the_keys(void **state)
{
	static const struct {
		const char *keys;
		size_t count;
	} cases[] = {{"relevance", 0}, {"rel.relevance", 0}, {"cql.score dc.title", 0},
	    {"dc.date relevance dc.title", 1}, {"dc.date dc.title", 2}};
	struct arena *arena = arena_create(0, NULL);

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct question question = parse(arena, cases[i].keys);

		assert_int_equal(sort_count(question.sort, question.nsort), cases[i].count);
	}
	arena_destroy(arena);
}

/* sortKeys as sortby, or "!N details". */
static const char *as_sortby(struct arena *arena, const char *keys)
{
	struct question question = {0};
	struct diag diag = {0};

	if (!sort_keys_parse(arena, keys, &question, &diag))
		return arena_printf(arena, "!%d %s", diag_srw(diag.id), diag.details);
	return query_sort_to_cql(arena, question.sort, question.nsort);
}

static void sort_keys_are_read(void **state)
{
	static const char *const cases[][2] = {
	    {"title", "dc.title"},
	    {"title,dc", "dc.title"},
	    {"title,info:srw/schema/1/dc-v1.1,1,0,highValue", "dc.title/missinghigh"},
	    {"dc.date,,0 author,marcxml,1", "dc.date/descending dc.creator"},
	    {"date,dc,false,true,lowValue", "dc.date/descending/respectcase/missinglow"},
	    {"title,,,,\"a b, c\"  date", "dc.title/missingvalue=\"a b, c\" dc.date"},
	    {"title,,,,x\\\\y", "dc.title/missingvalue=\"x\\\\y\""},
	    {"title,,,,abort", "dc.title/missingfail"},
	    {"relevance", "relevance"},
	    {"title.", "title."},
	    {"", ""},
	    {"title,onix", "!87 onix"},
	    {"/record/title", "!88 /record/title"},
	    {"title,,up", "!90 up"},
	    {"title,,1,maybe", "!91 maybe"},
	    {"title,,1,0,x,y", "!82 key 1 is not path,schema,ascending,case,missing"},
	    {"title ,dc", "!82 key 2 is not path,schema,ascending,case,missing"},
	    {"title,,,,\"x", "!82 key 1 is not path,schema,ascending,case,missing"},
	    {"a b c d e f g h i j k l m n o p q", "!84 at most 16"},
	    {"title\n", "!82 longer than 1024 bytes, or not text"},
	};
	struct arena *arena = arena_create(0, NULL);

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(as_sortby(arena, cases[i][0]), cases[i][1]);
	arena_destroy(arena);
}

/* What is made of sortKeys is read again as CQL by whoever shares the search. */
static void sort_keys_survive_as_cql(void **state)
{
	static const char *const cases[] = {"title,,,,x\\\\", "title,,,,\"\\\"\\\\\"",
	    "bath.isbn,,0,1,\"sortby / and (\"", "title,,,,*^?", "a.b.c,,0"};
	struct arena *arena = arena_create(0, NULL);

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *text = as_sortby(arena, cases[i]);
		struct question question = parse(arena, text);

		assert_string_equal(query_sort_to_cql(arena, question.sort, question.nsort), text);
	}
	arena_destroy(arena);
}

static void partners_that_sort_are_told(void **state)
{
	static const char text[] = "index.cql.serverChoice = 1=1016\nfeature.sort = embedded\n"
				   "sort.dc.title = 1=4\nsort.dc.date = 1=31 4=4\n";
	static const char *const cases[][2] = {
	    {"title", "@or @attr 1=1016 x @attr 1=4 @attr 7=1 0"},
	    {"date/descending title", "@or @or @attr 1=1016 x @attr 1=31 @attr 4=4 @attr 7=2 0 "
				      "@attr 1=4 @attr 7=1 1"},
	    {"title/ignoreCase", "@or @attr 1=1016 x @attr 1=4 @attr 7=1 0"},
	    {"title/respectCase", NULL},
	    {"title/missingLow", NULL},
	    {"title author", NULL},
	};
	struct arena *arena = arena_create(0, NULL);
	struct profile *sorts = profile_parse(arena, "sorts", text, NULL, NULL);
	struct profile *does_not = profile_parse(
	    arena, "not", "index.cql.serverChoice = 1=1016\nsort.dc.title = 1=4\n", NULL, NULL);

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct question question = parse(arena, cases[i][0]);
		struct diag diag;
		Z_RPNQuery *rpn;

		assert_true(rpn_from_query(arena, question.query, sorts, &rpn, &diag));
		assert_int_equal(rpn_embed_sort(arena, rpn, &question, sorts), !!cases[i][1]);
		assert_string_equal(
		    rpn_to_pqf(arena, rpn), cases[i][1] ? cases[i][1] : "@attr 1=1016 x");
		assert_true(rpn_from_query(arena, question.query, does_not, &rpn, &diag));
		assert_false(rpn_embed_sort(arena, rpn, &question, does_not));
	}
	assert_null(profile_parse(arena, "bad", "feature.sort = yes\n", NULL, NULL));
	assert_null(profile_parse(arena, "bad", "sort.title = 1=4\n", NULL, NULL));
	arena_destroy(arena);
}

static void merged_entries_stand_in_order(void **state)
{
	static const struct card cards[] = {
	    {.title = "Bumi manusia", .author = "Toer", .year = 1980},
	    {.title = "Anak bajang", .author = "Sindhunata", .year = 1983},
	    {.title = "Cantik itu luka", .author = "Kurniawan", .year = 2002},
	    {.title = "Bumi manusia", .author = "Toer", .year = 1980},
	    {.title = "Ayat-ayat cinta", .author = "Habiburrahman", .year = 2004}};
	struct arena *arena = arena_create(0, NULL);
	struct sorter *sorter = sorter_of(arena, "dc.title");
	struct terms terms = {0};
	struct merge_item items[5];
	const struct sort_value *values[5];
	struct merge_params params = {.level = MERGE_NORMAL, .terms = &terms};
	size_t count;

	for (unsigned i = 0; i < 5; i++) {
		items[i] = (struct merge_item){.doc = card_doc(arena, &cards[i]),
		    .partner = i / 3,
		    .position = 1 + i % 3,
		    .frozen = -1};
		values[i] = value_of(sorter, arena, &cards[i]);
	}
	params.sort = values;

	const struct merge_entry *entries = merge(arena, &params, items, 5, 0, 2, &count);

	assert_int_equal(count, 4);
	assert_int_equal(entries[0].lead, 1);
	assert_int_equal(entries[1].lead, 4);
	assert_int_equal(entries[2].nitems, 2);
	assert_int_equal(entries[3].lead, 2);

	/* What was served stays, whatever comes later. */
	items[2].frozen = 0;
	items[2].lead = true;
	entries = merge(arena, &params, items, 5, 1, 2, &count);
	assert_int_equal(count, 4);
	assert_int_equal(entries[0].lead, 2);
	assert_int_equal(entries[1].lead, 1);
	assert_int_equal(entries[2].lead, 4);
	sorter_destroy(sorter);
	arena_destroy(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(titles_file_as_in_a_catalogue),
	    cmocka_unit_test(case_and_accents_as_asked),
	    cmocka_unit_test(several_keys_each_their_way),
	    cmocka_unit_test(missing_values_stand_where_asked),
	    cmocka_unit_test(other_indexes_sort),
	    cmocka_unit_test(every_index_has_a_value),
	    cmocka_unit_test(descending_is_the_reverse),
	    cmocka_unit_test(what_cannot_be_done_is_refused),
	    cmocka_unit_test(relevance_ends_the_keys),
	    cmocka_unit_test(sort_keys_are_read),
	    cmocka_unit_test(sort_keys_survive_as_cql),
	    cmocka_unit_test(partners_that_sort_are_told),
	    cmocka_unit_test(merged_entries_stand_in_order),
	};

	return cmocka_run_group_tests_name("sort", tests, NULL, NULL);
}
