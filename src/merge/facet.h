#ifndef SILANG_MERGE_FACET_H
#define SILANG_MERGE_FACET_H
/*
 * Facets: how many entries of a merged result have each subject, author, year, …. An entry counts
 * with its representative, and once for each library that holds it. Values that differ only in
 * case, accents or punctuation are one; the spelling shown is the first one counted.
 */
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct doc;
struct facets;

enum facet_field {
	FACET_SUBJECT,
	FACET_AUTHOR,
	FACET_DATE,
	FACET_LANGUAGE,
	FACET_FORMAT,
	FACET_PUBLISHER,
	FACET_LIBRARY,
	FACET_FIELDS
};

/* "subject" and so on; the index that narrows by it ("dc.subject"). */
const char *facets_name(enum facet_field field);
const char *facets_index(enum facet_field field);
/* By its name or by an index, as in CQL: "subject", "dc.subject"; canonical set, "" when none. */
bool facets_find(const char *set, const char *index, enum facet_field *out);

struct facet_order {
	bool by_term; /* else by count */
	bool descending;
	bool case_sensitive; /* among terms: capitals are letters of their own */
};

struct facet_term {
	const char *term;
	unsigned long count;
};

/* Counts the fields whose bit (1 << field) is set. Terms point into what was counted. */
struct facets *facets_create(struct arena *arena, unsigned fields);
void facets_add_doc(struct facets *facets, const struct doc *doc);
/* A library that holds the entry; not twice for one entry. */
void facets_add_library(struct facets *facets, const char *id);
/* How many entries have a value, whatever its case, accents and punctuation; and how many have a
 * date from one year to another. */
unsigned long facets_count(const struct facets *facets, enum facet_field field, const char *value);
unsigned long facets_count_years(const struct facets *facets, long from, long to);
/* The terms of a field in order; equal counts by term. Lives in the arena. */
const struct facet_term *facets_terms(
    struct facets *facets, enum facet_field field, const struct facet_order *order, size_t *count);

#endif
