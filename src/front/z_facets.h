#ifndef SILANG_FRONT_Z_FACETS_H
#define SILANG_FRONT_Z_FACETS_H
/* Facets beside a search over Z39.50: the counts that SRU gives, in YAZ's form. A facet that we do
 * not have is left out of the answer; the search is none the worse for it. */
#include <stddef.h>

struct page;
struct z_op;
struct zserver_facet_terms;

/* For the facets that the operation's search asks for; NULL and 0 when there are none. */
const struct zserver_facet_terms *z_facets(
    const struct z_op *op, const struct page *page, size_t *count);

#endif
