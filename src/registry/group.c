#include "registry/group.h"

#include <stdlib.h>

#include "base/arena.h"
#include "registry/partner.h"

static int partner_compare(const void *a, const void *b)
{
	const struct partner *x = *(const struct partner *const *)a;
	const struct partner *y = *(const struct partner *const *)b;

	return x->number < y->number ? -1 : x->number > y->number;
}

struct group *group_create(struct arena *arena, const char *id, const char *name,
    const struct partner *const *members, size_t count)
{
	struct group *group = arena_alloc(arena, sizeof *group);
	const struct partner **sorted = arena_memdup(arena, members, count * sizeof *members);

	qsort(sorted, count, sizeof *sorted, partner_compare);
	group->id = id;
	group->name = name;
	group->members = sorted;
	group->nmembers = count;
	return group;
}

bool group_has(const struct group *group, const struct partner *partner)
{
	return group->nmembers && bsearch(&partner, group->members, group->nmembers,
				      sizeof *group->members, partner_compare);
}
