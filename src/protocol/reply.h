#ifndef SILANG_PROTOCOL_REPLY_H
#define SILANG_PROTOCOL_REPLY_H
/*
 * What a partner answered, in whichever protocol it was asked: zclient and sru_client fill this,
 * and whoever reads it need not know which did. All that it points to lives as long as the client
 * that made it says.
 */
#include <stdbool.h>
#include <stddef.h>
#include "base/diag.h"

/* SEARCH: the first answer to a question, records possibly included; PRESENT: more of its records;
 * SCAN: terms of an index. */
enum reply_kind { REPLY_SEARCH, REPLY_PRESENT, REPLY_SCAN };

/* Whose numbers a diagnostic's code is of. */
enum reply_set { REPLY_BIB1, REPLY_SRW };

struct reply_diagnostic {
	bool present;
	enum reply_set set;
	int code;
	char addinfo[DIAG_DETAILS_MAX]; /* UTF-8, clean */
};

struct reply_record {
	unsigned position; /* in the result set, from 1 */
	const void *bytes; /* ISO 2709 or XML as sent; NULL for a surrogate diagnostic */
	size_t length;
	bool is_xml;
	const void *opac_xml; /* holdings part of an OPAC record as opacxml, else NULL */
	size_t opac_length;
	const char *identifier;		    /* of the record, said beside it; NULL */
	struct reply_diagnostic diagnostic; /* surrogate: why there is no record */
};

struct reply_count { /* how often one of the question's terms occurs there */
	const char *term;
	unsigned long count;
};

struct reply_term {					 /* of a scan */
	const char *term, *display /* NULL: the same */; /* UTF-8, clean */
	unsigned long count;
	bool has_count;
};

struct reply {
	enum reply_kind kind;
	bool ok; /* SEARCH: there is a result set; PRESENT, SCAN: there was no diagnostic */
	unsigned long hits; /* SEARCH; PRESENT when it says it again, else 0 */
	const struct reply_record *records;
	size_t nrecords;
	struct reply_diagnostic diagnostic; /* the first one that is not a record's */
	const struct reply_count *counts;
	size_t ncounts;
	const struct reply_term *terms; /* SCAN: in the partner's order */
	size_t nterms;
	/* What is to be told beside it, clean, at most DIAG_DETAILS_MAX bytes; NULL: nothing. */
	const char *notice;
	bool partial; /* a gateway: not all of its own partners answered */
	bool cut;     /* SCAN: it could have given more, but for its own reasons did not */
};

#endif
