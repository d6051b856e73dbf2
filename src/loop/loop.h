#ifndef SILANG_LOOP_LOOP_H
#define SILANG_LOOP_LOOP_H
/*
 * The event loop. With the other headers of this folder it is all that the floors above know of
 * sockets and time; tests/fakeloop has the same functions over a virtual clock.
 *
 * No callback ever fires inside the call that registered it.
 */
#include <stdbool.h>
#include "base/duration.h"

struct loop;
struct log;

struct loop *loop_create(const struct log *log);
/* Everything opened on it must have been closed before. */
void loop_destroy(struct loop *loop);
/* Runs turns until loop_stop. */
void loop_run(struct loop *loop);
void loop_stop(struct loop *loop);
/* Monotonic time, read once a turn. */
msec_t loop_now(const struct loop *loop);
/* Days since 1970 are not its business: local calendar time as seconds since the epoch. */
long long loop_wall_clock(const struct loop *loop);

/* A call put off to the end of this turn (or the next turn's, when made from such a call). */
struct defer;
typedef void (*defer_fn)(void *arg);
struct defer *loop_defer(struct loop *loop, defer_fn fn, void *arg);
/* Takes it back; the pointer is dead afterwards. It is dead, too, once the call has begun. */
void defer_cancel(struct defer *defer);

/* Fills `out` with bytes nobody can guess. */
void loop_random(struct loop *loop, void *out, unsigned long size);

#endif
