#ifndef SILANG_BASE_DIAG_H
#define SILANG_BASE_DIAG_H
/*
 * The one error value. A diagnostic knows its number in SRU (info:srw/diagnostic/1/N) and in Bib-1,
 * so that both front ends say the same thing. A plain value: copy it, nothing to free.
 */
#include <stdbool.h>
#include <stddef.h>

enum diag_id {
	DIAG_NONE,
	DIAG_GENERAL,		    /* srw 1 */
	DIAG_UNAVAILABLE,	    /* srw 2: overload, draining, all partners out */
	DIAG_AUTHENTICATION,	    /* srw 3 */
	DIAG_OPERATION,		    /* srw 4: unsupported operation */
	DIAG_VERSION,		    /* srw 5: details = highest version */
	DIAG_PARAMETER_VALUE,	    /* srw 6: details = parameter name */
	DIAG_PARAMETER_MISSING,	    /* srw 7: details = parameter name */
	DIAG_PARAMETER_UNSUPPORTED, /* srw 8: details = parameter name */
	DIAG_QUERY_SYNTAX,	    /* srw 10 */
	DIAG_QUERY_TYPE,	    /* srw 11 */
	DIAG_QUERY_TOO_LONG,	    /* srw 12 */
	DIAG_PARENTHESES,	    /* srw 13 */
	DIAG_QUOTES,		    /* srw 14 */
	DIAG_CONTEXT_SET,	    /* srw 15 */
	DIAG_INDEX,		    /* srw 16 */
	DIAG_INDEX_COMBINATION,	    /* srw 17 */
	DIAG_INDEXES_COMBINED,	/* srw 18: unsupported combination of indexes, unsupported relation
				   is 19 */
	DIAG_RELATION,		/* srw 19 */
	DIAG_RELATION_MODIFIER, /* srw 20 */
	DIAG_RELATION_COMBINATION,  /* srw 21 */
	DIAG_RELATION_INDEX,	    /* srw 22 */
	DIAG_TERM_TOO_LONG,	    /* srw 23 */
	DIAG_TERM_RELATION,	    /* srw 24 */
	DIAG_SPECIAL_CHARACTERS,    /* srw 25 */
	DIAG_NON_SPECIAL_ESCAPED,   /* srw 26 */
	DIAG_EMPTY_TERM,	    /* srw 27 */
	DIAG_MASKING,		    /* srw 28 */
	DIAG_MASKED_TOO_SHORT,	    /* srw 29 */
	DIAG_MASKING_MANY,	    /* srw 30 */
	DIAG_ANCHORING,		    /* srw 31 */
	DIAG_ANCHORING_POSITION,    /* srw 32 */
	DIAG_ANCHORING_COMBINATION, /* srw 33 */
	DIAG_ANCHORING_MASKING,	    /* srw 34 */
	DIAG_STOP_WORDS,	    /* srw 35 */
	DIAG_TERM_FORMAT,	    /* srw 36 */
	DIAG_BOOLEAN,		    /* srw 37 */
	DIAG_BOOLEANS_MANY,	    /* srw 38 */
	DIAG_PROXIMITY,		    /* srw 39 */
	DIAG_PROX_RELATION,	    /* srw 40 */
	DIAG_PROX_DISTANCE,	    /* srw 41 */
	DIAG_PROX_UNIT,		    /* srw 42 */
	DIAG_PROX_ORDERING,	    /* srw 43 */
	DIAG_PROX_COMBINATION,	    /* srw 44 */
	DIAG_BOOLEAN_MODIFIER,	    /* srw 46 */
	DIAG_CANNOT_PROCESS,	    /* srw 47 */
	DIAG_QUERY_FEATURE,	    /* srw 48 */
	DIAG_RESULT_SETS,	    /* srw 50 */
	DIAG_RESULT_SET_UNKNOWN,    /* srw 51 */
	DIAG_PARTIAL,		    /* srw 59, not fatal */
	DIAG_OUT_OF_RANGE,	    /* srw 61 */
	DIAG_RECORD_RETRIEVAL,	    /* srw 63, of one record */
	DIAG_RECORD_UNAVAILABLE,    /* srw 64 */
	DIAG_RECORD_MISSING,	    /* srw 65 */
	DIAG_SCHEMA_UNKNOWN,	    /* srw 66 */
	DIAG_SCHEMA_RECORD,	    /* srw 67 */
	DIAG_NOT_AUTHORISED,	    /* srw 68 */
	DIAG_RECORD_TOO_LARGE,	    /* srw 70 */
	DIAG_PACKING,		    /* srw 71 */
	DIAG_XPATH,		    /* srw 72 */
	DIAG_SORT,		    /* srw 80 */
	DIAG_SORT_SEQUENCE,	    /* srw 82 */
	DIAG_SORT_KEYS_MANY,	    /* srw 84 */
	DIAG_SORT_SCHEMA,	    /* srw 87 */
	DIAG_SORT_PATH,		    /* srw 88 */
	DIAG_SORT_DIRECTION,	    /* srw 90 */
	DIAG_SORT_CASE,		    /* srw 91 */
	DIAG_SORT_MISSING,	    /* srw 92 */
	DIAG_STYLESHEETS,	    /* srw 110 */
	DIAG_SCAN_POSITION,	    /* srw 120 */
	DIAG_SCAN_TERMS,	    /* srw 121 */
	DIAG_DATABASE,		    /* srw 235: unknown database */
	DIAG_DATABASE_DENIED,	    /* srw 236 */
	DIAG_COUNT
};

#define DIAG_DETAILS_MAX 256

struct diag {
	enum diag_id id; /* DIAG_NONE: no error */
	char details[DIAG_DETAILS_MAX];
};

/* Fills `diag` and returns false, so that a failing function can end with it. Details are cut to
 * what fits, at a character's boundary. `diag` may be NULL. */
bool diag_set(struct diag *diag, enum diag_id id, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void diag_clear(struct diag *diag);
/* The number in SRU's list; 0 for DIAG_NONE. */
int diag_srw(enum diag_id id);
enum diag_id diag_of_srw(int number); /* DIAG_NONE: it is none of ours */
/* The number in Bib-1's list (Z39.50 ERR.1); 0 for DIAG_NONE. */
int diag_bib1(enum diag_id id);
/* The first diagnostic with this number in Bib-1's list; DIAG_CANNOT_PROCESS when none has it. */
enum diag_id diag_of_bib1(int bib1);
/* The standard's own short text, never NULL. */
const char *diag_message(enum diag_id id);

#endif
