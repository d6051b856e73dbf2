/* MARC-in-JSON: {"leader": …, "fields": [{"001": …}, {"245": {"ind1", "ind2", "subfields": […]}}]}.
 */
#include "record/marc.h"
#include "record/schema_private.h"

static json_t *indicator(char value)
{
	return json_stringn_nocheck(&value, 1);
}

static json_t *data_field(const struct marc_field *field)
{
	json_t *object = json_object(), *subfields = json_array();

	for (size_t i = 0; i < field->nsubfields; i++) {
		const char code[2] = {field->subfields[i].code, '\0'};
		json_t *pair = json_object();

		json_object_set_new_nocheck(
		    pair, code, json_string_nocheck(field->subfields[i].value));
		json_array_append_new(subfields, pair);
	}
	json_object_set_new_nocheck(object, "ind1", indicator(field->indicator1));
	json_object_set_new_nocheck(object, "ind2", indicator(field->indicator2));
	json_object_set_new_nocheck(object, "subfields", subfields);
	return object;
}

json_t *schema_marc_json(const struct schema_record *record)
{
	const struct marc *marc = record->marc;
	json_t *object = json_object(), *fields = json_array();

	for (size_t i = 0; i < marc->nfields; i++) {
		const struct marc_field *field = &marc->fields[i];
		json_t *member = json_object();

		json_object_set_new_nocheck(member, field->tag,
		    field->data ? json_string_nocheck(field->data) : data_field(field));
		json_array_append_new(fields, member);
	}
	json_object_set_new_nocheck(object, "leader", json_string_nocheck(marc->leader));
	json_object_set_new_nocheck(object, "fields", fields);
	return object;
}
