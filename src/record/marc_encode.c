/* ISO 2709 written: leader, directory of entries 4500, fields. */
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "record/marc.h"

#define LEADER 24
#define RECORD_END '\x1D'
#define FIELD_END '\x1E'
#define DELIMITER '\x1F'
#define FIELD_MAX 9999
#define ISO2709_MAX 99999

static size_t field_bytes(const struct marc_field *field)
{
	size_t length = 1;

	if (field->data)
		return length + strlen(field->data);
	for (size_t i = 0; i < field->nsubfields; i++)
		length += 2 + strlen(field->subfields[i].value);
	return length + 2;
}

static char *put_field(char *out, const struct marc_field *field)
{
	if (field->data) {
		out = stpcpy(out, field->data);
	} else {
		*out++ = field->indicator1;
		*out++ = field->indicator2;
	}
	for (size_t i = 0; i < field->nsubfields; i++) {
		*out++ = DELIMITER;
		*out++ = field->subfields[i].code;
		out = stpcpy(out, field->subfields[i].value);
	}
	*out++ = FIELD_END;
	return out;
}

static void put_number(char *out, size_t digits, size_t number)
{
	while (digits--) {
		out[digits] = (char)('0' + number % 10);
		number /= 10;
	}
}

static bool record_bytes(const struct marc *marc, size_t *total, struct diag *diag)
{
	*total = LEADER + marc->nfields * 12 + 2;
	for (size_t i = 0; i < marc->nfields; i++) {
		size_t length = field_bytes(&marc->fields[i]);

		if (length > FIELD_MAX)
			return diag_set(diag, DIAG_RECORD_TOO_LARGE, "field %s of %zu bytes",
			    marc->fields[i].tag, length);
		*total += length;
	}
	if (*total > ISO2709_MAX)
		return diag_set(diag, DIAG_RECORD_TOO_LARGE, "record of %zu bytes", *total);
	return true;
}

bool marc_encode_iso2709(
    struct arena *arena, const struct marc *marc, char **bytes, size_t *length, struct diag *diag)
{
	size_t total, base = LEADER + marc->nfields * 12 + 1;

	if (!record_bytes(marc, &total, diag))
		return false;

	char *record = arena_alloc(arena, total + 1), *entry = record + LEADER, *at = record + base;

	memcpy(record, marc->leader, LEADER);
	put_number(record, 5, total);
	memcpy(record + 9, "a22", 3);
	put_number(record + 12, 5, base);
	memcpy(record + 20, "4500", 4);
	for (size_t i = 0; i < marc->nfields; i++, entry += 12) {
		char *end = put_field(at, &marc->fields[i]);

		memcpy(entry, marc->fields[i].tag, 3);
		put_number(entry + 3, 4, (size_t)(end - at));
		put_number(entry + 7, 5, (size_t)(at - record) - base);
		at = end;
	}
	*entry = FIELD_END;
	*at = RECORD_END;
	assert(at + 1 == record + total);
	*bytes = record;
	*length = total;
	return true;
}
