#include "cli/marc_file.h"

#include <stdlib.h>
#include <string.h>

#include <libxml/tree.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/xml_read.h"
#include "record/marc.h"

#define RECORD_END 0x1D /* ISO 2709:2008, 4.2 */

/* The next record's place, NULL when there are enough: then it is only counted. */
static struct marc_file_record *next_record(struct marc_file *file, size_t most)
{
	return file->count++ < most ? &file->records[file->count - 1] : NULL;
}

static const char *problem(struct arena *arena, const struct diag *diag)
{
	return arena_printf(
	    arena, "%s%s%s", diag_message(diag->id), *diag->details ? ": " : "", diag->details);
}

/* ---- ISO 2709 ---- */

/* Line ends and the like that editors and FTP leave between records. */
static size_t filling(const char *bytes, size_t length)
{
	size_t count = 0;

	while (count < length && (unsigned char)bytes[count] <= ' ' && bytes[count] != RECORD_END)
		count++;
	return count;
}

/* Cut at the record terminator, which no text can hold, rather than by the length in the leader,
 * which may be wrong. */
static bool read_iso2709(struct arena *arena, const char *bytes, size_t length, size_t most,
    struct marc_file *file, const char **why)
{
	for (size_t at = filling(bytes, length); at < length;) {
		const char *end = memchr(bytes + at, RECORD_END, length - at);
		size_t size = end ? (size_t)(end + 1 - bytes) - at : length - at;
		struct marc_file_record *record = next_record(file, most);
		struct diag diag = {DIAG_NONE, ""};
		struct marc *marc = NULL;

		if (record &&
		    marc_decode_iso2709(arena, bytes + at, size, CHARSET_AUTO, &marc, &diag))
			record->marc = marc;
		else if (record)
			record->problem = problem(arena, &diag);
		at += size;
		at += filling(bytes + at, length - at);
	}
	if (!file->count)
		*why = "it is empty";
	return file->count > 0;
}

/* ---- XML ---- */

static bool is_named(const xmlNode *node, const char *name)
{
	return node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0;
}

/* SRU's own wrapper is called "record" too: a MARC record has MARC's children. */
static bool is_record(const xmlNode *node)
{
	if (!is_named(node, "record"))
		return false;
	for (const xmlNode *child = node->children; child; child = child->next)
		if (is_named(child, "leader") || is_named(child, "controlfield") ||
		    is_named(child, "datafield"))
			return true;
	return false;
}

static void read_element(struct arena *arena, xmlNodePtr node, struct marc_file_record *record)
{
	xmlDocPtr document = xmlNewDoc((const xmlChar *)"1.0");
	xmlNodePtr copy = document ? xmlDocCopyNode(node, document, 1) : NULL;
	struct diag diag = {DIAG_NONE, ""};
	struct marc *marc = NULL;
	xmlChar *text = NULL;
	int length = 0;

	if (!copy)
		abort();
	xmlDocSetRootElement(document, copy);
	xmlReconciliateNs(document, copy);
	xmlDocDumpMemory(document, &text, &length);
	if (!text)
		abort();
	if (marc_decode_xml(arena, text, (size_t)length, &marc, &diag))
		record->marc = marc;
	else
		record->problem = problem(arena, &diag);
	xmlFree(text);
	xmlFreeDoc(document);
}

static xmlNodePtr next_node(xmlNodePtr node, const xmlNode *top, bool inside)
{
	if (inside && node->type == XML_ELEMENT_NODE && node->children)
		return node->children;
	while (node != top && !node->next)
		node = node->parent;
	return node == top ? NULL : node->next;
}

static bool read_xml(struct arena *arena, const char *bytes, size_t length, size_t most,
    struct marc_file *file, const char **why)
{
	xmlDocPtr document;
	enum xml_reading reading = xml_read(bytes, length, 0, &document);
	xmlNodePtr top;

	if (reading != XML_READ) {
		*why = reading == XML_READ_DOCTYPE
			   ? "it is XML with a document type declaration, which is not read"
			   : "it is not well-formed XML";
		return false;
	}
	top = xmlDocGetRootElement(document);
	for (xmlNodePtr node = top; node; node = next_node(node, top, !is_record(node))) {
		struct marc_file_record *record;

		if (!is_record(node))
			continue;
		record = next_record(file, most);
		if (record)
			read_element(arena, node, record);
	}
	xmlFreeDoc(document);
	if (!file->count)
		*why = "there is no MARC record in the XML";
	return file->count > 0;
}

bool marc_file_read(struct arena *arena, const char *bytes, size_t length, size_t most,
    struct marc_file *out, const char **why)
{
	static const char mark[] = "\xEF\xBB\xBF";
	size_t at = length >= 3 && memcmp(bytes, mark, 3) == 0 ? 3 : 0;

	*out = (struct marc_file){.records = arena_array(arena, most, sizeof *out->records)};
	at += filling(bytes + at, length - at);
	if (at < length && bytes[at] == '<')
		return read_xml(arena, bytes + at, length - at, most, out, why);
	return read_iso2709(arena, bytes + at, length - at, most, out, why);
}
