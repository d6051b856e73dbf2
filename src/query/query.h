#ifndef SILANG_QUERY_QUERY_H
#define SILANG_QUERY_QUERY_H
/*
 * The query tree: what a question means, whichever language it came in. CQL and RPN are parsed into
 * it; each partner's question is made from it. Trees live in an arena and are never changed once
 * made; a rewrite makes a new tree (which may share subtrees).
 *
 * Booleans are binary and left-associative, as CQL reads them. Nesting as written (brackets, right
 * operands) is capped by QUERY_DEPTH_MAX and the number of nodes by QUERY_NODES_MAX, in the
 * parsers, so that whoever walks a tree may recurse.
 */
#include <stdbool.h>
#include <stddef.h>

struct arena;

#define QUERY_DEPTH_MAX 64
#define QUERY_NODES_MAX 512
#define QUERY_SORT_MAX 16     /* sort keys */
#define QUERY_BYTES_MAX 16384 /* of query text; more is diagnostic 12 */

enum query_type { QUERY_TERM, QUERY_AND, QUERY_OR, QUERY_NOT, QUERY_PROX, QUERY_SET };

enum query_relation {
	QUERY_EQ,    /* = : the server's choice, for words adjacency */
	QUERY_EXACT, /* == , and CQL 1.1's exact */
	QUERY_NE,    /* <> */
	QUERY_LT,
	QUERY_GT,
	QUERY_LE,
	QUERY_GE,
	QUERY_ADJ, /* the words as a phrase */
	QUERY_ALL, /* all of the words */
	QUERY_ANY, /* any of the words */
	QUERY_WITHIN,
	QUERY_ENCLOSES,
	QUERY_SCR /* server choice relation, cql.scr; also when no relation is written */
};

/* /name, /set.name, /name=value: of a relation, a boolean or a sort key. */
struct query_modifier {
	/* Canonical context set; NULL when none was written or it is the default one (cql; in sort
	 * keys sort). */
	const char *set;
	const char *name;	/* lower case */
	const char *comparison; /* "=", "<", …; NULL when there is no value */
	const char *value;	/* written like a term; NULL when none */
};

struct query {
	enum query_type type;

	/* QUERY_TERM. The index in canonical form: the context set's short name as this project
	 * knows it ("cql", "dc", "bath", "rec", "marc", "bib", or "bib1" for a bare Bib-1 use
	 * attribute) and the index in its set's spelling ("title", "serverChoice", "personalName",
	 * "1003"). A set that is not known is its prefix, or the URI that was given for the prefix,
	 * in lower case; an unknown index without a prefix has the set "". Never NULL in a term or
	 * sort key. */
	const char *set;
	const char *index;
	enum query_relation relation;
	/* The term as CQL sees it inside quotes: `*`, `?` and `^` are masks and anchors unless a
	 * backslash stands before them; a backslash itself is written `\\`; quotes are plain.
	 * UTF-8. */
	const char *term;
	/* QUERY_SET: name of a result set. */
	const char *name;

	/* Of the relation (QUERY_TERM) or of the boolean. */
	struct query_modifier *modifiers;
	size_t nmodifiers;

	/* Booleans. */
	const struct query *left, *right;
};

struct query_sort_key {
	const char *set, *index; /* as in a term */
	struct query_modifier *modifiers;
	size_t nmodifiers;
};

/* A whole question: tree and order. */
struct question {
	const struct query *query;
	struct query_sort_key *sort; /* NULL: by relevance */
	size_t nsort;
};

/* Makes nodes. Strings are not copied: they must live as long as the tree. */
struct query *query_term(struct arena *arena, const char *set, const char *index,
    enum query_relation relation, const char *term);
struct query *query_bool(
    struct arena *arena, enum query_type type, const struct query *left, const struct query *right);
const char *query_boolean_name(enum query_type type);	       /* "and", … */
const char *query_relation_name(enum query_relation relation); /* CQL spelling: "=", "all", … */
bool query_equal(const struct query *a, const struct query *b);
/* The set and index alone, as CQL writes them: "dc.title"; what details of diagnostics name. */
char *query_index_name(struct arena *arena, const char *set, const char *index);
/* The term as plain text: escapes undone, live masks and anchors left where they are; *masked /
 * *anchored (may be NULL) tell whether it had live ones. */
char *query_plain_term(struct arena *arena, const char *term, bool *masked, bool *anchored);
/* Plain text as a term: masks, anchors and backslashes become literal. */
char *query_escape_term(struct arena *arena, const char *plain);
/* Canonical CQL of tree and sort keys: equal questions give equal text, and parsing it gives an
 * equal tree. This is what sharing compares. */
char *query_to_cql(struct arena *arena, const struct query *query);
/* Sort keys as they stand after sortby. */
char *query_sort_to_cql(struct arena *arena, const struct query_sort_key *keys, size_t nkeys);
char *question_to_cql(struct arena *arena, const struct question *question);
/* The same for another reader, who calls the relation "==" `exact`. */
char *question_to_cql_with(struct arena *arena, const struct question *question, const char *exact);

#endif
