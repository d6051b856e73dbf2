/* MARCXML: read through libxml2 without entities, DTD or network; written with its text writer. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <libxml/parser.h>
#include <libxml/tree.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "base/xml_node.h"
#include "base/xml_read.h"
#include "record/marc.h"
#include "record/marc_private.h"

/* ---- reading ---- */

/* SRU's own wrapper is called "record" too: a MARC record has MARC's children. */
static bool is_record(const xmlNode *node)
{
	if (!xml_node_is(node, "record"))
		return false;
	for (const xmlNode *child = node->children; child; child = child->next)
		if (xml_node_is(child, "leader") || xml_node_is(child, "controlfield") ||
		    xml_node_is(child, "datafield"))
			return true;
	return false;
}

static const xmlNode *next_in_document(const xmlNode *node, const xmlNode *top)
{
	if (node->type == XML_ELEMENT_NODE && node->children)
		return node->children;
	while (node != top && !node->next)
		node = node->parent;
	return node == top ? NULL : node->next;
}

const xmlNode *marc_xml_find(const xmlDoc *document)
{
	const xmlNode *top = xmlDocGetRootElement(document), *node = top;

	while (node && !is_record(node))
		node = next_in_document(node, top);
	return node;
}

static bool has_text(const xmlNode *node)
{
	return (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE) &&
	       node->content;
}

/* The element's own text; entity references (there is no DTD, so they mean nothing) are left out.
 */
static char *element_text(struct arena *arena, const xmlNode *element, size_t *length)
{
	size_t total = 0;

	for (const xmlNode *child = element->children; child; child = child->next)
		if (has_text(child))
			total += strlen((const char *)child->content);

	char *text = arena_alloc(arena, total + 1), *out = text;

	for (const xmlNode *child = element->children; child; child = child->next)
		if (has_text(child))
			out = stpcpy(out, (const char *)child->content);
	*length = total;
	/* After errors that the parser got over, its text need not be clean. */
	return element->doc->_private ? text_xml_clean(arena, text, total) : text;
}

static char read_indicator(struct marc *marc, const xmlNode *element, const char *name)
{
	const char *value = xml_node_attribute(element, name);

	if (!value || !*value)
		return ' ';
	if (!value[1] && marc_is_indicator(*value))
		return *value;
	marc->lost++;
	return ' ';
}

static bool read_subfields(
    struct arena *arena, struct marc *marc, const xmlNode *element, struct marc_field *field)
{
	size_t room = 0, length;

	for (const xmlNode *child = element->children; child; child = child->next)
		room += xml_node_is(child, "subfield");
	field->subfields = arena_array(arena, room, sizeof *field->subfields);
	for (const xmlNode *child = element->children; child; child = child->next) {
		const char *code = xml_node_attribute(child, "code");

		if (!xml_node_is(child, "subfield"))
			continue;
		if (!code || !marc_is_code(code[0]) || code[1]) {
			marc->lost++;
			continue;
		}
		field->subfields[field->nsubfields].code = code[0];
		field->subfields[field->nsubfields++].value = element_text(arena, child, &length);
	}
	return field->nsubfields > 0;
}

static bool read_field(
    struct arena *arena, struct marc *marc, const xmlNode *element, struct marc_field *field)
{
	const char *tag = xml_node_attribute(element, "tag");
	size_t length;

	memset(field, 0, sizeof *field);
	if (!tag || strlen(tag) != 3 || !marc_is_tag(tag) ||
	    marc_is_control(tag) != xml_node_is(element, "controlfield"))
		return false;
	memcpy(field->tag, tag, 3);
	if (marc_is_control(tag)) {
		field->data = element_text(arena, element, &length);
		return true;
	}
	field->indicator1 = read_indicator(marc, element, "ind1");
	field->indicator2 = read_indicator(marc, element, "ind2");
	return read_subfields(arena, marc, element, field);
}

static bool is_field(const xmlNode *node)
{
	return xml_node_is(node, "controlfield") || xml_node_is(node, "datafield");
}

static bool check_size(const xmlNode *record, size_t *fields, struct diag *diag)
{
	size_t subfields = 0;

	*fields = 0;
	for (const xmlNode *child = record->children; child; child = child->next) {
		if (!is_field(child))
			continue;
		++*fields;
		for (const xmlNode *sub = child->children; sub; sub = sub->next)
			subfields += xml_node_is(sub, "subfield");
	}
	if (*fields > MARC_FIELDS_MAX || subfields > MARC_SUBFIELDS_MAX)
		return diag_set(
		    diag, DIAG_RECORD_TOO_LARGE, "%zu fields, %zu subfields", *fields, subfields);
	return true;
}

static bool read_record(
    struct arena *arena, const xmlNode *record, struct marc *marc, struct diag *diag)
{
	size_t nfields, length = 0;
	const char *leader = "";

	if (!check_size(record, &nfields, diag))
		return false;
	marc->fields = arena_array(arena, nfields, sizeof *marc->fields);
	for (const xmlNode *child = record->children; child; child = child->next) {
		if (xml_node_is(child, "leader"))
			leader = element_text(arena, child, &length);
		else if (!is_field(child))
			continue;
		else if (read_field(arena, marc, child, &marc->fields[marc->nfields]))
			marc->nfields++;
		else
			marc->lost++;
	}
	marc_set_leader(marc, leader, length);
	if (!marc->nfields && marc->lost)
		return diag_set(diag, DIAG_RECORD_RETRIEVAL, "no field of the record can be read");
	return true;
}

/* Bytes that no XML may have, but that careless converters let through. Only where no other
 * encoding than UTF-8 is at work. */
static bool can_be_cleaned(const char *bytes, size_t length)
{
	const char *end = memchr(bytes, '>', length < 200 ? length : 200);

	if (!length || memchr(bytes, '\0', length < 4 ? length : 4))
		return false;
	for (const char *at = bytes; end && at + 15 < end; at++)
		if (memcmp(at, "encoding=", 9) == 0)
			return strncasecmp(at + 10, "utf-8", 5) == 0;
	return true;
}

static enum xml_reading parse_broken(
    struct arena *arena, const char *bytes, size_t length, xmlDocPtr *document)
{
	if (can_be_cleaned(bytes, length)) {
		bytes = text_xml_clean(arena, bytes, length);
		length = strlen(bytes);
	}

	enum xml_reading result = xml_read(bytes, length, XML_PARSE_RECOVER, document);

	if (result == XML_READ)
		(*document)->_private = *document;
	return result;
}

bool marc_xml_parse(
    struct arena *arena, const void *bytes, size_t length, xmlDocPtr *document, struct diag *diag)
{
	enum xml_reading result;

	if (length > MARC_RECORD_MAX)
		return diag_set(diag, DIAG_RECORD_TOO_LARGE, "record of %zu bytes", length);
	result = xml_read(bytes, length, 0, document);
	if (result == XML_READ_SHAPE)
		return diag_set(diag, DIAG_RECORD_RETRIEVAL, "not the XML of a record");
	if (result == XML_READ_BROKEN)
		result = parse_broken(arena, bytes, length, document);
	if (result == XML_READ_DOCTYPE)
		return diag_set(
		    diag, DIAG_RECORD_RETRIEVAL, "document type declaration in a record");
	if (result != XML_READ)
		return diag_set(diag, DIAG_RECORD_RETRIEVAL, "not XML");
	return true;
}

bool marc_xml_read(struct arena *arena, const xmlNode *record, struct marc **out, struct diag *diag)
{
	*out = arena_alloc(arena, sizeof **out);
	(*out)->lost = record->doc->_private != NULL;
	return read_record(arena, record, *out, diag);
}

bool marc_decode_xml(
    struct arena *arena, const void *bytes, size_t length, struct marc **out, struct diag *diag)
{
	const xmlNode *record;
	xmlDocPtr document;
	bool done;

	if (!marc_xml_parse(arena, bytes, length, &document, diag))
		return false;
	record = marc_xml_find(document);
	done = record ? marc_xml_read(arena, record, out, diag)
		      : diag_set(diag, DIAG_RECORD_RETRIEVAL, "no MARC record in the XML");
	xmlFreeDoc(document);
	return done;
}

/* ---- writing ---- */

static void write_attribute(xmlTextWriterPtr writer, const char *name, char value)
{
	const char text[2] = {value, '\0'};

	xmlTextWriterWriteAttribute(writer, BAD_CAST name, BAD_CAST text);
}

static void write_field(xmlTextWriterPtr writer, const struct marc_field *field)
{
	xmlTextWriterStartElement(writer, BAD_CAST(field->data ? "controlfield" : "datafield"));
	xmlTextWriterWriteAttribute(writer, BAD_CAST "tag", BAD_CAST field->tag);
	if (field->data) {
		xmlTextWriterWriteString(writer, BAD_CAST field->data);
	} else {
		write_attribute(writer, "ind1", field->indicator1);
		write_attribute(writer, "ind2", field->indicator2);
	}
	for (size_t i = 0; i < field->nsubfields; i++) {
		xmlTextWriterStartElement(writer, BAD_CAST "subfield");
		write_attribute(writer, "code", field->subfields[i].code);
		xmlTextWriterWriteString(writer, BAD_CAST field->subfields[i].value);
		xmlTextWriterEndElement(writer);
	}
	xmlTextWriterEndElement(writer);
}

void marc_write_xml(xmlTextWriterPtr writer, const struct marc *marc)
{
	xmlTextWriterStartElementNS(writer, NULL, BAD_CAST "record", BAD_CAST MARC_SLIM);
	xmlTextWriterWriteElement(writer, BAD_CAST "leader", BAD_CAST marc->leader);
	for (size_t i = 0; i < marc->nfields; i++)
		write_field(writer, &marc->fields[i]);
	xmlTextWriterEndElement(writer);
}
