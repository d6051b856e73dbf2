#ifndef SILANG_QUERY_NARROW_H
#define SILANG_QUERY_NARROW_H
/*
 * A narrower form of a broad question, for a target that does not give its best records first:
 * whatever it finds, the question itself finds too.
 *
 * Where a record need hold only some of the words (`any`, OR), those records are asked for whose
 * words together say the most, as many as there is room for: rare words each by itself, less rare
 * ones two or three at a time. How rare they are is for the caller to know. Where all words are
 * needed, they are asked of titles.
 */
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct query;

/* One word, or clause, of which a record need not hold more than one. */
struct narrow_word {
	const struct query *clause; /* that it stands in */
	const char *term;	    /* as it stands there */
	const char *text;	    /* plain */
	double count;		    /* records that hold it, for the caller to fill in; 0 none */
};

struct narrow_words {
	const struct query *group; /* the part of the question they make up */
	struct narrow_word *items;
	size_t count;
};

/* The group of the most words of which a record need hold one only; none: *count is 0. */
void narrow_find(struct arena *arena, const struct query *query, struct narrow_words *out);
/* Whether that group is the question, or only one condition among others. */
bool narrow_is_whole(const struct query *query, const struct narrow_words *words);
/* The question with the group replaced by what finds about `room` of its `hits` records, those
 * that hold most of what is rare. NULL when fewer than two words are held by any record. *expected
 * is how many it should find: more than there is room for where even all words together are common.
 */
const struct query *narrow_by_words(struct arena *arena, const struct query *query,
    const struct narrow_words *words, double hits, double room, double *expected);
/* The question with what it asks of records anywhere asked of titles; NULL when it asks nothing of
 * that kind, or only for one word. */
const struct query *narrow_to_titles(struct arena *arena, const struct query *query);

#endif
