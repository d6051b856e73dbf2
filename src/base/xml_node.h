#ifndef SILANG_BASE_XML_NODE_H
#define SILANG_BASE_XML_NODE_H
/*
 * Walking a tree of XML that others wrote. Names are local names: namespaces are wrong or missing
 * too often to be asked about, and a prefix that was never declared does not count either. NULL
 * nodes are allowed and hold nothing.
 */
#include <stdbool.h>
#include <stddef.h>
#include <libxml/tree.h>

struct arena;

/* The name without a prefix; "" when it is no element. */
const char *xml_node_name(const xmlNode *node);
bool xml_node_is(const xmlNode *node, const char *name);
/* The first child element of this name; NULL name: of any. */
const xmlNode *xml_node_child(const xmlNode *node, const char *name);
/* The next sibling element of this name; NULL name: of any. */
const xmlNode *xml_node_next(const xmlNode *node, const char *name);
/* An attribute's value as it stands, by its local name; NULL when there is none. */
const char *xml_node_attribute(const xmlNode *node, const char *name);
/* All text in and below it, blanks at both ends cut off, in the arena; at most `most` bytes of it,
 * whole characters. Never NULL. */
char *xml_node_text(struct arena *arena, const xmlNode *node, size_t most);
/* The same of the first child of this name; NULL when there is no such child, or nothing in it. */
char *xml_node_child_text(struct arena *arena, const xmlNode *node, const char *name, size_t most);

#endif
