#ifndef SILANG_FRONT_Z_CARD_H
#define SILANG_FRONT_Z_CARD_H
/* A record as a card to be read (SUTRS): what it is, and which libraries hold it. */
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct bib;
struct page;

/* Of the page's entry `number`, whose record is described by `bib`. */
const char *z_card(
    struct arena *arena, const struct page *page, size_t number, const struct bib *bib, bool brief);

#endif
