#include "target/budget.h"

#include <assert.h>
#include <stdlib.h>

#define MINUTE 60000

/* The search `back` searches ago, from 1. */
static msec_t budget_at(const struct budget *budget, unsigned back)
{
	return budget->begun[(budget->next + budget->limit - back) % budget->limit];
}

void budget_set_limit(struct budget *budget, unsigned limit)
{
	struct budget new = {.limit = limit};

	assert(limit <= BUDGET_MOST);
	if (limit == budget->limit)
		return;
	new.begun = limit ? calloc(limit, sizeof *new.begun) : NULL;
	if (limit && !new.begun)
		abort();
	new.count = budget->count < limit ? budget->count : limit;
	for (unsigned back = new.count; back; back--)
		new.begun[new.next++] = budget_at(budget, back);
	if (limit)
		new.next %= limit;
	free(budget->begun);
	*budget = new;
}

void budget_clear(struct budget *budget)
{
	free(budget->begun);
	*budget = (struct budget){0};
}

bool budget_take(struct budget *budget, msec_t now)
{
	if (!budget->limit)
		return true;
	if (budget->count == budget->limit && now - budget_at(budget, budget->limit) < MINUTE)
		return false;
	budget->begun[budget->next] = now;
	budget->next = (budget->next + 1) % budget->limit;
	if (budget->count < budget->limit)
		budget->count++;
	return true;
}

unsigned budget_used(const struct budget *budget, msec_t now)
{
	unsigned used = 0;

	while (used < budget->count && now - budget_at(budget, used + 1) < MINUTE)
		used++;
	return used;
}
