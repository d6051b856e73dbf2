/* silang explain-match: why two records are, or are not, the same publication. Asks nobody: the
 * decision is that of the gateway's own code. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/arena.h"
#include "cli/command.h"
#include "cli/marc_file.h"
#include "cli/match.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "daemon/files.h"

static const char usage[] =
    "usage: silang explain-match FILE [-f text|json]\n\n"
    "  FILE       two MARC records, ISO 2709 or MARCXML; - is standard input\n"
    "  -f FORMAT  text (the default) or json\n\n"
    "Exit status: 0 the same publication (x-dedup=normal); 1 not the same; 2 usage, or FILE\n"
    "cannot be read or has not two records.\n";

static const char *name_of(const char *file)
{
	return strcmp(file, "-") == 0 ? "standard input" : file;
}

static bool load(struct arena *arena, const char *file, const char **bytes, size_t *length)
{
	char why[128], *text;
	const char *path = strcmp(file, "-") == 0 ? "/dev/stdin" : file;

	if (!files_load(NULL, path, &text, length, why, sizeof why)) {
		command_complain("%s: %s", name_of(file), why);
		return false;
	}
	*bytes = arena_memdup(arena, text, *length);
	free(text);
	return true;
}

/* The two records of the file; complains when there are not two that can be read. */
static bool read_two(struct arena *arena, const char *name, struct marc *marcs[2])
{
	struct marc_file file;
	const char *bytes, *why;
	size_t length;

	if (!load(arena, name, &bytes, &length))
		return false;
	if (!marc_file_read(arena, bytes, length, 2, &file, &why)) {
		command_complain("%s: %s", name_of(name), why);
		return false;
	}
	if (file.count != 2) {
		command_complain("%s has %zu record%s; two are wanted", name_of(name), file.count,
		    file.count == 1 ? "" : "s");
		return false;
	}
	for (size_t i = 0; i < 2; i++) {
		marcs[i] = file.records[i].marc;
		if (marcs[i])
			continue;
		command_complain(
		    "%s: record %zu: %s", name_of(name), i + 1, file.records[i].problem);
		return false;
	}
	return true;
}

static void print_json(struct arena *arena, const struct match *match)
{
	json_t *root = match_json(arena, match);

	json_dumpf(root, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(8));
	putchar('\n');
	json_decref(root);
}

static int explain(const struct options *options)
{
	struct arena *arena = arena_create(0, NULL);
	struct marc *marcs[2];
	struct match match;
	int status = SILANG_USAGE;

	if (read_two(arena, options->file, marcs)) {
		match_make(arena, marcs, &match);
		if (strcmp(options->format, "json") == 0)
			print_json(arena, &match);
		else
			fputs(match_text(arena, &match, progress_width(stdout)), stdout);
		status = match_is_same(&match) ? SILANG_FOUND : SILANG_NOTHING;
	}
	arena_destroy(arena);
	return status;
}

int cmd_explain_match(int argc, char **argv)
{
	struct options options;

	switch (options_read_match(argc, argv, &options)) {
	case OPTIONS_OK: return explain(&options);
	case OPTIONS_HELP: fputs(usage, stdout); return 0;
	case OPTIONS_WRONG: break;
	}
	command_complain("%s", options.why);
	fputs(usage, stderr);
	return SILANG_USAGE;
}
