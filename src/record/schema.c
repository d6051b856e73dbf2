#include "record/schema.h"

#include <stddef.h>

#include "base/text.h"
#include "record/marc.h"
#include "record/schema_private.h"

static void write_marcxml(xmlTextWriterPtr writer, const struct marc *marc, const struct bib *bib)
{
	marc_write_xml(writer, marc);
}

/* A further schema is one more row (and its place in enum schema). */
static const struct {
	const char *short_name, *identifier, *title;
	const char *aliases[10]; /* ends with NULL */
	void (*write)(xmlTextWriterPtr writer, const struct marc *marc, const struct bib *bib);
	json_t *(*json)(const struct marc *marc, const struct bib *bib);
} schemas[] = {
    [SCHEMA_MARCXML] = {"marcxml", "info:srw/schema/1/marcxml-v1.1", "MARCXML",
	{"info:srw/schema/1/marcxml", "info:srw/schema/1/marcxml-v1.2", "MARC21-xml", "marc21",
	    "marc21-slim", "marc", "http://www.loc.gov/MARC21/slim",
	    "http://www.loc.gov/standards/marcxml/schema/MARC21slim.xsd", NULL},
	write_marcxml, schema_marc_json},
    [SCHEMA_DC] = {"dc", "info:srw/schema/1/dc-v1.1", "Dublin Core",
	{"info:srw/schema/1/dc", "info:srw/schema/1/dc-schema", "oai_dc", "srw_dc", "simpledc",
	    "http://purl.org/dc/elements/1.1/", "http://purl.org/dc/elements/1.1",
	    "http://www.openarchives.org/OAI/2.0/oai_dc/", NULL},
	schema_dc_write, schema_dc_json},
};

#define SCHEMAS (int)(sizeof schemas / sizeof *schemas)

bool schema_find(const char *name, enum schema *out)
{
	for (int i = 0; i < SCHEMAS; i++) {
		bool found = text_equal_ignoring_case(name, schemas[i].short_name) ||
			     text_equal_ignoring_case(name, schemas[i].identifier);

		for (const char *const *alias = schemas[i].aliases; !found && *alias; alias++)
			found = text_equal_ignoring_case(name, *alias);
		if (found) {
			*out = (enum schema)i;
			return true;
		}
	}
	return false;
}

const char *schema_identifier(enum schema schema)
{
	return schemas[schema].identifier;
}

const char *schema_short_name(enum schema schema)
{
	return schemas[schema].short_name;
}

const char *schema_title(enum schema schema)
{
	return schemas[schema].title;
}

bool schema_next(int *schema)
{
	return ++*schema < SCHEMAS;
}

void schema_write(
    xmlTextWriterPtr writer, enum schema schema, const struct marc *marc, const struct bib *bib)
{
	schemas[schema].write(writer, marc, bib);
}

json_t *schema_json(enum schema schema, const struct marc *marc, const struct bib *bib)
{
	return schemas[schema].json(marc, bib);
}
