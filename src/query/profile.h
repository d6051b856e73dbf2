#ifndef SILANG_QUERY_PROFILE_H
#define SILANG_QUERY_PROFILE_H
/*
 * What a target understands, as data in the form of YAZ's pqf.properties: lines "index.dc.title =
 * 1=4", "relation.all = ...", "truncation.right = 5=1", "structure.* = 4=1", "always = ...". Immutable
 * once parsed. One attribute a type: where several lines give one type, the most specific wins.
 *
 * Lines of our own extend the form: `feature.prox = no`, `feature.not = yes`, `term.charset = iso-8859-1`.
 */
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct diag;
struct profile;

/* Parses `text` (not kept). On failure reports each bad line through `complain` and returns NULL. */
struct profile *profile_parse(struct arena *arena, const char *name, const char *text,
    void (*complain)(void *arg, int line, const char *message), void *arg);
/* The profile every build carries (etc/profiles/bath.properties). */
const char *profile_builtin(const char *name); /* its text; NULL when there is none of that name */
const char *profile_name(const struct profile *profile);
/* The value of a key, NULL when absent: "index.dc.title" → "1=4". */
const char *profile_find(const struct profile *profile, const char *key);
/* Calls `fn` for each index the profile maps, for explain. */
void profile_each_index(const struct profile *profile,
    void (*fn)(void *arg, const char *set, const char *index), void *arg);

#endif
