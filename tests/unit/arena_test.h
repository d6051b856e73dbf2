#ifndef SILANG_TESTS_ARENA_TEST_H
#define SILANG_TESTS_ARENA_TEST_H
/* Tests that have an arena each, for all they make: TEST(name). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/arena.h"

static struct arena *arena;

static int arena_set_up(void **state)
{
	arena = arena_create(0, NULL);
	return 0;
}

static int arena_tear_down(void **state)
{
	arena_destroy(arena);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, arena_set_up, arena_tear_down)

#endif
