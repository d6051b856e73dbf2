#ifndef SILANG_PROTOCOL_SRU_FACETS_H
#define SILANG_PROTOCOL_SRU_FACETS_H
/* The facet parameters of SRU 2.0 (OASIS searchRetrieve part 3) as values. */
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct sru_facet_list;
struct sru_request;

#define SRU_FACETS_MAX 32 /* entries of one list */

/* `[n,]count:index,…`: n for every index, a count for one. Numbers are at least `least`. Of
 * facetLimit:INDEX=NUMBER `index` is that index, else NULL. What is in `out` remains. */
bool sru_facet_list_read(struct arena *arena, const char *index, const char *value,
    unsigned long least, struct sru_facet_list *out);
/* facetCount=CLAUSE, facetCount:INDEX=TERM: one more. */
bool sru_facet_count_read(
    struct arena *arena, const char *index, const char *value, struct sru_request *out);
/* recordCount|alphanumeric[,ascending|descending[,caseSensitive|caseInsensitive]] */
bool sru_facet_sort_read(const char *value, bool *by_term, bool *descending, bool *case_sensitive);

#endif
