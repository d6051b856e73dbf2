#ifndef SILANG_PROTOCOL_ZCLIENT_H
#define SILANG_PROTOCOL_ZCLIENT_H
/*
 * One Z39.50 association as origin (ISO 23950 / Z39.50-1995, version 3), without I/O and without a
 * clock: bytes come in through zclient_feed, events are taken out one by one, bytes to send are
 * taken out.
 *
 *   NEW --zclient_init--> INITIALISING --init ok--> READY --search/present/scan/delete--> BUSY
 * --reply--> READY any --zclient_close / Close received / protocol error--> CLOSED
 *
 * One request is outstanding at a time. Whatever a target does wrong ends as an event, never as an
 * assertion: unknown APDU, wrong referenceId, a reply nobody asked for, more records than asked for
 * (the surplus is dropped), fewer, BER that does not decode. Segment requests are collected into
 * their Present response. What an event points to lives until the next call of zclient_next or
 * zclient_feed.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <yaz/z-core.h>
#include "base/diag.h"
#include "protocol/reply.h"

struct zclient;

enum zclient_syntax { ZSYNTAX_USMARC, ZSYNTAX_UNIMARC, ZSYNTAX_XML, ZSYNTAX_OPAC, ZSYNTAX_SUTRS };

struct arena;

struct zclient_options {
	size_t message_max; /* largest message accepted, bytes; also offered as maximumRecordSize */
	size_t preferred_message; /* offered as preferredMessageSize; 0: a default of 1 MiB */
	const char *user, *password, *group; /* idPass when group or password is set; NULL: none */
	bool open_auth;	       /* send "user/password" as open authentication instead */
	bool utf8_negotiation; /* propose UTF-8 (character set and language negotiation, record
				  model) */
	const char *implementation_name, *implementation_version;
};

struct zclient_search {
	const char *set; /* result set name; "default" where names are not supported */
	const char *const *databases;
	size_t ndatabases;
	Z_RPNQuery *query;
	const Odr_any *encoded; /* the same by zclient_encode_query; NULL: it is encoded here */
	enum zclient_syntax syntax;
	const char *element_set; /* "F"; NULL: none sent */
	/* Piggyback: ask for up to this many records with the response; 0 = none. */
	unsigned piggyback;
	const char
	    *hop_mark; /* sent in otherInfo (category oid of this project's own), NULL none */
};

struct zclient_present {
	const char *set;
	unsigned start; /* from 1 */
	unsigned count; /* at least 1 */
	enum zclient_syntax syntax;
	const char *element_set;
};

struct zclient_scan {
	const char *const *databases;
	size_t ndatabases;
	Z_AttributesPlusTerm *start;
	unsigned count;	   /* terms wanted, at least 1 */
	unsigned position; /* where among them `start` is to stand, from 1; count + 1: after them */
	const char *hop_mark;
};

enum zclient_event_type {
	ZCLIENT_INIT_OK,
	ZCLIENT_INIT_REJECTED, /* diagnostic filled when the target gave one; association is closed
				*/
	ZCLIENT_SEARCH,	       /* the response to a search, good or bad */
	ZCLIENT_PRESENT,
	ZCLIENT_DELETED,
	ZCLIENT_CLOSED,		/* the target sent Close; reason in detail */
	ZCLIENT_PROTOCOL_ERROR, /* what it sent made no sense; association is closed */
	ZCLIENT_TOO_LARGE,	/* a message above message_max; association is closed */
	ZCLIENT_SCAN		/* the response to a scan, good or bad */
};

struct zclient_event {
	enum zclient_event_type type;
	struct reply reply; /* SEARCH, PRESENT, SCAN; `ok` of INIT_OK and DELETED, too, and
			       `diagnostic` of INIT_REJECTED */
	bool scans;	    /* INIT_OK: the target accepted option 7 */
	bool named_sets;    /* INIT_OK: the target accepted option 14 */
	bool utf8;	    /* INIT_OK: the target agreed to UTF-8 for queries and texts */
	char detail[DIAG_DETAILS_MAX]; /* CLOSED, PROTOCOL_ERROR: what happened, for people */
};

struct zclient *zclient_create(const struct zclient_options *options); /* copies the options */
void zclient_destroy(struct zclient *client);

/* A query as it stands in a Search request: encoded once, it goes to every target that is asked the
 * same. It lives in `arena`. */
const Odr_any *zclient_encode_query(struct arena *arena, Z_RPNQuery *query);

/* Requests. Each is legal only in its state (asserted): init when NEW, the others when READY. */
void zclient_init(struct zclient *client);
void zclient_search(struct zclient *client, const struct zclient_search *search);
void zclient_present(struct zclient *client, const struct zclient_present *present);
void zclient_scan(struct zclient *client, const struct zclient_scan *scan);
void zclient_delete_set(struct zclient *client, const char *set);
/* Queues a Close APDU (reason finished); legal in any state. */
void zclient_close(struct zclient *client);
bool zclient_is_ready(const struct zclient *client);
/* Bytes of memory that it holds of messages under way; 0 at rest. */
size_t zclient_held(const struct zclient *client);

/* Takes bytes that arrived; copies what it must keep. */
void zclient_feed(struct zclient *client, const void *bytes, size_t length);
/* The next event, or NULL. */
const struct zclient_event *zclient_next(struct zclient *client);
/* Bytes to be sent now; they stay queued until zclient_sent. */
const void *zclient_output(struct zclient *client, size_t *length);
void zclient_sent(struct zclient *client, size_t length);

#endif
