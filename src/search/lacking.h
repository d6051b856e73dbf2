#ifndef SILANG_SEARCH_LACKING_H
#define SILANG_SEARCH_LACKING_H
/* What the end of a question says of the indexes that its partner has. */
#include "base/duration.h"

struct lacks;
struct outcome;
struct query;

/* Refused for an index (Bib-1 114, SRU 16), a question that names but one tells which; one that was
 * answered tells that all are there. */
void lacking_learn(
    struct lacks *lacks, const struct query *query, const struct outcome *outcome, msec_t now);

#endif
