/* Replies: from the caller's values into APDUs in the output queue. */
#include "protocol/zserver_parts.h"

#include <assert.h>
#include <string.h>
#include <yaz/charneg.h>
#include <yaz/oid_db.h>
#include <yaz/otherinfo.h>

enum {
	PREFERRED_LEAST = 4096 /* smaller sizes would not hold a diagnostic and its frame */
};

/* ---- Init ---- */

static size_t negotiate_size(const Odr_int *asked, size_t most)
{
	if (!asked || *asked <= 0 || (unsigned long long)*asked > most)
		return most;
	return *asked < PREFERRED_LEAST ? PREFERRED_LEAST : (size_t)*asked;
}

static void grant_options(
    struct zserver *server, const Z_InitRequest *request, Z_InitResponse *response)
{
	const struct {
		int option;
		bool ours;
	} options[] = {{Z_Options_search, true}, {Z_Options_present, true},
	    {Z_Options_delSet, true}, {Z_Options_scan, server->options.scan},
	    {Z_Options_sort, server->options.sort}, {Z_Options_level_1Segmentation, true},
	    {Z_Options_concurrentOperations, true}, {Z_Options_namedResultSets, true},
	    {Z_Options_negotiationModel, server->event->u.init.charset != ZCHARSET_NONE},
	    {Z_Options_queryType104, true}};

	ODR_MASK_ZERO(response->options);
	for (size_t i = 0; i < sizeof options / sizeof *options; i++)
		if (options[i].ours && ODR_MASK_GET(request->options, options[i].option))
			ODR_MASK_SET(response->options, options[i].option);
	server->segments = ODR_MASK_GET(request->options, Z_Options_level_1Segmentation) != 0;
}

static void grant_versions(
    struct zserver *server, const Z_InitRequest *request, Z_InitResponse *response)
{
	static const int versions[] = {
	    Z_ProtocolVersion_1, Z_ProtocolVersion_2, Z_ProtocolVersion_3};

	ODR_MASK_ZERO(response->protocolVersion);
	for (size_t i = 0; i < sizeof versions / sizeof *versions; i++)
		if (ODR_MASK_GET(request->protocolVersion, versions[i]))
			ODR_MASK_SET(response->protocolVersion, versions[i]);
	server->version3 = ODR_MASK_GET(request->protocolVersion, Z_ProtocolVersion_3) != 0;
}

static void answer_charset(struct zserver *server, ODR encode, Z_InitResponse *response)
{
	static const char *const names[] = {NULL, "UTF-8", "ISO-8859-1", "MARC-8"};
	const struct zserver_init *init = &server->event->u.init;
	Z_OtherInformationUnit *unit;

	if (!init->charset)
		return;
	unit = yaz_oi_update(&response->otherInfo, encode, NULL, 0, 0);
	unit->which = Z_OtherInfo_externallyDefinedInfo;
	unit->information.externallyDefinedInfo =
	    yaz_set_response_charneg(encode, names[init->charset], NULL, init->records_too ? 1 : 0);
}

static Z_APDU *init_response(struct zserver *server, ODR encode, bool accepted)
{
	const struct zserver_options *options = &server->options;
	const Z_InitRequest *request = server->request->u.initRequest;
	Z_APDU *apdu = zserver_apdu(server, encode, Z_APDU_initResponse);
	Z_InitResponse *response = apdu->u.initResponse;

	assert(server->state == ZSERVER_ASKED);
	grant_versions(server, request, response);
	grant_options(server, request, response);
	server->exceptional = negotiate_size(request->maximumRecordSize, options->message_max);
	server->preferred = negotiate_size(request->preferredMessageSize, options->message_max);
	/* 3.2.1.1.4: the largest record is no smaller than a message. */
	if (server->exceptional < server->preferred)
		server->exceptional = server->preferred;
	*response->preferredMessageSize = (Odr_int)server->preferred;
	*response->maximumRecordSize = (Odr_int)server->exceptional;
	*response->result = accepted;
	response->implementationId = NULL;
	response->implementationName = odr_strdup_null(encode, options->implementation_name);
	response->implementationVersion = odr_strdup_null(encode, options->implementation_version);
	answer_charset(server, encode, response);
	return apdu;
}

void zserver_accept(struct zserver *server)
{
	ODR encode = odr_createmem(ODR_ENCODE);

	zserver_queue(server, encode, init_response(server, encode, true));
	server->frame.limit = server->options.request_max;
	zserver_answered(server, ZSERVER_READY);
}

/* The diagnostic as diag-1 in the user information, where clients look for it. */
static Z_External *refusal(
    struct zserver *server, ODR encode, const struct zserver_diagnostic *diagnostic)
{
	Z_External *external = odr_malloc(encode, sizeof *external);
	Z_DiagnosticFormat *format = odr_malloc(encode, sizeof *format);
	Z_DiagnosticFormat_s *entry = odr_malloc(encode, sizeof *entry);

	memset(entry, 0, sizeof *entry);
	entry->which = Z_DiagnosticFormat_s_defaultDiagRec;
	entry->u.defaultDiagRec = zserver_default_diag(server, encode, diagnostic);
	format->num = 1;
	format->elements = odr_malloc(encode, sizeof *format->elements);
	format->elements[0] = entry;
	memset(external, 0, sizeof *external);
	external->direct_reference = odr_oiddup(encode, yaz_oid_diagset_diag_1);
	external->which = Z_External_diag1;
	external->u.diag1 = format;
	return external;
}

void zserver_refuse(struct zserver *server, const struct zserver_diagnostic *diagnostic)
{
	ODR encode = odr_createmem(ODR_ENCODE);
	Z_APDU *apdu = init_response(server, encode, false);

	apdu->u.initResponse->userInformationField = refusal(server, encode, diagnostic);
	zserver_queue(server, encode, apdu);
	zserver_answered(server, ZSERVER_READY);
	zserver_close(server, ZCLOSE_SECURITY, diagnostic->addinfo);
}

/* ---- Search and Present ---- */

/* 3.2.2.1.11 and 3.2.3.1.4: partial-2 when they did not fit, partial-4 when we had no more. */
static Odr_int present_status(
    const struct zserver_records *records, const struct zserver_packed *packed)
{
	if (packed->cut || (records->full && packed->count < records->asked))
		return Z_PresentStatus_partial_2;
	return packed->count < records->asked ? Z_PresentStatus_partial_4 : Z_PresentStatus_success;
}

static Odr_int next_position(
    const struct zserver_records *records, const struct zserver_packed *packed)
{
	return (Odr_int)(packed->cut ? records->start + packed->count : records->next);
}

static void check_request(const struct zserver *server, int which)
{
	assert(server->state == ZSERVER_BUSY && server->request->which == which);
	(void)server;
	(void)which;
}

void zserver_reply_search(struct zserver *server, const struct zserver_search_reply *reply)
{
	ODR encode = odr_createmem(ODR_ENCODE);
	Z_APDU *apdu = zserver_apdu(server, encode, Z_APDU_searchResponse);
	Z_SearchResponse *response = apdu->u.searchResponse;
	struct zserver_packed packed = {0};

	check_request(server, Z_APDU_searchRequest);
	*response->resultCount = (Odr_int)reply->hits;
	*response->searchStatus = reply->ok;
	*response->nextResultSetPosition = reply->ok && reply->hits ? 1 : 0;
	if (!reply->ok) {
		response->resultSetStatus = odr_intdup(encode, Z_SearchResponse_none);
		response->records = zserver_diag_records(server, encode, &reply->diagnostic);
	} else if (reply->records.asked) {
		zserver_pack(server, encode, &reply->records, false, &packed);
		response->records = packed.records;
		response->presentStatus =
		    odr_intdup(encode, present_status(&reply->records, &packed));
		*response->nextResultSetPosition = next_position(&reply->records, &packed);
	}
	*response->numberOfRecordsReturned = (Odr_int)packed.count;
	if (server->version3 && reply->nsubqueries)
		apdu_set_subqueries(
		    encode, &response->additionalSearchInfo, reply->subqueries, reply->nsubqueries);
	if (server->version3 && reply->nfacets)
		zserver_set_facets(
		    encode, &response->additionalSearchInfo, reply->facets, reply->nfacets);
	zserver_queue(server, encode, apdu);
	zserver_answered(server, ZSERVER_READY);
}

void zserver_reply_present(struct zserver *server, const struct zserver_present_reply *reply)
{
	ODR encode = odr_createmem(ODR_ENCODE);
	Z_APDU *apdu = zserver_apdu(server, encode, Z_APDU_presentResponse);
	Z_PresentResponse *response = apdu->u.presentResponse;
	struct zserver_packed packed = {0};

	check_request(server, Z_APDU_presentRequest);
	if (reply->diagnostic.code) {
		response->records = zserver_diag_records(server, encode, &reply->diagnostic);
		*response->presentStatus = Z_PresentStatus_failure;
		*response->nextResultSetPosition = 0;
	} else {
		zserver_pack(server, encode, &reply->records, server->segments, &packed);
		response->records = packed.records;
		*response->presentStatus = present_status(&reply->records, &packed);
		*response->nextResultSetPosition = next_position(&reply->records, &packed);
	}
	/* 3.2.3.1.5: of all segments together. */
	*response->numberOfRecordsReturned = (Odr_int)packed.count;
	zserver_queue(server, encode, apdu);
	zserver_answered(server, ZSERVER_READY);
}

/* ---- Delete, Scan, Sort ---- */

static Z_ListStatuses *list_statuses(ODR encode, const struct zserver_delete_reply *reply)
{
	Z_ListStatuses *list = odr_malloc(encode, sizeof *list);

	list->num = (int)reply->nsets;
	list->elements = odr_malloc(encode, (reply->nsets + 1) * sizeof *list->elements);
	for (size_t i = 0; i < reply->nsets; i++) {
		list->elements[i] = odr_malloc(encode, sizeof **list->elements);
		list->elements[i]->id = odr_strdup(encode, reply->sets[i].set);
		list->elements[i]->status = odr_intdup(encode, reply->sets[i].status);
	}
	return list;
}

void zserver_reply_delete(struct zserver *server, const struct zserver_delete_reply *reply)
{
	ODR encode = odr_createmem(ODR_ENCODE);
	Z_APDU *apdu = zserver_apdu(server, encode, Z_APDU_deleteResultSetResponse);
	Z_DeleteResultSetResponse *response = apdu->u.deleteResultSetResponse;

	check_request(server, Z_APDU_deleteResultSetRequest);
	*response->deleteOperationStatus = reply->status;
	if (reply->nsets)
		response->deleteListStatuses = list_statuses(encode, reply);
	zserver_queue(server, encode, apdu);
	zserver_answered(server, ZSERVER_READY);
}

static Z_Entry *scan_entry(ODR encode, const struct zserver_scan_entry *from)
{
	Z_Entry *entry = odr_malloc(encode, sizeof *entry);
	Z_TermInfo *info = odr_malloc(encode, sizeof *info);

	memset(info, 0, sizeof *info);
	info->term = odr_malloc(encode, sizeof *info->term);
	info->term->which = Z_Term_general;
	info->term->u.general = odr_create_Odr_oct(encode, from->term, (int)strlen(from->term));
	info->displayTerm = odr_strdup_null(encode, from->display);
	if (from->count >= 0)
		info->globalOccurrences = odr_intdup(encode, from->count);
	entry->which = Z_Entry_termInfo;
	entry->u.termInfo = info;
	return entry;
}

static Z_ListEntries *scan_entries(
    struct zserver *server, ODR encode, const struct zserver_scan_reply *reply)
{
	Z_ListEntries *list = odr_malloc(encode, sizeof *list);

	memset(list, 0, sizeof *list);
	list->num_entries = (int)reply->nentries;
	list->entries = odr_malloc(encode, (reply->nentries + 1) * sizeof *list->entries);
	for (size_t i = 0; i < reply->nentries; i++)
		list->entries[i] = scan_entry(encode, &reply->entries[i]);
	if (!reply->nentries)
		list->entries = NULL;
	if (reply->diagnostic.code) {
		list->num_nonsurrogateDiagnostics = 1;
		list->nonsurrogateDiagnostics =
		    odr_malloc(encode, sizeof *list->nonsurrogateDiagnostics);
		list->nonsurrogateDiagnostics[0] =
		    zserver_diag_record(server, encode, &reply->diagnostic);
	}
	return list;
}

void zserver_reply_scan(struct zserver *server, const struct zserver_scan_reply *reply)
{
	ODR encode = odr_createmem(ODR_ENCODE);
	Z_APDU *apdu = zserver_apdu(server, encode, Z_APDU_scanResponse);
	Z_ScanResponse *response = apdu->u.scanResponse;

	check_request(server, Z_APDU_scanRequest);
	*response->scanStatus = reply->status;
	*response->numberOfEntriesReturned = (Odr_int)reply->nentries;
	if (reply->nentries && reply->position >= 0)
		response->positionOfTerm = odr_intdup(encode, reply->position);
	if (reply->nentries || reply->diagnostic.code)
		response->entries = scan_entries(server, encode, reply);
	zserver_queue(server, encode, apdu);
	zserver_answered(server, ZSERVER_READY);
}

void zserver_reply_sort(struct zserver *server, const struct zserver_sort_reply *reply)
{
	ODR encode = odr_createmem(ODR_ENCODE);
	Z_APDU *apdu = zserver_apdu(server, encode, Z_APDU_sortResponse);
	Z_SortResponse *response = apdu->u.sortResponse;

	check_request(server, Z_APDU_sortRequest);
	*response->sortStatus = reply->ok ? Z_SortResponse_success : Z_SortResponse_failure;
	if (reply->ok) {
		response->resultCount = odr_intdup(encode, (Odr_int)reply->hits);
	} else {
		response->resultSetStatus = odr_intdup(encode, Z_SortResponse_unchanged);
		response->num_diagnostics = 1;
		response->diagnostics = odr_malloc(encode, sizeof *response->diagnostics);
		response->diagnostics[0] = zserver_diag_record(server, encode, &reply->diagnostic);
	}
	zserver_queue(server, encode, apdu);
	zserver_answered(server, ZSERVER_READY);
}
