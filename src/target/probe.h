#ifndef SILANG_TARGET_PROBE_H
#define SILANG_TARGET_PROBE_H
/*
 * Finds out in the background whether a partner with an open breaker is back: when the pause is
 * over, one small question on a connection of its own. Any answer to it is a sign of life, a
 * diagnostic too. No client ever waits for one.
 */
#include "base/duration.h"

struct breaker;
struct loop;
struct pool;
struct probe;

/* The partner is back. The breaker is closed already. */
typedef void (*probe_fn)(void *arg);

/* Probes through `pool` for as long as it lives; `limit` is how long an answer may take. */
struct probe *probe_create(struct loop *loop, struct pool *pool, struct breaker *breaker,
    msec_t limit, probe_fn fn, void *arg);
/* Before its pool is retired. A probe under way is given up; the breaker stays or becomes open. */
void probe_destroy(struct probe *probe);
/* The breaker has opened, or its pause was cut short. */
void probe_schedule(struct probe *probe);

#endif
