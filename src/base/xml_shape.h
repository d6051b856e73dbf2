#ifndef SILANG_BASE_XML_SHAPE_H
#define SILANG_BASE_XML_SHAPE_H
/*
 * A glance at XML from outside before libxml2 sees it. Its cost grows with the square of an
 * element's attributes and of the namespaces in scope (a megabyte of them takes it many seconds),
 * so what is shaped like no honest record is refused first. One pass over the bytes.
 */
#include <stdbool.h>
#include <stddef.h>

#define XML_SHAPE_ATTRIBUTES_MAX 32 /* of one element, namespace declarations included */
#define XML_SHAPE_DEPTH_MAX 32

/* True when no element is too deep or has too many attributes, and the encoding is one in which
 * that can be seen: UTF-8, UTF-16, ISO 8859, Windows or ASCII. */
bool xml_shape_is_sane(const char *bytes, size_t length);

#endif
