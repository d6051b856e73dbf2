/* The records of an answer, each as bytes of its own. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/xml_node.h"
#include "protocol/sru_client_parts.h"

#define IDENTIFIER_MAX 200 /* bytes; a longer one is none */

/* The element with all namespaces it is in: those declared further out come with it. */
static char *serialise(struct arena *arena, const xmlNode *node, size_t *length)
{
	xmlDocPtr document = xmlNewDoc(BAD_CAST "1.0");
	xmlBufferPtr buffer = xmlBufferCreate();
	char *text;

	if (!document || !buffer)
		abort();
	document->encoding = xmlStrdup(BAD_CAST "UTF-8"); /* or each é becomes &#xE9; */
	xmlDocSetRootElement(document, xmlDocCopyNode((xmlNode *)(uintptr_t)node, document, 1));
	xmlNodeDump(buffer, document, xmlDocGetRootElement(document), 0, 0);
	*length = (size_t)xmlBufferLength(buffer);
	text = arena_memdup(arena, xmlBufferContent(buffer), *length);
	xmlBufferFree(buffer);
	xmlFreeDoc(document);
	return text;
}

char *sru_client_data(struct arena *arena, const xmlNode *data, size_t *length)
{
	const xmlNode *child = xml_node_child(data, NULL);
	char *text;

	if (child)
		return serialise(arena, child, length);
	text = xml_node_text(arena, data, SIZE_MAX);
	*length = strlen(text);
	return *length ? text : NULL;
}

static void refuse(struct reply_record *record, const char *why)
{
	record->bytes = NULL;
	record->diagnostic =
	    (struct reply_diagnostic){.present = true, .set = REPLY_SRW, .code = 63};
	sru_client_say(record->diagnostic.addinfo, why);
}

/* What is in a record beside its data; where there is no recordData, the first that is none of
 * these is meant to be in it. */
static const xmlNode *stray_data(const xmlNode *record)
{
	static const char *const others[] = {"recordSchema", "recordPacking", "recordXMLEscaping",
	    "recordIdentifier", "recordPosition", "extraRecordData"};
	const xmlNode *node = xml_node_child(record, NULL);

	for (; node; node = xml_node_next(node, NULL)) {
		size_t i = 0;

		while (i < sizeof others / sizeof *others && !xml_node_is(node, others[i]))
			i++;
		if (i == sizeof others / sizeof *others)
			break;
	}
	return node;
}

/* YAZ's opacRecord: the bibliographic record and the holdings apart, as over Z39.50. */
static const xmlNode *split_opac(struct arena *arena, const xmlNode *opac, struct reply_record *out)
{
	const xmlNode *record = xml_node_child(xml_node_child(opac, "bibliographicRecord"), NULL);
	const xmlNode *holdings = xml_node_child(opac, "holdings");

	if (!record)
		return opac;
	if (xml_node_child(holdings, NULL))
		out->opac_xml = serialise(arena, holdings, &out->opac_length);
	return record;
}

/* On one line; NULL when there is none. */
static const char *read_identifier(struct arena *arena, const xmlNode *record)
{
	const char *text =
	    xml_node_child_text(arena, record, "recordIdentifier", IDENTIFIER_MAX + 1);
	char clean[DIAG_DETAILS_MAX];

	if (!text || strlen(text) > IDENTIFIER_MAX)
		return NULL;
	sru_client_say(clean, text);
	return *clean ? arena_strdup(arena, clean) : NULL;
}

static void read_record(struct arena *arena, const xmlNode *node, struct reply_record *out)
{
	const xmlNode *data = xml_node_child(node, "recordData");
	const xmlNode *content = data ? xml_node_child(data, NULL) : stray_data(node);
	const xmlNode *failure =
	    xml_node_is(content, "diagnostics") ? xml_node_child(content, NULL) : content;
	const char *schema = xml_node_child_text(arena, node, "recordSchema", 1000);

	if (xml_node_is(failure, "diagnostic")) {
		sru_client_read_diagnostic(arena, failure, &out->diagnostic);
		return;
	}
	if (!data && !content) {
		refuse(out, "record without recordData");
		return;
	}
	out->is_xml = true;
	out->identifier = read_identifier(arena, node);
	if (xml_node_is(content, "opacRecord"))
		content = split_opac(arena, content, out);
	out->bytes = content ? serialise(arena, content, &out->length)
			     : sru_client_data(arena, data, &out->length);
	if (!out->bytes)
		refuse(out, "empty record");
	else if (!content && schema && strstr(schema, "diagnostics"))
		refuse(out, out->bytes);
}

void sru_client_read_records(struct sru_document *document)
{
	const struct sru_ask *ask = &document->sent->ask;
	const xmlNode *list = xml_node_child(document->answer, "records");
	struct reply *reply = &document->out->reply;
	struct reply_record *records;
	size_t room = 0;

	for (const xmlNode *n = xml_node_child(list, "record"); n; n = xml_node_next(n, "record"))
		room += room < ask->count || (!ask->count && !room);
	records = arena_array(document->arena, room, sizeof *records);
	reply->records = records;
	for (const xmlNode *n = xml_node_child(list, "record"); n && reply->nrecords < room;
	     n = xml_node_next(n, "record")) {
		struct reply_record *record = &records[reply->nrecords++];

		/* recordPosition is wrong or missing too often to be asked. */
		record->position =
		    (unsigned)(ask->start ? ask->start : 1) + (unsigned)reply->nrecords - 1;
		read_record(document->arena, n, record);
	}
}
