/* The target's side of an association, by APDUs made and read with YAZ's codec. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <yaz/charneg.h>
#include <yaz/oid_db.h>
#include <yaz/otherinfo.h>
#include <yaz/pquery.h>

#include "protocol/frame.h"
#include "protocol/zserver.h"

enum { REQUEST_MAX = 1 << 20, MESSAGE_MAX = 1 << 20 };

struct bench {
	struct zserver *server;
	ODR encode, decode;
	uint8_t *sent; /* what came out and was not read */
	size_t length, at;
};

static int setup(void **state)
{
	static const struct zserver_options options = {.request_max = REQUEST_MAX,
	    .message_max = MESSAGE_MAX,
	    .implementation_name = "Test",
	    .implementation_version = "1"};
	struct bench *b = calloc(1, sizeof *b);

	b->server = zserver_create(&options);
	b->encode = odr_createmem(ODR_ENCODE);
	b->decode = odr_createmem(ODR_DECODE);
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;

	zserver_destroy(b->server);
	odr_destroy(b->encode);
	odr_destroy(b->decode);
	free(b->sent);
	free(b);
	return 0;
}

static void feed(struct bench *b, Z_APDU *apdu)
{
	size_t length;
	const char *bytes = apdu_encode(b->encode, apdu, &length);

	assert_non_null(bytes);
	zserver_feed(b->server, bytes, length);
	odr_reset(b->encode);
}

static void collect(struct bench *b)
{
	size_t length;
	const void *bytes = zserver_output(b->server, &length);

	if (!length)
		return;
	b->sent = realloc(b->sent, b->length + length);
	memcpy(b->sent + b->length, bytes, length);
	b->length += length;
	zserver_sent(b->server, length);
}

/* The next APDU that came out; NULL: none. */
static Z_APDU *answer(struct bench *b)
{
	struct frame frame;
	size_t size = 0;
	const char *why;
	Z_APDU *apdu;

	collect(b);
	frame_init(&frame, 64 << 20);
	if (b->at == b->length)
		return NULL;
	assert_int_equal(
	    frame_look(&frame, b->sent + b->at, b->length - b->at, &size), FRAME_MESSAGE);
	odr_reset(b->decode);
	apdu = apdu_decode(b->decode, b->sent + b->at, size, &why);
	assert_non_null(apdu);
	b->at += size;
	return apdu;
}

static Z_APDU *request(struct bench *b, int which, const char *reference)
{
	Z_APDU *apdu = zget_APDU(b->encode, which);

	if (reference)
		*apdu_reference(apdu) =
		    odr_create_Odr_oct(b->encode, reference, (int)strlen(reference));
	return apdu;
}

static void check_reference(Z_APDU *apdu, const char *reference)
{
	assert_true(apdu_reference_is(*apdu_reference(apdu), reference, strlen(reference)));
}

/* Versions 1 to 3. */
static Z_APDU *init_request(struct bench *b, const char *reference)
{
	Z_APDU *apdu = request(b, Z_APDU_initRequest, reference);

	for (int version = 0; version < 3; version++)
		ODR_MASK_SET(apdu->u.initRequest->protocolVersion, version);
	return apdu;
}

static const struct zserver_event *next(struct bench *b, enum zserver_event_type type)
{
	const struct zserver_event *event = zserver_next(b->server);

	assert_non_null(event);
	assert_int_equal(event->type, type);
	return event;
}

/* Init with all options; sizes as given (0: as YAZ says). */
static void init(struct bench *b, long preferred, long largest, bool segments)
{
	Z_APDU *apdu = init_request(b, NULL);
	Z_InitRequest *init = apdu->u.initRequest;

	for (int option = 0; option <= Z_Options_stringSchema; option++)
		if (option != Z_Options_level_1Segmentation || segments)
			ODR_MASK_SET(init->options, option);
	if (preferred)
		*init->preferredMessageSize = preferred;
	if (largest)
		*init->maximumRecordSize = largest;
	feed(b, apdu);
	next(b, ZSERVER_INIT);
	zserver_accept(b->server);
	assert_int_equal(*answer(b)->u.initResponse->result, 1);
}

static Z_APDU *search_request(struct bench *b, const char *reference, const char *pqf)
{
	Z_APDU *apdu = request(b, Z_APDU_searchRequest, reference);
	Z_SearchRequest *search = apdu->u.searchRequest;
	YAZ_PQF_Parser parser = yaz_pqf_create();

	search->num_databaseNames = 2;
	search->databaseNames = odr_malloc(b->encode, 2 * sizeof(char *));
	search->databaseNames[0] = odr_strdup(b->encode, "ugm");
	search->databaseNames[1] = odr_strdup(b->encode, "uinsuka");
	search->query = odr_malloc(b->encode, sizeof *search->query);
	search->query->which = Z_Query_type_1;
	search->query->u.type_1 = yaz_pqf_parse(parser, b->encode, pqf);
	yaz_pqf_destroy(parser);
	return apdu;
}

static void check_close(struct bench *b, enum zserver_reason reason, const char *part)
{
	Z_APDU *apdu = answer(b);

	assert_non_null(apdu);
	assert_int_equal(apdu->which, Z_APDU_close);
	assert_int_equal(*apdu->u.close->closeReason, reason);
	if (part)
		assert_non_null(strstr(apdu->u.close->diagnosticInformation, part));
	assert_true(zserver_is_shut(b->server));
	assert_null(answer(b));
}

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

/* ---- Search ---- */

static void a_search_says_what_was_asked(void **state)
{
	struct bench *b = *state;
	Z_APDU *apdu;
	const struct zserver_search *search;

	init(b, 0, 0, false);
	apdu = search_request(b, "q1", "@attr 1=4 air");
	apdu->u.searchRequest->resultSetName = odr_strdup(b->encode, "satu");
	*apdu->u.searchRequest->replaceIndicator = 0;
	*apdu->u.searchRequest->smallSetUpperBound = 5;
	*apdu->u.searchRequest->largeSetLowerBound = 99999999999;
	*apdu->u.searchRequest->mediumSetPresentNumber = -3;
	apdu->u.searchRequest->preferredRecordSyntax = odr_oiddup(b->encode, yaz_oid_recsyn_sutrs);
	apdu_set_hop_mark(b->encode, &apdu->u.searchRequest->otherInfo, "aa,bb");
	feed(b, apdu);
	search = &next(b, ZSERVER_SEARCH)->u.search;
	assert_string_equal(search->set, "satu");
	assert_false(search->replace);
	assert_int_equal(search->ndatabases, 2);
	assert_string_equal(search->databases[1], "uinsuka");
	assert_int_equal(search->small, 5);
	assert_int_equal(search->large, INT32_MAX);
	assert_int_equal(search->medium, 0);
	assert_int_equal(search->small_form.syntax, ZRECORD_SUTRS);
	assert_string_equal(search->small_form.syntax_oid, "1.2.840.10003.5.101");
	assert_null(search->small_form.element_set);
	assert_string_equal(search->hop_mark, "aa,bb");
	assert_int_equal(search->query->which, Z_Query_type_1);
}

static struct zserver_record marc(const char *name, const void *bytes, size_t length)
{
	return (struct zserver_record){
	    .name = name, .syntax = ZRECORD_USMARC, .bytes = bytes, .length = length};
}

static void a_search_is_answered_with_records_and_shares(void **state)
{
	struct bench *b = *state;
	struct zserver_record records[2] = {marc("ugm", "one", 3), {.name = "uinsuka"}};
	struct apdu_subquery shares[2] = {{.id = "ugm", .count = 7},
	    {.id = "uinsuka", .term = "late: search", .term_length = 12, .count = -1}};
	struct apdu_subquery read[4];
	NMEM memory = nmem_create();
	Z_APDU *apdu;
	Z_SearchResponse *response;
	Z_NamePlusRecordList *list;

	records[1].surrogate = (struct zserver_diagnostic){14, "gone"};
	init(b, 0, 0, false);
	feed(b, search_request(b, "q1", "air"));
	next(b, ZSERVER_SEARCH);
	zserver_reply_search(b->server,
	    &(struct zserver_search_reply){.ok = true,
		.hits = 7,
		.records = {.items = records, .count = 2, .start = 1, .asked = 2, .next = 3},
		.subqueries = shares,
		.nsubqueries = 2});
	apdu = answer(b);
	check_reference(apdu, "q1");
	response = apdu->u.searchResponse;
	assert_int_equal(*response->searchStatus, 1);
	assert_null(response->resultSetStatus);
	assert_int_equal(*response->resultCount, 7);
	assert_int_equal(*response->numberOfRecordsReturned, 2);
	assert_int_equal(*response->nextResultSetPosition, 3);
	assert_int_equal(*response->presentStatus, Z_PresentStatus_success);
	assert_int_equal(response->records->which, Z_Records_DBOSD);
	list = response->records->u.databaseOrSurDiagnostics;
	assert_int_equal(list->num_records, 2);
	assert_string_equal(list->records[0]->databaseName, "ugm");
	assert_string_equal(list->records[1]->databaseName, "uinsuka");
	assert_int_equal(list->records[1]->which, Z_NamePlusRecord_surrogateDiagnostic);
	assert_int_equal(*list->records[1]->u.surrogateDiagnostic->u.defaultFormat->condition, 14);
	assert_int_equal(apdu_subqueries(memory, response->additionalSearchInfo, read, 4), 2);
	assert_string_equal(read[0].id, "ugm");
	assert_int_equal(read[0].count, 7);
	assert_int_equal(read[1].count, -1);
	assert_memory_equal(read[1].term, "late: search", 12);
	nmem_destroy(memory);
}

static void a_failed_search_has_no_set(void **state)
{
	struct bench *b = *state;
	Z_SearchResponse *response;

	init(b, 0, 0, false);
	feed(b, search_request(b, NULL, "air"));
	next(b, ZSERVER_SEARCH);
	zserver_reply_search(
	    b->server, &(struct zserver_search_reply){.diagnostic = {235, "nowhere"}});
	response = answer(b)->u.searchResponse;
	assert_int_equal(*response->searchStatus, 0);
	assert_int_equal(*response->resultSetStatus, Z_SearchResponse_none);
	assert_int_equal(response->records->which, Z_Records_NSD);
	assert_int_equal(*response->records->u.nonSurrogateDiagnostic->condition, 235);
	assert_int_equal(
	    response->records->u.nonSurrogateDiagnostic->which, Z_DefaultDiagFormat_v3Addinfo);
	assert_string_equal(response->records->u.nonSurrogateDiagnostic->u.v3Addinfo, "nowhere");
}

/* ---- Present ---- */

static void ask_records(struct bench *b, const char *reference, long start, long count)
{
	Z_APDU *apdu = request(b, Z_APDU_presentRequest, reference);

	*apdu->u.presentRequest->resultSetStartPoint = start;
	*apdu->u.presentRequest->numberOfRecordsRequested = count;
	feed(b, apdu);
}

static void present(struct bench *b, const struct zserver_record *records, size_t count)
{
	ask_records(b, "p", 11, (long)count);
	next(b, ZSERVER_PRESENT);
	zserver_reply_present(
	    b->server, &(struct zserver_present_reply){.records = {.items = records,
							   .count = count,
							   .start = 11,
							   .asked = count,
							   .next = 11 + count}});
}

static void a_composition_is_read(void **state)
{
	struct bench *b = *state;
	const struct zserver_present *read;
	Z_RecordComposition *composition;
	Z_PresentRequest *request;
	Z_CompSpec *spec;
	Z_APDU *apdu;

	init(b, 0, 0, false);
	apdu = zget_APDU(b->encode, Z_APDU_presentRequest);
	request = apdu->u.presentRequest;
	composition = odr_malloc(b->encode, sizeof *composition);
	spec = odr_malloc(b->encode, sizeof *spec);
	memset(spec, 0, sizeof *spec);
	spec->selectAlternativeSyntax = odr_booldup(b->encode, 0);
	spec->generic = odr_malloc(b->encode, sizeof *spec->generic);
	spec->generic->which = Z_Schema_uri;
	spec->generic->schema.uri = odr_strdup(b->encode, "info:srw/schema/1/dc-v1.1");
	spec->generic->elementSpec = odr_malloc(b->encode, sizeof *spec->generic->elementSpec);
	spec->generic->elementSpec->which = Z_ElementSpec_elementSetName;
	spec->generic->elementSpec->u.elementSetName = odr_strdup(b->encode, "B");
	composition->which = Z_RecordComp_complex;
	composition->u.complex = spec;
	request->recordComposition = composition;
	request->preferredRecordSyntax = odr_oiddup(b->encode, yaz_oid_recsyn_xml);
	*request->resultSetStartPoint = 3;
	*request->numberOfRecordsRequested = -1;
	feed(b, apdu);
	read = &next(b, ZSERVER_PRESENT)->u.present;
	assert_int_equal(read->start, 3);
	assert_int_equal(read->count, 0);
	assert_int_equal(read->form.syntax, ZRECORD_XML);
	assert_string_equal(read->form.schema, "info:srw/schema/1/dc-v1.1");
	assert_string_equal(read->form.element_set, "B");
}

static void an_empty_composition_is_one(void **state)
{
	struct bench *b = *state;
	Z_RecordComposition *composition;
	Z_CompSpec *spec;
	Z_APDU *apdu;

	init(b, 0, 0, false);
	apdu = zget_APDU(b->encode, Z_APDU_presentRequest);
	composition = odr_malloc(b->encode, sizeof *composition);
	spec = odr_malloc(b->encode, sizeof *spec);
	memset(spec, 0, sizeof *spec);
	spec->selectAlternativeSyntax = odr_booldup(b->encode, 0);
	spec->generic = odr_malloc(b->encode, sizeof *spec->generic);
	memset(spec->generic, 0, sizeof *spec->generic);
	spec->generic->which = Z_Schema_oid;
	composition->which = Z_RecordComp_complex;
	composition->u.complex = spec;
	apdu->u.presentRequest->recordComposition = composition;
	feed(b, apdu);
	assert_null(next(b, ZSERVER_PRESENT)->u.present.form.schema);
}

static void as_many_records_come_as_fit(void **state)
{
	struct bench *b = *state;
	char *bytes = calloc(1, 3000);
	struct zserver_record records[4];
	Z_PresentResponse *response;

	init(b, 8192, 8192, false);
	for (int i = 0; i < 4; i++)
		records[i] = marc("ugm", bytes, 3000);
	present(b, records, 4);
	assert_true(b->length < 8192 + 1024);
	response = answer(b)->u.presentResponse;
	assert_int_equal(*response->presentStatus, Z_PresentStatus_partial_2);
	assert_int_equal(*response->numberOfRecordsReturned, 2);
	assert_int_equal(*response->nextResultSetPosition, 13);
	assert_null(answer(b));
	free(bytes);
}

static void segments_carry_what_one_message_does_not(void **state)
{
	struct bench *b = *state;
	char *bytes = calloc(1, 3000);
	struct zserver_record records[5];
	Z_APDU *apdu;
	size_t messages = 0, total = 0;

	init(b, 8192, 8192, true);
	for (int i = 0; i < 5; i++)
		records[i] = marc("ugm", bytes, 3000);
	present(b, records, 5);
	for (apdu = answer(b); apdu->which == Z_APDU_segmentRequest; apdu = answer(b)) {
		check_reference(apdu, "p");
		total += (size_t)*apdu->u.segmentRequest->numberOfRecordsReturned;
		messages++;
	}
	check_reference(apdu, "p");
	assert_int_equal(messages, 2);
	assert_int_equal(total, 4);
	assert_int_equal(*apdu->u.presentResponse->presentStatus, Z_PresentStatus_success);
	assert_int_equal(*apdu->u.presentResponse->numberOfRecordsReturned, 5);
	assert_int_equal(
	    apdu->u.presentResponse->records->u.databaseOrSurDiagnostics->num_records, 1);
	free(bytes);
}

static void check_only_surrogate(struct bench *b, size_t number, int code)
{
	Z_NamePlusRecordList *list =
	    answer(b)->u.presentResponse->records->u.databaseOrSurDiagnostics;

	assert_true((size_t)list->num_records > number);
	assert_int_equal(list->records[number]->which, Z_NamePlusRecord_surrogateDiagnostic);
	assert_int_equal(
	    *list->records[number]->u.surrogateDiagnostic->u.defaultFormat->condition, code);
}

static void a_record_too_large_has_a_diagnostic_of_its_own(void **state)
{
	struct bench *b = *state;
	char *bytes = calloc(1, 200000);
	struct zserver_record records[2] = {marc("ugm", "small", 5), marc("ugm", bytes, 20000)};
	struct zserver_record alone = marc("ugm", bytes, 20000), huge = marc("ugm", bytes, 200000);
	Z_NamePlusRecordList *list;

	init(b, 8192, 100000, false);
	present(b, records, 2);
	check_only_surrogate(b, 1, 16);
	present(b, &alone, 1);
	list = answer(b)->u.presentResponse->records->u.databaseOrSurDiagnostics;
	assert_int_equal(list->records[0]->which, Z_NamePlusRecord_databaseRecord);
	present(b, &huge, 1);
	check_only_surrogate(b, 0, 17);
	free(bytes);
}

static void holdings_are_encoded(void **state)
{
	struct bench *b = *state;
	ODR own = odr_createmem(ODR_ENCODE);
	Z_OPACRecord *opac = odr_malloc(own, sizeof *opac);
	Z_HoldingsAndCircData *data = odr_malloc(own, sizeof *data);
	Z_HoldingsRecord *holding = odr_malloc(own, sizeof *holding);
	struct zserver_record record = {
	    .name = "ugm", .syntax = ZRECORD_OPAC, .bytes = "marc", .length = 4, .opac = opac};
	Z_NamePlusRecordList *list;
	const Z_OPACRecord *read;
	NMEM memory = nmem_create();

	memset(data, 0, sizeof *data);
	data->nucCode = odr_strdup(own, "ID-YoUGM");
	holding->which = Z_HoldingsRecord_holdingsAndCirc;
	holding->u.holdingsAndCirc = data;
	opac->num_holdingsData = 1;
	opac->holdingsData = &holding;
	opac->bibliographicRecord = NULL;
	init(b, 0, 0, false);
	ask_records(b, NULL, 1, 1);
	next(b, ZSERVER_PRESENT);
	zserver_reply_present(
	    b->server, &(struct zserver_present_reply){
			   .records = {.items = &record, .count = 1, .start = 1, .asked = 1}});
	list = answer(b)->u.presentResponse->records->u.databaseOrSurDiagnostics;
	read = apdu_external(memory, list->records[0]->u.databaseRecord, Z_External_OPAC);
	assert_non_null(read);
	assert_int_equal(read->num_holdingsData, 1);
	assert_string_equal(read->holdingsData[0]->u.holdingsAndCirc->nucCode, "ID-YoUGM");
	assert_memory_equal(read->bibliographicRecord->u.octet_aligned->buf, "marc", 4);
	nmem_destroy(memory);
	odr_destroy(own);
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
	apdu->u.scanRequest->termListAndStartPoint->attributes->num_attributes = 0;
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

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(init_grants_what_both_know),
	    CASE(authentication_is_passed_up),
	    CASE(id_pass_is_passed_up),
	    CASE(a_character_set_is_agreed_upon),
	    CASE(nothing_comes_before_init),
	    CASE(init_comes_once),
	    CASE(a_search_says_what_was_asked),
	    CASE(a_search_is_answered_with_records_and_shares),
	    CASE(a_failed_search_has_no_set),
	    CASE(a_composition_is_read),
	    CASE(an_empty_composition_is_one),
	    CASE(as_many_records_come_as_fit),
	    CASE(segments_carry_what_one_message_does_not),
	    CASE(a_record_too_large_has_a_diagnostic_of_its_own),
	    CASE(holdings_are_encoded),
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
