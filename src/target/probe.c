#include "target/probe.h"

#include <stdlib.h>

#include "loop/loop.h"
#include "loop/timer.h"
#include "target/breaker.h"
#include "target/pool.h"

struct probe {
	struct loop *loop;
	struct pool *pool;
	struct breaker *breaker;
	msec_t limit;
	struct timer *timer; /* OPEN: the pause; HALF_OPEN: the limit */
	struct lease *lease; /* HALF_OPEN */
	probe_fn fn;
	void *arg;
};

static void probe_on_timer(void *arg);

struct probe *probe_create(struct loop *loop, struct pool *pool, struct breaker *breaker,
    msec_t limit, probe_fn fn, void *arg)
{
	struct probe *probe = calloc(1, sizeof *probe);

	if (!probe)
		abort();
	*probe = (struct probe){
	    .loop = loop,
	    .pool = pool,
	    .breaker = breaker,
	    .limit = limit,
	    .fn = fn,
	    .arg = arg,
	};
	probe->timer = timer_create_on(loop, probe_on_timer, probe);
	probe_schedule(probe);
	return probe;
}

void probe_schedule(struct probe *probe)
{
	if (probe->breaker->state == BREAKER_OPEN)
		timer_arm(probe->timer, probe->breaker->until);
}

static void probe_end(struct probe *probe, bool succeeded)
{
	struct breaker_rules rules = pool_breaker_rules(probe->pool);

	lease_release(probe->lease);
	probe->lease = NULL;
	timer_disarm(probe->timer);
	breaker_end_probe(probe->breaker, &rules, succeeded, loop_now(probe->loop));
	probe_schedule(probe);
	if (succeeded)
		probe->fn(probe->arg);
}

void probe_destroy(struct probe *probe)
{
	if (probe->lease) {
		struct breaker_rules rules = pool_breaker_rules(probe->pool);

		lease_release(probe->lease);
		breaker_end_probe(probe->breaker, &rules, false, loop_now(probe->loop));
	}
	timer_destroy(probe->timer);
	free(probe);
}

static void probe_on_lease(void *arg, enum lease_news news, const struct reply *reply)
{
	struct probe *probe = arg;

	switch (news) {
	case LEASE_GRANTED: lease_probe(probe->lease); return;
	case LEASE_ANSWERED: probe_end(probe, true); return;
	case LEASE_FAILED: probe_end(probe, false); return;
	}
}

static void probe_on_timer(void *arg)
{
	struct probe *probe = arg;
	msec_t now = loop_now(probe->loop);

	if (probe->lease) {
		probe_end(probe, false);
		return;
	}
	if (probe->breaker->state != BREAKER_OPEN)
		return;
	breaker_begin_probe(probe->breaker, now);
	timer_arm(probe->timer, now + probe->limit);
	probe->lease = pool_lease_for_probe(probe->pool, probe_on_lease, probe);
}
