#include "loop/signals.h"

#include <stdlib.h>

#include <event2/event.h>

#include "loop/loop_internal.h"

struct signals {
	signals_fn fn;
	void *arg;
	int count;
	struct event *events[];
};

static void on_signal(evutil_socket_t number, short what, void *arg)
{
	struct signals *signals = arg;

	signals->fn(signals->arg, (int)number);
}

struct signals *signals_watch(
    struct loop *loop, const int *numbers, int count, signals_fn fn, void *arg)
{
	struct signals *signals =
	    calloc(1, sizeof *signals + (size_t)count * sizeof *signals->events);

	if (!signals)
		abort();
	signals->fn = fn;
	signals->arg = arg;
	signals->count = count;
	for (int i = 0; i < count; i++) {
		signals->events[i] = evsignal_new(loop_base(loop), numbers[i], on_signal, signals);
		if (!signals->events[i] || event_add(signals->events[i], NULL) != 0)
			abort();
	}
	return signals;
}

void signals_unwatch(struct signals *signals)
{
	if (!signals)
		return;
	for (int i = 0; i < signals->count; i++)
		event_free(signals->events[i]);
	free(signals);
}
