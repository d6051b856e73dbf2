#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

#include "base/arena.h"
#include "protocol/sru.h"

/* ---- An answer with everything in it ---- */

#define DC "info:srw/schema/1/dc-v1.1"

static void write_title(void *arg, xmlTextWriterPtr writer)
{
	xmlTextWriterStartElementNS(
	    writer, BAD_CAST "srw_dc", BAD_CAST "dc", BAD_CAST "info:srw/schema/1/dc-schema");
	xmlTextWriterWriteElementNS(writer, BAD_CAST "dc", BAD_CAST "title",
	    BAD_CAST "http://purl.org/dc/elements/1.1/", arg);
	xmlTextWriterEndElement(writer);
}

/* A record without a namespace, as opacxml is. */
static void write_plain(void *arg, xmlTextWriterPtr writer)
{
	xmlTextWriterWriteElement(writer, BAD_CAST "plain", arg);
}

static json_t *give_title(void *arg)
{
	return json_pack("{s:[s]}", "title", arg);
}

static char title[] = "Bumi & manusia <\xC3\xA9]]>";

static const struct sru_diagnostic surrogate = {DIAG_RECORD_TOO_LARGE, "200000 <bytes>", NULL};
static const struct sru_diagnostic partial = {
    DIAG_PARTIAL, "answered 1 of 2: uin late\x01 (search)", "Some \xFF partners are late"};

static const struct sru_holding holdings[] = {
    {"ugm", "000123", "ID-YoUGM", 4, "search loan"},
    {"uin", "a\"<&\x02\xFF", NULL, 0, NULL},
};

static const struct sru_partner partners[] = {
    {"ugm", "Universitas Gadjah Mada & co", "ok", NULL, NULL, NULL, NULL, NULL, "2027-07-13", 123,
	50, 87, "@attr 1=4 \"a<b\""},
    {"uin", "UIN", "late", "search", NULL, NULL, NULL, NULL, NULL, -1, 0, 5000, NULL},
    {"sti", "STI", "failed", "diagnostic", "bib1:114", "Unsupported \"Use\" <\x03\xFE>", "expired",
	NULL, "2023-01-01", 7, 0, 31, NULL},
    {"old", "Old", "expired", NULL, NULL, NULL, NULL, NULL, "2023-08-07", -1, 0, -1, NULL},
};

static const struct sru_record records[] = {
    {1, DC, NULL, write_title, give_title, title, 0.87312, holdings, 2, "title 0.8 <b> & more",
	NULL},
    {2, DC, &surrogate, NULL, NULL, NULL, 0.5, holdings, 1, NULL, NULL},
    {3, "info:srw/schema/1/opacxml-v1.0", NULL, write_plain, NULL, title, -1, NULL, 0, NULL, NULL},
};

#define XQUERY                                                                                     \
	"<searchClause xmlns=\"http://www.loc.gov/zing/cql/xcql/\"><index>dc.title</index>"        \
	"<relation><value>=</value></relation><term>bumi</term></searchClause>"

static const struct sru_explain_index indexes[] = {
    {"dc", "title", "Title <main>", 16, true, false},
    {"dc", "creator", "Author", 11, false, false},
    {"bath", "isbn", NULL, 16, false, false},
    {"pica", "ppn", "PPN", 1, false, true},
};
static const struct sru_explain_schema schemas[] = {
    {"info:srw/schema/1/marcxml-v1.1", "marcxml", "MARCXML"},
    {DC, "dc", "Dublin Core & Co"},
};

struct scene {
	struct arena *arena;
	struct sru_request request;
	struct sru_search_answer answer;
	struct sru_explain_answer explain;
	char *text;
	size_t length;
	xmlDocPtr doc;
	xmlXPathContextPtr xpath;
};

static void scene_decode(struct scene *scene, const char *text)
{
	struct diag diag;

	memset(scene, 0, sizeof *scene);
	scene->arena = arena_create(0, NULL);
	if (!sru_decode(scene->arena, text, strlen(text), NULL, &scene->request, &diag))
		fail_msg("%s: %d %s", text, diag_srw(diag.id), diag.details);
	scene->answer = (struct sru_search_answer){.request = &scene->request,
	    .hits = 4711,
	    .result_set_id = "0123456789abcdef0123456789abcdef",
	    .idle_seconds = 600,
	    .records = records,
	    .nrecords = 3,
	    .next = 4,
	    .diagnostics = &partial,
	    .ndiagnostics = 1,
	    .has_partners = true,
	    .partners = partners,
	    .npartners = 4,
	    .xquery = XQUERY};
	scene->explain = (struct sru_explain_answer){.request = &scene->request,
	    .host = "127.0.0.1",
	    .port = 9080,
	    .database = "sru/union",
	    .title = "All partners & more",
	    .description = "Sixteen libraries",
	    .indexes = indexes,
	    .nindexes = 4,
	    .schemas = schemas,
	    .nschemas = 2,
	    .npartners = 16,
	    .default_records = 10,
	    .maximum_records = 100,
	    .ttl_seconds = 600,
	    .deadline = 5000};
}

static void scene_parse(struct scene *scene)
{
	assert_int_equal(scene->length, strlen(scene->text));
	scene->doc = xmlReadMemory(scene->text, (int)scene->length, NULL, NULL, XML_PARSE_NONET);
	if (!scene->doc)
		fail_msg("not well formed: %s", scene->text);

	bool two = scene->request.version == SRU_2_0;
	const char *sru = two ? "http://docs.oasis-open.org/ns/search-ws/sruResponse"
			      : "http://www.loc.gov/zing/srw/";
	const char *diag = two ? "http://docs.oasis-open.org/ns/search-ws/diagnostic"
			       : "http://www.loc.gov/zing/srw/diagnostic/";

	scene->xpath = xmlXPathNewContext(scene->doc);
	xmlXPathRegisterNs(scene->xpath, BAD_CAST "z", BAD_CAST sru);
	xmlXPathRegisterNs(scene->xpath, BAD_CAST "d", BAD_CAST diag);
	xmlXPathRegisterNs(scene->xpath, BAD_CAST "s", BAD_CAST "urn:silang:response:1");
	xmlXPathRegisterNs(
	    scene->xpath, BAD_CAST "e", BAD_CAST "http://explain.z3950.org/dtd/2.0/");
	xmlXPathRegisterNs(
	    scene->xpath, BAD_CAST "x", BAD_CAST "http://www.loc.gov/zing/cql/xcql/");
	xmlXPathRegisterNs(
	    scene->xpath, BAD_CAST "dc", BAD_CAST "http://purl.org/dc/elements/1.1/");
	xmlXPathRegisterNs(scene->xpath, BAD_CAST "a",
	    BAD_CAST "http://docs.oasis-open.org/ns/search-ws/searchResultAnalysis");
	xmlXPathRegisterNs(
	    scene->xpath, BAD_CAST "scan", BAD_CAST "http://docs.oasis-open.org/ns/search-ws/scan");
}

static void scene_search(struct scene *scene)
{
	scene->text = sru_encode_search(scene->arena, &scene->answer, &scene->length);
	scene_parse(scene);
}

static void scene_close(struct scene *scene)
{
	xmlXPathFreeContext(scene->xpath);
	xmlFreeDoc(scene->doc);
	arena_destroy(scene->arena);
}

/* The value of an XPath expression as a string, in the arena. */
static const char *look(struct scene *scene, const char *path)
{
	xmlXPathObjectPtr object = xmlXPathEvalExpression(BAD_CAST path, scene->xpath);

	assert_non_null(object);

	xmlChar *text = xmlXPathCastToString(object);
	const char *copy = arena_strdup(scene->arena, (const char *)text);

	xmlFree(text);
	xmlXPathFreeObject(object);
	return copy;
}

#define assert_look(scene, path, value) assert_string_equal(look(scene, path), value)

/* Names of an element's children, in order. */
static const char *children(struct scene *scene, const char *path)
{
	xmlXPathObjectPtr object = xmlXPathEvalExpression(BAD_CAST path, scene->xpath);
	const char *list = "";

	assert_int_equal(xmlXPathNodeSetGetLength(object->nodesetval), 1);
	for (xmlNodePtr n = object->nodesetval->nodeTab[0]->children; n; n = n->next)
		if (n->type == XML_ELEMENT_NODE)
			list =
			    arena_printf(scene->arena, "%s%s%s", list, *list ? " " : "", n->name);
	xmlXPathFreeObject(object);
	return list;
}

/* ---- XML ---- */

static const char *const searches[] = {
    "version=1.1&operation=searchRetrieve&query=dc.title%3Dbumi&startRecord=1&maximumRecords=3",
    "version=1.2&operation=searchRetrieve&query=dc.title%3Dbumi&startRecord=1&maximumRecords=3",
    "query=dc.title%3Dbumi&startRecord=1&maximumRecords=3&x-dedup=work",
};

#define ORDER_1X                                                                                   \
	"version numberOfRecords resultSetId resultSetIdleTime records nextRecordPosition "        \
	"echoedSearchRetrieveRequest diagnostics extraResponseData"
#define ORDER_20                                                                                   \
	"numberOfRecords resultSetId records nextRecordPosition echoedSearchRetrieveRequest "      \
	"diagnostics extraResponseData resultSetTTL resultCountPrecision searchResultAnalysis"
#define RECORD_1X "recordSchema recordPacking recordData recordPosition extraRecordData"
#define RECORD_20                                                                                  \
	"recordSchema recordPacking recordXMLEscaping recordData recordPosition extraRecordData"

static void elements_stand_in_the_order_of_the_schemas(void **state)
{
	static const char *const orders[] = {ORDER_1X, ORDER_1X, ORDER_20};
	static const char *const record_orders[] = {RECORD_1X, RECORD_1X, RECORD_20};

	for (int v = 0; v < 3; v++) {
		struct scene scene;

		scene_decode(&scene, searches[v]);
		scene_search(&scene);
		assert_string_equal(children(&scene, "/z:searchRetrieveResponse"), orders[v]);
		assert_string_equal(children(&scene, "//z:record[1]"), record_orders[v]);
		assert_string_equal(
		    children(&scene, "//z:diagnostics/d:diagnostic"), "uri details message");
		scene_close(&scene);
	}
}

static void an_answer_says_what_it_was_given(void **state)
{
	for (int v = 0; v < 3; v++) {
		struct scene scene;

		scene_decode(&scene, searches[v]);
		scene_search(&scene);
		assert_look(&scene, "/*/z:version", ((const char *[]){"1.1", "1.2", ""})[v]);
		assert_look(&scene, "/*/z:numberOfRecords", "4711");
		assert_look(&scene, "/*/z:nextRecordPosition", "4");
		assert_look(&scene, "count(//z:record)", "3");
		assert_look(&scene, "//z:record[1]/z:recordPosition", "1");
		assert_look(&scene, "//z:record[1]/z:recordSchema", DC);
		assert_look(&scene, "//z:record[1]/z:recordData//dc:title", title);
		assert_look(&scene, "//z:record[3]/z:recordData/plain", title);
		assert_look(&scene, "count(//z:record[3]/z:extraRecordData)", "0");
		assert_look(
		    &scene, "/*/z:diagnostics/d:diagnostic/d:uri", "info:srw/diagnostic/1/59");
		assert_look(&scene, "/*/z:diagnostics/d:diagnostic/d:details",
		    "answered 1 of 2: uin late (search)");
		assert_look(&scene, "/*/z:diagnostics/d:diagnostic/d:message",
		    "Some \xEF\xBF\xBD partners are late");
		scene_close(&scene);
	}
}

static void a_surrogate_stands_for_its_record(void **state)
{
	struct scene scene;

	scene_decode(&scene, "version=1.1&operation=searchRetrieve&query=x&recordPacking=string");
	scene_search(&scene);
	assert_look(&scene, "//z:record[2]/z:recordSchema", "info:srw/schema/1/diagnostics-v1.1");
	assert_look(&scene, "//z:record[2]/z:recordPacking", "xml");
	assert_look(
	    &scene, "//z:record[2]/z:recordData/d:diagnostic/d:uri", "info:srw/diagnostic/1/70");
	assert_look(&scene, "//z:record[2]//d:details", "200000 <bytes>");
	assert_look(&scene, "//z:record[2]//d:message", "Record too large to send");
	assert_look(&scene, "//z:record[1]/z:recordPacking", "string");
	scene_close(&scene);
}

static void holdings_and_partners_are_as_the_interface_says(void **state)
{
	struct scene scene;

	scene_decode(&scene, searches[0]);
	scene_search(&scene);
	assert_look(&scene, "//z:record[1]/z:extraRecordData/s:holdings/@score", "0.8731");
	assert_look(&scene, "count(//z:record[1]//s:holding)", "2");
	assert_look(&scene, "//s:holding[1]/@partner", "ugm");
	assert_look(&scene, "//s:holding[1]/@id", "000123");
	assert_look(&scene, "//s:holding[1]/@isil", "ID-YoUGM");
	assert_look(&scene, "//s:holding[1]/@position", "4");
	assert_look(&scene, "//s:holding[1]/@services", "search loan");
	assert_look(&scene, "//s:holding[2]/@id", "a\"<&\xEF\xBF\xBD");
	assert_look(&scene, "count(//s:holding[2]/@*)", "2");
	assert_look(&scene, "//s:holdings/s:explain", "title 0.8 <b> & more");
	assert_look(&scene, "count(/*/z:extraResponseData/s:partners/s:partner)", "4");
	assert_look(&scene, "//s:partner[1]/@hits", "123");
	assert_look(&scene, "//s:partner[1]/@fetched", "50");
	assert_look(&scene, "//s:partner[1]/@ms", "87");
	assert_look(&scene, "//s:partner[2]/@reason", "search");
	assert_look(&scene, "count(//s:partner[2]/@hits)", "0");
	assert_look(&scene, "//s:partner[3]/@code", "bib1:114");
	assert_look(&scene, "//s:partner[3]/@detail", "Unsupported \"Use\" <\xEF\xBF\xBD>");
	assert_look(&scene, "//s:partner[3]/@agreement", "expired");
	assert_look(&scene, "//s:partner[4]/@ends", "2023-08-07");
	assert_look(&scene, "count(//s:partner[4]/@*)", "3");
	scene_close(&scene);
}

static void scores_have_four_decimals(void **state)
{
	static const struct {
		double score;
		const char *text;
	} cases[] = {{0, "0.0000"}, {0.00004, "0.0000"}, {0.99996, "1.0000"}, {12.5, "12.5000"},
	    {INFINITY, "0.0000"}};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct sru_record record = records[0];
		struct scene scene;

		record.score = cases[i].score;
		scene_decode(&scene, searches[0]);
		scene.answer.records = &record;
		scene.answer.nrecords = 1;
		scene_search(&scene);
		assert_look(&scene, "//s:holdings/@score", cases[i].text);
		scene_close(&scene);
	}
}

static const struct sru_part evidence[] = {
    {"title", "nearly <the> same", -1.5}, {"year", NULL, 0.0004}, {"isbn", NULL, INFINITY}};
static const struct sru_match joined = {
    .holding = 2, .with = 1, .sum = 12.25, .threshold = 5, .evidence = evidence, .nevidence = 3};
static const struct sru_match apart = {.partner = "ugm",
    .id = "a\x01&",
    .with = 1,
    .because = "edition",
    .by_edition = true,
    .sum = -3,
    .threshold = 5};
static const struct sru_why why = {.has_score = true,
    .sum = 6.7494,
    .half = 2.5,
    .parts = evidence,
    .nparts = 3,
    .words = 2,
    .asked = 3,
    .coordination = 0.5,
    .above = "score",
    .next = 6,
    .best = "fullness",
    .fullness = 55,
    .joined = &joined,
    .njoined = 1,
    .apart = &apart,
    .napart = 1};

static void explanations_are_numbers_and_words(void **state)
{
	struct sru_record record = records[0];
	struct scene scene;

	record.why = &why;
	scene_decode(&scene, searches[0]);
	scene.answer.records = &record;
	scene.answer.nrecords = 1;
	scene_search(&scene);
	assert_look(&scene, "//s:why/s:rank/@sum", "6.749");
	assert_look(&scene, "//s:why/s:rank/@half", "2.5");
	assert_look(&scene, "//s:why/s:rank/@next", "6");
	assert_look(&scene, "//s:why/s:rank/@words", "2");
	assert_look(&scene, "//s:why/s:rank/s:part[1]/@value", "-1.5");
	assert_look(&scene, "//s:why/s:rank/s:part[2]/@value", "0");
	assert_look(&scene, "//s:why/s:rank/s:part[3]/@value", "0");
	assert_look(&scene, "//s:why/s:best/@by", "fullness");
	assert_look(&scene, "count(//s:why/s:best/@next)", "0");
	assert_look(&scene, "//s:why/s:joined/@holding", "2");
	assert_look(&scene, "//s:why/s:joined/@sum", "12.25");
	assert_look(&scene, "count(//s:why/s:joined/@because)", "0");
	assert_look(&scene, "//s:why/s:joined/s:evidence[1]/@how", "nearly <the> same");
	assert_look(&scene, "//s:why/s:apart/@id", "a&");
	assert_look(&scene, "//s:why/s:apart/@sum", "-3");
	assert_look(&scene, "//s:why/s:apart/@level", "normal");
	scene_close(&scene);
}

static void version_2_analyses_the_search(void **state)
{
	struct scene scene;

	scene_decode(&scene, searches[2]);
	scene_search(&scene);
	assert_look(&scene, "/*/z:resultSetTTL", "600");
	assert_look(&scene, "/*/z:resultCountPrecision",
	    "info:srw/vocabulary/resultCountPrecision/1/estimate");
	assert_look(&scene, "count(//a:datasource)", "2");
	assert_look(
	    &scene, "//a:datasource[1]/a:datasourceDisplayLabel", "Universitas Gadjah Mada & co");
	assert_look(&scene, "//a:datasource[1]//a:subquery", "@attr 1=4 \"a<b\"");
	assert_look(&scene, "//a:datasource[1]//a:count", "123");
	assert_look(&scene, "//a:datasource[2]//a:subqueryDisplayLabel", "sti");
	assert_look(&scene, "//a:datasource[2]//a:subquery", "dc.title=bumi");
	scene_close(&scene);

	scene_decode(&scene, searches[2]);
	scene.answer.exact = true;
	scene.answer.partners = partners + 1;
	scene.answer.npartners = 1;
	scene_search(&scene);
	assert_look(&scene, "/*/z:resultCountPrecision",
	    "info:srw/vocabulary/resultCountPrecision/1/exact");
	assert_look(&scene, "count(/*/z:searchResultAnalysis)", "0");
	scene_close(&scene);
}

static void requests_are_echoed(void **state)
{
	struct scene scene;

	scene_decode(&scene, "version=1.1&operation=searchRetrieve&stylesheet=/"
			     "a.xsl&query=a%3C%01b&maximumRecords=3&"
			     "recordPacking=xml&startRecord=2&x-foo=secret&recordSchema=dc");
	scene_search(&scene);
	assert_string_equal(children(&scene, "//z:echoedSearchRetrieveRequest"),
	    "version query xQuery startRecord maximumRecords recordPacking recordSchema "
	    "stylesheet");
	assert_look(&scene, "//z:echoedSearchRetrieveRequest/z:query", "a<b");
	assert_look(&scene, "//z:xQuery/x:searchClause/x:term", "bumi");
	assert_null(strstr(scene.text, "secret"));
	scene_close(&scene);

	scene_decode(&scene, "x-dedup=off&recordXMLEscaping=xml&query=a&queryType=cql&httpAccept="
			     "text/xml&startRecord=2");
	scene_search(&scene);
	assert_string_equal(children(&scene, "//z:echoedSearchRetrieveRequest"),
	    "queryType query xQuery startRecord recordXMLEscaping extraRequestParameter "
	    "httpAccept");
	assert_look(&scene, "//z:extraRequestParameter", "x-dedup=off");
	scene_close(&scene);
}

static void what_is_absent_is_left_out(void **state)
{
	for (int v = 0; v < 3; v++) {
		struct scene scene;

		scene_decode(&scene, searches[v]);
		scene.answer = (struct sru_search_answer){.request = &scene.request, .exact = true};
		scene_search(&scene);
		assert_string_equal(children(&scene, "/*"),
		    v < 2 ? "version numberOfRecords"
			  : "numberOfRecords echoedSearchRetrieveRequest resultCountPrecision");
		scene_close(&scene);
	}
}

static void partners_may_be_none(void **state)
{
	struct scene scene;

	scene_decode(&scene, searches[1]);
	scene.answer.npartners = 0;
	scene_search(&scene);
	assert_look(&scene, "count(/*/z:extraResponseData/s:partners)", "1");
	scene_close(&scene);
}

static void records_are_escaped_as_strings(void **state)
{
	static const char *const asked[] = {
	    "version=1.1&operation=searchRetrieve&query=x&recordPacking=string",
	    "query=x&recordXMLEscaping=string",
	};

	for (int i = 0; i < 2; i++) {
		struct scene scene;

		scene_decode(&scene, asked[i]);
		scene_search(&scene);
		assert_look(&scene, "count(//z:record[1]/z:recordData/*)", "0");
		assert_look(&scene,
		    i ? "//z:record[1]/z:recordXMLEscaping" : "//z:record[1]/z:recordPacking",
		    "string");

		const char *text = look(&scene, "//z:record[1]/z:recordData");
		xmlDocPtr doc = xmlReadMemory(text, (int)strlen(text), NULL, NULL, XML_PARSE_NONET);

		assert_non_null(doc);
		assert_string_equal(xmlDocGetRootElement(doc)->name, "dc");
		xmlFreeDoc(doc);
		scene_close(&scene);
	}
}

static void stylesheets_are_instructions(void **state)
{
	struct scene scene;

	scene_decode(&scene, "version=1.1&operation=searchRetrieve&query=x&stylesheet=http://"
			     "a.example/b.xsl?c%3Dd%26e");
	scene_search(&scene);
	assert_look(&scene, "/processing-instruction('xml-stylesheet')",
	    "type=\"text/xsl\" href=\"http://a.example/b.xsl?c=d&amp;e\"");
	scene_close(&scene);
}

static void failures_have_the_shape_of_the_operation(void **state)
{
	static const struct {
		const char *text, *root, *content;
	} cases[] = {
	    {"version=1.1&operation=searchRetrieve&query=x", "z:searchRetrieveResponse",
		"version numberOfRecords diagnostics"},
	    {"query=x", "z:searchRetrieveResponse", "numberOfRecords diagnostics"},
	    {"version=1.2&operation=scan&scanClause=x", "z:scanResponse", "version diagnostics"},
	    {"scanClause=x", "scan:scanResponse", "diagnostics"},
	    {"version=1.1", "z:explainResponse", "version record diagnostics"},
	    {"", "z:explainResponse", "record diagnostics"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct diag diag;
		struct scene scene;

		scene_decode(&scene, cases[i].text);
		diag_set(&diag, DIAG_DATABASE, "%s", "no<pe\x01");
		scene.text = sru_encode_failure(scene.arena, &scene.request, &diag, &scene.length);
		scene_parse(&scene);
		assert_look(&scene, arena_printf(scene.arena, "count(/%s)", cases[i].root), "1");
		assert_string_equal(children(&scene, "/*"), cases[i].content);
		assert_look(&scene, "/*/*[local-name()='diagnostics']/d:diagnostic/d:uri",
		    "info:srw/diagnostic/1/235");
		assert_look(&scene, "//d:details", "no<pe");
		assert_look(&scene, "//d:message", "Database does not exist");
		scene_close(&scene);
	}
}

static void explain_describes_the_database(void **state)
{
	static const char *const asked[] = {"version=1.1&operation=explain", "version=1.2", ""};

	for (int v = 0; v < 3; v++) {
		struct scene scene;

		scene_decode(&scene, asked[v]);
		scene.text = sru_encode_explain(scene.arena, &scene.explain, &scene.length);
		scene_parse(&scene);
		assert_string_equal(children(&scene, "/z:explainResponse"),
		    v < 2 ? "version record echoedExplainRequest" : "record echoedExplainRequest");
		assert_look(&scene, "//z:recordSchema", "http://explain.z3950.org/dtd/2.0/");
		assert_string_equal(children(&scene, "//e:explain"),
		    "serverInfo databaseInfo indexInfo searchInfo schemaInfo stylesheet configInfo "
		    "responseFormats diagnosticSets");
		assert_look(&scene, "//e:serverInfo/@protocol", "SRU");
		assert_look(&scene, "//e:serverInfo/e:port", "9080");
		assert_look(&scene, "//e:serverInfo/e:database", "sru/union");
		assert_look(&scene, "//e:databaseInfo/e:title", "All partners & more");
		assert_look(&scene, "count(//e:indexInfo/e:set)", "3");
		assert_look(&scene, "//e:set[@name='dc']/@identifier",
		    "info:srw/cql-context-set/1/dc-v1.1");
		assert_look(&scene, "//e:index[1]/e:map/e:name[@set='dc']", "title");
		assert_look(&scene, "count(//e:index[1]/e:title)", "1");
		assert_look(&scene, "//e:index[2]/e:title[2]", "Author (11 of 16 partners)");
		assert_look(&scene, "//e:index[2]/e:configInfo/e:setting[@type='partners']", "11");
		assert_look(&scene, "//e:schema[2]/@name", "dc");
		assert_look(
		    &scene, "//e:explain/e:configInfo/e:default[@type='numberOfRecords']", "10");
		assert_look(&scene, "//e:setting[@type='maximumRecords']", "100");
		assert_look(&scene, "//e:setting[@type='resultSetTTL']", "600");
		assert_look(&scene, "//e:setting[@type='defaultDeadline']", "5s");
		scene_close(&scene);
	}
}

static void explain_may_be_a_string(void **state)
{
	struct scene scene;

	scene_decode(&scene, "version=1.1&operation=explain&recordPacking=string");
	scene.text = sru_encode_explain(scene.arena, &scene.explain, &scene.length);
	scene_parse(&scene);
	assert_look(&scene, "//z:recordPacking", "string");
	assert_look(&scene, "count(//z:recordData/*)", "0");
	assert_look(&scene, "starts-with(//z:recordData, '<explain ')", "true");
	scene_close(&scene);
}

/* ---- JSON ---- */

static json_t *scene_json(struct scene *scene)
{
	json_t *root = json_loadb(scene->text, scene->length, JSON_REJECT_DUPLICATES, NULL);

	if (!root)
		fail_msg("not JSON: %s", scene->text);
	return root;
}

static void explanations_are_in_json_too(void **state)
{
	struct sru_record record = records[0];
	const char *name, *how, *id, *because, *by;
	double sum, value, threshold;
	json_int_t holding, asked;
	struct scene scene;
	json_t *root;

	record.why = &why;
	scene_decode(&scene, "query=x&httpAccept=application/json");
	scene.answer.records = &record;
	scene.answer.nrecords = 1;
	scene.text = sru_encode_search(scene.arena, &scene.answer, &scene.length);
	root = scene_json(&scene);
	assert_int_equal(
	    json_unpack(json_object_get(json_array_get(json_object_get(root, "records"), 0), "why"),
		"{s:{s:f,s:I},s:{s:s},s:[{s:I,s:f,s:[{s:s,s:s,s:f}]}],s:[{s:s,s:s,s:[]}]}", "rank",
		"sum", &sum, "asked", &asked, "best", "by", &by, "joined", "holding", &holding,
		"threshold", &threshold, "evidence", "name", &name, "how", &how, "value", &value,
		"apart", "id", &id, "because", &because, "evidence"),
	    0);
	assert_true(fabs(sum - 6.749) < 1e-9 && value == -1.5 && threshold == 5);
	assert_int_equal(asked, 3);
	assert_int_equal(holding, 2);
	assert_string_equal(by, "fullness");
	assert_string_equal(name, "title");
	assert_string_equal(how, "nearly <the> same");
	assert_string_equal(id, "a&");
	assert_string_equal(because, "edition");
	json_decref(root);
	scene_close(&scene);
}

static void json_says_the_same(void **state)
{
	const char *id, *schema, *partner, *holding, *detail, *uri, *code, *service, *word;
	json_int_t hits, next, position, fetched;
	double score;
	struct scene scene;

	scene_decode(&scene, "query=x&httpAccept=application/json");
	scene.text = sru_encode_search(scene.arena, &scene.answer, &scene.length);

	json_t *root = scene_json(&scene), *record, *facets, *surrogate_record, *plain;

	assert_int_equal(
	    json_unpack(root, "{s:I,s:s,s:I,s:o,s:[{s:s},{s:s},{s:s,s:s},{}]}", "numberOfRecords",
		&hits, "resultSetId", &id, "nextRecordPosition", &next, "facets", &facets,
		"partners", "id", &partner, "reason", &word, "code", &code, "detail", &detail),
	    0);
	assert_int_equal(hits, 4711);
	assert_string_equal(id, scene.answer.result_set_id);
	assert_int_equal(next, 4);
	assert_int_equal(json_array_size(facets), 0);
	assert_string_equal(code, "bib1:114");
	assert_string_equal(detail, "Unsupported \"Use\" <\xEF\xBF\xBD>");
	assert_int_equal(json_unpack(root, "{s:[o,o,o],s:[{s:s}]}", "records", &record,
			     &surrogate_record, &plain, "diagnostics", "uri", &uri),
	    0);
	assert_string_equal(uri, "info:srw/diagnostic/1/59");
	assert_int_equal(
	    json_unpack(record, "{s:I,s:s,s:{s:[s]},s:F,s:[{s:s,s:[s,s]},{}]}", "position",
		&position, "schema", &schema, "record", "title", &word, "score", &score, "holdings",
		"partner", &holding, "services", &service, &service),
	    0);
	assert_int_equal(position, 1);
	assert_string_equal(word, title);
	assert_string_equal(service, "loan");
	assert_non_null(strstr(scene.text, "\"score\":0.8731,"));
	assert_true(json_is_null(json_object_get(surrogate_record, "record")));
	assert_int_equal(json_unpack(surrogate_record, "{s:{s:s}}", "diagnostic", "uri", &uri), 0);
	assert_string_equal(uri, "info:srw/diagnostic/1/70");
	assert_non_null(strstr(json_string_value(json_object_get(plain, "record")), "<plain>"));
	assert_null(json_object_get(plain, "score"));
	assert_int_equal(json_unpack(json_array_get(json_object_get(root, "partners"), 0), "{s:I}",
			     "fetched", &fetched),
	    0);
	assert_int_equal(fetched, 50);
	json_decref(root);
	arena_destroy(scene.arena);
}

static void json_failures_and_explain(void **state)
{
	struct scene scene;
	struct diag diag;
	const char *uri, *name;
	json_int_t count, mapped;

	scene_decode(&scene, "query=x&httpAccept=application/json");
	diag_set(&diag, DIAG_INDEX, "%s", "foo.bar\x01");
	scene.text = sru_encode_failure(scene.arena, &scene.request, &diag, &scene.length);

	json_t *root = scene_json(&scene);

	assert_int_equal(
	    json_unpack(root, "{s:I,s:[],s:[],s:[],s:[{s:s,s:s}]}", "numberOfRecords", &count,
		"records", "partners", "facets", "diagnostics", "uri", &uri, "details", &name),
	    0);
	assert_int_equal(count, 0);
	assert_string_equal(uri, "info:srw/diagnostic/1/16");
	assert_string_equal(name, "foo.bar");
	json_decref(root);
	arena_destroy(scene.arena);

	scene_decode(&scene, "httpAccept=application/json");
	scene.text = sru_encode_explain(scene.arena, &scene.explain, &scene.length);
	root = scene_json(&scene);
	assert_int_equal(json_unpack(root, "{s:{s:s,s:[{},{s:s,s:I},{},{}]}}", "explain",
			     "database", &uri, "indexes", "name", &name, "partners", &mapped),
	    0);
	assert_string_equal(uri, "sru/union");
	assert_string_equal(name, "creator");
	assert_int_equal(mapped, 11);
	json_decref(root);
	arena_destroy(scene.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(elements_stand_in_the_order_of_the_schemas),
	    cmocka_unit_test(an_answer_says_what_it_was_given),
	    cmocka_unit_test(a_surrogate_stands_for_its_record),
	    cmocka_unit_test(holdings_and_partners_are_as_the_interface_says),
	    cmocka_unit_test(scores_have_four_decimals),
	    cmocka_unit_test(explanations_are_numbers_and_words),
	    cmocka_unit_test(explanations_are_in_json_too),
	    cmocka_unit_test(version_2_analyses_the_search),
	    cmocka_unit_test(requests_are_echoed),
	    cmocka_unit_test(what_is_absent_is_left_out),
	    cmocka_unit_test(partners_may_be_none),
	    cmocka_unit_test(records_are_escaped_as_strings),
	    cmocka_unit_test(stylesheets_are_instructions),
	    cmocka_unit_test(failures_have_the_shape_of_the_operation),
	    cmocka_unit_test(explain_describes_the_database),
	    cmocka_unit_test(explain_may_be_a_string),
	    cmocka_unit_test(json_says_the_same),
	    cmocka_unit_test(json_failures_and_explain),
	};

	return cmocka_run_group_tests_name("sru encode", tests, NULL, NULL);
}
