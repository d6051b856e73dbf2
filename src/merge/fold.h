#ifndef SILANG_MERGE_FOLD_H
#define SILANG_MERGE_FOLD_H
/*
 * Folding: text to the words in which merging compares it, into a buffer of the caller's, with each
 * word's hash as it goes by. Latin and Arabic letters go through tables; ICU is asked about the
 * rest. Allocates nothing; what does not fit is left out at a word's boundary. Each Chinese or
 * Japanese character is a word of its own, since those scripts put no blanks between words.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fold {
	char *out; /* words, each followed by one blank */
	size_t room, length;
	uint32_t *words; /* their hashes; NULL when not wanted */
	size_t max_words, nwords;
	size_t word_start; /* where the word under way begins in `out` */
	uint32_t hash;	   /* of the word under way */
};

#define FOLD_HASH_START 2166136261u
#define FOLD_HASH_PRIME 16777619u

void fold_init(struct fold *fold, char *out, size_t room, uint32_t *words, size_t max_words);
/* Adds a text's words; two texts never run together into one word. */
void fold_add(struct fold *fold, const char *text);
/* Marks a boundary that no phrase crosses: a zero among the words (never first, never twice). */
void fold_break(struct fold *fold);
/* The words one by one: that which begins at `*at` (0 at first), which moves behind it; NULL when
 * there are no more. */
const char *fold_next(const struct fold *fold, size_t *at, size_t *length);
/* The hash that fold_add gives a word; never 0. */
uint32_t fold_hash(const char *word, size_t length);
uint64_t fold_hash64(const char *bytes, size_t length);

#endif
