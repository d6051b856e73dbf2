/* The target's side of an association: Init, order, Close, and what is wrong. */
#include "unit/zserver_bench.h"

#include <stdlib.h>
#include <string.h>
#include <yaz/charneg.h>
#include <yaz/oid_db.h>
#include <yaz/otherinfo.h>

/* ---- Init ---- */

static void init_grants_what_both_know(void **state)
{
	struct bench *b = *state;
	Z_APDU *apdu = init_request(b, "ref");
	const struct zserver_event *event;
	const Z_InitResponse *response;

	for (int option = 0; option <= Z_Options_stringSchema; option++)
		ODR_MASK_SET(apdu->u.initRequest->options, option);
	ODR_MASK_CLEAR(apdu->u.initRequest->options, Z_Options_delSet);
	*apdu->u.initRequest->preferredMessageSize = 10000;
	*apdu->u.initRequest->maximumRecordSize = 2000000000;
	feed(b, apdu);
	event = next(b, ZSERVER_INIT);
	assert_null(event->u.init.user);
	assert_true(zserver_is_busy(b->server));
	zserver_accept(b->server);
	apdu = answer(b);
	check_reference(apdu, "ref");
	response = apdu->u.initResponse;
	assert_int_equal(*response->result, 1);
	assert_int_equal(*response->preferredMessageSize, 10000);
	assert_int_equal(*response->maximumRecordSize, MESSAGE_MAX);
	assert_true(ODR_MASK_GET(response->options, Z_Options_search));
	assert_true(ODR_MASK_GET(response->options, Z_Options_namedResultSets));
	assert_true(ODR_MASK_GET(response->options, Z_Options_level_1Segmentation));
	assert_true(ODR_MASK_GET(response->options, Z_Options_queryType104));
	assert_false(ODR_MASK_GET(response->options, Z_Options_delSet));
	assert_false(ODR_MASK_GET(response->options, Z_Options_scan));
	assert_false(ODR_MASK_GET(response->options, Z_Options_extendedServices));
	assert_false(ODR_MASK_GET(response->options, Z_Options_level_2Segmentation));
	assert_false(ODR_MASK_GET(response->options, Z_Options_negotiationModel));
	assert_string_equal(response->implementationName, "Test");
}

static void authentication_is_passed_up(void **state)
{
	struct bench *b = *state;
	Z_APDU *apdu = init_request(b, NULL);
	Z_IdAuthentication *auth = odr_malloc(b->encode, sizeof *auth);
	struct zserver_diagnostic refusal = {1011, "unknown user"};
	const struct zserver_event *event;
	struct reply_diagnostic read = {0};
	NMEM memory = nmem_create();
	char text[64];

	auth->which = Z_IdAuthentication_open;
	auth->u.open = odr_strdup(b->encode, "budi/rahasia/1");
	apdu->u.initRequest->idAuthentication = auth;
	feed(b, apdu);
	event = next(b, ZSERVER_INIT);
	assert_string_equal(event->u.init.user, "budi");
	assert_string_equal(event->u.init.password, "rahasia/1");
	zserver_refuse(b->server, &refusal);
	apdu = answer(b);
	assert_int_equal(*apdu->u.initResponse->result, 0);
	apdu_read_init_diag(memory, apdu->u.initResponse, &read, text, sizeof text);
	assert_int_equal(read.code, 1011);
	assert_string_equal(read.addinfo, "unknown user");
	check_close(b, ZCLOSE_SECURITY, "unknown user");
	nmem_destroy(memory);
}

static void id_pass_is_passed_up(void **state)
{
	struct bench *b = *state;
	Z_APDU *apdu = init_request(b, NULL);
	Z_IdAuthentication *auth = odr_malloc(b->encode, sizeof *auth);
	Z_IdPass *pass = odr_malloc(b->encode, sizeof *pass);
	const struct zserver_event *event;

	pass->groupId = odr_strdup(b->encode, "staff");
	pass->userId = odr_strdup(b->encode, "budi");
	pass->password = odr_strdup(b->encode, "rahasia");
	auth->which = Z_IdAuthentication_idPass;
	auth->u.idPass = pass;
	apdu->u.initRequest->idAuthentication = auth;
	feed(b, apdu);
	event = next(b, ZSERVER_INIT);
	assert_string_equal(event->u.init.group, "staff");
	assert_string_equal(event->u.init.user, "budi");
	assert_string_equal(event->u.init.password, "rahasia");
}

static void a_character_set_is_agreed_upon(void **state)
{
	static const char *charsets[] = {"KOI8-R", "marc-8", "UTF-8"};
	struct bench *b = *state;
	Z_APDU *apdu = init_request(b, NULL);
	Z_OtherInformationUnit *unit =
	    yaz_oi_update(&apdu->u.initRequest->otherInfo, b->encode, NULL, 0, 0);
	const Z_CharSetandLanguageNegotiation *found;
	NMEM memory = nmem_create();
	char *charset = NULL, *language = NULL;
	int selected = 0;
	const struct zserver_event *event;

	unit->which = Z_OtherInfo_externallyDefinedInfo;
	unit->information.externallyDefinedInfo =
	    yaz_set_proposal_charneg(b->encode, charsets, 3, NULL, 0, 1);
	ODR_MASK_SET(apdu->u.initRequest->options, Z_Options_negotiationModel);
	feed(b, apdu);
	event = next(b, ZSERVER_INIT);
	assert_int_equal(event->u.init.charset, ZCHARSET_MARC8);
	assert_true(event->u.init.records_too);
	zserver_accept(b->server);
	apdu = answer(b);
	assert_true(ODR_MASK_GET(apdu->u.initResponse->options, Z_Options_negotiationModel));
	found = apdu_find_external(
	    memory, apdu->u.initResponse->otherInfo, Z_External_charSetandLanguageNegotiation);
	assert_non_null(found);
	yaz_get_response_charneg(
	    memory, (Z_CharSetandLanguageNegotiation *)found, &charset, &language, &selected);
	assert_string_equal(charset, "MARC-8");
	assert_int_equal(selected, 1);
	nmem_destroy(memory);
}

static void nothing_comes_before_init(void **state)
{
	struct bench *b = *state;
	const struct zserver_event *event;

	feed(b, search_request(b, NULL, "x"));
	event = next(b, ZSERVER_CLOSED);
	assert_false(event->by_client);
	assert_string_equal(event->detail, "a request before Init");
	check_close(b, ZCLOSE_PROTOCOL, "before Init");
	feed(b, init_request(b, NULL));
	assert_null(zserver_next(b->server));
	assert_int_equal(zserver_waiting(b->server), 0);
}

static void init_comes_once(void **state)
{
	struct bench *b = *state;

	init(b, 0, 0, false);
	feed(b, request(b, Z_APDU_initRequest, NULL));
	next(b, ZSERVER_CLOSED);
	check_close(b, ZCLOSE_PROTOCOL, "second Init");
}

/* ---- order, Delete, Scan, Sort ---- */

static void requests_wait_for_their_turn(void **state)
{
	struct bench *b = *state;

	init(b, 0, 0, false);
	feed(b, search_request(b, "1", "a"));
	feed(b, search_request(b, "2", "b"));
	next(b, ZSERVER_SEARCH);
	assert_null(zserver_next(b->server));
	assert_true(zserver_waiting(b->server) > 0);
	assert_false(zserver_is_amid(b->server));
	zserver_reply_search(b->server, &(struct zserver_search_reply){.ok = true});
	check_reference(answer(b), "1");
	next(b, ZSERVER_SEARCH);
	zserver_reply_search(b->server, &(struct zserver_search_reply){.ok = true});
	check_reference(answer(b), "2");
	assert_null(zserver_next(b->server));
}

static void a_close_does_not_wait(void **state)
{
	struct bench *b = *state;
	const struct zserver_event *event;
	Z_APDU *apdu;

	init(b, 0, 0, false);
	feed(b, search_request(b, "1", "a"));
	next(b, ZSERVER_SEARCH);
	feed(b, request(b, Z_APDU_close, "bye"));
	event = next(b, ZSERVER_CLOSED);
	assert_true(event->by_client);
	apdu = answer(b);
	assert_int_equal(apdu->which, Z_APDU_close);
	check_reference(apdu, "bye");
	assert_true(zserver_is_shut(b->server));
	feed(b, search_request(b, "2", "b"));
	assert_null(zserver_next(b->server));
	assert_null(answer(b));
}

static void delete_scan_and_sort_are_answered(void **state)
{
	struct bench *b = *state;
	struct zserver_delete_status status = {"satu", Z_DeleteStatus_success};
	const struct zserver_event *event;
	Z_APDU *apdu;
	Z_DeleteResultSetRequest *delete;

	init(b, 0, 0, false);
	apdu = request(b, Z_APDU_deleteResultSetRequest, "d");
	delete = apdu->u.deleteResultSetRequest;
	*delete->deleteFunction = Z_DeleteResultSetRequest_list;
	delete->num_resultSetList = 1;
	delete->resultSetList = odr_malloc(b->encode, sizeof *delete->resultSetList);
	delete->resultSetList[0] = odr_strdup(b->encode, "satu");
	feed(b, apdu);
	event = next(b, ZSERVER_DELETE);
	assert_int_equal(event->u.delete.nsets, 1);
	assert_string_equal(event->u.delete.sets[0], "satu");
	zserver_reply_delete(
	    b->server, &(struct zserver_delete_reply){.sets = &status, .nsets = 1});
	apdu = answer(b);
	check_reference(apdu, "d");
	assert_int_equal(*apdu->u.deleteResultSetResponse->deleteOperationStatus, 0);

	apdu = request(b, Z_APDU_scanRequest, "s");
	apdu->u.scanRequest->num_databaseNames = 1;
	apdu->u.scanRequest->databaseNames = odr_malloc(b->encode, sizeof(char *));
	apdu->u.scanRequest->databaseNames[0] = odr_strdup(b->encode, "Default");
	apdu->u.scanRequest->termListAndStartPoint =
	    odr_malloc(b->encode, sizeof *apdu->u.scanRequest->termListAndStartPoint);
	apdu->u.scanRequest->termListAndStartPoint->attributes =
	    odr_malloc(b->encode, sizeof(Z_AttributeList));
	/* An empty list: a pointer to nothing, but one. */
	*apdu->u.scanRequest->termListAndStartPoint->attributes =
	    (Z_AttributeList){.attributes = odr_malloc(b->encode, sizeof(Z_AttributeElement *))};
	apdu->u.scanRequest->termListAndStartPoint->term = odr_malloc(b->encode, sizeof(Z_Term));
	apdu->u.scanRequest->termListAndStartPoint->term->which = Z_Term_general;
	apdu->u.scanRequest->termListAndStartPoint->term->u.general =
	    odr_create_Odr_oct(b->encode, "air", 3);
	*apdu->u.scanRequest->numberOfTermsRequested = 20;
	feed(b, apdu);
	event = next(b, ZSERVER_SCAN);
	assert_int_equal(event->u.scan.count, 20);
	zserver_reply_scan(b->server,
	    &(struct zserver_scan_reply){.status = Z_Scan_failure, .diagnostic = {3, "scan"}});
	apdu = answer(b);
	check_reference(apdu, "s");
	assert_int_equal(*apdu->u.scanResponse->scanStatus, Z_Scan_failure);
	assert_int_equal(apdu->u.scanResponse->entries->num_nonsurrogateDiagnostics, 1);
}

/* ---- what is wrong ---- */

static void rubbish_is_closed(void **state)
{
	struct bench *b = *state;

	zserver_feed(b->server, "GET / HTTP/1.1\r\n\r\n", 18);
	assert_string_equal(next(b, ZSERVER_CLOSED)->detail, "bytes that are no Z39.50 message");
	check_close(b, ZCLOSE_PROTOCOL, NULL);
}

static void large_messages_are_closed(void **state)
{
	static const uint8_t head[] = {0xB6, 0x84, 0x7F, 0xFF, 0xFF, 0xFF};
	struct bench *b = *state;

	init(b, 0, 0, false);
	zserver_feed(b->server, head, sizeof head);
	next(b, ZSERVER_CLOSED);
	check_close(b, ZCLOSE_RESOURCES, NULL);
}

static void before_init_the_cap_is_small(void **state)
{
	static const uint8_t head[] = {0xB4, 0x83, 0x02, 0x00, 0x00};
	struct bench *b = *state;

	zserver_feed(b->server, head, sizeof head);
	next(b, ZSERVER_CLOSED);
	check_close(b, ZCLOSE_RESOURCES, NULL);
}

static void deep_nesting_is_closed(void **state)
{
	struct bench *b = *state;
	uint8_t deep[20002];

	init(b, 0, 0, false);
	deep[0] = 0xB6;
	deep[1] = 0x80;
	for (size_t i = 2; i < sizeof deep; i += 2) {
		deep[i] = 0xA1;
		deep[i + 1] = 0x80;
	}
	zserver_feed(b->server, deep, sizeof deep);
	next(b, ZSERVER_CLOSED);
	check_close(b, ZCLOSE_PROTOCOL, NULL);
}

static void a_reply_is_no_request(void **state)
{
	struct bench *b = *state;

	init(b, 0, 0, false);
	feed(b, request(b, Z_APDU_presentResponse, NULL));
	next(b, ZSERVER_CLOSED);
	check_close(b, ZCLOSE_PROTOCOL, "not a request");
}

static void half_a_message_is_waited_for(void **state)
{
	struct bench *b = *state;
	size_t length;
	const char *bytes = apdu_encode(b->encode, request(b, Z_APDU_initRequest, NULL), &length);

	for (size_t i = 0; i + 1 < length; i++) {
		zserver_feed(b->server, bytes + i, 1);
		assert_null(zserver_next(b->server));
		assert_true(zserver_is_amid(b->server));
	}
	zserver_feed(b->server, bytes + length - 1, 1);
	next(b, ZSERVER_INIT);
	assert_false(zserver_is_amid(b->server));
}

static void our_close_says_why(void **state)
{
	struct bench *b = *state;

	init(b, 0, 0, false);
	zserver_close(b->server, ZCLOSE_IDLE, "nothing was asked for 30m");
	check_close(b, ZCLOSE_IDLE, "30m");
	zserver_close(b->server, ZCLOSE_SHUTDOWN, NULL);
	assert_null(answer(b));
	assert_null(zserver_next(b->server));
}

static void version_2_hears_no_close(void **state)
{
	struct bench *b = *state;
	Z_APDU *apdu = request(b, Z_APDU_initRequest, NULL);

	ODR_MASK_ZERO(apdu->u.initRequest->protocolVersion);
	ODR_MASK_SET(apdu->u.initRequest->protocolVersion, Z_ProtocolVersion_2);
	feed(b, apdu);
	next(b, ZSERVER_INIT);
	zserver_accept(b->server);
	apdu = answer(b);
	assert_false(ODR_MASK_GET(apdu->u.initResponse->protocolVersion, Z_ProtocolVersion_3));
	feed(b, search_request(b, NULL, "air"));
	next(b, ZSERVER_SEARCH);
	zserver_reply_search(b->server, &(struct zserver_search_reply){.diagnostic = {2, "later"}});
	apdu = answer(b);
	assert_string_equal(
	    apdu->u.searchResponse->records->u.nonSurrogateDiagnostic->u.v2Addinfo, "later");
	zserver_close(b->server, ZCLOSE_IDLE, NULL);
	assert_true(zserver_is_shut(b->server));
	assert_null(answer(b));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(init_grants_what_both_know),
	    CASE(authentication_is_passed_up),
	    CASE(id_pass_is_passed_up),
	    CASE(a_character_set_is_agreed_upon),
	    CASE(nothing_comes_before_init),
	    CASE(init_comes_once),
	    CASE(requests_wait_for_their_turn),
	    CASE(a_close_does_not_wait),
	    CASE(delete_scan_and_sort_are_answered),
	    CASE(rubbish_is_closed),
	    CASE(large_messages_are_closed),
	    CASE(before_init_the_cap_is_small),
	    CASE(deep_nesting_is_closed),
	    CASE(a_reply_is_no_request),
	    CASE(half_a_message_is_waited_for),
	    CASE(our_close_says_why),
	    CASE(version_2_hears_no_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
