#include "front/z_sets.h"

#include <stdlib.h>
#include <string.h>

#include "registry/config.h"
#include "search/share.h"

struct z_set *z_sets_find(const struct z_sets *sets, const char *name)
{
	for (size_t i = 0; i < sets->sets.count; i++) {
		struct z_set *set = sets->sets.items[i];

		if (strcmp(set->name, name) == 0)
			return set;
	}
	return NULL;
}

void z_sets_add(struct z_sets *sets, struct z_set *set)
{
	vec_push(&sets->sets, set);
}

static void set_free(struct z_set *set, struct share *share)
{
	share_release(share, set->id);
	config_unref(set->config);
	free(set->partners);
	free(set->query);
	free(set->name);
	free(set);
}

bool z_sets_remove(struct z_sets *sets, const char *name, struct share *share)
{
	struct z_set *set = z_sets_find(sets, name);

	if (!set)
		return false;
	vec_remove_item(&sets->sets, set);
	if (!sets->sets.count)
		vec_clear(&sets->sets);
	set_free(set, share);
	return true;
}

size_t z_sets_count(const struct z_sets *sets)
{
	return sets->sets.count;
}

void z_sets_clear(struct z_sets *sets, struct share *share)
{
	for (size_t i = 0; i < sets->sets.count; i++)
		set_free(sets->sets.items[i], share);
	vec_clear(&sets->sets);
}
