#ifndef SILANG_MERGE_MATERIAL_H
#define SILANG_MERGE_MATERIAL_H
/*
 * What kind of thing an entry is, in one word or two: "book", "electronic journal", "map". The
 * words are ours and the same whatever library an entry comes from, so that they can be counted
 * (the facet "format") and chosen (silang.format).
 */
#include <stdbool.h>

struct arena;
struct doc;

#define MATERIAL_KINDS 13
#define MATERIAL_CARRIERS 5
#define MATERIALS (1 + MATERIAL_KINDS * MATERIAL_CARRIERS)

/* 0: nothing is known of it. */
unsigned material_of(const struct doc *doc);
const char *material_name(struct arena *arena, unsigned format);
/* By its name, whatever case and punctuation. */
bool material_find(const char *name, unsigned *out);

struct material_set {
	bool has[MATERIALS];
};

#endif
