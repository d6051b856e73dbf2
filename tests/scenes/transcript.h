#ifndef TESTS_SCENES_TRANSCRIPT_H
#define TESTS_SCENES_TRANSCRIPT_H
/* What happened between all peers of a scene, a line each with its virtual time; and the first
 * thing that was not as it should be. */
#include <stdbool.h>
#include "base/vec.h"

struct transcript {
	struct vec lines;
	char *fault; /* NULL: none */
};

void transcript_add(struct transcript *transcript, const char *line);
void transcript_addf(struct transcript *transcript, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Notes what is wrong, unless something was before; returns false. */
bool transcript_fail(struct transcript *transcript, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* How many lines hold `text`. */
unsigned transcript_count(const struct transcript *transcript, const char *text);
/* As TAP's diagnostics. */
void transcript_print(const struct transcript *transcript);
void transcript_clear(struct transcript *transcript);

#endif
