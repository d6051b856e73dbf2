#include "loop/loop.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

#include <event2/event.h>

#include "loop/loop_internal.h"

struct loop {
	struct event_base *base;
	struct event *wake; /* for the earliest timer */
	msec_t wake_at;
	struct turn turn;
	msec_t now;
	bool now_is_read; /* since this turn's events began */
	bool stopped;
	const struct log *log;
	struct resolver *resolver;
	struct tls_store *tls_store;
	struct closing *closings;
};

/* libevent's warnings can be provoked by any client; its errors are ours. */
static void speak_for_libevent(int severity, const char *message)
{
	if (severity == EVENT_LOG_ERR)
		fprintf(stderr, "libevent: %s\n", message);
}

static void wake_up(evutil_socket_t fd, short what, void *arg)
{
	struct loop *loop = arg;

	loop->wake_at = MSEC_NEVER;
}

struct loop *loop_create(const struct log *log)
{
	struct loop *loop = calloc(1, sizeof *loop);

	if (!loop)
		abort();
	signal(SIGPIPE, SIG_IGN);
	event_set_log_callback(speak_for_libevent);
	loop->log = log;
	loop->wake_at = MSEC_NEVER;
	loop->base = event_base_new();
	if (!loop->base)
		abort();
	loop->wake = evtimer_new(loop->base, wake_up, loop);
	if (!loop->wake)
		abort();
	return loop;
}

void loop_destroy(struct loop *loop)
{
	if (!loop)
		return;
	closings_end(&loop->closings);
	event_free(loop->wake);
	resolver_destroy(loop->resolver);
	turn_clear(&loop->turn);
	tls_store_destroy(loop->tls_store);
	event_base_free(loop->base);
	free(loop);
}

static msec_t read_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (msec_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

msec_t loop_now(const struct loop *loop)
{
	/* The first who asks in a turn reads the clock: libevent has no call between waiting and
	 * the first callback, and a turn in which nobody asks needs no time. */
	struct loop *cache = (struct loop *)loop;

	if (!cache->now_is_read) {
		cache->now = read_clock();
		cache->now_is_read = true;
	}
	return cache->now;
}

long long loop_wall_clock(const struct loop *loop)
{
	return (long long)time(NULL);
}

/* Sees to it that libevent wakes for the earliest timer; true when it need not wait at all. */
static bool prepare_to_wait(struct loop *loop)
{
	msec_t when = turn_next(&loop->turn), wait;

	if (turn_is_busy(&loop->turn))
		return true;
	if (when == loop->wake_at)
		return false;
	if (when == MSEC_NEVER) {
		event_del(loop->wake);
		loop->wake_at = MSEC_NEVER;
		return false;
	}
	wait = when - read_clock();
	if (wait <= 0)
		return true;

	struct timeval tv = {.tv_sec = wait / 1000, .tv_usec = wait % 1000 * 1000};

	event_add(loop->wake, &tv);
	loop->wake_at = when;
	return false;
}

static void run_turn(struct loop *loop)
{
	int flags = EVLOOP_ONCE | EVLOOP_NO_EXIT_ON_EMPTY;

	if (prepare_to_wait(loop))
		flags |= EVLOOP_NONBLOCK;
	turn_begin(&loop->turn);
	loop->now_is_read = false;
	event_base_loop(loop->base, flags);
	turn_run_timers(&loop->turn, loop_now(loop));
	turn_end(&loop->turn);
}

void loop_run(struct loop *loop)
{
	loop->stopped = false;
	while (!loop->stopped)
		run_turn(loop);
}

void loop_stop(struct loop *loop)
{
	loop->stopped = true;
}

void loop_random(struct loop *loop, void *out, unsigned long size)
{
	unsigned char *at = out;

	while (size > 0) {
		ssize_t n = getrandom(at, size, 0);

		if (n < 0 && errno != EINTR)
			abort();
		if (n > 0) {
			at += n;
			size -= (unsigned long)n;
		}
	}
}

struct turn *loop_turn(struct loop *loop)
{
	return &loop->turn;
}

struct event_base *loop_base(struct loop *loop)
{
	return loop->base;
}

const struct log *loop_log(const struct loop *loop)
{
	return loop->log;
}

struct resolver *loop_resolver(struct loop *loop)
{
	if (!loop->resolver)
		loop->resolver = resolver_create(loop);
	return loop->resolver;
}

struct tls_store *loop_tls_store(struct loop *loop)
{
	if (!loop->tls_store)
		loop->tls_store = tls_store_create();
	return loop->tls_store;
}

struct closing **loop_closings(struct loop *loop)
{
	return &loop->closings;
}
