#ifndef SILANG_FRONT_ACCESS_H
#define SILANG_FRONT_ACCESS_H
/* One log line a request, and its counters. Never the query's text. */
#include "front/gateway.h"

struct http_exchange;

struct access_record {
	enum gateway_request kind;
	int status;	/* HTTP */
	int diagnostic; /* SRU number, Bib-1's over Z39.50; 0 none */
	long long ms;
	long answered, asked;  /* partners; -1 when none were asked */
	unsigned long records; /* delivered */
};

/* Before the reply is sent. */
void access_note(struct gateway *gateway, const struct http_exchange *exchange,
    const struct access_record *record);

/* The same for a request over Z39.50: "search", "present", "delete". */
void access_note_z3950(struct gateway *gateway, const char *peer, const char *operation,
    const struct access_record *record);

#endif
