#ifndef SILANG_TESTS_CQL_CORPUS_H
#define SILANG_TESTS_CQL_CORPUS_H
/* tests/unit/data/cql/corpus.tsv, row by row. */
#include <stdbool.h>
#include <stdio.h>
#include "query/cql.h"

struct arena;
struct profile;

#define CORPUS_ROW_MAX 40000

/* A row: version, query, tree or !diagnostic, PQF or !diagnostic, and perhaps a mark. */
struct corpus_row {
	int line;
	enum cqlq_version version;
	char *query, *tree, *pqf, *mark;
};

struct corpus {
	struct arena *arena;
	FILE *file;
	struct profile *profile;
	char text[CORPUS_ROW_MAX];
	struct corpus_row row;
};

void corpus_open(struct corpus *corpus);
void corpus_close(struct corpus *corpus);
/* The next row; comment lines start with #, "%profile NAME" changes the profile from there on. */
bool corpus_next(struct corpus *corpus);

#endif
