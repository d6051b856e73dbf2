#ifndef SILANG_REGISTRY_CONFIG_XML_H
#define SILANG_REGISTRY_CONFIG_XML_H
/*
 * XML documents as a plain tree in which every element, attribute and text knows its file and line.
 * XInclude is done here (href, parse="xml" or "text", xi:fallback). No document type, no entities,
 * no network; sizes, depth and the number of files are bounded.
 */
#include <stdbool.h>
#include <stddef.h>
#include "registry/config.h"

struct config_report;

#define CONFIG_NS "urn:silang:config:1"
#define CONFIG_XINCLUDE_NS "http://www.w3.org/2001/XInclude"
#define CONFIG_FILE_MAX ((size_t)4 << 20) /* bytes of one file */

struct config_attribute {
	const char *name, *ns; /* ns: "" when it has none */
	const char *value;
	int line;
	struct config_attribute *next;
};

/* An element, or a piece of text (name is NULL). */
struct config_node {
	const char *name, *ns;
	const char *text; /* of a piece of text */
	const char *file;
	const char *base; /* the file that paths in it are relative to: `file`, or by xml:base */
	int line;
	bool included; /* the root element of an included document */
	struct config_attribute *attributes;
	struct config_node *parent, *first, *last, *next;
};

struct config_source {
	struct arena *arena; /* for the tree */
	struct config_report *report;
	config_load_fn load;
	void *load_arg;
	size_t files, bytes; /* loaded so far */
	bool incomplete;     /* something could not be read: what is missing may be there */
};

/* The document with everything included; NULL when there is no tree at all. What is wrong is in
 * the report; the part before a mistake in the XML is still there, so that it can be checked. */
struct config_node *config_xml_read(struct config_source *source, const char *file);

/* Loads a file of at most `most` bytes (NUL-terminated, in the arena); NULL with a reason in `why`.
 */
const char *config_source_load(struct config_source *source, const char *path, size_t most,
    size_t *length, char *why, size_t size);
/* The path of `href` as the file `base` means it. */
const char *config_source_resolve(struct arena *arena, const char *base, const char *href);
/* One document without its inclusions. */
struct config_node *config_xml_parse(
    struct config_source *source, const char *file, const char *text, size_t length);

#endif
