#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "base/arena.h"
#include "base/text.h"
#include "merge/fold.h"
#include "merge/normalise.h"
#include "merge/word_class.c"

struct row {
	const char *in, *out;
};

static void text_is_folded(void **state)
{
	static const struct row rows[] = {
	    {"", ""},
	    {"  ", ""},
	    {"!?", ""},
	    {"The Old Man, and the SEA.", "the old man and the sea"},
	    {"  a  b\t\nc ", "a b c"},
	    {"Éducation française", "education francaise"},
	    {"Straße", "strasse"},
	    {"STRASSE", "strasse"},
	    {"\xE1\xBA\x9E", "ss"},
	    {"Ærø Œuvre Łódź Đuro þing ðað ısı", "aero oeuvre lodz duro thing dad isi"},
	    {"İstanbul", "istanbul"},
	    {"e\xCC\x81tude", "etude"}, /* decomposed */
	    {"Qurʼān", "quran"},
	    {"Qur'an", "quran"},
	    {"al-Qurʾān al-ʿAẓīm", "al quran al azim"},
	    {"Qur\xE2\x80\x99"
	     "an",
		"quran"},
	    {"ʻAbd Allāh", "abd allah"},
	    {"l'homme d'aujourd'hui", "l homme d aujourdhui"},
	    {"qu'un", "qu un"},
	    {"Women's rights", "womens rights"},
	    {"Sense & sensibility", "sense and sensibility"},
	    {"R&D", "r and d"},
	    {"C++ and C#", "cplusplus and csharp"},
	    {"1+1", "1 1"},
	    {"e-book 2.0", "e book 2 0"},
	    {"U.S.A.", "u s a"},
	    {"\xC2\x98"
	     "Der\xC2\x9C Prozess",
		"der prozess"},
	    {"so\xC2\xAD"
	     "ft",
		"soft"},
	    {"كِتَابٌ", "كتاب"},
	    {"كتـــاب", "كتاب"},
	    {"أحمد إحسان آداب ٱلله", "احمد احسان اداب الله"},
	    {"مدرسة", "مدرسه"},
	    {"الأولى علی", "الاولي علي"},
	    {"ک", "ك"},
	    {"١٩٩٩ ۲۰۰۱", "1999 2001"},
	    {"الفقه، الإسلامي.", "الفقه الاسلامي"},
	    {"ﻻ", "لا"}, /* presentation form */
	    {"ΑΘΉΝΑ", "αθηνα"},
	    {"Война и мир", "воина и мир"},
	    {"図書館", "図 書 館"},
	    {"ガギ", "カ キ"},
	    {"한국어", "한국어"},
	    {"Ｆｕｌｌ１２", "full12"},
	    {"ﬁnal", "final"},
	    {"ไทย", "ไทย"},
	    {"हिन्दी", "हिन्दी"},
	    {"x²", "x2"},
	    {"a\xFF\xFE"
	     "b",
		"a b"},
	    {"Pasar–malam", "pasar malam"},
	    {"Ḥadīth ṣaḥīḥ", "hadith sahih"},
	};
	struct arena *arena = arena_create(0, NULL);

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *out = normalise_text(arena, rows[i].in);

		assert_string_equal(out, rows[i].out);
		assert_string_equal(normalise_text(arena, out), out);
	}
	arena_destroy(arena);
}

/* What ICU alone makes of one character: folded, decomposed, marks dropped. */
static void by_icu(uint32_t c, char *out, size_t room)
{
	UErrorCode error = U_ZERO_ERROR;
	UChar source[2], folded[32], plain[64];
	int32_t length = 0, at = 0;

	u_strFromUTF32(source, 2, &length, (const UChar32 *)&c, 1, &error);
	length = unorm2_normalize(
	    unorm2_getNFKCCasefoldInstance(&error), source, length, folded, 32, &error);
	length =
	    unorm2_normalize(unorm2_getNFKDInstance(&error), folded, length, plain, 64, &error);
	assert_true(U_SUCCESS(error));
	for (int32_t i = 0; i < length; i++)
		if (u_charType(plain[i]) != U_NON_SPACING_MARK &&
		    (plain[i] < 0x2B0 || plain[i] > 0x2FF))
			plain[at++] = plain[i];
	u_strToUTF8(out, (int32_t)room, NULL, plain, at, &error);
	assert_true(U_SUCCESS(error));
}

static void latin_table_agrees_with_icu(void **state)
{
	struct arena *arena = arena_create(0, NULL);
	size_t compared = 0;

	for (uint32_t c = 0xC0; c <= 0x1EFF; c = c == 0x24F ? 0x1E00 : c + 1) {
		char text[8] = "", expected[64];

		text_encode(c, text);
		by_icu(c, expected, sizeof expected);
		if (!text_is_ascii(expected, strlen(expected)))
			continue; /* letters without decomposition: ours to choose */
		compared++;
		assert_string_equal(normalise_text(arena, text), expected);
	}
	assert_true(compared > 450);
	arena_destroy(arena);
}

static void folding_keeps_within_its_room(void **state)
{
	static const char text[] = "Siti Nurbaya & \xEF\xB7\xBA ʻAbd C++ 図書館 İst";
	char out[64];
	uint32_t words[4];

	for (size_t room = 1; room < sizeof out; room++) {
		struct fold fold;

		memset(out, '#', sizeof out);
		fold_init(&fold, out, room, words, 4);
		fold_add(&fold, text);
		assert_true(fold.length <= room);
		assert_true(fold.length == 0 || out[fold.length - 1] == ' ');
		for (size_t i = room; i < sizeof out; i++)
			assert_int_equal(out[i], '#');
		assert_true(text_is_utf8(out, fold.length));
	}
}

static void words_are_split(void **state)
{
	struct arena *arena = arena_create(0, NULL);
	const char **words;

	assert_int_equal(normalise_words(arena, "", &words), 0);
	assert_int_equal(normalise_words(arena, "siti", &words), 1);
	assert_string_equal(words[0], "siti");
	assert_int_equal(normalise_words(arena, "siti nurbaya ii", &words), 3);
	assert_string_equal(words[2], "ii");
	arena_destroy(arena);
}

static void old_spelling_becomes_new(void **state)
{
	static const struct row rows[] = {{"soekarno", "sukarno"}, {"tjerita", "cerita"},
	    {"djakarta", "jakarta"}, {"njanji", "nyanyi"}, {"sjair", "syair"}, {"achir", "akhir"},
	    {"noerbaja", "nurbaja"}, {"bumi", "bumi"}, {"", ""}, {"o", "o"}, {"الله", "الله"}};
	struct arena *arena = arena_create(0, NULL);

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_string_equal(normalise_spelling(arena, rows[i].in), rows[i].out);
	arena_destroy(arena);
}

static void stems_are_light(void **state)
{
	static const struct row rows[] = {{"books", "book"}, {"libraries", "library"},
	    {"classes", "class"}, {"boxes", "box"}, {"class", "class"}, {"virus", "virus"},
	    {"analysis", "analysis"}, {"gas", "gas"}, {"menulis", "tulis"}, {"penulisan", "tulis"},
	    {"ditulis", "tulis"}, {"membaca", "baca"}, {"pembacaan", "baca"}, {"menyapu", "sapu"},
	    {"memakai", "pakai"}, {"belajar", "ajar"}, {"pengajaran", "ajar"},
	    {"perpustakaan", "pustaka"}, {"bukunya", "buku"}, {"buku", "buku"},
	    {"kesehatan", "sehat"}, {"ini", "ini"}, {"الكتاب", "كتاب"}, {"الله", "الله"}};
	struct arena *arena = arena_create(0, NULL);

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_string_equal(normalise_stem(arena, rows[i].in), rows[i].out);
	arena_destroy(arena);
}

static void isbns_become_thirteen_digits(void **state)
{
	static const struct row rows[] = {
	    {"9799731232", "9789799731234"},
	    {"979-97312-3-2", "9789799731234"},
	    {"9789799731234", "9789799731234"},
	    {"978-979-97312-3-4 (set)", "9789799731234"},
	    {"0-306-40615-2", "9780306406157"},
	    {"0306406152 : $12.00", "9780306406157"},
	    {"0306406152 (pbk.)", "9780306406157"},
	    {"080442957X", "9780804429573"},
	    {"080442957x", "9780804429573"},
	    {"0 8044 2957 X", "9780804429573"},
	    {"ISBN 0-8044-2957-X", "9780804429573"},
	    {"ISBN-13: 978-0-306-40615-7", "9780306406157"},
	    {"978\xE2\x80\x90"
	     "0\xE2\x80\x91"
	     "306\xE2\x80\x93"
	     "40615\xE2\x80\x94"
	     "7",
		"9780306406157"},
	    {"9791090636071", "9791090636071"},
	    {"0306406153", NULL}, /* wrong check digit */
	    {"9780306406158", NULL},
	    {"1234567890123", NULL},
	    {"030640615", NULL},
	    {"03064061522", NULL},
	    {"", NULL},
	    {"Rp 35.000", NULL},
	    {"X306406152", NULL},
	    {"(pbk.)", NULL},
	};
	char out[14];

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_int_equal(normalise_isbn(rows[i].in, out), rows[i].out != NULL);
		if (rows[i].out)
			assert_string_equal(out, rows[i].out);
	}
}

static void other_numbers_are_checked(void **state)
{
	static const struct row issns[] = {{"0317-8471", "03178471"}, {"03178471", "03178471"},
	    {"2434-561X", "2434561X"}, {"ISSN 2434-561x", "2434561X"}, {"0317-8472", NULL},
	    {"0317", NULL}, {"", NULL}, {"0317-84711", NULL}};
	static const struct row lccns[] = {{"n78-890351", "n78890351"},
	    {"n 78890351 ", "n78890351"}, {"   85000002 ", "85000002"}, {"85-2", "85000002"},
	    {"75-425165//r75", "75425165"}, {" 79139101 /AC/r932", "79139101"},
	    {"2001-000002", "2001000002"}, {"", NULL}, {"abcd12345678", NULL}, {"85", NULL},
	    {"n7889035x", NULL}, {"123456789012345678901234567890", NULL}};
	static const struct row oclcs[] = {{"(OCoLC)ocm01234567", "1234567"},
	    {"(OCoLC)1234567", "1234567"}, {"ocn123456789", "123456789"},
	    {"on1234567890", "1234567890"}, {"00012", "12"}, {"(DLC)12", NULL}, {"", NULL},
	    {"12a", NULL}, {"000", NULL}};
	char out[24];

	for (size_t i = 0; i < sizeof issns / sizeof *issns; i++) {
		assert_int_equal(normalise_issn(issns[i].in, out), issns[i].out != NULL);
		if (issns[i].out)
			assert_string_equal(out, issns[i].out);
	}
	for (size_t i = 0; i < sizeof lccns / sizeof *lccns; i++) {
		assert_int_equal(normalise_lccn(lccns[i].in, out), lccns[i].out != NULL);
		if (lccns[i].out)
			assert_string_equal(out, lccns[i].out);
	}
	for (size_t i = 0; i < sizeof oclcs / sizeof *oclcs; i++) {
		assert_int_equal(normalise_oclc(oclcs[i].in, out), oclcs[i].out != NULL);
		if (oclcs[i].out)
			assert_string_equal(out, oclcs[i].out);
	}
}

struct count_row {
	const char *in;
	int out;
};

static void editions_are_read(void **state)
{
	static const struct count_row rows[] = {{"2nd ed.", 2}, {"2nd rev. ed.", 2},
	    {"Second edition", 2}, {"First edition.", 1}, {"Ed. 3", 3},
	    {"3rd ed., 2nd printing", 3}, {"Edisi 2", 2}, {"Edisi ke-3", 3}, {"Edisi ke 4", 4},
	    {"Edisi kedua", 2}, {"Edisi pertama, cetakan kedua", 1}, {"Ed. 2, cet. 3", 2},
	    {"Cet. 3, ed. 2", 2}, {"Cetakan 5", 0}, {"Cet. ke-5", 0}, {"cetakan pertama", 0},
	    {"2nd printing", 0}, {"2. Aufl.", 2}, {"2., überarb. Aufl.", 2}, {"Zweite Auflage", 2},
	    {"3., erweiterte Auflage", 3}, {"2e druk", 2}, {"Tweede, herziene druk", 2},
	    {"2e éd. rev.", 2}, {"Deuxième édition", 2}, {"Troisième éd.", 3}, {"al-Ṭabʻah 2.", 2},
	    {"al-Ṭabʻah al-ūlá", 1}, {"al-Ṭabʿah al-thāniyah", 2}, {"الطبعة الثانية", 2},
	    {"الطبعة الأولى", 1}, {"الطبعة ٣", 3}, {"Rev. ed.", 0}, {"Ed. rev.", 0}, {"", 0},
	    {"5th ed. / John Smith", 5}, {"10th anniversary ed.", 10}, {"Edition 1999", 0},
	    {"Second", 2}, {"2", 2}, {"12th ed.", 12}, {"IV ed.", 4}, {"Twelfth edition", 12}};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (normalise_edition(rows[i].in) != rows[i].out)
			fail_msg("%s: %d", rows[i].in, normalise_edition(rows[i].in));
	assert_int_equal(normalise_edition(NULL), 0);
}

static void pages_are_read(void **state)
{
	static const struct count_row rows[] = {{"345 p.", 345},
	    {"xii, 345 p. : ill. ; 24 cm", 345}, {"xii, 345 hlm.", 345}, {"345 hal ; 21 cm", 345},
	    {"viii, 271 halaman", 271}, {"271 S.", 271}, {"345p", 345}, {"[10], 345, [3] p.", 345},
	    {"2 v. (345, 400 p.)", 400}, {"1 jilid (250 hlm)", 250}, {"3 v.", 0}, {"2 jilid", 0},
	    {"1 CD-ROM ; 12 cm", 0}, {"345", 345}, {"", 0}, {"٣٤٥ ص", 345}, {"120 blz.", 120},
	    {"v, 99 leaves", 99}, {"p. 12-20", 0}};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (normalise_pages(rows[i].in) != rows[i].out)
			fail_msg("%s: %d", rows[i].in, normalise_pages(rows[i].in));
	assert_int_equal(normalise_pages(NULL), 0);
	assert_true(normalise_is_set("3 jilid ; 24 cm"));
	assert_true(normalise_is_set("2 v."));
	assert_false(normalise_is_set("1 v."));
	assert_false(normalise_is_set("xii, 345 p."));
}

static void volumes_are_read(void **state)
{
	static const struct count_row rows[] = {{"Jilid 2", 2}, {"jil. II", 2}, {"jilid ke-3", 3},
	    {"vol. IV", 4}, {"Vol. 12", 12}, {"juz 30", 30}, {"Juz' 3", 3}, {"Bd. 1", 1},
	    {"1. Band", 1}, {"t. 5", 5}, {"T. XIV", 14}, {"2e deel", 2}, {"deel 3", 3},
	    {"Part one", 1}, {"part II", 2}, {"الجزء الثاني", 2}, {"الجزء 2", 2}, {"ج ٣", 3},
	    {"Fisika dasar jilid 2", 2}, {"Jilid", 0}, {"A part of me", 0}, {"1984", 0}, {"", 0},
	    {"Volume", 0}, {"jilid kedua", 2}};
	static const struct count_row parts[] = {
	    {"2", 2}, {"II", 2}, {"ii.", 2}, {"Jilid 3", 3}, {"Suppl. A", 0}};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (normalise_volume(rows[i].in) != rows[i].out)
			fail_msg("%s: %d", rows[i].in, normalise_volume(rows[i].in));
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (normalise_part(parts[i].in) != parts[i].out)
			fail_msg("%s: %d", parts[i].in, normalise_part(parts[i].in));
}

static void numerals_and_years_are_read(void **state)
{
	static const struct count_row roman[] = {{"i", 1}, {"iv", 4}, {"ix", 9}, {"xiv", 14},
	    {"xl", 40}, {"xcix", 99}, {"iiii", 0}, {"iix", 0}, {"vx", 0}, {"mix", 0}, {"civil", 0},
	    {"", 0}};

	for (size_t i = 0; i < sizeof roman / sizeof *roman; i++)
		if (normalise_roman(roman[i].in) != roman[i].out)
			fail_msg("%s: %d", roman[i].in, normalise_roman(roman[i].in));
	assert_int_equal(normalise_hijri_year(1405), 1984);
	assert_int_equal(normalise_hijri_year(1445), 2023);
	assert_int_equal(normalise_hijri_year(1), 622);
}

static void folded_words_come_one_by_one(void **state)
{
	static const char *const expected[] = {"the", "qur", "an", "2"};
	char out[32];
	struct fold fold;
	size_t at = 0, length, count = 0;
	const char *word;

	fold_init(&fold, out, sizeof out, NULL, 0);
	assert_null(fold_next(&fold, &at, &length));
	fold_add(&fold, " The Qur-an, 2!");
	while ((word = fold_next(&fold, &at, &length))) {
		assert_true(count < 4);
		assert_int_equal(length, strlen(expected[count]));
		assert_memory_equal(word, expected[count++], length);
	}
	assert_int_equal(count, 4);
}

static void words_have_their_classes(void **state)
{
	static const struct {
		const char *word;
		unsigned classes;
	} rows[] = {
	    {"the", WORD_ARTICLE | WORD_FILLER | WORD_TRADE},
	    {"yang", WORD_FILLER},
	    {"autobiography", WORD_GENERIC},
	    {"errata", WORD_GENERIC | WORD_CORRECTION},
	    {"rejoinder", WORD_REPLY},
	    {"correction", WORD_ANSWER | WORD_LAST_ANSWER},
	    {"workbook", WORD_WORKBOOK},
	    {"solutions", WORD_SOLUTIONS},
	    {"ash", WORD_SPOKEN_ARTICLE | WORD_HONORIFIC},
	    {"profesor", WORD_HONORIFIC},
	    {"penerbit", WORD_TRADE},
	    {"publishe", 0},
	    {"publishersx", 0},
	    {"autobiographyx", 0},
	    {"autobiographies", 0},
	    {"laskar", 0},
	    {"1984", 0},
	    {"\xD8\xA7\xD9\x84", 0},
	    {"", 0},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_int_equal(word_classes(rows[i].word, strlen(rows[i].word)), rows[i].classes);
	assert_int_equal(word_classes("then", 3), word_classes("the", 3));
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		assert_int_equal(
		    word_classes(table[i].word, strlen(table[i].word)), table[i].classes);
		assert_true(!i || strcmp(table[i - 1].word, table[i].word) < 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(text_is_folded),
	    cmocka_unit_test(latin_table_agrees_with_icu),
	    cmocka_unit_test(folding_keeps_within_its_room),
	    cmocka_unit_test(words_are_split),
	    cmocka_unit_test(old_spelling_becomes_new),
	    cmocka_unit_test(stems_are_light),
	    cmocka_unit_test(isbns_become_thirteen_digits),
	    cmocka_unit_test(other_numbers_are_checked),
	    cmocka_unit_test(editions_are_read),
	    cmocka_unit_test(pages_are_read),
	    cmocka_unit_test(words_have_their_classes),
	    cmocka_unit_test(folded_words_come_one_by_one),
	    cmocka_unit_test(volumes_are_read),
	    cmocka_unit_test(numerals_and_years_are_read),
	};

	return cmocka_run_group_tests_name("normalise", tests, NULL, NULL);
}
