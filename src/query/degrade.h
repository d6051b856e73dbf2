#ifndef SILANG_QUERY_DEGRADE_H
#define SILANG_QUERY_DEGRADE_H
/*
 * The next simpler form of a query for a target that has refused a Bib-1 attribute. An attribute
 * is left out only when that cannot lose records: it says what servers do of themselves (relation
 * equal, any position, no truncation, incomplete subfield, a word's structure), or it narrows
 * (first in field, complete field, a phrase's structure) and stands where more hits mean more
 * hits of the whole; then what was lost is said. Use attributes, other relations, truncation, and
 * what is excluded by and-not are never changed: such a query stays refused.
 *
 * The values are those of Bib-1 (Z39.50 ATR.3); other attribute sets are left alone.
 */
#include <stdbool.h>
#include <stddef.h>
#include <yaz/z-core.h>

struct arena;

/* What one target refuses, learned from its diagnostics. */
struct degrade {
	bool bare;	  /* it is sent no attribute that says nothing */
	unsigned refused; /* nor any of these types that may be left out: a bit for each */
};

#define DEGRADE_TEXT 128

/* Adds what the diagnostic of this query (as it was sent) says. False when nothing that may be left
 * out would answer it: then nothing was learned. */
bool degrade_learn(struct degrade *degrade, const Z_RPNQuery *query, int bib1, const char *addinfo);
/* The query as such a target can be asked it; `query` itself when nothing is to be left out. *lost
 * is what no longer holds, for people ("first in field"); "" when the meaning is the same. */
Z_RPNQuery *degrade_apply(
    struct arena *arena, Z_RPNQuery *query, const struct degrade *degrade, char lost[DEGRADE_TEXT]);
/* The name of an attribute type that may be refused, from 0; NULL after the last. *refused: it is.
 */
const char *degrade_type(const struct degrade *degrade, size_t number, bool *refused);

#endif
