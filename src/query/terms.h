#ifndef SILANG_QUERY_TERMS_H
#define SILANG_QUERY_TERMS_H
/*
 * The words of a question that ranking looks for: what was asked positively (the right side of NOT
 * does not count), with the field it was asked in and the phrases it stood in.
 */
#include <stdbool.h>
#include <stddef.h>
#include "query/query.h"

#define TERMS_MAX 256 /* words; those after them rank nothing */

enum terms_field {
	TERMS_ANY,
	TERMS_TITLE,
	TERMS_AUTHOR,
	TERMS_SUBJECT,
	TERMS_SERIES,
	TERMS_PUBLISHER,
	TERMS_NOTES,
	TERMS_IDENTIFIER, /* isbn, issn, lccn, control number: compared whole */
	TERMS_DATE,	  /* a year: filters, does not rank */
	TERMS_OTHER	  /* language, type, …: filters, does not rank */
};

struct terms_word {
	const char
	    *text; /* plain UTF-8 as asked, one white-space separated word; folding is merge's */
	enum terms_field field;
	int phrase; /* words of one clause share a number, from 0, in order */
	bool
	    adjacent; /* the clause asked for a phrase of several words (=, adj, ==, no relation) */
	/* Only the beginning was asked for: word*, or what stands before another mask (wo?d, wo*d).
	 */
	bool prefix;
};

struct terms {
	struct terms_word *words;
	size_t count;
};

void terms_from_query(struct arena *arena, const struct query *query, struct terms *out);

#endif
