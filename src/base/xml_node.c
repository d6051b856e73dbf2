#include "base/xml_node.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"

const char *xml_node_name(const xmlNode *node)
{
	const char *name, *colon;

	if (!node || node->type != XML_ELEMENT_NODE)
		return "";
	name = (const char *)node->name;
	colon = strchr(name, ':');
	return colon ? colon + 1 : name;
}

bool xml_node_is(const xmlNode *node, const char *name)
{
	return strcmp(xml_node_name(node), name) == 0;
}

static const xmlNode *first_of(const xmlNode *node, const char *name)
{
	for (; node; node = node->next)
		if (node->type == XML_ELEMENT_NODE && (!name || xml_node_is(node, name)))
			return node;
	return NULL;
}

const xmlNode *xml_node_child(const xmlNode *node, const char *name)
{
	return node ? first_of(node->children, name) : NULL;
}

const xmlNode *xml_node_next(const xmlNode *node, const char *name)
{
	return node ? first_of(node->next, name) : NULL;
}

const char *xml_node_attribute(const xmlNode *node, const char *name)
{
	if (!node || node->type != XML_ELEMENT_NODE)
		return NULL;
	for (const xmlAttr *attr = node->properties; attr; attr = attr->next) {
		const char *own = (const char *)attr->name, *colon = strchr(own, ':');

		if (strcmp(colon ? colon + 1 : own, name) == 0)
			return attr->children && attr->children->content
				   ? (const char *)attr->children->content
				   : "";
	}
	return NULL;
}

struct gathering {
	char *text; /* NULL: only measure */
	size_t length, most;
};

static void gather(struct gathering *to, const xmlNode *node)
{
	for (; node && to->length < to->most; node = node->next) {
		size_t length;

		if (node->type == XML_ELEMENT_NODE) {
			gather(to, node->children);
			continue;
		}
		if ((node->type != XML_TEXT_NODE && node->type != XML_CDATA_SECTION_NODE) ||
		    !node->content)
			continue;
		length = strlen((const char *)node->content);
		length = text_cut((const char *)node->content, length, to->most - to->length);
		if (to->text)
			memcpy(to->text + to->length, node->content, length);
		to->length += length;
		if (!length)
			return;
	}
}

char *xml_node_text(struct arena *arena, const xmlNode *node, size_t most)
{
	struct gathering to = {.most = most};

	if (!node)
		return arena_strdup(arena, "");
	gather(&to, node->children);
	to.text = arena_alloc(arena, to.length + 1);
	to.length = 0;
	gather(&to, node->children);
	return text_trim(arena, to.text, to.length);
}

char *xml_node_child_text(struct arena *arena, const xmlNode *node, const char *name, size_t most)
{
	const xmlNode *child = xml_node_child(node, name);
	char *text = child ? xml_node_text(arena, child, most) : NULL;

	return text && *text ? text : NULL;
}
