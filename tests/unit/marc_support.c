#include "tests/unit/marc_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"

static void parse_subfields(struct arena *arena, struct marc_field *field, char *text)
{
	char *at = strchr(text, '$');

	field->subfields = arena_array(arena, strlen(text) + 1, sizeof *field->subfields);
	while (at) {
		struct marc_subfield *subfield = &field->subfields[field->nsubfields++];
		char *value = at + (at[2] == ' ' ? 3 : 2);

		subfield->code = at[1];
		at = strchr(value, '$');
		if (at && at > value && at[-1] == ' ')
			at[-1] = '\0';
		if (at)
			*at = '\0';
		subfield->value = value;
	}
}

struct marc *support_marc(struct arena *arena, const char *lines)
{
	struct marc *marc = arena_alloc(arena, sizeof *marc);
	char *text = arena_strdup(arena, lines), *save = NULL;

	strcpy(marc->leader, "00000nam a2200000 a 4500");
	marc->fields = arena_array(arena, strlen(lines) + 1, sizeof *marc->fields);
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		struct marc_field *field = &marc->fields[marc->nfields];

		if (strncmp(line, "LDR ", 4) == 0) {
			snprintf(marc->leader, sizeof marc->leader, "%-24.24s", line + 4);
			continue;
		}
		memcpy(field->tag, line, 3);
		if (line[0] == '0' && line[1] == '0') {
			field->data = line + 4;
		} else {
			field->indicator1 = line[4];
			field->indicator2 = line[5];
			parse_subfields(arena, field, line + 6);
		}
		marc->nfields++;
	}
	return marc;
}

uint64_t support_random(uint64_t *seed, uint64_t below)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed % below;
}

uint64_t support_seed(uint64_t otherwise)
{
	const char *given = getenv("SILANG_SEED");
	uint64_t seed = given ? strtoull(given, NULL, 0) : otherwise;

	seed += !seed;
	printf("# seed %llu (SILANG_SEED)\n", (unsigned long long)seed);
	return seed;
}

static char *random_text(struct arena *arena, uint64_t *seed)
{
	static const char *const odd[] = {"é", "ʻ", "ا", "漢", "𝄞", "&", "<", ">", "\"", "'", "]]>",
	    "\t", "\n", "\r", "$", "\xC2\x98", "e\xCC\x81", "&amp;"};
	size_t length = support_random(seed, 60);
	char *text = arena_alloc(arena, length * 4 + 1), *out = text;

	for (size_t i = 0; i < length; i++) {
		if (support_random(seed, 8))
			*out++ = (char)(' ' + support_random(seed, 95));
		else
			out = stpcpy(out, odd[support_random(seed, sizeof odd / sizeof *odd)]);
	}
	return text;
}

struct marc *support_random_marc(struct arena *arena, uint64_t *seed)
{
	struct marc *marc = arena_alloc(arena, sizeof *marc);

	strcpy(marc->leader, "00000nam a2200000 a 4500");
	marc->nfields = support_random(seed, 40);
	marc->fields = arena_array(arena, marc->nfields, sizeof *marc->fields);
	for (size_t i = 0; i < marc->nfields; i++) {
		struct marc_field *field = &marc->fields[i];

		snprintf(
		    field->tag, sizeof field->tag, "%03u", 1 + (unsigned)support_random(seed, 998));
		if (!support_random(seed, 4))
			snprintf(field->tag, sizeof field->tag, "00%u",
			    1 + (unsigned)support_random(seed, 9));
		if (strncmp(field->tag, "00", 2) == 0) {
			field->data = random_text(arena, seed);
			continue;
		}
		field->indicator1 = " 012"[support_random(seed, 4)];
		field->indicator2 = (char)(' ' + support_random(seed, 95));
		field->nsubfields = 1 + support_random(seed, 8);
		field->subfields = arena_array(arena, field->nsubfields, sizeof *field->subfields);
		for (size_t j = 0; j < field->nsubfields; j++) {
			field->subfields[j].code = (char)('!' + support_random(seed, 94));
			field->subfields[j].value = random_text(arena, seed);
		}
	}
	return marc;
}

static bool equal_fields(const struct marc_field *a, const struct marc_field *b)
{
	if (strcmp(a->tag, b->tag) != 0 || !a->data != !b->data || a->nsubfields != b->nsubfields)
		return false;
	if (a->data)
		return strcmp(a->data, b->data) == 0;
	if (a->indicator1 != b->indicator1 || a->indicator2 != b->indicator2)
		return false;
	for (size_t i = 0; i < a->nsubfields; i++)
		if (a->subfields[i].code != b->subfields[i].code ||
		    strcmp(a->subfields[i].value, b->subfields[i].value) != 0)
			return false;
	return true;
}

bool support_equal(const struct marc *a, const struct marc *b)
{
	/* 5–8 and 17–19 are the cataloguer's; 0–4, 9 and 12–16 the format's. */
	if (memcmp(a->leader + 5, b->leader + 5, 4) != 0 ||
	    memcmp(a->leader + 17, b->leader + 17, 7) != 0)
		return false;
	if (a->nfields != b->nfields)
		return false;
	for (size_t i = 0; i < a->nfields; i++)
		if (!equal_fields(&a->fields[i], &b->fields[i]))
			return false;
	return true;
}

char *support_xml(const struct marc *marc)
{
	xmlBufferPtr buffer = xmlBufferCreate();
	xmlTextWriterPtr writer = xmlNewTextWriterMemory(buffer, 0);

	marc_write_xml(writer, marc);
	xmlTextWriterFlush(writer);
	xmlFreeTextWriter(writer);

	char *text = strdup((const char *)xmlBufferContent(buffer));

	xmlBufferFree(buffer);
	return text;
}
