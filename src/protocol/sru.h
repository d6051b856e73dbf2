#ifndef SILANG_PROTOCOL_SRU_H
#define SILANG_PROTOCOL_SRU_H
/*
 * SRU 1.1, 1.2 and 2.0: a request's parameters into a value or a diagnostic, an answer's value into
 * XML or JSON. No I/O, no knowledge of searching: records come as callbacks that write themselves.
 */
#include <stdbool.h>
#include <stddef.h>
#include <libxml/xmlwriter.h>
#include <jansson.h>
#include "base/diag.h"
#include "base/duration.h"

struct arena;

enum sru_version { SRU_1_1, SRU_1_2, SRU_2_0 };
enum sru_operation { SRU_EXPLAIN, SRU_SEARCH, SRU_SCAN };
enum sru_format { SRU_XML, SRU_JSON };
enum sru_soap { SRU_SOAP_NONE, SRU_SOAP_1_1, SRU_SOAP_1_2 }; /* the envelope around an answer */

struct sru_parameter {
	const char *name, *value; /* decoded UTF-8 */
};

/* facetLimit and facetStart: a number for every facet, and numbers for single ones. */
struct sru_facet_item {
	const char *index; /* as written */
	unsigned long number;
};
struct sru_facet_list {
	bool given, has_each;
	unsigned long each;
	struct sru_facet_item *items;
	size_t nitems;
};

/* facetCount: one term or range. */
struct sru_facet_count {
	const char *index; /* facetCount:INDEX=TERM; NULL: `text` is a clause of CQL */
	const char *text;
};

struct sru_request {
	enum sru_operation operation;
	enum sru_version version;
	enum sru_format format;
	enum sru_soap soap;
	const char
	    *content_type; /* media type to answer with, "text/xml; charset=utf-8" by default */
	const char *query;
	const char *query_type; /* "cql", which is the default, "searchTerms" or "pqf" */
	unsigned long start;	/* from 1 */
	unsigned long maximum;	/* as asked; 10 when not given */
	bool maximum_given;
	const char *schema;	   /* as asked, NULL: default */
	bool packing_string;	   /* recordPacking / recordXMLEscaping = string */
	const char *result_set_id; /* NULL here: SRU names a set in the query (cql.resultSetId) */
	const char *sort_keys;
	unsigned long ttl; /* resultSetTTL asked, seconds; 0 none */
	const char *stylesheet;
	struct sru_facet_list facet_limit, facet_start;
	bool facet_by_term, facet_descending, facet_case; /* facetSort; the most frequent first */
	struct sru_facet_count *facet_counts;
	size_t nfacet_counts;
	const char *scan_clause;
	unsigned long response_position; /* scan: 1 when not given */
	unsigned long maximum_terms;	 /* scan: 0 when not given */
	/* Silang's own (INTERFACE: SRU additions). NULL / -1: not given. */
	const char *partners;			/* x-partners as written */
	msec_t deadline;			/* x-deadline; -1 */
	const char *dedup;			/* x-dedup as written */
	bool explain;				/* x-explain=1 */
	int partial_diagnostic;			/* x-partial: 1 diagnostic, 0 quiet, -1 not given */
	const char *via;			/* x-silang-via, the hop mark */
	const struct sru_parameter *parameters; /* all that were read, in order, for the echo */
	size_t nparameters;
};

/*
 * Reads the raw query string of a GET, or a POST form body (application/x-www-form-urlencoded):
 * pairs separated by `&` alone (CQL may hold a `;`), %XX and + decoded; bad UTF-8, a bad escape or
 * %00 is 6 with the parameter's name (10 in query and scanClause), the same parameter twice is 6.
 * An x- name that is not Silang's own is passed over unread. `accept` is the Accept header or NULL;
 * it counts in 2.0 only, after httpAccept. facetCount may be repeated. On failure `out` still holds
 * version, format, content_type and operation to answer in.
 */
bool sru_decode(struct arena *arena, const char *encoded, size_t length, const char *accept,
    struct sru_request *out, struct diag *diag);

struct sru_diagnostic {
	enum diag_id id;
	const char *details; /* NULL none */
	const char *message; /* NULL: the standard's */
};

struct sru_holding {
	const char *partner, *id /* NULL */, *isil /* NULL */;
	unsigned long position; /* 0: left out */
	const char *services;	/* blank separated, NULL none */
};

/* One kind of evidence, or one part of a score. */
struct sru_part {
	const char *name, *how /* in words, NULL */;
	double value;
};
/* Why one record joined an entry, or was kept apart from it. */
struct sru_match {
	unsigned long holding;	  /* which joined, from 1; 0: a record kept apart */
	const char *partner, *id; /* of a record kept apart; id NULL: it has none */
	unsigned long with;	  /* the holding it was compared with, from 1 */
	const char *because;	  /* what decided it other than the sum; NULL */
	bool by_edition;	  /* the same work since it is the same edition */
	double sum, threshold;
	const struct sru_part *evidence;
	size_t nevidence;
};
/* Why an entry is as it is and stands where it stands (x-explain=1). */
struct sru_why {
	bool has_score;
	double sum, half;	      /* the score is sum / (sum + half) */
	const struct sru_part *parts; /* which add up to the sum */
	size_t nparts;
	size_t words, asked; /* of the question: found, all */
	double coordination;
	const char *above; /* what puts it before the next entry; NULL: there is none */
	double next;	   /* sum of the next entry */
	const char *best;  /* what makes its record stand for it */
	unsigned long fullness, next_fullness; /* of that record, and of the next best; 0: none */
	const struct sru_match *joined, *apart;
	size_t njoined, napart;
};

struct sru_record {
	unsigned long position;
	const char *schema;			/* identifier; ignored for a surrogate */
	const struct sru_diagnostic *surrogate; /* in place of the record */
	/* Writes the record's element, or gives it as JSON (new reference). */
	void (*write)(void *arg, xmlTextWriterPtr writer);
	json_t *(*json)(void *arg);
	void *arg;
	double score; /* < 0: left out (single database) */
	const struct sru_holding *holdings;
	size_t nholdings;
	const char *explain;	   /* x-explain: the score in one line, NULL */
	const struct sru_why *why; /* x-explain, NULL */
};

struct sru_partner {
	const char *id, *name, *status, *reason /* NULL */, *code /* NULL */, *detail /* NULL */;
	const char *agreement;	   /* "expired" under warn, else NULL */
	const char *begins, *ends; /* ISO dates, NULL: left out */
	long hits;		   /* -1: not stated */
	unsigned long fetched;
	long ms;	   /* -1: left out */
	const char *query; /* sent (for searchResultAnalysis), NULL */
};

struct sru_facet_term {
	const char *term, *query /* NULL: none narrows to it */;
	const char *url; /* a request of that query, NULL */
	unsigned long count;
};
struct sru_facet {
	const char *name, *index /* NULL */;
	const char *relation;		    /* of facetCount; NULL: the terms there are */
	size_t total;			    /* different terms */
	const struct sru_facet_term *terms; /* those asked for */
	size_t nterms;
};
struct sru_facets {
	bool wanted;
	struct sru_facet *facets;
	size_t count;
	size_t entries; /* counted over so many */
	bool complete;	/* which are all there are */
};

struct sru_search_answer {
	const struct sru_request *request;
	unsigned long hits;
	bool exact;		    /* resultCountPrecision exact, else estimate */
	const char *result_set_id;  /* NULL: none */
	unsigned long idle_seconds; /* its time to live */
	const struct sru_record *records;
	size_t nrecords;
	unsigned long next;	/* nextRecordPosition, 0: none */
	const char *sort;	/* the order of the records, as CQL writes it; NULL: by relevance */
	const char *narrowed;	/* the clauses that kept entries from being told; NULL: none did */
	unsigned long left_out; /* so many of those fetched */
	bool narrowed_complete; /* every record was looked at */
	bool sort_complete;	/* nothing that was not fetched could stand among them */
	const struct sru_diagnostic *diagnostics;
	size_t ndiagnostics;
	const struct sru_facets *facets; /* NULL: not asked for */
	bool has_partners; /* false when the request failed before partners were chosen */
	const struct sru_partner *partners;
	size_t npartners;
	const char *xquery; /* XCQL of the version, written as it is in the echo; in 1.x NULL leaves
			       the echo out */
};

/* The whole answer document, in the arena. */
char *sru_encode_search(
    struct arena *arena, const struct sru_search_answer *answer, size_t *length);
/* An answer that is only a diagnostic, shaped for the request's operation, version and format. */
char *sru_encode_failure(struct arena *arena, const struct sru_request *request,
    const struct diag *diag, size_t *length);

struct sru_scan_term {
	const char *value, *display /* NULL */;
	long count;	   /* -1: not told */
	const char *where; /* whereInList: "first" and so on; NULL: not known */
};
struct sru_scan_answer {
	const struct sru_request *request;
	const struct sru_scan_term *terms;
	size_t nterms;
	const struct sru_diagnostic *diagnostics;
	size_t ndiagnostics;
	const struct sru_partner *partners; /* `fetched`: terms */
	size_t npartners;
	const char *xclause; /* the clause as XCQL of 1.x, which the echo there demands; NULL */
};
char *sru_encode_scan(struct arena *arena, const struct sru_scan_answer *answer, size_t *length);

/* The plain description of one database, from the live configuration; protocol/explain writes it.
 */
struct sru_explain_index {
	const char *set, *name, *title;
	unsigned partners; /* how many map it */
	bool sorts;	   /* answers can be ordered by it */
	bool own;	   /* the gateway's: partners are not asked, and it cannot be scanned */
};
struct sru_explain_schema {
	const char *identifier, *name, *title;
};
struct sru_explain_answer {
	const struct sru_request *request;
	const char *host;
	unsigned port;
	bool secure;	      /* https */
	const char *database; /* path below /, "sru/union" */
	const char *title, *description;
	const struct sru_explain_index *indexes;
	size_t nindexes;
	const struct sru_explain_schema *schemas; /* the default one first */
	size_t nschemas;
	unsigned npartners;	      /* asked in this database */
	const char *const *modifiers; /* of relations, NULL at the end: some partner knows them */
	bool prox;		      /* some partner does proximity */
	const char *const *facets;    /* their names, NULL at the end; NULL: none */
	unsigned long default_records, maximum_records, ttl_seconds;
	msec_t deadline;
};
char *sru_encode_explain(
    struct arena *arena, const struct sru_explain_answer *answer, size_t *length);

#endif
