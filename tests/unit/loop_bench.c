#include "unit/loop_bench.h"

#define SAFETY_MS 30000 /* a test that is still waiting then has failed */

void note(struct bench *b, char letter)
{
	size_t length = strlen(b->log);

	assert_false(b->busy);
	assert_true(length < sizeof b->log - 1);
	b->log[length] = letter;
	b->log[length + 1] = '\0';
	loop_stop(b->loop);
}

static void on_safety(void *arg)
{
	struct bench *b = arg;

	fail_msg("nothing more happened after \"%s\"", b->log);
}

int bench_setup(void **state)
{
	struct bench *b = calloc(1, sizeof *b);

	b->loop = loop_create(NULL);
	b->world = world_create(b->loop);
	b->safety = timer_create_on(b->loop, on_safety, b);
	*state = b;
	return 0;
}

int bench_teardown(void **state)
{
	struct bench *b = *state;

	timer_destroy(b->safety);
	loop_defer(b->loop, (defer_fn)loop_stop, b->loop);
	loop_run(b->loop); /* closed listeners go at the end of a turn */
	if (!world_is_over(b->world))
		return -1; /* after a failed assertion, or a leak: destroying would abort */
	world_destroy(b->world);
	loop_destroy(b->loop);
	free(b);
	return 0;
}

void run_once(struct bench *b)
{
	timer_arm(b->safety, loop_now(b->loop) + SAFETY_MS);
	loop_run(b->loop);
	timer_disarm(b->safety);
}

void run_until_log(struct bench *b, const char *wanted)
{
	while (strcmp(b->log, wanted) != 0) {
		if (strlen(b->log) >= strlen(wanted))
			fail_msg("\"%s\" instead of \"%s\"", b->log, wanted);
		run_once(b);
	}
}

void on_marked(void *arg)
{
	struct marked *m = arg;

	note(m->b, m->letter);
	if (m->victim)
		defer_cancel(*m->victim);
	if (m->then)
		loop_defer(m->b->loop, on_marked, m->then);
}
