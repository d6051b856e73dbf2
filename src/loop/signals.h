#ifndef SILANG_LOOP_SIGNALS_H
#define SILANG_LOOP_SIGNALS_H
/* Unix signals as loop callbacks. SIGPIPE is ignored once a loop exists. */

struct loop;
struct signals;

typedef void (*signals_fn)(void *arg, int signal);

/* Watches the `count` signals given. */
struct signals *signals_watch(
    struct loop *loop, const int *numbers, int count, signals_fn fn, void *arg);
void signals_unwatch(struct signals *signals);

#endif
