#ifndef SILANG_FRONT_WHY_H
#define SILANG_FRONT_WHY_H
/* Why an entry is as it is, for an answer that was asked to explain itself (x-explain=1). */
#include <stddef.h>

struct arena;
struct order;
struct sru_record;

/* Fills `explain` and `why` of the record; everything lives in the arena. */
void why_make(
    struct arena *arena, const struct order *order, size_t index, struct sru_record *record);

#endif
