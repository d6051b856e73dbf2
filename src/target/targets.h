#ifndef SILANG_TARGET_TARGETS_H
#define SILANG_TARGET_TARGETS_H
/*
 * All partners' pools and health, by partner id, over the life of the program. A new configuration
 * keeps the pools of partners that did not change and retires the others; health is kept either
 * way. Partners with an open breaker are probed in the background.
 */
#include <stddef.h>

struct arena_ledger;
struct config;
struct health;
struct log;
struct loop;
struct outcome;
struct partner;
struct pool;
struct targets;

/* What connections hold of messages counts in `ledger`, which may be NULL. */
struct targets *targets_create(
    struct loop *loop, const struct log *log, struct arena_ledger *ledger);
/* Puts a configuration in force: holds a reference as long as a pool of it lives. */
void targets_configure(struct targets *targets, struct config *config);
/* NULL when the partner is not of the configuration in force. */
struct pool *targets_pool(struct targets *targets, const struct partner *partner);
/* Never NULL for a partner once configured. */
struct health *targets_health(struct targets *targets, const char *id);
/* How asking a partner ended, for its breaker: each time it was asked, not only for the search
 * itself. */
void targets_judge(
    struct targets *targets, const struct partner *partner, const struct outcome *outcome);
/* Retires every pool: idle connections are closed, leased ones when they are released. */
void targets_close(struct targets *targets);
void targets_destroy(struct targets *targets);

#endif
