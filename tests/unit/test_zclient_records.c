/* Searches and presents, and the records that come of them. */
#include "tests/unit/zclient_bench.h"

#include <stdio.h>
#include <string.h>
#include <yaz/oid_db.h>

#include "base/arena.h"
#include "protocol/apdu.h"

static void search_says_all_it_was_told(void **state)
{
	struct bench b = open_bench(&plain);
	Z_SearchRequest *search;

	make_ready(&b);
	search = start_search(&b, 20)->u.searchRequest;
	assert_string_equal(search->resultSetName, "s1");
	assert_int_equal(search->num_databaseNames, 2);
	assert_string_equal(search->databaseNames[1], "more");
	assert_int_equal(*search->replaceIndicator, 1);
	assert_int_equal(*search->smallSetUpperBound, 20);
	assert_true(*search->largeSetLowerBound > 1000000000);
	assert_int_equal(*search->mediumSetPresentNumber, 20);
	assert_string_equal(search->mediumSetElementSetNames->u.generic, "F");
	assert_int_equal(oid_oidcmp(search->preferredRecordSyntax, yaz_oid_recsyn_usmarc), 0);
	assert_int_equal(search->query->which, Z_Query_type_1);
	assert_string_equal(apdu_hop_mark(search->otherInfo), "gateway/1");
	assert_non_null(search->referenceId);
	close_bench(&b);

	b = open_bench(&plain);
	make_ready(&b);
	search = start_search(&b, 0)->u.searchRequest;
	assert_int_equal(*search->smallSetUpperBound, 0);
	assert_int_equal(*search->largeSetLowerBound, 1);
	assert_int_equal(*search->mediumSetPresentNumber, 0);
	close_bench(&b);
}

/* The bytes are those of YAZ's own encoder, whatever the query. */
static void an_encoded_query_changes_nothing(void **state)
{
	static const char *const queries[] = {"water", "@attr 1=4 water",
	    "@and @attr 1=4 @attr 2=102 \"two words\" @not @attr 1=1003 x @set other",
	    "@attrset 1.2.840.10003.3.1 @prox 0 1 1 2 k 2 a @attr gils 1=2 b",
	    "@attr 1=string @term numeric 1967"};

	for (size_t i = 0; i < sizeof queries / sizeof *queries; i++)
		for (unsigned piggyback = 0; piggyback < 30; piggyback += 20) {
			struct bench a = open_bench(&plain), b = open_bench(&plain);
			struct arena *arena = arena_create(0, NULL);
			struct zclient_search search = {.set = "s1",
			    .databases = databases,
			    .ndatabases = 1 + i % 2,
			    .query = query(&a, queries[i]),
			    .syntax = ZSYNTAX_OPAC,
			    .element_set = i ? "F" : NULL,
			    .piggyback = piggyback,
			    .hop_mark = i % 3 ? "gateway/1" : NULL};
			const void *whole, *shared;
			size_t nwhole, nshared;

			make_ready(&a);
			make_ready(&b);
			zclient_search(a.client, &search);
			search.encoded = zclient_encode_query(arena, search.query);
			search.query = NULL;
			zclient_search(b.client, &search);
			whole = zclient_output(a.client, &nwhole);
			shared = zclient_output(b.client, &nshared);
			assert_int_equal(nshared, nwhole);
			assert_memory_equal(shared, whole, nwhole);
			arena_destroy(arena);
			close_bench(&a);
			close_bench(&b);
		}
}

static void search_brings_hits_records_and_counts(void **state)
{
	struct bench b = open_bench(&plain);
	const struct apdu_subquery counts[] = {{.term = "water", .term_length = 5, .count = 40},
	    {.id = "all", .count = 40}, {.term = "\xE9t\xE9", .term_length = 3, .count = 7}};
	const struct zclient_event *event;
	Z_APDU *apdu;

	make_ready(&b);
	start_search(&b, 3);
	apdu = search_reply(&b, 2147483648LL, many(&b, 1, 3));
	apdu_set_subqueries(b.encode, &apdu->u.searchResponse->additionalSearchInfo, counts, 3);
	event = answer(&b, apdu);
	assert_int_equal(event->type, ZCLIENT_SEARCH);
	assert_true(event->reply.ok);
	assert_int_equal(event->reply.hits, 2147483648UL);
	assert_int_equal(event->reply.nrecords, 3);
	assert_record(&event->reply.records[0], 1, "00026record 1");
	assert_record(&event->reply.records[2], 3, "00026record 3");
	assert_int_equal(event->reply.ncounts, 2);
	assert_string_equal(event->reply.counts[0].term, "water");
	assert_int_equal(event->reply.counts[0].count, 40);
	assert_string_equal(event->reply.counts[1].term, "\xC3\xA9t\xC3\xA9");
	assert_true(zclient_is_ready(b.client));
	assert_null(zclient_next(b.client));
	close_bench(&b);
}

static void search_failure_gives_its_diagnostic(void **state)
{
	struct bench b = open_bench(&plain);
	const struct zclient_event *event;
	Z_APDU *apdu;
	Z_DiagRecs *list;

	make_ready(&b);
	start_search(&b, 3);
	apdu = search_reply(&b, 0, non_surrogate(&b, 114, "1003"));
	*apdu->u.searchResponse->searchStatus = 0;
	event = answer(&b, apdu);
	assert_false(event->reply.ok);
	assert_int_equal(event->reply.diagnostic.code, 114);
	assert_string_equal(event->reply.diagnostic.addinfo, "1003");

	/* several, and the addinfo of version 2 */
	start_search(&b, 3);
	apdu = search_reply(&b, 0, non_surrogate(&b, 3, "x"));
	*apdu->u.searchResponse->searchStatus = 0;
	list = odr_malloc(b.encode, sizeof *list);
	list->num_diagRecs = 2;
	list->diagRecs = odr_malloc(b.encode, 2 * sizeof *list->diagRecs);
	list->diagRecs[0] = zget_DiagRec(b.encode, 121, "first\nline\x02");
	list->diagRecs[0]->u.defaultFormat->which = Z_DefaultDiagFormat_v2Addinfo;
	list->diagRecs[1] = zget_DiagRec(b.encode, 122, "second");
	apdu->u.searchResponse->records->which = Z_Records_multipleNSD;
	apdu->u.searchResponse->records->u.multipleNonSurDiagnostics = list;
	event = answer(&b, apdu);
	assert_int_equal(event->reply.diagnostic.code, 121);
	assert_string_equal(event->reply.diagnostic.addinfo, "first line");

	/* no word of why; records beside a failure do not count */
	start_search(&b, 3);
	apdu = search_reply(&b, 5, many(&b, 1, 3));
	*apdu->u.searchResponse->searchStatus = 0;
	event = answer(&b, apdu);
	assert_false(event->reply.ok);
	assert_false(event->reply.diagnostic.present);
	assert_int_equal(event->reply.nrecords, 0);
	assert_true(zclient_is_ready(b.client));
	close_bench(&b);
}

static void a_negative_count_is_a_protocol_error(void **state)
{
	struct bench b = open_bench(&plain);

	make_ready(&b);
	start_search(&b, 0);
	assert_error(answer(&b, search_reply(&b, -3, NULL)), "-3");
	assert_false(zclient_is_ready(b.client));
	assert_null(zclient_next(b.client));
	close_bench(&b);
}

static void surplus_records_are_dropped(void **state)
{
	struct bench b = open_bench(&plain);
	const struct zclient_event *event;

	make_ready(&b);
	start_search(&b, 2);
	event = answer(&b, search_reply(&b, 50, many(&b, 1, 7)));
	assert_int_equal(event->reply.nrecords, 2);
	start_search(&b, 0);
	event = answer(&b, search_reply(&b, 50, many(&b, 1, 7)));
	assert_int_equal(event->reply.nrecords, 0);
	start_search(&b, 10); /* more than there are hits */
	event = answer(&b, search_reply(&b, 3, many(&b, 1, 7)));
	assert_int_equal(event->reply.nrecords, 3);
	start_present(&b, 11, 4);
	event = answer(&b, present_reply(&b, many(&b, 11, 9)));
	assert_int_equal(event->reply.nrecords, 4);
	assert_record(&event->reply.records[3], 14, "00026record 14");
	close_bench(&b);
}

static void fewer_records_are_visible(void **state)
{
	struct bench b = open_bench(&plain);
	const struct zclient_event *event;

	make_ready(&b);
	start_present(&b, 5, 4);
	event = answer(&b, present_reply(&b, many(&b, 5, 1)));
	assert_int_equal(event->type, ZCLIENT_PRESENT);
	assert_true(event->reply.ok);
	assert_int_equal(event->reply.nrecords, 1);
	start_present(&b, 5, 4);
	event = answer(&b, present_reply(&b, NULL));
	assert_true(event->reply.ok);
	assert_int_equal(event->reply.nrecords, 0);
	start_present(&b, 5, 4);
	event = answer(&b, present_reply(&b, non_surrogate(&b, 13, "5")));
	assert_false(event->reply.ok);
	assert_int_equal(event->reply.diagnostic.code, 13);
	close_bench(&b);
}

static void surrogates_stand_in_place_of_records(void **state)
{
	struct bench b = open_bench(&plain);
	const struct zclient_event *event;
	Z_NamePlusRecord *records[4];

	make_ready(&b);
	start_present(&b, 1, 4);
	records[0] = marc(&b, 1);
	records[1] = zget_surrogateDiagRec(b.encode, "Default", 1028, "deleted");
	records[2] = octets(&b, yaz_oid_recsyn_usmarc, "");
	records[3] = marc(&b, 4);
	event = answer(&b, present_reply(&b, list_of(&b, records, 4)));
	assert_int_equal(event->reply.nrecords, 4);
	assert_null(event->reply.records[1].bytes);
	assert_int_equal(event->reply.records[1].position, 2);
	assert_int_equal(event->reply.records[1].diagnostic.code, 1028);
	assert_string_equal(event->reply.records[1].diagnostic.addinfo, "deleted");
	assert_null(event->reply.records[2].bytes);
	assert_int_equal(event->reply.records[2].diagnostic.code, 14);
	assert_record(&event->reply.records[3], 4, "00026record 4");
	close_bench(&b);
}

static void syntax_is_judged_by_label_and_content(void **state)
{
	struct bench b = open_bench(&plain);
	const struct zclient_event *event;
	Z_NamePlusRecord *records[7];
	Z_External *grs;

	make_ready(&b);
	/* An explain record that is none: it must not take the others with it. */
	grs = z_ext_record_oid_any(b.encode, yaz_oid_recsyn_explain, "\x04\x01x", 3);
	start_present(&b, 1, 7);
	records[0] = octets(&b, yaz_oid_recsyn_xml, "<record/>");
	records[1] = octets(&b, yaz_oid_recsyn_usmarc, "\xEF\xBB\xBF\n<record/>");
	records[2] = octets(&b, yaz_oid_recsyn_xml, "00026 but MARC");
	records[3] = octets(&b, yaz_oid_recsyn_text_xml, "record");
	records[4] = record_of(&b, z_ext_record_sutrs(b.encode, "Title: x", 8));
	records[5] = record_of(&b, grs);
	records[6] = octets(&b, yaz_oid_recsyn_sutrs, "Title: y"); /* should be BER */
	event = answer(&b, present_reply(&b, list_of(&b, records, 7)));
	assert_int_equal(event->reply.nrecords, 7);
	assert_record(&event->reply.records[6], 7, "Title: y");
	assert_true(event->reply.records[0].is_xml);
	assert_true(event->reply.records[1].is_xml);
	assert_false(event->reply.records[2].is_xml);
	assert_true(event->reply.records[3].is_xml);
	assert_false(event->reply.records[4].is_xml);
	assert_record(&event->reply.records[4], 5, "Title: x");
	assert_null(event->reply.records[5].bytes);
	assert_int_equal(event->reply.records[5].diagnostic.code, 238);
	close_bench(&b);
}

static Z_NamePlusRecord *opac(struct bench *b, Z_External *bib)
{
	Z_External *external = odr_malloc(b->encode, sizeof *external);
	Z_OPACRecord *record = odr_malloc(b->encode, sizeof *record);
	Z_HoldingsRecord *holdings = odr_malloc(b->encode, 2 * sizeof *holdings);
	Z_HoldingsAndCircData *data = odr_malloc(b->encode, sizeof *data);
	Z_CircRecord *item = odr_malloc(b->encode, sizeof *item);

	memset(external, 0, sizeof *external);
	memset(data, 0, sizeof *data);
	memset(item, 0, sizeof *item);
	item->availableNow = odr_booldup(b->encode, 1);
	item->renewable = odr_booldup(b->encode, 0);
	item->onHold = odr_booldup(b->encode, 0);
	item->availablityDate = odr_strdup(b->encode, "2026-12-01");
	data->localLocation = odr_strdup(b->encode, "A < B\x01");
	data->callNumber = odr_strdup(b->encode, "\xC9t");
	data->num_circulationData = 1;
	data->circulationData = odr_malloc(b->encode, sizeof item);
	data->circulationData[0] = item;
	holdings[0].which = Z_HoldingsRecord_holdingsAndCirc;
	holdings[0].u.holdingsAndCirc = data;
	holdings[1].which = Z_HoldingsRecord_marcHoldingsRecord;
	holdings[1].u.marcHoldingsRecord = z_ext_record_usmarc(b->encode, "no MARC", 7);
	record->bibliographicRecord = bib;
	record->num_holdingsData = 2;
	record->holdingsData = odr_malloc(b->encode, 2 * sizeof *record->holdingsData);
	record->holdingsData[0] = &holdings[0];
	record->holdingsData[1] = &holdings[1];
	external->direct_reference = odr_oiddup(b->encode, yaz_oid_recsyn_opac);
	external->which = Z_External_OPAC;
	external->u.opac = record;
	return record_of(b, external);
}

static void opac_records_are_taken_apart(void **state)
{
	static const char expected[] =
	    "<holdings><holding><localLocation>A &lt; B</localLocation>"
	    "<callNumber>\xC3\x89t</callNumber><circulations><circulation>"
	    "<availableNow value=\"1\"/><availabilityDate>2026-12-01</availabilityDate>"
	    "<renewable value=\"0\"/><onHold value=\"0\"/></circulation></circulations></holding>"
	    "<holding></holding></holdings>";
	struct bench b = open_bench(&plain);
	const struct zclient_event *event;
	Z_NamePlusRecord *records[2];

	make_ready(&b);
	start_present(&b, 1, 2);
	records[0] = opac(&b, z_ext_record_usmarc(b.encode, "00026bib", 8));
	records[1] = opac(&b, NULL);
	event = answer(&b, present_reply(&b, list_of(&b, records, 2)));
	assert_int_equal(event->reply.nrecords, 2);
	assert_record(&event->reply.records[0], 1, "00026bib");
	assert_int_equal(event->reply.records[0].opac_length, sizeof expected - 1);
	assert_memory_equal(event->reply.records[0].opac_xml, expected, sizeof expected - 1);
	assert_null(event->reply.records[1].bytes);
	assert_true(event->reply.records[1].diagnostic.present);
	close_bench(&b);
}

static void segments_join_their_response(void **state)
{
	struct bench b = open_bench(&plain);
	const struct zclient_event *event;
	char text[32];

	make_ready(&b);
	start_present(&b, 21, 7);
	feed_segment(&b, 21, 3);
	assert_null(zclient_next(b.client));
	feed_segment(&b, 24, 2);
	assert_null(zclient_next(b.client));
	event = answer(&b, present_reply(&b, many(&b, 26, 5)));
	assert_int_equal(event->type, ZCLIENT_PRESENT);
	assert_int_equal(event->reply.nrecords, 7);
	for (unsigned i = 0; i < 7; i++) {
		snprintf(text, sizeof text, "00026record %u", 21 + i);
		assert_record(&event->reply.records[i], 21 + i, text);
	}
	close_bench(&b);
}

static void segments_without_end_are_too_large(void **state)
{
	struct zclient_options options = {.message_max = 20000};
	struct bench b = open_bench(&options);
	const struct zclient_event *event = NULL;

	make_ready(&b);
	start_present(&b, 1, 1000000);
	for (int i = 0; i < 100 && !event; i++) {
		feed_segment(&b, 1, 20);
		event = zclient_next(b.client);
	}
	assert_non_null(event);
	assert_int_equal(event->type, ZCLIENT_TOO_LARGE);
	close_bench(&b);
}

static void present_and_delete_say_what_they_should(void **state)
{
	struct bench b = open_bench(&plain);
	const struct zclient_event *event;
	Z_PresentRequest *present;
	Z_DeleteResultSetRequest *delete;
	Z_APDU *apdu;

	make_ready(&b);
	present = start_present(&b, 11, 5)->u.presentRequest;
	assert_string_equal(present->resultSetId, "s1");
	assert_int_equal(*present->resultSetStartPoint, 11);
	assert_int_equal(*present->numberOfRecordsRequested, 5);
	assert_int_equal(oid_oidcmp(present->preferredRecordSyntax, yaz_oid_recsyn_opac), 0);
	assert_string_equal(present->recordComposition->u.simple->u.generic, "B");
	answer(&b, present_reply(&b, NULL));
	zclient_delete_set(b.client, "s1");
	delete = sent(&b)->u.deleteResultSetRequest;
	assert_int_equal(delete->num_resultSetList, 1);
	assert_string_equal(delete->resultSetList[0], "s1");
	apdu = reply(&b, Z_APDU_deleteResultSetResponse);
	event = answer(&b, apdu);
	assert_int_equal(event->type, ZCLIENT_DELETED);
	assert_true(event->reply.ok);
	close_bench(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(search_says_all_it_was_told),
	    cmocka_unit_test(an_encoded_query_changes_nothing),
	    cmocka_unit_test(search_brings_hits_records_and_counts),
	    cmocka_unit_test(search_failure_gives_its_diagnostic),
	    cmocka_unit_test(a_negative_count_is_a_protocol_error),
	    cmocka_unit_test(surplus_records_are_dropped),
	    cmocka_unit_test(fewer_records_are_visible),
	    cmocka_unit_test(surrogates_stand_in_place_of_records),
	    cmocka_unit_test(syntax_is_judged_by_label_and_content),
	    cmocka_unit_test(opac_records_are_taken_apart),
	    cmocka_unit_test(segments_join_their_response),
	    cmocka_unit_test(segments_without_end_are_too_large),
	    cmocka_unit_test(present_and_delete_say_what_they_should),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
