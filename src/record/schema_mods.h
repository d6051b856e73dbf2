#ifndef SILANG_RECORD_SCHEMA_MODS_H
#define SILANG_RECORD_SCHEMA_MODS_H
/*
 * MODS out of MARC 21, after the Library of Congress's mapping (MARC 21 to MODS 3.7). A table has
 * one row for what a tag becomes, in the order of MODS's own guidelines; what leader and fixed
 * fields say is in a room of its own.
 */
#include "record/element.h"
#include "record/marc.h"

struct bib;

struct mods {
	struct arena *arena;
	const struct marc *marc;
	struct element *root;
	char coded[41]; /* 008, filled up with blanks */
};

struct mods_row {
	const char *tag; /* field 880 counts as the field it is linked to */
	void (*apply)(
	    struct mods *mods, const struct marc_field *field, const struct mods_row *row);
	const char *codes;   /* subfields */
	const char *element; /* what it becomes, or the type of what it becomes */
	const char *type;
};

/* A new child of the root; what $6 says of other scripts becomes its altRepGroup and script. */
struct element *mods_top(struct mods *mods, const struct marc_field *field, const char *name);
/* A control field's data, "" when absent. */
const char *mods_control(const struct mods *mods, const char *tag);

/* The rows in turn, each for the fields it is about. */
void mods_apply(struct mods *mods, const struct mods_row *rows, size_t count);
/* A row's handler: one element of the subfields' text, with the row's type. */
void mods_apply_text(struct mods *mods, const struct marc_field *field, const struct mods_row *row);

/* The subfields' text without ISBD's punctuation, joined by blanks; NULL when there is none. */
const char *mods_join(struct mods *mods, const struct marc_field *field, const char *codes);
/* element_add_text in the record's arena. */
struct element *mods_add(
    struct mods *mods, struct element *parent, const char *name, const char *text);
/* nameParts: `codes` hold the name itself; `type` is personal, corporate or conference. */
void mods_put_name(struct mods *mods, struct element *name, const struct marc_field *field,
    const char *codes, const char *type);

/* relatedItem, identifier, location, accessCondition. */
void mods_relations(struct mods *mods);

/* From leader, 006–008 and what must stand beside them. */
void mods_coded_type(struct mods *mods);
void mods_coded_genres(struct mods *mods);
void mods_origin(struct mods *mods);
void mods_languages(struct mods *mods);
void mods_physical(struct mods *mods);
void mods_record_info(struct mods *mods);

/* A MARC 21 record of what the description holds, for formats that have no mapping of their own. */
const struct marc *mods_marc21(struct arena *arena, const struct bib *bib);

#endif
