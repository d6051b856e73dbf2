/*
 * A configuration from bytes. A zero byte divides them into files: the first is the document, the
 * others can be included as "1", "2", … or read as password files and profiles ("./1").
 * NULL exactly when something was reported, each complaint with a file and a line.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "registry/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const uint8_t *data;
	size_t size;
};

static bool load(void *arg, const char *path, char **text, size_t *length, char *why, size_t size)
{
	const struct input *input = arg;
	const uint8_t *at = input->data, *end = input->data + input->size, *next;
	int number = strcmp(path, "silang.xml") == 0 ? 0 : atoi(path);

	if ((number <= 0 && strcmp(path, "silang.xml") != 0) || number > 8) {
		snprintf(why, size, "not here");
		return false;
	}
	for (;; at = next + 1) {
		next = at < end ? memchr(at, 0, (size_t)(end - at)) : NULL;
		if (!number--)
			break;
		if (!next) {
			snprintf(why, size, "not here");
			return false;
		}
	}
	*length = (size_t)((next ? next : end) - at);
	*text = malloc(*length + 1);
	if (!*text)
		abort();
	memcpy(*text, at, *length);
	return true;
}

static void complain(void *arg, const char *file, int line, const char *message)
{
	if (!*file || line < 1 || !*message || strchr(message, '\n'))
		abort();
	(*(unsigned *)arg)++;
}

/* What everyone else relies on. */
static void examine(const struct config *config)
{
	struct arena *arena = arena_create(0, NULL);
	const struct partner *const *partners;
	size_t count;
	bool single;

	if (!config->npartners || (!config->sru.present && !config->z3950.present))
		abort();
	for (size_t i = 0; i < config->npartners; i++) {
		const struct partner *p = config->partners[i];

		if (p->number != i || !p->name || !p->target.host || !p->target.database ||
		    !p->target.port || !p->target.profile || config_partner(config, p->id) != p)
			abort();
		if (!config_database(config, arena, p->id, &partners, &count, &single) || !single ||
		    count != 1 || *partners != p)
			abort();
	}
	for (size_t i = 0; i < config->ngroups; i++)
		if (!config->groups[i]->nmembers ||
		    config_group(config, config->groups[i]->id) != config->groups[i])
			abort();
	arena_destroy(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = {data, size};
	unsigned complaints = 0;
	struct config *config = config_parse("silang.xml", load, &input, complain, &complaints);

	if (!config != (complaints > 0))
		abort();
	if (config)
		examine(config);
	config_unref(config);
	return 0;
}
