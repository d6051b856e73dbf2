#ifndef SILANG_QUERY_STANDARD_H
#define SILANG_QUERY_STANDARD_H
/*
 * Standard numbers in the forms in which catalogues keep them: a reader copies "978-0-262-03384-8"
 * from a cover, one library has entered 0262033844 and another 9780262033848. Pure.
 */
#include <stddef.h>

struct arena;

#define STANDARD_FORMS_MAX 4

/* The forms of a valid ISBN: thirteen digits, then ten where it has such a form, then each with its
 * hyphens where their places are known; 0 when `text` is none. Hyphens, dashes and blanks may stand
 * anywhere in it. */
size_t standard_isbn_forms(
    struct arena *arena, const char *text, const char *forms[STANDARD_FORMS_MAX]);
/* The forms of a valid ISSN: as it is printed, then without its hyphen. */
size_t standard_issn_forms(
    struct arena *arena, const char *text, const char *forms[STANDARD_FORMS_MAX]);

#endif
