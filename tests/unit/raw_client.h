#ifndef SILANG_TESTS_RAW_CLIENT_H
#define SILANG_TESTS_RAW_CLIENT_H
/* A client that sends any bytes over a real socket. What happens to it stops the loop. */
#include "unit/loop_bench.h"

struct bufferevent;

/* A client: what came so far, and whether the connection is closed. */
struct raw {
	struct bench *b;
	struct bufferevent *stream;
	char *text;
	bool closed;
	msec_t closed_at;
	struct timer *drip;
	const char *rest; /* to be sent byte by byte */
	unsigned dripped;
};

/* Connects to "127.0.0.1:80" or "[::1]:80" and sends the text. */
struct raw *raw_open(struct bench *bench, const char *to, const char *text);
void raw_free(struct raw *raw);
void raw_send(struct raw *raw, const char *text);
/* Sends a byte each 50 ms, until the connection is closed. */
void raw_drip(struct raw *raw, const char *text);
void raw_until_closed(struct raw *raw);
/* Until the text has come; fails when the connection is closed before. */
void raw_until_text(struct raw *raw, const char *wanted);

#endif
