#ifndef TESTS_SCENES_SCRIPT_H
#define TESTS_SCENES_SCRIPT_H
/* A .scene file as statements: a line that is not indented, and those indented below it. A line
 * `scene TITLE` begins a scene. `#` at a line's start makes it a comment. */
#include <stddef.h>

struct statement {
	unsigned line;
	char *text;
	char **body; /* indented lines, trimmed */
	unsigned *body_lines;
	size_t nbody;
};

struct scene {
	char *title;
	unsigned line;
	struct statement *statements;
	size_t count;
};

struct script {
	struct scene *scenes;
	size_t count;
};

/* Exits with a message when the file cannot be read or begins without a scene. */
void script_read(struct script *script, const char *file);
void script_clear(struct script *script);

#endif
