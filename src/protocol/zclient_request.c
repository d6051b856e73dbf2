/* Requests: from the caller's values into APDUs in the output queue. */
#include "protocol/zclient_parts.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <yaz/charneg.h>
#include <yaz/oid_db.h>
#include <yaz/otherinfo.h>

/* A "large set" no target has (Z39.50-1995 3.2.2.1.6); some read it into 32 bits. */
enum { LARGE_SET = 2000000000 };

/* Gives the APDU a referenceId of its own and queues it. */
static void request(
    struct zclient *client, enum zclient_request kind, Z_APDU *apdu, const Odr_any *query)
{
	int length = snprintf(client->reference, sizeof client->reference, "s%x", ++client->serial);

	*apdu_reference(apdu) = odr_create_Odr_oct(client->encode, client->reference, length);
	client->state = ZCLIENT_BUSY;
	client->request = kind;
	zclient_queue(client, apdu, query);
}

/* "user/password", as everybody reads the open form. */
static char *open_string(ODR odr, const char *user, const char *password)
{
	size_t size = strlen(user) + (password ? strlen(password) : 0) + 2;
	char *open = odr_malloc(odr, size);

	snprintf(open, size, "%s%s%s", user, password ? "/" : "", password ? password : "");
	return open;
}

static Z_IdAuthentication *authentication(const struct zclient_options *options, ODR odr)
{
	Z_IdAuthentication *auth;
	bool id_pass = !options->open_auth && (options->group || options->password);

	if (!options->user && !id_pass)
		return NULL;
	auth = odr_malloc(odr, sizeof *auth);
	if (id_pass) {
		Z_IdPass *pass = odr_malloc(odr, sizeof *pass);

		pass->groupId = odr_strdup_null(odr, options->group);
		pass->userId = odr_strdup_null(odr, options->user);
		pass->password = odr_strdup_null(odr, options->password);
		auth->which = Z_IdAuthentication_idPass;
		auth->u.idPass = pass;
		return auth;
	}
	auth->which = Z_IdAuthentication_open;
	auth->u.open = open_string(odr, options->user, options->password);
	return auth;
}

static void propose_utf8(ODR odr, Z_InitRequest *init)
{
	const char *charsets[] = {"UTF-8"};
	Z_OtherInformationUnit *unit = yaz_oi_update(&init->otherInfo, odr, NULL, 0, 0);

	unit->which = Z_OtherInfo_externallyDefinedInfo;
	unit->information.externallyDefinedInfo =
	    yaz_set_proposal_charneg(odr, charsets, 1, NULL, 0, 1);
	ODR_MASK_SET(init->options, Z_Options_negotiationModel);
}

void zclient_init(struct zclient *client)
{
	static const int offered[] = {Z_Options_search, Z_Options_present, Z_Options_delSet,
	    Z_Options_scan, Z_Options_sort, Z_Options_level_1Segmentation,
	    Z_Options_namedResultSets};
	const struct zclient_options *options = &client->options;
	ODR odr = client->encode;
	Z_APDU *apdu = zget_APDU(odr, Z_APDU_initRequest);
	Z_InitRequest *init = apdu->u.initRequest;

	assert(client->state == ZCLIENT_NEW);
	ODR_MASK_ZERO(init->options);
	for (size_t i = 0; i < sizeof offered / sizeof *offered; i++)
		ODR_MASK_SET(init->options, offered[i]);
	ODR_MASK_ZERO(init->protocolVersion);
	ODR_MASK_SET(init->protocolVersion, Z_ProtocolVersion_1);
	ODR_MASK_SET(init->protocolVersion, Z_ProtocolVersion_2);
	ODR_MASK_SET(init->protocolVersion, Z_ProtocolVersion_3);
	*init->preferredMessageSize = (Odr_int)options->preferred_message;
	*init->maximumRecordSize = (Odr_int)options->message_max;
	init->idAuthentication = authentication(options, odr);
	init->implementationId = NULL;
	init->implementationName = odr_strdup_null(odr, options->implementation_name);
	init->implementationVersion = odr_strdup_null(odr, options->implementation_version);
	if (options->utf8_negotiation)
		propose_utf8(odr, init);
	request(client, ZREQUEST_INIT, apdu, NULL);
}

static Z_ElementSetNames *element_set(ODR odr, const char *name)
{
	Z_ElementSetNames *names;

	if (!name)
		return NULL;
	names = odr_malloc(odr, sizeof *names);
	names->which = Z_ElementSetNames_generic;
	names->u.generic = odr_strdup(odr, name);
	return names;
}

/* The bounds say "up to `piggyback` records, however many hits" (Z39.50-1995 3.2.2.1.6): a small
 * set comes whole, any other is a medium one of which that many come. */
static void set_bounds(Z_SearchRequest *search, unsigned piggyback)
{
	*search->smallSetUpperBound = piggyback;
	*search->largeSetLowerBound = piggyback ? LARGE_SET : 1;
	*search->mediumSetPresentNumber = piggyback;
}

void zclient_search(struct zclient *client, const struct zclient_search *args)
{
	ODR odr = client->encode;
	Z_APDU *apdu = zget_APDU(odr, Z_APDU_searchRequest);
	Z_SearchRequest *search = apdu->u.searchRequest;

	assert(
	    client->state == ZCLIENT_READY && args->ndatabases && (args->query || args->encoded));
	set_bounds(search, args->piggyback);
	*search->replaceIndicator = 1;
	search->resultSetName = odr_strdup(odr, args->set);
	search->num_databaseNames = (int)args->ndatabases;
	search->databaseNames = odr_malloc(odr, args->ndatabases * sizeof(char *));
	for (size_t i = 0; i < args->ndatabases; i++)
		search->databaseNames[i] = odr_strdup(odr, args->databases[i]);
	if (args->piggyback) {
		search->smallSetElementSetNames = element_set(odr, args->element_set);
		search->mediumSetElementSetNames = search->smallSetElementSetNames;
		search->preferredRecordSyntax = odr_oiddup(odr, apdu_syntax_oid(args->syntax));
	}
	search->query = odr_malloc(odr, sizeof *search->query);
	search->query->which = Z_Query_type_1;
	search->query->u.type_1 = args->query;
	if (args->hop_mark)
		apdu_set_hop_mark(odr, &search->otherInfo, args->hop_mark);
	client->start = 1;
	client->asked = args->piggyback;
	request(client, ZREQUEST_SEARCH, apdu, args->encoded);
}

void zclient_present(struct zclient *client, const struct zclient_present *args)
{
	ODR odr = client->encode;
	Z_APDU *apdu = zget_APDU(odr, Z_APDU_presentRequest);
	Z_PresentRequest *present = apdu->u.presentRequest;

	assert(client->state == ZCLIENT_READY && args->start && args->count);
	present->resultSetId = odr_strdup(odr, args->set);
	*present->resultSetStartPoint = args->start;
	*present->numberOfRecordsRequested = args->count;
	present->preferredRecordSyntax = odr_oiddup(odr, apdu_syntax_oid(args->syntax));
	if (args->element_set) {
		present->recordComposition = odr_malloc(odr, sizeof *present->recordComposition);
		present->recordComposition->which = Z_RecordComp_simple;
		present->recordComposition->u.simple = element_set(odr, args->element_set);
	}
	client->start = args->start;
	client->asked = args->count;
	request(client, ZREQUEST_PRESENT, apdu, NULL);
}

void zclient_scan(struct zclient *client, const struct zclient_scan *args)
{
	ODR odr = client->encode;
	Z_APDU *apdu = zget_APDU(odr, Z_APDU_scanRequest);
	Z_ScanRequest *scan = apdu->u.scanRequest;

	assert(client->state == ZCLIENT_READY && args->ndatabases && args->start && args->count);
	scan->num_databaseNames = (int)args->ndatabases;
	scan->databaseNames = odr_malloc(odr, args->ndatabases * sizeof(char *));
	for (size_t i = 0; i < args->ndatabases; i++)
		scan->databaseNames[i] = odr_strdup(odr, args->databases[i]);
	scan->attributeSet = odr_oiddup(odr, yaz_oid_attset_bib_1);
	scan->termListAndStartPoint = args->start;
	scan->stepSize = NULL; /* every term; some targets refuse even a stated 0 */
	*scan->numberOfTermsRequested = args->count;
	scan->preferredPositionInResponse = odr_intdup(odr, args->position);
	if (args->hop_mark)
		apdu_set_hop_mark(odr, &scan->otherInfo, args->hop_mark);
	client->asked = args->count;
	request(client, ZREQUEST_SCAN, apdu, NULL);
}

void zclient_delete_set(struct zclient *client, const char *set)
{
	ODR odr = client->encode;
	Z_APDU *apdu = zget_APDU(odr, Z_APDU_deleteResultSetRequest);
	Z_DeleteResultSetRequest *delete = apdu->u.deleteResultSetRequest;

	assert(client->state == ZCLIENT_READY);
	*delete->deleteFunction = Z_DeleteResultSetRequest_list;
	delete->num_resultSetList = 1;
	delete->resultSetList = odr_malloc(odr, sizeof *delete->resultSetList);
	delete->resultSetList[0] = odr_strdup(odr, set);
	request(client, ZREQUEST_DELETE, apdu, NULL);
}

void zclient_queue_close(struct zclient *client, Odr_int reason)
{
	Z_APDU *apdu = zget_APDU(client->encode, Z_APDU_close);

	*apdu->u.close->closeReason = reason;
	zclient_queue(client, apdu, NULL);
}

void zclient_close(struct zclient *client)
{
	if (client->state == ZCLIENT_CLOSING || client->state == ZCLIENT_SHUT)
		return;
	client->state = ZCLIENT_CLOSING;
	zclient_queue_close(client, Z_Close_finished);
}
