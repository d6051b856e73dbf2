#ifndef SILANG_BASE_XML_READ_H
#define SILANG_BASE_XML_READ_H
/*
 * XML from outside, read into a tree: no document type (with one come entities and default
 * attributes without bound), no network, nothing shaped to cost.
 */
#include <stddef.h>
#include <libxml/tree.h>

enum xml_reading {
	XML_READ,
	XML_READ_BROKEN,  /* not well formed */
	XML_READ_DOCTYPE, /* has a document type declaration */
	XML_READ_SHAPE	  /* deeper or with more attributes than anything honest, or not XML */
};

/* `options` are libxml2's, besides our own. The document is the caller's; NULL unless read. */
enum xml_reading xml_read(const char *bytes, size_t length, int options, xmlDocPtr *document);

#endif
