#include "base/xml_read.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <libxml/parser.h>

#include "base/xml_shape.h"

static void refuse_doctype(
    void *context, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
	xmlParserCtxtPtr parser = context;

	parser->_private = parser;
	xmlStopParser(parser);
}

enum xml_reading xml_read(const char *bytes, size_t length, int options, xmlDocPtr *document)
{
	xmlParserCtxtPtr parser;
	bool refused;

	*document = NULL;
	if (length > INT_MAX || !xml_shape_is_sane(bytes, length))
		return XML_READ_SHAPE;
	parser = xmlNewParserCtxt();
	if (!parser)
		abort();
	parser->sax->internalSubset = refuse_doctype;
	parser->sax->serror = NULL;
	parser->sax->error = parser->sax->fatalError = NULL;
	parser->sax->warning = NULL;
	*document = xmlCtxtReadMemory(parser, bytes, (int)length, NULL, NULL,
	    options | XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
		XML_PARSE_NOCDATA | XML_PARSE_COMPACT);
	refused = parser->_private != NULL;
	xmlFreeParserCtxt(parser);
	if (!refused)
		return *document ? XML_READ : XML_READ_BROKEN;
	xmlFreeDoc(*document);
	*document = NULL;
	return XML_READ_DOCTYPE;
}
