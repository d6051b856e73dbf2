#ifndef SILANG_QUERY_PROFILE_H
#define SILANG_QUERY_PROFILE_H
/*
 * What a target understands, as data in the form of YAZ's pqf.properties: lines "index.dc.title =
 * 1=4", "relation.all = ...", "truncation.right = 5=1", "structure.* = 4=1", "always = ...".
 * Immutable once parsed. One attribute a type: where several lines give one type, the most specific
 * wins.
 *
 * Lines of our own extend the form:
 *   relation.all = list         the words are combined with and (any: with or), each its own term
 *   structure.word, .phrase     for one word and for several; structure.* when they are absent
 *   feature.and|or|not|prox|sets = yes|no   operators; all but prox and sets are yes unless said
 *   feature.sort = embedded     it sorts when the order is in the query, as Zebra reads it; cql: an
 *                               SRU server that sorts
 *   sort.SET.NAME = 1=4         by which indexes it can sort, and their attributes then
 *   term.charset = iso-8859-1   the terms' character set; UTF-8 unless said
 *   term.compact = bath.isbn    indexes whose terms go without hyphens and blanks
 *   term.isbn = bath.isbn       indexes that hold ISBNs: a valid one is asked for in all its forms
 *   term.issn = bath.issn       the same of ISSNs
 *   cql.SET.NAME = PREFIX.NAME  of an SRU server: what it calls that index
 *   index.SET.* = 1=*           any index of a set; `*` in a value is the index's name
 */
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct diag;
struct profile;

/* Parses `text` (not kept). On failure reports each bad line through `complain` and returns NULL.
 */
struct profile *profile_parse(struct arena *arena, const char *name, const char *text,
    void (*complain)(void *arg, int line, const char *message), void *arg);
/* The profile every build carries (etc/profiles/bath.properties). */
const char *profile_builtin(const char *name); /* its text; NULL when there is none of that name */
/* The names of those profiles, from 0; NULL after the last. */
const char *profile_builtin_name(size_t number);
const char *profile_name(const struct profile *profile);
/* The value of a key, NULL when absent: "index.dc.title" → "1=4". */
const char *profile_find(const struct profile *profile, const char *key);
/* The attributes of an index in canonical form, wildcards and sets known by URI included. */
const char *profile_find_index(
    const struct profile *profile, struct arena *arena, const char *set, const char *index);
/* Whether any index of the set is mapped: it is the index that is unknown, not the set. Sets of
 * this project's own table count as known. */
bool profile_knows_set(const struct profile *profile, const char *set);
/* Calls `fn` for each index the profile maps, for explain. */
void profile_each_index(const struct profile *profile,
    void (*fn)(void *arg, const char *set, const char *index), void *arg);

#endif
