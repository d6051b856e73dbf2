#ifndef SILANG_RECORD_CROSSWALK_PRIVATE_H
#define SILANG_RECORD_CROSSWALK_PRIVATE_H
/*
 * How a crosswalk works: a table with a row for each tag, sorted by tag; for each field of the
 * record, in its order, the handlers of its rows are called with the row's arguments. Then `finish`
 * settles what several fields speak about.
 */
#include "record/crosswalk.h"
#include "record/marc.h"

struct crosswalk_row;

/* How much a statement about the carrier is worth; the first of the highest wins. */
enum claim {
	CLAIM_NONE,
	CLAIM_USUAL,	   /* nothing else is said: text is print */
	CLAIM_EXTENT,	   /* 300 $a */
	CLAIM_PHYSICAL,	   /* 007 */
	CLAIM_MEDIA,	   /* 337 */
	CLAIM_CARRIER,	   /* 338 */
	CLAIM_DESIGNATION, /* 245 $h */
	CLAIM_CODED,	   /* 008/23 or /29 */
	CLAIM_REPRODUCTION /* 533: the record describes the original, the library holds this */
};

struct crosswalk {
	struct arena *arena;
	const struct marc *marc;
	struct bib *bib;
	enum claim carrier_claim;
	int imprint_rank; /* of the field that place and publisher come from */
	int coded_year, coded_end;
	const char *copyright; /* a date to fall back on */
};

typedef void (*crosswalk_fn)(
    struct crosswalk *walk, const struct marc_field *field, const struct crosswalk_row *row);

struct crosswalk_row {
	const char *tag;
	crosswalk_fn apply;
	const char *codes; /* subfields, in a meaning of the handler's own */
	size_t into;	   /* offset of a member of struct bib */
	unsigned flags;
};

struct crosswalk_table {
	const struct crosswalk_row *rows;
	size_t count;
	void (*begin)(struct crosswalk *walk); /* reads the leader */
	void (*finish)(struct crosswalk *walk);
};

extern const struct crosswalk_table crosswalk_marc21, crosswalk_unimarc;

#define CROSSWALK_INTO(member) offsetof(struct bib, member)

enum {
	CROSSWALK_MAIN = 1,	 /* a main entry */
	CROSSWALK_CORPORATE = 2, /* a body or a meeting */
	CROSSWALK_LAST_FIRST = 4 /* $a and $b are joined by a comma */
};

/* ---- handlers that both tables use ---- */

/* Joins the subfields named by `codes` (all that are letters when NULL) and adds them to the texts.
 */
void crosswalk_texts(
    struct crosswalk *walk, const struct marc_field *field, const struct crosswalk_row *row);
/* The same, but each of these subfields is a text of its own. */
void crosswalk_each(
    struct crosswalk *walk, const struct marc_field *field, const struct crosswalk_row *row);
/* First field wins: one text. */
void crosswalk_text(
    struct crosswalk *walk, const struct marc_field *field, const struct crosswalk_row *row);
/* `codes`: title subfields, then after a blank the volume's. */
void crosswalk_series(
    struct crosswalk *walk, const struct marc_field *field, const struct crosswalk_row *row);
/* `codes`: the subdivisions; all other letters make the heading. */
void crosswalk_subject(
    struct crosswalk *walk, const struct marc_field *field, const struct crosswalk_row *row);
void crosswalk_isbn(
    struct crosswalk *walk, const struct marc_field *field, const struct crosswalk_row *row);
void crosswalk_issn(
    struct crosswalk *walk, const struct marc_field *field, const struct crosswalk_row *row);
void crosswalk_system_number(
    struct crosswalk *walk, const struct marc_field *field, const struct crosswalk_row *row);
/* Adds a DOI, however it is written, to the national numbers; anything else is left out. */
void crosswalk_doi(struct crosswalk *walk, const char *text);
/* Extent; says something about the carrier too. */
void crosswalk_extent(
    struct crosswalk *walk, const struct marc_field *field, const struct crosswalk_row *row);

/* ---- text ---- */

/* Without non-sorting marks, blanks around, and ISBD's trailing punctuation; NULL when nothing is
 * left. May return `text` itself. */
const char *crosswalk_trim(struct arena *arena, const char *text);
/* The subfields with these codes, trimmed and joined; NULL when there are none. */
const char *crosswalk_join(
    struct arena *arena, const struct marc_field *field, const char *codes, const char *separator);
/* Cuts at the first `mark`: returns what is before it, trimmed, and in `rest` what is after (NULL
 * when the mark is not there). */
const char *crosswalk_cut(
    struct arena *arena, const char *text, const char *mark, const char **rest);
/* Characters to skip: those between the non-sorting marks at the text's begin; 0 when there are
 * none. */
int crosswalk_nonfiling(const char *text);
/* Four digits at `text`; 0 when they are something else, or no year. */
int crosswalk_year(const char *text);

struct crosswalk_date {
	int year, end; /* Gregorian, or unknown calendar */
	int hijri;     /* the year given as Hijri */
};
/* The years of a catalogued date: "[1994 M]", "1415 H/1994", "c2004", "1971-1980", "١٤١٥هـ". */
struct crosswalk_date crosswalk_read_date(const char *text);
/* Settles year, year_end and hijri from the coded years and the catalogued date. */
void crosswalk_finish_date(struct crosswalk *walk);

/* ---- form and carrier ---- */

void crosswalk_claim_carrier(struct crosswalk *walk, enum claim claim, enum bib_carrier carrier);
/* What words like "[electronic resource]", "bentuk mikro" or "online resource" say. */
void crosswalk_claim_words(struct crosswalk *walk, enum claim claim, const char *text);

#endif
