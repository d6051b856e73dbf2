#ifndef SILANG_QUERY_ASK_PARTS_H
#define SILANG_QUERY_ASK_PARTS_H
/* What the files of ask share; nobody else includes this. */
#include "query/ask.h"

/* Forms in the order in which they are given up. The first four are said in another way that means
 * the same; what the others lose is told. */
enum ask_form_number {
	ASK_ANYWHERE,  /* an index for any field: a bare term has the server's choice */
	ASK_LISTS,     /* all, any: words joined by and, or */
	ASK_ADJ,       /* adj: = */
	ASK_EQUALS,    /* ==: exact */
	ASK_IDLE,      /* modifiers that say what servers do of themselves */
	ASK_ORDER,     /* the order; it is sorted here then */
	ASK_EXACT,     /* exact: = */
	ASK_STRUCTURE, /* modifiers that narrow */
	ASK_ANCHORS,
	ASK_NEARNESS, /* prox: and */
	ASK_INDEX,    /* an index: a wider one */
	ASK_FORMS
};

struct asking {
	struct arena *arena;
	const struct ask_server *server;
	unsigned refused;
	struct diag *diag;
	char *lost;
	size_t nodes;
};

bool ask_refuses(const struct asking *asking, enum ask_form_number form);
void ask_lose(struct asking *asking, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The server's name for an index, as a set (that is, its prefix) and an index. `excluded`: more
 * hits there are fewer of the whole, so that no wider index will do. `bare`, which may be NULL:
 * none, a term alone asks for it. False with asking->diag when it has none. */
bool ask_find_index(struct asking *asking, const char *set, const char *index, bool excluded,
    const char **set_out, const char **index_out, bool *bare);
/* Whether an index means any field, or whatever the server likes. */
bool ask_is_anywhere(const char *set, const char *index);

#endif
