#include "tests/quality/set.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "merge/doc.h"
#include "record/bib.h"
#include "record/crosswalk.h"
#include "record/marc.h"

#define TEXT_FIELDS_MAX 64
#define TEXT_SUBFIELDS_MAX 256

struct quality_set *quality_set_create(void)
{
	struct quality_set *set = calloc(1, sizeof *set);

	if (!set)
		abort();
	set->arena = arena_create(0, NULL);
	set->by_id = map_create();
	return set;
}

void quality_set_destroy(struct quality_set *set)
{
	arena_destroy(set->arena);
	map_destroy(set->by_id);
	free(set->records);
	free(set);
}

static const char *key_of(struct arena *arena, const char *catalogue, const char *id)
{
	return arena_printf(arena, "%s/%s", catalogue, id);
}

/* Records move when the array grows, so the map keeps their numbers. */
static void add_record(struct quality_set *set, const char *catalogue, const struct marc *marc,
    struct arena *scratch, unsigned number, unsigned place)
{
	const struct bib *bib = crosswalk_marc(scratch, marc, CROSSWALK_MARC21);
	const char *id = bib->control_number ? bib->control_number : "";

	if (set->count == set->room) {
		set->room = set->room ? set->room * 2 : 1024;
		set->records = realloc(set->records, set->room * sizeof *set->records);
		if (!set->records)
			abort();
	}
	set->records[set->count] = (struct quality_record){.catalogue = catalogue,
	    .id = arena_strdup(set->arena, id),
	    .doc = doc_create(set->arena, bib),
	    .number = number,
	    .place = place};
	map_put(set->by_id, key_of(scratch, catalogue, id),
	    arena_memdup(set->arena, &set->count, sizeof set->count));
	set->count++;
}

const struct quality_record *quality_set_find(
    const struct quality_set *set, const char *catalogue, const char *id)
{
	struct arena *scratch = arena_create(0, NULL);
	const size_t *found = map_find(set->by_id, key_of(scratch, catalogue, id));

	arena_destroy(scratch);
	return found ? &set->records[*found] : NULL;
}

static char *read_file(const char *path, size_t *length)
{
	FILE *file = fopen(path, "rb");
	char *text = NULL;
	size_t room = 1 << 16;

	if (!file) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return NULL;
	}
	for (*length = 0;; room *= 2) {
		text = realloc(text, room + 1);
		if (!text)
			abort();
		*length += fread(text + *length, 1, room - *length, file);
		if (*length < room)
			break;
	}
	fclose(file);
	text[*length] = '\0';
	return text;
}

static bool read_catalogue(struct quality_set *set, const char *path, const char *name)
{
	size_t length;
	char *text = read_file(path, &length), *at = text;
	struct charset_converter *converter = charset_converter_create();
	unsigned place = 0;

	while (text && at < text + length) {
		char *mark = memchr(at, '\x1D', (size_t)(text + length - at));
		char *next = mark ? mark + 1 : text + length;
		struct arena *scratch = arena_create(0, NULL);
		struct marc *marc;

		while (at < next && (*at == '\n' || *at == '\r'))
			at++;
		if (next - at > 24 && marc_decode_iso2709_using(converter, scratch, at,
					  (size_t)(next - at), CHARSET_AUTO, &marc, NULL))
			add_record(set, name, marc, scratch, set->catalogues, place++);
		arena_destroy(scratch);
		at = next;
	}
	set->catalogues++;
	charset_converter_destroy(converter);
	free(text);
	return text != NULL;
}

static int is_catalogue(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return length > 4 && !strcmp(entry->d_name + length - 4, ".mrc");
}

bool quality_set_read_catalogues(struct quality_set *set, const char *dir)
{
	struct dirent **entries;
	int count = scandir(dir, &entries, is_catalogue, alphasort);
	bool ok = count > 0;

	if (count <= 0)
		fprintf(stderr, "%s: no catalogues\n", dir);
	for (int i = 0; i < count; i++) {
		const char *file = entries[i]->d_name;

		ok &= read_catalogue(set, arena_printf(set->arena, "%s/%s", dir, file),
		    arena_strndup(set->arena, file, strlen(file) - 4));
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	return ok;
}

/* A record under way, from its lines. */
struct draft {
	struct arena *arena;
	struct marc marc;
	struct marc_subfield subfields[TEXT_SUBFIELDS_MAX];
	size_t nsubfields;
	const char *catalogue;
};

static bool begin_draft(struct draft *draft, struct arena *scratch, char *line)
{
	char *catalogue = strtok(line + 1, " "), *id = strtok(NULL, " ");

	if (!catalogue || !id)
		return false;
	draft->arena = scratch;
	draft->catalogue = catalogue;
	draft->nsubfields = 0;
	draft->marc = (struct marc){.leader = "00000nam a2200000 a 4500"};
	draft->marc.fields = arena_array(scratch, TEXT_FIELDS_MAX, sizeof *draft->marc.fields);
	draft->marc.fields[draft->marc.nfields++] = (struct marc_field){.tag = "001", .data = id};
	return true;
}

static bool add_leader(struct draft *draft, const char *text)
{
	if (strlen(text) < 2)
		return false;
	draft->marc.leader[6] = text[0];
	draft->marc.leader[7] = text[1];
	draft->marc.leader[17] = text[2] ? text[2] : ' ';
	return true;
}

static bool add_subfields(struct draft *draft, struct marc_field *field, char *text)
{
	field->subfields = &draft->subfields[draft->nsubfields];
	for (char *at = strstr(text, "$"); at;) {
		char *next = strstr(at + 2, " $"), code = at[1];

		if (draft->nsubfields == TEXT_SUBFIELDS_MAX || at[2] != ' ')
			return false;
		if (next)
			*next++ = '\0';
		draft->subfields[draft->nsubfields++] = (struct marc_subfield){code, at + 3};
		field->nsubfields++;
		at = next;
	}
	return field->nsubfields > 0;
}

static bool add_line(struct draft *draft, char *line)
{
	struct marc_field *field = &draft->marc.fields[draft->marc.nfields];

	if (!strncmp(line, "LDR ", 4))
		return add_leader(draft, line + 4);
	if (strlen(line) < 5 || line[3] != ' ' || draft->marc.nfields == TEXT_FIELDS_MAX)
		return false;
	draft->marc.nfields++;
	memcpy(field->tag, line, 3);
	if (line[0] == '0' && line[1] == '0') {
		field->data = line + 4;
		return true;
	}
	if (strlen(line) < 10 || line[6] != ' ')
		return false;
	field->indicator1 = line[4];
	field->indicator2 = line[5];
	return add_subfields(draft, field, line + 7);
}

/* By way of ISO 2709, as a target would send it. */
static bool end_draft(struct quality_set *set, struct draft *draft, unsigned place)
{
	struct marc *marc;
	size_t length;
	char *bytes;

	if (!draft->catalogue)
		return true;
	if (!marc_encode_iso2709(draft->arena, &draft->marc, &bytes, &length, NULL) ||
	    !marc_decode_iso2709(draft->arena, bytes, length, CHARSET_AUTO, &marc, NULL))
		return false;
	add_record(set, arena_strdup(set->arena, draft->catalogue), marc, draft->arena,
	    set->catalogues, place);
	return true;
}

bool quality_set_read_text(struct quality_set *set, const char *path)
{
	size_t length;
	char *text = read_file(path, &length), *save = NULL;
	struct arena *scratch = arena_create(0, NULL);
	struct draft *draft = arena_alloc(scratch, sizeof *draft);
	unsigned place = 0;
	bool ok = text != NULL;

	for (char *line = ok ? strtok_r(text, "\n", &save) : NULL; line && ok;
	     line = strtok_r(NULL, "\n", &save)) {
		if (*line == '#')
			continue;
		if (*line == '=')
			ok = end_draft(set, draft, place++) && begin_draft(draft, scratch, line);
		else
			ok = draft->catalogue && add_line(draft, line);
		if (!ok)
			fprintf(stderr, "%s: wrong: %s\n", path, line);
	}
	ok = ok && end_draft(set, draft, place);
	set->catalogues++;
	arena_destroy(scratch);
	free(text);
	return ok;
}

static size_t split_line(char *line, char *columns[QUALITY_COLUMNS])
{
	size_t count = 0;

	memset(columns, 0, QUALITY_COLUMNS * sizeof *columns);
	while (count < QUALITY_COLUMNS) {
		char *tab = strchr(line, '\t');

		columns[count++] = line;
		if (!tab)
			break;
		*tab = '\0';
		line = tab + 1;
	}
	return count;
}

bool quality_table_read(
    const char *path, bool (*fn)(void *arg, char *columns[QUALITY_COLUMNS]), void *arg)
{
	size_t length, number = 0;
	char *text = read_file(path, &length);
	bool ok = text != NULL;

	for (char *line = text, *next; ok && line && *line; line = next) {
		char *columns[QUALITY_COLUMNS];

		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		number++;
		if (!*line || *line == '#')
			continue;
		split_line(line, columns);
		if (!fn(arg, columns)) {
			fprintf(stderr, "%s:%zu: wrong line\n", path, number);
			ok = false;
		}
	}
	free(text);
	return ok;
}
