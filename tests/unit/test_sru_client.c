/* What an SRU server is asked, and our own server's answers read back. */
#include "tests/unit/sru_client_bench.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "tests/unit/sru_sample.h"

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
		struct sru_explain_answer explain = sample_explain(&request);
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
		explain.indexes = indexes;
		explain.nindexes = 2;
		explain.schemas = schemas;
		explain.nschemas = 2;
		text = sru_encode_explain(b.arena, &explain, &length);
		put(&b, &(struct sru_ask){.operation = SRU_EXPLAIN});
		assert_int_equal(take_bytes(&b, 200, NULL, text, length), SRU_TAKE_REPLY);
		explained = sru_client_explained(b.client);
		assert_non_null(explained);
		assert_string_equal(explained->title, "All partners & more");
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
	    cmocka_unit_test(own_answers_read_back),
	    cmocka_unit_test(own_refusals_scans_and_explains_read_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
