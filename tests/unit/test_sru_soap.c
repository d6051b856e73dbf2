/* SRU over SOAP: envelopes in, envelopes and faults out. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <libxml/parser.h>
#include <libxml/tree.h>

#include "protocol/sru_soap.h"
#include "protocol/sru_xml.h"
#include "tests/unit/arena_test.h"

#define SOAP_1_1 "xmlns:s='" SRU_NS_SOAP_1_1 "'"
#define SOAP_1_2 "xmlns:s='" SRU_NS_SOAP_1_2 "'"
#define SRW "xmlns='http://www.loc.gov/zing/srw/'"
#define SRU2 "xmlns='http://docs.oasis-open.org/ns/search-ws/sruRequest'"
#define IN(soap, body) "<s:Envelope " soap "><s:Body>" body "</s:Body></s:Envelope>"
#define SEARCH(inside) "<searchRetrieveRequest " SRW ">" inside "</searchRetrieveRequest>"

static struct sru_request request;
static struct diag diag;
static struct sru_fault fault;

static enum sru_soap_result decode(const char *xml)
{
	diag = (struct diag){DIAG_NONE, ""};
	return sru_soap_decode(arena, xml, strlen(xml), &request, &diag, &fault);
}

static void a_search_is_read(void **state)
{
	assert_int_equal(decode("<?xml version='1.0'?>\n" IN(SOAP_1_1,
			     SEARCH("<version> 1.1 </version><query> a &amp; b </query>"
				    "<xQuery><triple/></xQuery><startRecord>3</startRecord>"
				    "<maximumRecords>7</maximumRecords><recordPacking>string"
				    "</recordPacking><extraRequestData><x-dedup>off</x-dedup>"
				    "<other/></extraRequestData>"))),
	    SRU_SOAP_GOOD);
	assert_int_equal(request.operation, SRU_SEARCH);
	assert_int_equal(request.version, SRU_1_1);
	assert_int_equal(request.soap, SRU_SOAP_1_1);
	assert_string_equal(request.content_type, "text/xml; charset=utf-8");
	assert_string_equal(request.query, " a & b ");
	assert_int_equal(request.start, 3);
	assert_int_equal(request.maximum, 7);
	assert_true(request.packing_string);
	assert_string_equal(request.dedup, "off");
}

static void other_requests_are_read(void **state)
{
	assert_int_equal(decode(IN(SOAP_1_2, "<explainRequest " SRW "><version>1.2</version>"
					     "</explainRequest>")),
	    SRU_SOAP_GOOD);
	assert_int_equal(request.operation, SRU_EXPLAIN);
	assert_int_equal(request.version, SRU_1_2);
	assert_int_equal(request.soap, SRU_SOAP_1_2);
	assert_string_equal(request.content_type, "application/soap+xml; charset=utf-8");
	assert_int_equal(decode(IN(SOAP_1_1, "<scanRequest " SRW "><version>1.2</version>"
					     "<scanClause>a</scanClause></scanRequest>")),
	    SRU_SOAP_GOOD);
	assert_int_equal(request.operation, SRU_SCAN);
	/* zoomsh: 2.0 in its own namespace. */
	assert_int_equal(
	    decode(IN(SOAP_1_1, "<z:searchRetrieveRequest xmlns:z='http://docs.oasis-open.org/"
				"ns/search-ws/sruRequest'><z:query>a</z:query><z:queryType>cql"
				"</z:queryType><z:extraRequestParameter>x-dedup=work"
				"</z:extraRequestParameter></z:searchRetrieveRequest>")),
	    SRU_SOAP_GOOD);
	assert_int_equal(request.version, SRU_2_0);
	assert_string_equal(request.dedup, "work");
	assert_int_equal(decode(IN(SOAP_1_1, SEARCH("<query>a</query>"))), SRU_SOAP_GOOD);
	assert_int_equal(request.version, SRU_1_2);
}

/* The rules are those of a GET. */
static void what_is_wrong_is_a_diagnostic(void **state)
{
	static const struct {
		const char *inside;
		enum diag_id id;
		const char *details;
	} rows[] = {
	    {"<version>1.1</version>", DIAG_PARAMETER_MISSING, "query"},
	    {"<version>3.0</version><query>a</query>", DIAG_VERSION, "2.0"},
	    {"<query>a</query><query>a</query>", DIAG_PARAMETER_VALUE, "query"},
	    {"<query>a<b/></query>", DIAG_QUERY_SYNTAX, "elements inside"},
	    {"<query>a</query><startRecord><b/>1</startRecord>", DIAG_PARAMETER_VALUE,
		"startRecord"},
	    {"<query>a</query><maximumRecords>5abc</maximumRecords>", DIAG_PARAMETER_VALUE,
		"maximumRecords"},
	    {"<query>a</query><bogus/>", DIAG_PARAMETER_UNSUPPORTED, "bogus"},
	    {"<query>a</query><operation>scan</operation>", DIAG_PARAMETER_VALUE, "operation"},
	    {"<version>2.0</version><query>a</query><httpAccept>application/json</httpAccept>",
		DIAG_PARAMETER_VALUE, "httpAccept"},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *xml = arena_printf(arena, IN(SOAP_1_2, SEARCH("%s")), rows[i].inside);

		assert_int_equal(decode(xml), SRU_SOAP_REFUSED);
		assert_int_equal(diag.id, rows[i].id);
		assert_string_equal(diag.details, rows[i].details);
		assert_int_equal(request.soap, SRU_SOAP_1_2);
		assert_int_equal(request.format, SRU_XML);
		assert_string_equal(request.content_type, "application/soap+xml; charset=utf-8");
	}
}

static void what_is_no_request_is_a_fault(void **state)
{
	static const struct {
		const char *xml;
		int code;
		enum sru_soap version;
	} rows[] = {
	    {"", SRU_FAULT_CLIENT, SRU_SOAP_1_1},
	    {"query=a", SRU_FAULT_CLIENT, SRU_SOAP_1_1},
	    {"<a>", SRU_FAULT_CLIENT, SRU_SOAP_1_1},
	    {"<a/>", SRU_FAULT_CLIENT, SRU_SOAP_1_1},
	    {"<Envelope/>", SRU_FAULT_VERSION, SRU_SOAP_1_1},
	    {"<s:Envelope xmlns:s='http://x/'/>", SRU_FAULT_VERSION, SRU_SOAP_1_1},
	    {"<s:Envelope " SOAP_1_2 "/>", SRU_FAULT_CLIENT, SRU_SOAP_1_2},
	    {IN(SOAP_1_1, ""), SRU_FAULT_CLIENT, SRU_SOAP_1_1},
	    {IN(SOAP_1_1, "text"), SRU_FAULT_CLIENT, SRU_SOAP_1_1},
	    {IN(SOAP_1_1, SEARCH("") SEARCH("")), SRU_FAULT_CLIENT, SRU_SOAP_1_1},
	    {IN(SOAP_1_1, "<searchRetrieveRequest/>"), SRU_FAULT_CLIENT, SRU_SOAP_1_1},
	    {IN(SOAP_1_1, "<updateRequest " SRW "/>"), SRU_FAULT_CLIENT, SRU_SOAP_1_1},
	    {"<s:Envelope " SOAP_1_1
	     "><s:Header><h s:mustUnderstand='1'/></s:Header><s:Body>" SEARCH(
		 "<query>a</query>") "</s:Body></s:Envelope>",
		SRU_FAULT_UNDERSTAND, SRU_SOAP_1_1},
	    {"<!DOCTYPE a [<!ENTITY e 'x'>]>" IN(SOAP_1_1, SEARCH("<query>&e;</query>")),
		SRU_FAULT_CLIENT, SRU_SOAP_1_1},
	    {"<!DOCTYPE a SYSTEM 'file:///etc/passwd'>" IN(SOAP_1_1, SEARCH("<query>a</query>")),
		SRU_FAULT_CLIENT, SRU_SOAP_1_1},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		xmlDocPtr document;
		size_t length;
		char *text;

		assert_int_equal(decode(rows[i].xml), SRU_SOAP_FAULT);
		assert_int_equal(fault.code, rows[i].code);
		assert_int_equal(fault.version, rows[i].version);
		text = sru_soap_write_fault(arena, &fault, &length);
		document = xmlReadMemory(text, (int)length, NULL, NULL, 0);
		assert_non_null(document);
		assert_non_null(strstr(text, fault.text));
		assert_int_equal(sru_soap_status(&fault),
		    fault.version == SRU_SOAP_1_2 && fault.code == SRU_FAULT_CLIENT ? 400 : 500);
		xmlFreeDoc(document);
	}
}

static void headers_that_may_be_passed_over_are(void **state)
{
	assert_int_equal(decode("<s:Envelope " SOAP_1_1 "><s:Header><h s:mustUnderstand='0'/><g/>"
				"</s:Header><s:Body>" SEARCH("<query>a</query>") "</s:Body>"
										 "</s:Envelope>"),
	    SRU_SOAP_GOOD);
}

static void headers_for_others_are_theirs_to_understand(void **state)
{
	static const struct {
		const char *envelope, *role;
		enum sru_soap_result result;
	} rows[] = {
	    {SOAP_1_1, "s:actor='http://proxy.example/'", SRU_SOAP_GOOD},
	    {SOAP_1_1, "actor='http://proxy.example/'", SRU_SOAP_FAULT},
	    {SOAP_1_1, "s:actor=''", SRU_SOAP_FAULT},
	    {SOAP_1_1, "s:actor='http://schemas.xmlsoap.org/soap/actor/next'", SRU_SOAP_FAULT},
	    {SOAP_1_2, "s:role='http://proxy.example/'", SRU_SOAP_GOOD},
	    {SOAP_1_2, "s:actor='http://proxy.example/'", SRU_SOAP_FAULT},
	    {SOAP_1_2, "s:role='http://www.w3.org/2003/05/soap-envelope/role/none'", SRU_SOAP_GOOD},
	    {SOAP_1_2, "s:role='http://www.w3.org/2003/05/soap-envelope/role/next'",
		SRU_SOAP_FAULT},
	    {SOAP_1_2, "s:role='http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver'",
		SRU_SOAP_FAULT},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_int_equal(
		    decode(arena_printf(arena,
			"<s:Envelope %s><s:Header><h s:mustUnderstand='1' %s/></s:Header>"
			"<s:Body>" SEARCH("<query>a</query>") "</s:Body></s:Envelope>",
			rows[i].envelope, rows[i].role)),
		    rows[i].result);
}

/* Everything is bounded: depth, attributes, parameters. */
static void costly_shapes_are_refused(void **state)
{
	char *xml = arena_alloc(arena, 1 << 20), *at = xml;

	at = stpcpy(at, "<s:Envelope " SOAP_1_1 "><s:Body>");
	for (int i = 0; i < 1000; i++)
		at = stpcpy(at, "<a>");
	assert_int_equal(decode(xml), SRU_SOAP_FAULT);
	at = stpcpy(xml, "<s:Envelope " SOAP_1_1 "><s:Body><searchRetrieveRequest " SRW ">");
	for (int i = 0; i < 5000; i++)
		at += sprintf(at, "<a%d>1</a%d>", i, i);
	stpcpy(at, "</searchRetrieveRequest></s:Body></s:Envelope>");
	assert_int_equal(decode(xml), SRU_SOAP_REFUSED);
	assert_int_equal(diag.id, DIAG_PARAMETER_UNSUPPORTED);
}

static void check_envelope(const char *uri, const char *child)
{
	struct sru_search_answer answer = {.request = &request};
	size_t length;
	char *text = request.operation == SRU_SEARCH
			 ? sru_encode_search(arena, &answer, &length)
			 : sru_encode_failure(arena, &request, &diag, &length);
	xmlDocPtr document = xmlReadMemory(text, (int)length, NULL, NULL, 0);
	const xmlNode *root, *body;

	assert_non_null(document);
	root = xmlDocGetRootElement(document);
	assert_string_equal(root->name, "Envelope");
	assert_string_equal(root->ns->href, uri);
	assert_null(root->prev); /* no processing instruction */
	body = root->children;
	assert_string_equal(body->name, "Body");
	assert_string_equal(body->children->name, child);
	assert_null(body->children->next);
	xmlFreeDoc(document);
}

static void answers_come_in_envelopes(void **state)
{
	decode(IN(SOAP_1_1, SEARCH("<version>1.1</version><query>a</query><stylesheet>/a.xsl"
				   "</stylesheet>")));
	check_envelope(SRU_NS_SOAP_1_1, "searchRetrieveResponse");
	decode(IN(SOAP_1_2, "<explainRequest " SRW "><version>9</version></explainRequest>"));
	check_envelope(SRU_NS_SOAP_1_2, "explainResponse");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_search_is_read),
	    TEST(other_requests_are_read),
	    TEST(what_is_wrong_is_a_diagnostic),
	    TEST(what_is_no_request_is_a_fault),
	    TEST(headers_that_may_be_passed_over_are),
	    TEST(headers_for_others_are_theirs_to_understand),
	    TEST(costly_shapes_are_refused),
	    TEST(answers_come_in_envelopes),
	};

	return cmocka_run_group_tests_name("sru_soap", tests, NULL, NULL);
}
