#ifndef SILANG_RECORD_UNIMARC_PRIVATE_H
#define SILANG_RECORD_UNIMARC_PRIVATE_H
/* How a record becomes UNIMARC: for each of its fields, in their order, the rows of its tag; then
 * the coded fields, which are made of several. */
#include <stdbool.h>
#include "record/marc.h"

struct arena;

struct unimarc {
	struct arena *arena;
	const struct marc *from;
	struct marc *to;
	size_t room; /* for fields of `to` */
};

struct unimarc_row;
typedef void (*unimarc_fn)(
    struct unimarc *u, const struct marc_field *field, const struct unimarc_row *row);

struct unimarc_row {
	const char *tag;	/* of MARC 21 */
	const char *when;	/* its indicators; '.' any */
	const char *into;	/* the tag of UNIMARC */
	const char *indicators; /* its indicators; '1' and '2' after '<': copied from there */
	const char *codes;	/* pairs: "aa be", from and to; in a shape's own meaning */
	unimarc_fn shape;	/* NULL: subfield by subfield */
};

/* unimarc_rows.c: sorted by tag. */
extern const struct unimarc_row unimarc_rows[];
extern const size_t unimarc_nrows;

/* unimarc.c: a new field at the end, without subfields. */
struct marc_field *unimarc_add(
    struct unimarc *u, const char *tag, char indicator1, char indicator2, size_t subfields);
/* Nothing happens when `value` is NULL or "". */
void unimarc_put(struct marc_field *field, char code, const char *value);
/* The row's field with the row's indicators, and room for `subfields`. */
struct marc_field *unimarc_begin(struct unimarc *u, const struct marc_field *field,
    const struct unimarc_row *row, size_t subfields);
/* Takes the last field back if nothing was put into it. */
void unimarc_end(struct unimarc *u, struct marc_field *field);
/* A row without a shape. */
void unimarc_plain(
    struct unimarc *u, const struct marc_field *field, const struct unimarc_row *row);

/* unimarc_coded.c: 100, 101, 102 and what only they say. */
void unimarc_coded(struct unimarc *u);
/* ISO 3166 for a MARC country code; NULL: none. */
const char *unimarc_country(const char *marc);
/* UNIMARC's number for a MARC relator code or a relator term; NULL: none. */
const char *unimarc_relator(struct arena *arena, const char *relator);
/* "ba" Latin and so on, by the first letter. */
const char *unimarc_script(const char *text);
/* YYYYMMDD, in memory of the arena; NULL when the record does not say it. */
const char *unimarc_entered(struct unimarc *u);

#endif
