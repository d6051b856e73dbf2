#include "record/marc.h"

#include <string.h>

#include "base/arena.h"
#include "record/marc_private.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

void marc_set_leader(struct marc *marc, const char *text, size_t length)
{
	char *leader = marc->leader;

	for (size_t i = 0; i < 24; i++)
		leader[i] = i < length && text[i] >= 0x20 && text[i] < 0x7F ? text[i] : ' ';
	leader[24] = '\0';
	/* Numbers or blanks: the schema of MARCXML asks for it. */
	for (size_t i = 0; i < 17; i = i == 4 ? 12 : i + 1)
		if (!is_digit(leader[i]))
			leader[i] = leader[i] == ' ' ? ' ' : '0';
	memcpy(leader + 10, "22", 2);
	memcpy(leader + 20, "4500", 4);
}

bool marc_is_tag(const char *text)
{
	for (int i = 0; i < 3; i++) {
		char c = text[i];

		if (!is_digit(c) && !(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z'))
			return false;
	}
	return true;
}

bool marc_is_control(const char *tag)
{
	return tag[0] == '0' && tag[1] == '0';
}

bool marc_is_code(char c)
{
	return c > 0x20 && c < 0x7F;
}

bool marc_is_indicator(char c)
{
	return c >= 0x20 && c < 0x7F;
}

static bool tag_matches(const char *tag, const char *pattern)
{
	for (int i = 0; i < 3; i++)
		if (pattern[i] != '.' && pattern[i] != tag[i])
			return false;
	return true;
}

const struct marc_field *marc_find(
    const struct marc *marc, const char *tag, const struct marc_field *after)
{
	size_t i = after ? (size_t)(after - marc->fields) + 1 : 0;

	for (; i < marc->nfields; i++)
		if (tag_matches(marc->fields[i].tag, tag))
			return &marc->fields[i];
	return NULL;
}

const char *marc_subfield(const struct marc_field *field, char code)
{
	for (size_t i = 0; i < field->nsubfields; i++)
		if (field->subfields[i].code == code)
			return field->subfields[i].value;
	return NULL;
}

struct marc *marc_with_field(
    struct arena *arena, const struct marc *marc, const struct marc_field *field)
{
	struct marc *copy = arena_memdup(arena, marc, sizeof *marc);
	size_t at = marc->nfields;

	while (at > 0 && strcmp(marc->fields[at - 1].tag, field->tag) > 0)
		at--;
	copy->nfields = marc->nfields + 1;
	copy->fields = arena_array(arena, copy->nfields, sizeof *copy->fields);
	if (at)
		memcpy(copy->fields, marc->fields, at * sizeof *field);
	copy->fields[at] = *field;
	if (at < marc->nfields)
		memcpy(
		    copy->fields + at + 1, marc->fields + at, (marc->nfields - at) * sizeof *field);
	return copy;
}

/* ---- the line form ---- */

struct lines {
	char *text; /* NULL: only measure */
	size_t length;
};

static void add(struct lines *lines, const char *text)
{
	for (; *text; text++, lines->length++)
		if (lines->text)
			lines->text[lines->length] = *text == '\n' || *text == '\r' ? ' ' : *text;
}

static void end_line(struct lines *lines)
{
	if (lines->text)
		lines->text[lines->length] = '\n';
	lines->length++;
}

static void write_lines(struct lines *lines, const struct marc *marc)
{
	add(lines, marc->leader);
	end_line(lines);
	for (size_t i = 0; i < marc->nfields; i++) {
		const struct marc_field *field = &marc->fields[i];

		add(lines, field->tag);
		add(lines, " ");
		if (field->data) {
			add(lines, field->data);
		} else {
			add(lines, (char[]){field->indicator1, field->indicator2, '\0'});
		}
		for (size_t j = 0; j < field->nsubfields; j++) {
			add(lines, (char[]){' ', '$', field->subfields[j].code, ' ', '\0'});
			add(lines, field->subfields[j].value);
		}
		end_line(lines);
	}
}

char *marc_to_lines(struct arena *arena, const struct marc *marc)
{
	struct lines lines = {0};

	write_lines(&lines, marc);
	lines.text = arena_alloc(arena, lines.length + 1);
	lines.length = 0;
	write_lines(&lines, marc);
	return lines.text;
}
