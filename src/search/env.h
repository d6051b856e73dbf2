#ifndef SILANG_SEARCH_ENV_H
#define SILANG_SEARCH_ENV_H
/* What every search needs of the program it runs in. A plain value; the gateway owns what it points
 * to. */
#include "base/arena.h"

struct log;
struct loop;
struct targets;

struct search_env {
	struct loop *loop;
	const struct log *log;
	struct targets *targets;
	struct arena_ledger *ledger; /* bytes held by searches and result sets */
	const char *gateway_id;	     /* this gateway's name in hop marks */
};

#endif
