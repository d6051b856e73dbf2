/* Searches, their facets, and records over the target's side of an association. */
#include "unit/zserver_bench.h"

#include <stdlib.h>
#include <string.h>
#include <yaz/facet.h>
#include <yaz/oid_db.h>
#include <yaz/pquery.h>

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

/* A category without its type is allowed (Z39.50-1995, InfoCategory); YAZ 5.34's reader of
 * categories falls over it. */
static void information_without_a_type_is_passed_over(void **state)
{
	struct bench *b = *state;
	Z_APDU *apdu;
	Z_OtherInformationUnit *unit;

	init(b, 0, 0, false);
	apdu = search_request(b, NULL, "air");
	apdu_set_hop_mark(b->encode, &apdu->u.searchRequest->otherInfo, "nobody");
	unit = apdu->u.searchRequest->otherInfo->list[0];
	unit->category->categoryTypeId = NULL;
	apdu_set_hop_mark(b->encode, &apdu->u.searchRequest->additionalSearchInfo, "aa");
	feed(b, apdu);
	assert_string_equal(next(b, ZSERVER_SEARCH)->u.search.hop_mark, "aa");
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

/* ---- facets ---- */

static void facets_are_asked_for_and_answered(void **state)
{
	static const struct zserver_facet_term terms[] = {{"Hukum", 12}, {"Adat", 3}};
	struct bench *b = *state;
	Z_APDU *apdu;
	Z_OtherInformation *info;
	const struct zserver_search *search;
	const Z_FacetList *list;
	NMEM memory = nmem_create();

	init(b, 0, 0, false);
	apdu = search_request(b, NULL, "air");
	yaz_oi_set_facetlist(&apdu->u.searchRequest->additionalSearchInfo, b->encode,
	    yaz_pqf_parse_facet_list(b->encode,
		"@attr 1=subject @attr 3=5 @attr 4=2, @attr 9=1 @attr 1=x, @attr 1=21 @attr 2=1, "
		"@attr 3=7"));
	feed(b, apdu);
	search = &next(b, ZSERVER_SEARCH)->u.search;
	/* One with an attribute that means nothing, and one without a field, are not there. */
	assert_int_equal(search->nfacets, 2);
	assert_string_equal(search->facets[0].name, "subject");
	assert_int_equal(search->facets[0].limit, 5);
	assert_int_equal(search->facets[0].start, 2);
	assert_false(search->facets[0].by_term);
	assert_null(search->facets[1].name);
	assert_int_equal(search->facets[1].use, 21);
	assert_true(search->facets[1].by_term);

	const struct zserver_facet_terms answers[] = {
	    {&search->facets[0], terms, 2}, {&search->facets[1], NULL, 0}};

	zserver_reply_search(
	    b->server, &(struct zserver_search_reply){
			   .ok = true, .hits = 20, .facets = answers, .nfacets = 2});
	info = answer(b)->u.searchResponse->additionalSearchInfo;
	list = apdu_find_external(memory, info, Z_External_userFacets);
	assert_non_null(list);
	assert_int_equal(list->num, 2);
	assert_string_equal(
	    list->elements[0]->attributes->attributes[0]->value.complex->list[0]->u.string,
	    "subject");
	assert_int_equal(list->elements[0]->num_terms, 2);
	assert_memory_equal(list->elements[0]->terms[0]->term->u.general->buf, "Hukum", 5);
	assert_int_equal(*list->elements[0]->terms[1]->count, 3);
	assert_int_equal(*list->elements[1]->attributes->attributes[0]->value.numeric, 21);
	assert_int_equal(list->elements[1]->num_terms, 0);
	nmem_destroy(memory);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(a_search_says_what_was_asked),
	    CASE(information_without_a_type_is_passed_over),
	    CASE(a_search_is_answered_with_records_and_shares),
	    CASE(a_failed_search_has_no_set),
	    CASE(facets_are_asked_for_and_answered),
	    CASE(a_composition_is_read),
	    CASE(an_empty_composition_is_one),
	    CASE(as_many_records_come_as_fit),
	    CASE(segments_carry_what_one_message_does_not),
	    CASE(a_record_too_large_has_a_diagnostic_of_its_own),
	    CASE(holdings_are_encoded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
