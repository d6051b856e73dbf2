#ifndef SILANG_CLI_TITLE_H
#define SILANG_CLI_TITLE_H
/* A record as a line of a list shows it: read from its MARCXML, each part one text. */
#include <stdbool.h>
#include <stddef.h>

#include "record/crosswalk.h"

struct answer_record;
struct arena;
struct bib;
struct marc;

struct title {
	const char *title;  /* with subtitle and part; never NULL */
	const char *author; /* main heading, else the statement of responsibility; "" none */
	const char *year;
	const char *isbns, *issns; /* blank between two */
	const char *publisher, *edition;
	const char *libraries; /* partner ids, ", " between two, "(2)" behind one with two copies */
	const char *ids;       /* the same, once each, blank between two */
	const char *problem;   /* why the record cannot be shown; "" it can */
};

void title_read(struct arena *arena, const struct answer_record *record, struct title *out);
/* The same of a description alone: no libraries, no problem. */
void title_of_bib(struct arena *arena, const struct bib *bib, struct title *out);
/* MARC 21 or UNIMARC, as far as its fields tell. */
enum crosswalk_format title_format(const struct marc *marc);
/* The bytes of the record's element, with its namespaces. */
const char *title_element(struct arena *arena, const struct answer_record *record, size_t *length);
/* The record's field tree; NULL with `why` when it is no MARCXML. */
struct marc *title_marc(struct arena *arena, const struct answer_record *record, const char **why);

#endif
