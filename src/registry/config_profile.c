#include "registry/config_read.h"

#include <string.h>

#include "base/arena.h"
#include "query/profile.h"
#include "registry/config_report.h"

#define BUILTIN_MAX 32
#define PROFILE_MAX ((size_t)1 << 20) /* bytes */

struct complaints {
	struct config_report *report;
	const char *file;
};

static void complain(void *arg, int line, const char *message)
{
	const struct complaints *to = arg;

	config_report_add(to->report, to->file, line > 0 ? line : 1, "%s", message);
}

static void parse(
    struct config_reader *reader, struct config_profile *entry, const char *name, const char *text)
{
	struct complaints to = {reader->report, entry->path};

	entry->hash = partner_hash(0, text, strlen(text));
	entry->profile = profile_parse(reader->arena, name, text, complain, &to);
}

static void load(struct config_reader *reader, struct config_profile *entry, const char *name)
{
	char why[256];
	size_t length;
	const char *text =
	    config_source_load(&reader->source, entry->path, PROFILE_MAX, &length, why, sizeof why);

	if (!text) {
		entry->wrong = arena_printf(reader->scratch, "cannot be read: %s", why);
		return;
	}
	config_report_file(reader->report, entry->path);
	if (memchr(text, '\0', length))
		config_report_add(
		    reader->report, entry->path, 1, "is not a text file: it holds a zero byte");
	else
		parse(reader, entry, name, text);
}

static const char *no_builtin(struct arena *arena, const char *name)
{
	const char *names[BUILTIN_MAX];
	size_t count = 0;

	while (count < BUILTIN_MAX && profile_builtin_name(count)) {
		names[count] = profile_builtin_name(count);
		count++;
	}
	return arena_printf(arena,
	    "is not a built-in profile%s (the path of a profile of your own has a / or a . in it)",
	    config_report_hint(arena, name, names, count));
}

const struct config_profile *config_profile_get(
    struct config_reader *reader, const char *base, const char *name)
{
	bool is_path = strpbrk(name, "/.") != NULL;
	const char *path = is_path ? config_source_resolve(reader->scratch, base, name) : name;
	struct config_profile *entry;

	for (entry = reader->profiles; entry; entry = entry->next)
		if (strcmp(entry->path, path) == 0)
			return entry;
	entry = arena_alloc(reader->scratch, sizeof *entry);
	entry->path = path;
	entry->next = reader->profiles;
	reader->profiles = entry;
	if (is_path)
		load(reader, entry, name);
	else if (profile_builtin(name))
		parse(reader, entry, name, profile_builtin(name));
	else
		entry->wrong = no_builtin(reader->scratch, name);
	return entry;
}
