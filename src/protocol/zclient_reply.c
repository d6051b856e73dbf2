/* Replies: from APDUs that arrived into events. */
#include "protocol/zclient_parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <yaz/charneg.h>
#include <yaz/matchstr.h>

enum { TERM_MAX = 256 };

const struct zclient_event *zclient_fail(
    struct zclient *client, enum zclient_event_type type, const char *format, ...)
{
	va_list args;

	client->state = ZCLIENT_SHUT;
	memset(&client->event, 0, sizeof client->event);
	client->event.type = type;
	va_start(args, format);
	vsnprintf(client->event.detail, sizeof client->event.detail, format, args);
	va_end(args);
	return &client->event;
}

static const char *close_reason(Odr_int reason)
{
	static const char *const names[] = {"finished", "shutdown", "system problem", "cost limit",
	    "resources", "security violation", "protocol error", "lack of activity", "peer abort",
	    "unspecified"};

	return reason >= 0 && reason < (Odr_int)(sizeof names / sizeof *names) ? names[reason]
									       : "unspecified";
}

static const struct zclient_event *receive_close(struct zclient *client, const Z_Close *close)
{
	char text[DIAG_DETAILS_MAX / 2] = "";
	const char *reason = close_reason(close->closeReason ? *close->closeReason : -1);

	if (close->diagnosticInformation)
		apdu_clean_text(text, sizeof text, close->diagnosticInformation,
		    strlen(close->diagnosticInformation));
	if (client->state != ZCLIENT_CLOSING) /* Close is answered by Close (3.2.11.1.4) */
		zclient_queue_close(client, Z_Close_finished);
	return zclient_fail(client, ZCLIENT_CLOSED, "%s%s%s", reason, text[0] ? ": " : "", text);
}

static bool agreed_to_utf8(struct zclient *client, const Z_InitResponse *init)
{
	const Z_CharSetandLanguageNegotiation *record = NULL;
	char *charset = NULL, *language = NULL;
	int selected = 0;

	if (client->options.utf8_negotiation &&
	    ODR_MASK_GET(init->options, Z_Options_negotiationModel))
		record = apdu_find_external(
		    client->memory, init->otherInfo, Z_External_charSetandLanguageNegotiation);
	if (!record || record->which != Z_CharSetandLanguageNegotiation_response)
		return false;
	yaz_get_response_charneg(client->memory,
	    (Z_CharSetandLanguageNegotiation *)(uintptr_t)record, &charset, &language, &selected);
	return charset && (!yaz_matchstr(charset, "UTF-8") || !yaz_matchstr(charset, "UTF8"));
}

static const struct zclient_event *receive_init(struct zclient *client, const Z_InitResponse *init)
{
	struct zclient_event *event = &client->event;
	struct reply_diagnostic diagnostic = {0};
	char text[sizeof event->detail];

	if (init->result && *init->result) {
		client->state = ZCLIENT_READY;
		event->type = ZCLIENT_INIT_OK;
		event->reply.ok = true;
		event->scans = ODR_MASK_GET(init->options, Z_Options_scan);
		event->named_sets = ODR_MASK_GET(init->options, Z_Options_namedResultSets);
		event->utf8 = agreed_to_utf8(client, init);
		return event;
	}
	apdu_read_init_diag(client->memory, init, &diagnostic, text, sizeof text);
	zclient_fail(client, ZCLIENT_INIT_REJECTED, "%s", text);
	event->reply.diagnostic = diagnostic;
	return event;
}

/* Z_Records is records, or one non-surrogate diagnostic, or several; the first counts. */
static void receive_records(struct zclient *client, const Z_Records *records)
{
	if (!records)
		return;
	switch (records->which) {
	case Z_Records_DBOSD:
		zclient_take_records(client, records->u.databaseOrSurDiagnostics->records,
		    records->u.databaseOrSurDiagnostics->num_records);
		break;
	case Z_Records_NSD:
		apdu_read_default_diag(
		    records->u.nonSurrogateDiagnostic, &client->event.reply.diagnostic);
		break;
	case Z_Records_multipleNSD:
		if (records->u.multipleNonSurDiagnostics->num_diagRecs > 0)
			apdu_read_diag(client->memory,
			    records->u.multipleNonSurDiagnostics->diagRecs[0],
			    &client->event.reply.diagnostic);
		break;
	}
}

static void receive_counts(struct zclient *client, const Z_SearchResponse *search)
{
	struct apdu_subquery found[APDU_SUBQUERIES_MAX];
	size_t count = apdu_subqueries(
	    client->memory, search->additionalSearchInfo, found, APDU_SUBQUERIES_MAX);
	struct reply_count *counts;

	count += apdu_subqueries(
	    client->memory, search->otherInfo, found + count, APDU_SUBQUERIES_MAX - count);
	if (!count)
		return;
	counts = nmem_malloc(client->memory, count * sizeof *counts);
	client->event.reply.counts = counts;
	for (size_t i = 0; i < count; i++) {
		char term[TERM_MAX];

		if (!found[i].term || found[i].count < 0)
			continue;
		apdu_clean_text(term, sizeof term, found[i].term, found[i].term_length);
		counts->term = nmem_strdup(client->memory, term);
		counts->count = (unsigned long)found[i].count;
		counts++;
		client->event.reply.ncounts++;
	}
}

static const struct zclient_event *receive_search(
    struct zclient *client, const Z_SearchResponse *search)
{
	struct zclient_event *event = &client->event;

	if (*search->resultCount < 0)
		return zclient_fail(client, ZCLIENT_PROTOCOL_ERROR,
		    "a hit count of " ODR_INT_PRINTF, *search->resultCount);
	client->state = ZCLIENT_READY;
	event->type = ZCLIENT_SEARCH;
	event->reply.kind = REPLY_SEARCH;
	event->reply.ok = search->searchStatus && *search->searchStatus;
	event->reply.hits = (unsigned long)*search->resultCount;
	if (!event->reply.ok)
		client->asked = 0;
	else if (event->reply.hits < client->asked)
		client->asked = (unsigned)event->reply.hits;
	receive_records(client, search->records);
	receive_counts(client, search);
	event->reply.records = client->records;
	event->reply.nrecords = client->nrecords;
	return event;
}

static const struct zclient_event *receive_present(
    struct zclient *client, const Z_PresentResponse *present)
{
	struct zclient_event *event = &client->event;

	client->state = ZCLIENT_READY;
	event->type = ZCLIENT_PRESENT;
	event->reply.kind = REPLY_PRESENT;
	receive_records(client, present->records);
	event->reply.ok = !event->reply.diagnostic.present;
	event->reply.records = client->records;
	event->reply.nrecords = client->nrecords;
	return event;
}

static const struct zclient_event *receive_delete(
    struct zclient *client, const Z_DeleteResultSetResponse *delete)
{
	struct zclient_event *event = &client->event;

	client->state = ZCLIENT_READY;
	event->type = ZCLIENT_DELETED;
	event->reply.ok = delete->deleteOperationStatus &&
			  *delete->deleteOperationStatus == Z_DeleteStatus_success;
	return event;
}

static bool is_our_reference(struct zclient *client, Z_APDU *apdu)
{
	Z_ReferenceId **reference = apdu_reference(apdu);

	return !reference || !*reference ||
	       apdu_reference_is(*reference, client->reference, strlen(client->reference));
}

/* Level 1 segments hold whole records (Z39.50-1995 3.3.2), so there are no more of them than
 * records were asked for. A target that goes on and on would cost memory. */
static const struct zclient_event *receive_segment(struct zclient *client, const Z_Segment *segment)
{
	if (++client->segments > client->asked)
		return zclient_fail(client, ZCLIENT_PROTOCOL_ERROR,
		    "more segments than the %u records asked for", client->asked);
	zclient_take_records(client, segment->segmentRecords, segment->num_segmentRecords);
	return NULL;
}

const struct zclient_event *zclient_receive(struct zclient *client, Z_APDU *apdu)
{
	static const int expected[] = {
	    [ZREQUEST_INIT] = Z_APDU_initResponse,
	    [ZREQUEST_SEARCH] = Z_APDU_searchResponse,
	    [ZREQUEST_PRESENT] = Z_APDU_presentResponse,
	    [ZREQUEST_SCAN] = Z_APDU_scanResponse,
	    [ZREQUEST_DELETE] = Z_APDU_deleteResultSetResponse,
	};
	bool segment = apdu->which == Z_APDU_segmentRequest && client->state == ZCLIENT_BUSY &&
		       client->request == ZREQUEST_PRESENT;

	if (apdu->which == Z_APDU_close)
		return receive_close(client, apdu->u.close);
	if (client->state == ZCLIENT_CLOSING) /* a reply that was under way */
		return NULL;
	if (client->state != ZCLIENT_BUSY)
		return zclient_fail(
		    client, ZCLIENT_PROTOCOL_ERROR, "%s unasked for", apdu_name(apdu));
	if (!segment && apdu->which != expected[client->request])
		return zclient_fail(client, ZCLIENT_PROTOCOL_ERROR,
		    "%s in place of the reply awaited", apdu_name(apdu));
	if (!is_our_reference(client, apdu))
		return zclient_fail(
		    client, ZCLIENT_PROTOCOL_ERROR, "%s with a wrong referenceId", apdu_name(apdu));
	if (segment)
		return receive_segment(client, apdu->u.segmentRequest);
	switch (client->request) {
	case ZREQUEST_INIT: return receive_init(client, apdu->u.initResponse);
	case ZREQUEST_SEARCH: return receive_search(client, apdu->u.searchResponse);
	case ZREQUEST_PRESENT: return receive_present(client, apdu->u.presentResponse);
	case ZREQUEST_SCAN: return zclient_receive_scan(client, apdu->u.scanResponse);
	case ZREQUEST_DELETE: break;
	}
	return receive_delete(client, apdu->u.deleteResultSetResponse);
}
