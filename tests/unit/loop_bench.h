#ifndef SILANG_TESTS_LOOP_BENCH_H
#define SILANG_TESTS_LOOP_BENCH_H
/* What the tests of both loops stand on: a loop, its world, and a log with a letter for each thing
 * that happened. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "loop/loop.h"
#include "loop/timer.h"
#include "unit/loop_world.h"

struct bench {
	struct loop *loop;
	struct world *world;
	struct timer *safety;
	char log[256];
	bool busy; /* within a call that must not call back */
};

int bench_setup(void **state);
int bench_teardown(void **state);
/* From callbacks: adds to the log and stops the loop, so that the test can look. */
void note(struct bench *bench, char letter);
/* Until something happens; fails when nothing does. */
void run_once(struct bench *bench);
/* Until the log is as wanted; fails when it becomes anything else. */
void run_until_log(struct bench *bench, const char *wanted);

/* A deferred call that notes its letter, then takes one back and defers another, if it has any. */
struct marked {
	struct bench *b;
	char letter;
	struct defer **victim;
	struct marked *then;
};

void on_marked(void *arg);

#define CASE(name) cmocka_unit_test_setup_teardown(name, bench_setup, bench_teardown)

#endif
