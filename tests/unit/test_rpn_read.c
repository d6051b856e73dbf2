/* RPN and CCL into the query tree, shown as canonical CQL. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <yaz/oid_db.h>
#include <yaz/pquery.h>
#include <yaz/sortspec.h>

#include "base/arena.h"
#include "query/ccl.h"
#include "query/cql.h"
#include "query/profile.h"
#include "query/rpn.h"

struct bench {
	struct arena *arena;
	ODR odr;
};

static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof *b);

	b->arena = arena_create(0, NULL);
	b->odr = odr_createmem(ODR_ENCODE);
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;

	odr_destroy(b->odr);
	arena_destroy(b->arena);
	free(b);
	return 0;
}

static Z_RPNQuery *pqf(struct bench *b, const char *text)
{
	YAZ_PQF_Parser parser = yaz_pqf_create(); /* it remembers a term's type */
	Z_RPNQuery *rpn = yaz_pqf_parse(parser, b->odr, text);

	yaz_pqf_destroy(parser);
	if (!rpn)
		fail_msg("not PQF: %s", text);
	return rpn;
}

static const char *read_pqf(struct bench *b, const char *text)
{
	struct rpn_fault fault;
	const struct query *query;

	if (!rpn_to_query(b->arena, pqf(b, text), &query, &fault))
		fail_msg("%s: %d %s", text, fault.bib1, fault.addinfo);
	return query_to_cql(b->arena, query);
}

static const char *canonical(struct bench *b, const char *cql)
{
	struct question question;
	struct diag diag;

	if (!cqlq_parse(b->arena, cql, CQLQ_1_2, &question, &diag))
		fail_msg("%s: %s", cql, diag.details);
	return query_to_cql(b->arena, question.query);
}

struct pair {
	const char *pqf, *cql;
};

static void rpn_means_what_cql_means(void **state)
{
	static const struct pair pairs[] = {
	    {"air", "air"},
	    {"@attr 1=1016 air", "cql.anywhere=air"},
	    {"@attr 1=4 air", "dc.title=air"},
	    {"@attr 1=4 @attr 4=1 \"air mata\"", "dc.title=\"air mata\""},
	    {"@attr 1=4 @attr 4=6 \"air mata\"", "dc.title all \"air mata\""},
	    {"@attr 1=4 @attr 4=105 \"air mata\"", "dc.title all \"air mata\""},
	    {"@attr 1=1003 @attr 2=3 @attr 3=3 @attr 4=2 @attr 5=100 @attr 6=1 toer",
		"dc.creator=toer"},
	    {"@attr 1=4 @attr 5=1 manus", "dc.title=manus*"},
	    {"@attr 1=4 @attr 5=2 usia", "dc.title=*usia"},
	    {"@attr 1=4 @attr 5=3 nusi", "dc.title=*nusi*"},
	    {"@attr 1=4 @attr 5=101 ma#sia", "dc.title=ma*sia"},
	    {"@attr 1=4 @attr 5=104 m?n#sia", "dc.title=m*n?sia"},
	    {"@attr 1=4 @attr 5=102 m.*n.sia", "dc.title=m*n?sia"},
	    {"@attr 1=4 @attr 3=1 bumi", "dc.title=^bumi"},
	    {"@attr 1=4 @attr 3=1 @attr 5=1 bumi", "dc.title=^bumi*"},
	    {"@attr 1=4 @attr 2=3 @attr 3=1 @attr 4=1 @attr 6=3 \"bumi manusia\"",
		"dc.title==\"bumi manusia\""},
	    {"@attr 1=31 @attr 2=4 1990", "dc.date>=1990"},
	    {"@attr 1=31 @attr 2=1 1990", "dc.date<1990"},
	    {"@attr 1=31 @attr 2=104 \"1990 1995\"", "dc.date within \"1990 1995\""},
	    {"@attr 1=4 @attr 2=102 air", "dc.title =/relevant air"},
	    {"@attr 1=4 @attr 2=101 air", "dc.title =/stem air"},
	    {"@attr 1=4 @attr 2=100 air", "dc.title =/phonetic air"},
	    {"@attr 2=103 x", "cql.allRecords=1"},
	    {"@attr 1=7 9789799731234", "bath.isbn=9789799731234"},
	    {"@attr 1=5555 x", "bib1.5555=x"},
	    {"@attr 1=title air", "dc.title=air"},
	    {"@attr 1=dc.creator toer", "dc.creator=toer"},
	    {"@attr 1=4. air", "4.=air"},
	    {"@attr 1=.4 air", ".4=air"},
	    {"@attr 1=4 a*b?c^d", "dc.title=\"a\\*b\\?c\\^d\""},
	    {"@and @attr 1=4 a @or b @not c d", "dc.title=a and (b or (c not d))"},
	    {"@and @and a b c", "a and b and c"},
	    {"@prox 0 3 1 2 k 2 a b", "a prox/unit=word/distance<=3/ordered b"},
	    {"@set satu", "cql.resultSetId=satu"},
	    {"@and @set satu @attr 1=4 air", "cql.resultSetId=satu and dc.title=air"},
	    {"@term numeric 12", "12"},
	    {"@attr 1=4 caf\xE9", "dc.title=caf\xC3\xA9"},
	    {"@attr 1=4 caf\xC3\xA9", "dc.title=caf\xC3\xA9"},
	};
	struct bench *b = *state;

	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		assert_string_equal(read_pqf(b, pairs[i].pqf), canonical(b, pairs[i].cql));
}

static void faults_are_bib1s(void **state)
{
	static const struct {
		const char *pqf;
		int bib1;
	} rows[] = {
	    {"@attr 7=1 x", 113},
	    {"@attr 1=0 x", 114},
	    {"@attr 2=77 x", 117},
	    {"@attr 1=4 @attr 2=103 x", 117},
	    {"@attr 4=9 x", 118},
	    {"@attr 4=wrd x", 118},
	    {"@attr 3=4 x", 119},
	    {"@attr 5=4 x", 120},
	    {"@attr 5=102 a[bc]", 120},
	    {"@attr 5=104 a?3b", 120},
	    {"@attrset 1.2.840.10003.3.5 @attr 1=4 x", 121},
	    {"@attr exp-1 1=4 x", 121},
	    {"@attr 6=4 x", 122},
	    {"@attr \"1=a b\" x", 114},
	    {"@prox 1 3 1 2 k 2 a b", 201},
	    {"@prox 0 3 1 2 k 1 a b", 132},
	    {"@prox 0 3 1 2 p 1 a b", 132},
	    {"@prox 0 3 1 9 k 2 a b", 131},
	    {"@term null x", 229},
	};
	struct bench *b = *state;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct rpn_fault fault = {0};
		const struct query *query;

		assert_false(rpn_to_query(b->arena, pqf(b, rows[i].pqf), &query, &fault));
		if (fault.bib1 != rows[i].bib1)
			fail_msg("%s: %d instead of %d", rows[i].pqf, fault.bib1, rows[i].bib1);
	}
}

static void an_attribute_type_comes_once(void **state)
{
	struct bench *b = *state;
	Z_RPNQuery *rpn = pqf(b, "@attr 1=4 @attr 4=1 x");
	struct rpn_fault fault = {0};
	const struct query *query;

	for (int i = 0; i < 2; i++)
		*rpn->RPNStructure->u.simple->u.attributesPlusTerm->attributes->attributes[i]
		     ->attributeType = 4;
	assert_false(rpn_to_query(b->arena, rpn, &query, &fault));
	assert_int_equal(fault.bib1, 123);
}

static char *chain(struct bench *b, size_t count, bool right)
{
	char *text = arena_alloc(b->arena, count * 8 + 16);

	for (size_t i = 0; i < count; i++)
		strcat(text, right ? "@and a " : "@and ");
	for (size_t i = 0; i < (right ? 1 : count + 1); i++)
		strcat(text, "a ");
	return text;
}

static void size_and_depth_are_bounded(void **state)
{
	struct bench *b = *state;
	struct rpn_fault fault = {0};
	const struct query *query;
	char *large = arena_alloc(b->arena, QUERY_BYTES_MAX + 2);

	assert_true(rpn_to_query(b->arena, pqf(b, chain(b, 200, false)), &query, &fault));
	assert_true(rpn_to_query(b->arena, pqf(b, chain(b, 60, true)), &query, &fault));
	assert_false(rpn_to_query(b->arena, pqf(b, chain(b, 300, false)), &query, &fault));
	assert_int_equal(fault.bib1, 6);
	assert_false(rpn_to_query(b->arena, pqf(b, chain(b, 70, true)), &query, &fault));
	assert_int_equal(fault.bib1, 6);
	memset(large, 'a', QUERY_BYTES_MAX + 1);
	assert_false(rpn_to_query(b->arena, pqf(b, large), &query, &fault));
	assert_int_equal(fault.bib1, 11);
}

/* A gateway behind a gateway: what one asks, the other reads as it was meant. */
static void what_we_ask_we_understand(void **state)
{
	static const char *const questions[] = {"air", "dc.title=air", "dc.title=\"air mata\"",
	    "dc.title=^bumi", "dc.title=manus*", "dc.title=*usia", "dc.creator=toer",
	    "dc.title==\"bumi manusia\"", "dc.date>1990", "dc.date<=1990",
	    "bath.isbn=9789799731234", "dc.title=a and (dc.creator=b or dc.subject=c)",
	    "dc.title=a not dc.date=1990", "bib1.5555=x", "bath.notes=x", "dc.language=ind"};
	struct bench *b = *state;
	struct profile *bath = profile_parse(b->arena, "bath", profile_builtin("bath"), NULL, NULL);

	for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
		struct question question;
		struct rpn_fault fault;
		struct diag diag;
		Z_RPNQuery *first, *second;
		const struct query *query;

		assert_true(cqlq_parse(b->arena, questions[i], CQLQ_1_2, &question, &diag));
		assert_true(rpn_from_query(b->arena, question.query, bath, &first, &diag));
		if (!rpn_to_query(b->arena, first, &query, &fault))
			fail_msg("%s: %d %s", questions[i], fault.bib1, fault.addinfo);
		assert_true(rpn_from_query(b->arena, query, bath, &second, &diag));
		assert_string_equal(rpn_to_pqf(b->arena, first), rpn_to_pqf(b->arena, second));
	}
}

static void sort_keys_are_cqls(void **state)
{
	static const struct pair pairs[] = {
	    {"1=4 <", "x sortby dc.title/ascending/ignorecase"},
	    {"1=31 >s", "x sortby dc.date/descending/respectcase"},
	    {"title ai 1=1003 ds",
		"x sortby dc.title/ascending/ignorecase dc.creator/descending/respectcase"},
	};
	struct bench *b = *state;

	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		Z_SortKeySpecList *list = yaz_sort_spec(b->odr, pairs[i].pqf);
		struct question question = {
		    .query = query_term(b->arena, "cql", "serverChoice", QUERY_SCR, "x")};
		struct question wanted;
		struct rpn_fault fault;
		struct diag diag;

		assert_non_null(list);
		assert_true(rpn_to_sort(b->arena, list, &question.sort, &question.nsort, &fault));
		assert_true(cqlq_parse(b->arena, pairs[i].cql, CQLQ_1_2, &wanted, &diag));
		assert_string_equal(
		    question_to_cql(b->arena, &question), question_to_cql(b->arena, &wanted));
	}
}

static void ccl_is_understood(void **state)
{
	static const struct pair pairs[] = {
	    {"air", "air"},
	    {"ti=air", "dc.title=air"},
	    {"ti=manus?", "dc.title=manus*"},
	    {"ti=bumi and au=toer", "dc.title=bumi and dc.creator=toer"},
	    {"ti=(a or b) not su=c", "(dc.title=a or dc.title=b) not dc.subject=c"},
	    {"isbn=9789799731234", "bath.isbn=9789799731234"},
	};
	struct bench *b = *state;

	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		struct rpn_fault fault;
		const struct query *query;
		Z_RPNQuery *rpn;

		if (!cclq_parse(b->odr, pairs[i].pqf, &rpn, &fault) ||
		    !rpn_to_query(b->arena, rpn, &query, &fault))
			fail_msg("%s: %d %s", pairs[i].pqf, fault.bib1, fault.addinfo);
		assert_string_equal(query_to_cql(b->arena, query), canonical(b, pairs[i].cql));
	}
}

static void broken_ccl_is_refused(void **state)
{
	struct bench *b = *state;
	struct rpn_fault fault;
	Z_RPNQuery *rpn;
	char *deep = arena_alloc(b->arena, 10002);

	assert_false(cclq_parse(b->odr, "ti=(a or", &rpn, &fault));
	assert_int_equal(fault.bib1, 108);
	assert_non_null(strstr(fault.addinfo, "at character"));
	assert_false(cclq_parse(b->odr, "nonsense=air", &rpn, &fault));
	assert_int_equal(fault.bib1, 108);
	memset(deep, '(', 10000);
	assert_false(cclq_parse(b->odr, deep, &rpn, &fault));
	assert_int_equal(fault.bib1, 6);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(rpn_means_what_cql_means),
	    CASE(faults_are_bib1s),
	    CASE(an_attribute_type_comes_once),
	    CASE(size_and_depth_are_bounded),
	    CASE(what_we_ask_we_understand),
	    CASE(sort_keys_are_cqls),
	    CASE(ccl_is_understood),
	    CASE(broken_ccl_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
