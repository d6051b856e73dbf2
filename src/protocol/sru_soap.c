#include "protocol/sru_soap.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "base/xml_read.h"
#include "protocol/sru_decode.h"
#include "protocol/sru_form.h"
#include "protocol/sru_xml.h"

static const char *const envelopes[] = {
    [SRU_SOAP_1_1] = SRU_NS_SOAP_1_1, [SRU_SOAP_1_2] = SRU_NS_SOAP_1_2};

static const struct {
	const char *uri;
	bool two;
} namespaces[] = {{"http://www.loc.gov/zing/srw/", false},
    {"http://docs.oasis-open.org/ns/search-ws/sruRequest", true},
    {"http://docs.oasis-open.org/ns/search-ws/sruResponse", true},
    {"http://docs.oasis-open.org/ns/search-ws/scan", true}};

static const struct {
	const char *element, *operation;
} operations[] = {{"searchRetrieveRequest", "searchRetrieve"}, {"explainRequest", "explain"},
    {"scanRequest", "scan"}};

struct soap {
	struct arena *arena;
	struct sru_fault *fault;
	const xmlNode *request;
	const char *operation;
	bool two; /* the request's namespace is 2.0's */
	struct sru_pair *pairs;
	size_t npairs, room;
};

static bool fail(struct soap *soap, int code, const char *text)
{
	soap->fault->code = code;
	soap->fault->text = text;
	return false;
}

static const char *uri_of(const xmlNode *node)
{
	return node->ns && node->ns->href ? (const char *)node->ns->href : "";
}

static const xmlNode *next_element(const xmlNode *node)
{
	while (node && node->type != XML_ELEMENT_NODE)
		node = node->next;
	return node;
}

static bool is_named(const xmlNode *node, const char *uri, const char *name)
{
	return strcmp((const char *)node->name, name) == 0 && strcmp(uri_of(node), uri) == 0;
}

/* ---- The envelope ---- */

static bool read_envelope(struct soap *soap, const xmlNode *root)
{
	if (!root || strcmp((const char *)root->name, "Envelope") != 0)
		return fail(soap, SRU_FAULT_CLIENT, "The document is no SOAP envelope.");
	for (int v = SRU_SOAP_1_1; v <= SRU_SOAP_1_2; v++) {
		if (strcmp(uri_of(root), envelopes[v]) == 0) {
			soap->fault->version = (enum sru_soap)v;
			return true;
		}
	}
	return fail(soap, SRU_FAULT_VERSION, "Envelopes of SOAP 1.1 and 1.2 are understood.");
}

/* An attribute of the envelope's namespace; "" when it is not there. */
static const char *soap_attribute(const xmlNode *element, const char *name, const char *uri)
{
	for (const xmlAttr *attr = element->properties; attr; attr = attr->next)
		if (strcmp((const char *)attr->name, name) == 0 && attr->ns &&
		    strcmp((const char *)attr->ns->href, uri) == 0 && attr->children &&
		    attr->children->content)
			return (const char *)attr->children->content;
	return "";
}

/* SOAP 1.1, 4.2.2; 1.2 part 1, 2.2: for whoever reads the message last, or comes next. */
static bool is_for_us(const xmlNode *header, enum sru_soap version, const char *uri)
{
	static const char *const ours[] = {"", "http://schemas.xmlsoap.org/soap/actor/next",
	    SRU_NS_SOAP_1_2 "/role/next", SRU_NS_SOAP_1_2 "/role/ultimateReceiver"};
	const char *role = soap_attribute(header, version == SRU_SOAP_1_2 ? "role" : "actor", uri);

	for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
		if (strcmp(role, ours[i]) == 0)
			return true;
	return false;
}

/* SOAP 1.1, 4.2.3; 1.2, 5.2.3: what must be understood and is not, is refused. */
static bool must_be_understood(struct soap *soap, const xmlNode *header, const char *uri)
{
	for (const xmlNode *i = next_element(header->children); i; i = next_element(i->next)) {
		const char *must = soap_attribute(i, "mustUnderstand", uri);

		if ((strcmp(must, "1") == 0 || strcmp(must, "true") == 0) &&
		    is_for_us(i, soap->fault->version, uri))
			return fail(
			    soap, SRU_FAULT_UNDERSTAND, "A header must be understood and is not.");
	}
	return true;
}

static bool find_request(struct soap *soap, const xmlNode *root)
{
	const char *uri = envelopes[soap->fault->version];
	const xmlNode *part = next_element(root->children);

	if (part && is_named(part, uri, "Header")) {
		if (!must_be_understood(soap, part, uri))
			return false;
		part = next_element(part->next);
	}
	if (!part || !is_named(part, uri, "Body"))
		return fail(soap, SRU_FAULT_CLIENT, "The envelope has no Body.");
	soap->request = next_element(part->children);
	if (!soap->request || next_element(soap->request->next))
		return fail(soap, SRU_FAULT_CLIENT, "The Body does not hold one request.");
	return true;
}

static bool read_kind(struct soap *soap)
{
	const char *uri = uri_of(soap->request), *name = (const char *)soap->request->name;
	bool known = false;

	for (size_t i = 0; !known && i < sizeof namespaces / sizeof *namespaces; i++) {
		known = strcmp(uri, namespaces[i].uri) == 0;
		soap->two = known && namespaces[i].two;
	}
	for (size_t i = 0; known && i < sizeof operations / sizeof *operations; i++)
		if (strcmp(name, operations[i].element) == 0)
			soap->operation = operations[i].operation;
	if (!soap->operation)
		return fail(soap, SRU_FAULT_CLIENT,
		    "The Body holds no searchRetrieveRequest, explainRequest or scanRequest of "
		    "SRU.");
	return true;
}

/* ---- The parameters ---- */

static void put_pair(struct soap *soap, const char *name, const char *value, const char *wrong)
{
	if (soap->npairs < soap->room)
		soap->pairs[soap->npairs++] = (struct sru_pair){name, value, wrong};
}

/* Text alone; white space around it means something in a query only. */
static const char *element_text(struct soap *soap, const xmlNode *element, const char **wrong)
{
	const char *name = (const char *)element->name;
	bool query = strcmp(name, "query") == 0 || strcmp(name, "scanClause") == 0;
	xmlChar *content;
	const char *text;

	*wrong = next_element(element->children) ? "elements inside" : NULL;
	content = xmlNodeGetContent(element);
	text = content ? (const char *)content : "";
	text = query ? arena_strdup(soap->arena, text) : text_trim(soap->arena, text, strlen(text));
	xmlFree(content);
	return text;
}

static void read_element(struct soap *soap, const xmlNode *element)
{
	const char *name = arena_strdup(soap->arena, (const char *)element->name), *wrong;
	const char *value = element_text(soap, element, &wrong);

	put_pair(soap, name, value, wrong);
}

/* 2.0's way for what its schema does not know: "x-name=value". */
static void read_extra(struct soap *soap, const xmlNode *element)
{
	const char *wrong, *text = element_text(soap, element, &wrong);
	const char *equals = strchr(text, '=');

	if (equals)
		put_pair(soap, arena_strndup(soap->arena, text, (size_t)(equals - text)),
		    equals + 1, wrong);
}

static size_t count_elements(const xmlNode *parent)
{
	size_t count = 0;

	for (const xmlNode *i = next_element(parent->children); i; i = next_element(i->next))
		count += 1 + count_elements(i);
	return count;
}

static void read_parameters(struct soap *soap)
{
	size_t count = count_elements(soap->request) + 2;

	/* One too many is enough for the decoder to see it. */
	soap->room = count < SRU_FORM_PAIRS_MAX + 1 ? count : SRU_FORM_PAIRS_MAX + 1;
	soap->pairs = arena_array(soap->arena, soap->room, sizeof *soap->pairs);
	put_pair(soap, "operation", soap->operation, NULL);
	for (const xmlNode *i = next_element(soap->request->children); i;
	     i = next_element(i->next)) {
		const char *name = (const char *)i->name;

		if (strcmp(name, "xQuery") == 0 || strcmp(name, "xSortKeys") == 0 ||
		    strcmp(name, "xScanClause") == 0)
			continue; /* the same again in XML */
		if (strcmp(name, "extraRequestParameter") == 0)
			read_extra(soap, i);
		else if (strcmp(name, "extraRequestData") != 0)
			read_element(soap, i);
		else
			for (const xmlNode *x = next_element(i->children); x;
			     x = next_element(x->next))
				if (strncmp((const char *)x->name, "x-", 2) == 0)
					read_element(soap, x);
	}
	for (size_t i = 0; i < soap->npairs; i++)
		if (strcmp(soap->pairs[i].name, "version") == 0)
			return;
	/* 2.0 has no such parameter: its namespace says it. */
	if (soap->two)
		put_pair(soap, "version", "2.0", NULL);
}

static const xmlNode *read_document(
    struct soap *soap, const char *bytes, size_t length, xmlDocPtr *document)
{
	switch (xml_read(bytes, length, 0, document)) {
	case XML_READ: return xmlDocGetRootElement(*document);
	case XML_READ_DOCTYPE:
		fail(soap, SRU_FAULT_CLIENT, "A message may not have a document type (DTD).");
		return NULL;
	case XML_READ_BROKEN:
	case XML_READ_SHAPE:
		fail(soap, SRU_FAULT_CLIENT, "The message is not well-formed XML.");
		return NULL;
	}
	return NULL;
}

enum sru_soap_result sru_soap_decode(struct arena *arena, const char *bytes, size_t length,
    struct sru_request *out, struct diag *diag, struct sru_fault *fault)
{
	struct soap soap = {.arena = arena, .fault = fault};
	xmlDocPtr document;
	const xmlNode *root;
	bool good;

	*fault = (struct sru_fault){.version = SRU_SOAP_1_1};
	root = read_document(&soap, bytes, length, &document);
	good = root && read_envelope(&soap, root) && find_request(&soap, root) && read_kind(&soap);
	if (good)
		read_parameters(&soap);
	xmlFreeDoc(document);
	if (!good)
		return SRU_SOAP_FAULT;
	good = sru_decode_pairs(arena, soap.pairs, soap.npairs, NULL, out, diag);
	if (good && out->format != SRU_XML)
		good = diag_set(diag, DIAG_PARAMETER_VALUE, "httpAccept");
	out->format = SRU_XML;
	out->soap = fault->version;
	out->content_type = sru_soap_content_type(fault->version);
	return good ? SRU_SOAP_GOOD : SRU_SOAP_REFUSED;
}

/* ---- Faults ---- */

const char *sru_soap_content_type(enum sru_soap version)
{
	return version == SRU_SOAP_1_2 ? "application/soap+xml; charset=utf-8"
				       : "text/xml; charset=utf-8";
}

/* SOAP 1.1, 6.2: always 500. SOAP 1.2 part 2, 7.5.2.2: 400 when the sender is to blame. */
int sru_soap_status(const struct sru_fault *fault)
{
	return fault->version == SRU_SOAP_1_2 && fault->code == SRU_FAULT_CLIENT ? 400 : 500;
}

static const char *code_name(const struct sru_fault *fault)
{
	switch (fault->code) {
	case SRU_FAULT_CLIENT: break;
	case SRU_FAULT_VERSION: return "soap:VersionMismatch";
	case SRU_FAULT_UNDERSTAND: return "soap:MustUnderstand";
	}
	return fault->version == SRU_SOAP_1_2 ? "soap:Sender" : "soap:Client";
}

static void write_parts(struct sru_xml *xml, const struct sru_fault *fault)
{
	if (fault->version == SRU_SOAP_1_1) {
		sru_xml_text(xml, "faultcode", code_name(fault));
		sru_xml_text(xml, "faultstring", fault->text);
		return;
	}
	sru_xml_start(xml, "soap:Code");
	sru_xml_text(xml, "soap:Value", code_name(fault));
	sru_xml_end(xml);
	sru_xml_start(xml, "soap:Reason");
	sru_xml_start(xml, "soap:Text");
	sru_xml_attribute(xml, "xml:lang", "en");
	sru_xml_write(xml, fault->text);
	sru_xml_end(xml);
	sru_xml_end(xml);
}

char *sru_soap_write_fault(struct arena *arena, const struct sru_fault *fault, size_t *length)
{
	const struct sru_request request = {.soap = fault->version};
	struct sru_xml xml;

	sru_xml_begin(&xml, arena, &request);
	sru_xml_start(&xml, "soap:Fault");
	write_parts(&xml, fault);
	return sru_xml_close(&xml, length);
}
