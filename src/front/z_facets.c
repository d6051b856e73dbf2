#include "front/z_facets.h"

#include <string.h>

#include "front/facet_answer.h"
#include "front/z_op.h"
#include "protocol/sru.h"
#include "query/rpn.h"

#define LIMIT_DEFAULT 10 /* terms */

static bool find_field(
    struct arena *arena, const struct zserver_facet *facet, enum facet_field *out)
{
	const char *set, *index;

	if (facet->name && facets_find("", facet->name, out))
		return true;
	rpn_use_index(arena, facet->use, facet->name, &set, &index);
	return facets_find(set, index, out);
}

/* The answer's facet of that field. */
static const struct sru_facet *find_answer(const struct sru_facets *all, enum facet_field field)
{
	for (size_t i = 0; i < all->count; i++)
		if (strcmp(all->facets[i].name, facets_name(field)) == 0)
			return &all->facets[i];
	return NULL;
}

static const struct zserver_facet_term *copy_terms(
    struct arena *arena, const struct sru_facet *facet)
{
	struct zserver_facet_term *terms = arena_array(arena, facet->nterms, sizeof *terms);

	for (size_t i = 0; i < facet->nterms; i++)
		terms[i] = (struct zserver_facet_term){facet->terms[i].term, facet->terms[i].count};
	return terms;
}

const struct zserver_facet_terms *z_facets(
    const struct z_op *op, const struct page *page, size_t *count)
{
	const struct zserver_search *search = op->request;
	struct facet_plan plan = {0};
	struct zserver_facet_terms *list;
	enum facet_field field;
	struct sru_facets all;

	*count = 0;
	for (size_t i = 0; i < search->nfacets; i++) {
		const struct zserver_facet *facet = &search->facets[i];
		unsigned long limit = facet->limit ? facet->limit : LIMIT_DEFAULT;

		/* Of one that is asked for twice, the first counts. */
		if (!find_field(op->arena, facet, &field) || plan.limit[field])
			continue;
		plan.limit[field] = limit < FACET_LIMIT_MAX ? limit : FACET_LIMIT_MAX;
		plan.start[field] = facet->start ? facet->start : 1;
		plan.order[field] = (struct facet_order){facet->by_term, !facet->by_term, false};
		plan.wanted = true;
	}
	if (!plan.wanted)
		return NULL;
	facet_answer_make(op->arena, &plan, page, &all);
	list = arena_array(op->arena, search->nfacets, sizeof *list);
	for (size_t i = 0; i < search->nfacets; i++) {
		const struct sru_facet *found;

		if (!find_field(op->arena, &search->facets[i], &field) ||
		    !(found = find_answer(&all, field)))
			continue;
		list[(*count)++] = (struct zserver_facet_terms){
		    &search->facets[i], copy_terms(op->arena, found), found->nterms};
	}
	return list;
}
