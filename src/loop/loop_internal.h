#ifndef SILANG_LOOP_LOOP_INTERNAL_H
#define SILANG_LOOP_LOOP_INTERNAL_H
/* What the rooms of this folder share, and nobody else. */
#include "loop/loop.h"
#include "loop/turn.h"

struct closing;
struct event_base;
struct log;
struct resolver;
struct tls_store;

struct event_base *loop_base(struct loop *loop);
const struct log *loop_log(const struct loop *loop);

/* Made when first asked for, released with the loop. */
struct resolver *loop_resolver(struct loop *loop);
struct tls_store *loop_tls_store(struct loop *loop);
/* Links that are sending their last bytes, without an owner. */
struct closing **loop_closings(struct loop *loop);

struct resolver *resolver_create(struct loop *loop);
void resolver_destroy(struct resolver *resolver);
struct tls_store *tls_store_create(void);
void tls_store_destroy(struct tls_store *store);
void closings_end(struct closing **closings);

#endif
