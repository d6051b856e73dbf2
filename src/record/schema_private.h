#ifndef SILANG_RECORD_SCHEMA_PRIVATE_H
#define SILANG_RECORD_SCHEMA_PRIVATE_H
/* The writers behind the table of schemas: one pair for each. */
#include "record/schema.h"

void schema_dc_write(xmlTextWriterPtr writer, const struct marc *marc, const struct bib *bib);
json_t *schema_dc_json(const struct marc *marc, const struct bib *bib);

/* MARC-in-JSON. */
json_t *schema_marc_json(const struct marc *marc, const struct bib *bib);

#endif
