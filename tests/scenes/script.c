#include "scenes/script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One more element of an array on the heap, zeroed. */
static void *grow(void *list, size_t count, size_t size)
{
	char *grown = realloc(list, (count + 1) * size);

	if (!grown)
		abort();
	memset(grown + count * size, 0, size);
	return grown;
}

static char *trimmed(const char *line)
{
	size_t length;

	line += strspn(line, " \t");
	length = strlen(line);
	while (length && strchr(" \t\r\n", line[length - 1]))
		length--;
	return strndup(line, length);
}

static void add_line(struct script *script, const char *file, const char *line, unsigned number)
{
	char *text = trimmed(line);
	struct scene *scene = script->count ? &script->scenes[script->count - 1] : NULL;
	struct statement *statement;

	if (!*text || *text == '#') {
		free(text);
		return;
	}
	if (!strncmp(line, "scene ", 6)) {
		script->scenes = grow(script->scenes, script->count, sizeof *script->scenes);
		script->scenes[script->count++] = (struct scene){strdup(text + 6), number, NULL, 0};
		free(text);
		return;
	}
	if (!scene || ((*line == ' ' || *line == '\t') && !scene->count)) {
		fprintf(stderr, "%s:%u: no scene has begun\n", file, number);
		exit(2);
	}
	if (*line != ' ' && *line != '\t') {
		scene->statements =
		    grow(scene->statements, scene->count, sizeof *scene->statements);
		scene->statements[scene->count++] = (struct statement){number, text, NULL, NULL, 0};
		return;
	}
	statement = &scene->statements[scene->count - 1];
	statement->body = grow(statement->body, statement->nbody, sizeof *statement->body);
	statement->body_lines =
	    grow(statement->body_lines, statement->nbody, sizeof *statement->body_lines);
	statement->body[statement->nbody] = text;
	statement->body_lines[statement->nbody++] = number;
}

void script_read(struct script *script, const char *file)
{
	FILE *in = fopen(file, "r");
	char *line = NULL;
	size_t room = 0;

	*script = (struct script){0};
	if (!in) {
		perror(file);
		exit(2);
	}
	for (unsigned number = 1; getline(&line, &room, in) >= 0; number++)
		add_line(script, file, line, number);
	free(line);
	fclose(in);
}

void script_clear(struct script *script)
{
	for (size_t s = 0; s < script->count; s++) {
		struct scene *scene = &script->scenes[s];

		for (size_t i = 0; i < scene->count; i++) {
			for (size_t j = 0; j < scene->statements[i].nbody; j++)
				free(scene->statements[i].body[j]);
			free(scene->statements[i].body);
			free(scene->statements[i].body_lines);
			free(scene->statements[i].text);
		}
		free(scene->statements);
		free(scene->title);
	}
	free(script->scenes);
}
