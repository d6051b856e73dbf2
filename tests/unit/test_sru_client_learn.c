/* What is learned of an SRU server by asking it: versions, schemas, indexes. */
#include "tests/unit/sru_client_bench.h"

#include <string.h>

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

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(schemas_are_tried_from_the_best_down),
	    cmocka_unit_test(what_is_configured_is_not_negotiated),
	    cmocka_unit_test(questions_at_once_learn_together),
	    cmocka_unit_test(the_version_named_is_spoken),
	    cmocka_unit_test(refused_parameters_are_left_out),
	    cmocka_unit_test(what_is_refused_without_a_name),
	    cmocka_unit_test(refusing_comes_to_an_end),
	    cmocka_unit_test(an_explain_record_is_learned),
	    cmocka_unit_test(unknown_indexes_are_looked_up),
	    cmocka_unit_test(an_explain_record_stands_beside_a_diagnostic),
	    cmocka_unit_test(without_explain_one_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
