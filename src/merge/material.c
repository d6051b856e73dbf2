#include "merge/material.h"

#include <string.h>

#include "base/arena.h"
#include "merge/doc_private.h"
#include "merge/fold.h"

#define NAME_MAX_BYTES 64

/* The levels of text, then the forms that are no text. */
static const char *const kinds[MATERIAL_KINDS] = {"book", "journal", "article", "collection",
    "score", "map", "film", "sound", "picture", "computer file", "kit", "object", "manuscript"};
/* Of a carrier that is not known, the plain word is said, too. */
static const char *const carriers[MATERIAL_CARRIERS] = {
    "", "electronic ", "microform ", "large print ", "braille "};

unsigned material_of(const struct doc *doc)
{
	unsigned carrier = doc->carrier < BIB_CARRIER_UNKNOWN ? doc->carrier : BIB_PRINT;
	unsigned kind = doc->form == BIB_TEXT ? doc->level : 3 + doc->form;

	if (doc->form >= BIB_FORM_UNKNOWN)
		return 0;
	return 1 + kind * MATERIAL_CARRIERS + carrier;
}

const char *material_name(struct arena *arena, unsigned format)
{
	const char *carrier = carriers[(format - 1) % MATERIAL_CARRIERS];
	const char *kind = kinds[(format - 1) / MATERIAL_CARRIERS];

	return *carrier ? arena_printf(arena, "%s%s", carrier, kind) : kind;
}

bool material_find(const char *name, unsigned *out)
{
	char asked[NAME_MAX_BYTES], one[NAME_MAX_BYTES];
	struct fold fold;
	size_t length;

	if (strlen(name) >= NAME_MAX_BYTES)
		return false;
	fold_init(&fold, asked, sizeof asked, NULL, 0);
	fold_add(&fold, name);
	length = fold.length;
	for (unsigned format = 1; format < MATERIALS; format++) {
		fold_init(&fold, one, sizeof one, NULL, 0);
		fold_add(&fold, carriers[(format - 1) % MATERIAL_CARRIERS]);
		fold_add(&fold, kinds[(format - 1) / MATERIAL_CARRIERS]);
		if (fold.length != length || memcmp(one, asked, length) != 0)
			continue;
		*out = format;
		return true;
	}
	return false;
}
