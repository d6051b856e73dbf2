/* Facets in the form of YAZ's facet-1 (1.2.840.10003.10.1000.81.5, beside a search and its
 * response): which are wanted, by attributes, and their terms with counts. */
#include "protocol/zserver_parts.h"

#include <string.h>
#include <yaz/facet.h>
#include <yaz/oid_db.h>

/* Attributes of a facet: its field as a use attribute, the order of its terms (1: by term), how
 * many of them, and from which on. */
enum { FACET_USE = 1, FACET_ORDER = 2, FACET_LIMIT = 3, FACET_START = 4 };

static const char *first_string(const Z_ComplexAttribute *complex)
{
	for (int i = 0; i < complex->num_list; i++)
		if (complex->list[i]->which == Z_StringOrNumeric_string)
			return complex->list[i]->u.string;
	return NULL;
}

/* False when it says what has no meaning: no field, or a number that none has. */
static bool read_attribute(const Z_AttributeElement *element, struct zserver_facet *out)
{
	Odr_int value;

	if (*element->attributeType == FACET_USE && element->which == Z_AttributeValue_complex) {
		out->name = first_string(element->value.complex);
		return out->name != NULL;
	}
	if (element->which != Z_AttributeValue_numeric)
		return false;
	value = *element->value.numeric;
	if (value < 0 || value > INT32_MAX)
		return false;
	switch (*element->attributeType) {
	case FACET_USE: out->use = (long)value; return value > 0;
	case FACET_ORDER: out->by_term = value == 1; return true;
	case FACET_LIMIT: out->limit = (unsigned long)value; return true;
	case FACET_START: out->start = (unsigned long)value; return true;
	default: return false;
	}
}

static bool read_facet(const Z_FacetField *field, struct zserver_facet *out)
{
	*out = (struct zserver_facet){0};
	for (int i = 0; i < field->attributes->num_attributes; i++)
		if (!read_attribute(field->attributes->attributes[i], out))
			return false;
	return out->name || out->use;
}

void zserver_read_facets(ODR odr, const Z_SearchRequest *request, struct zserver_search *search)
{
	const Z_FacetList *list = apdu_find_external(
	    odr_getmem(odr), request->additionalSearchInfo, Z_External_userFacets);
	struct zserver_facet *facets;

	if (!list)
		list =
		    apdu_find_external(odr_getmem(odr), request->otherInfo, Z_External_userFacets);
	if (!list)
		return;
	facets = odr_malloc(odr, ZSERVER_FACETS_MAX * sizeof *facets);
	search->facets = facets;
	for (int i = 0; i < list->num && search->nfacets < ZSERVER_FACETS_MAX; i++)
		search->nfacets += read_facet(list->elements[i], &facets[search->nfacets]);
}

/* The field as it was asked for, without the rest. */
static Z_AttributeList *use_attribute(ODR encode, const struct zserver_facet *facet)
{
	Z_AttributeList *list = odr_malloc(encode, sizeof *list);
	Z_AttributeElement *element = odr_malloc(encode, sizeof *element);

	memset(element, 0, sizeof *element);
	element->attributeType = odr_intdup(encode, FACET_USE);
	if (facet->name) {
		Z_ComplexAttribute *complex = odr_malloc(encode, sizeof *complex);

		memset(complex, 0, sizeof *complex);
		complex->num_list = 1;
		complex->list = odr_malloc(encode, sizeof *complex->list);
		complex->list[0] = odr_malloc(encode, sizeof **complex->list);
		complex->list[0]->which = Z_StringOrNumeric_string;
		complex->list[0]->u.string = odr_strdup(encode, facet->name);
		element->which = Z_AttributeValue_complex;
		element->value.complex = complex;
	} else {
		element->which = Z_AttributeValue_numeric;
		element->value.numeric = odr_intdup(encode, facet->use);
	}
	list->num_attributes = 1;
	list->attributes = odr_malloc(encode, sizeof *list->attributes);
	list->attributes[0] = element;
	return list;
}

void zserver_set_facets(
    ODR encode, Z_OtherInformation **info, const struct zserver_facet_terms *facets, size_t count)
{
	Z_FacetList *list = facet_list_create(encode, (int)count);

	for (size_t i = 0; i < count; i++) {
		Z_FacetField *field = facet_field_create(
		    encode, use_attribute(encode, facets[i].facet), (int)facets[i].nterms);

		for (size_t t = 0; t < facets[i].nterms; t++)
			facet_field_term_set(encode, field,
			    facet_term_create_cstr(
				encode, facets[i].terms[t].term, (Odr_int)facets[i].terms[t].count),
			    (int)t);
		facet_list_field_set(encode, list, field, (int)i);
	}
	yaz_oi_set_facetlist(info, encode, list);
}
