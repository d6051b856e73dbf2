/* MARC 21 as UNIMARC: field by field, and read back: both must describe the same publication. */
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "record/crosswalk.h"
#include "record/unimarc.h"
#include "record/unimarc_private.h"
#include "tests/unit/arena_test.h"
#include "tests/unit/marc_support.h"

static struct marc *convert(const char *lines)
{
	struct diag diag = {DIAG_NONE, ""};
	struct marc *made = unimarc_from_marc21(arena, support_marc(arena, lines), &diag);

	if (!made)
		fail_msg("%s", diag.details);
	return made;
}

/* "200 1  $aTitle$eRest", a line a field. */
static const char *lines_of(const struct marc *marc)
{
	const char *text = "";

	for (size_t i = 0; i < marc->nfields; i++) {
		const struct marc_field *field = &marc->fields[i];

		text = field->data ? arena_printf(arena, "%s%s %s", text, field->tag, field->data)
				   : arena_printf(arena, "%s%s %c%c ", text, field->tag,
					 field->indicator1, field->indicator2);
		for (size_t s = 0; s < field->nsubfields; s++)
			text = arena_printf(arena, "%s$%c%s", text, field->subfields[s].code,
			    field->subfields[s].value);
		text = arena_printf(arena, "%s\n", text);
	}
	return text;
}

/* The lines of `wanted` are what the record has of their tags, in this order. */
static void check(const struct marc *made, const char *wanted)
{
	const char *lines = lines_of(made);

	for (const char *at = wanted; *at;) {
		size_t length = strcspn(at, "\n");
		const char *line = arena_strndup(arena, at, length);
		const char *found = strstr(lines, line);

		if (!found || (found != lines && found[-1] != '\n') || found[length] != '\n')
			fail_msg("no line \"%s\" in\n%s", line, lines);
		at += length + (at[length] == '\n');
	}
}

static void a_book_is_converted(void **state)
{
	struct marc *made = convert(
	    "LDR 01234cam a2200301 a 4500\n001 ocm42\n003 ID-JaPN\n005 20240131120000.0\n"
	    "008 890412s1980    io a   j      000 1 ind  \n"
	    "010    $a 80940012\n020    $a 9789799731234 (pbk.) :$c Rp 45.000\n020    $z "
	    "9799731232\n"
	    "022    $a 0126-1234$y 0126-9999\n035    $a (OCoLC)6789\n"
	    "040    $a DLC$b eng$c DLC$d ID-JaPN\n041 1  $a ind$h dut\n"
	    "082 04 $a 899.221$2 23\n100 1  $a Toer, Pramoedya Ananta,$d 1925-2006.\n"
	    "240 10 $a Bumi manusia.$l English\n"
	    "245 14 $a The earth of mankind :$b a novel = Bumi manusia /$c Pramoedya ; translated "
	    "by X.\n"
	    "246 1  $a Bumi manusia\n250    $a Cet. 2.\n"
	    "260    $a Jakarta :$b Hasta Mitra,$c 1980.\n"
	    "300    $a x, 354 p. :$b ill. ;$c 21 cm.\n490 1  $a Tetralogi ;$v 1\n"
	    "500    $a Novel.\n504    $a Bibliography: p. 340-354.\n505 0  $a One --$t Two.\n"
	    "520    $a Story of Minke.\n650  0 $a Colonies$z Indonesia$y 19th century$v Fiction.\n"
	    "651  7 $a Jawa$x Sejarah$2 local\n653    $a Minke$a Nyai\n"
	    "700 1  $a Lane, Max,$d 1951-$e penerjemah.\n700 1  $a Isak, Joesoef.\n"
	    "710 2  $a Hasta Mitra.$b Redaksi$4 pbl\n830  0 $a Tetralogi Buru ;$v 1.\n"
	    "852    $a ID-YoUGM$b Pusat$h 899.221$i TOE b$p 00123\n"
	    "856 40 $u http://example.org/1$y full text\n");

	assert_memory_equal(made->leader + 5, "cam ", 4);
	check(made,
	    "001 ocm42\n005 20240131120000.0\n010    $a9789799731234$bpbk.$dRp 45.000\n"
	    "010    $z9799731232\n011    $a0126-1234$y0126-9999\n035    $a80940012\n"
	    "035    $a(OCoLC)6789\n"
	    "100    $a19890412d1980    a  y0engy50      ba\n101 1  $aind$cdut\n102    $aID\n");
	check(made,
	    "200 1  $a\xC2\x98The \xC2\x9C"
	    "earth of mankind$ea novel$dBumi manusia$fPramoedya$gtranslated by X.\n"
	    "205    $aCet. 2\n210    $aJakarta$cHasta Mitra$d1980\n"
	    "215    $ax, 354 p.$cill.$d21 cm.\n225 0  $aTetralogi$v1\n300    $aNovel\n"
	    "320    $aBibliography: p. 340-354.\n327 1  $aOne -- Two.\n330    $aStory of Minke.\n"
	    "410  0 $tTetralogi Buru$v1\n500 10 $aBumi manusia$mEnglish\n517 1  $aBumi manusia\n");
	check(made, "606    $aColonies$yIndonesia$z19th century$jFiction$2lc\n"
		    "607    $aJawa$xSejarah$2local\n610 0  $aMinke$aNyai\n676    $a899.221$v23\n"
		    "700  1 $aToer$bPramoedya Ananta$f1925-2006\n701  1 $aIsak$bJoesoef\n"
		    "702  1 $aLane$bMax$f1951-$4730\n712 02 $aHasta Mitra$bRedaksi$4650\n"
		    "801  0 $bDLC$c19890412\n801  1 $bDLC$c19890412\n801  2 $bID-JaPN$c19890412\n"
		    "852    $aID-YoUGM$bPusat$j899.221$jTOE b$m00123\n856 40 "
		    "$uhttp://example.org/1$2full text\n"
		    "930    $bID-YoUGM$a899.221 TOE b\n"
		    "995    $bID-YoUGM$k899.221 TOE b$cID-YoUGM$ePusat$f00123\n");
	for (size_t i = 1; i < made->nfields; i++)
		assert_true(strcmp(made->fields[i - 1].tag, made->fields[i].tag) <= 0);
}

static void kinds_and_dates_have_their_codes(void **state)
{
	static const struct {
		const char *leader, *fixed, *wanted_leader, *wanted;
	} cases[] = {
	    {"00000cas a22000002a 4500", "701231c19659999ja qr p       0   b0jpn c", "cas ",
		"19701231a19659999u  y0undy50      ba"},
	    {"00000njm a2200000 a 4500", "040101q199u1999xxu    g            eng d", "njm ",
		"20040101f199 1999m  u0undy50      ba"},
	    {"00000nmm a22000005i 4500", "240229t20232022enka   a    fs      eng d", "nlm ",
		"20240229h20232022b  b0undy50      ba"},
	    {"00000ntc a2200000 u 4500", "||||||n||||||||||||||||||||||||||||||||||", "nbc ",
		"        u        u  u0undy50      ba"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct marc *made = convert(arena_printf(
		    arena, "LDR %s\n008 %s\n245 00 $a Judul", cases[i].leader, cases[i].fixed));

		assert_memory_equal(made->leader + 5, cases[i].wanted_leader, 3);
		if (i == 0) /* 17 and 18: sublevel 3, ISBD */
			assert_memory_equal(made->leader + 17, "3 ", 2);
		if (i == 3)
			assert_memory_equal(made->leader + 17, " n", 2);
		assert_string_equal(
		    marc_subfield(marc_find(made, "100", NULL), 'a'), cases[i].wanted);
	}
}

static void countries_and_relators_are_known(void **state)
{
	assert_string_equal(unimarc_country("io "), "ID");
	assert_string_equal(unimarc_country("xxu"), "US");
	assert_string_equal(unimarc_country("enk"), "GB");
	assert_string_equal(unimarc_country("onc"), "CA");
	assert_string_equal(unimarc_country("gw "), "DE");
	assert_string_equal(unimarc_country("sa "), "ZA");
	assert_null(unimarc_country("xx "));
	assert_null(unimarc_country("|||"));
	assert_null(unimarc_country(""));
	assert_string_equal(unimarc_relator(arena, "edt"), "340");
	assert_string_equal(unimarc_relator(arena, "Penerjemah."), "730");
	assert_null(unimarc_relator(arena, "edit"));
	assert_null(unimarc_relator(arena, ""));
}

static void other_scripts_are_told(void **state)
{
	struct marc *made = convert("LDR 00000nam a2200000 a 4500\n"
				    "100 1  $6 880-01$a Ibn Khaldun.\n"
				    "245 10 $6 880-02$a Muqaddimah.\n"
				    "880 1  $6 100-01/(3/r$a ابن خلدون.\n"
				    "880 10 $6 245-02/(3/r$a المقدمة.\n"
				    "880    $6 880-00$a nothing\n880    $a nothing\n");

	check(made, "200 1  $aMuqaddimah\n200 1  $7fa$aالمقدمة\n700  0 $7fa$aابن خلدون\n");
	assert_string_equal(unimarc_script("1984"), "ba");
	assert_string_equal(unimarc_script("Война"), "ca");
	assert_string_equal(unimarc_script("源氏"), "ea");
	assert_string_equal(unimarc_script("ꦗꦮ"), "zz");
}

static void what_cannot_be_is_said(void **state)
{
	struct diag diag = {DIAG_NONE, ""};

	assert_null(unimarc_from_marc21(
	    arena, support_marc(arena, "LDR 00000nam a2200000 a 4500\n100 1  $a X\n"), &diag));
	assert_int_equal(diag.id, DIAG_SCHEMA_RECORD);
	assert_non_null(strstr(diag.details, "title"));
	assert_null(unimarc_from_marc21(
	    arena, support_marc(arena, "LDR 00000nz  a2200000n  4500\n245 00 $a Name\n"), &diag));
	assert_non_null(strstr(diag.details, "bibliographic"));
}

static void check_text(const char *a, const char *b)
{
	if (!a || !b)
		assert_true(a == b);
	else
		assert_string_equal(a, b);
}

/* Our own reading of UNIMARC is the judge. */
static void both_describe_the_same(void **state)
{
	struct marc *marc = support_marc(arena,
	    "LDR 00000cam a2200000 a 4500\n001 7\n008 010203s1999    io            000 0 ind d\n"
	    "020    $a 9789799731234$q jil. 1\n022    $a 0126-1234\n035    $a (OCoLC)77\n"
	    "100 1  $a Hazairin,$d 1906-1975.\n"
	    "245 12 $a A Hukum adat :$b suatu pengantar /$c Hazairin ; editor Y.\n"
	    "245    $n Jilid 1\n250    $a Ed. 3.\n260    $a Jakarta :$b Tintamas,$c 1999.\n"
	    "300    $a 120 hlm.\n440  0 $a Seri hukum ;$v 4\n"
	    "600 10 $a Soekarno,$d 1901-1970$x Politik.\n650  4 $a Hukum adat$z Indonesia.\n"
	    "700 1  $a Ali, Mohammad Daud.\n710 2  $a Universitas Indonesia.\n"
	    "856 40 $u http://example.org/\n");
	struct diag diag;
	struct bib *a = crosswalk_marc(arena, marc, CROSSWALK_MARC21);
	struct bib *b =
	    crosswalk_marc(arena, unimarc_from_marc21(arena, marc, &diag), CROSSWALK_UNIMARC);

	check_text(a->title, b->title);
	check_text(a->subtitle, b->subtitle);
	check_text(a->responsibility, b->responsibility);
	assert_int_equal(a->nonfiling, b->nonfiling);
	check_text(a->edition, b->edition);
	check_text(a->place, b->place);
	check_text(a->publisher, b->publisher);
	check_text(a->extent, b->extent);
	check_text(a->language, b->language);
	assert_int_equal(a->year, b->year);
	assert_int_equal(a->form, b->form);
	assert_int_equal(a->level, b->level);
	assert_int_equal(a->carrier, b->carrier);
	assert_int_equal(a->nnames, b->nnames);
	for (size_t i = 0; i < a->nnames; i++) {
		check_text(a->names[i].text, b->names[i].text);
		check_text(a->names[i].dates, b->names[i].dates);
		assert_int_equal(a->names[i].main, b->names[i].main);
		assert_int_equal(a->names[i].corporate, b->names[i].corporate);
	}
	check_text(a->isbns[0].value, b->isbns[0].value);
	check_text(a->isbns[0].qualifier, b->isbns[0].qualifier);
	check_text(a->issns[0].value, b->issns[0].value);
	check_text(a->oclc.items[0], b->oclc.items[0]);
	assert_int_equal(a->subjects.count, b->subjects.count);
	check_text(a->subjects.items[1], b->subjects.items[1]);
	check_text(a->urls.items[0], b->urls.items[0]);
}

static void the_table_is_sorted(void **state)
{
	for (size_t i = 1; i < unimarc_nrows; i++)
		assert_true(strcmp(unimarc_rows[i - 1].tag, unimarc_rows[i].tag) <= 0);
	for (size_t i = 0; i < unimarc_nrows; i++)
		assert_int_equal(strlen(unimarc_rows[i].into), 3);
}

/* Whatever a record holds, what is made of it can be written and read. */
static void any_record_is_survived(void **state)
{
	uint64_t seed = support_seed(20241122);

	for (int i = 0; i < 3000; i++) {
		struct marc *marc = support_random_marc(arena, &seed), *made, *read;
		struct marc_field title = {.tag = "245",
		    .subfields = &(struct marc_subfield){'a', "Judul"},
		    .nsubfields = 1};
		struct diag diag = {DIAG_NONE, ""};
		char *bytes;
		size_t length;

		for (size_t f = 0; f < marc->nfields; f++)
			if (!marc->fields[f].data)
				memcpy(marc->fields[f].tag,
				    unimarc_rows[support_random(&seed, unimarc_nrows)].tag, 3);
		marc = marc_with_field(arena, marc, &title);
		marc->leader[6] = 'a';
		made = unimarc_from_marc21(arena, marc, &diag);
		assert_non_null(made);
		if (marc_encode_iso2709(arena, made, &bytes, &length, &diag)) {
			assert_true(
			    marc_decode_iso2709(arena, bytes, length, CHARSET_AUTO, &read, &diag));
			assert_int_equal(read->nfields, made->nfields);
		}
		arena_reset(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_book_is_converted),
	    TEST(kinds_and_dates_have_their_codes),
	    TEST(countries_and_relators_are_known),
	    TEST(other_scripts_are_told),
	    TEST(what_cannot_be_is_said),
	    TEST(both_describe_the_same),
	    TEST(the_table_is_sorted),
	    TEST(any_record_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
