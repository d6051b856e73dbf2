/*
 * CQL in, trees, text and RPN out. Most of what it expects is a table people can read and add to:
 * tests/unit/data/cql/corpus.tsv.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <yaz/cql.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "query/cql.h"
#include "query/profile.h"
#include "query/rpn.h"
#include "query/words.h"
#include "tests/unit/cql_corpus.h"

static const char *diagnostic(struct arena *arena, const struct diag *diag)
{
	return arena_printf(arena, "!%d %s", diag_srw(diag->id), diag->details);
}

static int judge(
    const struct corpus_row *row, const char *what, const char *expected, const char *found)
{
	if (strcmp(expected, found) == 0)
		return 0;
	print_error("corpus.tsv:%d: %s is %s, expected %s\n", row->line, what, found, expected);
	return 1;
}

static int check_row(struct corpus *corpus, struct arena *arena)
{
	const struct corpus_row *row = &corpus->row;
	struct question question, again;
	struct diag diag = {0};
	const char *tree, *pqf;
	Z_RPNQuery *rpn;
	int wrong;

	if (!cqlq_parse(arena, row->query, row->version, &question, &diag))
		return judge(row, "diagnostic", row->tree, diagnostic(arena, &diag));
	tree = question_to_cql(arena, &question);
	wrong = judge(row, "tree", row->tree, tree);
	assert_true(cqlq_parse(arena, tree, CQLQ_2_0, &again, &diag));
	assert_true(query_equal(question.query, again.query));
	wrong += judge(row, "second tree", tree, question_to_cql(arena, &again));
	if (rpn_from_query(arena, question.query, corpus->profile, &rpn, &diag))
		pqf = rpn_to_pqf(arena, rpn);
	else
		pqf = diagnostic(arena, &diag);
	return wrong + judge(row, "PQF", row->pqf, pqf);
}

static void the_corpus_means_what_it_says(void **state)
{
	struct corpus corpus;
	int rows = 0, wrong = 0;

	corpus_open(&corpus);
	while (corpus_next(&corpus)) {
		struct arena *arena = arena_create(0, NULL);

		wrong += check_row(&corpus, arena);
		rows++;
		arena_destroy(arena);
	}
	corpus_close(&corpus);
	assert_true(rows >= 250);
	assert_int_equal(wrong, 0);
}

static int count_modifiers(struct cql_node *modifiers)
{
	int count = 0;

	for (; modifiers; modifiers = modifiers->u.st.modifiers)
		count++;
	return count;
}

/* The index under our own name: what our parser makes of it standing alone. */
static bool same_index(struct arena *arena, const struct query *ours, const char *theirs)
{
	struct question question;

	if (!cqlq_parse(
		arena, arena_printf(arena, "\"%s\" = x", theirs), CQLQ_1_2, &question, NULL))
		return false;
	return ours->type == QUERY_SET || (strcmp(question.query->set, ours->set) == 0 &&
					      strcmp(question.query->index, ours->index) == 0);
}

static bool same_relation(const struct query *ours, const char *theirs)
{
	enum query_relation relation;

	if (ours->type == QUERY_SET || ours->relation == QUERY_SCR)
		return true;
	return (words_find_symbol(theirs, &relation) || words_find_relation(theirs, &relation)) &&
	       relation == ours->relation;
}

static bool same_term(struct arena *arena, const struct query *ours, const char *theirs)
{
	const char *plain = query_plain_term(arena, theirs, NULL, NULL);

	if (ours->type == QUERY_SET)
		return strcmp(ours->name, plain) == 0;
	return strcmp(query_plain_term(arena, ours->term, NULL, NULL), plain) == 0;
}

static bool same_tree(struct arena *arena, const struct query *ours, struct cql_node *theirs)
{
	bool leaf = ours->type == QUERY_TERM || ours->type == QUERY_SET;

	if (theirs->which == CQL_NODE_SORT)
		theirs = theirs->u.sort.search;
	if (theirs->which == CQL_NODE_ST)
		return leaf && same_index(arena, ours, theirs->u.st.index) &&
		       same_relation(ours, theirs->u.st.relation) &&
		       same_term(arena, ours, theirs->u.st.term) && !theirs->u.st.extra_terms &&
		       (int)ours->nmodifiers == count_modifiers(theirs->u.st.modifiers);
	return !leaf &&
	       text_equal_ignoring_case(theirs->u.boolean.value, query_boolean_name(ours->type)) &&
	       (int)ours->nmodifiers == count_modifiers(theirs->u.boolean.modifiers) &&
	       same_tree(arena, ours->left, theirs->u.boolean.left) &&
	       same_tree(arena, ours->right, theirs->u.boolean.right);
}

/* YAZ's strict parser as the oracle, but for rows marked "alone". There it takes a line's end for
 * the query's, lets open quotes, control characters and any escape pass, takes any dotted word for
 * a relation, and keeps prefixes unresolved; or our lenient reading was wanted. */
static void yaz_reads_the_same_trees(void **state)
{
	CQL_parser parser = cql_parser_create();
	struct corpus corpus;
	int compared = 0, wrong = 0;

	cql_parser_strict(parser, 1);
	corpus_open(&corpus);
	while (corpus_next(&corpus)) {
		struct arena *arena = arena_create(0, NULL);
		const struct corpus_row *row = &corpus.row;
		struct question question;
		bool ours = cqlq_parse(arena, row->query, row->version, &question, NULL);
		bool theirs = cql_parser_string(parser, row->query) == 0;

		if (strcmp(row->mark, "alone") != 0) {
			compared++;
			if (ours != theirs || (ours && !same_tree(arena, question.query,
							   cql_parser_result(parser)))) {
				wrong++;
				print_error("corpus.tsv:%d: YAZ reads %s otherwise\n", row->line,
				    row->query);
			}
		}
		arena_destroy(arena);
	}
	corpus_close(&corpus);
	cql_parser_destroy(parser);
	assert_true(compared >= 200);
	assert_int_equal(wrong, 0);
}

static int parse_code(const char *text)
{
	struct arena *arena = arena_create(0, NULL);
	struct question question;
	struct diag diag = {0};
	int code = 0;

	if (!cqlq_parse(arena, text, CQLQ_1_2, &question, &diag))
		code = diag_srw(diag.id);
	arena_destroy(arena);
	return code;
}

static char *repeat(
    struct arena *arena, const char *head, const char *piece, int count, const char *tail)
{
	size_t length = strlen(piece);
	char *text = arena_alloc(arena, strlen(head) + length * (size_t)count + strlen(tail) + 1);
	char *out = stpcpy(text, head);

	for (int i = 0; i < count; i++)
		out = stpcpy(out, piece);
	stpcpy(out, tail);
	return text;
}

static void size_depth_and_number_are_capped(void **state)
{
	struct arena *arena = arena_create(0, NULL);
	char *big = repeat(arena, "\"", "a", 1 << 20, "\"");

	assert_int_equal(parse_code(big), 12);
	assert_int_equal(parse_code(repeat(arena, "\"", "a", QUERY_BYTES_MAX - 2, "\"")), 0);
	assert_int_equal(parse_code(repeat(arena, "\"", "a", QUERY_BYTES_MAX - 1, "\"")), 12);
	assert_int_equal(
	    parse_code(repeat(arena, repeat(arena, "", "(", 64, "a"), ")", 64, "")), 0);
	assert_int_equal(
	    parse_code(repeat(arena, repeat(arena, "", "(", 65, "a"), ")", 65, "")), 13);
	assert_int_equal(
	    parse_code(repeat(arena, repeat(arena, "", "(", 500, "a"), ")", 500, "")), 13);
	assert_int_equal(parse_code(repeat(arena, "a", " or a", 255, "")), 0);
	assert_int_equal(parse_code(repeat(arena, "a", " or a", 256, "")), 38);
	assert_int_equal(parse_code(repeat(arena, "a", " and a", 2500, "")), 38);
	assert_int_equal(parse_code(repeat(arena, "a sortby", " dc.title", 16, "")), 0);
	assert_int_equal(parse_code(repeat(arena, "a sortby", " dc.title", 17, "")), 84);
	assert_int_equal(parse_code(repeat(arena, "dc.title =", "/stem", 16, " a")), 0);
	assert_int_equal(parse_code(repeat(arena, "dc.title =", "/stem", 17, " a")), 10);
	arena_destroy(arena);
}

/* Memory goes with the text's length, whatever it holds. */
static void memory_is_bounded(void **state)
{
	static const char *const pieces[] = {"a ", ">a=b ", "a/", "\"\" ", "(", "a\\*", "a.b "};

	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		struct arena *arena = arena_create(0, NULL);
		int count = (int)(QUERY_BYTES_MAX / strlen(pieces[i])) - 1;
		char *text = repeat(arena, "", pieces[i], count, "a");
		size_t before = arena_used(arena);
		struct question question;

		cqlq_parse(arena, text, CQLQ_1_2, &question, NULL);
		assert_true(arena_used(arena) - before < 4 << 20);
		arena_destroy(arena);
	}
}

static void long_lists_of_words_are_refused(void **state)
{
	struct arena *arena = arena_create(0, NULL);
	struct profile *profile = profile_parse(arena, "bath", profile_builtin("bath"), NULL, NULL);
	struct question question;
	struct diag diag = {0};
	Z_RPNQuery *rpn;

	assert_true(cqlq_parse(
	    arena, repeat(arena, "dc.title all \"", "a ", 3000, "\""), CQLQ_1_2, &question, &diag));
	assert_false(rpn_from_query(arena, question.query, profile, &rpn, &diag));
	assert_int_equal(diag_srw(diag.id), 38);
	assert_null(rpn);
	arena_destroy(arena);
}

static unsigned pick(uint32_t *seed, unsigned count)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (*seed >> 8) % count;
}

#define PICK(seed, list) ((list)[pick(seed, sizeof(list) / sizeof *(list))])

static const struct query_modifier *random_modifiers(
    struct arena *arena, uint32_t *seed, size_t *count)
{
	static const struct query_modifier some[] = {{NULL, "stem", NULL, NULL},
	    {"rel", "algorithm", "=", "x y"}, {NULL, "distance", "<", "3"},
	    {NULL, "unit", "=", "word"}, {"http://e.org/x", "and", "<>", "\\*\"/"},
	    {"foo", "b/r", ">=", ""}};
	struct query_modifier *modifiers = arena_array(arena, 3, sizeof *modifiers);

	*count = pick(seed, 4) ? 0 : 1 + pick(seed, 3);
	for (size_t i = 0; i < *count; i++)
		modifiers[i] = PICK(seed, some);
	return *count ? modifiers : NULL;
}

static struct query *random_leaf(struct arena *arena, uint32_t *seed)
{
	static const char *const names[][2] = {{"dc", "title"}, {"cql", "serverChoice"},
	    {"bath", "personalName"}, {"marc", "245"}, {"", "nosuch"}, {"", "my index"},
	    {"", "and"}, {"foo", "bar"}, {"foo", ".a"}, {"urn-1", "x"},
	    {"http://example.org/a.b?c*", "name"}, {"http://example.org/\\\"", "n\\*"}, {"", ".x"},
	    {"", "x."}, {"a/b", "c"}};
	static const char *const terms[] = {"foo", "foo bar", "", " ", "and", "SORTBY", "cql.all",
	    "a*", "\\*", "\\\\", "\\^a^", "\"", "say \"x\"", "(a)", "=", "\xC3\xA9", "\\?\\\\*",
	    "a/b"};
	static const char *const sets[] = {"abc", "", "a b", "*?^\\", "\"", "and", "x\\*"};
	const char *const *name = PICK(seed, names);
	struct query *leaf = query_term(arena, name[0], name[1],
	    (enum query_relation)pick(seed, QUERY_SCR + 1), PICK(seed, terms));

	if (pick(seed, 12) == 0) {
		*leaf = (struct query){.type = QUERY_SET, .name = PICK(seed, sets)};
		return leaf;
	}
	leaf->modifiers = (struct query_modifier *)random_modifiers(arena, seed, &leaf->nmodifiers);
	return leaf;
}

static struct query *random_tree(struct arena *arena, uint32_t *seed, int depth)
{
	static const enum query_type types[] = {QUERY_AND, QUERY_OR, QUERY_NOT, QUERY_PROX};
	struct query *tree;

	if (depth == 0 || pick(seed, 3) == 0)
		return random_leaf(arena, seed);
	tree = query_bool(arena, PICK(seed, types), random_tree(arena, seed, depth - 1),
	    random_tree(arena, seed, depth - 1));
	tree->modifiers = (struct query_modifier *)random_modifiers(arena, seed, &tree->nmodifiers);
	return tree;
}

static void printing_and_parsing_give_the_tree_back(void **state)
{
	const char *given = getenv("SEED");
	uint32_t seed = given ? (uint32_t)strtoul(given, NULL, 10) : 20240701;

	print_message("# seed %u\n", seed);
	for (int i = 0; i < 3000; i++) {
		struct arena *arena = arena_create(0, NULL);
		struct query_sort_key key = {.set = "http://example.org/a.b?c*", .index = "x"};
		struct question question = {.query = random_tree(arena, &seed, 1 + i % 6)}, back;
		struct diag diag = {0};
		char *text;

		if (i % 3 == 0) {
			key.modifiers = (struct query_modifier *)random_modifiers(
			    arena, &seed, &key.nmodifiers);
			question.sort = &key;
			question.nsort = 1;
		}
		text = question_to_cql(arena, &question);
		if (!cqlq_parse(arena, text, CQLQ_2_0, &back, &diag))
			fail_msg("%s: %s", text, diag.details);
		if (!query_equal(question.query, back.query))
			fail_msg("%s became %s", text, question_to_cql(arena, &back));
		assert_string_equal(text, question_to_cql(arena, &back));
		assert_int_equal(back.nsort, question.nsort);
		arena_destroy(arena);
	}
}

static void equality_sees_every_part(void **state)
{
	static const char *const different[] = {"foo", "\"foo bar\"", "dc.title = foo",
	    "dc.title == foo", "dc.creator = foo", "cql.serverChoice = foo", "dc.title =/stem foo",
	    "dc.title =/stem=1 foo", "dc.title =/stem=2 foo", "dc.title =/rel.stem foo",
	    "foo and bar", "foo or bar", "bar and foo", "foo and/x bar", "foo and bar and baz",
	    "foo and (bar and baz)", "cql.resultSetId = foo", "cql.resultSetId = bar"};
	size_t count = sizeof different / sizeof *different;
	struct arena *arena = arena_create(0, NULL);
	struct question *questions = arena_array(arena, count, sizeof *questions);

	for (size_t i = 0; i < count; i++)
		assert_true(cqlq_parse(arena, different[i], CQLQ_1_2, &questions[i], NULL));
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < count; k++)
			assert_int_equal(
			    query_equal(questions[i].query, questions[k].query), i == k);
	arena_destroy(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_corpus_means_what_it_says),
	    cmocka_unit_test(yaz_reads_the_same_trees),
	    cmocka_unit_test(size_depth_and_number_are_capped),
	    cmocka_unit_test(memory_is_bounded),
	    cmocka_unit_test(long_lists_of_words_are_refused),
	    cmocka_unit_test(printing_and_parsing_give_the_tree_back),
	    cmocka_unit_test(equality_sees_every_part),
	};

	return cmocka_run_group_tests_name("cql", tests, NULL, NULL);
}
