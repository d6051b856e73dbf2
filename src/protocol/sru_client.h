#ifndef SILANG_PROTOCOL_SRU_CLIENT_H
#define SILANG_PROTOCOL_SRU_CLIENT_H
/*
 * Asking one SRU server (1.1, 1.2, 2.0) as a client, without I/O and without a clock: a question
 * becomes the target and body of an HTTP request, the body of the HTTP answer becomes a struct
 * reply.
 *
 * A struct sru_client belongs to one partner's target and may serve any number of requests at once.
 * It remembers what the server taught it: the version it speaks, the best record schema it has,
 * parameters it refuses, whether its explain record was read. What cannot be answered as it was put
 * but may be in another form is SRU_TAKE_AGAIN: make the request again from the same question (its
 * CQL anew when sru_client_version is another) and send that. Each AGAIN has taught something, so
 * that a question is put SRU_CLIENT_TRIES_MAX times at most.
 */
#include <stdbool.h>
#include <stddef.h>
#include "base/diag.h"
#include "base/duration.h"
#include "protocol/reply.h"
#include "protocol/sru.h"

struct arena;
struct sru_client;
struct sru_sent;

#define SRU_CLIENT_TRIES_MAX 12
#define SRU_CLIENT_URL_MAX 4000	    /* bytes of path and query; what is longer goes by POST */
#define SRU_CLIENT_INDEXES_MAX 1000 /* of an explain record */

struct sru_client_options {
	const char *path; /* of the base URL, parameters of its own included: "/sru?db=x" */
	bool fixed;	  /* `version` and no other; else 1.2 first */
	enum sru_version version;
	const char *schema; /* asked for and no other; NULL: negotiated */
};

/* Copies the options. */
struct sru_client *sru_client_create(const struct sru_client_options *options);
void sru_client_destroy(struct sru_client *client);

/* The version of the next request: its CQL must be of it. */
enum sru_version sru_client_version(const struct sru_client *client);
/* The record schema of the next request, as it is named there; NULL: none is, the server's own. */
const char *sru_client_schema(const struct sru_client *client);

/* What the explain record says. Lives as long as the client; a later explain makes a new one. */
struct sru_explained_index {
	const char *set;    /* URI of the context set; NULL when it is not told */
	const char *prefix; /* its short name there; "" for a bare name */
	const char *name;
	bool searches, scans, sorts; /* as far as it is told; `searches` unless it is denied */
};
struct sru_explained {
	const struct sru_explained_index *indexes;
	size_t nindexes; /* 0: none told */
	bool has_schemas, marcxml, mods, dc;
	int scans, sorts;	       /* 1 yes, 0 no, -1 not told */
	unsigned long maximum_records; /* 0: not told */
	const char *title;	       /* of the database, NULL */
};
/* NULL until an explain answer was taken. */
const struct sru_explained *sru_client_explained(const struct sru_client *client);

/* It did not explain itself: it is not asked to again before `until`, by the caller's clock. */
void sru_client_mute(struct sru_client *client, msec_t until);
/* It may be asked again, when it is time. */
void sru_client_wake(struct sru_client *client, msec_t now);

/* Where it has moved to for good: the path of what was sent last has become that of `target`, if
 * nothing else of it has changed. False: that cannot be told. */
bool sru_client_move(struct sru_client *client, const struct sru_sent *sent, bool secure,
    unsigned port, const char *target);
/* Back to where it is configured. */
void sru_client_move_back(struct sru_client *client);
/* Where it has moved to, at the same host; false: it has not. */
bool sru_client_moved(const struct sru_client *client, bool *secure, unsigned *port);

/* One question. */
struct sru_ask {
	enum sru_operation operation;
	const char *query;	/* CQL; of SRU_SCAN the scan clause */
	const char *sort_keys;	/* sortKeys of 1.1; NULL none */
	unsigned long start;	/* SRU_SEARCH: from 1. More than 1 is a REPLY_PRESENT */
	unsigned long count;	/* records (0: the number of hits alone) or terms wanted */
	unsigned long position; /* SRU_SCAN: where among them the clause's term is to stand */
	const char *hop_mark;	/* x-silang-via; NULL none */
	unsigned patience;	/* x-deadline: ms that are waited for; 0: is not told */
};

/* A request to send: GET target, or POST target with a body. It goes with its answer into
 * sru_client_take. */
struct sru_sent {
	const char *target; /* path and query, encoded; ASCII */
	const char *body;   /* NULL: a GET */
	size_t body_length;
	const char *content_type; /* of the body */
	const char *accept;	  /* Accept header */
	/* How it was put. */
	struct sru_ask ask; /* its strings are the caller's, and not looked at again */
	enum sru_version version;
	unsigned schema, left_out;
	bool explained; /* its explain record was known */
};
void sru_client_ask(struct sru_client *client, struct arena *arena, const struct sru_ask *ask,
    struct sru_sent *out);

/* An HTTP answer, after redirects, decompressed. */
struct sru_arrived {
	int status;
	const char *content_type; /* NULL: none */
	const char *bytes;
	size_t length;
};

enum sru_take {
	SRU_TAKE_REPLY, /* `reply`; of SRU_EXPLAIN, sru_client_explained */
	SRU_TAKE_AGAIN, /* put it again; something was learned */
	/* It has no index of that name: ask it to explain itself (SRU_EXPLAIN), and then, however
	 * that ends, put the question again in the words that its explain record has. */
	SRU_TAKE_EXPLAIN,
	SRU_TAKE_FAILED /* `failure`, `detail` */
};
enum sru_failure { SRU_FAILURE_PROTOCOL, SRU_FAILURE_AUTHENTICATION, SRU_FAILURE_TOO_LARGE };

struct sru_taken {
	struct reply reply; /* all in the arena */
	/* A diagnostic beside records that were sent nevertheless (59 and its like). */
	struct reply_diagnostic remark;
	enum sru_failure failure;
	char detail[DIAG_DETAILS_MAX]; /* for people */
};
enum sru_take sru_client_take(struct sru_client *client, struct arena *arena,
    const struct sru_sent *sent, const struct sru_arrived *arrived, struct sru_taken *out);

#endif
