#ifndef SILANG_RECORD_SCHEMA_H
#define SILANG_RECORD_SCHEMA_H
/*
 * The schemas records are given out in: names, identifiers and aliases, and how each is written
 * from a field tree. What is written is one element, well formed.
 */
#include <stdbool.h>
#include <stddef.h>
#include <libxml/xmlwriter.h>
#include <jansson.h>

struct arena;
struct marc;
struct bib;

enum schema { SCHEMA_MARCXML, SCHEMA_DC, SCHEMA_MODS, SCHEMA_OPACXML };

/* A library's copy of the publication. */
struct schema_holding {
	const char *library;	 /* its name, NULL */
	const char *code;	 /* its ISIL, or what names it here */
	const struct marc *marc; /* its own record, for its 852s; NULL */
	const char *opac;	 /* opacxml of its holdings as it sent them, NULL */
	size_t opac_length;
};

/* All that a schema may be made of. */
struct schema_record {
	struct arena *arena; /* takes what is needed on the way */
	const struct marc *marc;
	const struct bib *bib;		       /* made from `marc` */
	bool unimarc;			       /* what `marc` is, else MARC 21 */
	const struct schema_holding *holdings; /* best first */
	size_t nholdings;
};

/* Finds by short name, info:srw/schema/1/… identifier or usual alias, case ignored; false when
 * unknown. */
bool schema_find(const char *name, enum schema *out);
const char *schema_identifier(enum schema schema); /* info:srw/schema/1/marcxml-v1.1 … */
const char *schema_short_name(enum schema schema);
const char *schema_title(enum schema schema);
/* The next schema after `*schema` in a walk over all; start with -1 cast, false at the end. */
bool schema_next(int *schema);
/* Whether it is made of the holdings, too. */
bool schema_has_holdings(enum schema schema);

/* Writes the record's one element. DC is simple Dublin Core in <srw_dc:dc
 * xmlns:srw_dc="info:srw/schema/1/dc-schema">; MODS is version 3.7; opacxml is YAZ's opacRecord. */
void schema_write(xmlTextWriterPtr writer, enum schema schema, const struct schema_record *record);
/* The same content for JSON answers: MARC-in-JSON for marcxml, an object of arrays for dc, an
 * object that mirrors the elements for the others. New reference. */
json_t *schema_json(enum schema schema, const struct schema_record *record);

#endif
