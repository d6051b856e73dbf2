#include "record/xml_record.h"

#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/xml_node.h"
#include "record/marc_private.h"
#include "record/xml_record_private.h"

#define NESTING 4 /* wrappers around a record: rdf, metadata, a collection */

/* The first element, from the outside in, that `is` a record. */
static const xmlNode *find(const xmlNode *node, bool (*is)(const xmlNode *), int depth)
{
	const xmlNode *found = NULL;

	if (!node || is(node))
		return node;
	for (const xmlNode *n = xml_node_child(node, NULL); n && depth && !found;
	     n = xml_node_next(n, NULL))
		found = find(n, is, depth - 1);
	return found;
}

static bool is_mods(const xmlNode *node)
{
	return xml_node_is(node, "mods");
}

/* MarcXchange (ISO 25577) has <record format="UNIMARC">. */
static bool says_unimarc(const xmlNode *record)
{
	const char *format = xml_node_attribute(record, "format");

	return format && strcasecmp(format, "unimarc") == 0;
}

static bool read(struct arena *arena, const xmlDoc *document, enum xml_record_kind *kind,
    struct marc **marc, struct diag *diag)
{
	const xmlNode *root = xmlDocGetRootElement(document), *node = marc_xml_find(document);

	if (node) {
		*kind = says_unimarc(node) ? XML_RECORD_UNIMARC : XML_RECORD_MARC;
		return marc_xml_read(arena, node, marc, diag);
	}
	node = find(root, is_mods, NESTING);
	*kind = XML_RECORD_MODS;
	if (!node) {
		*kind = XML_RECORD_DC;
		node = find(root, dublin_core_has, NESTING);
	}
	if (node) {
		*marc = *kind == XML_RECORD_MODS ? mods_read(arena, node)
						 : dublin_core_read(arena, node);
		/* Errors that the parser got over have cost something. */
		(*marc)->lost += document->_private != NULL;
		return true;
	}
	return diag_set(diag, DIAG_SCHEMA_RECORD,
	    "<%s> is no record of MARCXML, Dublin Core or MODS", xml_node_name(root));
}

bool xml_record_decode(struct arena *arena, const char *bytes, size_t length,
    enum xml_record_kind *kind, struct marc **marc, struct diag *diag)
{
	xmlDocPtr document;
	bool done;

	if (!marc_xml_parse(arena, bytes, length, &document, diag))
		return false;
	done = read(arena, document, kind, marc, diag);
	xmlFreeDoc(document);
	return done;
}
