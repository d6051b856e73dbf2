#include "record/element.h"

#include "base/arena.h"

struct element *element_add(struct arena *arena, struct element *parent, const char *name)
{
	struct element *element = arena_alloc(arena, sizeof *element);

	element->name = name;
	if (!parent)
		return element;
	if (parent->last)
		parent->last->next = element;
	else
		parent->children = element;
	parent->last = element;
	return element;
}

struct element *element_add_text(
    struct arena *arena, struct element *parent, const char *name, const char *text)
{
	struct element *element;

	if (!text || !*text)
		return NULL;
	element = element_add(arena, parent, name);
	element->text = text;
	return element;
}

struct element *element_set(
    struct arena *arena, struct element *element, const char *name, const char *value)
{
	struct element_attribute *attribute, **end;

	if (!element || !value || !*value)
		return element;
	attribute = arena_alloc(arena, sizeof *attribute);
	attribute->name = name;
	attribute->value = value;
	for (end = &element->attributes; *end; end = &(*end)->next)
		;
	*end = attribute;
	return element;
}

bool element_is_empty(const struct element *element)
{
	if (element->keep || (element->text && *element->text))
		return false;
	for (const struct element *child = element->children; child; child = child->next)
		if (!element_is_empty(child))
			return false;
	return true;
}

void element_write(xmlTextWriterPtr writer, const struct element *element)
{
	if (element_is_empty(element))
		return;
	xmlTextWriterStartElement(writer, BAD_CAST element->name);
	for (const struct element_attribute *i = element->attributes; i; i = i->next)
		xmlTextWriterWriteAttribute(writer, BAD_CAST i->name, BAD_CAST i->value);
	if (element->text)
		xmlTextWriterWriteString(writer, BAD_CAST element->text);
	for (const struct element *child = element->children; child; child = child->next)
		element_write(writer, child);
	xmlTextWriterEndElement(writer);
}

static void put_child(json_t *object, const struct element *child)
{
	json_t *list = json_object_get(object, child->name);

	if (!list) {
		list = json_array();
		json_object_set_new_nocheck(object, child->name, list);
	}
	json_array_append_new(list, element_json(child));
}

json_t *element_json(const struct element *element)
{
	json_t *object;

	if (!element->attributes && !element->children && element->text)
		return json_string_nocheck(element->text);
	object = json_object();
	for (const struct element_attribute *i = element->attributes; i; i = i->next) {
		char key[64] = "@";

		for (size_t n = 1; n < sizeof key - 1 && i->name[n - 1]; n++)
			key[n] = i->name[n - 1];
		json_object_set_new_nocheck(object, key, json_string_nocheck(i->value));
	}
	if (element->text)
		json_object_set_new_nocheck(object, "#text", json_string_nocheck(element->text));
	for (const struct element *child = element->children; child; child = child->next)
		if (!element_is_empty(child))
			put_child(object, child);
	return object;
}
