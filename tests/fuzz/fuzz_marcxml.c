/* Any bytes as MARCXML. Whatever tree comes out is written and reads back to the same tree. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <libxml/parser.h>

#include "base/arena.h"
#include "record/marc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static xmlBufferPtr write_xml(const struct marc *marc)
{
	xmlBufferPtr buffer = xmlBufferCreate();
	xmlTextWriterPtr writer = xmlNewTextWriterMemory(buffer, 0);

	marc_write_xml(writer, marc);
	xmlTextWriterFlush(writer);
	xmlFreeTextWriter(writer);
	return buffer;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_create(0, NULL);
	struct marc *marc, *back;

	if (marc_decode_xml(arena, data, size, &marc, NULL)) {
		xmlBufferPtr once = write_xml(marc), twice;

		if (xmlBufferLength(once) <= MARC_RECORD_MAX) {
			if (!marc_decode_xml(arena, xmlBufferContent(once),
				(size_t)xmlBufferLength(once), &back, NULL) ||
			    back->lost || back->nfields != marc->nfields)
				abort();
			twice = write_xml(back);
			if (strcmp((const char *)xmlBufferContent(once),
				(const char *)xmlBufferContent(twice)) != 0)
				abort();
			xmlBufferFree(twice);
		}
		xmlBufferFree(once);
	}
	arena_destroy(arena);
	return 0;
}
