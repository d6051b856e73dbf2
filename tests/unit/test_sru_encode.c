/* SRU's answers in XML. */
#include "tests/unit/sru_encode_bench.h"

#include <math.h>
#include <string.h>
#include <libxml/parser.h>

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

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(elements_stand_in_the_order_of_the_schemas),
	    cmocka_unit_test(an_answer_says_what_it_was_given),
	    cmocka_unit_test(a_surrogate_stands_for_its_record),
	    cmocka_unit_test(holdings_and_partners_are_as_the_interface_says),
	    cmocka_unit_test(scores_have_four_decimals),
	    cmocka_unit_test(explanations_are_numbers_and_words),
	    cmocka_unit_test(version_2_analyses_the_search),
	    cmocka_unit_test(requests_are_echoed),
	    cmocka_unit_test(what_is_absent_is_left_out),
	    cmocka_unit_test(partners_may_be_none),
	    cmocka_unit_test(records_are_escaped_as_strings),
	    cmocka_unit_test(stylesheets_are_instructions),
	    cmocka_unit_test(failures_have_the_shape_of_the_operation),
	    cmocka_unit_test(explain_describes_the_database),
	    cmocka_unit_test(explain_may_be_a_string),
	};

	return cmocka_run_group_tests_name("sru encode", tests, NULL, NULL);
}
