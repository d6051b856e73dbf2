/* The origin against replies made with YAZ's encoder: every event, and every way to be wrong. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>
#include <yaz/charneg.h>
#include <yaz/oid_db.h>
#include <yaz/otherinfo.h>
#include <yaz/pquery.h>
#include <yaz/proto.h>

#include "base/text.h"
#include "base/arena.h"
#include "protocol/apdu.h"
#include "protocol/zclient.h"

struct bench {
	struct zclient *client;
	ODR encode; /* what the test sends */
	ODR decode; /* what it received */
	ODR build;  /* memory of queries */
};

static const struct zclient_options plain = {.message_max = 1 << 20};

static struct bench open_bench(const struct zclient_options *options)
{
	return (struct bench){zclient_create(options), odr_createmem(ODR_ENCODE),
	    odr_createmem(ODR_DECODE), odr_createmem(ODR_ENCODE)};
}

static void close_bench(struct bench *b)
{
	zclient_destroy(b->client);
	odr_destroy(b->encode);
	odr_destroy(b->decode);
	odr_destroy(b->build);
}

/* The one request that is queued. */
static Z_APDU *sent(struct bench *b)
{
	size_t length;
	const void *bytes = zclient_output(b->client, &length);
	Z_APDU *apdu = NULL;

	odr_reset(b->decode);
	assert_non_null(bytes);
	odr_setbuf(b->decode, (char *)(uintptr_t)bytes, (int)length, 0);
	assert_true(z_APDU(b->decode, &apdu, 0, 0));
	zclient_sent(b->client, length);
	assert_null(zclient_output(b->client, &length));
	return apdu;
}

static void feed_apdu(struct bench *b, Z_APDU *apdu)
{
	size_t length;
	const char *bytes = apdu_encode(b->encode, apdu, &length);

	assert_non_null(bytes);
	zclient_feed(b->client, bytes, length);
	odr_reset(b->encode);
}

static Z_APDU *reply(struct bench *b, int which)
{
	return zget_APDU(b->encode, which);
}

static const struct zclient_event *answer(struct bench *b, Z_APDU *apdu)
{
	feed_apdu(b, apdu);
	return zclient_next(b->client);
}

static void make_ready(struct bench *b)
{
	const struct zclient_event *event;

	zclient_init(b->client);
	sent(b);
	event = answer(b, reply(b, Z_APDU_initResponse));
	assert_non_null(event);
	assert_int_equal(event->type, ZCLIENT_INIT_OK);
	assert_true(zclient_is_ready(b->client));
}

static Z_RPNQuery *query(struct bench *b, const char *pqf)
{
	YAZ_PQF_Parser parser = yaz_pqf_create();
	Z_RPNQuery *rpn = yaz_pqf_parse(parser, b->build, pqf);

	yaz_pqf_destroy(parser);
	assert_non_null(rpn);
	return rpn;
}

static const char *const databases[] = {"Default", "more"};

static Z_APDU *start_search(struct bench *b, unsigned piggyback)
{
	struct zclient_search search = {.set = "s1",
	    .databases = databases,
	    .ndatabases = 2,
	    .query = query(b, "@attr 1=4 water"),
	    .syntax = ZSYNTAX_USMARC,
	    .element_set = "F",
	    .piggyback = piggyback,
	    .hop_mark = "gateway/1"};

	zclient_search(b->client, &search);
	assert_false(zclient_is_ready(b->client));
	return sent(b);
}

static Z_APDU *start_present(struct bench *b, unsigned start, unsigned count)
{
	struct zclient_present present = {.set = "s1",
	    .start = start,
	    .count = count,
	    .syntax = ZSYNTAX_OPAC,
	    .element_set = "B"};

	zclient_present(b->client, &present);
	return sent(b);
}

static Z_NamePlusRecord *record_of(struct bench *b, Z_External *external)
{
	Z_NamePlusRecord *record = odr_malloc(b->encode, sizeof *record);

	record->databaseName = odr_strdup(b->encode, "Default");
	record->which = Z_NamePlusRecord_databaseRecord;
	record->u.databaseRecord = external;
	return record;
}

static Z_NamePlusRecord *octets(struct bench *b, const Odr_oid *syntax, const char *text)
{
	return record_of(b, z_ext_record_oid(b->encode, syntax, text, (int)strlen(text)));
}

static Z_NamePlusRecord *marc(struct bench *b, unsigned number)
{
	char text[32];

	snprintf(text, sizeof text, "00026record %u", number);
	return octets(b, yaz_oid_recsyn_usmarc, text);
}

static Z_Records *list_of(struct bench *b, Z_NamePlusRecord **records, int count)
{
	Z_Records *out = odr_malloc(b->encode, sizeof *out);

	out->which = Z_Records_DBOSD;
	out->u.databaseOrSurDiagnostics =
	    odr_malloc(b->encode, sizeof *out->u.databaseOrSurDiagnostics);
	out->u.databaseOrSurDiagnostics->num_records = count;
	out->u.databaseOrSurDiagnostics->records =
	    odr_malloc(b->encode, (size_t)(count + 1) * sizeof *records);
	for (int i = 0; i < count; i++)
		out->u.databaseOrSurDiagnostics->records[i] = records[i];
	return out;
}

static Z_Records *many(struct bench *b, unsigned first, int count)
{
	Z_NamePlusRecord *records[64];

	for (int i = 0; i < count; i++)
		records[i] = marc(b, first + (unsigned)i);
	return list_of(b, records, count);
}

static Z_Records *non_surrogate(struct bench *b, int code, const char *text)
{
	Z_Records *out = odr_malloc(b->encode, sizeof *out);

	out->which = Z_Records_NSD;
	out->u.nonSurrogateDiagnostic = zget_DefaultDiagFormat(b->encode, code, text);
	return out;
}

static Z_APDU *search_reply(struct bench *b, long long hits, Z_Records *records)
{
	Z_APDU *apdu = reply(b, Z_APDU_searchResponse);

	*apdu->u.searchResponse->resultCount = hits;
	*apdu->u.searchResponse->searchStatus = 1;
	apdu->u.searchResponse->records = records;
	return apdu;
}

static Z_APDU *present_reply(struct bench *b, Z_Records *records)
{
	Z_APDU *apdu = reply(b, Z_APDU_presentResponse);

	apdu->u.presentResponse->records = records;
	return apdu;
}

static void assert_record(const struct reply_record *record, unsigned position, const char *text)
{
	assert_int_equal(record->position, position);
	assert_non_null(record->bytes);
	assert_int_equal(record->length, strlen(text));
	assert_memory_equal(record->bytes, text, record->length);
	assert_false(record->diagnostic.present);
}

static void assert_error(const struct zclient_event *event, const char *detail)
{
	assert_non_null(event);
	assert_int_equal(event->type, ZCLIENT_PROTOCOL_ERROR);
	assert_non_null(strstr(event->detail, detail));
}

static void init_offers_what_we_speak(void **state)
{
	struct zclient_options options = {.message_max = 3 << 20,
	    .implementation_name = "Silang",
	    .implementation_version = "9",
	    .utf8_negotiation = true};
	struct bench b = open_bench(&options);
	const Z_InitRequest *init;
	static const int bits[] = {0, 1, 2, 7, 8, 11, 14, 17};

	zclient_init(b.client);
	init = sent(&b)->u.initRequest;
	for (size_t i = 0; i < sizeof bits / sizeof *bits; i++)
		assert_true(ODR_MASK_GET(init->options, bits[i]));
	assert_false(ODR_MASK_GET(init->options, Z_Options_concurrentOperations));
	assert_true(ODR_MASK_GET(init->protocolVersion, Z_ProtocolVersion_3));
	assert_int_equal(*init->maximumRecordSize, 3 << 20);
	assert_int_equal(*init->preferredMessageSize, 1 << 20);
	assert_string_equal(init->implementationName, "Silang");
	assert_null(init->idAuthentication);
	assert_non_null(init->referenceId);
	assert_non_null(yaz_get_charneg_record(init->otherInfo));
	close_bench(&b);
}

static const Z_IdAuthentication *auth_of(struct bench *b, struct zclient_options options)
{
	options.message_max = 1 << 20;
	*b = open_bench(&options);
	zclient_init(b->client);
	return sent(b)->u.initRequest->idAuthentication;
}

static void init_carries_both_kinds_of_authentication(void **state)
{
	struct bench b;
	const Z_IdAuthentication *auth;

	auth = auth_of(&b, (struct zclient_options){.user = "u", .password = "p"});
	assert_int_equal(auth->which, Z_IdAuthentication_idPass);
	assert_string_equal(auth->u.idPass->userId, "u");
	assert_string_equal(auth->u.idPass->password, "p");
	assert_null(auth->u.idPass->groupId);
	close_bench(&b);
	auth =
	    auth_of(&b, (struct zclient_options){.user = "u", .password = "p", .open_auth = true});
	assert_int_equal(auth->which, Z_IdAuthentication_open);
	assert_string_equal(auth->u.open, "u/p");
	close_bench(&b);
	auth = auth_of(&b, (struct zclient_options){.user = "u"});
	assert_int_equal(auth->which, Z_IdAuthentication_open);
	assert_string_equal(auth->u.open, "u");
	close_bench(&b);
}

static void init_tells_what_the_target_grants(void **state)
{
	struct zclient_options options = {.message_max = 1 << 20, .utf8_negotiation = true};
	struct bench b = open_bench(&options);
	const struct zclient_event *event;
	Z_APDU *apdu;
	Z_OtherInformationUnit *unit;

	zclient_init(b.client);
	sent(&b);
	apdu = reply(&b, Z_APDU_initResponse);
	ODR_MASK_SET(apdu->u.initResponse->options, Z_Options_namedResultSets);
	ODR_MASK_SET(apdu->u.initResponse->options, Z_Options_negotiationModel);
	unit = yaz_oi_update(&apdu->u.initResponse->otherInfo, b.encode, NULL, 0, 0);
	unit->which = Z_OtherInfo_externallyDefinedInfo;
	unit->information.externallyDefinedInfo =
	    yaz_set_response_charneg(b.encode, "utf-8", NULL, 1);
	event = answer(&b, apdu);
	assert_int_equal(event->type, ZCLIENT_INIT_OK);
	assert_true(event->named_sets);
	assert_true(event->utf8);
	assert_null(zclient_next(b.client));
	close_bench(&b);
}

static const struct zclient_event *refuse_init(struct bench *b, Z_External *field)
{
	Z_APDU *apdu = reply(b, Z_APDU_initResponse);

	*apdu->u.initResponse->result = 0;
	apdu->u.initResponse->userInformationField = field;
	zclient_init(b->client);
	sent(b);
	return answer(b, apdu);
}

static void init_rejection_gives_its_diagnostic(void **state)
{
	struct bench b = open_bench(&plain);
	const struct zclient_event *event =
	    refuse_init(&b, zget_init_diagnostics(b.encode, 1014, "caf\xE9"));

	assert_int_equal(event->type, ZCLIENT_INIT_REJECTED);
	assert_true(event->reply.diagnostic.present);
	assert_int_equal(event->reply.diagnostic.code, 1014);
	assert_string_equal(event->reply.diagnostic.addinfo, "caf\xC3\xA9"); /* Latin-1 came */
	assert_false(zclient_is_ready(b.client));
	close_bench(&b);

	b = open_bench(&plain);
	event = refuse_init(&b, zget_init_diagnostics_octet(b.encode, 1011, "bad password"));
	assert_int_equal(event->reply.diagnostic.code, 1011);
	assert_string_equal(event->reply.diagnostic.addinfo, "bad password");
	close_bench(&b);

	b = open_bench(&plain);
	event = refuse_init(&b, z_ext_record_sutrs(b.encode, "we are closed", 13));
	assert_int_equal(event->type, ZCLIENT_INIT_REJECTED);
	assert_false(event->reply.diagnostic.present);
	assert_string_equal(event->detail, "we are closed");
	close_bench(&b);

	b = open_bench(&plain);
	event = refuse_init(&b, NULL);
	assert_int_equal(event->type, ZCLIENT_INIT_REJECTED);
	assert_string_equal(event->detail, "");
	close_bench(&b);
}

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

static void feed_segment(struct bench *b, unsigned first, int count)
{
	Z_APDU *apdu = reply(b, Z_APDU_segmentRequest);
	Z_Records *records = many(b, first, count);

	apdu->u.segmentRequest->num_segmentRecords = count;
	apdu->u.segmentRequest->segmentRecords = records->u.databaseOrSurDiagnostics->records;
	feed_apdu(b, apdu);
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

static Odr_oct *reference(struct bench *b, const char *text)
{
	return odr_create_Odr_oct(b->encode, text, (int)strlen(text));
}

static void references_are_checked_when_present(void **state)
{
	struct bench b = open_bench(&plain);
	const struct zclient_event *event;
	const Z_ReferenceId *own;
	Z_APDU *apdu;

	make_ready(&b);
	own = start_search(&b, 0)->u.searchRequest->referenceId;
	apdu = search_reply(&b, 1, NULL);
	apdu->u.searchResponse->referenceId = odr_create_Odr_oct(b.encode, own->buf, own->len);
	event = answer(&b, apdu);
	assert_int_equal(event->type, ZCLIENT_SEARCH);
	start_search(&b, 0);
	apdu = search_reply(&b, 1, NULL);
	apdu->u.searchResponse->referenceId = reference(&b, "somebody else's");
	assert_error(answer(&b, apdu), "referenceId");
	close_bench(&b);
}

static void a_reply_to_something_else_is_an_error(void **state)
{
	struct bench b = open_bench(&plain);

	make_ready(&b);
	start_search(&b, 0);
	assert_error(answer(&b, present_reply(&b, NULL)), "Present response");
	close_bench(&b);

	b = open_bench(&plain);
	make_ready(&b);
	assert_error(answer(&b, search_reply(&b, 1, NULL)), "unasked");
	close_bench(&b);

	b = open_bench(&plain);
	make_ready(&b);
	start_search(&b, 0);
	feed_apdu(&b, search_reply(&b, 1, NULL));
	feed_apdu(&b, search_reply(&b, 1, NULL)); /* once more */
	assert_int_equal(zclient_next(b.client)->type, ZCLIENT_SEARCH);
	assert_error(zclient_next(b.client), "unasked");
	close_bench(&b);

	b = open_bench(&plain);
	make_ready(&b);
	start_search(&b, 0);
	feed_segment(&b, 1, 1);
	assert_error(zclient_next(b.client), "Segment");
	close_bench(&b);

	b = open_bench(&plain); /* a request, as if we were the target */
	make_ready(&b);
	assert_error(answer(&b, reply(&b, Z_APDU_initRequest)), "Init request");
	close_bench(&b);

	b = open_bench(&plain); /* before we said a word */
	assert_error(answer(&b, reply(&b, Z_APDU_initResponse)), "unasked");
	close_bench(&b);

	b = open_bench(&plain);
	make_ready(&b);
	assert_error(answer(&b, reply(&b, Z_APDU_triggerResourceControlRequest)), "unexpected");
	close_bench(&b);
}

static void close_goes_both_ways(void **state)
{
	struct bench b = open_bench(&plain);
	const struct zclient_event *event;
	Z_APDU *apdu;
	size_t length;

	make_ready(&b);
	start_search(&b, 0);
	apdu = reply(&b, Z_APDU_close);
	*apdu->u.close->closeReason = Z_Close_shutdown;
	apdu->u.close->diagnosticInformation = odr_strdup(b.encode, "good night");
	event = answer(&b, apdu);
	assert_int_equal(event->type, ZCLIENT_CLOSED);
	assert_string_equal(event->detail, "shutdown: good night");
	assert_int_equal(sent(&b)->which, Z_APDU_close);
	assert_null(zclient_next(b.client));
	close_bench(&b);

	b = open_bench(&plain);
	make_ready(&b);
	start_search(&b, 0);
	zclient_close(b.client);
	zclient_close(b.client);
	assert_int_equal(sent(&b)->which, Z_APDU_close);
	feed_apdu(&b, search_reply(&b, 1, NULL)); /* was under way */
	feed_apdu(&b, reply(&b, Z_APDU_close));
	assert_int_equal(zclient_next(b.client)->type, ZCLIENT_CLOSED);
	zclient_output(b.client, &length);
	assert_int_equal(length, 0);
	close_bench(&b);
}

static const struct zclient_event *feed_bytes(struct bench *b, const void *bytes, size_t length)
{
	make_ready(b);
	start_search(b, 0);
	zclient_feed(b->client, bytes, length);
	return zclient_next(b->client);
}

static void what_is_no_apdu_is_an_error(void **state)
{
	static const char deep[] = "\xB7\x80";
	struct bench b = open_bench(&plain);
	char nested[4000];

	assert_error(feed_bytes(&b, "HTTP/1.1 400 Bad Request\r\n", 26), "no Z39.50");
	close_bench(&b);
	b = open_bench(&plain);
	assert_error(feed_bytes(&b, "\xB7\x04\xFF\xFF\xFF\xFF", 6), "malformed");
	close_bench(&b);
	b = open_bench(&plain);
	assert_error(feed_bytes(&b, "\xB7\x03\x02\x01\x05", 5), "not a Z39.50 APDU");
	close_bench(&b);
	b = open_bench(&plain);
	assert_error(feed_bytes(&b, "\xB7\x00", 2), "not a Z39.50 APDU");
	close_bench(&b);
	for (size_t i = 0; i + 2 < sizeof nested; i += 2)
		memcpy(nested + i, deep, 2);
	b = open_bench(&plain);
	assert_error(feed_bytes(&b, nested, sizeof nested), "no Z39.50");
	close_bench(&b);
}

/* A string in no pieces: YAZ 5.34 writes through a null pointer when it decodes one. */
static void empty_constructed_strings_are_refused(void **state)
{
	struct bench b = open_bench(&plain);

	/* Close, its reason, its diagnosticInformation */
	assert_error(feed_bytes(&b, "\xBF\x30\x07\x9F\x81\x53\x01\x00\xA3\x00", 10), "malformed");
	close_bench(&b);
	b = open_bench(&plain);
	assert_error(
	    feed_bytes(&b, "\xBF\x30\x80\x9F\x81\x53\x01\x00\xA3\x80\0\0\0\0", 14), "malformed");
	close_bench(&b);
}

/* OPAC records that hold OPAC records: YAZ's decoder recurses. */
static void nesting_does_not_use_up_the_stack(void **state)
{
	enum { LEVELS = 20000, HEADER = 5 };
	struct zclient_options options = {.message_max = 1 << 20};
	struct bench b = open_bench(&options);
	uint8_t *bytes = malloc(LEVELS * HEADER);

	assert_non_null(bytes);
	for (size_t i = 0; i < LEVELS; i++) {
		size_t inside = (LEVELS - 1 - i) * HEADER;

		bytes[i * HEADER] = i ? 0x30 : 0xB7;
		bytes[i * HEADER + 1] = 0x83;
		bytes[i * HEADER + 2] = (uint8_t)(inside >> 16);
		bytes[i * HEADER + 3] = (uint8_t)(inside >> 8);
		bytes[i * HEADER + 4] = (uint8_t)inside;
	}
	assert_error(feed_bytes(&b, bytes, LEVELS * HEADER), "malformed");
	free(bytes);
	close_bench(&b);
}

static void a_flood_of_elements_is_refused(void **state)
{
	enum { ELEMENTS = APDU_ELEMENTS_MAX + 10 };
	struct zclient_options options = {.message_max = 4 << 20};
	struct bench b = open_bench(&options);
	uint8_t *bytes = calloc(1, 6 + 2 * ELEMENTS);
	size_t length = 2 * ELEMENTS;

	assert_non_null(bytes);
	memcpy(bytes, "\xB7\x84", 2);
	for (int i = 0; i < 4; i++)
		bytes[2 + i] = (uint8_t)(length >> (24 - 8 * i));
	for (size_t i = 0; i < ELEMENTS; i++)
		bytes[6 + 2 * i] = 0x05;
	assert_error(feed_bytes(&b, bytes, 6 + length), "malformed");
	free(bytes);
	close_bench(&b);
}

static void a_message_above_the_limit_is_too_large(void **state)
{
	struct zclient_options options = {.message_max = 4096};
	struct bench b = open_bench(&options);
	const struct zclient_event *event =
	    feed_bytes(&b, "\xB7\x84\x7F\xFF\xFF\xFF\x04", 7); /* refused before it comes */

	assert_int_equal(event->type, ZCLIENT_TOO_LARGE);
	zclient_feed(b.client, "more", 4);
	assert_null(zclient_next(b.client));
	close_bench(&b);
}

/* A whole exchange, recorded, then played in random pieces: the same events. */
static void any_split_gives_the_same_events(void **state)
{
	const char *given = getenv("SEED");
	unsigned seed = given ? (unsigned)strtoul(given, NULL, 0) : (unsigned)time(NULL);

	print_message("# SEED=%u\n", seed);
	srandom(seed);
	for (int round = 0; round < 200; round++) {
		struct bench b = open_bench(&plain);
		const struct zclient_event *event = NULL;
		const char *bytes;
		size_t length, at = 0;

		make_ready(&b);
		start_search(&b, 10);
		bytes = apdu_encode(b.encode, search_reply(&b, 99, many(&b, 1, 10)), &length);
		while (!event && at < length) {
			size_t piece = 1 + (size_t)random() % (round % 2 ? 5 : 400);

			if (piece > length - at)
				piece = length - at;
			zclient_feed(b.client, bytes + at, piece);
			at += piece;
			event = zclient_next(b.client);
		}
		assert_int_equal(at, length);
		assert_non_null(event);
		assert_int_equal(event->reply.hits, 99);
		assert_int_equal(event->reply.nrecords, 10);
		assert_record(&event->reply.records[9], 10, "00026record 10");
		close_bench(&b);
	}
}

static void a_drip_costs_linear_time(void **state)
{
	enum { SIZE = 3 << 20 };
	struct zclient_options options = {.message_max = 4 << 20};
	struct bench b = open_bench(&options);
	char *text = malloc(SIZE);
	Z_NamePlusRecord *record;
	const struct zclient_event *event = NULL;
	const char *bytes;
	size_t length;

	assert_non_null(text);
	memset(text, '0', SIZE);
	text[SIZE - 1] = '\0';
	make_ready(&b);
	start_search(&b, 1);
	record = octets(&b, yaz_oid_recsyn_usmarc, text);
	bytes = apdu_encode(b.encode, search_reply(&b, 1, list_of(&b, &record, 1)), &length);
	for (size_t i = 0; i < length; i++) {
		assert_null(event);
		zclient_feed(b.client, bytes + i, 1);
		event = zclient_next(b.client);
	}
	assert_non_null(event);
	assert_int_equal(event->reply.records[0].length, SIZE - 1);
	free(text);
	close_bench(&b);
}

static void text_is_made_clean(void **state)
{
	char out[16];

	assert_int_equal(apdu_clean_text(out, sizeof out, "a\tb\x7F", 4), 3);
	assert_string_equal(out, "a b");
	apdu_clean_text(out, sizeof out, "caf\xE9", 4);
	assert_string_equal(out, "caf\xC3\xA9");
	apdu_clean_text(out, 5, "caf\xC3\xA9", 5); /* no half characters */
	assert_string_equal(out, "caf");
	apdu_clean_text(out, sizeof out, "\xEF\xBF\xBF!", 4); /* U+FFFF is no XML */
	assert_string_equal(out, "!");
}

static Z_APDU *start_scan(struct bench *b, unsigned count, unsigned position)
{
	Z_RPNQuery *rpn = query(b, "@attr 1=4 water");
	struct zclient_scan scan = {.databases = databases,
	    .ndatabases = 2,
	    .start = rpn->RPNStructure->u.simple->u.attributesPlusTerm,
	    .count = count,
	    .position = position,
	    .hop_mark = "gateway/1"};

	zclient_scan(b->client, &scan);
	assert_false(zclient_is_ready(b->client));
	return sent(b);
}

static Z_Entry *scan_entry(struct bench *b, const char *term, long long count)
{
	Z_Entry *entry = odr_malloc(b->encode, sizeof *entry);
	Z_TermInfo *info = odr_malloc(b->encode, sizeof *info);

	memset(info, 0, sizeof *info);
	info->term = odr_malloc(b->encode, sizeof *info->term);
	info->term->which = Z_Term_general;
	info->term->u.general = odr_create_Odr_oct(b->encode, term, (int)strlen(term));
	if (count >= -1)
		info->globalOccurrences = odr_intdup(b->encode, count);
	entry->which = Z_Entry_termInfo;
	entry->u.termInfo = info;
	return entry;
}

static Z_APDU *scan_response(struct bench *b, int status, Z_Entry **entries, int count)
{
	Z_APDU *apdu = reply(b, Z_APDU_scanResponse);
	Z_ScanResponse *scan = apdu->u.scanResponse;

	*scan->scanStatus = status;
	scan->entries = odr_malloc(b->encode, sizeof *scan->entries);
	memset(scan->entries, 0, sizeof *scan->entries);
	scan->entries->num_entries = count;
	scan->entries->entries = entries;
	return apdu;
}

static void scans_bring_terms(void **state)
{
	struct bench b = open_bench(&plain);
	const struct zclient_event *event;
	Z_ScanRequest *request;

	make_ready(&b);
	request = start_scan(&b, 3, 2)->u.scanRequest;
	assert_int_equal(*request->numberOfTermsRequested, 3);
	assert_int_equal(*request->preferredPositionInResponse, 2);
	assert_null(request->stepSize);
	assert_int_equal(request->num_databaseNames, 2);
	assert_string_equal(apdu_hop_mark(request->otherInfo), "gateway/1");

	/* More than asked for, a count that is none, Latin-1, and an empty term. */
	Z_Entry *entries[] = {scan_entry(&b, "", 1), scan_entry(&b, "caf\xE9", 7),
	    scan_entry(&b, "water", -1), scan_entry(&b, "x", 1)};

	event = answer(&b, scan_response(&b, 0, entries, 4));
	assert_int_equal(event->type, ZCLIENT_SCAN);
	assert_true(event->reply.ok && !event->reply.cut);
	assert_int_equal(event->reply.nterms, 2);
	assert_string_equal(event->reply.terms[0].term, "caf\xC3\xA9");
	assert_true(event->reply.terms[0].has_count);
	assert_int_equal(event->reply.terms[0].count, 7);
	assert_false(event->reply.terms[1].has_count);
	assert_true(zclient_is_ready(b.client));
	close_bench(&b);
}

static void scans_fail_and_end_early(void **state)
{
	struct bench b = open_bench(&plain);
	const struct zclient_event *event;
	Z_APDU *apdu;

	make_ready(&b);
	start_scan(&b, 3, 1);
	apdu = scan_response(&b, 6, NULL, 0);
	apdu->u.scanResponse->entries->num_nonsurrogateDiagnostics = 1;
	apdu->u.scanResponse->entries->nonsurrogateDiagnostics =
	    odr_malloc(b.encode, sizeof(Z_DiagRec *));
	apdu->u.scanResponse->entries->nonsurrogateDiagnostics[0] =
	    zget_DiagRec(b.encode, 114, "4");
	event = answer(&b, apdu);
	assert_false(event->reply.ok);
	assert_int_equal(event->reply.diagnostic.code, 114);
	start_scan(&b, 3, 1);
	event = answer(&b, scan_response(&b, 5, (Z_Entry *[]){scan_entry(&b, "a", 1)}, 1));
	assert_true(event->reply.ok && !event->reply.cut);
	start_scan(&b, 3, 1);
	event = answer(&b, scan_response(&b, 2, (Z_Entry *[]){scan_entry(&b, "a", 1)}, 1));
	assert_true(event->reply.ok && event->reply.cut);
	/* Behind an index's end: a list of entries, but an empty one, which Zebra sends and YAZ
	 * would write only for a pointer that is not null. */
	start_scan(&b, 3, 1);
	event = answer(&b, scan_response(&b, 5, (Z_Entry *[]){NULL}, 0));
	assert_int_equal(event->type, ZCLIENT_SCAN);
	assert_true(event->reply.ok && !event->reply.cut && !event->reply.nterms);
	start_scan(&b, 3, 1);
	event = answer(&b, reply(&b, Z_APDU_searchResponse));
	assert_int_equal(event->type, ZCLIENT_PROTOCOL_ERROR);
	close_bench(&b);
}

/* Those that the search of YAZ's table is spared for are not in it. */
static void marc_syntaxes_are_nothing_yaz_decodes(void **state)
{
	Odr_oid oid[] = {1, 2, 840, 10003, 5, 0, -1};

	for (oid[5] = 0; oid[5] < 1000; oid[5]++)
		assert_ptr_equal(apdu_type(oid), z_ext_getentbyref(oid));
	assert_non_null(apdu_type(yaz_oid_recsyn_opac));
	assert_null(apdu_type(yaz_oid_recsyn_usmarc));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(marc_syntaxes_are_nothing_yaz_decodes),
	    cmocka_unit_test(scans_bring_terms),
	    cmocka_unit_test(scans_fail_and_end_early),
	    cmocka_unit_test(init_offers_what_we_speak),
	    cmocka_unit_test(init_carries_both_kinds_of_authentication),
	    cmocka_unit_test(init_tells_what_the_target_grants),
	    cmocka_unit_test(init_rejection_gives_its_diagnostic),
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
	    cmocka_unit_test(references_are_checked_when_present),
	    cmocka_unit_test(a_reply_to_something_else_is_an_error),
	    cmocka_unit_test(close_goes_both_ways),
	    cmocka_unit_test(what_is_no_apdu_is_an_error),
	    cmocka_unit_test(empty_constructed_strings_are_refused),
	    cmocka_unit_test(nesting_does_not_use_up_the_stack),
	    cmocka_unit_test(a_flood_of_elements_is_refused),
	    cmocka_unit_test(a_message_above_the_limit_is_too_large),
	    cmocka_unit_test(any_split_gives_the_same_events),
	    cmocka_unit_test(a_drip_costs_linear_time),
	    cmocka_unit_test(text_is_made_clean),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
