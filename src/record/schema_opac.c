/*
 * opacxml, the XML form that YAZ gives to Z39.50's OPAC records: the bibliographic record, then
 * each library's holdings. What a library said of its copies itself stands as it is, under the name
 * of the library; where it said nothing, its own 852s (MARC 21 Holdings) do; else the library
 * alone.
 */
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "record/element.h"
#include "record/marc.h"
#include "record/schema_private.h"
#include "base/xml_read.h"

/* A name in the order of opacxml.xsd, with the 852 subfields that say the same. */
struct part {
	const char *name, *codes;
};

static const struct part holding_parts[] = {{"typeOfRecord", NULL}, {"encodingLevel", NULL},
    {"format", NULL}, {"receiptAcqStatus", NULL}, {"generalRetention", NULL},
    {"completeness", NULL}, {"dateOfReport", NULL}, {"nucCode", NULL}, {"localLocation", NULL},
    {"shelvingLocation", "c"}, {"callNumber", "hi"}, {"shelvingData", "klm"}, {"copyNumber", "t"},
    {"publicNote", "z"}, {"reproductionNote", NULL}, {"termsUseRepro", NULL},
    {"enumAndChron", NULL}};
static const struct part volume_parts[] = {
    {"enumeration", NULL}, {"chronology", NULL}, {"enumAndChron", NULL}};
static const struct part item_parts[] = {{"availableNow", NULL}, {"availabilityDate", NULL},
    {"availableThru", NULL}, {"restrictions", NULL}, {"itemId", NULL}, {"renewable", NULL},
    {"onHold", NULL}, {"enumAndChron", NULL}, {"midspine", NULL}, {"temporaryLocation", NULL}};

#define COUNT(array) (sizeof array / sizeof *array)

static bool is_flag(const char *name)
{
	return strcmp(name, "availableNow") == 0 || strcmp(name, "renewable") == 0 ||
	       strcmp(name, "onHold") == 0;
}

/* ---- The library ---- */

/* nucCode is the library's; its own words for a place come after its name. */
static void put_place(struct arena *arena, struct element *holding,
    const struct schema_holding *from, const char *part, const char *own)
{
	const char *text = from->library;

	if (strcmp(part, "nucCode") == 0)
		text = from->code;
	else if (own && text && strcmp(own, text) != 0)
		text = arena_printf(arena, "%s, %s", text, own);
	else if (own)
		text = own;
	element_add_text(arena, holding, part, text);
}

static bool is_place(const char *name)
{
	return strcmp(name, "nucCode") == 0 || strcmp(name, "localLocation") == 0;
}

static char *join(struct arena *arena, const struct marc_field *field, const char *codes)
{
	char *text = NULL;

	for (size_t i = 0; i < field->nsubfields; i++) {
		const struct marc_subfield *subfield = &field->subfields[i];

		if (!subfield->code || !strchr(codes, subfield->code) || !*subfield->value)
			continue;
		text = text ? arena_printf(arena, "%s %s", text, subfield->value)
			    : arena_strdup(arena, subfield->value);
	}
	return text;
}

/* From an 852, or with none the library alone. */
static void put_shelf(struct arena *arena, struct element *holdings,
    const struct schema_holding *from, const struct marc_field *field)
{
	struct element *holding = element_add(arena, holdings, "holding");

	holding->keep = true;
	for (size_t i = 0; i < COUNT(holding_parts); i++) {
		const struct part *part = &holding_parts[i];

		if (is_place(part->name))
			put_place(arena, holding, from, part->name,
			    field ? join(arena, field, "b") : NULL);
		else if (field && part->codes)
			element_add_text(
			    arena, holding, part->name, join(arena, field, part->codes));
	}
}

static size_t put_shelves(struct arena *arena, struct element *holdings,
    const struct schema_holding *from, const struct marc *marc)
{
	const struct marc_field *field = NULL;
	size_t count = 0;

	while (marc && (field = marc_find(marc, "852", field)))
		if (!field->data) {
			put_shelf(arena, holdings, from, field);
			count++;
		}
	return count;
}

/* ---- What it said itself ---- */

static const xmlNode *find_child(const xmlNode *parent, const char *name)
{
	for (const xmlNode *node = parent->children; node; node = node->next)
		if (node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0)
			return node;
	return NULL;
}

static const char *take(struct arena *arena, xmlChar *text)
{
	const char *copy = text && *text ? arena_strdup(arena, (const char *)text) : NULL;

	xmlFree(text);
	return copy;
}

static const char *child_text(struct arena *arena, const xmlNode *parent, const char *name)
{
	const xmlNode *node = find_child(parent, name);

	return node ? take(arena, xmlNodeGetContent(node)) : NULL;
}

static void put_flag(
    struct arena *arena, struct element *item, const xmlNode *from, const char *name)
{
	const xmlNode *node = find_child(from, name);
	const char *value = node ? take(arena, xmlGetProp(node, BAD_CAST "value")) : NULL;
	struct element *flag = element_add(arena, item, name);

	flag->keep = true;
	element_set(arena, flag, "value", value ? value : "0");
}

static void put_list(struct arena *arena, struct element *holding, const xmlNode *from,
    const char *list, const char *name, const struct part *parts, size_t count)
{
	const xmlNode *items = find_child(from, list);
	struct element *out = items ? element_add(arena, holding, list) : NULL;

	for (const xmlNode *node = items ? items->children : NULL; node; node = node->next) {
		struct element *item;

		if (node->type != XML_ELEMENT_NODE || strcmp((const char *)node->name, name) != 0)
			continue;
		item = element_add(arena, out, name);
		for (size_t i = 0; i < count; i++)
			if (is_flag(parts[i].name))
				put_flag(arena, item, node, parts[i].name);
			else
				element_add_text(arena, item, parts[i].name,
				    child_text(arena, node, parts[i].name));
	}
}

static void put_own(struct arena *arena, struct element *holdings,
    const struct schema_holding *from, const xmlNode *node)
{
	struct element *holding = element_add(arena, holdings, "holding");

	holding->keep = true;
	for (size_t i = 0; i < COUNT(holding_parts); i++) {
		const char *name = holding_parts[i].name;
		const char *own = child_text(arena, node, name);

		if (is_place(name))
			put_place(arena, holding, from, name, own);
		else
			element_add_text(arena, holding, name, own);
	}
	put_list(arena, holding, node, "volumes", "volume", volume_parts, COUNT(volume_parts));
	put_list(
	    arena, holding, node, "circulations", "circulation", item_parts, COUNT(item_parts));
}

/* A holdings record in MARC has no place in the schema: its 852s do. */
static size_t put_marc(struct arena *arena, struct element *holdings,
    const struct schema_holding *from, const xmlNode *record)
{
	xmlBufferPtr buffer = xmlBufferCreate();
	struct marc *marc = NULL;
	size_t count = 0;

	if (buffer && xmlNodeDump(buffer, record->doc, (xmlNode *)record, 0, 0) >= 0 &&
	    marc_decode_xml(arena, xmlBufferContent(buffer), (size_t)xmlBufferLength(buffer), &marc,
		&(struct diag){DIAG_NONE, ""}))
		count = put_shelves(arena, holdings, from, marc);
	xmlBufferFree(buffer);
	return count;
}

static size_t put_opac(
    struct arena *arena, struct element *holdings, const struct schema_holding *from)
{
	size_t count = 0;
	xmlDocPtr document;

	if (!from->opac || from->opac_length > MARC_RECORD_MAX ||
	    xml_read(from->opac, from->opac_length, 0, &document) != XML_READ)
		return 0;
	for (const xmlNode *node = xmlDocGetRootElement(document)->children; node;
	     node = node->next) {
		const xmlNode *record;

		if (node->type != XML_ELEMENT_NODE)
			continue;
		record = find_child(node, "record");
		if (record) {
			count += put_marc(arena, holdings, from, record);
		} else {
			put_own(arena, holdings, from, node);
			count++;
		}
	}
	xmlFreeDoc(document);
	return count;
}

static struct element *make_holdings(const struct schema_record *record)
{
	struct element *holdings = element_add(record->arena, NULL, "holdings");

	holdings->keep = true;
	for (size_t i = 0; i < record->nholdings; i++) {
		const struct schema_holding *from = &record->holdings[i];

		if (!put_opac(record->arena, holdings, from) &&
		    !put_shelves(record->arena, holdings, from, from->marc))
			put_shelf(record->arena, holdings, from, NULL);
	}
	return holdings;
}

void schema_opac_write(xmlTextWriterPtr writer, const struct schema_record *record)
{
	xmlTextWriterStartElement(writer, BAD_CAST "opacRecord");
	xmlTextWriterStartElement(writer, BAD_CAST "bibliographicRecord");
	marc_write_xml(writer, record->marc);
	xmlTextWriterEndElement(writer);
	element_write(writer, make_holdings(record));
	xmlTextWriterEndElement(writer);
}

json_t *schema_opac_json(const struct schema_record *record)
{
	json_t *object = json_object(), *holdings = element_json(make_holdings(record));
	json_t *list = json_object_get(holdings, "holding");

	json_object_set_new(object, "bibliographicRecord", schema_marc_json(record));
	json_object_set_new(object, "holdings", list ? json_incref(list) : json_array());
	json_decref(holdings);
	return object;
}
