#ifndef SILANG_PROTOCOL_ZSERVER_H
#define SILANG_PROTOCOL_ZSERVER_H
/*
 * One Z39.50 association as target (ISO 23950 / Z39.50-1995, version 3; 2 is spoken, too), without
 * I/O and without a clock: bytes come in through zserver_feed, requests are taken out one by one,
 * each is answered by its reply, bytes to send are taken out.
 *
 *   NEW --Init--> ASKED --zserver_accept--> READY --request--> BUSY --reply--> READY …
 *   any --Close, broken message, zserver_refuse, zserver_close--> SHUT
 *
 * Requests that come while one is outstanding wait and are answered in order; only a Close is seen
 * before its turn. What a client does wrong ends the association with a Close that says why, never
 * with an assertion: bytes that are no BER, BER that is no request, a message above the cap,
 * anything before Init, a second Init. What follows a Close is not looked at.
 *
 * What a request points to lives until it has been answered, or the association is shut.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <yaz/z-core.h>
#include <yaz/z-opac.h>
#include "base/diag.h"
#include "protocol/apdu.h"

struct zserver;

struct zserver_options {
	size_t request_max; /* largest request accepted, bytes; a smaller cap stands before Init */
	size_t message_max; /* largest message sent, and the largest single record */
	bool scan, sort;    /* offered in Init */
	const char *implementation_name, *implementation_version; /* not copied */
};

/* Record syntaxes; the two ends are for what was not asked for and what is not known. */
enum zserver_syntax {
	ZRECORD_ANY,
	ZRECORD_USMARC,
	ZRECORD_UNIMARC,
	ZRECORD_XML,
	ZRECORD_OPAC,
	ZRECORD_SUTRS,
	ZRECORD_UNKNOWN
};

/* How records are to be made. */
struct zserver_form {
	enum zserver_syntax syntax;
	const char *syntax_oid;	 /* dotted, for diagnostics; NULL: none */
	const char *element_set; /* NULL: none */
	const char *schema;	 /* URI, or dotted OID; NULL: none */
};

/* Character sets that can be agreed upon for texts. */
enum zserver_charset { ZCHARSET_NONE, ZCHARSET_UTF8, ZCHARSET_LATIN1, ZCHARSET_MARC8 };

struct zserver_init {
	const char *user, *group, *password; /* NULL: not given; open form taken apart at its `/` */
	const char *implementation;	     /* the client's name for itself, NULL */
	bool version3;
	enum zserver_charset charset; /* agreed upon */
	bool records_too;	      /* the records, too, are to be in it */
};

/* A facet that is wanted, in the form of YAZ's facet-1. */
struct zserver_facet {
	const char *name; /* its field's; NULL: `use` is its number as a use attribute */
	long use;
	unsigned long limit, start; /* terms, from 1 on; 0: not said */
	bool by_term;		    /* else the most frequent first */
};
#define ZSERVER_FACETS_MAX 32 /* more of one search are not read */

struct zserver_search {
	const char *set;
	bool replace;
	const char *const *databases;
	size_t ndatabases;
	const Z_Query *query;
	/* Piggyback: all of a set up to `small`, none from `large` on, else `medium` many. */
	unsigned long small, large, medium;
	struct zserver_form small_form, medium_form;
	const char *hop_mark;		    /* NULL: none */
	const struct zserver_facet *facets; /* those that say what they want */
	size_t nfacets;
};

struct zserver_present {
	const char *set;
	unsigned long start, count; /* 0 stands for numbers that no set can have */
	bool ranges;		    /* asks for further ranges */
	struct zserver_form form;
};

struct zserver_delete {
	bool all;
	const char *const *sets;
	size_t nsets;
};

struct zserver_scan {
	const char *const *databases;
	size_t ndatabases;
	const Odr_oid *attribute_set; /* NULL: none */
	const Z_AttributesPlusTerm *term;
	long step, count, position;
	const char *hop_mark; /* NULL: none */
};

struct zserver_sort {
	const char *const *inputs;
	size_t ninputs;
	const char *output;
	const Z_SortKeySpecList *keys;
};

enum zserver_event_type {
	ZSERVER_INIT, /* zserver_accept or zserver_refuse */
	ZSERVER_SEARCH,
	ZSERVER_PRESENT,
	ZSERVER_DELETE,
	ZSERVER_SCAN,
	ZSERVER_SORT,
	ZSERVER_CLOSED /* nothing more will come; a request outstanding needs no reply any more */
};

struct zserver_event {
	enum zserver_event_type type;
	union {
		struct zserver_init init;
		struct zserver_search search;
		struct zserver_present present;
		struct zserver_delete delete;
		struct zserver_scan scan;
		struct zserver_sort sort;
	} u;
	bool by_client;		       /* CLOSED: in good order */
	char detail[DIAG_DETAILS_MAX]; /* CLOSED: why, for people */
};

/* A diagnostic of Bib-1; code 0: none. */
struct zserver_diagnostic {
	int code;
	const char *addinfo; /* NULL: none */
};

struct zserver_record {
	const char *name; /* of the database it comes from */
	enum zserver_syntax syntax;
	const void *bytes; /* all but OPAC */
	size_t length;
	Z_OPACRecord *opac; /* OPAC; its bibliographicRecord is made of `bytes` as USMARC */
	struct zserver_diagnostic surrogate; /* instead of the record */
};

/* Records for a reply, and what to say of them. */
struct zserver_records {
	const struct zserver_record *items;
	size_t count;
	unsigned long start, asked; /* position of the first; how many the client asked for */
	unsigned long next;	    /* position after the last; 0: there is none */
	bool full;		    /* fewer than asked because no answer takes more */
};

struct zserver_facet_terms {
	const struct zserver_facet *facet; /* as asked for */
	const struct zserver_facet_term {
		const char *term;
		unsigned long count;
	} * terms;
	size_t nterms;
};

struct zserver_search_reply {
	bool ok;
	unsigned long hits;
	struct zserver_records records;		/* asked 0: none were to be sent */
	struct zserver_diagnostic diagnostic;	/* when not ok */
	const struct apdu_subquery *subqueries; /* SearchResult-1 */
	size_t nsubqueries;
	const struct zserver_facet_terms *facets;
	size_t nfacets;
};

struct zserver_present_reply {
	struct zserver_records records;
	struct zserver_diagnostic diagnostic;
};

/* One of Z_DeleteStatus_*, for each set that was named (delete) or for those kept (all). */
struct zserver_delete_status {
	const char *set;
	int status;
};

struct zserver_delete_reply {
	int status; /* Z_DeleteStatus_* of the whole */
	const struct zserver_delete_status *sets;
	size_t nsets;
};

struct zserver_scan_entry {
	const char *term;
	const char *display; /* NULL: none */
	long count;	     /* -1: none */
};

struct zserver_scan_reply {
	int status; /* Z_Scan_* */
	long position;
	const struct zserver_scan_entry *entries;
	size_t nentries;
	struct zserver_diagnostic diagnostic;
};

struct zserver_sort_reply {
	bool ok;
	unsigned long hits; /* of the sorted set */
	struct zserver_diagnostic diagnostic;
};

/* Reasons for a Close of ours (Z39.50-1995 3.2.11.1.1). */
enum zserver_reason {
	ZCLOSE_FINISHED = Z_Close_finished,
	ZCLOSE_SHUTDOWN = Z_Close_shutdown,
	ZCLOSE_SYSTEM = Z_Close_systemProblem,
	ZCLOSE_RESOURCES = Z_Close_resources,
	ZCLOSE_SECURITY = Z_Close_securityViolation,
	ZCLOSE_PROTOCOL = Z_Close_protocolError,
	ZCLOSE_IDLE = Z_Close_lackOfActivity
};

struct zserver *zserver_create(const struct zserver_options *options);
void zserver_destroy(struct zserver *server);

/* Takes bytes that arrived; copies what it must keep. */
void zserver_feed(struct zserver *server, const void *bytes, size_t length);
/* The next request, or the end; NULL: nothing that can be looked at now. */
const struct zserver_event *zserver_next(struct zserver *server);
/* Bytes fed and not looked at: whoever feeds stops when they are many. */
size_t zserver_waiting(const struct zserver *server);
/* A message has begun and is not whole. */
bool zserver_is_amid(const struct zserver *server);
/* A request is outstanding. */
bool zserver_is_busy(const struct zserver *server);
/* Nothing more will be looked at or said: when the output is sent the connection can be closed. */
bool zserver_is_shut(const struct zserver *server);

/* Replies; each is legal only while its request is outstanding (asserted). */
void zserver_accept(struct zserver *server);
/* Refuses with this diagnostic (1011…), then closes. */
void zserver_refuse(struct zserver *server, const struct zserver_diagnostic *diagnostic);
void zserver_reply_search(struct zserver *server, const struct zserver_search_reply *reply);
void zserver_reply_present(struct zserver *server, const struct zserver_present_reply *reply);
void zserver_reply_delete(struct zserver *server, const struct zserver_delete_reply *reply);
void zserver_reply_scan(struct zserver *server, const struct zserver_scan_reply *reply);
void zserver_reply_sort(struct zserver *server, const struct zserver_sort_reply *reply);
/* Queues a Close with its reason and a text for people (NULL: none); legal at any time. */
void zserver_close(struct zserver *server, enum zserver_reason reason, const char *text);

/* Bytes to be sent now; they stay queued until zserver_sent. */
const void *zserver_output(struct zserver *server, size_t *length);
void zserver_sent(struct zserver *server, size_t length);

#endif
