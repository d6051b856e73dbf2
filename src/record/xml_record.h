#ifndef SILANG_RECORD_XML_RECORD_H
#define SILANG_RECORD_XML_RECORD_H
/*
 * A record in XML of whichever schema a partner gave: MARCXML (MARC 21, UNIMARC, MarcXchange),
 * Dublin Core in any of the dresses it wears, or MODS 3. What is not MARC becomes MARC 21 by the
 * mappings that the Library of Congress publishes, so that all above deals with one kind of record.
 */
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct diag;
struct marc;

enum xml_record_kind {
	XML_RECORD_MARC,    /* of the flavour that the partner is known for */
	XML_RECORD_UNIMARC, /* MARCXML that says it is UNIMARC */
	XML_RECORD_DC,	    /* now MARC 21 */
	XML_RECORD_MODS	    /* now MARC 21 */
};

/* The root element decides. False with `diag` when it is none of them, or is not XML. */
bool xml_record_decode(struct arena *arena, const char *bytes, size_t length,
    enum xml_record_kind *kind, struct marc **marc, struct diag *diag);

#endif
