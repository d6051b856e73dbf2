#include "record/schema.h"

#include <stddef.h>

#include "base/text.h"
#include "record/marc.h"
#include "record/schema_private.h"

static void write_marcxml(xmlTextWriterPtr writer, const struct schema_record *record)
{
	marc_write_xml(writer, record->marc);
}

/* A further schema is one more row (and its place in enum schema). */
static const struct {
	const char *short_name, *identifier, *title;
	const char *aliases[16]; /* ends with NULL */
	bool holdings;
	void (*write)(xmlTextWriterPtr writer, const struct schema_record *record);
	json_t *(*json)(const struct schema_record *record);
} schemas[] = {
    [SCHEMA_MARCXML] = {"marcxml", "info:srw/schema/1/marcxml-v1.1", "MARCXML",
	{"info:srw/schema/1/marcxml", "info:srw/schema/1/marcxml-v1.2", "MARC21-xml", "marc21",
	    "marc21-slim", "marc", "http://www.loc.gov/MARC21/slim",
	    "http://www.loc.gov/standards/marcxml/schema/MARC21slim.xsd", NULL},
	false, write_marcxml, schema_marc_json},
    [SCHEMA_DC] = {"dc", "info:srw/schema/1/dc-v1.1", "Dublin Core",
	{"info:srw/schema/1/dc", "info:srw/schema/1/dc-schema", "oai_dc", "srw_dc", "simpledc",
	    "http://purl.org/dc/elements/1.1/", "http://purl.org/dc/elements/1.1",
	    "http://www.openarchives.org/OAI/2.0/oai_dc/", NULL},
	false, schema_dc_write, schema_dc_json},
    [SCHEMA_MODS] = {"mods", "info:srw/schema/1/mods-v3.7", "MODS",
	{"info:srw/schema/1/mods", "info:srw/schema/1/mods-v3.0", "info:srw/schema/1/mods-v3.2",
	    "info:srw/schema/1/mods-v3.3", "info:srw/schema/1/mods-v3.4",
	    "info:srw/schema/1/mods-v3.5", "info:srw/schema/1/mods-v3.6",
	    "info:srw/schema/1/mods-v3.8", "mods3", "modsxml", "http://www.loc.gov/mods/v3",
	    "http://www.loc.gov/mods/", "http://www.loc.gov/standards/mods/v3/mods-3-7.xsd", NULL},
	false, schema_mods_write, schema_mods_json},
    [SCHEMA_OPACXML] = {"opacxml", "info:srw/schema/1/opacxml-v1.0", "MARCXML with holdings",
	{"info:srw/schema/1/opacxml", "opac", "opacRecord", "http://www.indexdata.com/yaz/opacxml",
	    NULL},
	true, schema_opac_write, schema_opac_json},
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

bool schema_has_holdings(enum schema schema)
{
	return schemas[schema].holdings;
}

void schema_write(xmlTextWriterPtr writer, enum schema schema, const struct schema_record *record)
{
	schemas[schema].write(writer, record);
}

json_t *schema_json(enum schema schema, const struct schema_record *record)
{
	return schemas[schema].json(record);
}
