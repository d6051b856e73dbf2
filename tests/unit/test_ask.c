#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "query/ask.h"
#include "query/cql.h"
#include "query/pqf.h"
#include "query/profile.h"
#include "tests/unit/arena_test.h"
#include "tests/unit/cql_corpus.h"

static const struct ask_server old = {.version = ASK_1_1}, usual = {.version = ASK_1_2},
			       recent = {.version = ASK_2_0};

/* A server that has Dublin Core's indexes under a name of its own, and one of its own. */
static const struct ask_index told_indexes[] = {
    {"info:srw/cql-context-set/1/dc-v1.1", "d", "title"},
    {"info:srw/cql-context-set/1/dc-v1.1", "d", "creator"},
    {"info:srw/cql-context-set/1/dc-v1.1", "d", "identifier"},
    {"http://own.example/Set", "own", "Shelf"},
    {NULL, "pica", "vlg"},
    {NULL, "", "date"},
};
static const struct ask_server telling = {
    .version = ASK_1_2, .indexes = told_indexes, .nindexes = 6};

static struct question read_cql(const char *text)
{
	struct question question = {0};
	struct diag diag = {0};

	if (!cqlq_parse(arena, text, CQLQ_2_0, &question, &diag))
		fail_msg("%s: %d %s", text, diag_srw(diag.id), diag.details);
	return question;
}

/* The CQL, what was lost by it, or why there is none. */
static const char *make(
    const struct question *question, const struct ask_server *server, unsigned forms)
{
	struct ask_refused refused = {forms};
	struct diag diag = {0};
	struct ask out;

	if (!ask_make(arena, question, server, &refused, &out, &diag))
		return arena_printf(arena, "%d %s", diag_srw(diag.id), diag.details);
	return arena_printf(arena, "%s%s%s%s%s%s", out.cql, out.sort_keys ? " sortKeys " : "",
	    out.sort_keys ? out.sort_keys : "", *out.lost ? " [" : "", out.lost,
	    *out.lost ? "]" : "");
}

static void check(const struct ask_server *server, const char *text, const char *expected)
{
	struct question question = read_cql(text);

	assert_string_equal(make(&question, server, 0), expected);
}

/* The question after the server has refused it with these diagnostics one after the other. */
static void check_refused(const struct ask_server *server, const char *text, const char *refusals,
    const char *addinfo, const char *expected)
{
	struct question question = read_cql(text);
	struct ask_refused refused = {0};
	char *end;

	for (; *refusals; refusals = end)
		if (!ask_learn(
			&refused, &question, server, (int)strtol(refusals, &end, 10), addinfo)) {
			assert_string_equal("nothing learned", expected);
			return;
		}
	assert_string_equal(make(&question, server, refused.forms), expected);
}

static void relations_are_those_of_the_version(void **state)
{
	check(&old, "dc.title == \"air mata\"", "dc.title exact \"air mata\"");
	check(&usual, "dc.title exact \"air mata\"", "dc.title == \"air mata\"");
	check(&recent, "dc.title exact \"air mata\"", "dc.title == \"air mata\"");
	check(&old, "dc.title adj \"air mata\"", "dc.title = \"air mata\"");
	check(&usual, "dc.title adj \"air mata\"", "dc.title adj \"air mata\"");
	check(&usual, "dc.date >= 1990 and dc.date within \"1 2\"",
	    "dc.date >= 1990 and dc.date within \"1 2\"");
	check(&usual, "dc.title all \"air mata\" not (dc.creator any \"a b\" or x)",
	    "dc.title all \"air mata\" not (dc.creator any \"a b\" or x)");
	check(&usual, "a prox/unit=word/distance<3 b*", "a prox/unit=word/distance<3 b*");
	check(
	    &usual, "dc.title =/stem/relevant \"a\\\"b^\"", "dc.title =/stem/relevant \"a\\\"b^\"");
}

static void any_field_is_a_bare_term(void **state)
{
	check(&usual, "air", "air");
	check(&usual, "cql.serverChoice = \"air mata\"", "\"air mata\"");
	/* No server need have an index of that name to be asked for two words. */
	check(&usual, "cql.serverChoice all \"air  mata\"", "air and mata");
	check(&usual, "x or cql.serverChoice any \"air mata\"", "x or (air or mata)");
	check(&usual, "cql.serverChoice all \"\"", "\"\"");
	/* A server that tells what it has gets what it has. */
	check(&usual, "cql.anywhere = air", "cql.anywhere = air");
	check(&telling, "cql.anywhere = air", "air");
	check(&telling, "cql.anywhere all \"air mata\"", "16 cql.anywhere");
}

static void indexes_go_by_the_names_that_the_server_has(void **state)
{
	struct diag diag = {0};
	struct question pqf = {0};

	check(&telling, "dc.title = a", "d.title = a");
	check(&telling, "dc.publisher = a", "pica.vlg = a");
	check(&telling, "dc.date = 1990", "date = 1990");
	check(&telling, "> o = \"http://own.example/set\" o.shelf = a", "own.Shelf = a");
	check(&telling, "dc.subject = a", "16 dc.subject");
	check(&usual, "> o = \"http://own.example/set\" o.shelf = a",
	    "> urn-1 = \"http://own.example/set\" urn-1.shelf = a");
	/* By number, as Z39.50 clients ask. */
	assert_true(pqfq_parse(
	    arena, "@and @attr 1=4 @attr 5=1 air @attr 1=1003 @attr 6=3 x", &pqf, &diag));
	assert_string_equal(make(&pqf, &usual, 0), "dc.title = air* and dc.creator == x");
	check(&usual, "bib1.4 = air", "dc.title = air");
	check(&usual, "bib1.9999 = air", "16 bib1.9999");
}

/* A wider index is taken where it is told that there is no other, and where more is not less. */
static void a_wider_index_is_told(void **state)
{
	check(&telling, "bath.isbn = 12", "d.identifier = 12 [bath.isbn (d.identifier instead)]");
	check(&telling, "dc.title = a not bath.isbn = 12", "16 bath.isbn");
	check(&telling, "a not (b not bath.name = x)",
	    "a not (b not d.creator = x) [bath.name (d.creator instead)]");
	check(&usual, "bath.isbn = 12", "bath.isbn = 12");
	check_refused(&usual, "bath.isbn = 12 and dc.title = a", "16", "bath.isbn",
	    "dc.identifier = 12 and dc.title = a [bath.isbn (dc.identifier instead)]");
	check_refused(&usual, "cql.anywhere = a or bath.isbn = 12", "16 15", "",
	    "a or dc.identifier = 12 [bath.isbn (dc.identifier instead)]");
	check_refused(&usual, "dc.title = a not bath.isbn = 12", "16", "", "nothing learned");
}

static void a_profile_has_the_last_word(void **state)
{
	static const char text[] = "cql.dc.title = pica.tit\ncql.bath.isbn = isb\n"
				   "term.isbn = bath.isbn\nterm.compact = bath.isbn\n";
	struct ask_server server = telling;

	server.profile = profile_parse(arena, "own", text, NULL, NULL);
	assert_non_null(server.profile);
	check(&server, "dc.title = a", "pica.tit = a");
	check(&server, "dc.creator = a", "d.creator = a");
	/* A standard number in the forms that catalogues keep. */
	check(&server, "x and bath.isbn = 978-0-262-03384-8",
	    "x and (isb = 9780262033848 or isb = 0262033844)");
	check(&server, "bath.isbn = 12-3", "isb = 12-3");
}

static void what_is_refused_is_said_otherwise(void **state)
{
	/* another way to say the same */
	check_refused(&usual, "dc.title == a", "19", "==", "dc.title exact a");
	check_refused(&usual, "dc.title all \"a b\" or dc.title any \"c\"", "19", "all",
	    "dc.title = a and dc.title = b or dc.title = c");
	check_refused(&usual, "dc.title adj \"a b\"", "22", "", "dc.title = \"a b\"");
	check_refused(&usual, "dc.title =/relevant/word a", "20", "relevant", "dc.title = a");
	check_refused(&usual, "dc.title == a", "10", "", "dc.title exact a");
	/* less, where more hits do no harm, and said */
	check_refused(&usual, "dc.title == a", "19 19", "", "dc.title = a [exact match]");
	check_refused(&usual, "dc.title =/string a", "20", "", "dc.title = a [string]");
	check_refused(&usual, "dc.title = \"^a b^\"", "31", "",
	    "dc.title = \"a b\" [first or last in field]");
	check_refused(&usual, "a prox/distance=1 b", "39", "", "a and b [nearness]");
	check_refused(&usual, "a not dc.title == b", "19 19", "", "nothing learned");
	check_refused(&usual, "a not (x prox b)", "39", "", "nothing learned");
	/* never */
	check_refused(&usual, "dc.title = a*", "28", "", "nothing learned");
	check_refused(&usual, "dc.title =/stem a", "20", "", "nothing learned");
	check_refused(&usual, "a or b", "37", "or", "nothing learned");
	check_refused(&usual, "dc.date < 1990", "19", "<", "nothing learned");
	check_refused(&usual, "dc.title = a", "2", "", "nothing learned");
}

static void the_order_goes_along(void **state)
{
	static const char text[] = "a sortby dc.date/sort.descending dc.title/sort.respectCase";
	struct question question = read_cql(text);
	struct ask_server unsorted = usual;
	struct ask_refused refused = {0};
	struct diag diag;
	struct ask out;

	check(&usual, text, "a sortby dc.date/sort.descending dc.title/sort.respectcase");
	check(&old, text, "a sortKeys date,dc,0,0 title,dc,1,1");
	check(&telling, text, "a sortby date/sort.descending d.title/sort.respectcase");
	/* No such index, or no sorting: it is asked for without, and sorted here. */
	check(&telling, "a sortby dc.subject", "a");
	unsorted.unsorted = true;
	assert_true(ask_make(arena, &question, &unsorted, &refused, &out, &diag));
	assert_string_equal(out.cql, "a");
	assert_false(out.sorted);
	check_refused(&usual, text, "80", "", "a");
	check_refused(&usual, text, "10", "", "a");
	check_refused(&old, text, "8", "sortKeys", "a");
	assert_true(ask_make(arena, &question, &usual, &refused, &out, &diag));
	assert_true(out.sorted);
}

static void what_cannot_be_asked_is_refused(void **state)
{
	char *words = calloc(1, 4000);
	struct question question = {0};

	check(&usual, "cql.resultSetId = x", "50 x");
	for (int i = 0; i < 1000; i++)
		strcat(words + (i ? 2 * i - 2 : 0), "a ");
	question.query = query_term(arena, "cql", "serverChoice", QUERY_ALL, words);
	assert_string_equal(make(&question, &usual, 0), "38 at most 512 words");
	free(words);
}

static void scan_clauses_are_made(void **state)
{
	struct question question = read_cql("dc.title all \"b c\"");
	struct diag diag;
	char *text;

	assert_true(ask_scan(arena, question.query, &usual, &text, &diag));
	assert_string_equal(text, "dc.title = \"b c\"");
	question = read_cql("dc.title == b");
	assert_true(ask_scan(arena, question.query, &old, &text, &diag));
	assert_string_equal(text, "dc.title exact b");
	question = read_cql("b");
	assert_true(ask_scan(arena, question.query, &usual, &text, &diag));
	assert_string_equal(text, "cql.serverChoice = b");
	question = read_cql("bath.isbn = b");
	assert_false(ask_scan(arena, question.query, &telling, &text, &diag));
	assert_int_equal(diag.id, DIAG_INDEX);
}

static void forms_have_names(void **state)
{
	struct ask_refused refused = {1u << 3};
	bool is_refused;
	size_t n = 0;

	while (ask_form(&refused, n, &is_refused)) {
		assert_int_equal(is_refused, n == 3);
		n++;
	}
	assert_int_equal(n, 11);
}

/* What is made is CQL, and what is made of that is the same: the project's own corpus. */
static void what_is_made_reads_back(void **state)
{
	struct corpus corpus;
	size_t count = 0;

	corpus_open(&corpus);
	while (corpus_next(&corpus)) {
		const char *tree = corpus.row.tree;
		struct question question = {0}, back = {0};
		struct ask_refused refused = {0};
		struct ask out, again;
		struct diag diag;

		if (*tree == '!' || !cqlq_parse(arena, tree, CQLQ_2_0, &question, &diag) ||
		    !ask_make(arena, &question, &usual, &refused, &out, &diag))
			continue;
		if (!cqlq_parse(arena, out.cql, CQLQ_2_0, &back, &diag) ||
		    !ask_make(arena, &back, &usual, &refused, &again, &diag))
			fail_msg("%s became %s", tree, out.cql);
		assert_string_equal(again.cql, out.cql);
		count++;
	}
	corpus_close(&corpus);
	assert_true(count > 150);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(relations_are_those_of_the_version),
	    TEST(any_field_is_a_bare_term),
	    TEST(indexes_go_by_the_names_that_the_server_has),
	    TEST(a_wider_index_is_told),
	    TEST(a_profile_has_the_last_word),
	    TEST(what_is_refused_is_said_otherwise),
	    TEST(the_order_goes_along),
	    TEST(what_cannot_be_asked_is_refused),
	    TEST(scan_clauses_are_made),
	    TEST(forms_have_names),
	    TEST(what_is_made_reads_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
