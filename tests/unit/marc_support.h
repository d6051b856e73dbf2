#ifndef SILANG_TESTS_MARC_SUPPORT_H
#define SILANG_TESTS_MARC_SUPPORT_H
/* Records for tests: written as lines, or made at random from a seed. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "record/marc.h"

struct arena;

/* "LDR 00000nam a2200000 a 4500\n001 42\n245 10 $a Title : $b rest\n"; "$a" starts a subfield; one
 * blank after a code is not part of the value. */
struct marc *support_marc(struct arena *arena, const char *lines);
/* A well-formed record; the same seed gives the same one. */
struct marc *support_random_marc(struct arena *arena, uint64_t *seed);
uint64_t support_random(uint64_t *seed, uint64_t below);
/* The seed to use: SILANG_SEED, or the default. Printed as a TAP comment. */
uint64_t support_seed(uint64_t otherwise);
/* Equal but for the numbers of the leader that the format itself fixes. */
bool support_equal(const struct marc *a, const struct marc *b);
char *support_xml(const struct marc *marc); /* free() it */

#endif
