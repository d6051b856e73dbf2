#ifndef SILANG_QUERY_ASK_H
#define SILANG_QUERY_ASK_H
/*
 * A question as the CQL that one SRU server understands, made from the tree and never by way of
 * RPN: indexes by the names it has for them, relations in the spelling of its version, the order as
 * sortby or as sortKeys, standard numbers in the forms its profile asks for. What it is known not
 * to have is refused with a diagnostic: nothing is ever changed silently. Forms that may be put
 * more simply are, once the server has refused them, by the rule of query/degrade: only what cannot
 * lose records is left out, and then what was lost is said.
 */
#include <stdbool.h>
#include <stddef.h>
#include "query/degrade.h"
#include "query/query.h"

struct arena;
struct diag;
struct profile;

enum ask_version { ASK_1_1, ASK_1_2, ASK_2_0 }; /* of SRU, in the order of enum sru_version */

/* An index that a server says it has. */
struct ask_index {
	const char *set;    /* URI of its context set; NULL: not told */
	const char *prefix; /* "" for a bare name */
	const char *name;
};

/* One server. Zeroes: nothing is known but that it speaks 1.1. */
struct ask_server {
	enum ask_version version;
	const struct ask_index *indexes; /* all it has; nindexes 0: not known */
	size_t nindexes;
	bool unsorted;		       /* it says that it does not sort */
	const struct profile *profile; /* its lines cql.SET.NAME and term.*; NULL none */
};

/* What one server refuses, learned from its diagnostics: a bit for each form (ask_form). */
struct ask_refused {
	unsigned forms;
};

struct ask {
	char *cql;
	char *sort_keys;	 /* 1.1: the order; NULL none, or it is in the CQL */
	bool sorted;		 /* the order was put into it, one way or the other */
	char lost[DEGRADE_TEXT]; /* what no longer holds, for people; "" when the meaning is the
				  * same */
};

/* False with `diag` (16 and its like, for this partner) when it cannot be asked. */
bool ask_make(struct arena *arena, const struct question *question, const struct ask_server *server,
    const struct ask_refused *refused, struct ask *out, struct diag *diag);
/* Adds what this SRU diagnostic of the question, as ask_make puts it, says. False when nothing that
 * may be put more simply would answer it: then nothing was learned. */
bool ask_learn(struct ask_refused *refused, const struct question *question,
    const struct ask_server *server, int srw, const char *addinfo);
/* A scan clause: index, relation and term. */
bool ask_scan(struct arena *arena, const struct query *clause, const struct ask_server *server,
    char **out, struct diag *diag);
/* The name of a form that may be refused, from 0; NULL after the last. *is_refused: it is. */
const char *ask_form(const struct ask_refused *refused, size_t number, bool *is_refused);

#endif
