#include "search/lacking.h"

#include <stdio.h>
#include <string.h>

#include "query/query.h"
#include "target/lacks.h"
#include "target/outcome.h"

#define NO_INDEX_BIB1 114
#define NO_INDEX_SRW 16

static void put_name(const struct query *clause, char name[LACKS_NAME_MAX])
{
	int length = snprintf(name, LACKS_NAME_MAX, "%s.%s", clause->set, clause->index);

	if (length < 0 || length >= LACKS_NAME_MAX)
		*name = '\0';
}

/* The one index there is; false when there are several. */
static bool find_one(const struct query *query, const struct query **one)
{
	if (query->left)
		return find_one(query->left, one) && find_one(query->right, one);
	if (query->type != QUERY_TERM)
		return false;
	if (!*one)
		*one = query;
	return strcmp((*one)->set, query->set) == 0 && strcmp((*one)->index, query->index) == 0;
}

static void forget_all(struct lacks *lacks, const struct query *query)
{
	char name[LACKS_NAME_MAX];

	if (query->left) {
		forget_all(lacks, query->left);
		forget_all(lacks, query->right);
	} else if (query->type == QUERY_TERM) {
		put_name(query, name);
		if (*name)
			lacks_forget(lacks, name);
	}
}

void lacking_learn(
    struct lacks *lacks, const struct query *query, const struct outcome *outcome, msec_t now)
{
	const struct query *one = NULL;
	char name[LACKS_NAME_MAX];

	if (outcome->status == OUTCOME_OK)
		forget_all(lacks, query);
	if (outcome->bib1 != NO_INDEX_BIB1 && outcome->srw != NO_INDEX_SRW)
		return;
	if (!find_one(query, &one))
		return;
	put_name(one, name);
	if (*name)
		lacks_note(lacks, name, now);
}
