#ifndef SILANG_RECORD_ELEMENT_H
#define SILANG_RECORD_ELEMENT_H
/*
 * A small tree of XML elements to be given out, built in an arena before it is known which of them
 * will hold anything: empty ones are left out when it is written. XML and JSON come from the same
 * tree. Text must be clean (fit for XML) already; names and text are not copied.
 */
#include <stdbool.h>
#include <libxml/xmlwriter.h>
#include <jansson.h>

struct arena;

struct element_attribute {
	const char *name, *value;
	struct element_attribute *next;
};

struct element {
	const char *name;
	const char *text; /* NULL: none */
	bool keep;	  /* written even when empty */
	struct element_attribute *attributes;
	struct element *children, *last, *next;
};

/* A new last child; NULL `parent`: a root. */
struct element *element_add(struct arena *arena, struct element *parent, const char *name);
/* A child with text; NULL when there is no text, and then no child. */
struct element *element_add_text(
    struct arena *arena, struct element *parent, const char *name, const char *text);
/* NULL element or value: nothing. Returns the element. */
struct element *element_set(
    struct arena *arena, struct element *element, const char *name, const char *value);
/* Neither text below it nor an element that is kept. */
bool element_is_empty(const struct element *element);
void element_write(xmlTextWriterPtr writer, const struct element *element);
/* What is inside: a string, or an object in which "@x" is an attribute, "#text" the text, and each
 * other member the list of children of that name. New reference. */
json_t *element_json(const struct element *element);

#endif
