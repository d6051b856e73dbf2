#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

#include "record/crosswalk.h"
#include "record/schema.h"
#include "tests/unit/arena_test.h"
#include "tests/unit/marc_support.h"

static struct marc *sample(void)
{
	return support_marc(arena,
	    "001 7\n008 940101s1980    io            000 0 ind d\n"
	    "020    $a 9794330108\n020    $z 000\n100 1  $a Toer, P.,$d 1925-\n"
	    "245 10 $a A & B :$b <c> /$c d.\n260    $a Jakarta :$b X,$c 1980\n"
	    "540    $a Free to use\n650  0 $a S\n700 1  $a Lane, Max\n856 40 $u http://x/?a=1&b=2");
}

static struct schema_record record_of(const struct marc *marc)
{
	return (struct schema_record){
	    .arena = arena, .marc = marc, .bib = crosswalk_marc(arena, marc, CROSSWALK_MARC21)};
}

static xmlDocPtr write_record(enum schema schema, const struct schema_record *record)
{
	xmlBufferPtr buffer = xmlBufferCreate();
	xmlTextWriterPtr writer = xmlNewTextWriterMemory(buffer, 0);
	xmlDocPtr document;

	schema_write(writer, schema, record);
	xmlTextWriterFlush(writer);
	xmlFreeTextWriter(writer);
	document = xmlReadMemory(
	    (const char *)xmlBufferContent(buffer), xmlBufferLength(buffer), NULL, NULL, 0);
	xmlBufferFree(buffer);
	assert_non_null(document);
	return document;
}

static xmlDocPtr write_document(enum schema schema, const struct marc *marc)
{
	struct schema_record record = record_of(marc);

	return write_record(schema, &record);
}

static void schemas_have_names(void **state)
{
	static const struct {
		const char *name;
		enum schema schema;
	} names[] = {{"marcxml", SCHEMA_MARCXML}, {"MARCXML", SCHEMA_MARCXML},
	    {"info:srw/schema/1/marcxml-v1.1", SCHEMA_MARCXML}, {"marc21", SCHEMA_MARCXML},
	    {"MARC21-xml", SCHEMA_MARCXML}, {"http://www.loc.gov/MARC21/slim", SCHEMA_MARCXML},
	    {"dc", SCHEMA_DC}, {"info:srw/schema/1/dc-v1.1", SCHEMA_DC}, {"oai_dc", SCHEMA_DC},
	    {"http://purl.org/dc/elements/1.1/", SCHEMA_DC}, {"mods", SCHEMA_MODS},
	    {"info:srw/schema/1/mods-v3.6", SCHEMA_MODS},
	    {"http://www.loc.gov/mods/v3", SCHEMA_MODS}, {"opacxml", SCHEMA_OPACXML},
	    {"OPAC", SCHEMA_OPACXML}, {"info:srw/schema/1/opacxml", SCHEMA_OPACXML}};
	enum schema schema;
	int walk = -1, count = 0;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		assert_true(schema_find(names[i].name, &schema));
		assert_int_equal(schema, names[i].schema);
	}
	assert_false(schema_find("mods2", &schema));
	assert_false(schema_find("", &schema));
	while (schema_next(&walk)) {
		count++;
		assert_true(schema_find(schema_short_name((enum schema)walk), &schema));
		assert_int_equal(schema, walk);
		assert_true(schema_find(schema_identifier((enum schema)walk), &schema));
		assert_int_equal(schema, walk);
		assert_non_null(schema_title((enum schema)walk));
	}
	assert_int_equal(count, 4);
}

static bool has_element(const xmlNode *root, const char *name, const char *text)
{
	for (const xmlNode *node = root->children; node; node = node->next) {
		xmlChar *content = xmlNodeGetContent(node);
		bool equal =
		    strcmp((const char *)node->name, name) == 0 && node->ns &&
		    strcmp((const char *)node->ns->href, "http://purl.org/dc/elements/1.1/") == 0 &&
		    strcmp((const char *)content, text) == 0;

		xmlFree(content);
		if (equal)
			return true;
	}
	return false;
}

static void check_element(const xmlNode *root, const char *name, const char *text)
{
	if (!has_element(root, name, text))
		fail_msg("no %s: %s", name, text);
}

static void dublin_core_is_written(void **state)
{
	xmlDocPtr document = write_document(SCHEMA_DC, sample());
	const xmlNode *root = xmlDocGetRootElement(document);

	assert_string_equal(root->name, "dc");
	assert_string_equal(root->ns->href, "info:srw/schema/1/dc-schema");
	check_element(root, "title", "A & B : <c>");
	check_element(root, "creator", "Toer, P., 1925-");
	check_element(root, "contributor", "Lane, Max");
	check_element(root, "publisher", "Jakarta : X");
	check_element(root, "date", "1980");
	check_element(root, "type", "Text");
	check_element(root, "identifier", "urn:isbn:9794330108");
	check_element(root, "identifier", "http://x/?a=1&b=2");
	check_element(root, "language", "ind");
	check_element(root, "subject", "S");
	check_element(root, "rights", "Free to use");
	assert_false(has_element(root, "identifier", "urn:isbn:000"));
	xmlFreeDoc(document);
}

static void json_says_the_same(void **state)
{
	struct marc *marc = sample();
	struct schema_record record = record_of(marc);
	json_t *json = schema_json(SCHEMA_MARCXML, &record), *field,
	       *dc = schema_json(SCHEMA_DC, &record);
	const char *ind1, *title, *first;

	assert_string_equal(json_string_value(json_object_get(json, "leader")), marc->leader);
	assert_int_equal(json_array_size(json_object_get(json, "fields")), marc->nfields);
	field = json_array_get(json_object_get(json, "fields"), 0);
	assert_string_equal(json_string_value(json_object_get(field, "001")), "7");
	field = json_array_get(json_object_get(json, "fields"), 5);
	assert_int_equal(json_unpack(field, "{s:{s:s,s:[{s:s}]}}", "245", "ind1", &ind1,
			     "subfields", "a", &title),
	    0);
	assert_string_equal(ind1, "1");
	assert_string_equal(title, "A & B :");
	assert_int_equal(json_unpack(dc, "{s:[s]}", "title", &first), 0);
	assert_string_equal(first, "A & B : <c>");
	json_decref(json);
	json_decref(dc);
}

static const char mods_names[] =
    " mods titleInfo title subTitle partNumber partName nonSort name namePart role roleTerm "
    "affiliation typeOfResource genre originInfo place placeTerm publisher dateIssued "
    "copyrightDate edition issuance frequency language languageTerm physicalDescription form "
    "extent internetMediaType abstract tableOfContents targetAudience note subject topic "
    "geographic temporal occupation geographicCode hierarchicalGeographic country state county "
    "city cartographics scale projection coordinates classification relatedItem identifier "
    "location physicalLocation shelfLocator url accessCondition part text recordInfo "
    "recordContentSource recordCreationDate recordChangeDate recordIdentifier recordOrigin "
    "languageOfCataloging descriptionStandard ";

static const char dc_names[] =
    " dc title creator subject description publisher contributor date type format identifier "
    "source language relation coverage rights ";

/* No schema of these is at hand: their namespace and the names they have are held to. */
static void check_names(const xmlNode *node, const char *names, const char *uri)
{
	char name[64];

	snprintf(name, sizeof name, " %s ", (const char *)node->name);
	if (!node->ns || !strstr(names, name))
		fail_msg("element%sis not of the schema", name);
	if (node->parent->type == XML_ELEMENT_NODE)
		assert_string_equal(node->ns->href, uri);
	for (const xmlNode *i = node->children; i; i = i->next)
		if (i->type == XML_ELEMENT_NODE)
			check_names(i, names, uri);
}

static void names_are_those_of_the_schema(void **state)
{
	uint64_t seed = support_seed(1928);

	for (int i = 0; i < 200; i++) {
		struct marc *marc = support_random_marc(arena, &seed);
		xmlDocPtr mods = write_document(SCHEMA_MODS, marc);
		xmlDocPtr dc = write_document(SCHEMA_DC, marc);

		check_names(xmlDocGetRootElement(mods), mods_names, "http://www.loc.gov/mods/v3");
		check_names(xmlDocGetRootElement(dc), dc_names, "http://purl.org/dc/elements/1.1/");
		xmlFreeDoc(mods);
		xmlFreeDoc(dc);
	}
}

static void whatever_the_record_output_is_well_formed(void **state)
{
	uint64_t seed = support_seed(1945);

	for (int i = 0; i < 300; i++) {
		struct marc *marc = support_random_marc(arena, &seed);
		int schema = -1;

		while (schema_next(&schema)) {
			struct schema_record record = record_of(marc);
			json_t *json = schema_json((enum schema)schema, &record);
			char *text = json_dumps(json, 0);

			assert_non_null(text);
			free(text);
			json_decref(json);
			xmlFreeDoc(write_document((enum schema)schema, marc));
		}
	}
}

/* ---- MODS and opacxml ---- */

/* The string that an XPath expression gives; prefix m is MODS. */
static void check_path(xmlDocPtr document, const char *path, const char *expected)
{
	xmlXPathContextPtr context = xmlXPathNewContext(document);
	xmlXPathObjectPtr found;
	xmlChar *text;

	xmlXPathRegisterNs(context, BAD_CAST "m", BAD_CAST "http://www.loc.gov/mods/v3");
	xmlXPathRegisterNs(context, BAD_CAST "marc", BAD_CAST "http://www.loc.gov/MARC21/slim");
	found = xmlXPathEvalExpression(BAD_CAST path, context);
	assert_non_null(found);
	text = xmlXPathCastToString(found);
	if (strcmp((const char *)text, expected) != 0)
		fail_msg("%s is \"%s\", expected \"%s\"", path, text, expected);
	xmlFree(text);
	xmlXPathFreeObject(found);
	xmlXPathFreeContext(context);
}

struct expected {
	const char *path, *value;
};

static void check_paths(xmlDocPtr document, const struct expected *expected, size_t count)
{
	for (size_t i = 0; i < count; i++)
		check_path(document, expected[i].path, expected[i].value);
	xmlFreeDoc(document);
}

static void mods_is_written(void **state)
{
	static const struct expected expected[] = {
	    {"count(/m:mods[@version='3.7'])", "1"},
	    {"/m:mods/m:titleInfo[not(@type)][1]/m:nonSort", "The"},
	    {"/m:mods/m:titleInfo[not(@type)][1]/m:title", "rose"},
	    {"/m:mods/m:titleInfo[not(@type)][1]/m:subTitle", "a <story>"},
	    {"/m:mods/m:titleInfo[not(@type)][1]/m:partNumber", "Jil. 2"},
	    {"/m:mods/m:titleInfo[@script='Arab']/@altRepGroup", "01"},
	    {"/m:mods/m:titleInfo[not(@type)][1]/@altRepGroup", "01"},
	    {"/m:mods/m:titleInfo[@type='uniform']/m:title", "Rosa"},
	    {"/m:mods/m:name[@usage='primary']/m:namePart[not(@type)]", "Toer, P."},
	    {"/m:mods/m:name[@usage='primary']/m:namePart[@type='date']", "1925-"},
	    {"/m:mods/m:name[@usage='primary']/m:role/m:roleTerm[@type='code']", "aut"},
	    {"/m:mods/m:name[@type='corporate']/m:namePart[2]", "Fakultas Hukum"},
	    {"count(/m:mods/m:name)", "2"},
	    {"/m:mods/m:relatedItem[@type='constituent']/m:titleInfo/m:title", "Work"},
	    {"/m:mods/m:typeOfResource", "text"},
	    {"/m:mods/m:genre[@authority='marcgt'][1]", "theses"},
	    {"/m:mods/m:originInfo/m:place/m:placeTerm[@authority='marccountry']", "io"},
	    {"/m:mods/m:originInfo/m:place/m:placeTerm[@type='text']", "Jakarta"},
	    {"/m:mods/m:originInfo/m:publisher", "Hasta Mitra"},
	    {"/m:mods/m:originInfo/m:dateIssued[@encoding='marc']", "1980"},
	    {"/m:mods/m:originInfo/m:edition", "2nd ed."},
	    {"/m:mods/m:originInfo/m:issuance", "monographic"},
	    {"/m:mods/m:language/m:languageTerm[@authority='iso639-2b']", "ind"},
	    {"/m:mods/m:language[2]/m:languageTerm", "dut"},
	    {"/m:mods/m:physicalDescription/m:form[@authority='marcform']", "print"},
	    {"/m:mods/m:physicalDescription/m:extent", "xii, 535 p. ill. 21 cm"},
	    {"/m:mods/m:abstract", "About it"},
	    {"/m:mods/m:note[@type='statement of responsibility']", "P. Toer"},
	    {"/m:mods/m:subject[@authority='lcsh']/m:topic[1]", "Law"},
	    {"/m:mods/m:subject[@authority='lcsh']/m:geographic", "Java"},
	    {"/m:mods/m:subject/m:name[@type='personal']/m:namePart", "Hatta"},
	    {"/m:mods/m:classification[@authority='ddc'][@edition='21']", "899.221"},
	    {"/m:mods/m:relatedItem[@type='series']/m:titleInfo/m:title", "Seri"},
	    {"/m:mods/m:relatedItem[@type='series']/m:titleInfo/m:partNumber", "3"},
	    {"/m:mods/m:relatedItem[@type='host']/m:part/m:text", "Vol. 1"},
	    {"/m:mods/m:identifier[@type='isbn'][not(@invalid)]", "9794330108"},
	    {"/m:mods/m:identifier[@invalid='yes']", "000"},
	    {"/m:mods/m:identifier[@type='oclc']", "123"},
	    {"/m:mods/m:location/m:physicalLocation", "ID-YoUGM"},
	    {"/m:mods/m:location/m:url[@usage='primary display']", "http://x/?a=1&b=2"},
	    {"/m:mods/m:recordInfo/m:recordIdentifier[@source='ugm']", "7"},
	    {"/m:mods/m:recordInfo/m:recordCreationDate", "940101"},
	    {"/m:mods/m:recordInfo/m:recordContentSource", "DLC"},
	    {"count(//*[not(node()) and not(@*)])", "0"},
	};
	struct marc *marc = support_marc(arena,
	    "LDR 00000nam a2200000 a 4500\n001 7\n003 ugm\n"
	    "008 940101s1980    io      rm    000 0 ind d\n"
	    "020    $a 9794330108\n020    $z 000\n035    $a (OCoLC)123\n040    $a DLC$b eng\n"
	    "041 1  $a inddut$h dut\n082 04 $a 899.221$2 21\n"
	    "100 1  $a Toer, P.,$d 1925-$4 aut\n240 10 $a Rosa\n"
	    "245 14 $6 880-01$a The rose :$b a <story>.$n Jil. 2 /$c P. Toer\n250    $a 2nd ed.\n"
	    "260    $a Jakarta :$b Hasta Mitra,$c 1980.\n300    $a xii, 535 p. :$b ill. ;$c 21 cm\n"
	    "490 0  $a Seri ;$v 3\n520    $a About it\n600 14 $a Hatta\n650  0 $a Law$z Java\n"
	    "700 12 $a Lane, Max.$t Work\n710 2  $a UGM.$b Fakultas Hukum\n"
	    "773 0  $t Host$g Vol. 1\n852    $a ID-YoUGM\n856 40 $u http://x/?a=1&b=2\n"
	    "880 10 $6 245-01/(3/r$a وردة");

	check_paths(
	    write_document(SCHEMA_MODS, marc), expected, sizeof expected / sizeof *expected);
}

/* A format without a mapping of its own goes by way of the description. */
static void mods_of_unimarc_is_written(void **state)
{
	static const struct expected expected[] = {
	    {"/m:mods/m:titleInfo/m:title", "Bumi manusia"},
	    {"/m:mods/m:name[@usage='primary']/m:namePart", "Toer, Pramoedya Ananta"},
	    {"/m:mods/m:identifier[@type='isbn']", "9794330108"},
	    {"/m:mods/m:originInfo/m:publisher", "Hasta Mitra"},
	    {"/m:mods/m:recordInfo/m:recordIdentifier", "U1"},
	};
	struct marc *marc = support_marc(arena,
	    "LDR 00000nam  2200000   450 \n001 U1\n010    $a 9794330108\n101 0  $a ind\n"
	    "200 1  $a Bumi manusia$f Pramoedya\n210    $a Jakarta$c Hasta Mitra$d 1980\n"
	    "700  1 $a Toer$b Pramoedya Ananta");
	struct schema_record record = {.arena = arena,
	    .marc = marc,
	    .bib = crosswalk_marc(arena, marc, CROSSWALK_UNIMARC),
	    .unimarc = true};

	check_paths(
	    write_record(SCHEMA_MODS, &record), expected, sizeof expected / sizeof *expected);
}

static const char opac[] =
    "<holdings><holding><typeOfRecord>x</typeOfRecord><nucCode>OLD</nucCode>"
    "<localLocation>Lantai 2</localLocation><callNumber>899 TOE b</callNumber>"
    "<circulations><circulation><availableNow value=\"1\"/><itemId>B1</itemId>"
    "<renewable value=\"0\"/><onHold value=\"0\"/></circulation></circulations></holding>"
    "<holding><record xmlns=\"http://www.loc.gov/MARC21/slim\"><leader>00000nu  a2200000   4500"
    "</leader><datafield tag=\"852\" ind1=\" \" ind2=\" \"><subfield code=\"h\">MFHD</subfield>"
    "</datafield></record></holding></holdings>";

static struct schema_record sample_with_holdings(void)
{
	struct schema_record record = record_of(sample());
	struct schema_holding *holdings = arena_array(arena, 3, sizeof *holdings);

	holdings[0] = (struct schema_holding){
	    .library = "UGM", .code = "ID-YoUGM", .opac = opac, .opac_length = sizeof opac - 1};
	holdings[1] = (struct schema_holding){.library = "UIN <Suka>",
	    .code = "uinsuka",
	    .marc = support_marc(arena, "001 9\n852    $a UIN$b Pusat$c Rak 4$h 899$i TOE$t 2")};
	holdings[2] =
	    (struct schema_holding){.code = "bare", .opac = "<holdings", .opac_length = 9};
	record.holdings = holdings;
	record.nholdings = 3;
	return record;
}

static void opacxml_is_written(void **state)
{
	static const struct expected expected[] = {
	    {"count(/opacRecord/*)", "2"},
	    {"/opacRecord/bibliographicRecord/marc:record/marc:controlfield[@tag='001']", "7"},
	    {"count(/opacRecord/holdings/holding)", "4"},
	    {"//holding[1]/nucCode", "ID-YoUGM"},
	    {"//holding[1]/localLocation", "UGM, Lantai 2"},
	    {"//holding[1]/callNumber", "899 TOE b"},
	    {"//holding[1]/circulations/circulation/availableNow/@value", "1"},
	    {"//holding[1]/circulations/circulation/itemId", "B1"},
	    {"//holding[2]/localLocation", "UGM"},
	    {"//holding[2]/callNumber", "MFHD"},
	    {"//holding[3]/nucCode", "uinsuka"},
	    {"//holding[3]/localLocation", "UIN <Suka>, Pusat"},
	    {"//holding[3]/shelvingLocation", "Rak 4"},
	    {"//holding[3]/callNumber", "899 TOE"},
	    {"//holding[3]/copyNumber", "2"},
	    {"//holding[4]/nucCode", "bare"},
	    {"count(//holding[4]/*)", "1"},
	};
	struct schema_record record = sample_with_holdings();

	check_paths(
	    write_record(SCHEMA_OPACXML, &record), expected, sizeof expected / sizeof *expected);
}

static void entities_in_holdings_are_not_looked_at(void **state)
{
	static const char bomb[] =
	    "<!DOCTYPE holdings [<!ENTITY a 'aaaa'>]>"
	    "<holdings><holding><callNumber>&a;</callNumber></holding></holdings>";
	struct schema_record record = record_of(sample());
	struct schema_holding holding = {.code = "x", .opac = bomb, .opac_length = sizeof bomb - 1};
	static const struct expected expected[] = {{"count(//callNumber)", "0"}};

	record.holdings = &holding;
	record.nholdings = 1;
	check_paths(write_record(SCHEMA_OPACXML, &record), expected, 1);
}

static void json_mirrors_the_elements(void **state)
{
	struct schema_record record = sample_with_holdings();
	json_t *mods = schema_json(SCHEMA_MODS, &record);
	json_t *holdings = schema_json(SCHEMA_OPACXML, &record);
	const char *title, *version, *call, *flag;

	assert_int_equal(json_unpack(mods, "{s:s,s:[{s:[s]}]}", "@version", &version, "titleInfo",
			     "title", &title),
	    0);
	assert_string_equal(version, "3.7");
	assert_string_equal(title, "A & B");
	assert_int_equal(json_unpack(holdings, "{s:{s:s},s:[{s:[s],s:[{s:[{s:[{s:s}]}]}]}]}",
			     "bibliographicRecord", "leader", &title, "holdings", "callNumber",
			     &call, "circulations", "circulation", "availableNow", "@value", &flag),
	    0);
	assert_string_equal(call, "899 TOE b");
	assert_string_equal(flag, "1");
	json_decref(mods);
	json_decref(holdings);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(schemas_have_names),
	    TEST(dublin_core_is_written),
	    TEST(json_says_the_same),
	    TEST(mods_is_written),
	    TEST(mods_of_unimarc_is_written),
	    TEST(opacxml_is_written),
	    TEST(entities_in_holdings_are_not_looked_at),
	    TEST(json_mirrors_the_elements),
	    TEST(names_are_those_of_the_schema),
	    TEST(whatever_the_record_output_is_well_formed),
	};

	return cmocka_run_group_tests_name("schema", tests, NULL, NULL);
}
