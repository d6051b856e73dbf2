#include "query/xcql.h"

#include <stdlib.h>
#include <string.h>
#include <libxml/xmlwriter.h>

#include "base/arena.h"
#include "query/prefixes.h"
#include "query/query.h"

/* A boolean takes two levels, and libxml2 stops its readers at 256. */
#define DEPTH_MAX 100

struct xcql {
	enum xcql_dialect dialect;
	struct prefixes prefixes;
	xmlTextWriterPtr writer;
};

static void start(struct xcql *x, const char *name)
{
	xmlTextWriterStartElement(x->writer, BAD_CAST name);
}

/* What stands directly in xQuery declares the namespace. */
static void start_top(struct xcql *x, const char *name)
{
	const char *uri = x->dialect == XCQL_1 ? "http://www.loc.gov/zing/cql/xcql/"
					       : "http://docs.oasis-open.org/ns/search-ws/xcql";

	start(x, name);
	xmlTextWriterWriteAttribute(x->writer, BAD_CAST "xmlns", BAD_CAST uri);
}

static void end(struct xcql *x)
{
	xmlTextWriterFullEndElement(x->writer);
}

static void text(struct xcql *x, const char *name, const char *value)
{
	start(x, name);
	xmlTextWriterWriteString(x->writer, BAD_CAST value);
	end(x);
}

static void put_modifiers(struct xcql *x, const struct query_modifier *modifiers, size_t count)
{
	if (!count)
		return;
	start(x, "modifiers");
	for (size_t i = 0; i < count; i++) {
		start(x, "modifier");
		text(x, "type", prefixes_write(&x->prefixes, modifiers[i].set, modifiers[i].name));
		if (modifiers[i].comparison) {
			text(x, "comparison", modifiers[i].comparison);
			text(x, "value", modifiers[i].value);
		}
		end(x);
	}
	end(x);
}

static void put_clause(struct xcql *x, const struct query *query)
{
	bool set = query->type == QUERY_SET;

	text(x, "index",
	    set ? "cql.resultSetId" : prefixes_write(&x->prefixes, query->set, query->index));
	start(x, "relation");
	text(x, "value", set ? "=" : query_relation_name(query->relation));
	put_modifiers(x, query->modifiers, query->nmodifiers);
	end(x);
	text(x, "term", set ? query_escape_term(x->prefixes.arena, query->name) : query->term);
}

static bool is_clause(const struct query *query)
{
	return query->type == QUERY_TERM || query->type == QUERY_SET;
}

static void put_boolean(struct xcql *x, const struct query *query);

static void put_operand(struct xcql *x, const char *name, const struct query *query)
{
	start(x, name);
	start(x, is_clause(query) ? "searchClause" : "triple");
	if (is_clause(query))
		put_clause(x, query);
	else
		put_boolean(x, query);
	end(x);
	end(x);
}

static void put_boolean(struct xcql *x, const struct query *query)
{
	start(x, x->dialect == XCQL_1 ? "boolean" : "Boolean");
	text(x, "value", query_boolean_name(query->type));
	put_modifiers(x, query->modifiers, query->nmodifiers);
	end(x);
	put_operand(x, "leftOperand", query->left);
	put_operand(x, "rightOperand", query->right);
}

static void put_prefixes(struct xcql *x)
{
	if (!x->prefixes.count)
		return;
	start_top(x, "prefixes");
	for (size_t i = 0; i < x->prefixes.count; i++) {
		start(x, "prefix");
		text(x, "name", prefixes_name(&x->prefixes, i));
		text(x, "identifier", x->prefixes.uris[i]);
		end(x);
	}
	end(x);
}

/* 2.0 knows only triples, and one clause alone is one of them. */
static void put_query(struct xcql *x, const struct query *query)
{
	bool clause = is_clause(query);

	start_top(x, clause && x->dialect == XCQL_1 ? "searchClause" : "triple");
	if (clause && x->dialect == XCQL_2)
		start(x, "searchClause");
	if (clause)
		put_clause(x, query);
	else
		put_boolean(x, query);
	if (clause && x->dialect == XCQL_2)
		end(x);
	end(x);
}

/* A key must have a modifier; ascending is what it means without one. */
static void put_sort(struct xcql *x, const struct question *question)
{
	static const struct query_modifier ascending = {.name = "ascending"};

	if (!question->nsort)
		return;
	start_top(x, "sortKeys");
	for (size_t i = 0; i < question->nsort; i++) {
		const struct query_sort_key *key = &question->sort[i];

		start(x, "key");
		text(x, "index", prefixes_write(&x->prefixes, key->set, key->index));
		put_modifiers(x, key->nmodifiers ? key->modifiers : &ascending,
		    key->nmodifiers ? key->nmodifiers : 1);
		end(x);
	}
	end(x);
}

static unsigned depth(const struct query *query)
{
	unsigned left, right;

	if (is_clause(query))
		return 1;
	left = depth(query->left);
	right = depth(query->right);
	return 1 + (left > right ? left : right);
}

char *xcql_write(struct arena *arena, const struct question *question, enum xcql_dialect dialect)
{
	struct xcql x = {.dialect = dialect, .prefixes.arena = arena};
	xmlBufferPtr buffer;
	char *xml;

	if ((question->nsort && dialect == XCQL_1) || depth(question->query) > DEPTH_MAX)
		return NULL;
	buffer = xmlBufferCreate();
	x.writer = buffer ? xmlNewTextWriterMemory(buffer, 0) : NULL;
	if (!x.writer)
		abort();
	prefixes_note(&x.prefixes, question);
	put_prefixes(&x);
	put_query(&x, question->query);
	put_sort(&x, question);
	xmlFreeTextWriter(x.writer);
	xml = arena_strdup(arena, (const char *)xmlBufferContent(buffer));
	xmlBufferFree(buffer);
	return xml;
}
