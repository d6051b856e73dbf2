/* Profiles, what RPN they give, and the words ranking looks for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/diag.h"
#include "query/cql.h"
#include "query/names.h"
#include "query/profile.h"
#include "query/rpn.h"
#include "query/terms.h"

static const struct query *parse(struct arena *arena, const char *text)
{
	struct question question;
	struct diag diag = {0};

	if (!cqlq_parse(arena, text, CQLQ_1_2, &question, &diag))
		fail_msg("%s: %s", text, diag.details);
	return question.query;
}

/* PQF of a query, or "!N details". */
static const char *pqf(struct arena *arena, const struct profile *profile, const char *text)
{
	struct diag diag = {0};
	Z_RPNQuery *rpn;

	if (!rpn_from_query(arena, parse(arena, text), profile, &rpn, &diag))
		return arena_printf(arena, "!%d %s", diag_srw(diag.id), diag.details);
	return rpn_to_pqf(arena, rpn);
}

struct complaints {
	char text[2000];
};

static void complain(void *arg, int line, const char *message)
{
	struct complaints *complaints = arg;
	size_t used = strlen(complaints->text);

	snprintf(
	    complaints->text + used, sizeof complaints->text - used, "%d: %s\n", line, message);
}

static struct profile *profile_of(struct arena *arena, const char *text)
{
	struct complaints complaints = {""};
	struct profile *profile = profile_parse(arena, "test", text, complain, &complaints);

	if (!profile)
		fail_msg("%s", complaints.text);
	return profile;
}

static void every_bad_line_is_named(void **state)
{
	struct arena *arena = arena_create(0, NULL);
	struct complaints complaints = {""};

	assert_null(profile_parse(arena, "bad",
	    "# fine\nindex.dc.title = 1=4\nnosuch = 1\nindex.title = 1=4\nindex.dc.date =\n"
	    "relation.eq = 2\nfeature.prox = maybe\nnonsense\n= 3\nstructure.* = 4=\nset.dc =\n"
	    "index.DC.Title = 1=5\nrelation.le = nosuchset 2=3\nalways = list\n",
	    complain, &complaints));
	assert_string_equal(complaints.text,
	    "3: nosuch is not a key of a profile\n"
	    "4: index.title wants the form index.SET.NAME = type=value\n"
	    "5: index.dc.date wants the form index.SET.NAME = type=value\n"
	    "6: relation.eq wants type=value pairs\n"
	    "7: feature.prox is yes or no\n"
	    "8: nonsense is not of the form key = value\n"
	    "9: = 3 is not of the form key = value\n"
	    "10: structure.* wants type=value pairs\n"
	    "11: set.dc wants the URI of a context set\n"
	    "13: relation.le wants type=value pairs\n"
	    "14: always wants type=value pairs\n"
	    "12: index.DC.Title stands here a second time\n");
	assert_null(profile_parse(arena, "bad", "x", NULL, NULL));
	arena_destroy(arena);
}

static void values_are_found_without_case(void **state)
{
	struct arena *arena = arena_create(0, NULL);
	struct profile *profile = profile_of(arena,
	    "index.dc.title=1=4   # the title\r\n  index.bath.personalName =  1=1 \r\n"
	    "relation.<= 2=1\nrelationModifier.relevant =\nset = info:x#y\n");

	assert_string_equal(profile_name(profile), "test");
	assert_string_equal(profile_find(profile, "index.dc.title"), "1=4");
	assert_string_equal(profile_find(profile, "index.bath.PERSONALNAME"), "1=1");
	assert_string_equal(profile_find(profile, "relation.<"), "2=1");
	assert_string_equal(profile_find(profile, "relationModifier.relevant"), "");
	assert_string_equal(profile_find(profile, "set"), "info:x#y");
	assert_null(profile_find(profile, "index.dc"));
	assert_null(profile_find(profile, "index.dc.titles"));
	arena_destroy(arena);
}

static void shipped_profiles_parse(void **state)
{
	struct arena *arena = arena_create(0, NULL);
	const char *name;
	size_t count = 0;

	for (; (name = profile_builtin_name(count)); count++) {
		struct complaints complaints = {""};
		struct profile *profile =
		    profile_parse(arena, name, profile_builtin(name), complain, &complaints);

		if (!profile)
			fail_msg("%s: %s", name, complaints.text);
		assert_string_equal(profile_name(profile), name);
		assert_non_null(profile_find(profile, "index.dc.title"));
		assert_non_null(strstr(pqf(arena, profile, "dc.title = \"a b\""), "1=4"));
	}
	assert_int_equal(count, 5);
	assert_null(profile_builtin("nosuch"));
	assert_non_null(profile_builtin("Bath"));
	arena_destroy(arena);
}

static void list_index(void *arg, const char *set, const char *index)
{
	struct complaints *list = arg;
	size_t used = strlen(list->text);

	snprintf(list->text + used, sizeof list->text - used, "%s.%s ", set, index);
}

static void indexes_are_listed_under_our_names(void **state)
{
	struct arena *arena = arena_create(0, NULL);
	struct complaints list = {""};

	profile_each_index(
	    profile_of(arena,
		"index.dc.author = 1=1003\nindex.rec.id = 1=12\nindex.bib1.* = 1=*\n"
		"index.dc.TITLE = 1=4\nindex.koha.barcode = 1=8023\nset.koha = urn:koha\n"),
	    list_index, &list);
	assert_string_equal(list.text, "dc.creator dc.title koha.barcode rec.identifier ");
	arena_destroy(arena);
}

/* A file written for YAZ works as it stands, names of its own included. */
static void a_profile_made_for_yaz_is_understood(void **state)
{
	struct arena *arena = arena_create(0, NULL);
	struct profile *profile = profile_of(arena,
	    "set.cql = info:srw/cql-context-set/1/cql-v1.2\nset = "
	    "info:srw/cql-context-set/1/dc-v1.1\n"
	    "index.cql.serverChoice = 1=1016\nindex.rec.id = 1=12\nindex.dc.title = 1=4\n"
	    "index.dc.author = 1=1003\nindex.dc.contributor = 1=1003\n"
	    "relation.eq = 2=3\nrelation.exact = 2=3\nrelation.all = 4=6\nrelation.any = 4=105\n"
	    "relationModifier.stem = 2=101\nposition.first = 3=1 6=1\nposition.any = 3=3 6=1\n"
	    "structure.exact = 4=108\nstructure.all = 4=2\nstructure.* = 4=1\n"
	    "truncation.right = 5=1\ntruncation.none = 5=100\ntruncation.z3958 = 5=104\nalways = "
	    "6=1\n");

	assert_string_equal(pqf(arena, profile, "rec.id = 12"),
	    "@attr 1=12 @attr 2=3 @attr 3=3 @attr 4=1 @attr 5=100 @attr 6=1 12");
	assert_string_equal(pqf(arena, profile, "author = x"),
	    "@attr 1=1003 @attr 2=3 @attr 3=3 @attr 4=1 @attr 5=100 @attr 6=1 x");
	assert_string_equal(pqf(arena, profile, "dc.title == \"a b\""),
	    "@attr 1=4 @attr 2=3 @attr 3=3 @attr 4=108 @attr 5=100 @attr 6=1 \"a b\"");
	assert_string_equal(pqf(arena, profile, "dc.title all \"a b\""),
	    "@attr 1=4 @attr 3=3 @attr 4=6 @attr 5=100 @attr 6=1 \"a b\"");
	assert_string_equal(pqf(arena, profile, "dc.title = \"f*o?\\*#\\\\\""),
	    "@attr 1=4 @attr 2=3 @attr 3=3 @attr 4=1 @attr 5=104 @attr 6=1 f?o#*\\\\#\\\\\\\\");
	arena_destroy(arena);
}

static const Z_AttributeList *find_attributes(const Z_RPNStructure *s)
{
	while (s->which == Z_RPNStructure_complex)
		s = s->u.complex->s1;
	return s->u.simple->u.attributesPlusTerm->attributes;
}

/* Whatever a profile says and a query asks, no type comes twice and types come in order. */
static void no_attribute_type_is_repeated(void **state)
{
	static const char *const queries[] = {"dc.title = a", "dc.title == \"a b\"",
	    "dc.title all \"a b\"", "dc.title any/stem \"a b*\"", "dc.date > 1990",
	    "dc.title =/phonetic/word \"^a b*^\"", "dc.date within \"1 2\"",
	    "dc.title =/regexp a+"};
	struct arena *arena = arena_create(0, NULL);
	const char *name;
	int made = 0;

	for (size_t i = 0; (name = profile_builtin_name(i)); i++) {
		struct profile *profile =
		    profile_parse(arena, name, profile_builtin(name), NULL, NULL);

		for (size_t k = 0; k < sizeof queries / sizeof *queries; k++) {
			const Z_AttributeList *list;
			struct diag diag = {0};
			Z_RPNQuery *rpn;

			if (!rpn_from_query(
				arena, parse(arena, queries[k]), profile, &rpn, &diag)) {
				assert_int_not_equal(diag.id, DIAG_NONE);
				continue;
			}
			made++;
			list = find_attributes(rpn->RPNStructure);
			for (int n = 1; n < list->num_attributes; n++)
				assert_true(*list->attributes[n - 1]->attributeType <
					    *list->attributes[n]->attributeType);
		}
	}
	assert_true(made > 20);
	arena_destroy(arena);
}

/* The largest questions allowed still pass through YAZ's codec, which limits nesting, and come back
 * the same. */
static void the_largest_questions_can_be_encoded(void **state)
{
	struct arena *arena = arena_create(0, NULL);
	struct profile *profile = profile_parse(arena, "bath", profile_builtin("bath"), NULL, NULL);
	char *list = arena_alloc(arena, 4096), *out = stpcpy(list, "dc.title any \"");
	char *deep = arena_alloc(arena, 4096), *end = deep;
	const char *questions[] = {list, deep};

	for (int i = 0; i < QUERY_NODES_MAX; i++)
		out = stpcpy(out, "a ");
	stpcpy(out, "\"");
	for (int i = 0; i < QUERY_DEPTH_MAX; i++)
		end = stpcpy(end, "a or (");
	end = stpcpy(end, "b");
	for (int i = 0; i < QUERY_DEPTH_MAX; i++)
		end = stpcpy(end, ")");
	for (int i = 0; i < 2; i++) {
		ODR encode = odr_createmem(ODR_ENCODE), decode = odr_createmem(ODR_DECODE);
		Z_RPNQuery *rpn, *back;
		char *bytes;
		int length;

		assert_true(rpn_from_query(arena, parse(arena, questions[i]), profile, &rpn, NULL));
		assert_true(z_RPNQuery(encode, &rpn, 0, NULL));
		bytes = odr_getbuf(encode, &length, NULL);
		odr_setbuf(decode, bytes, length, 0);
		assert_true(z_RPNQuery(decode, &back, 0, NULL));
		assert_string_equal(rpn_to_pqf(arena, rpn), rpn_to_pqf(arena, back));
		odr_destroy(encode);
		odr_destroy(decode);
	}
	arena_destroy(arena);
}

static void proximity_is_told_in_full(void **state)
{
	static const char *const rows[][2] = {
	    {"a prox b", "@prox 0 1 0 2 k 2 a b"},
	    {"a prox/distance<3 b", "@prox 0 3 0 1 k 2 a b"},
	    {"a prox/distance=0/unit=sentence/ordered b", "@prox 0 0 1 3 k 3 a b"},
	    {"a prox/unit=Paragraph b", "@prox 0 0 0 2 k 4 a b"},
	    {"a prox/distance>=2/unit=element/unordered b", "@prox 0 2 0 4 k 8 a b"},
	    {"a prox/distance<>2 b", "@prox 0 2 0 6 k 2 a b"},
	    {"a prox/distance==2 b", "!40 =="},
	    {"a prox/distance=x b", "!41 x"},
	    {"a prox/distance b", "!41 distance wants a number"},
	    {"a prox/unit=line b", "!42 line"},
	    {"a prox/unit b", "!42 unit"},
	    {"a prox/unit>word b", "!42 word"},
	    {"a prox/ordered/unordered b", "!43 ordered and unordered"},
	    {"a prox/near b", "!46 near"},
	    {"a prox/ordered=1 b", "!46 ordered"},
	    {"a and/x b", "!46 x"},
	    {"a not b", "!37 not"},
	};
	struct arena *arena = arena_create(0, NULL);
	struct profile *profile = profile_of(
	    arena, "index.cql.serverChoice = 1=1016\nfeature.prox = yes\nfeature.not = no\n");

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *text = pqf(arena, profile, rows[i][0]);
		char *plain = arena_strdup(arena, text), *found;

		while ((found = strstr(plain, "@attr 1=1016 ")))
			memmove(found, found + 13, strlen(found + 13) + 1);
		assert_string_equal(plain, rows[i][1]);
	}
	arena_destroy(arena);
}

static void terms_go_out_in_the_partners_charset(void **state)
{
	struct arena *arena = arena_create(0, NULL);
	struct profile *latin =
	    profile_of(arena, "index.cql.serverChoice = 1=1016\nterm.charset = iso-8859-1\n");

	assert_string_equal(pqf(arena, latin, "caf\xC3\xA9"), "@attr 1=1016 caf\xE9");
	assert_string_equal(pqf(arena, latin, "cafe\xCC\x81"), "@attr 1=1016 caf\xE9");
	assert_string_equal(
	    pqf(arena, latin, "x\xCC\x81"), "!47 the term cannot be written in iso-8859-1");
	assert_string_equal(pqf(arena, latin, "\"a \xE6\x97\xA5 b\""),
	    "!47 the term cannot be written in iso-8859-1");
	assert_string_equal(pqf(arena, latin, "cafe"), "@attr 1=1016 cafe");
	assert_string_equal(
	    pqf(arena, latin, "\xE6\x97\xA5"), "!47 the term cannot be written in iso-8859-1");
	arena_destroy(arena);
}

static void names_other_sets_and_own_attribute_sets(void **state)
{
	struct arena *arena = arena_create(0, NULL);
	struct profile *profile = profile_of(arena,
	    "set.mine = http://example.org/Mine\nindex.mine.shelf = gils 1=2008 4=2\n"
	    "index.mine.box = 1=boxNumber\n");

	assert_string_equal(pqf(arena, profile, "> x = \"http://example.org/mine\" x.Shelf = a"),
	    "@attr GILS 1=2008 @attr 4=2 a");
	assert_string_equal(pqf(arena, profile, "mine.box = a"), "@attr 1=boxNumber a");
	assert_string_equal(pqf(arena, profile, "mine.lid = a"), "!16 mine.lid");
	assert_string_equal(pqf(arena, profile, "yours.lid = a"), "!15 yours.lid");
	assert_string_equal(names_find_set("INFO:srw/cql-context-set/1/CQL-v2.0"), "cql");
	assert_string_equal(names_find_set("http://zing.z3950.org/cql/bath/1.1/"), "bath");
	assert_null(names_find_set("info:srw/cql-context-set/1/nosuch-v1"));
	assert_null(names_find_set(""));
	arena_destroy(arena);
}

/* "text/field/phrase" and a mark for adjacency (~) and prefix (*). */
static const char *words(struct arena *arena, const char *text)
{
	struct terms terms;
	char *out = arena_strdup(arena, "");

	terms_from_query(arena, parse(arena, text), &terms);
	for (size_t i = 0; i < terms.count; i++)
		out = arena_printf(arena, "%s%s%s/%d/%d%s%s", out, i ? " " : "",
		    terms.words[i].text, terms.words[i].field, terms.words[i].phrase,
		    terms.words[i].adjacent ? "~" : "", terms.words[i].prefix ? "*" : "");
	return out;
}

static void ranking_gets_the_words(void **state)
{
	static const char *const rows[][2] = {
	    {"foo", "foo/0/0"},
	    {"\"foo bar\"", "foo/0/0~ bar/0/0~"},
	    {"foo bar", "foo/0/0 bar/0/0"},
	    {"dc.title = \" foo  bar \"", "foo/1/0~ bar/1/0~"},
	    {"dc.title any \"foo bar\" and author = baz", "foo/1/0 bar/1/0 baz/2/1"},
	    {"dc.title == \"foo bar\"", "foo/1/0~ bar/1/0~"},
	    {"a not (b or c) and d", "a/0/0 d/0/1"},
	    {"a prox b", "a/0/0 b/0/1"},
	    {"dc.subject = comput*", "comput/3/0*"},
	    {"colo?r *ing", "colo/0/0*"},
	    {"\"^foo ba\\*r^\"", "foo/0/0~ ba*r/0/0~"},
	    {"dc.title =/unmasked \"fo*\"", "fo*/1/0"},
	    {"dc.title =/regexp \"fo+\"", ""},
	    {"isbn = \"978 602\"", "978 602/7/0"},
	    {"isbn any \"1 2\"", "1/7/0 2/7/0"},
	    {"dc.date within \"1990 2000\"", "1990/8/0 2000/8/0"},
	    {"dc.date > 1990 and x", "1990/8/0 x/0/1"},
	    {"dc.title <> foo", ""},
	    {"dc.title > foo", ""},
	    {"dc.language = ind", "ind/9/0"},
	    {"series = x", "x/4/0"},
	    {"publisher = x", "x/5/0"},
	    {"bath.notes = x", "x/6/0"},
	    {"marc.245 = x", "x/1/0"},
	    {"marc.700 = x", "x/2/0"},
	    {"marc.999 = x", "x/9/0"},
	    {"bib1.1003 = x", "x/2/0"},
	    {"cql.allRecords = 1", ""},
	    {"cql.resultSetId = 1", ""},
	    {"\"\"", ""},
	};
	struct arena *arena = arena_create(0, NULL);

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_string_equal(words(arena, rows[i][0]), rows[i][1]);
	arena_destroy(arena);
}

static void ranking_gets_a_bounded_number_of_words(void **state)
{
	struct arena *arena = arena_create(0, NULL);
	char *text = arena_alloc(arena, 8020), *out = stpcpy(text, "dc.title any \"");
	struct terms terms;

	for (int i = 0; i < 4000; i++)
		out = stpcpy(out, "a ");
	stpcpy(out, "\"");
	terms_from_query(arena, parse(arena, text), &terms);
	assert_int_equal(terms.count, TERMS_MAX);
	arena_destroy(arena);
}

static void plain_terms_lose_their_escapes(void **state)
{
	struct arena *arena = arena_create(0, NULL);
	bool masked, anchored;

	assert_string_equal(query_plain_term(arena, "a\\*b\\\\c", &masked, &anchored), "a*b\\c");
	assert_false(masked);
	assert_false(anchored);
	assert_string_equal(query_plain_term(arena, "^a?", &masked, &anchored), "^a?");
	assert_true(masked);
	assert_true(anchored);
	arena_destroy(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_bad_line_is_named),
	    cmocka_unit_test(values_are_found_without_case),
	    cmocka_unit_test(shipped_profiles_parse),
	    cmocka_unit_test(indexes_are_listed_under_our_names),
	    cmocka_unit_test(a_profile_made_for_yaz_is_understood),
	    cmocka_unit_test(no_attribute_type_is_repeated),
	    cmocka_unit_test(the_largest_questions_can_be_encoded),
	    cmocka_unit_test(proximity_is_told_in_full),
	    cmocka_unit_test(terms_go_out_in_the_partners_charset),
	    cmocka_unit_test(names_other_sets_and_own_attribute_sets),
	    cmocka_unit_test(ranking_gets_the_words),
	    cmocka_unit_test(ranking_gets_a_bounded_number_of_words),
	    cmocka_unit_test(plain_terms_lose_their_escapes),
	};

	return cmocka_run_group_tests_name("query", tests, NULL, NULL);
}
