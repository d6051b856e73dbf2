#ifndef SILANG_TESTS_ANSWERS_H
#define SILANG_TESTS_ANSWERS_H
/* The kinds of answer there are, and how one of a kind is made. */
#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"
#include "protocol/sru.h"
#include "record/schema.h"

enum what { SEARCH, SCAN, EXPLAIN, FAILURE };

struct kind {
	const char *name;
	enum what what;
	const char *parameters; /* PACKING stands for the version's name of that parameter */
	enum schema schema;
	unsigned long records, surrogates, next; /* of a scan the first is terms */
	bool partial;
	enum diag_id diagnostic;
	const char *query;    /* for xQuery; NULL: that of the parameters */
	const char *versions; /* those that have the parameters; NULL: all */
	const char *order;    /* sorted so */
	unsigned facets;      /* how many */
};

/* Ends the program. */
void answers_fail(const char *what, const char *why);
/* A search's, a scan's or an explain answer to the request, which is of this kind. */
char *answers_make(struct arena *arena, const struct kind *kind, const struct sru_request *request,
    size_t *length);

#endif
