/* Looking at a message's BER before YAZ decodes it. See apdu.h. */
#include "protocol/apdu.h"

#include <string.h>

enum { TAG_SEQUENCE = 16, TAG_SET = 17, TAG_OID = 6, OID_MASK = 3 };

struct element {
	unsigned class, tag;
	bool constructed, indefinite;
	size_t content, size; /* where its content is; size 0 when indefinite */
};

/* A constructed element that is open. */
struct level {
	size_t start, end; /* of the content; end of the parent's when indefinite */
	bool indefinite;
	bool may_be_empty;
	bool composition; /* a Present's CompSpec */
	bool scan;	  /* a Scan response */
	bool entries;	  /* its ListEntries */
	bool external;	  /* an OID of a type YAZ knows was seen in it */
	bool opaque;	  /* inside an EXTERNAL: YAZ will not look */
};

/* False when identifier or length are not there or say what cannot be. */
static bool read_element(const uint8_t *bytes, size_t at, size_t end, struct element *out)
{
	size_t i = at, count;

	out->class = bytes[i] >> 6;
	out->constructed = (bytes[i] & 0x20) != 0;
	out->tag = bytes[i++] & 0x1F;
	if (out->tag == 0x1F) {
		out->tag = 0;
		do {
			if (i >= end || i - at > 3)
				return false;
			out->tag = out->tag << 7 | (bytes[i] & 0x7F);
		} while (bytes[i++] & 0x80);
	}
	if (i >= end || bytes[i] == 0xFF)
		return false;
	out->indefinite = bytes[i] == 0x80;
	count = bytes[i] & 0x80 ? bytes[i] & 0x7F : 0;
	out->size = count || out->indefinite ? 0 : bytes[i];
	i++;
	if (count > sizeof(int) || count > end - i)
		return false;
	while (count--)
		out->size = out->size << 8 | bytes[i++];
	out->content = i;
	return out->indefinite ? out->constructed : out->size <= end - i;
}

/* Reads an OID's content into arcs; false when its encoding is not the shortest, an arc is more
 * than YAZ can hold, or there are too many. */
static bool read_oid(const uint8_t *bytes, size_t size, Odr_oid out[OID_SIZE])
{
	size_t used = 0;
	unsigned arc = 0;

	if (!size || bytes[size - 1] & 0x80)
		return false;
	for (size_t i = 0; i < size; i++) {
		if (!arc && bytes[i] == 0x80)
			return false;
		arc = arc << 7 | (bytes[i] & 0x7F);
		if (arc > 0x7FFF || used + 3 > OID_SIZE)
			return false;
		if (bytes[i] & 0x80)
			continue;
		if (!used) {
			unsigned first = arc < 80 ? arc / 40 : 2;

			out[used++] = (Odr_oid)first;
			arc -= first * 40;
		}
		out[used++] = (Odr_oid)arc;
		arc = 0;
	}
	out[used] = -1;
	return true;
}

/* Makes 1.2.… into 1.3.… when YAZ would know the type; true when it did. An OID of an encoding that
 * YAZ might read otherwise than we do becomes one that means nothing. */
static bool mask_oid(uint8_t *bytes, size_t size)
{
	Odr_oid oid[OID_SIZE];

	if (!read_oid(bytes, size, oid)) {
		memset(bytes, 1, size);
		return false;
	}
	if (!apdu_type(oid) || oid[0] != 1 || oid[1] != 2)
		return false;
	bytes[0] = 40 + OID_MASK;
	return true;
}

void apdu_unmask(Odr_oid *oid)
{
	if (oid && oid[0] == 1 && oid[1] == OID_MASK && oid[2] == 840)
		oid[1] = 2;
}

/* Where the standard has lists that may be empty, or sequences of nothing but optional parts. In
 * any other place an empty constructed element could be a string in no pieces, which makes YAZ 5.34
 * write through a null pointer. */
static bool may_be_empty(
    enum apdu_scope scope, size_t depth, const struct level *top, const struct element *element)
{
	unsigned tag = element->tag;

	if (element->class == ODR_UNIVERSAL)
		return tag == TAG_SEQUENCE || tag == TAG_SET;
	if (element->class != ODR_CONTEXT)
		return false;
	if (scope == APDU_SCOPE_OPAC) {
		if (depth == 2 || depth == 3) /* holdingsData, holdingsAndCirc */
			return tag == 2;
		return depth == 4 && (tag == 18 || tag == 19); /* volumes, circulationData */
	}
	if (scope == APDU_SCOPE_FACETS) /* a field's terms, which no request has */
		return depth == 3 && tag == 2;
	if (tag == 44) /* AttributeList */
		return true;
	if (scope != APDU_SCOPE_MESSAGE)
		return false;
	/* CompSpec's generic Specification: all is optional, and ZOOM sends nothing of it when it
	 * does not know the schema it was told. */
	if (top->composition)
		return tag == 2;
	/* Zebra's answer behind an index's end: entries there are, but none. */
	if ((top->scan && tag == 7) || (top->entries && (tag == 1 || tag == 2)))
		return true;
	/* records, additionalSearchInfo, otherInfo, multipleNonSurDiagnostics; the APDU itself */
	return depth == 1 || (depth == 2 && (tag == 28 || tag == 201 || tag == 203 || tag == 205));
}

/* Is the open element at its end? *at moves behind end-of-contents octets. */
static bool ends_here(const uint8_t *bytes, const struct level *level, size_t *at)
{
	if (!level->indefinite)
		return *at == level->end;
	if (level->end - *at < 2 || bytes[*at] || bytes[*at + 1])
		return false;
	*at += 2;
	return true;
}

bool apdu_shape(uint8_t *bytes, size_t length, enum apdu_scope scope)
{
	struct level stack[APDU_DEPTH_MAX];
	size_t depth = 1, at = 0, elements = 0;

	stack[0] = (struct level){.end = length};
	while (depth) {
		struct level *top = &stack[depth - 1];
		size_t here = at;
		struct element element;

		if (ends_here(bytes, top, &at)) {
			if (here == top->start && !top->may_be_empty && !top->opaque)
				return false;
			depth--;
			continue;
		}
		if (at >= top->end || ++elements > APDU_ELEMENTS_MAX ||
		    !read_element(bytes, at, top->end, &element))
			return false;
		at = element.content;
		if (!element.constructed) {
			if (element.tag == TAG_OID && element.class == ODR_UNIVERSAL &&
			    !top->opaque && mask_oid(bytes + at, element.size))
				top->external = true;
			at += element.size;
			continue;
		}
		if (depth == APDU_DEPTH_MAX)
			return false;
		stack[depth] = (struct level){
		    .start = at,
		    .end = element.indefinite ? top->end : at + element.size,
		    .indefinite = element.indefinite,
		    .may_be_empty = may_be_empty(scope, depth, top, &element),
		    .composition = scope == APDU_SCOPE_MESSAGE && depth == 2 &&
				   element.class == ODR_CONTEXT && element.tag == 209,
		    .scan = scope == APDU_SCOPE_MESSAGE && depth == 1 && element.tag == 36,
		    .entries = top->scan && element.tag == 7,
		    .opaque = top->opaque ||
			      (top->external && element.class == ODR_CONTEXT && element.tag == 0),
		};
		depth++;
	}
	return true;
}
