#ifndef SILANG_CLI_ANSWER_H
#define SILANG_CLI_ANSWER_H
/*
 * A gateway's searchRetrieve answer as values, read from XML (SRU 1.1, 1.2, 2.0) or JSON. Bytes in,
 * values out: XML is read without document types, entities or network. The values live in the
 * arena, the records' elements in the answer's document.
 */
#include <stdbool.h>
#include <stddef.h>
#include <libxml/tree.h>

struct arena;

struct answer_diagnostic {
	int number;	     /* of info:srw/diagnostic/1, 0 for another list's */
	const char *uri;     /* "" none */
	const char *message; /* "" none */
	const char *details; /* "" none */
};

struct answer_holding {
	const char *partner;
	const char *isil; /* NULL */
};

struct answer_record {
	unsigned long position; /* 0 not said */
	xmlNodePtr data;	/* the record's element, NULL when it cannot be shown */
	const struct answer_diagnostic *problem; /* why not; set exactly when data is NULL */
	const char *score;			 /* as written; NULL */
	const struct answer_holding *holdings;
	size_t nholdings;
};

struct answer_partner {
	const char *id, *status;
	const char *reason, *code, *detail; /* "" none */
	const char *agreement;		    /* "expired" when asked all the same, else "" */
	const char *begins, *ends;	    /* "" none */
};

struct answer {
	unsigned long count;		     /* numberOfRecords */
	bool exact;			     /* the count is no estimate */
	unsigned long next;		     /* 0 none */
	const char *set_id;		     /* NULL none */
	const struct answer_record *records; /* NULL when read from JSON */
	size_t nrecords;
	const struct answer_partner *partners;
	size_t npartners;
	const struct answer_diagnostic *diagnostics;
	size_t ndiagnostics;
	bool is_explain; /* not an answer to a search: the server took it for explain */
	xmlDocPtr document;
};

/* False when it is no SRU answer; then there is nothing to release. */
bool answer_read_xml(struct arena *arena, const char *text, size_t length, struct answer *out);
/* Counts, partners and diagnostics alone. */
bool answer_read_json(struct arena *arena, const char *text, size_t length, struct answer *out);
/* Releases the document. */
void answer_close(struct answer *answer);

/* "10: Query syntax error: position 5" */
const char *answer_diagnostic_text(struct arena *arena, const struct answer_diagnostic *diagnostic);
/* The number at the end of a diagnostic's URI, 0 when it is not of SRU's list. */
int answer_diagnostic_number(const char *uri);
/* A number as SRU writes it; 0 when it is none. */
unsigned long answer_number(const char *text);

#endif
