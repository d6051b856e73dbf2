#include "protocol/apdu.h"

#include <string.h>
#include <yaz/oid_db.h>
#include <yaz/otherinfo.h>

Z_APDU *apdu_decode(ODR odr, uint8_t *bytes, size_t length, const char **why)
{
	Z_APDU *apdu = NULL;

	*why = NULL;
	if (length > INT32_MAX || !apdu_shape(bytes, length, APDU_SCOPE_MESSAGE)) {
		*why = "malformed BER";
		return NULL;
	}
	odr_setbuf(odr, (char *)bytes, (int)length, 0);
	if (!z_APDU(odr, &apdu, 0, 0) || !apdu) {
		*why = "not a Z39.50 APDU";
		return NULL;
	}
	return apdu;
}

static enum apdu_scope scope_of(int what)
{
	switch (what) {
	case Z_External_OPAC: return APDU_SCOPE_OPAC;
	case Z_External_userFacets: return APDU_SCOPE_FACETS;
	default: return APDU_SCOPE_EXTERNAL;
	}
}

/* The record syntaxes below 100 are the MARC formats (Z39.50-1995 OID.5), which nearly every record
 * has and YAZ never decodes: its table is searched from end to end to find that out. */
static bool is_marc(const Odr_oid *oid)
{
	static const Odr_oid syntaxes[] = {1, 2, 840, 10003, 5};

	for (size_t i = 0; i < sizeof syntaxes / sizeof *syntaxes; i++)
		if (oid[i] != syntaxes[i])
			return false;
	return oid[5] >= 0 && oid[5] < 100;
}

const Z_ext_typeent *apdu_type(const Odr_oid *oid)
{
	return is_marc(oid) ? NULL : z_ext_getentbyref(oid);
}

const void *apdu_external(NMEM memory, Z_External *external, int what)
{
	const Z_ext_typeent *type;
	const Odr_oct *octets;
	void *found = NULL;
	ODR odr;

	if (!external || !external->direct_reference ||
	    (external->which != Z_External_single && external->which != Z_External_octet))
		return NULL;
	apdu_unmask(external->direct_reference);
	type = apdu_type(external->direct_reference);
	octets = external->u.octet_aligned;
	if (!type || type->what != what || !octets || octets->len <= 0 ||
	    !apdu_shape((uint8_t *)octets->buf, (size_t)octets->len, scope_of(what)))
		return NULL;
	odr = odr_createmem(ODR_DECODE);
	odr_setbuf(odr, octets->buf, octets->len, 0);
	if (!type->fun(odr, (char **)&found, 0, NULL))
		found = NULL;
	nmem_transfer(memory, odr_getmem(odr));
	odr_destroy(odr);
	return found;
}

const void *apdu_find_external(NMEM memory, const Z_OtherInformation *info, int what)
{
	const void *found = NULL;

	for (int i = 0; info && i < info->num_elements && !found; i++)
		if (info->list[i]->which == Z_OtherInfo_externallyDefinedInfo)
			found = apdu_external(
			    memory, info->list[i]->information.externallyDefinedInfo, what);
	return found;
}

const char *apdu_encode(ODR odr, Z_APDU *apdu, size_t *length)
{
	int size;
	const char *bytes;

	if (!z_APDU(odr, &apdu, 0, 0))
		return NULL;
	bytes = odr_getbuf(odr, &size, 0);
	*length = (size_t)size;
	return bytes;
}

const char *apdu_name(const Z_APDU *apdu)
{
	switch (apdu->which) {
	case Z_APDU_initRequest: return "Init request";
	case Z_APDU_initResponse: return "Init response";
	case Z_APDU_searchRequest: return "Search request";
	case Z_APDU_searchResponse: return "Search response";
	case Z_APDU_presentRequest: return "Present request";
	case Z_APDU_presentResponse: return "Present response";
	case Z_APDU_deleteResultSetRequest: return "Delete request";
	case Z_APDU_deleteResultSetResponse: return "Delete response";
	case Z_APDU_scanRequest: return "Scan request";
	case Z_APDU_scanResponse: return "Scan response";
	case Z_APDU_sortRequest: return "Sort request";
	case Z_APDU_sortResponse: return "Sort response";
	case Z_APDU_segmentRequest: return "Segment";
	case Z_APDU_close: return "Close";
	default: return "unexpected APDU";
	}
}

Z_ReferenceId **apdu_reference(Z_APDU *apdu)
{
	switch (apdu->which) {
	case Z_APDU_initRequest: return &apdu->u.initRequest->referenceId;
	case Z_APDU_initResponse: return &apdu->u.initResponse->referenceId;
	case Z_APDU_searchRequest: return &apdu->u.searchRequest->referenceId;
	case Z_APDU_searchResponse: return &apdu->u.searchResponse->referenceId;
	case Z_APDU_presentRequest: return &apdu->u.presentRequest->referenceId;
	case Z_APDU_presentResponse: return &apdu->u.presentResponse->referenceId;
	case Z_APDU_deleteResultSetRequest: return &apdu->u.deleteResultSetRequest->referenceId;
	case Z_APDU_deleteResultSetResponse: return &apdu->u.deleteResultSetResponse->referenceId;
	case Z_APDU_scanRequest: return &apdu->u.scanRequest->referenceId;
	case Z_APDU_scanResponse: return &apdu->u.scanResponse->referenceId;
	case Z_APDU_sortRequest: return &apdu->u.sortRequest->referenceId;
	case Z_APDU_sortResponse: return &apdu->u.sortResponse->referenceId;
	case Z_APDU_segmentRequest: return &apdu->u.segmentRequest->referenceId;
	case Z_APDU_close: return &apdu->u.close->referenceId;
	default: return NULL;
	}
}

bool apdu_reference_is(const Z_ReferenceId *reference, const char *bytes, size_t length)
{
	return reference && (size_t)reference->len == length &&
	       !memcmp(reference->buf, bytes, length);
}

const Odr_oid *apdu_syntax_oid(enum zclient_syntax syntax)
{
	switch (syntax) {
	case ZSYNTAX_UNIMARC: return yaz_oid_recsyn_unimarc;
	case ZSYNTAX_XML: return yaz_oid_recsyn_xml;
	case ZSYNTAX_OPAC: return yaz_oid_recsyn_opac;
	case ZSYNTAX_SUTRS: return yaz_oid_recsyn_sutrs;
	case ZSYNTAX_USMARC: break;
	}
	return yaz_oid_recsyn_usmarc;
}
