#ifndef SILANG_MERGE_SORT_H
#define SILANG_MERGE_SORT_H
/*
 * The order a question asks for, when that is not relevance. A sorter is made of the question's
 * sort keys and turns each record, as it arrives, into a value; values compare bytewise, all keys
 * at once. Text is collated by the rules of Unicode (ICU's root, or the locale asked for): without
 * leading articles, with punctuation as blanks, numbers by their size.
 */
#include <stdbool.h>
#include <stddef.h>
#include "query/query.h"

struct arena;
struct bib;
struct diag;
struct sorter;
struct sort_value;

/* How many of the keys say something: relevance decides whatever is equal until then, and after it
 * nothing is equal. 0: ordered by relevance. */
size_t sort_count(const struct query_sort_key *keys, size_t nkeys);
/* Whether the keys can be sorted by; false with 82, 88, 90, 91 or 92. */
bool sort_check(const struct query_sort_key *keys, size_t nkeys, struct diag *diag);
/* Whether there is a sort value for an index, by its canonical names. */
bool sort_can(const char *set, const char *index);

/* For keys that sort_check has passed. */
struct sorter *sorter_create(const struct query_sort_key *keys, size_t nkeys);
void sorter_destroy(struct sorter *sorter); /* NULL is allowed */
const struct sort_value *sorter_value(
    const struct sorter *sorter, struct arena *arena, const struct bib *bib);
/* Text by the root order alone, case, accents and punctuation aside: for terms of indexes. */
struct collator;
struct collator *collator_create(void);
void collator_destroy(struct collator *collator);
/* Compares by strcmp. */
const char *collator_key(const struct collator *collator, struct arena *arena, const char *text);

int sort_compare(const struct sort_value *a, const struct sort_value *b);

#endif
