#include "query/attrs.h"

#include <stdlib.h>
#include <string.h>
#include <yaz/oid_db.h>
#include <yaz/oid_util.h>

#include "base/arena.h"

static void set_attr(struct attrs *attrs, struct attr attr)
{
	size_t at = 0;

	while (at < attrs->count && attrs->items[at].type < attr.type)
		at++;
	if (at == attrs->count || attrs->items[at].type != attr.type) {
		if (attrs->count == ATTRS_MAX)
			return;
		memmove(&attrs->items[at + 1], &attrs->items[at],
		    (attrs->count - at) * sizeof attrs->items[0]);
		attrs->count++;
	}
	attrs->items[at] = attr;
}

void attrs_apply(struct attrs *attrs, struct arena *arena, const char *list, const char *star)
{
	char *save, *text = arena_strdup(arena, list ? list : "");
	const char *set = NULL;

	for (char *word = strtok_r(text, " \t", &save); word; word = strtok_r(NULL, " \t", &save)) {
		char *equals = strchr(word, '=');

		if (!equals) {
			set = word;
			continue;
		}
		set_attr(attrs, (struct attr){set, atoi(word),
				    strcmp(equals + 1, "*") == 0 ? star : equals + 1});
		set = NULL;
	}
}

const char *attrs_find(const struct attrs *attrs, int type)
{
	for (size_t i = 0; i < attrs->count; i++)
		if (attrs->items[i].type == type)
			return attrs->items[i].value;
	return NULL;
}

static bool is_number(const char *value)
{
	size_t digits = strspn(value, "0123456789");

	return digits > 0 && digits < 10 && !value[digits];
}

/* A name as value (Zebra's own indexes) is a complex attribute of one string. */
static void encode_name(Z_AttributeElement *element, struct arena *arena, const char *value)
{
	Z_ComplexAttribute *complex = arena_alloc(arena, sizeof *complex);
	Z_StringOrNumeric *name = arena_alloc(arena, sizeof *name);

	name->which = Z_StringOrNumeric_string;
	name->u.string = arena_strdup(arena, value);
	complex->num_list = 1;
	complex->list = arena_array(arena, 1, sizeof *complex->list);
	complex->list[0] = name;
	element->which = Z_AttributeValue_complex;
	element->value.complex = complex;
}

static Z_AttributeElement *encode_attr(const struct attr *attr, struct arena *arena)
{
	Z_AttributeElement *element = arena_alloc(arena, sizeof *element);

	if (attr->set)
		element->attributeSet = yaz_string_to_oid_nmem(
		    yaz_oid_std(), CLASS_ATTSET, attr->set, arena_nmem(arena));
	element->attributeType = nmem_intdup(arena_nmem(arena), attr->type);
	if (is_number(attr->value)) {
		element->which = Z_AttributeValue_numeric;
		element->value.numeric = nmem_intdup(arena_nmem(arena), atoi(attr->value));
	} else {
		encode_name(element, arena, attr->value);
	}
	return element;
}

Z_AttributeList *attrs_encode(const struct attrs *attrs, struct arena *arena)
{
	Z_AttributeList *list = arena_alloc(arena, sizeof *list);

	list->num_attributes = (int)attrs->count;
	list->attributes = arena_array(arena, attrs->count + 1, sizeof *list->attributes);
	for (size_t i = 0; i < attrs->count; i++)
		list->attributes[i] = encode_attr(&attrs->items[i], arena);
	return list;
}
