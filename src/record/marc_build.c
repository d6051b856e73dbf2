#include "record/marc_build.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "record/marc_private.h"

void marc_build_begin(struct marc_build *build, struct arena *arena)
{
	*build = (struct marc_build){.arena = arena};
	build->marc = arena_alloc(arena, sizeof *build->marc);
	/* Encoding level 3: abbreviated; it was catalogued elsewhere, in another form. */
	memcpy(build->marc->leader, "     nam a22     3u 4500", 25);
	memset(build->fixed, ' ', 40);
	memcpy(build->fixed, "      n", 7);
	memcpy(build->fixed + 15, "xx ", 3);
	memcpy(build->fixed + 18, "|||||||||||||||||", 17);
	memcpy(build->fixed + 35, "und d", 5);
}

static struct marc_field *last_field(struct marc_build *build)
{
	return &build->marc->fields[build->marc->nfields - 1];
}

/* An open field that stayed empty makes place for the next. */
static void close_field(struct marc_build *build)
{
	if (build->open && !last_field(build)->nsubfields)
		build->marc->nfields--;
	build->open = false;
}

static struct marc_field *new_field(struct marc_build *build, const char *tag)
{
	struct marc *marc = build->marc;
	struct marc_field *field;

	close_field(build);
	if (marc->nfields == MARC_FIELDS_MAX) {
		marc->lost++;
		return NULL;
	}
	marc->fields = arena_grow(
	    build->arena, marc->fields, marc->nfields, &build->room, sizeof *marc->fields);
	field = &marc->fields[marc->nfields++];
	*field = (struct marc_field){.indicator1 = ' ', .indicator2 = ' '};
	memcpy(field->tag, tag, 3);
	return field;
}

void marc_build_control(struct marc_build *build, const char *tag, const char *data)
{
	struct marc_field *field;
	const char *line = data ? marc_build_line(build->arena, data) : "";

	if (!*line)
		return;
	field = new_field(build, tag);
	if (field)
		field->data = line;
}

void marc_build_field(struct marc_build *build, const char *tag, char indicator1, char indicator2)
{
	struct marc_field *field = new_field(build, tag);

	if (!field)
		return;
	field->indicator1 = indicator1;
	field->indicator2 = indicator2;
	build->open = true;
	build->subfield_room = 0;
}

void marc_build_add(struct marc_build *build, char code, const char *text)
{
	struct marc_field *field;
	const char *line;

	if (!build->open || !text)
		return;
	line = marc_build_line(build->arena, text);
	if (!*line)
		return;
	if (build->nsubfields == MARC_SUBFIELDS_MAX) {
		build->marc->lost++;
		return;
	}
	field = last_field(build);
	field->subfields = arena_grow(build->arena, field->subfields, field->nsubfields,
	    &build->subfield_room, sizeof *field->subfields);
	field->subfields[field->nsubfields++] = (struct marc_subfield){code, line};
	build->nsubfields++;
}

void marc_build_text(
    struct marc_build *build, const char *tag, const char *indicators, char code, const char *text)
{
	marc_build_field(build, tag, indicators[0], indicators[1]);
	marc_build_add(build, code, text);
}

bool marc_build_has(const struct marc_build *build, const char *tag)
{
	const struct marc_field *field = marc_find(build->marc, tag, NULL);

	return field && (field->data || field->nsubfields);
}

/* By tag; of one tag, as they came. */
static int compare(const void *a, const void *b)
{
	const struct marc_field *x = *(const struct marc_field *const *)a;
	const struct marc_field *y = *(const struct marc_field *const *)b;
	int by_tag = strcmp(x->tag, y->tag);

	return by_tag ? by_tag : (x > y) - (x < y);
}

static void sort_fields(struct marc_build *build)
{
	struct marc *marc = build->marc;
	const struct marc_field **order = arena_array(build->arena, marc->nfields, sizeof *order);
	struct marc_field *sorted = arena_array(build->arena, marc->nfields, sizeof *sorted);

	for (size_t i = 0; i < marc->nfields; i++)
		order[i] = &marc->fields[i];
	qsort(order, marc->nfields, sizeof *order, compare);
	for (size_t i = 0; i < marc->nfields; i++)
		sorted[i] = *order[i];
	marc->fields = sorted;
}

struct marc *marc_build_end(struct marc_build *build)
{
	struct marc_field *fixed = new_field(build, "008");

	if (fixed) /* as it is, blanks and all */
		fixed->data = arena_strdup(build->arena, build->fixed);
	close_field(build);
	sort_fields(build);
	marc_set_leader(build->marc, build->marc->leader, 24);
	return build->marc;
}
