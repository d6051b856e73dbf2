#ifndef SILANG_FRONT_Z_QUERY_H
#define SILANG_FRONT_Z_QUERY_H
/*
 * A Z39.50 query of any type we take into the query tree: type-1 and type-101 (RPN in Bib-1),
 * type-104 (CQL), type-2 and type-100 (CCL). Result sets as operands become what they stand for,
 * which needs that they were made in all the databases now asked.
 */
#include <stdbool.h>
#include <stddef.h>
#include <yaz/z-core.h>
#include "protocol/zserver.h"

struct arena;
struct partner;
struct query;
struct question;
struct z_fault;
struct z_sets;

struct z_query_place {
	const struct z_sets *sets;
	const struct partner *const *partners; /* of the databases asked */
	size_t npartners;
	enum zserver_charset charset; /* of terms */
};

/* With the order that CQL may ask for. */
bool z_query_read(struct arena *arena, const Z_Query *query, const struct z_query_place *place,
    struct question *out, struct z_fault *fault);
/* What the set of that name stands for. */
bool z_query_set(struct arena *arena, const char *name, const struct z_query_place *place,
    const struct query **out, struct z_fault *fault);

#endif
