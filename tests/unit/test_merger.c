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

/* A question as white-space separated words; each is asked of `field`. */
static struct terms ask(struct arena *arena, const char *question, enum terms_field field)
{
	struct terms terms = {arena_array(arena, 32, sizeof *terms.words), 0};

	for (char *word = strtok(arena_strdup(arena, question), " "); word;
	     word = strtok(NULL, " ")) {
		size_t length = strlen(word);
		bool prefix = word[length - 1] == '*';

		if (prefix)
			word[length - 1] = '\0';
		terms.words[terms.count++] =
		    (struct terms_word){.text = word, .field = field, .prefix = prefix};
	}
	return terms;
}

static const struct merge_entry *merge(struct arena *arena, const struct merge_params *params,
    const struct merge_item *items, size_t nitems, size_t nfrozen, size_t slice, size_t *count)
{
	struct merger *merger = merger_begin(arena, params, items, nitems, nfrozen);

	while (!merger_step(merger, slice))
		;
	return merger_entries(merger, count);
}

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
