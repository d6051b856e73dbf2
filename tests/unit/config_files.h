#ifndef SILANG_TESTS_CONFIG_FILES_H
#define SILANG_TESTS_CONFIG_FILES_H
/* For tests of configurations: a loader that opens files, one that has a text, kept complaints. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "registry/config.h"

struct heard {
	size_t count;
	char text[65536]; /* FILE:LINE: message, one a line */
};

static inline void hear(void *arg, const char *file, int line, const char *message)
{
	struct heard *heard = arg;
	size_t used = strlen(heard->text);

	heard->count++;
	snprintf(heard->text + used, sizeof heard->text - used, "%s:%d: %s\n", file, line, message);
}

static inline bool load_file(
    void *arg, const char *path, char **text, size_t *length, char *why, size_t size)
{
	FILE *in = fopen(path, "rb");

	if (!in) {
		snprintf(why, size, "%s", strerror(errno));
		return false;
	}
	*text = malloc((8 << 20) + 1);
	*length = *text ? fread(*text, 1, 8 << 20, in) : 0;
	fclose(in);
	return *text != NULL;
}

/* The document is the argument, whatever it is called; nothing else can be loaded. */
static inline bool load_text(
    void *arg, const char *path, char **text, size_t *length, char *why, size_t size)
{
	if (strcmp(path, "silang.xml") != 0) {
		snprintf(why, size, "not here");
		return false;
	}
	*length = strlen(arg);
	*text = strdup(arg);
	return *text != NULL;
}

static inline struct config *parse_text(const char *text, struct heard *heard)
{
	heard->count = 0;
	*heard->text = '\0';
	return config_parse("silang.xml", load_text, (void *)(size_t)text, hear, heard);
}

#endif
