#ifndef SILANG_MERGE_SORT_FIELDS_H
#define SILANG_MERGE_SORT_FIELDS_H
/* What of a description each index sorts by. */
#include <stdbool.h>
#include <stddef.h>

struct bib;

#define SORT_TEXT_MAX 160 /* characters that count */
/* Between the parts of a title: lower than anything inside one (CLDR root collation). */
#define SORT_TEXT_BREAK 0xFFFE

struct sort_field {
	const char *set, *index; /* canonical names */
	bool year;		 /* by sort_year, not by text */
	void (*write)(const struct bib *bib, char out[SORT_TEXT_MAX * 4]);
};

/* NULL when an index is not sorted by. */
const struct sort_field *sort_field_find(const char *set, const char *index);
const struct sort_field *sort_field_at(size_t number); /* NULL after the last */
int sort_year(const struct bib *bib);		       /* 0 unknown */

#endif
