#ifndef SILANG_MERGE_TALLY_H
#define SILANG_MERGE_TALLY_H
/* In how many records words stand: what a sample of a result says of the whole of it. */
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct doc;

#define TALLY_WORDS_MAX 64 /* those after them are found nowhere */

/* Counts[i]: the records that hold words[i] (all of it, when it is several words), in any field or
 * in titles only, in this or another spelling. */
void tally_words(struct arena *arena, const char *const *words, size_t nwords,
    const struct doc *const *docs, size_t ndocs, bool titles, size_t *counts);
/* The same word, whatever its case and marks. */
bool tally_same_word(struct arena *arena, const char *a, const char *b);

#endif
