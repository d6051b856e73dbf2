#include "protocol/apdu.h"

#include <string.h>
#include <yaz/oid_db.h>
#include <yaz/otherinfo.h>

/* Where an element ends; an indefinite length ends at its end-of-contents octets. */
struct level {
	size_t end;
	bool indefinite;
};

/* Reads identifier and length at *at; false when they are not there or say what cannot be. */
static bool read_header(
    const uint8_t *bytes, size_t end, size_t *at, bool *constructed, bool *indefinite, size_t *size)
{
	size_t i = *at, count;

	*constructed = (bytes[i] & 0x20) != 0;
	if ((bytes[i++] & 0x1F) == 0x1F) {
		do {
			if (i >= end || i - *at > 4)
				return false;
		} while (bytes[i++] & 0x80);
	}
	if (i >= end)
		return false;
	*indefinite = bytes[i] == 0x80;
	*size = 0;
	count = bytes[i] & 0x80 ? bytes[i] & 0x7F : 0;
	if (!count)
		*size = bytes[i] & 0x7F;
	i++;
	if (count > sizeof(int) || count > end - i)
		return false;
	while (count--)
		*size = *size << 8 | bytes[i++];
	*at = i;
	return *indefinite ? *constructed : *size <= end - i;
}

bool apdu_shape_is_sane(const uint8_t *bytes, size_t length)
{
	struct level stack[APDU_DEPTH_MAX];
	size_t depth = 1, at = 0, elements = 0;

	stack[0] = (struct level){.end = length};
	while (depth) {
		const struct level *top = &stack[depth - 1];
		bool constructed, indefinite;
		size_t size;

		if (at == top->end && !top->indefinite) {
			depth--;
			continue;
		}
		if (top->indefinite && top->end - at >= 2 && !bytes[at] && !bytes[at + 1]) {
			at += 2;
			depth--;
			continue;
		}
		if (at >= top->end || ++elements > APDU_ELEMENTS_MAX ||
		    !read_header(bytes, top->end, &at, &constructed, &indefinite, &size))
			return false;
		if (!constructed) {
			at += size;
			continue;
		}
		if (depth == APDU_DEPTH_MAX)
			return false;
		stack[depth] = (struct level){
		    .end = indefinite ? top->end : at + size, .indefinite = indefinite};
		depth++;
	}
	return true;
}

static Z_APDU *decode(ODR odr, const uint8_t *bytes, size_t length)
{
	Z_APDU *apdu = NULL;

	/* A decoding stream only reads its buffer. */
	odr_setbuf(odr, (char *)(uintptr_t)bytes, (int)length, 0);
	return z_APDU(odr, &apdu, 0, 0) ? apdu : NULL;
}

Z_APDU *apdu_decode(ODR odr, const uint8_t *bytes, size_t length, const char **why)
{
	Z_APDU *apdu;

	*why = NULL;
	if (length > INT32_MAX || !apdu_shape_is_sane(bytes, length)) {
		*why = "malformed BER";
		return NULL;
	}
	apdu = decode(odr, bytes, length);
	if (!apdu) {
		/* One EXTERNAL that is not what its OID says fails the whole message. Without bias
		 * they all stay octets and each can fail alone (apdu_external). */
		odr_reset(odr);
		odr_choice_enable_bias(odr, 0);
		apdu = decode(odr, bytes, length);
		odr_choice_enable_bias(odr, 1);
	}
	if (!apdu)
		*why = "not a Z39.50 APDU";
	return apdu;
}

const void *apdu_external(NMEM memory, const Z_External *external, int what)
{
	const Z_ext_typeent *type;
	const Odr_oct *octets;
	void *found = NULL;
	ODR odr;

	if (!external || external->which == what)
		return external ? external->u.single_ASN1_type : NULL;
	if ((external->which != Z_External_single && external->which != Z_External_octet) ||
	    !external->direct_reference)
		return NULL;
	type = z_ext_getentbyref(external->direct_reference);
	octets = external->u.octet_aligned;
	if (!type || type->what != what || !octets || octets->len <= 0 ||
	    !apdu_shape_is_sane((const uint8_t *)octets->buf, (size_t)octets->len))
		return NULL;
	odr = odr_createmem(ODR_DECODE);
	odr_setbuf(odr, octets->buf, octets->len, 0);
	if (!type->fun(odr, (char **)&found, 0, NULL))
		found = NULL;
	nmem_transfer(memory, odr_getmem(odr));
	odr_destroy(odr);
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
