#ifndef SILANG_RECORD_SCHEMA_H
#define SILANG_RECORD_SCHEMA_H
/*
 * The schemas records are given out in: names, identifiers and aliases, and how each is written
 * from a field tree. What is written is one element, well formed.
 */
#include <stdbool.h>
#include <libxml/xmlwriter.h>
#include <jansson.h>

struct arena;
struct marc;
struct bib;

enum schema { SCHEMA_MARCXML, SCHEMA_DC };

/* Finds by short name, info:srw/schema/1/… identifier or usual alias, case ignored; false when unknown. */
bool schema_find(const char *name, enum schema *out);
const char *schema_identifier(enum schema schema); /* info:srw/schema/1/marcxml-v1.1 … */
const char *schema_short_name(enum schema schema);
const char *schema_title(enum schema schema);
/* The next schema after `*schema` in a walk over all; start with -1 cast, false at the end. */
bool schema_next(int *schema);

/* Writes the record's one element. `bib` was made from `marc`. DC is simple Dublin Core in
 * <srw_dc:dc xmlns:srw_dc="info:srw/schema/1/dc-schema">. */
void schema_write(xmlTextWriterPtr writer, enum schema schema, const struct marc *marc,
    const struct bib *bib);
/* The same content for JSON answers: MARC-in-JSON for marcxml, an object of arrays for dc. New reference. */
json_t *schema_json(enum schema schema, const struct marc *marc, const struct bib *bib);

#endif
