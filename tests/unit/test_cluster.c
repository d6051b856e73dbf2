#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "merge/cluster.h"
#include "merge/doc_private.h"
#include "merge/normalise.h"
#include "merge/weights.h"
#include "tests/unit/merge_support.h"

/* "s": the same at strict, "n": at normal, "w": as a work; "-": apart at that level. */
struct pair_case {
	const char *name, *expected;
	struct card a, b;
};

#define SITI                                                                                       \
	.title = "Siti Nurbaya", .author = "Rusli, Marah", .year = 1922, .extent = "334 hlm.",     \
	.publisher = "Balai Pustaka", .language = "ind"
#define BUMI                                                                                       \
	.title = "Bumi manusia", .author = "Toer, Pramoedya Ananta", .year = 1980,                 \
	.extent = "354 p.", .publisher = "Hasta Mitra", .language = "ind"
#define TAFSIR                                                                                     \
	.title = "Tafsir al-Azhar", .author = "Hamka", .year = 1982,                               \
	.publisher = "Pustaka Panjimas", .language = "ind"

static const struct pair_case cases[] = {
    {"identical", "snw", {BUMI}, {BUMI}},
    {"misspelt name", "snw", {TAFSIR},
	{.title = "Tafsir al-Azhar",
	    .author = "Hamak",
	    .year = 1982,
	    .publisher = "Pustaka Panjimas",
	    .language = "ind"}},
    {"opposite words", "-",
	{.title = "Ekonomi mikro",
	    .author = "Boediono",
	    .year = 1982,
	    .publisher = "BPFE",
	    .extent = "180 hlm."},
	{.title = "Ekonomi makro",
	    .author = "Boediono",
	    .year = 1982,
	    .publisher = "BPFE",
	    .extent = "180 hlm."}},
    {"old spelling and new", "snw", {SITI},
	{.title = "Sitti Noerbaja",
	    .author = "Roesli, Marah",
	    .year = 1922,
	    .extent = "334 p.",
	    .publisher = "Balai Poestaka",
	    .language = "ind"}},
    {"initials and surname first", "snw", {BUMI},
	{.title = "Bumi Manusia /",
	    .author = "Toer P. A.",
	    .year = 1980,
	    .publisher = "Hasta Mitra",
	    .extent = "354 hlm"}},
    {"author missing on one side", "snw", {BUMI},
	{.title = "Bumi manusia", .year = 1980, .extent = "354 p.", .publisher = "Hasta Mitra"}},
    {"same ISBN in ten and thirteen digits", "snw", {BUMI, .isbn = "9799731232"},
	{.title = "Bumi manusia", .author = "Toer, P.A.", .isbn = "978-979-97312-3-4"}},
    {"one of several ISBNs", "snw", {BUMI, .isbn = "0306406152", .other_isbn = "9799731232"},
	{BUMI, .isbn = "978-979-97312-3-4"}},
    {"same ISBN on different books", "---", {BUMI, .isbn = "9799731232"},
	{.title = "Masakan padang",
	    .author = "Simorangkir, Nita",
	    .year = 2001,
	    .isbn = "9799731232",
	    .language = "ind"}},
    {"ISBN alone", "---", {.title = "Bumi manusia", .isbn = "9799731232"},
	{.title = "Masakan padang sederhana", .isbn = "9799731232"}},
    {"ISBN alone, one without title", "---", {.title = "Bumi manusia", .isbn = "9799731232"},
	{.isbn = "9799731232"}},
    {"ISBN alone, titles in two scripts", "---", {.title = "Fiqh", .isbn = "9799731232"},
	{.title = "الفقه", .isbn = "9799731232"}},
    {"ISBN and year, titles in two scripts", "snw",
	{.title = "Fiqh", .isbn = "9799731232", .year = 1990},
	{.title = "الفقه", .isbn = "9799731232", .year = 1990}},
    {"title alone", "---", {.title = "Bumi manusia"}, {.title = "Bumi manusia"}},
    {"LCCN alone", "---", {.title = "Bumi manusia", .lccn = "85-2"},
	{.title = "Masakan padang", .lccn = "85-2"}},
    {"volumes with the set's ISBN", "---",
	{TAFSIR, .part_number = "Juz 1", .isbn = "9799731232", .isbn_qualifier = "(set)"},
	{TAFSIR, .part_number = "Juz 2", .isbn = "9799731232", .isbn_qualifier = "(set)"}},
    {"volumes with the set's ISBN unsaid", "---",
	{TAFSIR, .part_number = "Jilid I", .isbn = "9799731232"},
	{TAFSIR, .part_number = "Jilid II", .isbn = "9799731232"}},
    {"volumes in the title itself", "---",
	{.title = "Fisika dasar jilid 1", .author = "Giancoli", .year = 2001, .extent = "300 p."},
	{.title = "Fisika dasar jilid 2", .author = "Giancoli", .year = 2001, .extent = "300 p."}},
    {"the same volume written two ways", "snw",
	{TAFSIR, .part_number = "Jilid II", .extent = "320 p."},
	{.title = "Tafsir al-Azhar : jil. 2",
	    .author = "Hamka",
	    .year = 1982,
	    .extent = "320 hlm.",
	    .publisher = "Panjimas"}},
    {"a set and one of its volumes", "---", {TAFSIR, .extent = "10 jilid", .isbn = "9799731232"},
	{TAFSIR, .part_number = "Juz 2", .isbn = "9799731232"}},
    {"sets in both with the set's ISBN", "snw",
	{TAFSIR, .extent = "10 jilid", .isbn = "9799731232", .isbn_qualifier = "(jil. lengkap)"},
	{TAFSIR, .extent = "10 v.", .isbn = "9799731232", .isbn_qualifier = "(no.jil.lengkap)"}},
    {"editions", "--w", {BUMI, .edition = "2nd ed."}, {BUMI, .edition = "Edisi ketiga"}},
    {"the same edition in two languages", "snw", {BUMI, .edition = "2. Aufl."},
	{BUMI, .edition = "Edisi kedua"}},
    {"a printing is no edition", "snw", {BUMI, .edition = "Cet. 2"},
	{BUMI, .edition = "Cetakan ke-7"}},
    {"new edition by its year", "--w", {BUMI},
	{.title = "Bumi manusia",
	    .author = "Toer, Pramoedya Ananta",
	    .year = 2005,
	    .extent = "535 p.",
	    .publisher = "Lentera Dipantara",
	    .language = "ind"}},
    {"translation", "---", {BUMI},
	{.title = "This earth of mankind",
	    .author = "Toer, Pramoedya Ananta",
	    .year = 1982,
	    .extent = "338 p.",
	    .publisher = "Penguin",
	    .language = "eng"}},
    {"translation with a uniform title", "--w", {BUMI},
	{.title = "This earth of mankind",
	    .uniform_title = "Bumi manusia",
	    .author = "Toer, Pramoedya Ananta",
	    .year = 1982,
	    .extent = "338 p.",
	    .publisher = "Penguin",
	    .language = "eng"}},
    {"translation under the same title", "--w",
	{.title = "Max Havelaar",
	    .author = "Multatuli",
	    .year = 1972,
	    .language = "dut",
	    .publisher = "Querido"},
	{.title = "Max Havelaar",
	    .author = "Multatuli",
	    .year = 1972,
	    .language = "ind",
	    .publisher = "Djambatan"}},
    {"print and electronic", "--w", {BUMI}, {BUMI, .carrier = BIB_ELECTRONIC}},
    {"serial and monograph", "---",
	{.title = "Prisma", .year = 1972, .corporate = "LP3ES", .level = BIB_SERIAL},
	{.title = "Prisma", .year = 1972, .corporate = "LP3ES"}},
    {"book and film", "---", {BUMI}, {BUMI, .form = BIB_FILM}},
    {"book and article", "---", {BUMI}, {BUMI, .level = BIB_PART}},
    {"serials by ISSN", "snw",
	{.title = "Prisma", .issn = "0317-8471", .level = BIB_SERIAL, .year = 1972},
	{.title = "Prisma : majalah kajian ekonomi",
	    .issn = "03178471",
	    .level = BIB_SERIAL,
	    .year = 1980}},
    {"serials with other ISSNs", "---",
	{.title = "Prisma", .issn = "0317-8471", .level = BIB_SERIAL},
	{.title = "Prisma", .issn = "2434-561X", .level = BIB_SERIAL}},
    {"an ISSN of the series", "---", {.title = "Bumi manusia", .issn = "0317-8471"},
	{.title = "Bumi manusia", .issn = "0317-8471"}},
    {"other author, same title", "---",
	{.title = "Pengantar ekonomi", .author = "Sukirno, Sadono", .year = 1985},
	{.title = "Pengantar ekonomi", .author = "Boediono", .year = 1985}},
    {"same family name", "---",
	{.title = "Pengantar hukum", .author = "Ahmad, Zainal", .year = 1985},
	{.title = "Pengantar hukum", .author = "Ahmad, Budi", .year = 1986}},
    {"degrees and pilgrimage", "-nw",
	{.title = "Tasawuf modern",
	    .author = "Prof. Dr. H. Hamka",
	    .year = 1939,
	    .extent = "261 p."},
	{.title = "Tasauf modern", .author = "Hamka", .year = 1939, .extent = "261 hlm."}},
    {"subtitle on one side", "snw", {BUMI, .subtitle = "sebuah roman"}, {BUMI}},
    {"subtitle within the title", "snw", {BUMI, .subtitle = "sebuah roman"},
	{.title = "Bumi manusia : sebuah roman / Pramoedya Ananta Toer",
	    .author = "Pramoedya Ananta Toer",
	    .year = 1980}},
    {"a slip in a long title", "snw",
	{.title = "Sejarah perkembangan pemikiran ekonomi di Indonesia",
	    .author = "Sumitro",
	    .year = 1990,
	    .extent = "200 p."},
	{.title = "Sejarah perkembangan pemikirn ekonomi di Indonesia",
	    .author = "Sumitro",
	    .year = 1990,
	    .extent = "200 p."}},
    {"numbers in titles", "---",
	{.title = "Statistik Indonesia 1998", .corporate = "Biro Pusat Statistik", .year = 1999},
	{.title = "Statistik Indonesia 1999", .corporate = "Biro Pusat Statistik", .year = 1999}},
    {"a king's number behind who wrote it", "snw",
	{.title = "Kerajaan laut / Hamengku Buwono, X", .author = "Hamengku Buwono", .year = 2001},
	{.title = "Kerajaan laut", .author = "Hamengku Buwono", .year = 2001}},
    {"Perang dunia I and II", "---",
	{.title = "Perang dunia I", .author = "Ojong, P.K.", .year = 2001},
	{.title = "Perang dunia II", .author = "Ojong, P.K.", .year = 2001}},
    {"collected works of one author", "---",
	{.title = "Poems", .author = "Eliot, T. S.", .year = 1920},
	{.title = "Poems", .author = "Eliot, T. S.", .year = 1935}},
    {"other scripts", "snw",
	{.title = "الفقه الإسلامي وأدلته",
	    .author = "الزحيلي، وهبة",
	    .year = 1985,
	    .extent = "500 ص"},
	{.title = "al-Fiqh al-Islāmī wa-adillatuh",
	    .script_title = "الفقه الاسلامي وادلته",
	    .author = "Zuḥaylī, Wahbah",
	    .year = 1985,
	    .extent = "500 p."}},
    {"Hijri year", "snw",
	{.title = "Fiqh al-sunnah",
	    .author = "Sābiq, Sayyid",
	    .year = 1405,
	    .hijri = true,
	    .extent = "400 p."},
	{.title = "Fiqh al-Sunnah", .author = "Sabiq, Sayyid", .year = 1985, .extent = "402 p."}},
    {"title parts of one series", "---",
	{.title = "Ensiklopedi Islam",
	    .part_number = "1",
	    .part_name = "A-C",
	    .year = 1993,
	    .publisher = "Ichtiar Baru"},
	{.title = "Ensiklopedi Islam",
	    .part_number = "2",
	    .part_name = "D-F",
	    .year = 1993,
	    .publisher = "Ichtiar Baru"}},
    {"opposite words under one uniform title", "---",
	{.title = "Ilmu mikroekonomi",
	    .author = "Samuelson, Paul A.",
	    .uniform_title = "Economics",
	    .year = 1993},
	{.title = "Ilmu makroekonomi",
	    .author = "Samuelson, Paul A.",
	    .uniform_title = "Economics",
	    .year = 1993}},
    {"opposite words in two languages", "---",
	{.title = "Ilmu mikroekonomi",
	    .author = "Samuelson, Paul A.",
	    .uniform_title = "Economics"},
	{.title = "Macroeconomics", .author = "Samuelson, Paul A.", .uniform_title = "Economics"}},
    {"a translation's uniform title", "w",
	{.title = "Ilmu mikroekonomi",
	    .author = "Samuelson, Paul A.",
	    .uniform_title = "Microeconomics",
	    .language = "ind"},
	{.title = "Microeconomics", .author = "Samuelson, Paul A.", .language = "eng"}},
    {"one word of the heading misspelt", "snw",
	{.title = "Marketing management", .author = "Kotler, Philip", .year = 1998},
	{.title = "Marketing management", .author = "Koetler, Philip", .year = 1998}},
    {"misspelt, initials alone", "snw",
	{.title = "Sapiens",
	    .author = "Harari, Y. N.",
	    .year = 2017,
	    .publisher = "Gramedia",
	    .extent = "525 hlm."},
	{.title = "Sapiens",
	    .author = "Harri, Y. N.",
	    .year = 2017,
	    .publisher = "Gramedia",
	    .extent = "525 hlm."}},
    {"two people of one family name", "",
	{.title = "Essays", .author = "Huxley, Julian", .year = 1960},
	{.title = "Essays", .author = "Huxley, Aldous", .year = 1960}},
    {"corrigendum", "",
	{.title = "Properties of the working set model", .author = "Denning, Peter", .year = 1972},
	{.title = "Properties of the working set model (corrigendum)",
	    .author = "Denning, Peter",
	    .year = 1972}},
    {"solutions", "",
	{.title = "Introduction to electrodynamics", .author = "Griffiths, D. J.", .year = 2009},
	{.title = "Introduction to electrodynamics",
	    .subtitle = "solutions manual",
	    .author = "Griffiths, D. J.",
	    .year = 2009}},
    {"the pupils' book and the teachers'", "",
	{.title = "Bahasa Inggris kelas 7",
	    .subtitle = "buku siswa",
	    .author = "Wachidah",
	    .year = 2014},
	{.title = "Bahasa Inggris kelas 7",
	    .subtitle = "buku guru",
	    .author = "Wachidah",
	    .year = 2014}},
    {"Arabic romanised in two ways", "snw",
	{.title = "Riyadh ash-shalihin",
	    .author = "Nauaui",
	    .year = 1999,
	    .publisher = "Dar al-Syuruq"},
	{.title = "Riyāḍ al-ṣāliḥīn",
	    .author = "Nawawī",
	    .year = 1999,
	    .publisher = "Dār al-Shurūq"}},
    {"tj, dj and oe", "snw",
	{.title = "Deru tjampur debu: kumpulan sadjak", .author = "Chairil Anwar", .year = 1949},
	{.title = "Deru campur debu: kumpulan sajak", .author = "Anwar, Chairil", .year = 1949}},
    {"other volume of a series", "--w",
	{.title = "Kumpulan makalah",
	    .year = 1990,
	    .series = "Seri hukum",
	    .series_volume = "3",
	    .corporate = "UI"},
	{.title = "Kumpulan makalah",
	    .year = 1990,
	    .series = "Seri hukum",
	    .series_volume = "4",
	    .corporate = "UI"}},
    {"a column of one name in another number of a journal", "--w",
	{.title = "Catatan pinggir",
	    .author = "Goenawan Mohamad",
	    .year = 1979,
	    .note = "Tempo, 12 Mei 1979"},
	{.title = "Catatan pinggir",
	    .author = "Mohamad, Goenawan",
	    .year = 1979,
	    .note = "Tempo. 9 June 1979"}},
    {"the same number, its month in another language", "snw",
	{.title = "Catatan pinggir",
	    .author = "Goenawan Mohamad",
	    .year = 1979,
	    .note = "Tempo, 12 Mei 1979"},
	{.title = "Catatan pinggir",
	    .author = "Mohamad, Goenawan",
	    .year = 1979,
	    .note = "Tempo. 12 May 1979"}},
    {"notes without a year, or of other words, say nothing", "snw",
	{.title = "Catatan pinggir",
	    .author = "Goenawan Mohamad",
	    .year = 1979,
	    .note = "Bibliografi: hlm. 12"},
	{.title = "Catatan pinggir",
	    .author = "Mohamad, Goenawan",
	    .year = 1979,
	    .note = "Bibliografi: hlm. 14"}},
};

static bool expects(const char *expected, char level)
{
	return strchr(expected, level);
}

static void print_evidence(const struct cluster_evidence *evidence)
{
	print_message("  guard %s total %.2f of %.2f:", evidence->guard ? evidence->guard : "-",
	    evidence->total, evidence->threshold);
	for (size_t i = 0; i < evidence->nrows; i++)
		print_message(" %s %.2f", evidence->rows[i].name, evidence->rows[i].value);
	print_message("\n");
}

static void pairs_are_judged(void **state)
{
	static const char letters[] = {0, 's', 'n', 'w'};
	int failures = 0;
	size_t hopeless = 0;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena *arena = arena_create(0, NULL);
		const struct doc *a = card_doc(arena, &cases[i].a),
				 *b = card_doc(arena, &cases[i].b);
		bool narrower = false;

		for (enum merge_level level = MERGE_STRICT; level <= MERGE_WORK; level++) {
			struct cluster_evidence evidence, turned;
			bool same = cluster_compare(a, b, level, &evidence);

			if (same && cluster_is_hopeless(NULL, a, b, level)) {
				print_message("%s: hopeless and the same at %s\n", cases[i].name,
				    merge_level_name(level));
				failures++;
			}
			hopeless += cluster_is_hopeless(NULL, a, b, level);
			if (narrower && !same) {
				print_message("%s: apart again at %s\n", cases[i].name,
				    merge_level_name(level));
				failures++;
			}
			narrower = same;

			if (cluster_compare(b, a, level, &turned) != same ||
			    turned.total != evidence.total) {
				print_message("%s, %s: not symmetric\n", cases[i].name,
				    merge_level_name(level));
				print_evidence(&evidence);
				print_evidence(&turned);
				failures++;
			}
			if (same != expects(cases[i].expected, letters[level])) {
				print_message("%s, %s:\n", cases[i].name, merge_level_name(level));
				print_evidence(&evidence);
				failures++;
			}
		}
		arena_destroy(arena);
	}
	assert_int_equal(failures, 0);
	assert_true(hopeless > 0);
}

/* What lets two records be found hopeless without a look at their titles, or names. */
static void nothing_outweighs_equal_titles_and_names(void **state)
{
	const double names[] = {cluster_weight.author, cluster_weight.author_slip,
	    cluster_weight.author_near, cluster_weight.author_partial,
	    cluster_weight.author_conflict, cluster_weight.author_conflict_added, 0};
	const double others[] = {cluster_weight.title_near, cluster_weight.title_close,
	    cluster_weight.title_short, cluster_weight.title_near_short, cluster_weight.title_slip,
	    cluster_weight.title_serial, cluster_weight.title_alternate, cluster_weight.title_words,
	    cluster_weight.title_similar, cluster_weight.title_subtitles,
	    cluster_weight.title_conflict, 0};

	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		assert_true(cluster_weight.title >= others[i]);
	assert_true(cluster_weight.generic <= 1);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		assert_true(cluster_weight.author_list >= names[i]);
}

/* Two records of a case find each other: they share a block. */
static void likes_share_a_block(void **state)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena *arena = arena_create(0, NULL);
		const struct doc *a = card_doc(arena, &cases[i].a),
				 *b = card_doc(arena, &cases[i].b);
		bool shared = false;

		for (size_t k = 0; k < a->nblocks; k++)
			for (size_t l = 0; l < b->nblocks; l++)
				shared |= a->blocks[k] == b->blocks[l];
		if (expects(cases[i].expected, 'n') && !shared)
			fail_msg("%s", cases[i].name);
		arena_destroy(arena);
	}
}

/* Clusters of these cards, all from partners of their own, as "0 0 2": each item's lowest fellow.
 */
static void assert_clusters(
    const struct card *cards, size_t count, enum merge_level level, const char *expected)
{
	struct arena *arena = arena_create(0, NULL);
	struct merge_item items[64];
	const struct merge_item *pointers[64];
	char text[256] = "";

	for (size_t i = 0; i < count; i++) {
		items[i] =
		    (struct merge_item){card_doc(arena, &cards[i]), (unsigned)i, 1, -1, false};
		pointers[i] = &items[i];
	}
	struct cluster_job *job = cluster_begin(arena, level, pointers, count, 0);

	while (!cluster_step(job, 1))
		;
	for (size_t i = 0; i < count; i++)
		snprintf(text + strlen(text), sizeof text - strlen(text), "%s%zu", i ? " " : "",
		    cluster_of(job, i));
	assert_string_equal(text, expected);
	arena_destroy(arena);
}

static void chains_do_not_join_what_conflicts(void **state)
{
	/* The record without edition resembles both; it joins one, and the editions stay apart. */
	static const struct card cards[] = {
	    {BUMI, .edition = "1st ed."}, {BUMI}, {BUMI, .edition = "2nd ed."}};
	static const struct card volumes[] = {{TAFSIR, .part_number = "Juz 1", .extent = "300 p."},
	    {TAFSIR, .extent = "300 p.", .isbn = "9799731232"},
	    {TAFSIR, .part_number = "Juz 2", .extent = "300 p."}};

	assert_clusters(cards, 3, MERGE_NORMAL, "0 0 2");
	assert_clusters(volumes, 3, MERGE_STRICT, "0 1 2");
	assert_clusters(volumes, 3, MERGE_OFF, "0 1 2");
}

/* The middle record resembles both; the fullest of its cluster has nothing in common with the last.
 */
static void a_cluster_answers_for_its_lead(void **state)
{
	static const struct card cards[] = {
	    {.title = "Alpha hukum", .isbn = "9799731232", .nfields = 40},
	    {.title = "Alpha hukum",
		.parallel_title = "Beta ekonomi",
		.isbn = "9799731232",
		.other_isbn = "0306406152"},
	    {.title = "Beta ekonomi", .isbn = "0306406152"}};

	assert_clusters(cards, 3, MERGE_NORMAL, "0 0 2");
	assert_clusters(cards + 1, 2, MERGE_NORMAL, "0 0");
}

static void an_isbn_on_many_books_says_little(void **state)
{
	static const struct card cards[] = {{.title = "Alpha hukum", .isbn = "9799731232"},
	    {.title = "Beta ekonomi", .isbn = "9799731232"},
	    {.title = "Gamma", .isbn = "9799731232"}, {.title = "Delta", .isbn = "9799731232"},
	    {.title = "Alpha hukum pidana", .isbn = "9799731232"}};
	static const struct card few[] = {{.title = "Alpha hukum", .isbn = "9799731232"},
	    {.title = "Alpha hukum pidana", .isbn = "9799731232"}};

	assert_clusters(cards, 5, MERGE_NORMAL, "0 1 2 3 4");
	assert_clusters(few, 2, MERGE_NORMAL, "0 0");
}

static void many_copies_meet(void **state)
{
	struct card cards[60];
	char expected[256] = "";

	for (size_t i = 0; i < 60; i++) {
		cards[i] = (struct card){BUMI};
		snprintf(expected + strlen(expected), sizeof expected - strlen(expected), "%s0",
		    i ? " " : "");
	}
	assert_clusters(cards, 60, MERGE_NORMAL, expected);
}

/* Leaves those bytes where the next call's variables stand. */
static __attribute__((noinline)) void soil_stack(unsigned char with)
{
	volatile unsigned char stack[65536];

	for (size_t i = 0; i < sizeof stack; i++)
		stack[i] = with;
}

/* Whatever the memory held before: what is compared comes from the record alone. */
static void a_record_is_the_same_each_time(void **state)
{
	static const struct card card = {.title = "Sapiens",
	    .author = "Harri, Y. N.",
	    .other_author = "Harari, Yuval Noah",
	    .publisher = "Gramedia",
	    .year = 2017};
	struct arena *arena = arena_create(0, NULL);
	const struct doc *first, *other;

	soil_stack(0x00);
	first = card_doc(arena, &card);
	soil_stack(0xFF);
	other = card_doc(arena, &card);
	assert_int_equal(first->signature, other->signature);
	assert_true(first->nnames == 2 && other->nnames == 2);
	for (size_t i = 0; i < 2; i++)
		for (size_t k = 0; k < first->names[i].ntokens; k++) {
			const struct doc_name_token *a =
			    &first->name_tokens[first->names[i].token + k];
			const struct doc_name_token *b =
			    &other->name_tokens[other->names[i].token + k];

			assert_true(a->hash == b->hash && a->letters == b->letters &&
				    a->initial == b->initial && a->length == b->length &&
				    a->is_initial == b->is_initial);
		}
	arena_destroy(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(pairs_are_judged),
	    cmocka_unit_test(nothing_outweighs_equal_titles_and_names),
	    cmocka_unit_test(likes_share_a_block),
	    cmocka_unit_test(chains_do_not_join_what_conflicts),
	    cmocka_unit_test(a_cluster_answers_for_its_lead),
	    cmocka_unit_test(an_isbn_on_many_books_says_little),
	    cmocka_unit_test(many_copies_meet),
	    cmocka_unit_test(a_record_is_the_same_each_time),
	};

	return cmocka_run_group_tests_name("cluster", tests, NULL, NULL);
}
