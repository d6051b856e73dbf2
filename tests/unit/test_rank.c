/* Which of two cards comes first. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "merge/merger.h"
#include "tests/unit/merge_support.h"

/* Ranks the cards, each from a partner of its own that does not rank, and returns the lead of the
 * entry at each place. */
static size_t rank_cards(struct arena *arena, const struct card *cards, size_t count,
    struct terms *terms, unsigned *leads)
{
	struct merge_item *items = arena_array(arena, count, sizeof *items);
	struct merge_params params = {.level = MERGE_NORMAL, .terms = terms};
	const struct merge_entry *entries;
	size_t nentries;

	for (size_t i = 0; i < count; i++)
		items[i] =
		    (struct merge_item){card_doc(arena, &cards[i]), (unsigned)i, 1, -1, false};
	entries = merge(arena, &params, items, count, 0, 64, &nentries);
	for (size_t i = 0; i < nentries; i++) {
		leads[i] = entries[i].lead;
		assert_true(entries[i].score >= 0 && entries[i].score < 1);
		assert_true(i == 0 || entries[i].score <= entries[i - 1].score);
	}
	return nentries;
}

/* The cards stand in the order wanted, the last partner's first: canonical order must not help. */
static void assert_order(
    const char *question, enum terms_field field, const struct card *wanted, size_t count)
{
	struct arena *arena = arena_create(0, NULL);
	struct terms terms = ask(arena, question, field);
	struct card turned[16];
	unsigned leads[16];

	for (size_t i = 0; i < count; i++)
		turned[i] = wanted[count - 1 - i];
	assert_int_equal(rank_cards(arena, turned, count, &terms, leads), count);
	for (size_t i = 0; i < count; i++)
		if (leads[i] != count - 1 - i)
			fail_msg(
			    "\"%s\": place %zu is \"%s\"", question, i + 1, turned[leads[i]].title);
	arena_destroy(arena);
}

static void exact_titles_come_first(void **state)
{
	static const struct card cards[] = {{.title = "Bumi manusia"},
	    {.title = "Bumi manusia dalam sastra",
		.subject = "Bumi manusia",
		.note = "Tentang roman Bumi manusia"},
	    {.title = "Sastra Indonesia", .note = "Membahas Bumi manusia"}};
	static const struct card articles[] = {
	    {.title = "The sea"}, {.title = "Sea stories of the sea", .subject = "The sea"}};
	static const struct card subtitled[] = {
	    {.title = "Siti Nurbaya", .subtitle = "kasih tak sampai"},
	    {.title = "Kasih tak sampai", .note = "Siti Nurbaya"}};

	assert_order("bumi manusia", TERMS_ANY, cards, 3);
	assert_order("bumi manusia", TERMS_TITLE, cards, 3);
	assert_order("sea", TERMS_ANY, articles, 2);
	assert_order("siti nurbaya kasih tak sampai", TERMS_ANY, subtitled, 2);
}

static void known_items_are_found_with_their_author(void **state)
{
	static const struct card cards[] = {{.title = "Siti Nurbaya", .author = "Rusli, Marah"},
	    {.title = "Perempuan dalam Siti Nurbaya karya Marah Rusli", .author = "Damono"},
	    {.title = "Angkatan Balai Pustaka", .note = "Marah Rusli, Siti Nurbaya"}};

	assert_order("siti nurbaya marah rusli", TERMS_ANY, cards, 3);
	assert_order("marah rusli siti nurbaya", TERMS_ANY, cards, 3);
}

static void phrases_beat_scattered_words(void **state)
{
	static const struct card cards[] = {{.title = "Pengantar hukum adat di Jawa"},
	    {.title = "Adat dan pengantar hukum waris"},
	    {.title = "Adat istiadat", .subject = "Pengantar; hukum"}};

	assert_order("hukum adat", TERMS_ANY, cards, 2);
	assert_order("pengantar hukum adat", TERMS_ANY, cards, 3);
}

/* A word that no record holds stands for one that is a slip away, and for no other. */
static void misspelt_words_are_understood(void **state)
{
	static const struct card cards[] = {{.title = "Pengantar hukum adat"},
	    {.title = "Hukum dagang", .subject = "Hukum"}, {.title = "Pengaruh hukum"}};
	static const struct card society[] = {{.title = "The psychology of society"},
	    {.title = "A study in the psychology of ritual", .subject = "Psychology"}};

	assert_order("pegnantar hukum", TERMS_ANY, cards, 3);
	assert_order("pengantarr hukum", TERMS_ANY, cards, 3);
	assert_order("the psychology of sciety", TERMS_ANY, society, 2);
}

static void compounds_are_their_words(void **state)
{
	static const struct card cards[] = {
	    {.title = "Database design"}, {.title = "The base of design"}};

	assert_order("data base design", TERMS_ANY, cards, 2);
}

static void titles_beat_notes(void **state)
{
	static const struct card cards[] = {{.title = "Ekonomi pedesaan"},
	    {.title = "Pedesaan", .subject = "Ekonomi"},
	    {.title = "Pedesaan", .author = "Someone", .note = "Ekonomi"}};

	assert_order("ekonomi", TERMS_ANY, cards, 3);
}

static void missing_words_sink(void **state)
{
	static const struct card cards[] = {{.title = "Catatan", .note = "sejarah islam di aceh"},
	    {.title = "Sejarah islam", .subject = "Islam"}, {.title = "Islam"}, {.title = "Kimia"}};

	assert_order("sejarah islam aceh", TERMS_ANY, cards, 4);
}

static void common_words_hardly_count(void **state)
{
	static const struct card cards[] = {
	    {.title = "Quantum fields"}, {.title = "The theory of the cell"}};

	assert_order("the quantum of", TERMS_ANY, cards, 2);
}

static void asked_fields_lead(void **state)
{
	static const struct card cards[] = {{.title = "Tafsir", .author = "Hamka"},
	    {.title = "Hamka"}, {.title = "Sastra", .subject = "Hamka"}};

	assert_order("hamka", TERMS_AUTHOR, cards, 3);
	assert_order("hamka", TERMS_SUBJECT, (const struct card[]){cards[2], cards[1]}, 2);
}

static void stems_and_spellings_count_less(void **state)
{
	static const struct card stems[] = {
	    {.title = "Menulis surat"}, {.title = "Penulisan surat"}, {.title = "Surat"}};
	static const struct card spellings[] = {
	    {.title = "Pidato Sukarno"}, {.title = "Pidato Soekarno"}, {.title = "Pidato"}};
	static const struct card plurals[] = {
	    {.title = "Modern library"}, {.title = "Modern libraries"}, {.title = "Modern art"}};
	static const struct card english[] = {{.title = "Form in art", .language = "eng"},
	    {.title = "Perform in art", .language = "eng", .year = 1999}};

	static const struct card foreign[] = {
	    {.title = "Perform satu", .language = "ind", .year = 1980},
	    {.title = "Perform two", .language = "eng", .year = 1999}};

	assert_order("form", TERMS_ANY, foreign, 2);
	assert_order("menulis", TERMS_ANY, stems, 3);
	assert_order("sukarno", TERMS_ANY, spellings, 3);
	assert_order("library", TERMS_ANY, plurals, 3);
	assert_order("form", TERMS_ANY, english, 2);
}

static void truncated_words_match(void **state)
{
	static const struct card cards[] = {{.title = "Ekonomika"}, {.title = "Politik"}};

	assert_order("ekonom*", TERMS_ANY, cards, 2);
	assert_order("EKONÓM*", TERMS_TITLE, cards, 2);
}

static void numbers_match_whole(void **state)
{
	static const struct card cards[] = {{.title = "Kimia", .isbn = "9799731232"},
	    {.title = "Fisika", .isbn = "0306406152"}, {.title = "Zat", .issn = "0317-8471"},
	    {.title = "Zoo", .id = "b123"}};

	assert_order("978-979-97312-3-4", TERMS_IDENTIFIER, cards, 2);
	assert_order("978-979-97312-3-4", TERMS_ANY, cards, 2);
	assert_order("03178471", TERMS_IDENTIFIER, (const struct card[]){cards[2], cards[1]}, 2);
	assert_order("b123", TERMS_IDENTIFIER, (const struct card[]){cards[3], cards[1]}, 2);
}

static void other_scripts_are_found(void **state)
{
	static const struct card cards[] = {{.title = "al-Fiqh", .script_title = "الفقه الإسلامي"},
	    {.title = "Hukum", .note = "الفقه الإسلامي"}};

	assert_order("الفقه الاسلامي", TERMS_ANY, cards, 2);
}

/* One library's exact title against a passing mention that fifteen hold. */
static void copies_do_not_outrank_relevance(void **state)
{
	struct arena *arena = arena_create(0, NULL);
	struct terms terms = ask(arena, "hukum laut", TERMS_ANY);
	struct merge_source sources[16] = {{0}};
	struct merge_params params = {
	    .level = MERGE_NORMAL, .terms = &terms, .sources = sources, .nsources = 16};
	struct merge_item items[16];
	const struct merge_entry *entries;
	size_t count;

	for (size_t i = 0; i < 16; i++) {
		struct card many = {.title = "Pengantar ilmu hukum",
		    .author = "Kansil",
		    .year = 1989,
		    .note = "Bab tentang laut"};
		struct card one = {.title = "Hukum laut", .author = "Mochtar", .year = 1978};

		sources[i].ranks = true;
		items[i] = (struct merge_item){card_doc(arena, i == 15 ? &one : &many), (unsigned)i,
		    i == 15 ? 40 : 1, -1, false};
	}
	entries = merge(arena, &params, items, 16, 0, 7, &count);
	assert_int_equal(count, 2);
	assert_int_equal(entries[0].lead, 15);
	assert_int_equal(entries[1].nitems, 15);
	arena_destroy(arena);
}

static void frequencies_decide_what_is_rare(void **state)
{
	struct arena *arena = arena_create(0, NULL);
	struct terms terms = ask(arena, "alpha beta", TERMS_ANY);
	struct merge_frequency rare_beta[] = {{"Alpha", 90000}, {"beta", 10}},
			       rare_alpha[] = {{"alpha", 10}, {"beta", 90000}};
	struct card cards[] = {{.title = "Alpha"}, {.title = "Beta"}};
	struct merge_params params = {
	    .level = MERGE_NORMAL, .terms = &terms, .frequencies = rare_beta, .nfrequencies = 2};
	struct merge_item items[2];
	size_t count;

	for (size_t i = 0; i < 2; i++)
		items[i] =
		    (struct merge_item){card_doc(arena, &cards[i]), (unsigned)i, 1, -1, false};
	assert_int_equal(merge(arena, &params, items, 2, 0, 9, &count)[0].lead, 1);
	params.frequencies = rare_alpha;
	assert_int_equal(merge(arena, &params, items, 2, 0, 9, &count)[0].lead, 0);
	arena_destroy(arena);
}

/* "Tables" is rare as a word, but not its singular, which is found with it. */
static void rarity_is_that_of_all_forms(void **state)
{
	struct arena *arena = arena_create(0, NULL);
	struct terms terms = ask(arena, "alpha tables", TERMS_ANY);
	struct merge_frequency frequencies[] = {{"alpha", 40}, {"tables", 10}};
	struct merge_params params = {
	    .level = MERGE_NORMAL, .terms = &terms, .frequencies = frequencies, .nfrequencies = 2};
	struct merge_item items[8];
	size_t count;

	for (unsigned i = 0; i < 8; i++) {
		struct card card = {.title = i == 0   ? "Tables of iron"
					     : i == 1 ? "Alpha of iron"
						      : "Table of iron",
		    .year = 1990 + (int)i * 3};

		items[i] = (struct merge_item){card_doc(arena, &card), i, 1, -1, false};
	}
	assert_int_equal(merge(arena, &params, items, 2, 0, 9, &count)[0].lead, 0);
	assert_int_equal(merge(arena, &params, items, 8, 0, 9, &count)[0].lead, 1);
	arena_destroy(arena);
}

static void ties_are_settled_the_same_way(void **state)
{
	/* Newer first, then by title, then canonical order. */
	static const struct card cards[] = {{.title = "Kimia zat", .year = 2001},
	    {.title = "Kimia atom", .year = 1999}, {.title = "Kimia besi", .year = 1999}};

	assert_order("kimia", TERMS_ANY, cards, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(exact_titles_come_first),
	    cmocka_unit_test(known_items_are_found_with_their_author),
	    cmocka_unit_test(phrases_beat_scattered_words),
	    cmocka_unit_test(misspelt_words_are_understood),
	    cmocka_unit_test(compounds_are_their_words),
	    cmocka_unit_test(titles_beat_notes),
	    cmocka_unit_test(missing_words_sink),
	    cmocka_unit_test(common_words_hardly_count),
	    cmocka_unit_test(asked_fields_lead),
	    cmocka_unit_test(stems_and_spellings_count_less),
	    cmocka_unit_test(truncated_words_match),
	    cmocka_unit_test(numbers_match_whole),
	    cmocka_unit_test(other_scripts_are_found),
	    cmocka_unit_test(copies_do_not_outrank_relevance),
	    cmocka_unit_test(frequencies_decide_what_is_rare),
	    cmocka_unit_test(rarity_is_that_of_all_forms),
	    cmocka_unit_test(ties_are_settled_the_same_way),
	};

	return cmocka_run_group_tests_name("rank", tests, NULL, NULL);
}
