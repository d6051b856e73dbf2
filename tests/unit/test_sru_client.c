#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/text.h"
#include "protocol/sru_client.h"

#define ZS "xmlns:zs=\"http://www.loc.gov/zing/srw/\""
#define DIAGNOSTIC(number, details)                                                                \
	"<d:diagnostic xmlns:d=\"http://www.loc.gov/zing/srw/diagnostic/\">"                       \
	"<d:uri>info:srw/diagnostic/1/" number "</d:uri><d:details>" details                       \
	"</d:details></d:diagnostic>"
#define RECORD(title)                                                                              \
	"<zs:record><zs:recordSchema>marcxml</zs:recordSchema>"                                    \
	"<zs:recordPacking>xml</zs:recordPacking><zs:recordData>" title                            \
	"</zs:recordData></zs:record>"
#define ANSWER(hits, rest)                                                                         \
	"<zs:searchRetrieveResponse " ZS "><zs:version>1.2</zs:version>"                           \
	"<zs:numberOfRecords>" hits "</zs:numberOfRecords>" rest "</zs:searchRetrieveResponse>"
#define REFUSAL(number, details)                                                                   \
	ANSWER("0", "<zs:diagnostics>" DIAGNOSTIC(number, details) "</zs:diagnostics>")
#define RECORDS(records) "<zs:records>" records "</zs:records>"

struct bench {
	struct arena *arena;
	struct sru_client *client;
	struct sru_sent sent;
	struct sru_taken taken;
};

static void open_bench(struct bench *b, const struct sru_client_options *options)
{
	static const struct sru_client_options plain = {.path = "/sru"};

	memset(b, 0, sizeof *b);
	b->arena = arena_create(0, NULL);
	b->client = sru_client_create(options ? options : &plain);
}

static void close_bench(struct bench *b)
{
	sru_client_destroy(b->client);
	arena_destroy(b->arena);
}

static const char *put(struct bench *b, const struct sru_ask *ask)
{
	sru_client_ask(b->client, b->arena, ask, &b->sent);
	return b->sent.target;
}

static const char *put_search(struct bench *b, unsigned long start, unsigned long count)
{
	return put(b, &(struct sru_ask){.operation = SRU_SEARCH,
			  .query = "dc.title = \"air mata\"",
			  .start = start,
			  .count = count});
}

static enum sru_take take_bytes(
    struct bench *b, int status, const char *type, const char *bytes, size_t length)
{
	/* As it came: nothing behind it that a reader might lean on. */
	char *copy = malloc(length ? length : 1);
	struct sru_arrived arrived = {status, type, copy, length};
	enum sru_take take;

	if (length)
		memcpy(copy, bytes, length);
	take = sru_client_take(b->client, b->arena, &b->sent, &arrived, &b->taken);
	free(copy);
	return take;
}

static enum sru_take take(struct bench *b, const char *body)
{
	return take_bytes(b, 200, "text/xml; charset=utf-8", body, strlen(body));
}

/* A search for up to three records from the first, and its answer. */
static enum sru_take search(struct bench *b, const char *body)
{
	put_search(b, 1, 3);
	return take(b, body);
}

static void assert_bytes(const struct reply_record *record, const char *text)
{
	assert_non_null(record->bytes);
	assert_int_equal(record->length, strlen(text));
	assert_memory_equal(record->bytes, text, record->length);
	assert_true(record->is_xml);
}

static void assert_failure(struct bench *b, const char *body, const char *detail)
{
	assert_int_equal(search(b, body), SRU_TAKE_FAILED);
	assert_int_equal(b->taken.failure, SRU_FAILURE_PROTOCOL);
	assert_string_equal(b->taken.detail, detail);
}

/* ---- Requests ---- */

static void requests_are_of_their_version(void **state)
{
	static const struct {
		enum sru_version version;
		const char *target;
	} rows[] = {
	    {SRU_1_1, "/sru?version=1.1&operation=searchRetrieve&query=dc.title%20%3D%20%22air%20"
		      "mata%22&startRecord=1&maximumRecords=3&recordPacking=xml&recordSchema="
		      "marcxml"},
	    {SRU_1_2, "/sru?version=1.2&operation=searchRetrieve&query=dc.title%20%3D%20%22air%20"
		      "mata%22&startRecord=1&maximumRecords=3&recordPacking=xml&recordSchema="
		      "marcxml"},
	    {SRU_2_0, "/sru?query=dc.title%20%3D%20%22air%20mata%22&startRecord=1&maximumRecords="
		      "3&recordSchema=marcxml"},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct sru_client_options options = {
		    .path = "/sru", .fixed = true, .version = rows[i].version};
		struct bench b;

		open_bench(&b, &options);
		assert_string_equal(put_search(&b, 1, 3), rows[i].target);
		assert_null(b.sent.body);
		assert_int_equal(sru_client_version(b.client), rows[i].version);
		close_bench(&b);
	}
}

static void sort_keys_are_for_version_1_1(void **state)
{
	struct sru_client_options options = {.path = "/sru", .fixed = true, .version = SRU_1_1};
	struct sru_ask ask = {.operation = SRU_SEARCH,
	    .query = "a",
	    .sort_keys = "title,,1 date",
	    .start = 1,
	    .hop_mark = "x,y"};
	struct bench b;

	open_bench(&b, &options);
	assert_non_null(strstr(put(&b, &ask), "&sortKeys=title%2C%2C1%20date&x-silang-via=x%2Cy"));
	close_bench(&b);
	options.version = SRU_1_2;
	open_bench(&b, &options);
	assert_null(strstr(put(&b, &ask), "sortKeys"));
	close_bench(&b);
}

static void scan_and_explain_have_their_parameters(void **state)
{
	struct sru_ask scan = {
	    .operation = SRU_SCAN, .query = "dc.title = \"b\"", .count = 20, .position = 1};
	struct sru_ask explain = {.operation = SRU_EXPLAIN, .hop_mark = "x"};
	struct sru_client_options options = {.path = "/sru", .fixed = true, .version = SRU_2_0};
	struct bench b;

	open_bench(&b, NULL);
	assert_string_equal(put(&b, &scan),
	    "/sru?version=1.2&operation=scan&scanClause=dc.title%20%3D%20%22b%22&responsePosition="
	    "1&maximumTerms=20");
	assert_string_equal(put(&b, &explain), "/sru?version=1.2&operation=explain");
	close_bench(&b);
	open_bench(&b, &options);
	assert_string_equal(put(&b, &explain), "/sru");
	close_bench(&b);
}

static void the_base_url_keeps_its_own_parameters(void **state)
{
	struct sru_client_options options = {
	    .path = "cgi/sru.pl?db=x%2Fy&version=1.1&operation=explain&"
		    "&key=1#top"};
	struct bench b;

	open_bench(&b, &options);
	assert_memory_equal(put_search(&b, 1, 3),
	    "/cgi/sru.pl?db=x%2Fy&key=1&version=1.2&operation=searchRetrieve&", 64);
	close_bench(&b);
}

static void a_long_question_goes_by_post(void **state)
{
	struct sru_client_options options = {.path = "/sru?db=x"};
	char *query = calloc(1, 5001);
	struct sru_ask ask = {.operation = SRU_SEARCH, .query = query, .start = 1, .count = 1};
	struct bench b;

	memset(query, 'a', 5000);
	open_bench(&b, &options);
	assert_string_equal(put(&b, &ask), "/sru?db=x");
	assert_non_null(b.sent.body);
	assert_int_equal(b.sent.body_length, strlen(b.sent.body));
	assert_memory_equal(b.sent.body, "version=1.2&operation=searchRetrieve&query=aaa", 45);
	assert_string_equal(b.sent.content_type, "application/x-www-form-urlencoded");
	/* A server that takes no POST gets the long URL all the same. */
	assert_int_equal(take_bytes(&b, 405, NULL, "", 0), SRU_TAKE_AGAIN);
	put(&b, &ask);
	assert_null(b.sent.body);
	assert_true(strlen(b.sent.target) > 5000);
	assert_int_equal(take_bytes(&b, 414, NULL, "", 0), SRU_TAKE_FAILED);
	close_bench(&b);
	/* One whose URLs must be shorter than ours gets a POST. */
	open_bench(&b, NULL);
	put_search(&b, 1, 3);
	assert_int_equal(take_bytes(&b, 414, NULL, "", 0), SRU_TAKE_AGAIN);
	assert_string_equal(put_search(&b, 1, 3), "/sru");
	assert_non_null(b.sent.body);
	close_bench(&b);
	free(query);
}

/* ---- Answers ---- */

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

/* ---- Learning ---- */

static void schemas_are_tried_from_the_best_down(void **state)
{
	static const char *const wanted[] = {"recordSchema=marcxml",
	    "recordSchema=info%3Asrw%2Fschema%2F1%2Fmarcxml-v1.1", "recordSchema=mods",
	    "recordSchema=dc"};
	struct bench b;

	open_bench(&b, NULL);
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
		assert_non_null(strstr(put_search(&b, 1, 3), wanted[i]));
		/* 66 of the whole answer, or 67 in place of each record */
		assert_int_equal(take(&b, i % 2 ? ANSWER("2", RECORDS(RECORD(DIAGNOSTIC("67", ""))
								      RECORD(DIAGNOSTIC("67", ""))))
						: REFUSAL("66", "x")),
		    SRU_TAKE_AGAIN);
	}
	assert_null(strstr(put_search(&b, 1, 3), "recordSchema"));
	assert_null(sru_client_schema(b.client));
	assert_int_equal(take(&b, REFUSAL("66", "x")), SRU_TAKE_REPLY);
	assert_int_equal(b.taken.reply.diagnostic.code, 66);
	close_bench(&b);
}

static void what_is_configured_is_not_negotiated(void **state)
{
	struct sru_client_options options = {
	    .path = "/sru", .fixed = true, .version = SRU_1_1, .schema = "picaxml"};
	struct bench b;

	open_bench(&b, &options);
	assert_non_null(strstr(put_search(&b, 1, 3), "recordSchema=picaxml"));
	assert_int_equal(take(&b, REFUSAL("66", "x")), SRU_TAKE_REPLY);
	assert_int_equal(search(&b, REFUSAL("5", "1.2")), SRU_TAKE_REPLY);
	assert_int_equal(sru_client_version(b.client), SRU_1_1);
	close_bench(&b);
}

/* Two questions under way: the second refusal teaches nothing that the first did not. */
static void questions_at_once_learn_together(void **state)
{
	struct sru_sent first;
	struct bench b;

	open_bench(&b, NULL);
	put_search(&b, 1, 3);
	first = b.sent;
	assert_int_equal(search(&b, REFUSAL("66", "")), SRU_TAKE_AGAIN);
	b.sent = first;
	assert_int_equal(take(&b, REFUSAL("66", "")), SRU_TAKE_AGAIN);
	assert_string_equal(sru_client_schema(b.client), "info:srw/schema/1/marcxml-v1.1");
	b.sent = first;
	assert_int_equal(take(&b, REFUSAL("71", "")), SRU_TAKE_AGAIN);
	b.sent = first;
	assert_int_equal(take(&b, REFUSAL("8", "recordPacking")), SRU_TAKE_AGAIN);
	assert_null(strstr(put_search(&b, 1, 3), "recordPacking"));
	assert_int_equal(take(&b, REFUSAL("71", "")), SRU_TAKE_REPLY);
	close_bench(&b);
}

static void the_version_named_is_spoken(void **state)
{
	struct bench b;

	open_bench(&b, NULL);
	assert_int_equal(search(&b, REFUSAL("5", "1.1")), SRU_TAKE_AGAIN);
	assert_non_null(strstr(put_search(&b, 1, 3), "version=1.1"));
	assert_int_equal(take(&b, REFUSAL("5", "")), SRU_TAKE_AGAIN);
	assert_null(strstr(put_search(&b, 1, 3), "version="));
	assert_int_equal(take(&b, REFUSAL("5", "")), SRU_TAKE_REPLY);
	assert_int_equal(b.taken.reply.diagnostic.code, 5);
	close_bench(&b);
	/* A server of 2.0 to the letter knows no `operation`. */
	open_bench(&b, NULL);
	assert_int_equal(search(&b, REFUSAL("8", "operation")), SRU_TAKE_AGAIN);
	assert_int_equal(sru_client_version(b.client), SRU_1_1);
	close_bench(&b);
}

static void refused_parameters_are_left_out(void **state)
{
	struct sru_ask ask = {
	    .operation = SRU_SEARCH, .query = "a", .start = 1, .count = 1, .hop_mark = "h"};
	struct bench b;

	open_bench(&b, NULL);
	assert_non_null(strstr(put(&b, &ask), "x-silang-via=h"));
	assert_int_equal(take(&b, REFUSAL("8", "x-silang-via")), SRU_TAKE_AGAIN);
	assert_null(strstr(put(&b, &ask), "via"));
	assert_int_equal(take(&b, REFUSAL("8", "recordSchema")), SRU_TAKE_AGAIN);
	/* What is part of the question is not left out. */
	assert_int_equal(take(&b, REFUSAL("8", "query")), SRU_TAKE_REPLY);
	close_bench(&b);
}

/* What no standard has goes first when it is not said what is refused. */
static void what_is_refused_without_a_name(void **state)
{
	struct sru_ask ask = {.operation = SRU_SEARCH,
	    .query = "a",
	    .start = 1,
	    .count = 1,
	    .hop_mark = "h",
	    .patience = 1800};
	struct bench b;

	open_bench(&b, NULL);
	assert_non_null(strstr(put(&b, &ask), "x-silang-via=h&x-deadline=1800ms"));
	assert_int_equal(take(&b, REFUSAL("8", "")), SRU_TAKE_AGAIN);
	assert_non_null(strstr(put(&b, &ask), "x-silang-via=h"));
	assert_null(strstr(put(&b, &ask), "deadline"));
	assert_int_equal(take(&b, REFUSAL("8", "something")), SRU_TAKE_AGAIN);
	assert_null(strstr(put(&b, &ask), "x-"));
	assert_int_equal(take(&b, REFUSAL("8", "")), SRU_TAKE_REPLY);
	close_bench(&b);
	open_bench(&b, NULL);
	put(&b, &ask);
	assert_int_equal(take(&b, REFUSAL("8", "x-deadline")), SRU_TAKE_AGAIN);
	assert_null(strstr(put(&b, &ask), "deadline"));
	assert_non_null(strstr(put(&b, &ask), "x-silang-via=h"));
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

/* However a server goes on refusing, a question is put a bounded number of times. */
static void refusing_comes_to_an_end(void **state)
{
	static const char *const refusals[] = {REFUSAL("66", ""), REFUSAL("5", "1.2"),
	    REFUSAL("71", ""), REFUSAL("8", "x-silang-via"), REFUSAL("8", "recordSchema"),
	    REFUSAL("8", "version"), REFUSAL("6", "recordSchema"), REFUSAL("7", "operation")};
	unsigned seed = 7;

	for (int round = 0; round < 200; round++) {
		int tries = 0;
		enum sru_take result;
		struct bench b;

		open_bench(&b, NULL);
		do {
			seed = seed * 1103515245U + 12345U;
			result = search(&b, refusals[(seed >> 16) % 8]);
			assert_in_range(++tries, 1, SRU_CLIENT_TRIES_MAX);
		} while (result == SRU_TAKE_AGAIN);
		close_bench(&b);
	}
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

/* ---- Explain ---- */

#define ZEEREX                                                                                     \
	"<explain xmlns=\"http://explain.z3950.org/dtd/2.0/\">"                                    \
	"<serverInfo protocol=\"SRU\" version=\"1.1\"><host>h</host></serverInfo>"                 \
	"<databaseInfo><title>Katalog</title></databaseInfo><indexInfo>"                           \
	"<set identifier=\"info:srw/cql-context-set/1/dc-v1.1\" name=\"dc\"/>"                     \
	"<set identifier=\"urn:own\" name=\"p\"/>"                                                 \
	"<index sort=\"true\" scan=\"true\"><title>T</title><map><name set=\"dc\">title</name>"    \
	"</map><map><name set=\"p\">tit</name></map></index>"                                      \
	"<index search=\"false\"><map><name>bare</name></map></index>"                             \
	"<index><map><name set=\"dc\">dc.creator</name></map></index></indexInfo>"                 \
	"<schemaInfo><schema identifier=\"info:srw/schema/1/dc-v1.1\" name=\"dc\"/>"               \
	"<schema identifier=\"http://www.loc.gov/mods/v3\" name=\"mods36\"/>"                      \
	"<schema identifier=\"info:srw/schema/1/marcxml-v1.1\" retrieve=\"false\" name=\"m\"/>"    \
	"<schema identifier=\"info:x/pica\" name=\"pica\"/></schemaInfo>"                          \
	"<configInfo><setting type=\"maximumRecords\">50</setting>"                                \
	"<supports type=\"scan\"/><supports type=\"sort\">false</supports></configInfo></explain>"

static void an_explain_record_is_learned(void **state)
{
	static const char *const answers[] = {
	    "<zs:explainResponse " ZS "><zs:version>1.1</zs:version><zs:record><zs:recordSchema>x"
	    "</zs:recordSchema><zs:recordData>" ZEEREX "</zs:recordData></zs:record>"
	    "</zs:explainResponse>",
	    ZEEREX,
	    "<explainResponse><record><recordData><![CDATA[" ZEEREX
	    "]]></recordData></record></explainResponse>",
	};

	for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
		const struct sru_explained *explained;
		struct bench b;

		open_bench(&b, NULL);
		put(&b, &(struct sru_ask){.operation = SRU_EXPLAIN});
		assert_null(sru_client_explained(b.client));
		assert_int_equal(take(&b, answers[i]), SRU_TAKE_REPLY);
		assert_true(b.taken.reply.ok);
		explained = sru_client_explained(b.client);
		assert_non_null(explained);
		assert_string_equal(explained->title, "Katalog");
		assert_int_equal(explained->nindexes, 4);
		assert_string_equal(
		    explained->indexes[0].set, "info:srw/cql-context-set/1/dc-v1.1");
		assert_string_equal(explained->indexes[0].prefix, "dc");
		assert_string_equal(explained->indexes[0].name, "title");
		assert_true(explained->indexes[0].searches && explained->indexes[0].scans &&
			    explained->indexes[0].sorts);
		assert_string_equal(explained->indexes[1].set, "urn:own");
		assert_string_equal(explained->indexes[2].prefix, "");
		assert_null(explained->indexes[2].set);
		assert_false(explained->indexes[2].searches);
		assert_string_equal(explained->indexes[3].name, "creator");
		assert_true(explained->has_schemas && explained->mods && explained->dc);
		assert_false(explained->marcxml);
		assert_int_equal(explained->scans, 1);
		assert_int_equal(explained->sorts, 0);
		assert_int_equal(explained->maximum_records, 50);
		assert_int_equal(sru_client_version(b.client), SRU_1_1);
		assert_non_null(strstr(put_search(&b, 1, 3), "recordSchema=mods36"));
		assert_int_equal(take(&b, REFUSAL("66", "")), SRU_TAKE_AGAIN);
		assert_non_null(strstr(put_search(&b, 1, 3), "recordSchema=dc"));
		close_bench(&b);
	}
}

/* A name that the server does not know: it is asked which it has. */
static void unknown_indexes_are_looked_up(void **state)
{
	struct sru_ask explain = {.operation = SRU_EXPLAIN};
	struct sru_sent first;
	struct bench b;

	open_bench(&b, NULL);
	assert_int_equal(search(&b, REFUSAL("16", "dc.title")), SRU_TAKE_EXPLAIN);
	first = b.sent;
	put(&b, &explain);
	assert_int_equal(take(&b, ZEEREX), SRU_TAKE_REPLY);
	/* What was sent before that is put again; what was sent since is refused. */
	b.sent = first;
	assert_int_equal(take(&b, REFUSAL("15", "dc")), SRU_TAKE_AGAIN);
	assert_int_equal(search(&b, REFUSAL("16", "dc.title")), SRU_TAKE_REPLY);
	assert_int_equal(b.taken.reply.diagnostic.code, 16);
	close_bench(&b);
	/* A server that does not explain itself is asked to once. */
	open_bench(&b, NULL);
	assert_int_equal(search(&b, REFUSAL("16", "dc.title")), SRU_TAKE_EXPLAIN);
	put(&b, &explain);
	assert_int_equal(take(&b, "<html/>"), SRU_TAKE_FAILED);
	assert_int_equal(search(&b, REFUSAL("16", "dc.title")), SRU_TAKE_REPLY);
	assert_int_equal(b.taken.reply.diagnostic.code, 16);
	close_bench(&b);
}

/* A diagnostic beside it does not take it away. */
static void an_explain_record_stands_beside_a_diagnostic(void **state)
{
	struct sru_ask ask = {.operation = SRU_EXPLAIN};
	struct bench b;

	open_bench(&b, NULL);
	put(&b, &ask);
	assert_int_equal(take(&b, "<explainResponse><record><recordData>" ZEEREX
				  "</recordData></record><diagnostics>" DIAGNOSTIC(
				      "6", "x") "</diagnostics></explainResponse>"),
	    SRU_TAKE_REPLY);
	assert_true(b.taken.reply.ok);
	assert_false(b.taken.reply.diagnostic.present);
	assert_int_equal(b.taken.remark.code, 6);
	assert_non_null(sru_client_explained(b.client));
	close_bench(&b);
}

static void without_explain_one_goes_on(void **state)
{
	struct sru_ask ask = {.operation = SRU_EXPLAIN};
	struct bench b;

	open_bench(&b, NULL);
	put(&b, &ask);
	/* `operation=explain` is refused: the bare base URL is asked, once. */
	assert_int_equal(
	    take(&b, "<explainResponse><diagnostics>" DIAGNOSTIC("4", "") "</diagnostics>"
									  "</explainResponse>"),
	    SRU_TAKE_AGAIN);
	assert_string_equal(put(&b, &ask), "/sru");
	assert_int_equal(
	    take(&b, "<explainResponse><diagnostics>" DIAGNOSTIC("4", "") "</diagnostics>"
									  "</explainResponse>"),
	    SRU_TAKE_REPLY);
	assert_false(b.taken.reply.ok);
	assert_int_equal(take(&b, "<explainResponse/>"), SRU_TAKE_FAILED);
	assert_string_equal(b.taken.detail, "the answer has no explain record");
	assert_null(sru_client_explained(b.client));
	assert_non_null(strstr(put_search(&b, 1, 3), "recordSchema=marcxml"));
	close_bench(&b);
}

/* ---- Our own server's answers ---- */

static void write_own(void *arg, xmlTextWriterPtr writer)
{
	xmlTextWriterStartElementNS(writer, BAD_CAST "x", BAD_CAST "a", BAD_CAST "urn:x");
	xmlTextWriterWriteString(writer, arg);
	xmlTextWriterEndElement(writer);
}

/* Every version, packing and envelope: the records are those that were put in. */
static void own_answers_read_back(void **state)
{
	static char first[] = "B & \xC3\xA9 <]]>", second[] = "\"2\"";
	static const struct sru_diagnostic gone = {DIAG_RECORD_MISSING, "no <3>", NULL};
	static const struct sru_diagnostic partial = {DIAG_PARTIAL, "answered 1 of 2", NULL};
	const struct sru_record records[] = {
	    {.position = 4, .schema = "urn:x", .write = write_own, .arg = first, .score = -1},
	    {.position = 5, .schema = "urn:x", .surrogate = &gone, .score = -1},
	    {.position = 6, .schema = "urn:x", .write = write_own, .arg = second, .score = 0.5},
	};

	for (int form = 0; form < 3 * 2 * 3; form++) {
		struct sru_request request = {
		    .operation = SRU_SEARCH,
		    .version = (enum sru_version)(form % 3),
		    .content_type = "text/xml",
		    .query = "a",
		    .packing_string = form / 3 % 2,
		    .soap = form % 3 == SRU_2_0 ? SRU_SOAP_NONE : (enum sru_soap)(form / 6),
		};
		struct sru_search_answer answer = {
		    .request = &request,
		    .hits = 6,
		    .records = records,
		    .nrecords = 3,
		    .diagnostics = &partial,
		    .ndiagnostics = 1,
		};
		struct bench b;
		size_t length;
		char *text;

		open_bench(&b, NULL);
		text = sru_encode_search(b.arena, &answer, &length);
		put_search(&b, 4, 10);
		assert_int_equal(take_bytes(&b, 200, NULL, text, length), SRU_TAKE_REPLY);
		assert_true(b.taken.reply.ok);
		assert_int_equal(b.taken.reply.hits, 6);
		assert_int_equal(b.taken.reply.nrecords, 3);
		assert_bytes(&b.taken.reply.records[0],
		    "<x:a xmlns:x=\"urn:x\">B &amp; \xC3\xA9 &lt;]]&gt;</x:a>");
		assert_null(b.taken.reply.records[1].bytes);
		assert_int_equal(b.taken.reply.records[1].diagnostic.code, 65);
		assert_string_equal(b.taken.reply.records[1].diagnostic.addinfo, "no <3>");
		assert_non_null(strstr(b.taken.reply.records[2].bytes, "2"));
		assert_int_equal(b.taken.reply.records[2].position, 6);
		assert_int_equal(b.taken.remark.code, 59);
		assert_string_equal(b.taken.remark.addinfo, "answered 1 of 2");
		assert_int_equal(sru_client_version(b.client),
		    request.version == SRU_1_1 ? SRU_1_1 : request.version);
		close_bench(&b);
	}
}

static void own_refusals_scans_and_explains_read_back(void **state)
{
	static const struct sru_scan_term terms[] = {
	    {"air", "Air", 3, "first"}, {"\xC3\xA9t\xC3\xA9", NULL, -1, NULL}};
	static const struct sru_explain_index indexes[] = {
	    {"dc", "title", "Title", 3, true, false}, {"bath", "isbn", "ISBN", 3, false, false}};
	static const struct sru_explain_schema schemas[] = {
	    {"info:srw/schema/1/dc-v1.1", "dc", "DC"},
	    {"info:srw/schema/1/mods-v3.7", "mods", "MODS"}};
	struct diag diag = {DIAG_MASKING, "a*"};

	for (int version = SRU_1_1; version <= SRU_2_0; version++) {
		struct sru_request request = {.operation = SRU_SEARCH,
		    .version = (enum sru_version)version,
		    .content_type = "text/xml"};
		struct sru_scan_answer scan = {.request = &request, .terms = terms, .nterms = 2};
		struct sru_explain_answer explain = {.request = &request,
		    .host = "h",
		    .port = 80,
		    .database = "sru/union",
		    .title = "Silang",
		    .description = "x",
		    .indexes = indexes,
		    .nindexes = 2,
		    .schemas = schemas,
		    .nschemas = 2,
		    .default_records = 10,
		    .maximum_records = 100};
		const struct sru_explained *explained;
		struct bench b;
		size_t length;
		char *text;

		open_bench(&b, NULL);
		text = sru_encode_failure(b.arena, &request, &diag, &length);
		put_search(&b, 1, 3);
		assert_int_equal(take_bytes(&b, 200, NULL, text, length), SRU_TAKE_REPLY);
		assert_int_equal(b.taken.reply.diagnostic.code, 28);
		assert_string_equal(b.taken.reply.diagnostic.addinfo, "a*");

		request.operation = SRU_SCAN;
		text = sru_encode_scan(b.arena, &scan, &length);
		put(&b, &(struct sru_ask){.operation = SRU_SCAN, .query = "a", .count = 5});
		assert_int_equal(take_bytes(&b, 200, NULL, text, length), SRU_TAKE_REPLY);
		assert_int_equal(b.taken.reply.nterms, 2);
		assert_string_equal(b.taken.reply.terms[0].display, "Air");
		assert_int_equal(b.taken.reply.terms[0].count, 3);
		assert_string_equal(b.taken.reply.terms[1].term, "\xC3\xA9t\xC3\xA9");
		assert_false(b.taken.reply.terms[1].has_count);

		request.operation = SRU_EXPLAIN;
		text = sru_encode_explain(b.arena, &explain, &length);
		put(&b, &(struct sru_ask){.operation = SRU_EXPLAIN});
		assert_int_equal(take_bytes(&b, 200, NULL, text, length), SRU_TAKE_REPLY);
		explained = sru_client_explained(b.client);
		assert_non_null(explained);
		assert_int_equal(explained->nindexes, 2);
		assert_string_equal(explained->indexes[1].prefix, "bath");
		assert_string_equal(explained->indexes[1].name, "isbn");
		assert_true(explained->indexes[0].sorts);
		assert_false(explained->indexes[1].sorts);
		assert_int_equal(explained->scans, 1);
		assert_int_equal(explained->maximum_records, 100);
		assert_string_equal(sru_client_schema(b.client), "mods");
		close_bench(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(requests_are_of_their_version),
	    cmocka_unit_test(sort_keys_are_for_version_1_1),
	    cmocka_unit_test(scan_and_explain_have_their_parameters),
	    cmocka_unit_test(the_base_url_keeps_its_own_parameters),
	    cmocka_unit_test(a_long_question_goes_by_post),
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
	    cmocka_unit_test(schemas_are_tried_from_the_best_down),
	    cmocka_unit_test(what_is_configured_is_not_negotiated),
	    cmocka_unit_test(questions_at_once_learn_together),
	    cmocka_unit_test(the_version_named_is_spoken),
	    cmocka_unit_test(refused_parameters_are_left_out),
	    cmocka_unit_test(what_is_refused_without_a_name),
	    cmocka_unit_test(what_stands_beside_an_answer_is_told),
	    cmocka_unit_test(many_partners_inside_are_cut),
	    cmocka_unit_test(refusing_comes_to_an_end),
	    cmocka_unit_test(scanned_terms_are_read),
	    cmocka_unit_test(a_scan_cut_short_says_so),
	    cmocka_unit_test(an_explain_record_is_learned),
	    cmocka_unit_test(unknown_indexes_are_looked_up),
	    cmocka_unit_test(an_explain_record_stands_beside_a_diagnostic),
	    cmocka_unit_test(without_explain_one_goes_on),
	    cmocka_unit_test(own_answers_read_back),
	    cmocka_unit_test(own_refusals_scans_and_explains_read_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
