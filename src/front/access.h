#ifndef SILANG_FRONT_ACCESS_H
#define SILANG_FRONT_ACCESS_H
/* One log line a request, and its counters. Never the query's text. */
#include "front/gateway.h"

struct http_exchange;

struct access_record {
	enum gateway_request kind;
	int status;	/* HTTP */
	int diagnostic; /* SRU number, 0 none */
	long long ms;
	long answered, asked;  /* partners; -1 when none were asked */
	unsigned long records; /* delivered */
};

/* Before the reply is sent. */
void access_note(struct gateway *gateway, const struct http_exchange *exchange,
    const struct access_record *record);

#endif
