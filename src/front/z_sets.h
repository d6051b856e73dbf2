#ifndef SILANG_FRONT_Z_SETS_H
#define SILANG_FRONT_Z_SETS_H
/* The result sets that one association has named. Each holds a merged set of the gateway's, which
 * may be gone before it: then it is still known here, as one that was. */
#include <stdbool.h>
#include <stddef.h>
#include "base/vec.h"

struct config;
struct partner;
struct share;

#define Z_SETS_MAX 100	   /* of one association */
#define Z_SET_NAME_MAX 256 /* bytes */

struct z_set {
	char *name;
	char id[33];	    /* of the merged set */
	unsigned long hits; /* as last announced */
	char *query;	    /* canonical CQL: what it stands for as an operand */
	struct config *config;
	const struct partner **partners; /* of that configuration */
	size_t npartners;
	bool single; /* the database was one partner */
};

struct z_sets {
	struct vec sets; /* struct z_set; empty: no memory */
};

struct z_set *z_sets_find(const struct z_sets *sets, const char *name);
/* Takes over the set, which holds its merged one by now; another of its name must be gone. */
void z_sets_add(struct z_sets *sets, struct z_set *set);
/* False when there was none of that name. */
bool z_sets_remove(struct z_sets *sets, const char *name, struct share *share);
size_t z_sets_count(const struct z_sets *sets);
void z_sets_clear(struct z_sets *sets, struct share *share);

#endif
