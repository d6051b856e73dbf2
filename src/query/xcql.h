#ifndef SILANG_QUERY_XCQL_H
#define SILANG_QUERY_XCQL_H
/*
 * The query tree as XCQL, CQL's XML form: what SRU echoes in xQuery. Two dialects: that of SRU 1.x
 * (namespace http://www.loc.gov/zing/cql/xcql/), which knows no sort keys, and that of 2.0 (OASIS
 * searchRetrieve part 5).
 */

struct arena;
struct question;

enum xcql_dialect { XCQL_1, XCQL_2 };

/* The content of xQuery, in the arena; NULL when the question has no form in the dialect, or is
 * nested deeper than XML readers bear. A term is written as CQL has it inside quotes: a backslash
 * still tells a literal mask from a live one. */
char *xcql_write(struct arena *arena, const struct question *question, enum xcql_dialect dialect);

#endif
