#include "scenes/transcript.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_SHOWN 300
#define LINES_SHOWN 250 /* from the beginning, and as many from the end */

void transcript_add(struct transcript *transcript, const char *line)
{
	char *copy = strdup(line);

	if (!copy)
		abort();
	vec_push(&transcript->lines, copy);
}

static char *format_text(const char *format, va_list args) __attribute__((format(printf, 1, 0)));
static char *format_text(const char *format, va_list args)
{
	char *text;

	if (vasprintf(&text, format, args) < 0)
		abort();
	return text;
}

void transcript_addf(struct transcript *transcript, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vec_push(&transcript->lines, format_text(format, args));
	va_end(args);
}

bool transcript_fail(struct transcript *transcript, const char *format, ...)
{
	va_list args;

	if (transcript->fault)
		return false;
	va_start(args, format);
	transcript->fault = format_text(format, args);
	va_end(args);
	transcript_addf(transcript, "*** %s", transcript->fault);
	return false;
}

unsigned transcript_count(const struct transcript *transcript, const char *text)
{
	unsigned count = 0;

	for (size_t i = 0; i < transcript->lines.count; i++)
		count += strstr(transcript->lines.items[i], text) != NULL;
	return count;
}

void transcript_print(const struct transcript *transcript)
{
	size_t count = transcript->lines.count;

	for (size_t i = 0; i < count; i++) {
		if (i == LINES_SHOWN && count > 2 * LINES_SHOWN) {
			i = count - LINES_SHOWN;
			printf("#   ...\n");
		}
		printf("#   %.*s\n", LINE_MAX_SHOWN, (char *)transcript->lines.items[i]);
	}
}

void transcript_clear(struct transcript *transcript)
{
	for (size_t i = 0; i < transcript->lines.count; i++)
		free(transcript->lines.items[i]);
	vec_clear(&transcript->lines);
	free(transcript->fault);
	transcript->fault = NULL;
}
