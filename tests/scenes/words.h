#ifndef TESTS_SCENES_WORDS_H
#define TESTS_SCENES_WORDS_H
/* A line of a scene into words: blanks separate, quotes keep them together and vanish, \" stands
 * for itself; {60 text} is text sixty times over. */
#include <stdbool.h>
#include "base/duration.h"

struct words {
	char **list;
	unsigned count;
};

/* Splits; the words live until words_clear. */
void words_split(struct words *words, const char *text);
void words_clear(struct words *words);

/* What a condition demands of a number: `5`, `3..8`, `..8`, `3..`; durations with their units. */
struct range {
	long long from, to;
};
bool range_read(const char *word, struct range *out);
bool range_holds(const struct range *range, long long value);
/* For people: what range_read read. */
const char *range_print(const struct range *range, char out[64]);
bool number_read(const char *word, long long *out);

#endif
