/* Requests into replies, as the script would have them. */
#include "tests/support/ztarget_parts.h"

#include <stdio.h>
#include <string.h>
#include <yaz/charneg.h>
#include <yaz/oid_db.h>
#include <yaz/otherinfo.h>
#include <yaz/xmalloc.h>
#include "protocol/apdu.h"

enum { TERMS_MAX = 16, RECORDS_MAX = 10000 };

struct terms {
	struct apdu_subquery list[TERMS_MAX];
	size_t count;
};

static void collect_terms(const Z_RPNStructure *node, struct terms *out)
{
	const Z_Term *term;
	struct apdu_subquery *entry;

	if (node->which == Z_RPNStructure_complex) {
		collect_terms(node->u.complex->s1, out);
		collect_terms(node->u.complex->s2, out);
		return;
	}
	if (node->u.simple->which != Z_Operand_APT || out->count == TERMS_MAX)
		return;
	term = node->u.simple->u.attributesPlusTerm->term;
	entry = &out->list[out->count];
	*entry = (struct apdu_subquery){.count = -1};
	if (term->which == Z_Term_general) {
		entry->term = term->u.general->buf;
		entry->term_length = (size_t)term->u.general->len;
	} else if (term->which == Z_Term_characterString) {
		entry->term = term->u.characterString;
		entry->term_length = strlen(entry->term);
	} else {
		return;
	}
	out->count++;
}

static void find_terms(const Z_Query *query, struct terms *out)
{
	out->count = 0;
	if (query->which == Z_Query_type_1 || query->which == Z_Query_type_101)
		collect_terms(query->u.type_1->RPNStructure, out);
}

static void join_words(const struct terms *terms, char out[TEXT_ROOM])
{
	size_t used = 0;

	for (size_t i = 0; i < terms->count; i++) {
		size_t length = terms->list[i].term_length;

		if (used + length + 2 > TEXT_ROOM)
			break;
		if (used)
			out[used++] = ' ';
		memcpy(out + used, terms->list[i].term, length);
		used += length;
	}
	out[used] = '\0';
}

static struct result_set *find_set(struct ztarget_link *link, const char *name)
{
	struct result_set *set = link->sets;

	while (set && strcmp(set->name, name))
		set = set->next;
	return set;
}

static struct result_set *make_set(struct ztarget_link *link, const char *name)
{
	struct result_set *set = find_set(link, name);

	if (set)
		return set;
	set = xcalloc(1, sizeof *set);
	set->name = xstrdup(name);
	set->next = link->sets;
	return link->sets = set;
}

static bool delete_set(struct ztarget_link *link, const char *name)
{
	for (struct result_set **at = &link->sets; *at; at = &(*at)->next) {
		struct result_set *set = *at;

		if (strcmp(set->name, name))
			continue;
		*at = set->next;
		xfree(set->name);
		xfree(set->found);
		xfree(set);
		return true;
	}
	return false;
}

static Z_Records *diagnostics(
    ODR odr, const int *codes, unsigned count, const char *text, bool several)
{
	Z_Records *records = odr_malloc(odr, sizeof *records);
	Z_DiagRecs *list;

	if (!several) {
		records->which = Z_Records_NSD;
		records->u.nonSurrogateDiagnostic = zget_DefaultDiagFormat(odr, codes[0], text);
		return records;
	}
	list = odr_malloc(odr, sizeof *list);
	list->num_diagRecs = (int)count;
	list->diagRecs = odr_malloc(odr, count * sizeof *list->diagRecs);
	for (unsigned i = 0; i < count; i++)
		list->diagRecs[i] = zget_DiagRec(odr, codes[i % DIAGNOSTICS_MAX], text);
	records->which = Z_Records_multipleNSD;
	records->u.multipleNonSurDiagnostics = list;
	return records;
}

static Z_Records *scripted_diagnostics(ODR odr, const struct behaviour *how)
{
	unsigned count = (unsigned)how->swell[SWELL_DIAGNOSTICS];

	return diagnostics(odr, how->diagnostics, count ? count : how->ndiagnostics,
	    swollen_text(odr, how->text, how->swell[SWELL_ADDINFO]), how->multiple);
}

static Z_Records *diagnostic(ODR odr, int code, const char *text)
{
	return diagnostics(odr, &code, 1, text, false);
}

static Z_Records *record_list(ODR odr, Z_NamePlusRecord **list, unsigned count)
{
	Z_Records *records = odr_malloc(odr, sizeof *records);

	records->which = Z_Records_DBOSD;
	records->u.databaseOrSurDiagnostics =
	    odr_malloc(odr, sizeof *records->u.databaseOrSurDiagnostics);
	records->u.databaseOrSurDiagnostics->num_records = (int)count;
	records->u.databaseOrSurDiagnostics->records = list;
	return records;
}

static unsigned how_many(const struct behaviour *how, long long asked)
{
	if (how->records_mode == RECORDS_EXACTLY)
		asked = how->records;
	else if (how->records_mode == RECORDS_MORE)
		asked += how->records;
	if (asked < 0)
		return 0;
	return asked > RECORDS_MAX ? RECORDS_MAX : (unsigned)asked;
}

static void make_records(struct ztarget_link *link, const struct result_set *set, unsigned start,
    unsigned count, Odr_oid *syntax, const struct behaviour *how, struct response *out)
{
	apdu_unmask(syntax);
	out->records = odr_malloc(link->encode, (count + 1) * sizeof *out->records);
	out->nrecords = count;
	for (unsigned i = 0; i < count; i++)
		out->records[i] = make_record(link->target, link->encode, set->words, start + i,
		    start + i <= set->nfound ? set->found[start + i - 1] : start + i, syntax, how);
	link->target->stats.records += count;
}

static void put(struct ztarget_link *link, Z_APDU *apdu, WRBUF out)
{
	size_t length;
	const char *bytes = apdu_encode(link->wire, apdu, &length);

	if (bytes)
		wrbuf_write(out, bytes, length);
	odr_reset(link->wire);
}

static void set_reference(
    ODR odr, Z_APDU *apdu, const Z_ReferenceId *reference, const struct behaviour *how)
{
	Z_ReferenceId **field = apdu_reference(apdu);

	if (!field)
		return;
	if (how->reference_wrong)
		*field = odr_create_Odr_oct(odr, "wrong", 5);
	else if (reference && !how->reference_none)
		*field = odr_create_Odr_oct(odr, reference->buf, reference->len);
}

static void answer_charset(
    struct ztarget_link *link, const Z_InitRequest *request, Z_InitResponse *init)
{
	Z_OtherInformationUnit *unit;

	if (!link->target->script->utf8 || !request ||
	    !ODR_MASK_GET(request->options, Z_Options_negotiationModel) ||
	    !apdu_find_external(odr_getmem(link->decode), request->otherInfo,
		Z_External_charSetandLanguageNegotiation))
		return;
	unit = yaz_oi_update(&init->otherInfo, link->encode, NULL, 0, 0);
	unit->which = Z_OtherInfo_externallyDefinedInfo;
	unit->information.externallyDefinedInfo =
	    yaz_set_response_charneg(link->encode, "UTF-8", NULL, 1);
	ODR_MASK_SET(init->options, Z_Options_negotiationModel);
}

static Z_APDU *init_reply(
    struct ztarget_link *link, const Z_InitRequest *request, const struct behaviour *how)
{
	ODR odr = link->encode;
	Z_APDU *apdu = zget_APDU(odr, Z_APDU_initResponse);
	Z_InitResponse *init = apdu->u.initResponse;
	static const int granted[] = {Z_Options_search, Z_Options_present, Z_Options_delSet,
	    Z_Options_scan, Z_Options_level_1Segmentation, Z_Options_namedResultSets};

	ODR_MASK_ZERO(init->options);
	for (size_t i = 0; i < sizeof granted / sizeof *granted; i++) {
		if (granted[i] == Z_Options_namedResultSets && !link->target->script->named)
			continue;
		if (granted[i] == Z_Options_scan && !link->target->script->nterms)
			continue;
		if (!request || ODR_MASK_GET(request->options, granted[i]))
			ODR_MASK_SET(init->options, granted[i]);
	}
	ODR_MASK_SET(init->protocolVersion, Z_ProtocolVersion_1);
	ODR_MASK_SET(init->protocolVersion, Z_ProtocolVersion_2);
	ODR_MASK_SET(init->protocolVersion, Z_ProtocolVersion_3);
	init->implementationName = odr_strdup(odr, "scripted target");
	answer_charset(link, request, init);
	if (how->reject || how->ndiagnostics)
		*init->result = 0;
	if (how->ndiagnostics)
		init->userInformationField = zget_init_diagnostics(odr, how->diagnostics[0],
		    swollen_text(odr, how->text, how->swell[SWELL_ADDINFO]));
	else if (how->reject && how->text[0])
		init->userInformationField =
		    z_ext_record_sutrs(odr, how->text, (int)strlen(how->text));
	return apdu;
}

/* Z39.50-1995 3.2.2.1.6 */
static long long piggyback(const Z_SearchRequest *request, long long hits)
{
	if (hits <= *request->smallSetUpperBound)
		return hits;
	if (hits >= *request->largeSetLowerBound)
		return 0;
	return *request->mediumSetPresentNumber < hits ? *request->mediumSetPresentNumber : hits;
}

static void fail_search(Z_SearchResponse *search, Z_Records *records, ODR odr)
{
	*search->searchStatus = 0;
	search->resultSetStatus = odr_intdup(odr, Z_SearchResponse_none);
	search->records = records;
}

static void state_counts(
    const struct ztarget_script *script, ODR odr, Z_SearchResponse *search, struct terms *terms)
{
	for (size_t i = 0; i < terms->count; i++) {
		struct apdu_subquery *entry = &terms->list[i];

		entry->count = script->shelf ? shelf_count(script, entry->term, entry->term_length)
					     : *search->resultCount + (long long)(10 * i);
	}
	if (terms->count)
		apdu_set_subqueries(odr, &search->additionalSearchInfo, terms->list, terms->count);
}

static Z_APDU *search_reply(struct ztarget_link *link, const Z_SearchRequest *request,
    const struct behaviour *how, struct response *out)
{
	const struct ztarget_script *script = link->target->script;
	ODR odr = link->encode;
	Z_APDU *apdu = zget_APDU(odr, Z_APDU_searchResponse);
	Z_SearchResponse *search = apdu->u.searchResponse;
	struct terms terms;
	struct result_set *set;
	unsigned count;

	*search->searchStatus = 1;
	if (!request)
		return apdu;
	if (how->failed || how->ndiagnostics) {
		fail_search(search, how->ndiagnostics ? scripted_diagnostics(odr, how) : NULL, odr);
		return apdu;
	}
	if (!script->named && strcmp(request->resultSetName, "default")) {
		fail_search(search, diagnostic(odr, 22, request->resultSetName), odr);
		return apdu;
	}
	find_terms(request->query, &terms);
	set = make_set(link, request->resultSetName);
	set->nfound = script->shelf ? shelf_search(script, request->query, &set->found) : 0;
	set->hits = script->shelf ? set->nfound : script->hits;
	if (how->hits_given)
		set->hits = how->hits;
	join_words(&terms, set->words);
	*search->resultCount = set->hits;
	count = how_many(how, set->hits > 0 ? piggyback(request, set->hits) : 0);
	*search->numberOfRecordsReturned = count;
	*search->nextResultSetPosition = count < set->hits ? count + 1 : 0;
	if (count) {
		make_records(link, set, 1, count, request->preferredRecordSyntax, how, out);
		search->records = record_list(odr, out->records, count);
		search->presentStatus = odr_intdup(odr, Z_PresentStatus_success);
	}
	if (how->swell[SWELL_COUNTS])
		swell_counts(odr, search, how->swell[SWELL_COUNTS]);
	else if (script->counts)
		state_counts(script, odr, search, &terms);
	return apdu;
}

/* Sends all but the last share of the records as Segments (level 1, Z39.50-1995 3.3.2). */
static unsigned put_segments(struct ztarget_link *link, const Z_ReferenceId *reference,
    const struct behaviour *how, struct response *out)
{
	unsigned done = 0;

	while (how->segments && out->nrecords - done > how->segments) {
		Z_APDU *apdu = zget_APDU(link->encode, Z_APDU_segmentRequest);
		Z_Segment *segment = apdu->u.segmentRequest;

		*segment->numberOfRecordsReturned = how->segments;
		segment->num_segmentRecords = (int)how->segments;
		segment->segmentRecords = out->records + done;
		set_reference(link->encode, apdu, reference, how);
		put(link, apdu, out->bytes);
		done += how->segments;
	}
	return done;
}

static Z_APDU *present_reply(struct ztarget_link *link, const Z_PresentRequest *request,
    const struct behaviour *how, struct response *out)
{
	ODR odr = link->encode;
	Z_APDU *apdu = zget_APDU(odr, Z_APDU_presentResponse);
	Z_PresentResponse *present = apdu->u.presentResponse;
	struct result_set *set;
	long long start, asked;
	unsigned sent;

	if (!request)
		return apdu;
	set = find_set(link, request->resultSetId);
	start = *request->resultSetStartPoint;
	asked = *request->numberOfRecordsRequested;
	*present->presentStatus = Z_PresentStatus_failure;
	if (how->failed)
		return apdu;
	if (how->ndiagnostics)
		present->records = scripted_diagnostics(odr, how);
	else if (!set)
		present->records = diagnostic(odr, 30, request->resultSetId);
	else if (start < 1 || asked < 0 ||
		 (start + asked - 1 > set->hits && how->records_mode == RECORDS_ASKED))
		present->records = diagnostic(odr, 13, NULL);
	if (present->records)
		return apdu;
	make_records(link, set, (unsigned)start, how_many(how, asked),
	    request->preferredRecordSyntax, how, out);
	sent = put_segments(link, request->referenceId, how, out);
	*present->presentStatus = Z_PresentStatus_success;
	*present->numberOfRecordsReturned = out->nrecords;
	*present->nextResultSetPosition =
	    start + out->nrecords <= set->hits ? start + out->nrecords : 0;
	present->records = record_list(odr, out->records + sent, out->nrecords - sent);
	return apdu;
}

static Z_APDU *delete_reply(struct ztarget_link *link, const Z_DeleteResultSetRequest *request)
{
	Z_APDU *apdu = zget_APDU(link->encode, Z_APDU_deleteResultSetResponse);
	Z_DeleteResultSetResponse *response = apdu->u.deleteResultSetResponse;

	*response->deleteOperationStatus = Z_DeleteStatus_success;
	for (int i = 0; request && i < request->num_resultSetList; i++)
		if (!delete_set(link, request->resultSetList[i]))
			*response->deleteOperationStatus = Z_DeleteStatus_resultSetDidNotExist;
	return apdu;
}

static const Z_ReferenceId *reference_of(const Z_APDU *request)
{
	/* apdu_reference also serves to write, hence the cast. */
	Z_ReferenceId **field = apdu_reference((Z_APDU *)(uintptr_t)request);

	return field ? *field : NULL;
}

void make_reply(struct ztarget_link *link, const Z_APDU *request, enum phase as,
    const struct behaviour *how, struct response *out)
{
	Z_APDU *apdu;

	switch (as) {
	case PHASE_INIT:
		apdu = init_reply(link,
		    request->which == Z_APDU_initRequest ? request->u.initRequest : NULL, how);
		break;
	case PHASE_SEARCH:
		apdu = search_reply(link,
		    request->which == Z_APDU_searchRequest ? request->u.searchRequest : NULL, how,
		    out);
		break;
	case PHASE_PRESENT:
		apdu = present_reply(link,
		    request->which == Z_APDU_presentRequest ? request->u.presentRequest : NULL, how,
		    out);
		break;
	case PHASE_DELETE:
		apdu = delete_reply(link, request->which == Z_APDU_deleteResultSetRequest
					      ? request->u.deleteResultSetRequest
					      : NULL);
		break;
	case PHASE_SCAN:
		apdu = scan_reply(link,
		    request->which == Z_APDU_scanRequest ? request->u.scanRequest : NULL, how);
		break;
	default: apdu = zget_APDU(link->encode, Z_APDU_close); break;
	}
	set_reference(link->encode, apdu, reference_of(request), how);
	put(link, apdu, out->bytes);
}

void make_unasked(struct ztarget_link *link, enum phase phase, WRBUF out)
{
	static const int kinds[] = {
	    [PHASE_INIT] = Z_APDU_initResponse,
	    [PHASE_SEARCH] = Z_APDU_searchResponse,
	    [PHASE_PRESENT] = Z_APDU_presentResponse,
	    [PHASE_DELETE] = Z_APDU_deleteResultSetResponse,
	    [PHASE_SCAN] = Z_APDU_scanResponse,
	    [PHASE_CLOSE] = Z_APDU_close,
	};
	Z_APDU *apdu;

	if (phase == PHASE_GARBAGE) {
		put_garbage(out, 64);
		return;
	}
	apdu = zget_APDU(link->encode, kinds[phase]);
	if (phase != PHASE_CLOSE)
		*apdu_reference(apdu) = odr_create_Odr_oct(link->encode, "unasked", 7);
	put(link, apdu, out);
}
