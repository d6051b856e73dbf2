/* The origin against replies made with YAZ's encoder: Init, scan, Close, and replies to something
 * else. */
#include "tests/unit/zclient_bench.h"

#include <string.h>
#include <yaz/charneg.h>
#include <yaz/oid_db.h>
#include <yaz/otherinfo.h>

#include "protocol/apdu.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(scans_bring_terms),
	    cmocka_unit_test(scans_fail_and_end_early),
	    cmocka_unit_test(init_offers_what_we_speak),
	    cmocka_unit_test(init_carries_both_kinds_of_authentication),
	    cmocka_unit_test(init_tells_what_the_target_grants),
	    cmocka_unit_test(init_rejection_gives_its_diagnostic),
	    cmocka_unit_test(references_are_checked_when_present),
	    cmocka_unit_test(a_reply_to_something_else_is_an_error),
	    cmocka_unit_test(close_goes_both_ways),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
