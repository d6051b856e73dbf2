/* Queries in the next simpler form: what may be left out, what is said, what never goes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <yaz/pquery.h>

#include "base/arena.h"
#include "query/degrade.h"
#include "query/rpn.h"

struct world {
	ODR odr;
	struct arena *arena;
	YAZ_PQF_Parser parser;
};

static int setup(void **state)
{
	struct world *world = calloc(1, sizeof *world);

	world->odr = odr_createmem(ODR_ENCODE);
	world->arena = arena_create(0, NULL);
	world->parser = yaz_pqf_create();
	*state = world;
	return 0;
}

static int teardown(void **state)
{
	struct world *world = *state;

	yaz_pqf_destroy(world->parser);
	arena_destroy(world->arena);
	odr_destroy(world->odr);
	free(world);
	return 0;
}

static Z_RPNQuery *parse(struct world *world, const char *pqf)
{
	Z_RPNQuery *rpn = yaz_pqf_parse(world->parser, world->odr, pqf);

	assert_non_null(rpn);
	return rpn;
}

/* One refusal, and what the query is then. */
static void check(struct world *world, const char *pqf, int bib1, const char *addinfo,
    const char *expected, const char *expected_lost)
{
	struct degrade degrade = {0};
	Z_RPNQuery *query = parse(world, pqf), *simpler;
	const char *before = rpn_to_pqf(world->arena, query);
	char lost[DEGRADE_TEXT];

	if (!degrade_learn(&degrade, query, bib1, addinfo)) {
		if (expected)
			fail_msg("%s: nothing was learned from %d", pqf, bib1);
		assert_false(degrade.bare);
		return;
	}
	simpler = degrade_apply(world->arena, query, &degrade, lost);
	if (!expected)
		fail_msg("%s: became %s", pqf, rpn_to_pqf(world->arena, simpler));
	assert_string_equal(
	    rpn_to_pqf(world->arena, simpler), rpn_to_pqf(world->arena, parse(world, expected)));
	assert_string_equal(lost, expected_lost);
	/* The original stays what it was. */
	assert_string_equal(rpn_to_pqf(world->arena, query), before);
}

#define FULL "@attr 1=4 @attr 2=3 @attr 3=3 @attr 4=2 @attr 5=100 @attr 6=1 "

static void what_says_nothing_goes_at_once(void **state)
{
	static const int diagnostics[] = {117, 118, 119, 120, 122, 123};

	for (size_t i = 0; i < sizeof diagnostics / sizeof *diagnostics; i++)
		check(*state, FULL "water", diagnostics[i], "", "@attr 1=4 water", "");
	check(*state, FULL "water", 113, "6", "@attr 1=4 water", "");
	check(*state, FULL "water", 113, "", "@attr 1=4 water", "");
	check(*state, "@and " FULL "a @or " FULL "b " FULL "c", 122, "",
	    "@and @attr 1=4 a @or @attr 1=4 b @attr 1=4 c", "");
	check(*state, "@attr 1=4 @attr 4=1 water", 118, "", "@attr 1=4 water", "");
}

static void what_narrows_goes_when_it_is_refused_and_is_said(void **state)
{
	check(*state, "@attr 1=4 @attr 3=1 @attr 6=1 water", 119, "", "@attr 1=4 water",
	    "first in field");
	check(*state, "@attr 1=4 @attr 4=1 \"a b\"", 118, "", "@attr 1=4 \"a b\"", "phrase");
	check(
	    *state, "@attr 1=4 @attr 6=3 \"a b\"", 122, "", "@attr 1=4 \"a b\"", "complete field");
	check(*state, "@and @attr 1=4 @attr 3=1 a @attr 1=5 @attr 3=1 b", 119, "",
	    "@and @attr 1=4 a @attr 1=5 b", "first in field");
	/* Another is refused: this one stays. */
	check(*state, "@attr 1=4 @attr 3=1 @attr 6=1 water", 122, "", "@attr 1=4 @attr 3=1 water",
	    "");
	check(*state, "@attr 1=4 @attr 3=1 @attr 6=1 water", 123, "", "@attr 1=4 @attr 3=1 water",
	    "");
	/* Nothing but what means something is left to go. */
	check(*state, "@attr 1=4 @attr 3=1 @attr 6=3 water", 123, "", "@attr 1=4 water",
	    "complete field, first in field");
}

static void what_would_lose_records_never_goes(void **state)
{
	check(*state, "@attr 1=4 @attr 5=1 wat", 120, "", NULL, "");
	check(*state, "@attr 1=4 @attr 5=102 wat", 113, "5", NULL, "");
	check(*state, "@attr 1=31 @attr 2=5 1990", 117, "", NULL, "");
	check(*state, "@attr 1=31 @attr 2=1 1990", 123, "", NULL, "");
	check(*state, "@attr 1=4 @attr 2=103 x", 117, "", NULL, "");
	/* A use attribute, an unsupported search, a term: there is no simpler form. */
	check(*state, FULL "water", 114, "4", NULL, "");
	check(*state, FULL "water", 113, "1", NULL, "");
	check(*state, FULL "water", 3, "", NULL, "");
	check(*state, FULL "water", 125, "", NULL, "");
	check(*state, "@attr 1=4 water", 122, "", NULL, "");
	/* What is excluded must not grow. */
	check(*state, "@not @attr 1=4 a @attr 1=4 @attr 3=1 b", 119, "", NULL, "");
	check(*state, "@not @attr 1=4 @attr 3=1 a @attr 1=4 @attr 3=1 b", 119, "",
	    "@not @attr 1=4 a @attr 1=4 @attr 3=1 b", "first in field");
	check(*state, "@not x @not @attr 1=4 a @attr 1=4 @attr 3=1 b", 119, "",
	    "@not x @not @attr 1=4 a @attr 1=4 b", "first in field");
	/* The keys of an order are no terms. */
	check(*state, "@or " FULL "a @attr 1=4 @attr 7=1 @attr 4=2 0", 118, "",
	    "@or @attr 1=4 a @attr 1=4 @attr 7=1 @attr 4=2 0", "");
	/* Nor are other sets' attributes Bib-1's. */
	check(*state, "@attr gils 4=2 x", 118, "", NULL, "");
}

static void what_is_known_is_used_and_grows(void **state)
{
	struct world *world = *state;
	struct degrade degrade = {0};
	Z_RPNQuery *query = parse(world, "@attr 1=4 @attr 3=1 @attr 6=3 water"), *simpler;
	char lost[DEGRADE_TEXT];
	bool refused;

	assert_ptr_equal(degrade_apply(world->arena, query, &degrade, lost), query);
	assert_true(degrade_learn(&degrade, query, 119, ""));
	simpler = degrade_apply(world->arena, query, &degrade, lost);
	assert_string_equal(lost, "first in field");
	/* The same refusal of what no longer stands there teaches nothing. */
	assert_false(degrade_learn(&degrade, simpler, 119, ""));
	assert_true(degrade_learn(&degrade, simpler, 122, ""));
	simpler = degrade_apply(world->arena, query, &degrade, lost);
	assert_string_equal(rpn_to_pqf(world->arena, simpler), "@attr 1=4 water");
	assert_string_equal(lost, "complete field, first in field");
	for (size_t i = 0; degrade_type(&degrade, i, &refused); i++)
		assert_int_equal(
		    refused, strcmp(degrade_type(&degrade, i, &refused), "position") == 0 ||
				 strcmp(degrade_type(&degrade, i, &refused), "completeness") == 0);
	/* A query without any of it is put as it is. */
	query = parse(world, "@attr 1=7 123");
	assert_ptr_equal(degrade_apply(world->arena, query, &degrade, lost), query);
	assert_string_equal(lost, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_says_nothing_goes_at_once),
	    cmocka_unit_test(what_narrows_goes_when_it_is_refused_and_is_said),
	    cmocka_unit_test(what_would_lose_records_never_goes),
	    cmocka_unit_test(what_is_known_is_used_and_grows),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
