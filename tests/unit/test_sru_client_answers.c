/* What is read of an SRU server's answers, well made and not. */
#include "tests/unit/sru_client_bench.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"

static void assert_failure(struct bench *b, const char *body, const char *detail)
{
	assert_int_equal(search(b, body), SRU_TAKE_FAILED);
	assert_int_equal(b->taken.failure, SRU_FAILURE_PROTOCOL);
	assert_string_equal(b->taken.detail, detail);
}

static void an_answer_in_order_is_a_reply(void **state)
{
	struct bench b;

	open_bench(&b, NULL);
	assert_int_equal(
	    search(&b, ANSWER("7", RECORDS(RECORD("<a xmlns=\"urn:x\">1</a>") RECORD("<b/>")))),
	    SRU_TAKE_REPLY);
	assert_int_equal(b.taken.reply.kind, REPLY_SEARCH);
	assert_true(b.taken.reply.ok);
	assert_int_equal(b.taken.reply.hits, 7);
	assert_int_equal(b.taken.reply.nrecords, 2);
	assert_bytes(&b.taken.reply.records[0], "<a xmlns=\"urn:x\">1</a>");
	assert_bytes(&b.taken.reply.records[1], "<b/>");
	assert_int_equal(b.taken.reply.records[1].position, 2);
	put_search(&b, 5, 3);
	assert_int_equal(take(&b, ANSWER("7", RECORDS(RECORD("<a/>")))), SRU_TAKE_REPLY);
	assert_int_equal(b.taken.reply.kind, REPLY_PRESENT);
	assert_int_equal(b.taken.reply.records[0].position, 5);
	close_bench(&b);
}

static void version_2_0_is_learned_from_an_answer(void **state)
{
	struct bench b;

	open_bench(&b, NULL);
	assert_int_equal(
	    search(&b, "<searchRetrieveResponse "
		       "xmlns=\"http://docs.oasis-open.org/ns/search-ws/sruResponse\">"
		       "<numberOfRecords>1</numberOfRecords><records><record><recordSchema>x"
		       "</recordSchema><recordXMLEscaping>string</recordXMLEscaping><recordData>"
		       "&lt;a x=&quot;1&quot;&gt;&amp;lt;&lt;/a&gt;</recordData></record></records>"
		       "</searchRetrieveResponse>"),
	    SRU_TAKE_REPLY);
	assert_bytes(&b.taken.reply.records[0], "<a x=\"1\">&lt;</a>");
	assert_int_equal(sru_client_version(b.client), SRU_2_0);
	close_bench(&b);
}

static void a_lower_version_is_learned_from_an_answer(void **state)
{
	struct bench b;

	open_bench(&b, NULL);
	search(&b, "<r:searchRetrieveResponse xmlns:r=\"http://www.loc.gov/zing/srw/\"><r:version>"
		   "1.1</r:version><r:numberOfRecords>0</r:numberOfRecords>"
		   "</r:searchRetrieveResponse>");
	assert_true(b.taken.reply.ok);
	assert_int_equal(sru_client_version(b.client), SRU_1_1);
	close_bench(&b);
}

/* What servers in the wild do to an answer that is meant well. */
static void carelessness_is_got_over(void **state)
{
	static const char *const answers[] = {
	    /* no namespace, a wrong one, a prefix that nobody declared */
	    "<searchRetrieveResponse><numberOfRecords>1</numberOfRecords><records><record>"
	    "<recordData><a>\xC3\xA9</a></recordData></record></records></searchRetrieveResponse>",
	    "<searchRetrieveResponse xmlns=\"http://www.loc.gov/standards/sru/\"><version>1.2"
	    "</version><numberOfRecords> 1\n</numberOfRecords><records><record><recordData>"
	    "<a xmlns=\"\">\xC3\xA9</a></recordData></record></records></searchRetrieveResponse>",
	    "<zs:searchRetrieveResponse><zs:numberOfRecords>1</zs:numberOfRecords><zs:records>"
	    "<zs:record><zs:recordData><a>\xC3\xA9</a></zs:recordData></zs:record></zs:records>"
	    "</zs:searchRetrieveResponse>",
	    /* white space and a byte order mark before the declaration */
	    "\n  <?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" ANSWER(
		"1", RECORDS(RECORD("<a>\xC3\xA9</a>"))),
	    "\xEF\xBB\xBF<?xml version=\"1.0\"?>" ANSWER("1", RECORDS(RECORD("<a>\xC3\xA9</a>"))),
	    /* declared as something else than it is, both ways */
	    "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>" ANSWER(
		"1", RECORDS(RECORD("<a>\xC3\xA9</a>"))),
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>" ANSWER(
		"1", RECORDS(RECORD("<a>\xE9</a>"))),
	    ANSWER("1", RECORDS(RECORD("<a>\xE9</a>"))),
	    "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>" ANSWER(
		"1", RECORDS(RECORD("<a>\xE9</a>"))),
	    /* HTML's entities, a control character */
	    ANSWER("1", RECORDS(RECORD("<a>&nbsp;\xC3\xA9</a>"))),
	    ANSWER("1", RECORDS(RECORD("<a>\x01\xC3\xA9</a>"))),
	    /* escaped, in CDATA, without recordData, with position and comments */
	    ANSWER("1", RECORDS(RECORD("&lt;a&gt;\xC3\xA9&lt;/a&gt;"))),
	    ANSWER("1", RECORDS(RECORD("\n<![CDATA[<a>\xC3\xA9</a>]]>\n"))),
	    ANSWER("1", RECORDS("<zs:record><zs:recordPosition>99</zs:recordPosition><a>\xC3\xA9"
				"</a></zs:record>")),
	    ANSWER("1", RECORDS(RECORD("<!-- a -->\n<a>\xC3\xA9</a>\n"))),
	    /* SOAP */
	    "<e:Envelope "
	    "xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Header/><e:Body>" ANSWER(
		"1", RECORDS(RECORD("<a>\xC3\xA9</a>"))) "</e:Body></e:Envelope>",
	};

	for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
		struct bench b;

		open_bench(&b, NULL);
		put_search(&b, 1, 3);
		assert_int_equal(take_bytes(&b, 200, "text/plain", answers[i], strlen(answers[i])),
		    SRU_TAKE_REPLY);
		assert_true(b.taken.reply.ok);
		assert_int_equal(b.taken.reply.hits, 1);
		assert_int_equal(b.taken.reply.nrecords, 1);
		assert_int_equal(b.taken.reply.records[0].position, 1);
		assert_non_null(strstr(b.taken.reply.records[0].bytes, "\xC3\xA9</a>"));
		close_bench(&b);
	}
}

static void what_is_no_answer_says_what_it_is(void **state)
{
	char *deep = malloc(4001);
	struct bench b;

	open_bench(&b, NULL);
	assert_failure(&b, "", "the answer is empty");
	assert_failure(&b, " <!DOCTYPE html>\n<html><body>x", "the answer is HTML, not SRU");
	assert_failure(&b, "<?xml version=\"1.0\"?><!DOCTYPE html PUBLIC \"x\" \"y\"><html/>",
	    "the answer is HTML, not SRU");
	assert_failure(&b, "<HTML><p>x", "the answer is HTML, not SRU");
	assert_failure(
	    &b, "<html xmlns=\"http://www.w3.org/1999/xhtml\"/>", "the answer is HTML, not SRU");
	assert_failure(&b, "{\"a\":1}", "the answer is JSON, not SRU's XML");
	assert_failure(
	    &b, "Internal error", "the answer is no XML, or shaped like no honest answer");
	assert_failure(&b, "<rss/>", "the answer is XML, but not SRU: <rss>");
	assert_failure(&b, "<scanResponse/>", "the answer is to something else: <scanResponse>");
	assert_failure(&b, "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>",
	    "the answer has a document type declaration");
	assert_failure(&b, "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>",
	    "the answer has a document type declaration");
	assert_failure(&b, "<zs:searchRetrieveResponse " ZS "><zs:numberOfRecords>1<",
	    "the answer is not well-formed XML");
	/* One that stops in the middle is not half an answer. */
	assert_failure(&b,
	    "<searchRetrieveResponse><numberOfRecords>1</numberOfRecords><records><record>"
	    "<recordData><a>1</a></recordData></record>",
	    "the answer is not well-formed XML");
	assert_failure(&b,
	    "<e:Envelope xmlns:e=\"urn:e\"><e:Body><e:Fault><faultcode>x</faultcode>"
	    "<faultstring>no\nsuch service</faultstring></e:Fault></e:Body></e:Envelope>",
	    "a SOAP fault: no such service");
	for (size_t i = 0; i < 4000; i += 4)
		memcpy(deep + i, "<ab>", 5);
	assert_failure(&b, deep, "the answer is no XML, or shaped like no honest answer");
	close_bench(&b);
	free(deep);
}

static void a_count_is_a_number_or_nothing(void **state)
{
	struct bench b;

	open_bench(&b, NULL);
	assert_failure(&b, ANSWER("", ""), "the answer has no numberOfRecords");
	assert_failure(&b, ANSWER("-1", ""), "numberOfRecords is \"-1\"");
	assert_failure(&b, ANSWER("many", ""), "numberOfRecords is \"many\"");
	assert_failure(&b, ANSWER("1e3", ""), "numberOfRecords is \"1e3\"");
	assert_failure(
	    &b, ANSWER("99999999999999999999", ""), "numberOfRecords is \"99999999999999999999\"");
	close_bench(&b);
}

static void records_are_counted_here(void **state)
{
	struct bench b;

	open_bench(&b, NULL);
	/* More than were asked for: the surplus is dropped. */
	search(
	    &b, ANSWER("9", RECORDS(RECORD("<a/>") RECORD("<b/>") RECORD("<c/>") RECORD("<d/>"))));
	assert_int_equal(b.taken.reply.nrecords, 3);
	assert_bytes(&b.taken.reply.records[2], "<c/>");
	/* More than there are: then there are as many. */
	search(&b, ANSWER("1", RECORDS(RECORD("<a/>") RECORD("<b/>"))));
	assert_int_equal(b.taken.reply.hits, 2);
	/* One without data keeps its place. */
	search(&b, ANSWER("3", RECORDS(RECORD("") "<zs:record/>" RECORD("<c/>"))));
	assert_int_equal(b.taken.reply.nrecords, 3);
	assert_null(b.taken.reply.records[0].bytes);
	assert_int_equal(b.taken.reply.records[0].diagnostic.code, 63);
	assert_int_equal(b.taken.reply.records[0].diagnostic.set, REPLY_SRW);
	assert_null(b.taken.reply.records[1].bytes);
	assert_string_equal(
	    b.taken.reply.records[1].diagnostic.addinfo, "record without recordData");
	assert_int_equal(b.taken.reply.records[2].position, 3);
	/* Nothing but the count was asked for. */
	put_search(&b, 1, 0);
	assert_int_equal(take(&b, ANSWER("9", "")), SRU_TAKE_REPLY);
	assert_true(b.taken.reply.ok);
	assert_int_equal(b.taken.reply.hits, 9);
	close_bench(&b);
}

static void namespaces_come_with_a_record(void **state)
{
	struct bench b;

	open_bench(&b, NULL);
	search(&b, "<r:searchRetrieveResponse xmlns:r=\"http://www.loc.gov/zing/srw/\" "
		   "xmlns:m=\"urn:m\" xmlns:x=\"urn:x\"><r:numberOfRecords>1</r:numberOfRecords>"
		   "<r:records><r:record><r:recordData><m:a x:b=\"1\"><m:c/></m:a></r:recordData>"
		   "</r:record></r:records></r:searchRetrieveResponse>");
	assert_bytes(&b.taken.reply.records[0],
	    "<m:a xmlns:m=\"urn:m\" xmlns:x=\"urn:x\" x:b=\"1\"><m:c/></m:a>");
	close_bench(&b);
}

static void holdings_come_apart(void **state)
{
	static const char holdings[] = "<holdings><holding><callNumber>A 1</callNumber></holding>"
				       "</holdings>";
	struct bench b;

	open_bench(&b, NULL);
	search(
	    &b, ANSWER("2", RECORDS(RECORD("<opacRecord><bibliographicRecord><record xmlns=\"u\"/>"
					   "</bibliographicRecord><holdings><holding>"
					   "<callNumber>A 1</callNumber></holding></holdings>"
					   "</opacRecord>") RECORD("<opacRecord/>"))));
	assert_bytes(&b.taken.reply.records[0], "<record xmlns=\"u\"/>");
	assert_int_equal(b.taken.reply.records[0].opac_length, strlen(holdings));
	assert_memory_equal(b.taken.reply.records[0].opac_xml, holdings, strlen(holdings));
	assert_bytes(&b.taken.reply.records[1], "<opacRecord/>");
	assert_null(b.taken.reply.records[1].opac_xml);
	close_bench(&b);
}

/* ---- Diagnostics ---- */

static void assert_refusal(struct bench *b, const char *body, int code, const char *addinfo)
{
	assert_int_equal(search(b, body), SRU_TAKE_REPLY);
	assert_false(b->taken.reply.ok);
	assert_true(b->taken.reply.diagnostic.present);
	assert_int_equal(b->taken.reply.diagnostic.set, REPLY_SRW);
	assert_int_equal(b->taken.reply.diagnostic.code, code);
	assert_string_equal(b->taken.reply.diagnostic.addinfo, addinfo);
}

static void diagnostics_are_found_wherever_they_are(void **state)
{
	struct bench b;

	open_bench(&b, NULL);
	assert_refusal(&b, REFUSAL("10", "dc.foo"), 10, "dc.foo");
	/* the number alone, a message instead of details, no count */
	assert_refusal(&b,
	    "<searchRetrieveResponse><diagnostics><diagnostic><uri>10</uri><message>bad\tquery"
	    "</message></diagnostic></diagnostics></searchRetrieveResponse>",
	    10, "bad query");
	assert_refusal(&b,
	    "<searchRetrieveResponse><diagnostics><uri>info:srw/diagnostic/1/10</uri>"
	    "</diagnostics></searchRetrieveResponse>",
	    10, "");
	assert_refusal(&b,
	    "<searchRetrieveResponse>" DIAGNOSTIC("47", "x") "</searchRetrieveResponse>", 47, "x");
	assert_refusal(&b, "<diagnostics>" DIAGNOSTIC("2", "later") "</diagnostics>", 2, "later");
	assert_refusal(&b, DIAGNOSTIC("2", "later"), 2, "later");
	assert_refusal(&b,
	    "<explainResponse><diagnostics>" DIAGNOSTIC("7", "query") "</diagnostics>"
								      "</explainResponse>",
	    7, "query");
	/* in place of the only record */
	assert_refusal(&b, ANSWER("0", RECORDS(RECORD(DIAGNOSTIC("64", "gone")))), 64, "gone");
	/* somebody's own list */
	assert_refusal(&b,
	    ANSWER("0", "<zs:diagnostics><zs:diagnostic><zs:uri>info:srw/diagnostic/12/5</zs:uri>"
			"<zs:message>Too tired</zs:message></zs:diagnostic></zs:diagnostics>"),
	    1, "info:srw/diagnostic/12/5: Too tired");
	close_bench(&b);
}

static void a_diagnostic_counts_by_what_stands_beside_it(void **state)
{
	struct bench b;

	open_bench(&b, NULL);
	/* beside records it is a remark */
	search(&b, ANSWER("1", RECORDS(RECORD("<a/>")) "<zs:diagnostics>" DIAGNOSTIC(
				   "59", "answered 1 of 2") "</zs:diagnostics>"));
	assert_true(b.taken.reply.ok);
	assert_false(b.taken.reply.diagnostic.present);
	assert_int_equal(b.taken.remark.code, 59);
	assert_int_equal(b.taken.reply.nrecords, 1);
	/* without them it is the answer, whatever the count */
	assert_refusal(
	    &b, ANSWER("5", "<zs:diagnostics>" DIAGNOSTIC("61", "6") "</zs:diagnostics>"), 61, "6");
	/* in place of one of several records it is that record's */
	search(&b, ANSWER("2", RECORDS(RECORD(DIAGNOSTIC("64", "gone")) RECORD("<b/>"))));
	assert_true(b.taken.reply.ok);
	assert_null(b.taken.reply.records[0].bytes);
	assert_int_equal(b.taken.reply.records[0].diagnostic.code, 64);
	assert_bytes(&b.taken.reply.records[1], "<b/>");
	close_bench(&b);
}

static void http_failures_are_told(void **state)
{
	static const char refusal[] = REFUSAL("2", "overload");
	struct bench b;

	open_bench(&b, NULL);
	put_search(&b, 1, 3);
	assert_int_equal(take_bytes(&b, 500, "text/html", "<html>x", 7), SRU_TAKE_FAILED);
	assert_int_equal(b.taken.failure, SRU_FAILURE_PROTOCOL);
	assert_string_equal(b.taken.detail, "HTTP status 500");
	assert_int_equal(take_bytes(&b, 401, NULL, NULL, 0), SRU_TAKE_FAILED);
	assert_int_equal(b.taken.failure, SRU_FAILURE_AUTHENTICATION);
	/* Records beside a failure are not believed, a diagnostic is. */
	assert_int_equal(
	    take_bytes(&b, 500, NULL, ANSWER("0", ""), strlen(ANSWER("0", ""))), SRU_TAKE_FAILED);
	assert_int_equal(take_bytes(&b, 503, NULL, refusal, strlen(refusal)), SRU_TAKE_REPLY);
	assert_int_equal(b.taken.reply.diagnostic.code, 2);
	close_bench(&b);
}

/* ---- Scan ---- */

static void scanned_terms_are_read(void **state)
{
	struct sru_ask ask = {.operation = SRU_SCAN, .query = "x", .count = 4, .position = 1};
	struct bench b;

	open_bench(&b, NULL);
	put(&b, &ask);
	assert_int_equal(
	    take(&b, "<scanResponse xmlns=\"http://www.loc.gov/zing/srw/\"><version>1.1</version>"
		     "<terms><term><value>a</value><numberOfRecords>3</numberOfRecords>"
		     "<displayTerm>A</displayTerm><whereInList>first</whereInList></term>"
		     "<term><value>  </value></term>"
		     "<term><value>b</value><numberOfRecords>-3</numberOfRecords>"
		     "<displayTerm>b</displayTerm><whereInList>last</whereInList></term>"
		     "</terms></scanResponse>"),
	    SRU_TAKE_REPLY);
	assert_int_equal(b.taken.reply.kind, REPLY_SCAN);
	assert_true(b.taken.reply.ok);
	assert_int_equal(b.taken.reply.nterms, 2);
	assert_string_equal(b.taken.reply.terms[0].term, "a");
	assert_string_equal(b.taken.reply.terms[0].display, "A");
	assert_true(b.taken.reply.terms[0].has_count);
	assert_int_equal(b.taken.reply.terms[0].count, 3);
	assert_string_equal(b.taken.reply.terms[1].term, "b");
	assert_null(b.taken.reply.terms[1].display);
	assert_false(b.taken.reply.terms[1].has_count);
	assert_false(b.taken.reply.cut);
	close_bench(&b);
}

static void a_scan_cut_short_says_so(void **state)
{
	struct sru_ask ask = {.operation = SRU_SCAN, .query = "x", .count = 2, .position = 1};
	struct bench b;

	open_bench(&b, NULL);
	put(&b, &ask);
	take(&b,
	    "<scanResponse><terms><term><value>a</value><whereInList>inner</whereInList></term>"
	    "</terms></scanResponse>");
	assert_true(b.taken.reply.cut);
	take(&b,
	    "<scanResponse><terms><term><value>a</value></term></terms><diagnostics>" DIAGNOSTIC(
		"121", "1") "</diagnostics></scanResponse>");
	assert_true(b.taken.reply.ok);
	assert_true(b.taken.reply.cut);
	assert_int_equal(b.taken.remark.code, 121);
	take(&b, "<scanResponse><terms><term><value>a</value></term><term><value>b</value></term>"
		 "<term><value>c</value></term></terms></scanResponse>");
	assert_int_equal(b.taken.reply.nterms, 2);
	assert_false(b.taken.reply.cut);
	take(&b,
	    "<scanResponse><diagnostics>" DIAGNOSTIC("16", "x") "</diagnostics></scanResponse>");
	assert_false(b.taken.reply.ok);
	assert_int_equal(b.taken.reply.diagnostic.code, 16);
	close_bench(&b);
}

#define BESIDE(extra)                                                                              \
	"<searchRetrieveResponse xmlns=\"http://www.loc.gov/zing/srw/\"><version>1.2</version>"    \
	"<numberOfRecords>3</numberOfRecords><records><record><recordSchema>dc</recordSchema>"     \
	"<recordData><dc/></recordData></record></records>" extra "</searchRetrieveResponse>"
#define INSIDE(partners)                                                                           \
	"<extraResponseData><s:partners xmlns:s=\"urn:silang:response:1\">" partners               \
	"</s:partners></extraResponseData>"
#define SAID(number)                                                                               \
	"<diagnostics><diagnostic><uri>info:srw/diagnostic/1/" number                              \
	"</uri><details>d</details></diagnostic></diagnostics>"

static void what_stands_beside_an_answer_is_told(void **state)
{
	static const struct {
		const char *body, *notice;
		bool partial;
	} cases[] = {
	    {BESIDE(""), NULL, false},
	    {BESIDE(SAID("59")), "srw:59 d", true},
	    {BESIDE(SAID("60")), "srw:60 d", false},
	    {BESIDE(INSIDE("<s:partner id=\"a\" status=\"ok\"/>")), NULL, false},
	    {BESIDE(INSIDE("<s:partner id=\"a\" status=\"expired\"/>")), NULL, false},
	    {BESIDE(INSIDE("<s:partner id=\"a\" status=\"skipped\" reason=\"query\"/>")),
		"answered 0 of 1: a skipped (query)", true},
	    {BESIDE(SAID("59") INSIDE("<s:partner id=\"a\" status=\"late\" reason=\"tls\"/>"
				      "<s:partner id=\"b\" status=\"ok\"/>")),
		"answered 1 of 2: a late (tls)", true},
	    {BESIDE(INSIDE("<s:partner id=\"a\" status=\"failed\" reason=\"diagnostic\" "
			   "code=\"srw:2\" detail=\"loop\"/>")),
		NULL, false},
	    {BESIDE("<extraResponseData><partners xmlns=\"urn:other\"><partner id=\"a\" "
		    "status=\"late\"/></partners></extraResponseData>"),
		NULL, false},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct bench b;

		open_bench(&b, NULL);
		assert_int_equal(search(&b, cases[i].body), SRU_TAKE_REPLY);
		assert_true(b.taken.reply.ok && b.taken.reply.nrecords == 1);
		assert_int_equal(b.taken.reply.partial, cases[i].partial);
		if (cases[i].notice)
			assert_string_equal(b.taken.reply.notice, cases[i].notice);
		else
			assert_null(b.taken.reply.notice);
		close_bench(&b);
	}
}

/* Of many, those that fit; whatever they are called. */
static void many_partners_inside_are_cut(void **state)
{
	struct bench b;
	char *list;

	open_bench(&b, NULL);
	list = arena_strdup(b.arena, "");
	for (int i = 0; i < 300; i++)
		list = arena_printf(b.arena,
		    "%s<partner id=\"p%d%s\" status=\"late\" reason=\"search\"/>", list, i,
		    i == 2 ? "\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3"
			     "\xA9\xC3\xA9"
			     "\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3"
			     "\xA9\xC3\xA9"
			     "\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9"
			   : "");
	search(&b, arena_printf(b.arena,
		       "<searchRetrieveResponse xmlns=\"http://www.loc.gov/zing/srw/\">"
		       "<numberOfRecords>3</numberOfRecords><extraResponseData><partners "
		       "xmlns=\"urn:silang:response:1\">%s</partners></extraResponseData>"
		       "</searchRetrieveResponse>",
		       list));
	assert_true(strncmp(b.taken.reply.notice,
			"answered 0 of 300: p0 late (search), p1 late (search), p2", 56) == 0);
	assert_true(strlen(b.taken.reply.notice) < DIAG_DETAILS_MAX);
	assert_non_null(strstr(b.taken.reply.notice, ", \xE2\x80\xA6"));
	assert_true(text_is_utf8(b.taken.reply.notice, strlen(b.taken.reply.notice)));
	close_bench(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_answer_in_order_is_a_reply),
	    cmocka_unit_test(version_2_0_is_learned_from_an_answer),
	    cmocka_unit_test(a_lower_version_is_learned_from_an_answer),
	    cmocka_unit_test(carelessness_is_got_over),
	    cmocka_unit_test(what_is_no_answer_says_what_it_is),
	    cmocka_unit_test(a_count_is_a_number_or_nothing),
	    cmocka_unit_test(records_are_counted_here),
	    cmocka_unit_test(namespaces_come_with_a_record),
	    cmocka_unit_test(holdings_come_apart),
	    cmocka_unit_test(diagnostics_are_found_wherever_they_are),
	    cmocka_unit_test(a_diagnostic_counts_by_what_stands_beside_it),
	    cmocka_unit_test(http_failures_are_told),
	    cmocka_unit_test(scanned_terms_are_read),
	    cmocka_unit_test(a_scan_cut_short_says_so),
	    cmocka_unit_test(what_stands_beside_an_answer_is_told),
	    cmocka_unit_test(many_partners_inside_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
