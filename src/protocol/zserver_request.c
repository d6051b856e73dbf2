/* Requests: from APDUs into the values of zserver.h, in the memory of the decoding stream. */
#include "protocol/zserver_parts.h"

#include <stdlib.h>
#include <string.h>
#include <yaz/charneg.h>
#include <yaz/oid_db.h>
#include <yaz/oid_util.h>

#include "base/text.h"

/* Numbers that no set can have become 0, which no request may say. */
static unsigned long number(const Odr_int *value)
{
	return value && *value > 0 && *value <= INT32_MAX ? (unsigned long)*value : 0;
}

static unsigned long bound(const Odr_int *value)
{
	if (!value || *value < 0)
		return 0;
	return *value > INT32_MAX ? INT32_MAX : (unsigned long)*value;
}

/* ---- record syntax and composition ---- */

static void read_syntax(ODR odr, Odr_oid *oid, struct zserver_form *form)
{
	static const enum zclient_syntax known[] = {
	    ZSYNTAX_USMARC, ZSYNTAX_UNIMARC, ZSYNTAX_XML, ZSYNTAX_OPAC, ZSYNTAX_SUTRS};
	static const enum zserver_syntax names[] = {
	    ZRECORD_USMARC, ZRECORD_UNIMARC, ZRECORD_XML, ZRECORD_OPAC, ZRECORD_SUTRS};
	char text[OID_STR_MAX];

	form->syntax = ZRECORD_ANY;
	if (!oid)
		return;
	apdu_unmask(oid);
	form->syntax = ZRECORD_UNKNOWN;
	oid_oid_to_dotstring(oid, text);
	form->syntax_oid = odr_strdup(odr, text);
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (oid_oidcmp(oid, apdu_syntax_oid(known[i])) == 0)
			form->syntax = names[i];
	/* YAZ's other names of XML: text/xml by its old OID is what some clients ask for. */
	if (oid_oidcmp(oid, yaz_oid_recsyn_application_xml) == 0)
		form->syntax = ZRECORD_XML;
}

static const char *element_set(const Z_ElementSetNames *names)
{
	if (!names)
		return NULL;
	if (names->which == Z_ElementSetNames_generic)
		return names->u.generic;
	/* One for each database: we give one form only, the first one's. */
	return names->u.databaseSpecific->num ? names->u.databaseSpecific->elements[0]->esn : NULL;
}

static void read_specification(ODR odr, const Z_Specification *spec, struct zserver_form *form)
{
	if (!spec)
		return;
	if (spec->which == Z_Schema_uri) {
		form->schema = spec->schema.uri;
	} else if (spec->which == Z_Schema_oid && spec->schema.oid) {
		char text[OID_STR_MAX];

		apdu_unmask(spec->schema.oid);
		oid_oid_to_dotstring(spec->schema.oid, text);
		form->schema = odr_strdup(odr, text);
	}
	if (spec->elementSpec && spec->elementSpec->which == Z_ElementSpec_elementSetName)
		form->element_set = spec->elementSpec->u.elementSetName;
}

static void read_composition(
    ODR odr, const Z_RecordComposition *composition, struct zserver_form *form)
{
	const Z_CompSpec *complex;

	if (!composition)
		return;
	if (composition->which == Z_RecordComp_simple) {
		form->element_set = element_set(composition->u.simple);
		return;
	}
	complex = composition->u.complex;
	if (complex->generic)
		read_specification(odr, complex->generic, form);
	else if (complex->num_dbSpecific)
		read_specification(odr, complex->dbSpecific[0]->spec, form);
	if (form->syntax == ZRECORD_ANY && complex->num_recordSyntax)
		read_syntax(odr, complex->recordSyntax[0], form);
}

/* ---- Init ---- */

static void read_authentication(ODR odr, const Z_IdAuthentication *auth, struct zserver_init *init)
{
	if (!auth)
		return;
	if (auth->which == Z_IdAuthentication_idPass) {
		init->user = auth->u.idPass->userId;
		init->group = auth->u.idPass->groupId;
		init->password = auth->u.idPass->password;
	} else if (auth->which == Z_IdAuthentication_open) {
		char *slash, *user = odr_strdup(odr, auth->u.open);

		slash = strchr(user, '/');
		if (slash)
			*slash = '\0';
		init->user = user;
		init->password = slash ? slash + 1 : NULL;
	}
}

/* The client's proposals in its order: the first one that we have. */
static void read_charset(ODR odr, const Z_InitRequest *request, struct zserver_init *init)
{
	static const struct {
		const char *name;
		enum zserver_charset charset;
	} names[] = {{"UTF-8", ZCHARSET_UTF8}, {"UTF8", ZCHARSET_UTF8},
	    {"ISO-8859-1", ZCHARSET_LATIN1}, {"ISO8859-1", ZCHARSET_LATIN1},
	    {"LATIN1", ZCHARSET_LATIN1}, {"MARC-8", ZCHARSET_MARC8}, {"MARC8", ZCHARSET_MARC8}};
	const Z_CharSetandLanguageNegotiation *negotiation = apdu_find_external(
	    odr_getmem(odr), request->otherInfo, Z_External_charSetandLanguageNegotiation);
	char **charsets = NULL, **languages = NULL;
	int count = 0, nlanguages = 0, selected = 0;

	if (!negotiation || negotiation->which != Z_CharSetandLanguageNegotiation_proposal)
		return;
	yaz_get_proposal_charneg(odr_getmem(odr), (Z_CharSetandLanguageNegotiation *)negotiation,
	    &charsets, &count, &languages, &nlanguages, &selected);
	for (int c = 0; charsets && c < count && !init->charset; c++)
		for (size_t i = 0; charsets[c] && i < sizeof names / sizeof *names; i++)
			if (text_equal_ignoring_case(charsets[c], names[i].name))
				init->charset = names[i].charset;
	init->records_too = init->charset && selected;
}

static void read_init(ODR odr, const Z_InitRequest *request, struct zserver_init *init)
{
	read_authentication(odr, request->idAuthentication, init);
	init->implementation = request->implementationName;
	init->version3 = ODR_MASK_GET(request->protocolVersion, Z_ProtocolVersion_3) != 0;
	read_charset(odr, request, init);
}

/* ---- the others ---- */

static void read_search(ODR odr, Z_SearchRequest *request, struct zserver_search *search)
{
	*search = (struct zserver_search){
	    .set = request->resultSetName,
	    .replace = *request->replaceIndicator != 0,
	    .databases = (const char *const *)request->databaseNames,
	    .ndatabases = (size_t)request->num_databaseNames,
	    .query = request->query,
	    .small = bound(request->smallSetUpperBound),
	    .large = bound(request->largeSetLowerBound),
	    .medium = bound(request->mediumSetPresentNumber),
	    .hop_mark = apdu_hop_mark(request->otherInfo),
	};
	if (!search->hop_mark)
		search->hop_mark = apdu_hop_mark(request->additionalSearchInfo);
	zserver_read_facets(odr, request, search);
	read_syntax(odr, request->preferredRecordSyntax, &search->small_form);
	search->medium_form = search->small_form;
	search->small_form.element_set = element_set(request->smallSetElementSetNames);
	search->medium_form.element_set = element_set(request->mediumSetElementSetNames);
}

static void read_present(ODR odr, Z_PresentRequest *request, struct zserver_present *present)
{
	*present = (struct zserver_present){
	    .set = request->resultSetId,
	    .start = number(request->resultSetStartPoint),
	    .count = number(request->numberOfRecordsRequested),
	    .ranges = request->num_ranges > 0,
	};
	read_syntax(odr, request->preferredRecordSyntax, &present->form);
	read_composition(odr, request->recordComposition, &present->form);
}

static void read_scan(Z_ScanRequest *request, struct zserver_scan *scan)
{
	apdu_unmask(request->attributeSet);
	*scan = (struct zserver_scan){
	    .databases = (const char *const *)request->databaseNames,
	    .ndatabases = (size_t)request->num_databaseNames,
	    .attribute_set = request->attributeSet,
	    .hop_mark = apdu_hop_mark(request->otherInfo),
	    .term = request->termListAndStartPoint,
	    .step = request->stepSize ? (long)*request->stepSize : 0,
	    .count = (long)number(request->numberOfTermsRequested),
	    .position = request->preferredPositionInResponse
			    ? (long)*request->preferredPositionInResponse
			    : 1,
	};
}

bool zserver_read(struct zserver *server, Z_APDU *apdu, struct zserver_event *event)
{
	ODR odr = server->decode;

	switch (apdu->which) {
	case Z_APDU_initRequest:
		event->type = ZSERVER_INIT;
		read_init(odr, apdu->u.initRequest, &event->u.init);
		return true;
	case Z_APDU_searchRequest:
		event->type = ZSERVER_SEARCH;
		read_search(odr, apdu->u.searchRequest, &event->u.search);
		return true;
	case Z_APDU_presentRequest:
		event->type = ZSERVER_PRESENT;
		read_present(odr, apdu->u.presentRequest, &event->u.present);
		return true;
	case Z_APDU_deleteResultSetRequest: {
		const Z_DeleteResultSetRequest *request = apdu->u.deleteResultSetRequest;

		event->type = ZSERVER_DELETE;
		event->u.delete.all = *request->deleteFunction == Z_DeleteResultSetRequest_all;
		event->u.delete.sets = (const char *const *)request->resultSetList;
		event->u.delete.nsets = (size_t)request->num_resultSetList;
		return true;
	}
	case Z_APDU_scanRequest:
		event->type = ZSERVER_SCAN;
		read_scan(apdu->u.scanRequest, &event->u.scan);
		return true;
	case Z_APDU_sortRequest: {
		const Z_SortRequest *request = apdu->u.sortRequest;

		event->type = ZSERVER_SORT;
		event->u.sort = (struct zserver_sort){
		    .inputs = (const char *const *)request->inputResultSetNames,
		    .ninputs = (size_t)request->num_inputResultSetNames,
		    .output = request->sortedResultSetName,
		    .keys = request->sortSequence,
		};
		return true;
	}
	default: return false;
	}
}
