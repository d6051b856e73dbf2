#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "record/bib.h"
#include "record/crosswalk.h"
#include "record/marc.h"
#include "record/schema.h"
#include "record/xml_record.h"
#include "tests/unit/arena_test.h"

static struct marc *decode(const char *xml, enum xml_record_kind kind)
{
	struct diag diag = {0};
	enum xml_record_kind found;
	struct marc *marc;

	if (!xml_record_decode(arena, xml, strlen(xml), &found, &marc, &diag))
		fail_msg("%s: %d %s", xml, diag_srw(diag.id), diag.details);
	assert_int_equal(found, kind);
	return marc;
}

/* Its fields but 008, as lines. */
static const char *fields(const struct marc *marc)
{
	struct marc copy = *marc;

	copy.nfields = 0;
	copy.fields = calloc(marc->nfields ? marc->nfields : 1, sizeof *copy.fields);
	for (size_t i = 0; i < marc->nfields; i++)
		if (strcmp(marc->fields[i].tag, "008") != 0)
			copy.fields[copy.nfields++] = marc->fields[i];

	const char *lines = strchr(marc_to_lines(arena, &copy), '\n') + 1;

	free(copy.fields);
	return lines;
}

static const char *coded(const struct marc *marc)
{
	const struct marc_field *field = marc_find(marc, "008", NULL);

	assert_non_null(field);
	assert_int_equal(strlen(field->data), 40);
	return field->data;
}

static struct bib *describe(const struct marc *marc)
{
	return crosswalk_marc(arena, marc, CROSSWALK_MARC21);
}

static const char *write_record(enum schema schema, const struct marc *marc)
{
	struct schema_record record = {.arena = arena, .marc = marc, .bib = describe(marc)};
	xmlBufferPtr buffer = xmlBufferCreate();
	xmlTextWriterPtr writer = xmlNewTextWriterMemory(buffer, 0);
	const char *text;

	schema_write(writer, schema, &record);
	xmlFreeTextWriter(writer);
	text = arena_strdup(arena, (const char *)xmlBufferContent(buffer));
	xmlBufferFree(buffer);
	return text;
}

/* ---- Which schema ---- */

static void marcxml_is_read_as_ever(void **state)
{
	static const char record[] = "<leader>00000nam a2200000 a 4500</leader>"
				     "<controlfield tag=\"001\">1</controlfield>";

	decode(arena_printf(
		   arena, "<record xmlns=\"http://www.loc.gov/MARC21/slim\">%s</record>", record),
	    XML_RECORD_MARC);
	decode(arena_printf(arena, "<collection><record>%s</record></collection>", record),
	    XML_RECORD_MARC);
	decode(arena_printf(arena,
		   "<mxc:record xmlns:mxc=\"info:lc/xmlns/marcxchange-v2\" format=\"Unimarc\">%s"
		   "</mxc:record>",
		   record),
	    XML_RECORD_UNIMARC);
	decode(
	    arena_printf(arena, "<record format=\"MARC21\">%s</record>", record), XML_RECORD_MARC);
}

static void other_schemas_are_refused(void **state)
{
	static const struct {
		const char *xml, *details;
		enum diag_id id;
	} rows[] = {{"<pica><datafield tag=\"021A\"/></pica>",
			"<pica> is no record of MARCXML, Dublin Core or MODS", DIAG_SCHEMA_RECORD},
	    {"<product><title>x</title></product>",
		"<product> is no record of MARCXML, Dublin Core or MODS", DIAG_SCHEMA_RECORD},
	    {"", "not the XML of a record", DIAG_RECORD_RETRIEVAL},
	    {"<!DOCTYPE dc [<!ENTITY a \"b\">]><dc><title>&a;</title></dc>",
		"document type declaration in a record", DIAG_RECORD_RETRIEVAL}};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		enum xml_record_kind kind;
		struct diag diag = {0};
		struct marc *marc;

		assert_false(xml_record_decode(
		    arena, rows[i].xml, strlen(rows[i].xml), &kind, &marc, &diag));
		assert_string_equal(diag.details, rows[i].details);
		assert_int_equal(diag.id, rows[i].id);
	}
}

/* ---- Dublin Core ---- */

#define DC "xmlns:dc=\"http://purl.org/dc/elements/1.1/\""

static void dublin_core_is_known_in_all_its_dresses(void **state)
{
	static const char *const records[] = {
	    "<srw_dc:dc xmlns:srw_dc=\"info:srw/schema/1/dc-schema\" " DC
	    "><dc:title>Bumi manusia</dc:title></srw_dc:dc>",
	    "<oai_dc:dc xmlns:oai_dc=\"http://www.openarchives.org/OAI/2.0/oai_dc/\" " DC
	    "><dc:title>\n   Bumi\n   manusia </dc:title></oai_dc:dc>",
	    "<dc><title>Bumi manusia</title></dc>",
	    "<oai_dc:dc><dc:title>Bumi manusia</dc:title></oai_dc:dc>", /* none declared */
	    "<record xmlns=\"http://www.openarchives.org/OAI/2.0/\"><metadata><dc " DC
	    "><dc:title>Bumi manusia</dc:title></dc></metadata></record>",
	    "<x xmlns:t=\"http://purl.org/dc/terms/\"><t:title>Bumi manusia</t:title></x>",
	    "<rdf:RDF xmlns:rdf=\"urn:rdf\" " DC "><rdf:Description><dc:title>Bumi manusia"
	    "</dc:title></rdf:Description></rdf:RDF>",
	    "<dc " DC "><dc:title><![CDATA[Bumi manusia]]></dc:title></dc>",
	    "<DC><Title>Bumi manusia</Title></DC>",
	    "<dc><title>Bumi&nbsp;manusia</title></dc>",
	};

	for (size_t i = 0; i < sizeof records / sizeof *records - 1; i++)
		assert_string_equal(
		    fields(decode(records[i], XML_RECORD_DC)), "245 00 $a Bumi manusia\n");
	/* An entity that means nothing costs itself only. */
	assert_int_equal(decode(records[9], XML_RECORD_DC)->lost, 1);
}

static void dublin_core_becomes_marc(void **state)
{
	const struct marc *marc = decode(
	    "<dc " DC " xmlns:dcterms=\"http://purl.org/dc/terms/\""
	    " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">"
	    "<dc:title>Bumi manusia : sebuah roman</dc:title><dc:title>This earth of mankind"
	    "</dc:title><dcterms:alternative>BM</dcterms:alternative>"
	    "<dc:creator>Toer, Pramoedya Ananta, 1925-2006</dc:creator>"
	    "<dc:creator>Lane, Max [translator]</dc:creator>"
	    "<dc:creator>Lentera Dipantara</dc:creator>"
	    "<dc:contributor>Hasta Mitra</dc:contributor>"
	    "<dc:subject>Sejarah; Kolonialisme</dc:subject><dc:subject>Jawa</dc:subject>"
	    "<dc:description>Jilid 1</dc:description><dcterms:abstract>Roman.</dcterms:abstract>"
	    "<dc:publisher>Jakarta : Hasta Mitra</dc:publisher><dc:date>2008-01-02</dc:date>"
	    "<dcterms:issued>c1980</dcterms:issued><dc:type>Text</dc:type><dc:type>novel</dc:type>"
	    "<dc:format>535 p.</dc:format><dc:format>application/pdf</dc:format>"
	    "<dc:identifier>ISBN 979-97312-3-2 (pbk)</dc:identifier>"
	    "<dc:identifier>urn:issn:0378-5955</dc:identifier>"
	    "<dc:identifier xsi:type=\"dcterms:URI\">https://example.org/1</dc:identifier>"
	    "<dc:identifier>https://doi.org/10.1000/182</dc:identifier>"
	    "<dc:identifier>X-17</dc:identifier>"
	    "<dc:language>id</dc:language><dc:language>Javanese</dc:language>"
	    "<dc:language>beberapa bahasa</dc:language>"
	    "<dc:relation>Tetralogi Buru</dc:relation><dc:coverage>Hindia Belanda</dc:coverage>"
	    "<dc:rights>terbuka</dc:rights><dc:source>Naskah</dc:source></dc>",
	    XML_RECORD_DC);

	assert_string_equal(fields(marc), "020    $a 979-97312-3-2 (pbk)\n"
					  "022    $a 0378-5955\n"
					  "024 7  $a 10.1000/182 $2 doi\n"
					  "024 8  $a X-17\n"
					  "041    $a ind\n"
					  "041    $a jav\n"
					  "100 1  $a Toer, Pramoedya Ananta $d 1925-2006\n"
					  "245 00 $a Bumi manusia : sebuah roman\n"
					  "246 33 $a This earth of mankind\n"
					  "246 33 $a BM\n"
					  "260    $a Jakarta $b Hasta Mitra $c c1980\n"
					  "300    $a 535 p.\n"
					  "500    $a Hindia Belanda\n"
					  "520    $a Jilid 1\n"
					  "520 3  $a Roman.\n"
					  "540    $a terbuka\n"
					  "546    $a beberapa bahasa\n"
					  "653    $a Sejarah\n"
					  "653    $a Kolonialisme\n"
					  "653    $a Jawa\n"
					  "655  7 $a novel $2 local\n"
					  "700 1  $a Lane, Max $e translator\n"
					  "720    $a Lentera Dipantara $e author\n"
					  "720    $a Hasta Mitra\n"
					  "786 0  $n Naskah\n"
					  "787 0  $n Tetralogi Buru\n"
					  "856 4  $q application/pdf\n"
					  "856 40 $u https://example.org/1\n");
	assert_memory_equal(coded(marc) + 6, "s1980    xx ", 12);
	assert_int_equal(coded(marc)[23], 'o');
	assert_memory_equal(coded(marc) + 35, "ind", 3);
	assert_memory_equal(marc->leader + 6, "am", 2);
}

static void what_it_is_comes_from_its_types(void **state)
{
	static const struct {
		const char *type, *leader;
	} rows[] = {{"Sound", "im"}, {"http://purl.org/dc/dcmitype/StillImage", "km"},
	    {"article", "aa"}, {"Journal", "as"}, {"map", "em"}, {"Collection", "pc"},
	    {"info:eu-repo/semantics/article", "aa"}, {"puisi", "am"}};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct marc *marc = decode(
		    arena_printf(arena, "<dc><title>x</title><type>%s</type></dc>", rows[i].type),
		    XML_RECORD_DC);

		assert_memory_equal(marc->leader + 6, rows[i].leader, 2);
	}
}

static void numbers_are_known_by_their_look(void **state)
{
	static const struct {
		const char *value, *field;
	} rows[] = {{"9780262033848", "020    $a 9780262033848\n"},
	    {"0-262-03384-4", "020    $a 0-262-03384-4\n"},
	    {"ISBN-13: 978-0-262-03384-8", "020    $a 978-0-262-03384-8\n"},
	    {"urn:ISBN:0262033844", "020    $a 0262033844\n"},
	    {"1234567890", "024 8  $a 1234567890\n"}, /* no ISBN's check digit */
	    {"ISSN 0378-5955", "022    $a 0378-5955\n"}, {"0378-5955", "022    $a 0378-5955\n"},
	    {"0378-5956", "024 8  $a 0378-5956\n"}, {"(OCoLC)12345", "035    $a (OCoLC)12345\n"},
	    {"doi:10.1/2", "024 7  $a 10.1/2 $2 doi\n"}, {"ftp://a/b", "856 40 $u ftp://a/b\n"}};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_string_equal(
		    fields(decode(
			arena_printf(arena, "<dc><identifier>%s</identifier></dc>", rows[i].value),
			XML_RECORD_DC)),
		    rows[i].field);
	assert_string_equal(
	    fields(decode("<dc><identifier scheme=\"ISBN\">12</identifier></dc>", XML_RECORD_DC)),
	    "020    $a 12\n");
}

static void languages_and_years_are_coded(void **state)
{
	static const struct {
		const char *value, *code;
	} languages[] = {{"ind", "ind"}, {"deu", "ger"}, {"en-US", "eng"},
	    {"Bahasa Indonesia", "ind"}, {"zh_CN", "chi"},
	    {"http://id.loc.gov/vocabulary/iso639-2/fra", "fre"}, {"xyz", "xyz"},
	    {"an old tongue", "und"}};
	static const struct {
		const char *value, *dates;
	} years[] = {{"1999", "s1999    "}, {"1999-12-01", "s1999    "}, {"c1999.", "s1999    "},
	    {"[1950-1956]", "m19501956"}, {"19991201", "s1999    "}, {"Mei 2001", "s2001    "},
	    {"sine anno", "n        "}, {"12345", "n        "}};

	for (size_t i = 0; i < sizeof languages / sizeof *languages; i++) {
		const struct marc *marc =
		    decode(arena_printf(arena, "<dc><title>x</title><language>%s</language></dc>",
			       languages[i].value),
			XML_RECORD_DC);

		assert_memory_equal(coded(marc) + 35, languages[i].code, 3);
	}
	for (size_t i = 0; i < sizeof years / sizeof *years; i++) {
		const struct marc *marc = decode(
		    arena_printf(arena, "<dc><title>x</title><date>%s</date></dc>", years[i].value),
		    XML_RECORD_DC);

		assert_memory_equal(coded(marc) + 6, years[i].dates, 9);
	}
}

static void a_title_in_another_script_is_the_same_title(void **state)
{
	const struct marc *marc = decode(
	    "<dc><title>Muqaddimah</title><title>"
	    "\xD9\x85\xD9\x82\xD8\xAF\xD9\x85\xD8\xA9</title><title>Prolegomena</title></dc>",
	    XML_RECORD_DC);
	const struct bib *bib = describe(marc);

	assert_string_equal(fields(marc),
	    "245 00 $6 880-01 $a Muqaddimah\n246 33 $a Prolegomena\n"
	    "880 00 $6 245-01/(3/r $a \xD9\x85\xD9\x82\xD8\xAF\xD9\x85\xD8\xA9\n");
	assert_string_equal(bib->title, "Muqaddimah");
	assert_int_equal(bib->script_titles.count, 1);
	assert_int_equal(bib->parallel_titles.count, 1);
}

/* ---- MODS ---- */

static void mods_becomes_marc(void **state)
{
	const struct marc *marc = decode(
	    "<mods xmlns=\"http://www.loc.gov/mods/v3\" version=\"3.6\">"
	    "<titleInfo type=\"alternative\"><title>TEM</title></titleInfo>"
	    "<titleInfo><nonSort>The</nonSort><title>earth of mankind</title><subTitle>a novel"
	    "</subTitle><partNumber>1</partNumber></titleInfo>"
	    "<titleInfo type=\"uniform\"><title>Bumi manusia</title></titleInfo>"
	    "<name type=\"personal\"><namePart type=\"family\">Lane</namePart>"
	    "<namePart type=\"given\">Max</namePart><role><roleTerm type=\"code\">trl</roleTerm>"
	    "</role></name>"
	    "<name type=\"personal\" usage=\"primary\"><namePart>Toer, Pramoedya Ananta</namePart>"
	    "<namePart type=\"date\">1925-2006</namePart><role><roleTerm type=\"text\">author"
	    "</roleTerm></role></name>"
	    "<name type=\"corporate\"><namePart>Universitas</namePart><namePart>Fakultas Sastra"
	    "</namePart></name><name><namePart>Somebody</namePart></name>"
	    "<typeOfResource>text</typeOfResource><genre authority=\"marcgt\">novel</genre>"
	    "<originInfo><place><placeTerm type=\"code\" authority=\"marccountry\">io</placeTerm>"
	    "</place><place><placeTerm type=\"text\">Jakarta</placeTerm></place>"
	    "<publisher>Hasta Mitra</publisher><dateIssued>c1980.</dateIssued>"
	    "<dateIssued encoding=\"marc\" point=\"start\">1980</dateIssued>"
	    "<dateIssued encoding=\"marc\" point=\"end\">1988</dateIssued><edition>2nd "
	    "ed.</edition>"
	    "<issuance>monographic</issuance></originInfo>"
	    "<language><languageTerm type=\"text\">English</languageTerm>"
	    "<languageTerm authority=\"iso639-2b\" type=\"code\">eng</languageTerm></language>"
	    "<language objectPart=\"translation\"><languageTerm type=\"code\">ind</languageTerm>"
	    "</language>"
	    "<physicalDescription><form authority=\"marcform\">print</form><extent>367 p."
	    "</extent></physicalDescription><abstract>A novel.</abstract>"
	    "<note type=\"statement of responsibility\">by Pramoedya</note><note>Bibl.</note>"
	    "<note type=\"thesis\">Ph.D.</note>"
	    "<subject authority=\"lcsh\"><topic>Colonies</topic><geographic>Java</geographic>"
	    "<temporal>1900-</temporal></subject><subject authority=\"x\"><geographic>Java"
	    "</geographic></subject><subject><name type=\"personal\"><namePart>Minke</namePart>"
	    "</name></subject><classification authority=\"ddc\" edition=\"21\">899.221"
	    "</classification>"
	    "<relatedItem type=\"series\"><titleInfo><title>Buru quartet</title><partNumber>1"
	    "</partNumber></titleInfo></relatedItem>"
	    "<relatedItem type=\"host\"><titleInfo><title>Host</title></titleInfo><identifier "
	    "type=\"issn\">0378-5955</identifier></relatedItem>"
	    "<identifier type=\"isbn\">9780688093730</identifier>"
	    "<identifier type=\"isbn\" invalid=\"yes\">1</identifier>"
	    "<identifier type=\"lccn\">90040000</identifier>"
	    "<location><url>http://example.org/x</url><shelfLocator>A 1</shelfLocator></location>"
	    "<recordInfo><recordContentSource>DLC</recordContentSource><recordCreationDate>900101"
	    "</recordCreationDate><recordIdentifier source=\"DLC\">123</recordIdentifier>"
	    "</recordInfo></mods>",
	    XML_RECORD_MODS);

	assert_string_equal(fields(marc),
	    "001 123\n"
	    "003 DLC\n"
	    "010    $a 90040000\n"
	    "020    $a 9780688093730\n"
	    "020    $z 1\n"
	    "040    $a DLC\n"
	    "041    $a eng\n"
	    "082 04 $a 899.221 $2 21\n"
	    "100 1  $a Toer, Pramoedya Ananta $d 1925-2006 $e author\n"
	    "240 10 $a Bumi manusia\n"
	    "245 14 $a The earth of mankind $b a novel $n 1 $c by Pramoedya\n"
	    "246 3  $a TEM\n"
	    "250    $a 2nd ed.\n"
	    "260    $a Jakarta $b Hasta Mitra $c c1980.\n"
	    "300    $a 367 p.\n"
	    "490 0  $a Buru quartet $v 1\n"
	    "500    $a Bibl.\n"
	    "502    $a Ph.D.\n"
	    "520    $a A novel.\n"
	    "600 14 $a Minke\n"
	    "650  0 $a Colonies $z Java $y 1900-\n"
	    "651  7 $a Java $2 x\n"
	    "655  7 $a novel $2 marcgt\n"
	    "700 1  $a Lane, Max $4 trl\n"
	    "710 2  $a Universitas $b Fakultas Sastra\n"
	    "720    $a Somebody\n"
	    "773 0  $t Host $x 0378-5955\n"
	    "852    $j A 1\n"
	    "856 40 $u http://example.org/x\n");
	assert_memory_equal(coded(marc), "900101m19801988io ", 18);
	assert_int_equal(coded(marc)[23], 'r');
	assert_memory_equal(coded(marc) + 35, "eng", 3);
}

static void mods_is_found_in_its_collection(void **state)
{
	const struct marc *marc =
	    decode("<m:modsCollection xmlns:m=\"http://www.loc.gov/mods/v3\"><m:mods><m:titleInfo>"
		   "<m:title>x</m:title></m:titleInfo><m:typeOfResource manuscript=\"yes\">text"
		   "</m:typeOfResource><m:originInfo><m:issuance>serial</m:issuance></m:originInfo>"
		   "<m:subject>plain</m:subject></m:mods></m:modsCollection>",
		XML_RECORD_MODS);

	assert_string_equal(fields(marc), "245 00 $a x\n653    $a plain\n");
	assert_memory_equal(marc->leader + 6, "ts", 2);
	decode("<mods/>", XML_RECORD_MODS);
}

/* ---- There and back ---- */

static const char *const samples[] = {
    "<record><leader>00000nam a2200000 a 4500</leader><controlfield tag=\"008\">"
    "900101s1980    io      r     000 0 ind d</controlfield>"
    "<datafield tag=\"020\" ind1=\" \" ind2=\" \"><subfield code=\"a\">9789799731234</subfield>"
    "</datafield><datafield tag=\"100\" ind1=\"1\" ind2=\" \"><subfield code=\"a\">Toer, Pramoedya "
    "Ananta</subfield><subfield code=\"d\">1925-2006</subfield></datafield>"
    "<datafield tag=\"245\" ind1=\"1\" ind2=\"0\"><subfield code=\"a\">Bumi manusia</subfield>"
    "<subfield code=\"b\">sebuah roman</subfield></datafield>"
    "<datafield tag=\"260\" ind1=\" \" ind2=\" \"><subfield code=\"a\">Jakarta</subfield>"
    "<subfield code=\"b\">Hasta Mitra</subfield><subfield code=\"c\">1980</subfield></datafield>"
    "<datafield tag=\"300\" ind1=\" \" ind2=\" \"><subfield code=\"a\">535 hlm</subfield>"
    "</datafield><datafield tag=\"650\" ind1=\" \" ind2=\"4\"><subfield code=\"a\">Sejarah"
    "</subfield></datafield><datafield tag=\"650\" ind1=\" \" ind2=\"4\"><subfield code=\"a\">Jawa"
    "</subfield></datafield><datafield tag=\"700\" ind1=\"1\" ind2=\" \"><subfield code=\"a\">"
    "Lane, Max</subfield></datafield></record>",
    "<record><leader>00000nas a2200000 a 4500</leader><controlfield tag=\"008\">"
    "900101c19809999xx      r     000 0 eng d</controlfield>"
    "<datafield tag=\"022\" ind1=\" \" ind2=\" \"><subfield code=\"a\">0378-5955</subfield>"
    "</datafield><datafield tag=\"245\" ind1=\"0\" ind2=\"4\"><subfield code=\"a\">The journal"
    "</subfield></datafield></record>",
};

static void assert_same_texts(const char *a, const char *b)
{
	assert_string_equal(a ? a : "", b ? b : "");
}

/* What merging, ranking and display live on. */
static void assert_same(const struct bib *a, const struct bib *b, bool whole)
{
	assert_int_equal(a->nisbns, b->nisbns);
	for (size_t i = 0; i < a->nisbns; i++)
		assert_string_equal(a->isbns[i].value, b->isbns[i].value);
	assert_int_equal(a->nissns, b->nissns);
	assert_int_equal(a->nnames, b->nnames);
	for (size_t i = 0; i < a->nnames; i++) {
		assert_string_equal(a->names[i].text, b->names[i].text);
		assert_same_texts(a->names[i].dates, b->names[i].dates);
		assert_int_equal(a->names[i].main, b->names[i].main);
	}
	assert_int_equal(a->subjects.count, b->subjects.count);
	for (size_t i = 0; i < a->subjects.count; i++)
		assert_string_equal(a->subjects.items[i], b->subjects.items[i]);
	assert_same_texts(a->title, b->title);
	assert_same_texts(a->subtitle, b->subtitle);
	assert_same_texts(a->place, b->place);
	assert_same_texts(a->publisher, b->publisher);
	assert_same_texts(a->extent, b->extent);
	assert_same_texts(a->language, b->language);
	assert_int_equal(a->year, b->year);
	assert_int_equal(a->form, b->form);
	if (whole) {
		assert_int_equal(a->level, b->level);
		assert_int_equal(a->nonfiling, b->nonfiling);
		assert_int_equal(a->carrier, b->carrier);
		assert_same_texts(a->country, b->country);
	}
}

static void a_description_survives_both_schemas(void **state)
{
	for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
		const struct marc *marc = decode(samples[i], XML_RECORD_MARC);
		const char *dc = write_record(SCHEMA_DC, marc);
		const char *mods = write_record(SCHEMA_MODS, marc);
		const struct marc *back = decode(dc, XML_RECORD_DC);

		assert_same(describe(marc), describe(back), false);
		/* Once in Dublin Core, it stays as it is. */
		assert_string_equal(write_record(SCHEMA_DC, back), dc);
		back = decode(mods, XML_RECORD_MODS);
		assert_same(describe(marc), describe(back), true);
		assert_string_equal(write_record(SCHEMA_MODS,
					decode(write_record(SCHEMA_MODS, back), XML_RECORD_MODS)),
		    write_record(SCHEMA_MODS, back));
	}
}

/* Bounds: of fields, and no work that grows with the square of the record. */
static void records_are_bounded(void **state)
{
	static const char part[] = "<namePart type=\"given\">a</namePart>";
	size_t count = 25000;
	char *xml = malloc(count * sizeof part + 200), *out = xml;
	const struct marc *marc;

	out += sprintf(out, "<mods><name type=\"personal\">");
	for (size_t i = 0; i < count; i++)
		out = stpcpy(out, part);
	strcpy(out, "</name></mods>");
	marc = decode(xml, XML_RECORD_MODS);
	assert_true(arena_used(arena) < 16 << 20);
	assert_string_equal(fields(marc), "700 0  $a a a a a a a a a\n");
	out = stpcpy(xml, "<dc>");
	for (size_t i = 0; i < count; i++)
		out = stpcpy(out, "<title>a</title>");
	strcpy(out, "</dc>");
	marc = decode(xml, XML_RECORD_DC);
	assert_int_equal(marc->nfields, MARC_FIELDS_MAX);
	assert_true(marc->lost > 20000);
	free(xml);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(marcxml_is_read_as_ever),
	    TEST(other_schemas_are_refused),
	    TEST(dublin_core_is_known_in_all_its_dresses),
	    TEST(dublin_core_becomes_marc),
	    TEST(what_it_is_comes_from_its_types),
	    TEST(numbers_are_known_by_their_look),
	    TEST(languages_and_years_are_coded),
	    TEST(a_title_in_another_script_is_the_same_title),
	    TEST(mods_becomes_marc),
	    TEST(mods_is_found_in_its_collection),
	    TEST(a_description_survives_both_schemas),
	    TEST(records_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
