/*
 * Any bytes as an ISO 2709 record, in every encoding. Whatever tree comes out: its MARCXML is well
 * formed and reads back to the same tree, its ISO 2709 form too, and a description can be made of
 * it.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <libxml/parser.h>
#include <yaz/marcdisp.h>
#include <yaz/wrbuf.h>

#include "base/arena.h"
#include "base/text.h"
#include "record/crosswalk.h"
#include "record/marc.h"
#include "record/schema.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool claim)
{
	if (!claim)
		abort();
}

static bool equal(const struct marc_field *a, const struct marc_field *b)
{
	if (strcmp(a->tag, b->tag) != 0 || !a->data != !b->data || a->nsubfields != b->nsubfields)
		return false;
	if (a->data)
		return strcmp(a->data, b->data) == 0;
	for (size_t i = 0; i < a->nsubfields; i++)
		if (a->subfields[i].code != b->subfields[i].code ||
		    strcmp(a->subfields[i].value, b->subfields[i].value) != 0)
			return false;
	return a->indicator1 == b->indicator1 && a->indicator2 == b->indicator2;
}

static void require_same(const struct marc *a, const struct marc *b)
{
	require(a->nfields == b->nfields && !b->lost);
	require(memcmp(a->leader + 5, b->leader + 5, 7) == 0);
	require(memcmp(a->leader + 17, b->leader + 17, 8) == 0);
	for (size_t i = 0; i < a->nfields; i++)
		require(equal(&a->fields[i], &b->fields[i]));
}

static void require_clean(const char *text)
{
	uint32_t c;

	for (size_t left = strlen(text), n; left; text += n, left -= n) {
		n = text_decode(text, left, &c);
		require(n && text_is_xml_char(c));
	}
}

static void check_text(const struct marc *marc)
{
	require(marc->nfields <= MARC_FIELDS_MAX);
	for (size_t i = 0; i < marc->nfields; i++) {
		const struct marc_field *field = &marc->fields[i];

		require(field->data || field->nsubfields);
		if (field->data)
			require_clean(field->data);
		for (size_t j = 0; j < field->nsubfields; j++)
			require_clean(field->subfields[j].value);
	}
}

static void check_xml(struct arena *arena, const struct marc *marc)
{
	xmlBufferPtr buffer = xmlBufferCreate();
	xmlTextWriterPtr writer = xmlNewTextWriterMemory(buffer, 0);
	struct marc *back;

	marc_write_xml(writer, marc);
	xmlTextWriterFlush(writer);
	xmlFreeTextWriter(writer);
	if (xmlBufferLength(buffer) <= MARC_RECORD_MAX) {
		require(marc_decode_xml(
		    arena, xmlBufferContent(buffer), (size_t)xmlBufferLength(buffer), &back, NULL));
		require_same(marc, back);
	}
	xmlBufferFree(buffer);
}

/* YAZ writes line ends raw, which XML then changes, drops empty control fields, and refuses a
 * record without fields. */
static bool suits_yaz(const struct marc *marc)
{
	for (size_t i = 0; i < marc->nfields; i++) {
		const struct marc_field *field = &marc->fields[i];

		if (field->data && (!*field->data || strpbrk(field->data, "\r\n")))
			return false;
		for (size_t j = 0; j < field->nsubfields; j++)
			if (strpbrk(field->subfields[j].value, "\r\n"))
				return false;
	}
	return marc->nfields > 0;
}

/* The record is well formed now: YAZ's reader sees what ours sees. */
static void check_against_yaz(
    struct arena *arena, const struct marc *marc, const char *bytes, size_t length)
{
	yaz_marc_t yaz = yaz_marc_create();
	WRBUF xml = wrbuf_alloc();
	struct marc *theirs;

	require(yaz_marc_read_iso2709(yaz, bytes, (int)length) == (int)length);
	yaz_marc_write_marcxml(yaz, xml);
	if (wrbuf_len(xml) <= MARC_RECORD_MAX) {
		require(marc_decode_xml(arena, wrbuf_buf(xml), wrbuf_len(xml), &theirs, NULL));
		require_same(marc, theirs);
	}
	wrbuf_destroy(xml);
	yaz_marc_destroy(yaz);
}

static void check_outputs(struct arena *arena, const struct marc *marc)
{
	struct marc *back;
	char *bytes;
	size_t length;

	check_text(marc);
	check_xml(arena, marc);
	if (marc_encode_iso2709(arena, marc, &bytes, &length, NULL)) {
		require(marc_decode_iso2709(arena, bytes, length, CHARSET_UTF8, &back, NULL));
		require_same(marc, back);
		if (suits_yaz(marc))
			check_against_yaz(arena, marc, bytes, length);
	}
	require(marc_to_lines(arena, marc) != NULL);
	for (int format = CROSSWALK_MARC21; format <= CROSSWALK_UNIMARC; format++) {
		struct bib *bib = crosswalk_marc(arena, marc, (enum crosswalk_format)format);
		struct schema_record record = {.arena = arena,
		    .marc = marc,
		    .bib = bib,
		    .unimarc = format == CROSSWALK_UNIMARC};
		int schema = -1;

		while (schema_next(&schema))
			json_decref(schema_json((enum schema)schema, &record));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	for (int charset = CHARSET_AUTO; charset <= CHARSET_ISO5426; charset++) {
		struct arena *arena = arena_create(0, NULL);
		struct marc *marc;

		if (marc_decode_iso2709(arena, data, size, (enum charset)charset, &marc, NULL))
			check_outputs(arena, marc);
		arena_destroy(arena);
	}
	return 0;
}
