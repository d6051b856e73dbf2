/* XCQL of both dialects: what it looks like, and that nothing is lost on the way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include <libxml/parser.h>
#include <libxml/tree.h>

#include "base/arena.h"
#include "query/cql.h"
#include "query/xcql.h"
#include "tests/unit/cql_corpus.h"

#define NS_1 " xmlns=\"http://www.loc.gov/zing/cql/xcql/\""
#define NS_2 " xmlns=\"http://docs.oasis-open.org/ns/search-ws/xcql\""
#define CLAUSE(index, relation, term)                                                              \
	"<index>" index "</index><relation><value>" relation "</value></relation><term>" term      \
	"</term>"

static const struct {
	const char *query;
	enum xcql_dialect dialect;
	const char *xml; /* NULL: no form */
} examples[] = {
    {"foo", XCQL_1,
	"<searchClause" NS_1 ">" CLAUSE("cql.serverChoice", "scr", "foo") "</searchClause>"},
    {"foo", XCQL_2,
	"<triple" NS_2 "><searchClause>" CLAUSE("cql.serverChoice", "scr", "foo") "</searchClause>"
										  "</triple>"},
    {"title = \"a<b\" and creator any/relevant/cql.fuzzy=2 x", XCQL_1,
	"<triple" NS_1 "><boolean><value>and</value></boolean><leftOperand><searchClause>" CLAUSE(
	    "dc.title", "=", "a&lt;b") "</searchClause></leftOperand><rightOperand><searchClause>"
				       "<index>dc.creator</index><relation><value>any</"
				       "value><modifiers><modifier><type>relevant"
				       "</type></modifier><modifier><type>fuzzy</"
				       "type><comparison>=</comparison><value>2</value>"
				       "</modifier></modifiers></relation><term>x</term></"
				       "searchClause></rightOperand></triple>"},
    {"a prox/distance<3 b", XCQL_2,
	"<triple" NS_2 "><Boolean><value>prox</value><modifiers><modifier><type>distance</type>"
	"<comparison>&lt;</comparison><value>3</value></modifier></modifiers></Boolean>"
	"<leftOperand><searchClause>" CLAUSE("cql.serverChoice", "scr",
	    "a") "</searchClause>"
		 "</leftOperand><rightOperand><searchClause>" CLAUSE(
		     "cql.serverChoice", "scr", "b") "</searchClause></rightOperand></triple>"},
    {">x=\"http://set.example/\" x.y = z", XCQL_1,
	"<prefixes" NS_1 "><prefix><name>urn-1</name><identifier>http://set.example/</identifier>"
	"</prefix></prefixes><searchClause" NS_1 ">" CLAUSE("urn-1.y", "=", "z") "</searchClause>"},
    {"cql.resultSetId = \"a*\\\"b\"", XCQL_1,
	"<searchClause" NS_1 ">" CLAUSE("cql.resultSetId", "=", "a\\*&quot;b") "</searchClause>"},
    {"foo sortby title", XCQL_1, NULL},
    {"foo sortby title date/descending", XCQL_2,
	"<triple" NS_2 "><searchClause>" CLAUSE("cql.serverChoice", "scr",
	    "foo") "</searchClause>"
		   "</triple><sortKeys" NS_2
		   "><key><index>dc.title</index><modifiers><modifier><type>"
		   "ascending</type></modifier></modifiers></key><key><index>dc.date</"
		   "index><modifiers>"
		   "<modifier><type>descending</type></modifier></modifiers></key></sortKeys>"},
};

static void examples_look_so(void **state)
{
	for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
		struct arena *arena = arena_create(0, NULL);
		struct question question;
		const char *xml;

		assert_true(cqlq_parse(arena, examples[i].query, CQLQ_2_0, &question, NULL));
		xml = xcql_write(arena, &question, examples[i].dialect);
		if (!examples[i].xml)
			assert_null(xml);
		else
			assert_string_equal(xml, examples[i].xml);
		arena_destroy(arena);
	}
}

/* ---- Back again: XCQL as CQL, every term in quotes ---- */

struct reader {
	char text[1 << 20];
	size_t length;
};

static void put(struct reader *r, const char *text)
{
	assert_true(r->length + strlen(text) < sizeof r->text);
	strcpy(r->text + r->length, text);
	r->length += strlen(text);
}

static const xmlNode *child(const xmlNode *parent, const char *name)
{
	for (const xmlNode *node = parent->children; node; node = node->next)
		if (strcmp((const char *)node->name, name) == 0)
			return node;
	return NULL;
}

/* An escape pair stays; a quote gets one. */
static void put_quoted(struct reader *r, const xmlNode *node)
{
	xmlChar *text = xmlNodeGetContent(node);

	put(r, "\"");
	for (const char *p = (const char *)text; *p; p++) {
		char pair[3] = {*p, '\0', '\0'};

		if (*p == '\\' && p[1])
			pair[1] = *++p;
		else if (*p == '"')
			put(r, "\\");
		put(r, pair);
	}
	put(r, "\"");
	xmlFree(text);
}

static void put_bare(struct reader *r, const xmlNode *node)
{
	xmlChar *text = xmlNodeGetContent(node);

	put(r, (const char *)text);
	xmlFree(text);
}

static void put_modifiers(struct reader *r, const xmlNode *parent)
{
	const xmlNode *list = child(parent, "modifiers");

	for (const xmlNode *node = list ? list->children : NULL; node; node = node->next) {
		put(r, "/");
		put_quoted(r, child(node, "type"));
		if (!child(node, "comparison"))
			continue;
		put_bare(r, child(node, "comparison"));
		put_quoted(r, child(node, "value"));
	}
}

static void put_part(struct reader *r, const xmlNode *node);

/* As CQL nests, only a right operand ever needs brackets. */
static void put_operand(struct reader *r, const xmlNode *operand, bool brackets)
{
	put(r, brackets ? "(" : "");
	put_part(r, operand->children);
	put(r, brackets ? ")" : "");
}

/* A searchClause or a triple. */
static void put_part(struct reader *r, const xmlNode *node)
{
	const xmlNode *boolean = child(node, "boolean");

	if (!boolean)
		boolean = child(node, "Boolean");
	if (child(node, "searchClause")) {
		put_part(r, child(node, "searchClause"));
	} else if (boolean) {
		put_operand(r, child(node, "leftOperand"), false);
		put(r, " ");
		put_bare(r, child(boolean, "value"));
		put_modifiers(r, boolean);
		put(r, " ");
		put_operand(r, child(node, "rightOperand"), true);
	} else {
		put_quoted(r, child(node, "index"));
		put(r, " ");
		put_bare(r, child(child(node, "relation"), "value"));
		put_modifiers(r, child(node, "relation"));
		put(r, " ");
		put_quoted(r, child(node, "term"));
	}
}

static void put_plain(struct reader *r, const xmlNode *node)
{
	xmlChar *text = xmlNodeGetContent(node);

	put(r, "\"");
	for (const char *p = (const char *)text; *p; p++) {
		if (strchr("*?^\\\"", *p))
			put(r, "\\");
		put(r, (const char[2]){*p, '\0'});
	}
	put(r, "\"");
	xmlFree(text);
}

static void put_question(struct reader *r, const xmlNode *root)
{
	const xmlNode *prefixes = child(root, "prefixes"), *keys = child(root, "sortKeys");
	const xmlNode *triple = child(root, "triple");

	for (const xmlNode *i = prefixes ? prefixes->children : NULL; i; i = i->next) {
		put(r, ">");
		put_bare(r, child(i, "name"));
		put(r, "=");
		put_plain(r, child(i, "identifier"));
		put(r, " ");
	}
	put_part(r, triple ? triple : child(root, "searchClause"));
	for (const xmlNode *i = keys ? keys->children : NULL; i; i = i->next) {
		put(r, i == keys->children ? " sortby " : " ");
		put_quoted(r, child(i, "index"));
		put_modifiers(r, i);
	}
}

/* Sort keys come back with the modifier that 2.0 demands. */
static void check_back(struct arena *arena, const struct question *question, const char *xml)
{
	struct reader *r = arena_alloc(arena, sizeof *r);
	const char *whole = arena_printf(arena, "<x>%s</x>", xml);
	xmlDocPtr document = xmlReadMemory(whole, (int)strlen(whole), NULL, NULL, 0);
	struct question again;

	assert_non_null(document);
	put_question(r, xmlDocGetRootElement(document));
	xmlFreeDoc(document);
	if (!cqlq_parse(arena, r->text, CQLQ_2_0, &again, NULL))
		fail_msg("cannot be read back: %s", r->text);
	if (!query_equal(question->query, again.query))
		fail_msg("another meaning: %s", r->text);
	assert_int_equal(question->nsort, again.nsort);
}

/* Every question of the corpus has a form in 2.0, and all without sortby have one in 1.x. */
static void the_corpus_survives(void **state)
{
	struct corpus corpus;
	int asked = 0;

	corpus_open(&corpus);
	while (corpus_next(&corpus)) {
		struct arena *arena = arena_create(0, NULL);
		struct question question;

		if (cqlq_parse(arena, corpus.row.query, CQLQ_2_0, &question, NULL)) {
			const char *one = xcql_write(arena, &question, XCQL_1);
			const char *two = xcql_write(arena, &question, XCQL_2);

			assert_true(!one == (question.nsort > 0));
			assert_non_null(two);
			if (one)
				check_back(arena, &question, one);
			check_back(arena, &question, two);
			asked++;
		}
		arena_destroy(arena);
	}
	corpus_close(&corpus);
	assert_true(asked >= 200);
}

/* What libxml2 would refuse to read is not written. */
static void a_deep_question_has_no_form(void **state)
{
	struct arena *arena = arena_create(0, NULL);
	char query[4096] = "a";
	struct question question;

	for (int i = 1; i < 100; i++)
		strcat(query, " or a");
	assert_true(cqlq_parse(arena, query, CQLQ_2_0, &question, NULL));
	check_back(arena, &question, xcql_write(arena, &question, XCQL_2));
	strcat(query, " or a");
	assert_true(cqlq_parse(arena, query, CQLQ_2_0, &question, NULL));
	assert_null(xcql_write(arena, &question, XCQL_2));
	assert_null(xcql_write(arena, &question, XCQL_1));
	arena_destroy(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(examples_look_so),
	    cmocka_unit_test(the_corpus_survives),
	    cmocka_unit_test(a_deep_question_has_no_form),
	};

	return cmocka_run_group_tests_name("xcql", tests, NULL, NULL);
}
