/* ISO 2709 and MARCXML, read and written. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaz/marcdisp.h>

#include "base/text.h"
#include "base/xml_shape.h"
#include "tests/unit/marc_test.h"

static void records_come_back(void **state)
{
	uint64_t seed = support_seed(20240701);

	for (int i = 0; i < 2000; i++) {
		uint64_t before = seed;
		struct marc *marc = support_random_marc(arena, &seed), *back;
		size_t length;
		char *bytes = encode(marc, &length), *xml;
		struct diag diag;

		back = decode(bytes, length, i % 2 ? CHARSET_AUTO : CHARSET_UTF8);
		if (!support_equal(marc, back) || back->lost)
			fail_msg("ISO 2709, seed %llu", (unsigned long long)before);
		xml = support_xml(marc);
		if (!marc_decode_xml(arena, xml, strlen(xml), &back, &diag) || back->lost ||
		    !support_equal(marc, back) || strcmp(marc->leader, back->leader) != 0)
			fail_msg("MARCXML, seed %llu: %s", (unsigned long long)before, xml);
		free(xml);
		if (i % 100 == 99)
			arena_reset(arena);
	}
}

/* What YAZ's own reader makes of the record, as a tree. */
static struct marc *by_yaz(const char *bytes, size_t length)
{
	yaz_marc_t yaz = yaz_marc_create();
	WRBUF xml = wrbuf_alloc();
	struct marc *marc = NULL;
	struct diag diag;

	if (yaz_marc_read_iso2709(yaz, bytes, (int)length) > 0) {
		yaz_marc_write_marcxml(yaz, xml);
		if (!marc_decode_xml(arena, wrbuf_buf(xml), wrbuf_len(xml), &marc, &diag))
			marc = NULL;
	}
	wrbuf_destroy(xml);
	yaz_marc_destroy(yaz);
	return marc;
}

static void blank_line_ends(const char *text)
{
	for (char *at = (char *)text; *at; at++)
		if (*at == '\r' || *at == '\n')
			*at = ' ';
}

/* YAZ writes line ends raw, which XML then changes; it drops empty control fields and refuses a
 * record without fields. */
static void suit_yaz(struct marc *marc)
{
	for (size_t i = 0; i < marc->nfields; i++) {
		struct marc_field *field = &marc->fields[i];

		if (field->data && !*field->data)
			field->data = "x";
		else if (field->data)
			blank_line_ends(field->data);
		for (size_t j = 0; j < field->nsubfields; j++)
			blank_line_ends(field->subfields[j].value);
	}
}

static void well_formed_records_read_as_yaz_reads_them(void **state)
{
	uint64_t seed = support_seed(19801216);

	for (int i = 0; i < 1000; i++) {
		uint64_t before = seed;
		struct marc *marc = support_random_marc(arena, &seed), *yaz;
		size_t length;
		char *bytes;

		if (!marc->nfields)
			continue;
		suit_yaz(marc);
		bytes = encode(marc, &length);
		yaz = by_yaz(bytes, length);
		if (!yaz || !support_equal(decode(bytes, length, CHARSET_UTF8), yaz))
			fail_msg("seed %llu", (unsigned long long)before);
	}
}

static void limits_are_kept(void **state)
{
	struct diag diag;
	struct marc *marc;
	size_t length = 24 + 5000 * 12 + 1;
	char *bytes = arena_alloc(arena, MARC_RECORD_MAX + 1), *at = bytes + 24;
	char *value = arena_alloc(arena, 10000);

	assert_false(
	    marc_decode_iso2709(arena, bytes, MARC_RECORD_MAX + 1, CHARSET_AUTO, &marc, &diag));
	assert_int_equal(diag.id, DIAG_RECORD_TOO_LARGE);
	assert_false(marc_decode_xml(arena, bytes, MARC_RECORD_MAX + 1, &marc, &diag));
	memcpy(bytes, "60026nam a2260025 a 4500", 24);
	for (int i = 0; i < 5000; i++)
		at = stpcpy(at, "245000000000");
	strcpy(at, "\x1E\x1D");
	assert_false(marc_decode_iso2709(arena, bytes, length + 1, CHARSET_AUTO, &marc, &diag));
	assert_int_equal(diag.id, DIAG_RECORD_TOO_LARGE);
	memset(value, 'x', 9999);
	marc = support_marc(arena, "245 00 $a x");
	marc->fields[0].subfields[0].value = value;
	assert_false(marc_encode_iso2709(arena, marc, &bytes, &length, &diag));
	assert_int_equal(diag.id, DIAG_RECORD_TOO_LARGE);
	value[9994] = '\0';
	assert_true(marc_encode_iso2709(arena, marc, &bytes, &length, &diag));
}

static void nothing_to_save_is_refused(void **state)
{
	static const char *const bad[] = {"", "x", "00024nam a2200025 a 450",
	    "00024nam a2200025 a 4500", "00038nam a2200037 a 4500245000500000\x1E", "\n\n\r\n"};
	struct marc *marc;
	struct diag diag;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_false(
		    marc_decode_iso2709(arena, bad[i], strlen(bad[i]), CHARSET_AUTO, &marc, &diag));
		assert_int_equal(diag.id, DIAG_RECORD_RETRIEVAL);
	}
}

static void character_sets_are_found_by_evidence(void **state)
{
	static const struct {
		char leader9;
		enum charset told;
		const char *bytes, *text;
	} cases[] = {
	    {' ', CHARSET_AUTO, "caf\xC3\xA9", "café"}, /* B5: UTF-8 under a MARC-8 leader */
	    {' ', CHARSET_MARC8, "caf\xC3\xA9", "café"},
	    {' ', CHARSET_AUTO,
		"caf\xE2"
		"e",
		"café"},
	    {'a', CHARSET_MARC8,
		"caf\xE2"
		"e",
		"café"},
	    {'a', CHARSET_AUTO, "caf\xE9", "caf\xEF\xBF\xBD"},
	    {'a', CHARSET_LATIN1, "caf\xE9", "café"},
	    {'a', CHARSET_ISO5426,
		"caf\xC2"
		"e",
		"café"}, /* B7 */
	    {' ', CHARSET_AUTO, "\x1B(3GHI\x1B(B", "ابة"},
	    {' ', CHARSET_AUTO, "&#x1EA1;", "ạ"},
	    {'a', CHARSET_AUTO, "&#x1EA1;", "&#x1EA1;"},
	    {' ', CHARSET_AUTO, "\xC3\xA9 &#x1EA1;", "é &#x1EA1;"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct marc *marc = support_marc(arena, "245 00 $a x$b y"), *back;
		size_t length;
		char *bytes;

		marc->fields[0].subfields[0].value = cases[i].bytes;
		bytes = encode(marc, &length);
		bytes[9] = cases[i].leader9;
		back = decode(bytes, length, cases[i].told);
		assert_string_equal(value_of(back, "245", 'a'), cases[i].text);
		assert_string_equal(value_of(back, "245", 'b'), "y");
		assert_int_equal(back->leader[9], 'a');
	}
}

static struct marc *decode_xml(const char *xml)
{
	struct marc *marc;
	struct diag diag;

	if (!marc_decode_xml(arena, xml, strlen(xml), &marc, &diag))
		fail_msg("%s: %s", diag.details, xml);
	return marc;
}

#define BODY(p)                                                                                    \
	"<" p "leader>00000nam a2200000 a 4500</" p "leader><" p "controlfield tag='001'>7</" p    \
	"controlfield><" p "datafield tag='245' ind1='1' ind2='0'><" p                             \
	"subfield code='a'>A &amp; B</" p "subfield></" p "datafield>"

static void marcxml_comes_in_many_dresses(void **state)
{
	static const char *const forms[] = {
	    "<record xmlns='http://www.loc.gov/MARC21/slim'>" BODY("") "</record>",
	    "<record>" BODY("") "</record>",
	    "<?xml version='1.0' encoding='UTF-8'?>\n<collection><record>" BODY(
		"") "</record></collection>",
	    "<m:record xmlns:m='http://www.loc.gov/MARC21/slim'>" BODY("m:") "</m:record>",
	    "<marc:record>" BODY("marc:") "</marc:record>",
	    "<record xmlns='info:lc/xmlns/marcxchange-v1' format='UNIMARC' "
	    "type='Bibliographic'>" BODY("") "</record>",
	    "<z:record xmlns:z='http://www.loc.gov/zing/srw/'><z:recordData><record>" BODY(
		"") "</record></z:recordData></z:record>",
	    "<!-- c --><record><!-- c -->" BODY("") "</record>",
	};

	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		struct marc *marc = decode_xml(forms[i]);

		assert_int_equal(marc->lost, 0);
		assert_int_equal(marc->nfields, 2);
		assert_string_equal(value_of(marc, "245", 'a'), "A & B");
		assert_int_equal(marc->fields[1].indicator1, '1');
	}
}

static void broken_marcxml_loses_only_what_is_broken(void **state)
{
	struct marc *marc =
	    decode_xml("<record><datafield tag='24' ind1='1'/><datafield tag='245' ind1='é'>"
		       "<subfield code='ab'>x</subfield><subfield>y</subfield>"
		       "<subfield code='a'><![CDATA[T]]>itle</subfield></datafield>"
		       "<datafield tag='500' ind1=' ' ind2=' '></datafield></record>");

	assert_int_equal(marc->nfields, 1);
	assert_int_equal(marc->lost, 5);
	assert_string_equal(value_of(marc, "245", 'a'), "Title");
	/* Control characters, raw and as references, and a bad byte. */
	marc = decode_xml("<record><datafield tag='245' ind1=' ' ind2=' '><subfield "
			  "code='a'>T\x1Fi\x01t&#31;le\xFF"
			  "</subfield></datafield></record>");
	assert_string_equal(value_of(marc, "245", 'a'), "Title\xEF\xBF\xBD");
	assert_true(marc->lost > 0);
}

static void hostile_xml_is_refused(void **state)
{
	static const char *const bad[] = {
	    "<!DOCTYPE r [<!ENTITY a 'aaaaaaaa'><!ENTITY b '&a;&a;'>]><record>" BODY(
		"") "</record>",
	    "<!DOCTYPE r SYSTEM 'file:///etc/passwd'><record>" BODY("") "</record>", "<record/>",
	    "<x/>", "", "no XML", "<record><datafield/></record>"};
	struct marc *marc;
	struct diag diag;
	char *deep = arena_alloc(arena, 500001);

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_false(marc_decode_xml(arena, bad[i], strlen(bad[i]), &marc, &diag));
		assert_int_equal(diag.id, DIAG_RECORD_RETRIEVAL);
	}
	for (int i = 0; i < 100000; i++)
		memcpy(deep + i * 5, "<rec>", 5);
	assert_false(marc_decode_xml(arena, deep, 500000, &marc, &diag));
}

/* Each takes libxml2 seconds, were it asked. */
static void costly_xml_is_refused_at_once(void **state)
{
	static const char *const costly[] = {"<record><x%s/></record>", "<record%s></record>",
	    "<!-- ' --><record><x a='>'%s/></record>",
	    "<?xml version='1.0' encoding='utf-16'?><record%s/>"};
	char *attributes = arena_alloc(arena, 900000), *out = attributes;

	for (int i = 0; out < attributes + 800000; i++)
		out += sprintf(out, " xmlns:a%d='%d' b%d='>'", i, i, i);
	for (size_t i = 0; i < sizeof costly / sizeof *costly; i++) {
		char *at = strstr(costly[i], "%s");
		char *xml = arena_printf(
		    arena, "%.*s%s%s", (int)(at - costly[i]), costly[i], attributes, at + 2);

		assert_false(xml_shape_is_sane(xml, strlen(xml)));
	}
	/* Encodings in which the shape cannot be seen, and things that are no XML. */
	static const char *const unseen[] = {
	    "<?xml version='1.0' encoding='UTF-7'?><r/>", "\x4C\x6F\xA7\x94", ""};
	static const char *const sane[] = {"<r a='1' b=\"2\"><s/><s></s></r>",
	    "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><r/>", " <r/>"};

	for (size_t i = 0; i < sizeof unseen / sizeof *unseen; i++)
		assert_false(xml_shape_is_sane(unseen[i], strlen(unseen[i])));
	for (size_t i = 0; i < sizeof sane / sizeof *sane; i++)
		assert_true(xml_shape_is_sane(sane[i], strlen(sane[i])));
	assert_true(xml_shape_is_sane("\xFF\xFE<\0r\0/\0>\0", 10));
}

static void fields_are_found_and_added(void **state)
{
	struct marc *marc = sample(), *more;
	struct marc_subfield holding = {'b', "Library"};
	struct marc_field field = {.tag = "400",
	    .indicator1 = ' ',
	    .indicator2 = ' ',
	    .subfields = &holding,
	    .nsubfields = 1};

	assert_ptr_equal(marc_find(marc, "1..", NULL), &marc->fields[2]);
	assert_ptr_equal(marc_find(marc, "00.", &marc->fields[0]), &marc->fields[1]);
	assert_null(marc_find(marc, "999", NULL));
	more = marc_with_field(arena, marc, &field);
	assert_int_equal(more->nfields, 6);
	assert_string_equal(more->fields[4].tag, "400");
	assert_string_equal(more->fields[5].tag, "650");
	assert_int_equal(marc->nfields, 5);
	strcpy(field.tag, "999");
	assert_string_equal(marc_with_field(arena, marc, &field)->fields[5].tag, "999");
	strcpy(field.tag, "001");
	assert_string_equal(marc_with_field(arena, marc, &field)->fields[1].tag, "001");
}

static void lines_read_well(void **state)
{
	char *lines = marc_to_lines(arena, sample());

	assert_non_null(strstr(lines, "00000cam a2200000 a 4500\n001 ocm1\n"));
	assert_non_null(strstr(lines, "245 10 $a Bumi manusia : $b sebuah roman / $c Pram"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(records_come_back),
	    TEST(well_formed_records_read_as_yaz_reads_them),
	    TEST(limits_are_kept),
	    TEST(nothing_to_save_is_refused),
	    TEST(character_sets_are_found_by_evidence),
	    TEST(marcxml_comes_in_many_dresses),
	    TEST(broken_marcxml_loses_only_what_is_broken),
	    TEST(hostile_xml_is_refused),
	    TEST(costly_xml_is_refused_at_once),
	    TEST(fields_are_found_and_added),
	    TEST(lines_read_well),
	};

	return cmocka_run_group_tests_name("marc", tests, NULL, NULL);
}
