#include "cli/answer.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/parser.h>

#include "base/arena.h"
#include "base/text.h"

#define NS_1X "http://www.loc.gov/zing/srw/"
#define NS_20 "http://docs.oasis-open.org/ns/search-ws/sruResponse"
#define NS_SILANG "urn:silang:response:1"

/* ---- The document ---- */

static void refuse_doctype(
    void *context, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
	xmlParserCtxtPtr parser = context;

	parser->_private = parser;
	xmlStopParser(parser);
}

static void say_nothing(void *context, const char *format, ...)
{
}

static xmlDocPtr read_document(const char *text, size_t length)
{
	xmlParserCtxtPtr parser = xmlNewParserCtxt();
	xmlDocPtr document;

	if (!parser)
		abort();
	parser->sax->internalSubset = refuse_doctype;
	parser->sax->error = parser->sax->fatalError = parser->sax->warning = say_nothing;
	document = xmlCtxtReadMemory(parser, text, (int)length, NULL, NULL,
	    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_COMPACT);
	if (document && parser->_private) {
		xmlFreeDoc(document);
		document = NULL;
	}
	xmlFreeParserCtxt(parser);
	return document;
}

static bool is_in(const xmlNode *node, const char *uri)
{
	return node->ns && node->ns->href && strcmp((const char *)node->ns->href, uri) == 0;
}

static bool is_named(const xmlNode *node, const char *name)
{
	return node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0;
}

static xmlNodePtr child(const xmlNode *parent, const char *name)
{
	xmlNodePtr node = parent ? parent->children : NULL;

	while (node && !is_named(node, name))
		node = node->next;
	return node;
}

static xmlNodePtr child_element(const xmlNode *parent)
{
	xmlNodePtr node = parent->children;

	while (node && node->type != XML_ELEMENT_NODE)
		node = node->next;
	return node;
}

static size_t count_children(const xmlNode *parent, const char *name)
{
	size_t count = 0;

	for (xmlNodePtr node = parent ? parent->children : NULL; node; node = node->next)
		count += is_named(node, name);
	return count;
}

static const char *content(struct arena *arena, const xmlNode *node)
{
	xmlChar *text = node ? xmlNodeGetContent(node) : NULL;
	const char *copy =
	    text ? text_trim(arena, (const char *)text, strlen((const char *)text)) : "";

	xmlFree(text);
	return copy;
}

/* "" when there is none. */
static const char *attribute(struct arena *arena, xmlNodePtr node, const char *name)
{
	xmlChar *text = xmlGetNoNsProp(node, (const xmlChar *)name);
	const char *copy = text ? arena_strdup(arena, (const char *)text) : "";

	xmlFree(text);
	return copy;
}

/* ---- Its parts ---- */

unsigned long answer_number(const char *text)
{
	uint64_t number;

	return text_parse_number(text, ULONG_MAX, &number) ? (unsigned long)number : 0;
}

int answer_diagnostic_number(const char *uri)
{
	static const char list[] = "info:srw/diagnostic/1/";
	uint64_t number;

	if (strncmp(uri, list, strlen(list)) != 0 ||
	    !text_parse_number(uri + strlen(list), INT_MAX, &number))
		return 0;
	return (int)number;
}

static void read_diagnostic(struct arena *arena, const xmlNode *node, struct answer_diagnostic *out)
{
	out->uri = content(arena, child(node, "uri"));
	out->number = answer_diagnostic_number(out->uri);
	out->message = content(arena, child(node, "message"));
	out->details = content(arena, child(node, "details"));
}

static void read_diagnostics(struct arena *arena, const xmlNode *root, struct answer *out)
{
	const xmlNode *list = child(root, "diagnostics");
	struct answer_diagnostic *diagnostics =
	    arena_array(arena, count_children(list, "diagnostic"), sizeof *diagnostics);

	for (xmlNodePtr node = list ? list->children : NULL; node; node = node->next)
		if (is_named(node, "diagnostic"))
			read_diagnostic(arena, node, &diagnostics[out->ndiagnostics++]);
	out->diagnostics = diagnostics;
}

static void read_holdings(struct arena *arena, xmlNodePtr node, struct answer_record *out)
{
	xmlNodePtr list = child(child(node, "extraRecordData"), "holdings");
	struct answer_holding *holdings;
	const char *score;

	if (!list || !is_in(list, NS_SILANG))
		return;
	score = attribute(arena, list, "score");
	out->score = *score ? score : NULL;
	holdings = arena_array(arena, count_children(list, "holding"), sizeof *holdings);
	for (node = list->children; node; node = node->next) {
		struct answer_holding *holding = &holdings[out->nholdings];

		if (!is_named(node, "holding"))
			continue;
		holding->partner = attribute(arena, node, "partner");
		holding->isil = attribute(arena, node, "isil");
		if (!*holding->isil)
			holding->isil = NULL;
		out->nholdings++;
	}
	out->holdings = holdings;
}

static void read_record(struct arena *arena, const xmlNode *node, struct answer_record *out)
{
	const xmlNode *data = child(node, "recordData");
	struct answer_diagnostic *problem = arena_alloc(arena, sizeof *problem);

	out->position = answer_number(content(arena, child(node, "recordPosition")));
	out->data = data ? child_element(data) : NULL;
	read_holdings(arena, (xmlNodePtr)node, out);
	if (out->data && !is_named(out->data, "diagnostic"))
		return;
	if (out->data)
		read_diagnostic(arena, out->data, problem);
	else
		*problem = (struct answer_diagnostic){0, "", "no record was sent", ""};
	out->data = NULL;
	out->problem = problem;
}

static void read_records(struct arena *arena, const xmlNode *root, struct answer *out)
{
	const xmlNode *list = child(root, "records");
	struct answer_record *records =
	    arena_array(arena, count_children(list, "record"), sizeof *records);

	for (xmlNodePtr node = list ? list->children : NULL; node; node = node->next)
		if (is_named(node, "record"))
			read_record(arena, node, &records[out->nrecords++]);
	out->records = records;
}

static void read_partners(struct arena *arena, const xmlNode *root, struct answer *out)
{
	const xmlNode *list = child(child(root, "extraResponseData"), "partners");
	struct answer_partner *partners;

	if (!list || !is_in(list, NS_SILANG))
		return;
	partners = arena_array(arena, count_children(list, "partner"), sizeof *partners);
	for (xmlNodePtr node = list->children; node; node = node->next)
		if (is_named(node, "partner"))
			partners[out->npartners++] = (struct answer_partner){
			    .id = attribute(arena, node, "id"),
			    .status = attribute(arena, node, "status"),
			    .reason = attribute(arena, node, "reason"),
			    .code = attribute(arena, node, "code"),
			    .detail = attribute(arena, node, "detail"),
			    .agreement = attribute(arena, node, "agreement"),
			    .begins = attribute(arena, node, "begins"),
			    .ends = attribute(arena, node, "ends"),
			};
	out->partners = partners;
}

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), tail = strlen(end);

	return length >= tail && strcmp(text + length - tail, end) == 0;
}

bool answer_read_xml(struct arena *arena, const char *text, size_t length, struct answer *out)
{
	xmlDocPtr document = length && length <= INT_MAX ? read_document(text, length) : NULL;
	const xmlNode *root = document ? xmlDocGetRootElement(document) : NULL;
	const char *set_id;

	*out = (struct answer){.document = document};
	if (root && (is_in(root, NS_1X) || is_in(root, NS_20)))
		out->is_explain = is_named(root, "explainResponse");
	else
		root = NULL;
	if (!root || !(out->is_explain || is_named(root, "searchRetrieveResponse"))) {
		answer_close(out);
		return false;
	}
	out->count = answer_number(content(arena, child(root, "numberOfRecords")));
	out->next = answer_number(content(arena, child(root, "nextRecordPosition")));
	out->exact = ends_with(content(arena, child(root, "resultCountPrecision")), "exact");
	set_id = content(arena, child(root, "resultSetId"));
	out->set_id = *set_id ? set_id : NULL;
	read_diagnostics(arena, root, out);
	read_records(arena, root, out);
	read_partners(arena, root, out);
	return true;
}

void answer_close(struct answer *answer)
{
	xmlFreeDoc(answer->document);
	answer->document = NULL;
}

const char *answer_diagnostic_text(struct arena *arena, const struct answer_diagnostic *diagnostic)
{
	const char *number =
	    diagnostic->number ? arena_printf(arena, "%d", diagnostic->number) : diagnostic->uri;

	return arena_printf(arena, "%s%s%s%s%s", number,
	    *number && *diagnostic->message ? ": " : "", diagnostic->message,
	    *diagnostic->details ? ": " : "", diagnostic->details);
}
