#include <stdio.h>
#include <string.h>

#include "record/crosswalk.h"
#include "record/crosswalk_private.h"
#include "tests/unit/arena_test.h"
#include "tests/unit/marc_support.h"

static struct bib *marc21(const char *lines)
{
	return crosswalk_marc(arena, support_marc(arena, lines), CROSSWALK_MARC21);
}

static struct bib *unimarc(const char *lines)
{
	return crosswalk_marc(arena, support_marc(arena, lines), CROSSWALK_UNIMARC);
}

static void check(const char *got, const char *wanted)
{
	if (!got || !wanted)
		assert_ptr_equal(got, wanted);
	else
		assert_string_equal(got, wanted);
}

static void check_texts(const struct bib_texts *texts, const char *wanted)
{
	char all[1024] = "", *out = all;

	for (size_t i = 0; i < texts->count; i++)
		out += snprintf(
		    out, (size_t)(all + sizeof all - out), "%s%s", i ? "|" : "", texts->items[i]);
	assert_string_equal(all, wanted);
}

static void a_whole_record(void **state)
{
	struct bib *bib = marc21("LDR 00000cam a2200000 i 4500\n"
				 "001 ocm06543210\n003 OCoLC\n"
				 "008 940101s1980    io            000 1 ind d\n"
				 "010    $a    80942345 \n"
				 "015    $a GB81-12345 (pbk.)$2 bnb\n"
				 "016 7  $a 0123$2 DNLM\n"
				 "020    $a 9789799731234 (jil. 1) (pbk.) : Rp 50.000$q hardcover\n"
				 "020    $z 979-433-010-8\n"
				 "035    $a (OCoLC)06543210\n"
				 "035    $a (Local)1\n"
				 "082 04 $a 899.221$2 22\n"
				 "100 1  $a Toer, Pramoedya Ananta,$d 1925-2006,$e author.\n"
				 "240 10 $a Bumi manusia.$l English\n"
				 "245 14 $a The earth of mankind :$b a novel = Bumi manusia : "
				 "roman /$c Pramoedya Ananta Toer ; translated by Max Lane.\n"
				 "246 3  $a This earth of mankind\n"
				 "250    $a 2nd ed.\n"
				 "260    $a Jakarta :$b Hasta Mitra,$c c1980.\n"
				 "300    $a xvii, 535 hlm. ;$c 21 cm.\n"
				 "490 1  $a Tetralogi Buru ;$v 1\n"
				 "500    $a Includes index.\n"
				 "505 0  $t One --$t Three.\n"
				 "520    $a About Minke.\n"
				 "650  0 $a Nationalism$z Indonesia$v Fiction.\n"
				 "653    $a roman$a kolonial\n"
				 "655  7 $a Novels.\n"
				 "700 1  $a Lane, Max,$e translator.\n"
				 "700 12 $a Part, Author.$t Contained work.\n"
				 "700 1  $a Related, Author.$t Related work.\n"
				 "710 2  $a Indonesia.$b Mahkamah Agung.\n"
				 "773 0  $a Editor$t Indonesia.$g No. 36 (Oct. 1983), p. 1-24\n"
				 "830  0 $a Tetralogi Buru ;$v 1.\n"
				 "856 40 $u http://example.org/1");

	check(bib->control_number, "ocm06543210");
	assert_int_equal(bib->level, BIB_MONOGRAPH);
	assert_int_equal(bib->form, BIB_TEXT);
	assert_int_equal(bib->carrier, BIB_PRINT);
	check(bib->title, "The earth of mankind");
	assert_int_equal(bib->nonfiling, 4);
	check(bib->subtitle, "a novel");
	check(bib->responsibility, "Pramoedya Ananta Toer ; translated by Max Lane");
	check_texts(&bib->parallel_titles, "Bumi manusia|This earth of mankind");
	check_texts(&bib->uniform_titles, "Bumi manusia");
	assert_int_equal(bib->nnames, 4);
	check(bib->names[0].text, "Toer, Pramoedya Ananta");
	check(bib->names[0].dates, "1925-2006");
	check(bib->names[0].role, "author");
	assert_true(bib->names[0].main);
	check(bib->names[1].role, "translator");
	check(bib->names[2].text, "Part, Author");
	check(bib->names[3].text, "Indonesia. Mahkamah Agung");
	assert_true(bib->names[3].corporate && !bib->names[3].main);
	check(bib->edition, "2nd ed.");
	check(bib->place, "Jakarta");
	check(bib->publisher, "Hasta Mitra");
	check(bib->date, "c1980");
	assert_int_equal(bib->year, 1980);
	assert_int_equal(bib->year_end, 0);
	check(bib->extent, "xvii, 535 hlm.");
	check(bib->language, "ind");
	check(bib->country, "io");
	assert_int_equal(bib->nisbns, 2);
	check(bib->isbns[0].value, "9789799731234");
	check(bib->isbns[0].qualifier, "jil. 1; pbk.; hardcover");
	assert_false(bib->isbns[0].cancelled);
	check(bib->isbns[1].value, "979-433-010-8");
	assert_true(bib->isbns[1].cancelled);
	check_texts(&bib->lccns, "80942345");
	check_texts(&bib->oclc, "06543210|ocm06543210");
	check_texts(&bib->nationals, "bnb:GB81-12345|DNLM:0123");
	check_texts(&bib->series, "Tetralogi Buru");
	check_texts(&bib->series_volumes, "1");
	check_texts(&bib->hosts, "Indonesia No. 36 (Oct. 1983), p. 1-24");
	check_texts(&bib->subjects, "Nationalism--Indonesia--Fiction|roman|kolonial");
	check_texts(&bib->genres, "Novels");
	check_texts(&bib->notes, "Includes index|One -- Three|About Minke");
	check_texts(&bib->abstracts, "About Minke");
	check_texts(&bib->call_numbers, "899.221");
	check_texts(&bib->urls, "http://example.org/1");
}

static void nothing_stays_missing(void **state)
{
	struct bib *bib = marc21("LDR                         \n020    $c Rp 5\n020    $a "
				 "(pbk.)\n245 00 $c x\n100 1  $a  ,");

	check(bib->title, NULL);
	check(bib->date, NULL);
	check(bib->language, NULL);
	assert_int_equal(bib->nnames, 0);
	assert_int_equal(bib->nisbns, 0);
	assert_int_equal(bib->year, 0);
	assert_int_equal(bib->form, BIB_FORM_UNKNOWN);
	assert_int_equal(bib->carrier, BIB_CARRIER_UNKNOWN);
	assert_int_equal(bib->encoding_level, ' ');
}

/* How many copies a library has does not make its description the fullest. */
static void local_fields_do_not_count(void **state)
{
	static const char described[] = "245 00$aJudul\n490 0 $aSeri\n856 40$uhttp://example.org/\n"
					"880 00$6245-01$aX\n";
	unsigned plain = marc21(described)->nfields;

	assert_int_equal(plain, 4);
	assert_int_equal(
	    marc21(
		"245 00$aJudul\n490 0 $aSeri\n856 40$uhttp://example.org/\n880 00$6245-01$aX\n"
		"090   $a297 ALI\n590   $aHadiah\n690  4$aLokal\n841   $aab\n852   $aA\n852   $aB\n"
		"866  0$av.1-2\n876   $p1\n876   $p2\n949   $ax\n999   $c1\n")
		->nfields,
	    plain);
}

static void titles_are_taken_apart(void **state)
{
	static const struct {
		const char *field, *title, *subtitle, *part_number, *part_name, *parallel;
		int nonfiling;
	} cases[] = {
	    {"245 00 $a Pengantar ilmu hukum.", "Pengantar ilmu hukum", NULL, NULL, NULL, "", 0},
	    {"245 00 $a Title : rest / Author.", "Title", "rest", NULL, NULL, "", 0},
	    {"245 00 $a Title / Author.$c Author", "Title / Author", NULL, NULL, NULL, "", 0},
	    {"245 00 $a Law =$b Hukum /$c X", "Law", NULL, NULL, NULL, "Hukum", 0},
	    {"245 00 $a Law = Hukum = Droit /$c X", "Law", NULL, NULL, NULL, "Hukum|Droit", 0},
	    {"245 00 $a Art of programming.$n Vol. 1,$p Fundamental algorithms /$c K",
		"Art of programming", NULL, "Vol. 1", "Fundamental algorithms", "", 0},
	    {"245 04 $a \xC2\x98The \xC2\x9CHouse", "The House", NULL, NULL, NULL, "", 4},
	    {"245 00 $a \xC2\x98"
	     "Ein \xC2\x9CHaus :$b x",
		"Ein Haus", "x", NULL, NULL, "", 4},
	    {"245 00 $a \xC2\x88\xD8\xA7\xD9\x84\xC2\x89x", "\xD8\xA7\xD9\x84x", NULL, NULL, NULL,
		"", 2},
	    {"245 00 $k Letters", "Letters", NULL, NULL, NULL, "", 0},
	    {"245 00 $a Hmm-- and then...", "Hmm-- and then...", NULL, NULL, NULL, "", 0},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct bib *bib = marc21(cases[i].field);

		check(bib->title, cases[i].title);
		check(bib->subtitle, cases[i].subtitle);
		check(bib->part_number, cases[i].part_number);
		check(bib->part_name, cases[i].part_name);
		check_texts(&bib->parallel_titles, cases[i].parallel);
		assert_int_equal(bib->nonfiling, cases[i].nonfiling);
	}
}

static void other_scripts_are_linked(void **state)
{
	struct bib *bib = marc21("100 1  $6 880-01$a Ibn Khaldun\n245 10 $6 880-02$a Muqaddimah\n"
				 "880 1  $6 100-01/(3/r$a ابن خلدون،$d 1332\n"
				 "880 10 $6 245-02/(3/r$a المقدمة :$b كتاب /$c ابن\n"
				 "880    $6 500-03$a x\n880    $a y\n880 2  $6 710-00$a 出版社");

	check_texts(&bib->script_titles, "المقدمة : كتاب");
	check_texts(&bib->script_names, "ابن خلدون،|出版社");
	check(bib->title, "Muqaddimah");
}

static void punctuation_is_trimmed(void **state)
{
	static const struct {
		const char *raw, *trimmed;
	} cases[] = {{"Title /", "Title"}, {"Title.", "Title"}, {"Smith, J.", "Smith, J."},
	    {"Hamka, H., S.H.", "Hamka, H., S.H."}, {"Cet. 3.", "Cet. 3"}, {"2nd ed.", "2nd ed."},
	    {" x ", "x"}, {" / ", NULL}, {".", NULL}, {"", NULL}, {"etc...", "etc..."},
	    {"(60 min.)", "(60 min.)"}, {"(60 min.).", "(60 min.)"}, {"a :", "a"}, {"a = ;", "a"}};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		check(crosswalk_trim(arena, cases[i].raw), cases[i].trimmed);
}

static void dates_are_read_in_two_calendars(void **state)
{
	static const struct {
		const char *text;
		int year, end, hijri;
	} cases[] = {
	    {"1994", 1994, 0, 0},
	    {"c2004", 2004, 0, 0},
	    {"[1994 M]", 1994, 0, 0},
	    {"©2011.", 2011, 0, 0},
	    {"1415 H", 0, 0, 1415},
	    {"1415 H/1994 M", 1994, 0, 1415},
	    {"1994 M / 1415 H.", 1994, 0, 1415},
	    {"1415/1994", 1994, 0, 1415},
	    {"1415 [1994]", 1994, 0, 1415},
	    {"1415H", 0, 0, 1415},
	    {"1415 Hijriyah", 0, 0, 1415},
	    {"A.H. 1415", 0, 0, 1415},
	    {"1415 A.H. (1994)", 1994, 0, 1415},
	    {"١٤١٥هـ", 0, 0, 1415},
	    {"١٩٩٤م", 1994, 0, 0},
	    {"950 H", 0, 0, 950},
	    {"1971-1980", 1971, 1980, 0},
	    {"1950-", 1950, 0, 0},
	    {"[19--?]", 0, 0, 0},
	    {"n.d.", 0, 0, 0},
	    {"", 0, 0, 0},
	    {"2004, 1999 printing", 2004, 0, 0},
	    {"1500", 1500, 0, 0},
	    {"12345", 0, 0, 0},
	    {"Maret 1998", 1998, 0, 0},
	    {"Oktober 1998", 1998, 0, 0},
	    {"1998 Hal", 1998, 0, 0},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct crosswalk_date date = crosswalk_read_date(cases[i].text);

		if (date.year != cases[i].year || date.end != cases[i].end ||
		    date.hijri != cases[i].hijri)
			fail_msg("%s: %d-%d, %d H", cases[i].text, date.year, date.end, date.hijri);
	}
}

static void years_are_settled(void **state)
{
	static const struct {
		const char *lines;
		int year, end;
		bool hijri;
	} cases[] = {
	    {"008 940101m19711980io            000 0 ind d", 1971, 1980, false},
	    {"008 940101c19509999io            000 0 ind d", 1950, 0, false},
	    {"008 940101r19901965io            000 0 ind d", 1990, 0, false},
	    {"008 940101t20042003io            000 0 ind d", 2004, 0, false},
	    {"008 940101suuuu    io\n260    $c 1966.", 1966, 0, false},
	    {"008 940101n        io\n260    $c [1966?]", 1966, 0, false},
	    {"008 94\n260    $c 1966.", 1966, 0, false},
	    {"008 \n260    $c 1415 H", 1415, 0, true},
	    {"008 940101s1415    io\n260    $c 1415 H", 1415, 0, true},
	    {"008 940101s1415    io\n260    $c 1415 H/1994", 1994, 0, false},
	    {"008 940101s1994    io\n260    $c 1415 H", 1994, 0, false},
	    {"264  4 $c ©1999\n264  1 $a X :$b Y,$c [2000]", 2000, 0, false},
	    {"264  4 $c ©1999\n264  1 $a X :$b Y", 1999, 0, false},
	    {"264  2 $b Distributor$c 2005\n260    $b Y,$c 2001", 2001, 0, false},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct bib *bib = marc21(cases[i].lines);

		if (bib->year != cases[i].year || bib->year_end != cases[i].end ||
		    bib->hijri != cases[i].hijri)
			fail_msg(
			    "%s: %d-%d %d", cases[i].lines, bib->year, bib->year_end, bib->hijri);
	}
}

static void unknown_imprints_are_missing(void **state)
{
	struct bib *bib = marc21("260    $a [S.l.] :$b [s.n.],$c 1990");

	check(bib->place, NULL);
	check(bib->publisher, NULL);
	bib = marc21("264  1 $a [Place of publication not identified] :$b [publisher not "
		     "identified],$c 1990");
	check(bib->place, NULL);
	check(bib->publisher, NULL);
	bib = marc21("260    $a [Jakarta] :$b Ts.Ns. Press");
	check(bib->place, "[Jakarta]");
	check(bib->publisher, "Ts.Ns. Press");
}

static void form_and_carrier_follow_the_evidence(void **state)
{
	static const struct {
		const char *lines;
		enum bib_form form;
		enum bib_carrier carrier;
		enum bib_level level;
	} cases[] = {
	    {"LDR 00000nas a2200000 a 4500", BIB_TEXT, BIB_CARRIER_UNKNOWN, BIB_SERIAL},
	    {"LDR 00000naa a2200000 a 4500", BIB_TEXT, BIB_CARRIER_UNKNOWN, BIB_PART},
	    {"LDR 00000npc a2200000 a 4500", BIB_KIT, BIB_CARRIER_UNKNOWN, BIB_COLLECTION},
	    {"008 940101s1980    io      o     000 0 ind d", BIB_TEXT, BIB_ELECTRONIC,
		BIB_MONOGRAPH},
	    {"008 940101s1980    io      d     000 0 ind d", BIB_TEXT, BIB_LARGE_PRINT,
		BIB_MONOGRAPH},
	    {"LDR 00000nem a2200000 a 4500\n008 940101s1980    io            b00 0 ind d", BIB_MAP,
		BIB_MICRO, BIB_MONOGRAPH},
	    {"007 cr |||\n008 940101s1980    io            000 0 ind d", BIB_TEXT, BIB_ELECTRONIC,
		BIB_MONOGRAPH},
	    {"007 \n007 tb", BIB_TEXT, BIB_LARGE_PRINT, BIB_MONOGRAPH},
	    {"007 fb", BIB_TEXT, BIB_BRAILLE, BIB_MONOGRAPH},
	    {"245 00 $a x$h [electronic resource]", BIB_TEXT, BIB_ELECTRONIC, BIB_MONOGRAPH},
	    {"245 00 $a x$h [bentuk mikro]", BIB_TEXT, BIB_MICRO, BIB_MONOGRAPH},
	    {"LDR 00000n m a2200000 a 4500\n245 00 $a x$h [rekaman suara]", BIB_SOUND,
		BIB_CARRIER_UNKNOWN, BIB_MONOGRAPH},
	    {"338    $a volume$b nc$2 rdacarrier", BIB_TEXT, BIB_PRINT, BIB_MONOGRAPH},
	    {"338    $a online resource", BIB_TEXT, BIB_ELECTRONIC, BIB_MONOGRAPH},
	    {"337    $a computer", BIB_TEXT, BIB_ELECTRONIC, BIB_MONOGRAPH},
	    {"337    $b h", BIB_TEXT, BIB_MICRO, BIB_MONOGRAPH},
	    {"300    $a 1 online resource (300 p.)", BIB_TEXT, BIB_ELECTRONIC, BIB_MONOGRAPH},
	    {"300    $a 1 volume", BIB_TEXT, BIB_CARRIER_UNKNOWN, BIB_MONOGRAPH},
	    {"533    $a Microfilm.\n008 940101s1980    io            000 0 ind d", BIB_TEXT,
		BIB_MICRO, BIB_MONOGRAPH},
	    {"LDR 00000nmm a2200000 a 4500\n336    $b txt", BIB_TEXT, BIB_CARRIER_UNKNOWN,
		BIB_MONOGRAPH},
	    {"LDR 00000n m a2200000 a 4500\n336    $a performed music$b prm", BIB_SOUND,
		BIB_CARRIER_UNKNOWN, BIB_MONOGRAPH},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct bib *bib = marc21(cases[i].lines);

		if (bib->form != cases[i].form || bib->carrier != cases[i].carrier ||
		    bib->level != cases[i].level)
			fail_msg("%s: form %d carrier %d level %d", cases[i].lines, bib->form,
			    bib->carrier, bib->level);
	}
}

static void numbers_keep_their_qualifiers(void **state)
{
	static const struct {
		const char *raw, *value, *qualifier;
	} cases[] = {{"9794330108", "9794330108", NULL},
	    {"979-433-010-8 (set)", "979-433-010-8", "set"},
	    {"ISBN 9794330108", "9794330108", NULL}, {"080442957X :", "080442957X", NULL},
	    {"978 979 433 010 8 jil. 2", "978 979 433 010 8", "jil. 2"},
	    {"9794330108 2", "9794330108", "2"},
	    {"9794330108(no.jil.lengkap)", "9794330108", "no.jil.lengkap"},
	    {"979‐433‐010‐8", "979‐433‐010‐8", NULL}};
	struct bib *bib;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char line[128];

		snprintf(line, sizeof line, "020    $a %s", cases[i].raw);
		bib = marc21(line);
		assert_int_equal(bib->nisbns, 1);
		check(bib->isbns[0].value, cases[i].value);
		check(bib->isbns[0].qualifier, cases[i].qualifier);
	}
	bib = marc21("022    $a 0126-1234$y 0126-9999$l 0126-1234");
	assert_int_equal(bib->nissns, 2);
	check(bib->issns[0].value, "0126-1234");
	assert_true(bib->issns[1].cancelled);
}

static void parts_say_where_they_stand(void **state)
{
	struct bib *bib = marc21(
	    "LDR 00000naa a2200000 i 4500\n024 7  $a https://doi.org/10.1145/362384.362685$2 DOI\n"
	    "024 3  $a 9771234567003\n024 7  $a 10.1000/x$2 urn\n024 7  $a unknown$2 doi\n"
	    "773 0  $t Communications of the ACM$g 13(6),$g p. 377-387\n773 0  $t Other$g 1");

	assert_int_equal(bib->level, BIB_PART);
	check_texts(&bib->nationals, "doi:10.1145/362384.362685");
	check(bib->host, "Communications of the ACM");
	check(bib->host_part, "13(6), p. 377-387");
	bib = marc21("024 7  $a 10.1002/ABC.1$2 doi\n773 0  $p Commun ACM$q 13:6<377");
	check_texts(&bib->nationals, "doi:10.1002/abc.1");
	check(bib->host, "Commun ACM");
	check(bib->host_part, "13:6<377");
	bib = unimarc("LDR 00000naa  2200000   450 \n001 7\n017 7  $a 10.1000/X$2 doi\n"
		      "200 1  $a Un article\n463  1 $t Archipel$v 29, p. 35-52");
	check_texts(&bib->nationals, "doi:10.1000/x");
	check(bib->host, "Archipel");
	check(bib->host_part, "29, p. 35-52");
	bib = unimarc("LDR 00000nam  2200000   450 \n001 7\n200 1  $a Un tome\n461  1 $t Tous");
	check(bib->host, NULL);
}

static void unimarc_says_the_same(void **state)
{
	struct bib *bib = unimarc(
	    "LDR 00000nam  2200000   450 \n001 7\n010    $a 2-07-036822-X$b br.$z 2070368220\n"
	    "011    $a 0027-8424\n020    $a FR$b 00123456\n035    $a (OCoLC)12345\n"
	    "100    $a 19990101d1998    m  y0frey50      ba\n101 0  $a fre\n102    $a FR\n"
	    "106    $a r\n"
	    "200 1  $a \xC2\x98L'\xC2\x9Cétranger$e roman$f Albert Camus$g préf. X$h 2$i Suite\n"
	    "205    $a 2e éd.\n210    $a Paris$c Gallimard$d 1998\n215    $a 185 p.\n"
	    "225 2  $a Folio$v 2\n330    $a Résumé.\n500 10 $a Étranger\n"
	    "606    $a Algérie$x Histoire$z 20e siècle\n676    $a 843\n"
	    "700  1 $a Camus$b Albert$f 1913-1960$4 070\n702  1 $a Martin$b Paul$4 730\n"
	    "710 02 $a France$b Ministère");

	check(bib->title, "L'étranger");
	assert_int_equal(bib->nonfiling, 2);
	check(bib->subtitle, "roman");
	check(bib->responsibility, "Albert Camus ; préf. X");
	check(bib->part_number, "2");
	check(bib->part_name, "Suite");
	check(bib->names[0].text, "Camus, Albert");
	check(bib->names[0].dates, "1913-1960");
	assert_true(bib->names[0].main);
	assert_false(bib->names[1].main);
	check(bib->names[2].text, "France. Ministère");
	check(bib->place, "Paris");
	check(bib->publisher, "Gallimard");
	assert_int_equal(bib->year, 1998);
	check(bib->language, "fre");
	check(bib->country, "fr");
	check(bib->isbns[0].value, "2-07-036822-X");
	check(bib->isbns[0].qualifier, "br.");
	assert_true(bib->isbns[1].cancelled);
	check(bib->issns[0].value, "0027-8424");
	check_texts(&bib->nationals, "FR:00123456");
	check_texts(&bib->oclc, "12345");
	check_texts(&bib->subjects, "Algérie--Histoire--20e siècle");
	check_texts(&bib->call_numbers, "843");
	assert_int_equal(bib->form, BIB_TEXT);
	assert_int_equal(bib->carrier, BIB_PRINT);
	bib = unimarc(
	    "200 1  $7 fa$a المقدمة\n200 1  $7 ba$a Muqaddimah\n700  1 $7 ba$a Ibn Khaldun\n"
	    "700  1 $7 fa$a ابن خلدون");
	check(bib->title, "Muqaddimah");
	check_texts(&bib->script_titles, "المقدمة");
	check_texts(&bib->script_names, "ابن خلدون");
	assert_int_equal(bib->nnames, 1);
}

static void tables_are_sorted(void **state)
{
	const struct crosswalk_table *tables[] = {&crosswalk_marc21, &crosswalk_unimarc};

	for (size_t t = 0; t < 2; t++)
		for (size_t i = 1; i < tables[t]->count; i++)
			assert_true(
			    strcmp(tables[t]->rows[i - 1].tag, tables[t]->rows[i].tag) <= 0);
}

static void any_record_is_survived(void **state)
{
	uint64_t seed = support_seed(451);

	for (int i = 0; i < 2000; i++) {
		struct marc *marc = support_random_marc(arena, &seed);

		/* Tags that the tables know are rare at random: put them there. */
		for (size_t j = 0; j < marc->nfields; j++) {
			const struct crosswalk_table *table =
			    i % 2 ? &crosswalk_marc21 : &crosswalk_unimarc;
			const char *tag = table->rows[support_random(&seed, table->count)].tag;

			if (!marc->fields[j].data == (strncmp(tag, "00", 2) != 0))
				strcpy(marc->fields[j].tag, tag);
		}
		crosswalk_marc(arena, marc, i % 2 ? CROSSWALK_MARC21 : CROSSWALK_UNIMARC);
		if (i % 100 == 99)
			arena_reset(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_whole_record),
	    TEST(nothing_stays_missing),
	    TEST(local_fields_do_not_count),
	    TEST(local_fields_do_not_count),
	    TEST(titles_are_taken_apart),
	    TEST(other_scripts_are_linked),
	    TEST(punctuation_is_trimmed),
	    TEST(dates_are_read_in_two_calendars),
	    TEST(years_are_settled),
	    TEST(unknown_imprints_are_missing),
	    TEST(form_and_carrier_follow_the_evidence),
	    TEST(numbers_keep_their_qualifiers),
	    TEST(parts_say_where_they_stand),
	    TEST(unimarc_says_the_same),
	    TEST(tables_are_sorted),
	    TEST(any_record_is_survived),
	};

	return cmocka_run_group_tests_name("crosswalk", tests, NULL, NULL);
}
