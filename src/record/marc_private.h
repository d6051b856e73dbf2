#ifndef SILANG_RECORD_MARC_PRIVATE_H
#define SILANG_RECORD_MARC_PRIVATE_H
/* What the readers of ISO 2709 and of MARCXML share: the rules a field tree keeps to; and the steps
 * of reading MARCXML. */
#include <libxml/tree.h>
#include "record/marc.h"

#define MARC_SLIM "http://www.loc.gov/MARC21/slim"

/* Twenty-four characters, printable ASCII, with the constants of MARC 21 where the tree fixes them
 * (two indicators, codes of one character, entry map 4500). */
void marc_set_leader(struct marc *marc, const char *text, size_t length);
bool marc_is_tag(const char *text); /* three ASCII letters or digits */
bool marc_is_control(const char *tag);
bool marc_is_code(char c);	/* printable ASCII but the blank */
bool marc_is_indicator(char c); /* printable ASCII */

/* Reads XML as far as it can be; what was got over shows in (*document)->_private. */
bool marc_xml_parse(
    struct arena *arena, const void *bytes, size_t length, xmlDocPtr *document, struct diag *diag);
/* The record element in it; NULL when there is none. */
const xmlNode *marc_xml_find(const xmlDoc *document);
bool marc_xml_read(
    struct arena *arena, const xmlNode *record, struct marc **out, struct diag *diag);

#endif
