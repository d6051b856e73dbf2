#ifndef SILANG_TESTS_WIRE_H
#define SILANG_TESTS_WIRE_H
/* A link that a test of real links holds, and what became of it. */
#include "loop/link.h"
#include "unit/loop_bench.h"

struct wire {
	struct bench *b;
	struct link *link;
	bool connected, ended, failed;
	char text[64];
};

struct wire *wire(struct bench *b, const char *host, unsigned port, const struct link_tls *tls);
void wire_free(struct wire *w);
/* To its first news: connected or failed. */
void settle(struct wire *w);
void expect_connection(struct wire *w);
void expect_failure(struct wire *w, enum link_failure failure, const char *text);
unsigned port_of(int fd);

#endif
