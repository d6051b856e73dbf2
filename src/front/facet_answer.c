#include "front/facet_answer.h"

#include <ctype.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "protocol/sru.h"
#include "query/names.h"
#include "query/query.h"
#include "registry/partner.h"
#include "search/hit.h"
#include "search/order.h"
#include "search/page.h"

#define ENTRIES_MAX 2000 /* counted: a few milliseconds */

/* What is asked for. */

static bool find_field(struct arena *arena, const char *name, enum facet_field *out)
{
	const char *dot = strchr(name, '.'), *set = "", *index = name;

	if (facets_find("", name, out))
		return true;
	if (dot) {
		set = names_find_set(arena_strndup(arena, name, (size_t)(dot - name)));
		index = dot + 1;
	}
	if (!set)
		return false;
	names_resolve(arena, set, index, &set, &index);
	return facets_find(set, index, out);
}

static bool spread(struct arena *arena, const struct sru_facet_list *list,
    unsigned long out[FACET_FIELDS], unsigned long otherwise)
{
	for (int i = 0; i < FACET_FIELDS; i++)
		out[i] = list->has_each ? list->each : otherwise;
	for (size_t i = 0; i < list->nitems; i++) {
		enum facet_field field;

		if (!find_field(arena, list->items[i].index, &field))
			return false;
		out[field] = list->items[i].number;
	}
	return true;
}

bool facet_plan_read(struct arena *arena, const struct sru_request *request, struct facet_plan *out,
    struct diag *diag)
{
	*out = (struct facet_plan){0};
	if (!spread(arena, &request->facet_limit, out->limit, 0))
		return diag_set(diag, DIAG_PARAMETER_VALUE, "facetLimit");
	if (!spread(arena, &request->facet_start, out->start, 1))
		return diag_set(diag, DIAG_PARAMETER_VALUE, "facetStart");
	for (int i = 0; i < FACET_FIELDS; i++) {
		out->wanted |= out->limit[i] > 0;
		out->order[i] = (struct facet_order){
		    request->facet_by_term, request->facet_descending, request->facet_case};
		if (out->limit[i] > FACET_LIMIT_MAX)
			out->limit[i] = FACET_LIMIT_MAX;
	}
	return true;
}

/* Counting. */

static bool counted_before(const struct order *order, size_t entry, size_t member)
{
	const struct partner *partner = order_member(order, entry, member)->partner;

	for (size_t i = 0; i < member; i++)
		if (order_member(order, entry, i)->partner == partner)
			return true;
	return false;
}

static size_t count_entries(struct facets *facets, const struct order *order, bool libraries)
{
	size_t count = order_count(order) < ENTRIES_MAX ? order_count(order) : ENTRIES_MAX;

	for (size_t e = 0; e < count; e++) {
		struct order_entry entry;

		order_entry(order, e, &entry);
		facets_add_doc(facets, entry.lead->doc);
		for (size_t m = 0; libraries && m < entry.nmembers; m++)
			if (!counted_before(order, e, m))
				facets_add_library(facets, order_member(order, e, m)->partner->id);
	}
	return count;
}

/* Narrowing. */

static bool is_joiner(const char *text, const char *begin)
{
	return (*text == '\'' || *text == '-') && text > begin &&
	       (isalnum((unsigned char)text[-1]) || (unsigned char)text[-1] >= 0x80) &&
	       (isalnum((unsigned char)text[1]) || (unsigned char)text[1] >= 0x80);
}

/* The words of a heading, without its punctuation and, if others remain, without initials. */
static char *words_of(struct arena *arena, const char *term, size_t *count)
{
	char *words = arena_alloc(arena, strlen(term) + 2), *out = words;

	*count = 0;
	for (const char *p = term; *p;) {
		const char *word = p;

		while (*p && (isalnum((unsigned char)*p) || (unsigned char)*p >= 0x80 ||
				 is_joiner(p, term)))
			p++;
		if (p - word > 1) {
			out += out > words ? (*out = ' ', 1) : 0;
			memcpy(out, word, (size_t)(p - word));
			out += p - word;
			++*count;
		}
		p += p == word;
	}
	*out = '\0';
	return words;
}

/* The question asked, and this; NULL when no index narrows to it. */
static const char *narrowing(
    struct arena *arena, const struct page *page, enum facet_field field, const char *term)
{
	const char *index = facets_index(field), *dot;
	size_t nwords = 1;

	if (!index)
		return NULL;
	dot = strchr(index, '.');
	if (field == FACET_SUBJECT || field == FACET_AUTHOR || field == FACET_PUBLISHER)
		term = words_of(arena, term, &nwords);
	if (!nwords)
		return NULL;

	const struct query *clause =
	    query_term(arena, arena_strndup(arena, index, (size_t)(dot - index)), dot + 1,
		nwords > 1 ? QUERY_ALL : QUERY_EQ, term);
	const char *cql = query_to_cql(arena, query_bool(arena, QUERY_AND, page->query, clause));

	return page->sort ? arena_printf(arena, "%s sortby %s", cql, page->sort) : cql;
}

static void make_facet(struct arena *arena, const struct facet_plan *plan, const struct page *page,
    struct facets *facets, enum facet_field field, struct sru_facet *out)
{
	size_t total, first = plan->start[field] - 1, n;
	const struct facet_term *terms = facets_terms(facets, field, &plan->order[field], &total);
	struct sru_facet_term *list;

	n = first < total ? total - first : 0;
	if (n > plan->limit[field])
		n = plan->limit[field];
	list = arena_array(arena, n, sizeof *list);
	for (size_t i = 0; i < n; i++)
		list[i] = (struct sru_facet_term){
		    .term = terms[first + i].term,
		    .count = terms[first + i].count,
		    .query = narrowing(arena, page, field, terms[first + i].term),
		};
	*out = (struct sru_facet){
	    .name = facets_name(field),
	    .index = facets_index(field),
	    .total = total,
	    .terms = list,
	    .nterms = n,
	};
}

void facet_answer_make(struct arena *arena, const struct facet_plan *plan, const struct page *page,
    struct sru_facets *out)
{
	unsigned fields = 0;
	struct facets *facets;

	for (int i = 0; i < FACET_FIELDS; i++)
		fields |= plan->limit[i] ? 1u << i : 0;
	facets = facets_create(arena, fields);
	*out = (struct sru_facets){.wanted = true,
	    .facets = arena_array(arena, FACET_FIELDS, sizeof *out->facets),
	    .entries = count_entries(facets, page->order, plan->limit[FACET_LIBRARY] > 0)};
	out->complete = page->exact && out->entries == order_count(page->order);
	for (int i = 0; i < FACET_FIELDS; i++)
		if (plan->limit[i])
			make_facet(arena, plan, page, facets, (enum facet_field)i,
			    &out->facets[out->count++]);
}
