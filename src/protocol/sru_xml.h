#ifndef SILANG_PROTOCOL_SRU_XML_H
#define SILANG_PROTOCOL_SRU_XML_H
/*
 * What all SRU answers in XML have in common: the document around them, text that is always fit for
 * XML, diagnostics. SRU's own elements carry the prefix "zs:", so that a record without a
 * namespace of its own stays in none.
 */
#include "protocol/sru.h"

#define SRU_SURROGATE_SCHEMA "info:srw/schema/1/diagnostics-v1.1"
#define SRU_NS_SOAP_1_1 "http://schemas.xmlsoap.org/soap/envelope/"
#define SRU_NS_SOAP_1_2 "http://www.w3.org/2003/05/soap-envelope"
#define SRU_SILANG_NAMESPACE "urn:silang:response:1"

struct sru_xml {
	struct arena *arena;
	const struct sru_request *request;
	xmlBufferPtr buffer;
	xmlTextWriterPtr writer;
};

/* Begins a document, up to and with the SOAP Body if there is to be one. */
void sru_xml_begin(struct sru_xml *xml, struct arena *arena, const struct sru_request *request);
/* Begins an answer: stylesheet, root element "zs:`root`" and, in 1.x, its version. A scan answer
 * of 2.0 has a namespace of its own. */
void sru_xml_open(
    struct sru_xml *xml, struct arena *arena, const struct sru_request *request, const char *root);
/* Ends it; the document is in the arena. */
char *sru_xml_close(struct sru_xml *xml, size_t *length);

void sru_xml_start(struct sru_xml *xml, const char *name);
/* Begins an element that makes `uri` the default namespace. */
void sru_xml_start_in(struct sru_xml *xml, const char *name, const char *uri);
void sru_xml_end(struct sru_xml *xml);
/* An element with text; NULL text: nothing at all. */
void sru_xml_text(struct sru_xml *xml, const char *name, const char *text);
void sru_xml_number(struct sru_xml *xml, const char *name, unsigned long number);
/* An attribute of the element just begun; NULL value: nothing at all. */
void sru_xml_attribute(struct sru_xml *xml, const char *name, const char *value);
void sru_xml_attribute_number(struct sru_xml *xml, const char *name, unsigned long number);
/* Text inside the element begun. */
void sru_xml_write(struct sru_xml *xml, const char *text);
void sru_xml_diagnostic(struct sru_xml *xml, const struct sru_diagnostic *diagnostic);
/* <zs:diagnostics>, unless there are none. */
void sru_xml_diagnostics(
    struct sru_xml *xml, const struct sru_diagnostic *diagnostics, size_t count);
/* recordPacking, in 2.0 recordXMLEscaping too, in their places before recordData. */
void sru_xml_packing(struct sru_xml *xml, bool string);

/* <partners>, as extraResponseData has it. */
void sru_xml_partners(struct sru_xml *xml, const struct sru_partner *partners, size_t count);
/* "1.1", "1.2", "2.0" */
const char *sru_version_text(enum sru_version version);
/* "info:srw/diagnostic/1/N" */
const char *sru_diagnostic_uri(struct arena *arena, enum diag_id id);
/* `text` itself when it is fit for XML, else a copy that is. NULL stays NULL. */
const char *sru_clean(struct arena *arena, const char *text);
/* A record's element alone, as text. */
const char *sru_record_text(struct arena *arena, const struct sru_record *record);

/* The same answers in JSON. */
char *sru_json_search(struct arena *arena, const struct sru_search_answer *answer, size_t *length);
char *sru_json_scan(struct arena *arena, const struct sru_scan_answer *answer, size_t *length);
char *sru_json_failure(struct arena *arena, const struct sru_request *request,
    const struct sru_diagnostic *diagnostic, size_t *length);
char *sru_json_explain(
    struct arena *arena, const struct sru_explain_answer *answer, size_t *length);

#endif
