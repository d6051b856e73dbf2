#ifndef SILANG_MERGE_MERGER_H
#define SILANG_MERGE_MERGER_H
/*
 * One merge: fetched records into ranked entries, each publication once.
 *
 * Input are the records present at one moment, in canonical order (partner, then position); what
 * comes out depends on nothing else, least of all on the order of arrival. Entries already served
 * are frozen: they keep number and representative, and records may only join them; a record that
 * would join two frozen entries leaves them apart. All other entries are clustered and ranked anew.
 *
 * The work is cut into slices so that a loop is never held up: merger_begin, then merger_step until
 * it returns true, then read the entries. Everything lives in the arena given.
 */
#include <stdbool.h>
#include <stddef.h>
#include "query/terms.h"

struct arena;
struct doc;
struct material_set;
struct merger;
struct sort_value;

enum merge_level { MERGE_OFF, MERGE_STRICT, MERGE_NORMAL, MERGE_WORK };

bool merge_level_parse(const char *name, enum merge_level *out);
const char *merge_level_name(enum merge_level level);

struct merge_item {
	const struct doc *doc;
	unsigned partner;  /* number of its partner, configuration order */
	unsigned position; /* place in that partner's own result, from 1; 0 when unknown */
	int frozen;	   /* the frozen entry (from 0) it belongs to already, or -1 */
	bool lead;	   /* it is that frozen entry's representative */
};

/* What one partner said of the whole question; optional knowledge, zero-filled when unknown. */
struct merge_source {
	bool answered;
	unsigned long hits; /* of the question */
	unsigned priority;  /* configured rank of its records as representative, lower first */
	bool ranks;	    /* it is known to order by relevance */
};

/* How many records of all partners hold a word, from SearchResult-1 or pooled counts. */
struct merge_frequency {
	const char *word; /* as asked */
	unsigned long count;
};

struct merge_params {
	enum merge_level level;
	const struct terms *terms;
	const struct merge_source *sources; /* by partner number */
	size_t nsources;
	const struct merge_frequency *frequencies;
	size_t nfrequencies;
	bool keep_order; /* single database: no clustering, items' order is the answer's */
	/* By item, or NULL: entries are ordered by their representatives' values, equal ones by
	 * relevance (merge/sort.h). */
	const struct sort_value *const *sort;
	/* Entries whose representative is of another format are left out, unless they are frozen;
	 * NULL: none is. */
	const struct material_set *formats;
};

struct merge_entry {
	double score;	       /* 0..1, comparable within one merge */
	unsigned lead;	       /* index of its representative among the items */
	const unsigned *items; /* all members, best first (the lead first), indexes */
	size_t nitems;
};

struct merger *merger_begin(struct arena *arena, const struct merge_params *params,
    const struct merge_item *items, size_t nitems, size_t nfrozen);
/* Works through about `records` records' worth; true when all is done. */
bool merger_step(struct merger *merger, size_t records);
/* How far a partner's own order agreed with relevance, -1 to 1; 0 when that cannot be told. Valid
 * once merger_step said true. */
double merger_agreement(const struct merger *merger, unsigned partner);
/* A representative is, in this order: what was served as it, of the lowest priority number, the
 * fullest, the first in canonical order. A frozen entry of which no item was given has none.
 * Frozen entries first, in their order; then the others, ranked. Valid once merger_step said true.
 */
const struct merge_entry *merger_entries(const struct merger *merger, size_t *count);
/* Entries left out for their format, and how many items they have. */
void merger_left_out(const struct merger *merger, size_t *entries, size_t *items);

#endif
