#ifndef SILANG_LOOP_TIMER_H
#define SILANG_LOOP_TIMER_H
/* A timer that fires once, at a point of loop_now(). */
#include <stdbool.h>
#include "base/duration.h"

struct loop;
struct timer;

typedef void (*timer_fn)(void *arg);

/* Creates it unarmed. */
struct timer *timer_create_on(struct loop *loop, timer_fn fn, void *arg);
/* Arms it for `when` (re-arming moves it; a time in the past fires next turn). MSEC_NEVER disarms.
 */
void timer_arm(struct timer *timer, msec_t when);
void timer_disarm(struct timer *timer);
bool timer_is_armed(const struct timer *timer);
void timer_destroy(struct timer *timer); /* NULL is allowed; legal inside its own callback */

#endif
