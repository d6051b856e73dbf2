/*
 * marc_decode FILE.mrc [SECONDS]: what a record costs to read. Ours (ISO 2709 to a field tree, and
 * with the description made of it) against YAZ's reader with its XML tree and with its XML text,
 * over the same records in turn in one run.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <libxml/tree.h>
#include <yaz/marcdisp.h>
#include <yaz/wrbuf.h>

#include "base/arena.h"
#include "record/crosswalk.h"
#include "record/marc.h"

struct record {
	const char *bytes;
	size_t length;
};

struct records {
	struct record *items;
	size_t count, bytes;
};

struct tools {
	struct charset_converter *converter;
	yaz_marc_t yaz;
	yaz_iconv_t marc8;
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static char *read_file(const char *name, size_t *length)
{
	FILE *file = fopen(name, "rb");
	char *text = NULL;
	size_t room = 0;

	*length = 0;
	if (!file) {
		perror(name);
		exit(1);
	}
	while (!feof(file) && !ferror(file)) {
		if (*length == room) {
			room = room ? room * 2 : 1 << 16;
			text = realloc(text, room);
			if (!text)
				abort();
		}
		*length += fread(text + *length, 1, room - *length, file);
	}
	fclose(file);
	return text;
}

static struct records split(const char *text, size_t length)
{
	struct records records = {0};
	const char *at = text, *end = text + length;

	while (at < end) {
		const char *mark = memchr(at, '\x1D', (size_t)(end - at)),
			   *next = mark ? mark + 1 : end;

		while (at < next && (*at == '\n' || *at == '\r'))
			at++;
		if (next - at > 24) {
			records.items =
			    realloc(records.items, (records.count + 1) * sizeof *records.items);
			if (!records.items)
				abort();
			records.items[records.count].bytes = at;
			records.items[records.count++].length = (size_t)(next - at);
			records.bytes += (size_t)(next - at);
		}
		at = next;
	}
	return records;
}

static void ours(struct tools *tools, const struct record *record)
{
	struct arena *arena = arena_create(0, NULL);
	struct marc *marc;

	marc_decode_iso2709_using(
	    tools->converter, arena, record->bytes, record->length, CHARSET_AUTO, &marc, NULL);
	arena_destroy(arena);
}

static void ours_described(struct tools *tools, const struct record *record)
{
	struct arena *arena = arena_create(0, NULL);
	struct marc *marc;

	if (marc_decode_iso2709_using(
		tools->converter, arena, record->bytes, record->length, CHARSET_AUTO, &marc, NULL))
		crosswalk_marc(arena, marc, CROSSWALK_MARC21);
	arena_destroy(arena);
}

static void yaz_read(struct tools *tools, const struct record *record)
{
	yaz_marc_iconv(tools->yaz, record->bytes[9] == 'a' ? NULL : tools->marc8);
	yaz_marc_read_iso2709(tools->yaz, record->bytes, (int)record->length);
}

static void yaz_tree(struct tools *tools, const struct record *record)
{
	xmlNodePtr root = NULL;

	yaz_read(tools, record);
	yaz_marc_write_xml(tools->yaz, &root, "http://www.loc.gov/MARC21/slim", NULL, NULL);
	xmlFreeNode(root);
}

static void yaz_text(struct tools *tools, const struct record *record)
{
	WRBUF text = wrbuf_alloc();

	yaz_read(tools, record);
	yaz_marc_write_marcxml(tools->yaz, text);
	wrbuf_destroy(text);
}

static const struct way {
	const char *name;
	void (*read)(struct tools *tools, const struct record *record);
} ways[] = {{"ours: field tree", ours}, {"ours: tree and description", ours_described},
    {"yaz: read only", yaz_read}, {"yaz: read, MARCXML text", yaz_text},
    {"yaz: read, XML tree", yaz_tree}};

#define WAYS (sizeof ways / sizeof *ways)

int main(int argc, char **argv)
{
	struct tools tools = {
	    charset_converter_create(), yaz_marc_create(), yaz_iconv_open("utf-8", "marc-8")};
	double spent[WAYS] = {0}, seconds = argc > 2 ? atof(argv[2]) : 3;
	size_t length, rounds = 0;

	if (argc < 2) {
		fprintf(stderr, "usage: marc_decode FILE.mrc [SECONDS]\n");
		return 2;
	}

	char *text = read_file(argv[1], &length);
	struct records records = split(text, length);

	if (!records.count) {
		fprintf(stderr, "%s: no records\n", argv[1]);
		return 1;
	}
	/* In turn, so that all meet the same machine. */
	for (double begin = now(); now() - begin < seconds; rounds++)
		for (size_t way = 0; way < WAYS; way++) {
			double start = now();

			for (size_t i = 0; i < records.count; i++)
				ways[way].read(&tools, &records.items[i]);
			spent[way] += now() - start;
		}
	printf("%zu records of %zu bytes on average, %zu rounds\n", records.count,
	    records.bytes / records.count, rounds);
	for (size_t way = 0; way < WAYS; way++)
		printf("%-28s %8.2f us a record %8.2f x\n", ways[way].name,
		    spent[way] / (double)(rounds * records.count) * 1e6, spent[way] / spent[0]);
	charset_converter_destroy(tools.converter);
	yaz_marc_destroy(tools.yaz);
	yaz_iconv_close(tools.marc8);
	free(records.items);
	free(text);
	return 0;
}
