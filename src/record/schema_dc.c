/* Simple Dublin Core out of the normalised description: fifteen elements, each repeatable. One walk
 * hands out element and value; XML and JSON differ only in what they do with them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/bib.h"
#include "record/marc.h"
#include "record/schema_private.h"

#define DC "http://purl.org/dc/elements/1.1/"
#define SRW_DC "info:srw/schema/1/dc-schema"

struct sink {
	void (*put)(struct sink *sink, const char *element, const char *value);
	xmlTextWriterPtr writer;
	json_t *object;
};

static void put(struct sink *sink, const char *element, const char *value)
{
	if (value && *value)
		sink->put(sink, element, value);
}

static void put_texts(struct sink *sink, const char *element, const struct bib_texts *texts)
{
	for (size_t i = 0; i < texts->count; i++)
		put(sink, element, texts->items[i]);
}

/* The parts that are there, each after its separator. */
static void put_joined(
    struct sink *sink, const char *element, const char *const parts[][2], size_t count)
{
	size_t length = 1;

	for (size_t i = 0; i < count; i++)
		length += parts[i][1] ? strlen(parts[i][0]) + strlen(parts[i][1]) : 0;

	char *text = calloc(1, length), *out = text;

	if (!text)
		abort();
	for (size_t i = 0; i < count; i++) {
		if (parts[i][1] && out > text)
			out = stpcpy(out, parts[i][0]);
		if (parts[i][1])
			out = stpcpy(out, parts[i][1]);
	}
	put(sink, element, text);
	free(text);
}

static void put_titles(struct sink *sink, const struct bib *bib)
{
	const char *const title[][2] = {{"", bib->title}, {" : ", bib->subtitle},
	    {". ", bib->part_number}, {bib->part_number ? ", " : ". ", bib->part_name}};

	put_joined(sink, "title", title, sizeof title / sizeof *title);
	put_texts(sink, "title", &bib->script_titles);
	put_texts(sink, "title", &bib->parallel_titles);
	put_texts(sink, "title", &bib->uniform_titles);
}

static void put_names(struct sink *sink, const struct bib *bib)
{
	for (size_t i = 0; i < bib->nnames; i++) {
		const struct bib_name *name = &bib->names[i];
		const char *const heading[][2] = {{"", name->text}, {", ", name->dates}};

		put_joined(sink, name->main ? "creator" : "contributor", heading, 2);
	}
}

/* The DCMI Type Vocabulary. */
static const char *type(const struct bib *bib)
{
	switch (bib->form) {
	case BIB_TEXT:
	case BIB_MANUSCRIPT:
	case BIB_SCORE: return bib->level == BIB_COLLECTION ? "Collection" : "Text";
	case BIB_MAP:
	case BIB_PICTURE: return "StillImage";
	case BIB_FILM: return "MovingImage";
	case BIB_SOUND: return "Sound";
	case BIB_COMPUTER: return "Software";
	case BIB_KIT: return "Collection";
	case BIB_OBJECT: return "PhysicalObject";
	case BIB_FORM_UNKNOWN: break;
	}
	return NULL;
}

static void put_identifiers(
    struct sink *sink, const char *scheme, const struct bib_identifier *identifiers, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *const urn[][2] = {{"", scheme}, {":", identifiers[i].value}};

		if (!identifiers[i].cancelled)
			put_joined(sink, "identifier", urn, 2);
	}
}

static void put_publication(struct sink *sink, const struct bib *bib)
{
	const char *const publisher[][2] = {{"", bib->place}, {" : ", bib->publisher}};
	char year[16];

	snprintf(year, sizeof year, "%d", bib->year);
	put_joined(sink, "publisher", publisher, bib->publisher ? 2 : 0);
	put(sink, "date", bib->year && !bib->hijri ? year : bib->date);
	put(sink, "type", type(bib));
	put(sink, "format", bib->extent);
}

/* 540: terms of use; the description has no place for them. */
static void put_rights(struct sink *sink, const struct marc *marc)
{
	const struct marc_field *field = NULL;

	while ((field = marc_find(marc, "540", field)))
		put(sink, "rights", field->data ? NULL : marc_subfield(field, 'a'));
}

static void walk(struct sink *sink, const struct marc *marc, const struct bib *bib)
{
	put_titles(sink, bib);
	put_names(sink, bib);
	put_publication(sink, bib);
	put_identifiers(sink, "urn:isbn", bib->isbns, bib->nisbns);
	put_identifiers(sink, "urn:issn", bib->issns, bib->nissns);
	put_texts(sink, "identifier", &bib->urls);
	put(sink, "language", bib->language);
	put_texts(sink, "subject", &bib->subjects);
	put_texts(sink, "type", &bib->genres);
	put_texts(sink, "description", &bib->notes);
	put_texts(sink, "relation", &bib->series);
	put_rights(sink, marc);
}

static void put_xml(struct sink *sink, const char *element, const char *value)
{
	xmlTextWriterStartElementNS(sink->writer, BAD_CAST "dc", BAD_CAST element, NULL);
	xmlTextWriterWriteString(sink->writer, BAD_CAST value);
	xmlTextWriterEndElement(sink->writer);
}

void schema_dc_write(xmlTextWriterPtr writer, const struct schema_record *record)
{
	struct sink sink = {.put = put_xml, .writer = writer};

	xmlTextWriterStartElementNS(writer, BAD_CAST "srw_dc", BAD_CAST "dc", BAD_CAST SRW_DC);
	xmlTextWriterWriteAttribute(writer, BAD_CAST "xmlns:dc", BAD_CAST DC);
	walk(&sink, record->marc, record->bib);
	xmlTextWriterEndElement(writer);
}

static void put_json(struct sink *sink, const char *element, const char *value)
{
	json_t *values = json_object_get(sink->object, element);

	if (!values) {
		values = json_array();
		json_object_set_new(sink->object, element, values);
	}
	json_array_append_new(values, json_string_nocheck(value));
}

json_t *schema_dc_json(const struct schema_record *record)
{
	struct sink sink = {.put = put_json, .object = json_object()};

	walk(&sink, record->marc, record->bib);
	return sink.object;
}
