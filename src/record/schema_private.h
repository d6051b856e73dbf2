#ifndef SILANG_RECORD_SCHEMA_PRIVATE_H
#define SILANG_RECORD_SCHEMA_PRIVATE_H
/* The writers behind the table of schemas: one pair for each. */
#include "record/schema.h"

void schema_dc_write(xmlTextWriterPtr writer, const struct schema_record *record);
json_t *schema_dc_json(const struct schema_record *record);

void schema_mods_write(xmlTextWriterPtr writer, const struct schema_record *record);
json_t *schema_mods_json(const struct schema_record *record);

void schema_opac_write(xmlTextWriterPtr writer, const struct schema_record *record);
json_t *schema_opac_json(const struct schema_record *record);

/* MARC-in-JSON. */
json_t *schema_marc_json(const struct schema_record *record);

#endif
