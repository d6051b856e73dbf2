#ifndef SILANG_MERGE_DOC_H
#define SILANG_MERGE_DOC_H
/*
 * One fetched record as merging sees it: match keys for clustering and words by field for ranking.
 * Made once per record as it arrives; immutable; keeps nothing of the bib it was made from. Aim:
 * about a kilobyte. Its inside is merge's own (merge/doc_private.h or the like).
 */
#include <stddef.h>

struct arena;
struct bib;
struct doc;

struct doc *doc_create(struct arena *arena, const struct bib *bib);

#endif
