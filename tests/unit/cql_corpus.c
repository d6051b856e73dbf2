#include "tests/unit/cql_corpus.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "query/profile.h"

static struct profile *load_profile(struct arena *arena, const char *name)
{
	struct profile *profile;

	assert_non_null(profile_builtin(name));
	profile = profile_parse(arena, name, profile_builtin(name), NULL, NULL);
	assert_non_null(profile);
	return profile;
}

void corpus_open(struct corpus *corpus)
{
	struct arena *arena = arena_create(0, NULL);
	const char *path =
	    arena_printf(arena, "%s/tests/unit/data/cql/corpus.tsv", getenv("top_srcdir"));

	*corpus = (struct corpus){.arena = arena, .file = fopen(path, "r")};
	assert_non_null(corpus->file);
	corpus->profile = load_profile(arena, "bath");
}

void corpus_close(struct corpus *corpus)
{
	fclose(corpus->file);
	arena_destroy(corpus->arena);
}

/* {0A} is the byte 0x0A. */
static void decode_bytes(char *text)
{
	char *out = text;
	unsigned byte;

	for (; *text; text++) {
		if (*text == '{' && sscanf(text, "{%2X}", &byte) == 1) {
			*out++ = (char)byte;
			text += 3;
		} else {
			*out++ = *text;
		}
	}
	*out = '\0';
}

static enum cqlq_version read_version(const char *text)
{
	if (strcmp(text, "1.1") == 0)
		return CQLQ_1_1;
	return strcmp(text, "1.2") == 0 ? CQLQ_1_2 : CQLQ_2_0;
}

static char *next_column(char **rest)
{
	char *column = *rest;
	size_t length = strcspn(column, "\t");

	*rest = column + length + (column[length] == '\t');
	column[length] = '\0';
	return column;
}

bool corpus_next(struct corpus *corpus)
{
	struct corpus_row *row = &corpus->row;

	while (fgets(corpus->text, sizeof corpus->text, corpus->file)) {
		char *rest = corpus->text;

		row->line++;
		rest[strcspn(rest, "\n")] = '\0';
		if (strncmp(rest, "%profile ", 9) == 0)
			corpus->profile = load_profile(corpus->arena, rest + 9);
		if (!*rest || *rest == '#' || *rest == '%')
			continue;
		row->version = read_version(next_column(&rest));
		row->query = next_column(&rest);
		row->tree = next_column(&rest);
		row->pqf = next_column(&rest);
		row->mark = next_column(&rest);
		decode_bytes(row->query);
		return true;
	}
	return false;
}
