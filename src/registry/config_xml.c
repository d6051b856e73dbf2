#include "registry/config_xml.h"

#include <string.h>

#include <libxml/parser.h>

#include "base/arena.h"
#include "base/text.h"
#include "registry/config_report.h"

#define DEPTH_MAX 32
#define ATTRIBUTES_MAX 64 /* of one element */

/* One document being read. */
struct reading {
	struct config_source *source;
	struct config_report *report;
	struct arena *arena;
	xmlParserCtxtPtr xml;
	const char *file;
	struct config_node *root, *open;
	unsigned depth;
	bool stopped;
};

static int count_lines(const char *from, const char *to)
{
	int lines = 0;

	for (; from < to; from++)
		lines += *from == '\n';
	return lines;
}

/* The line of a place before the parser's own, in the text it holds. */
static int line_of(const struct reading *reading, const char *place)
{
	const xmlParserInput *input = reading->xml->input;

	return input->line - count_lines(place, (const char *)input->cur);
}

/* The parser's own messages about one mistake tend to come in flocks: the first is kept. */
static void stop(struct reading *reading, int line, const char *message)
{
	if (reading->stopped)
		return;
	reading->stopped = true;
	reading->source->incomplete = true;
	config_report_add(reading->report, reading->file, line > 0 ? line : 1, "%s", message);
	xmlStopParser(reading->xml);
}

/* The start tag being read, from its '<' (which no attribute may contain) to where the parser is.
 */
static const char *tag_start(const struct reading *reading)
{
	const xmlParserInput *input = reading->xml->input;
	const xmlChar *p = input->cur;

	while (p > input->base && *p != '<')
		p--;
	return (const char *)p;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Moves over `name = "value"`, over as many as it takes to come to the wanted name; the name's
 * place. */
static const char *attribute_find(const char **at, const char *end, const char *name)
{
	const char *p = *at, *start, *after;
	size_t length = strlen(name);

	while (p < end) {
		while (p < end && is_blank(*p))
			p++;
		start = p;
		while (p < end && *p != '=' && !is_blank(*p))
			p++;
		after = p;
		while (p < end && *p != '"' && *p != '\'')
			p++;
		if (p >= end)
			break;
		p = memchr(p + 1, *p, (size_t)(end - p - 1));
		p = p ? p + 1 : end;
		if ((size_t)(after - start) == length && memcmp(start, name, length) == 0) {
			*at = p;
			return start;
		}
	}
	return NULL;
}

static const char *copy(struct reading *reading, const xmlChar *text)
{
	return text ? arena_strdup(reading->arena, (const char *)text) : "";
}

/* libxml2 gives five pointers an attribute: local name, prefix, namespace, value's begin and end.
 */
static void read_attributes(
    struct reading *reading, struct config_node *node, int count, const xmlChar **attributes)
{
	const char *at = tag_start(reading), *end = (const char *)reading->xml->input->cur;
	struct config_attribute **link = &node->attributes;

	node->base = reading->open ? reading->open->base : reading->file;
	while (at < end && !is_blank(*at))
		at++;
	for (int i = 0; i < count; i++, attributes += 5) {
		struct config_attribute *attribute = arena_alloc(reading->arena, sizeof *attribute);
		const char *name = copy(reading, attributes[0]), *place;

		attribute->ns = copy(reading, attributes[2]);
		attribute->name = attributes[1] ? arena_printf(reading->arena, "%s:%s",
						      (const char *)attributes[1], name)
						: name;
		place = attribute_find(&at, end, attribute->name);
		attribute->line = place ? line_of(reading, place) : node->line;
		attribute->value = text_trim(reading->arena, (const char *)attributes[3],
		    (size_t)(attributes[4] - attributes[3]));
		if (strcmp(attribute->name, "xml:base") == 0) {
			node->base =
			    config_source_resolve(reading->arena, node->base, attribute->value);
			continue;
		}
		*link = attribute;
		link = &attribute->next;
	}
}

static void node_append(struct config_node *parent, struct config_node *node)
{
	node->parent = parent;
	if (parent->last)
		parent->last->next = node;
	else
		parent->first = node;
	parent->last = node;
}

static void on_start(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
    int nnamespaces, const xmlChar **namespaces, int nattributes, int ndefaulted,
    const xmlChar **attributes)
{
	struct reading *reading = ((xmlParserCtxtPtr)ctx)->_private;
	int line = line_of(reading, tag_start(reading));
	struct config_node *node;

	if (reading->stopped)
		return;
	if (++reading->depth > DEPTH_MAX) {
		stop(reading, line, "elements are nested too deeply; at most 32 levels are read");
		return;
	}
	if (nattributes > ATTRIBUTES_MAX) {
		stop(reading, line, "an element has too many attributes; at most 64 are read");
		return;
	}
	if (arena_over(reading->arena)) {
		stop(reading, line, "the configuration is too large to be held in memory");
		return;
	}
	node = arena_alloc(reading->arena, sizeof *node);
	node->name = copy(reading, name);
	node->ns = copy(reading, uri);
	node->file = reading->file;
	node->line = line;
	read_attributes(reading, node, nattributes, attributes);
	if (reading->open)
		node_append(reading->open, node);
	else
		reading->root = node;
	reading->open = node;
}

static void on_end(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	struct reading *reading = ((xmlParserCtxtPtr)ctx)->_private;

	if (reading->stopped || !reading->open)
		return;
	reading->depth--;
	reading->open = reading->open->parent;
}

/* White space counts only beside other text of the same element. */
static void on_text(void *ctx, const xmlChar *text, int length)
{
	struct reading *reading = ((xmlParserCtxtPtr)ctx)->_private;
	const char *start = (const char *)text, *end = start + length;
	struct config_node *parent = reading->open, *node;

	if (reading->stopped || !parent)
		return;
	while (start < end && is_blank(*start))
		start++;
	if (start == end && (!parent->last || parent->last->name))
		return;
	node = arena_alloc(reading->arena, sizeof *node);
	node->text = arena_strndup(reading->arena, (const char *)text, (size_t)length);
	node->file = reading->file;
	node->line = reading->xml->input->line - count_lines(start, end);
	/* A carriage return alone becomes a line's end in the text, but the parser counts none. */
	if (node->line < parent->line)
		node->line = parent->line;
	node_append(parent, node);
}

static void on_doctype(void *ctx, const xmlChar *name, const xmlChar *public, const xmlChar *system)
{
	struct reading *reading = ((xmlParserCtxtPtr)ctx)->_private;

	stop(reading, reading->xml->input->line,
	    "a document type (<!DOCTYPE …>) is not allowed; remove it, with the entities it "
	    "declares");
}

#if LIBXML_VERSION >= 21200
static void on_error(void *ctx, const xmlError *error)
#else
static void on_error(void *ctx, xmlErrorPtr error)
#endif
{
	struct reading *reading = ((xmlParserCtxtPtr)ctx)->_private;
	const char *message = error->message ? error->message : "not well-formed";
	size_t length = strlen(message);

	if (error->level < XML_ERR_ERROR)
		return;
	while (length && is_blank(message[length - 1]))
		length--;
	stop(reading, error->line,
	    arena_printf(reading->arena, "not well-formed XML: %.*s", (int)length, message));
}

struct config_node *config_xml_parse(
    struct config_source *source, const char *file, const char *text, size_t length)
{
	struct reading reading = {
	    .source = source, .report = source->report, .arena = source->arena, .file = file};
	xmlParserCtxtPtr xml = xmlNewParserCtxt();

	config_report_file(source->report, file);
	reading.xml = xml;
	memset(xml->sax, 0, sizeof *xml->sax);
	xml->sax->initialized = XML_SAX2_MAGIC;
	xml->sax->startElementNs = on_start;
	xml->sax->endElementNs = on_end;
	xml->sax->characters = on_text;
	xml->sax->ignorableWhitespace = on_text;
	xml->sax->cdataBlock = on_text;
	xml->sax->internalSubset = on_doctype;
	xml->sax->serror = on_error;
	xml->_private = &reading;

	/* No document is built: the handlers above replace the ones that would. */
	xmlDocPtr doc = xmlCtxtReadMemory(xml, text, (int)length, NULL, NULL, XML_PARSE_NONET);

	if (!xml->wellFormed && !reading.stopped)
		stop(&reading, 1, "not well-formed XML");
	xmlFreeDoc(doc);
	xmlFreeParserCtxt(xml);
	return reading.root;
}
