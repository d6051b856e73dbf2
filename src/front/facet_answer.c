#include "front/facet_answer.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "front/address.h"
#include "front/facet_query.h"
#include "protocol/sru.h"
#include "query/cql.h"
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

static bool read_year(const char *text, long *out)
{
	uint64_t year;

	if (!text_parse_number(text, 9999, &year))
		return false;
	*out = (long)year;
	return true;
}

/* within "1980 1989", < 1980 and so on. */
static bool read_range(enum query_relation relation, const char *value, struct facet_count *out)
{
	char low[8];
	size_t length = strcspn(value, " ");

	out->from = LONG_MIN;
	out->to = LONG_MAX;
	switch (relation) {
	case QUERY_WITHIN:
		if (length >= sizeof low || !value[length])
			return false;
		memcpy(low, value, length);
		low[length] = '\0';
		return read_year(low, &out->from) && read_year(value + length + 1, &out->to);
	case QUERY_LT: return read_year(value, &out->to) && out->to-- > 0;
	case QUERY_LE: return read_year(value, &out->to);
	case QUERY_GT: return read_year(value, &out->from) && out->from++ >= 0;
	case QUERY_GE: return read_year(value, &out->from);
	default: return false;
	}
}

/* A clause of CQL: a facet's index with = or ==, or a range of years. */
static bool read_clause(struct arena *arena, const char *text, struct facet_count *out)
{
	bool masked, anchored;
	struct question question;
	const struct query *clause;
	struct diag diag;

	if (!cqlq_parse(arena, text, CQLQ_2_0, &question, &diag))
		return false;
	clause = question.query;
	if (clause->type != QUERY_TERM || clause->nmodifiers || question.nsort ||
	    !facets_find(clause->set, clause->index, &out->field))
		return false;
	out->value = query_plain_term(arena, clause->term, &masked, &anchored);
	out->relation = query_relation_name(clause->relation);
	if (masked || anchored || !*out->value)
		return false;
	if (clause->relation == QUERY_EQ || clause->relation == QUERY_EXACT)
		return true;
	out->clause = clause;
	return out->field == FACET_DATE && read_range(clause->relation, out->value, out);
}

static bool read_counts(
    struct arena *arena, const struct sru_request *request, struct facet_plan *out)
{
	out->ncounts = request->nfacet_counts;
	out->counts = arena_array(arena, out->ncounts, sizeof *out->counts);
	for (size_t i = 0; i < out->ncounts; i++) {
		const struct sru_facet_count *asked = &request->facet_counts[i];
		struct facet_count *count = &out->counts[i];

		*count = (struct facet_count){.relation = "=", .value = asked->text};
		if (asked->index ? !find_field(arena, asked->index, &count->field)
				 : !read_clause(arena, asked->text, count))
			return false;
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
	if (!read_counts(arena, request, out))
		return diag_set(diag, DIAG_PARAMETER_VALUE, "facetCount");
	out->wanted = out->ncounts > 0;
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

/* `clause` NULL: there is none. */
static struct sru_facet_term make_term(struct arena *arena, const struct facet_plan *plan,
    const struct page *page, const char *text, unsigned long count, const struct query *clause)
{
	struct sru_facet_term term = {.term = text, .count = count};

	if (clause && plan->question)
		term.query = facet_query_text(arena, plan->question, page->sort, clause);
	if (term.query && plan->link)
		term.url = address_with_query(arena, plan->link, term.query);
	return term;
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
		list[i] =
		    make_term(arena, plan, page, terms[first + i].term, terms[first + i].count,
			facet_query_clause(arena, field, terms[first + i].term));
	*out = (struct sru_facet){
	    .name = facets_name(field),
	    .index = facets_index(field),
	    .total = total,
	    .terms = list,
	    .nterms = n,
	};
}

static struct sru_facet_term make_count(struct arena *arena, const struct facet_plan *plan,
    const struct page *page, const struct facets *facets, const struct facet_count *count)
{
	if (count->clause)
		return make_term(arena, plan, page, count->value,
		    facets_count_years(facets, count->from, count->to), count->clause);
	return make_term(arena, plan, page, count->value,
	    facets_count(facets, count->field, count->value),
	    facet_query_clause(arena, count->field, count->value));
}

static bool is_of(const struct facet_count *count, const struct sru_facet *facet)
{
	return facet->name == facets_name(count->field) &&
	       strcmp(facet->relation, count->relation) == 0;
}

/* Those of one index and one relation are one facet, in the order in which they were asked for. */
static void make_counts(struct arena *arena, const struct facet_plan *plan, const struct page *page,
    const struct facets *facets, struct sru_facets *out)
{
	struct sru_facet *first = out->facets + out->count;

	for (size_t i = 0; i < plan->ncounts; i++) {
		const struct facet_count *count = &plan->counts[i];
		struct sru_facet *facet = first;
		struct sru_facet_term *terms;

		while (facet < out->facets + out->count && !is_of(count, facet))
			facet++;
		if (facet == out->facets + out->count) {
			out->count++;
			*facet = (struct sru_facet){.name = facets_name(count->field),
			    .index = facets_index(count->field),
			    .relation = count->relation,
			    .terms = arena_array(arena, plan->ncounts, sizeof *terms)};
		}
		terms = (struct sru_facet_term *)facet->terms;
		terms[facet->nterms++] = make_count(arena, plan, page, facets, count);
		facet->total = facet->nterms;
	}
}

void facet_answer_make(struct arena *arena, const struct facet_plan *plan, const struct page *page,
    struct sru_facets *out)
{
	unsigned fields = 0;
	struct facets *facets;

	for (int i = 0; i < FACET_FIELDS; i++)
		fields |= plan->limit[i] ? 1u << i : 0;
	for (size_t i = 0; i < plan->ncounts; i++)
		fields |= 1u << plan->counts[i].field;
	facets = facets_create(arena, fields);
	*out = (struct sru_facets){.wanted = true,
	    .facets = arena_array(arena, FACET_FIELDS + plan->ncounts, sizeof *out->facets),
	    .entries = count_entries(facets, page->order, fields & 1u << FACET_LIBRARY)};
	out->complete = page->exact && out->entries == order_count(page->order);
	for (int i = 0; i < FACET_FIELDS; i++)
		if (plan->limit[i])
			make_facet(arena, plan, page, facets, (enum facet_field)i,
			    &out->facets[out->count++]);
	make_counts(arena, plan, page, facets, out);
}
