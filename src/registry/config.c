#include "registry/config.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "registry/config_check.h"
#include "registry/config_read.h"
#include "registry/config_report.h"

/* Of the trees while they are read; 64 MiB of XML fit, and no more than that is loaded. */
#define SCRATCH_BYTES ((size_t)1 << 30)

struct config *config_parse(const char *file, config_load_fn load, void *load_arg,
    config_complain_fn complain, void *complain_arg)
{
	struct arena *arena = arena_create(0, NULL), *scratch = arena_create(SCRATCH_BYTES, NULL);
	struct config *config = arena_alloc(arena, sizeof *config);
	struct config_report *report = config_report_create(scratch);
	struct config_reader reader = {
	    .config = config, .arena = arena, .scratch = scratch, .report = report};
	const struct config_node *root;

	config->refs = 1;
	config->arena = arena;
	config->file = arena_strdup(arena, file);
	reader.source = (struct config_source){
	    .arena = scratch, .report = report, .load = load, .load_arg = load_arg};
	reader.last_partner = &reader.partners;
	reader.last_group = &reader.groups;
	root = config_xml_read(&reader.source, config->file);
	if (root) {
		config_read(&reader, root);
		if (strcmp(root->name, "silang") == 0)
			config_check(&reader);
	}
	if (config_report_count(report)) {
		config_report_deliver(report, complain, complain_arg);
		config_unref(config);
		config = NULL;
	}
	arena_destroy(scratch);
	return config;
}

struct config *config_ref(struct config *config)
{
	config->refs++;
	return config;
}

void config_unref(struct config *config)
{
	if (!config)
		return;
	assert(config->refs);
	if (!--config->refs)
		arena_destroy(config->arena);
}

static int key_compare(const void *id, const void *entry)
{
	return text_compare_ignoring_case(id, ((const struct config_entry *)entry)->key);
}

static const struct config_entry *find_entry(const struct config *config, const char *id)
{
	if (!config->nindex)
		return NULL;
	return bsearch(id, config->index, config->nindex, sizeof *config->index, key_compare);
}

const struct partner *config_partner(const struct config *config, const char *id)
{
	const struct config_entry *entry = find_entry(config, id);

	return entry ? entry->partner : NULL;
}

const struct group *config_group(const struct config *config, const char *id)
{
	const struct config_entry *entry = find_entry(config, id);

	return entry ? entry->group : NULL;
}

bool config_database(const struct config *config, struct arena *arena, const char *name,
    const struct partner *const **partners, size_t *count, bool *single)
{
	const struct config_entry *entry;

	*single = false;
	if (text_equal_ignoring_case(name, "union") || text_equal_ignoring_case(name, "Default")) {
		*partners = config->partners;
		*count = config->npartners;
		return true;
	}
	entry = find_entry(config, name);
	if (!entry)
		return false;
	if (entry->group) {
		*partners = entry->group->members;
		*count = entry->group->nmembers;
		return true;
	}
	*partners = arena_memdup(arena, &entry->partner, sizeof entry->partner);
	*count = 1;
	*single = true;
	return true;
}
