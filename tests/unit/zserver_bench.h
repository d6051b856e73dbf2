#ifndef SILANG_TESTS_ZSERVER_BENCH_H
#define SILANG_TESTS_ZSERVER_BENCH_H
/* What the tests of zserver stand on: one association, requests made and answers read with YAZ's
 * codec. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "protocol/zserver.h"

enum { REQUEST_MAX = 1 << 20, MESSAGE_MAX = 1 << 20 };

struct bench {
	struct zserver *server;
	ODR encode, decode;
	uint8_t *sent; /* what came out and was not read */
	size_t length, at;
};

int bench_setup(void **state);
int bench_teardown(void **state);
/* Bytes of the client's. */
void feed(struct bench *b, Z_APDU *apdu);
/* The next APDU that came out; NULL: none. */
Z_APDU *answer(struct bench *b);
Z_APDU *request(struct bench *b, int which, const char *reference);
void check_reference(Z_APDU *apdu, const char *reference);
/* Versions 1 to 3. */
Z_APDU *init_request(struct bench *b, const char *reference);
const struct zserver_event *next(struct bench *b, enum zserver_event_type type);
/* Init with all options; sizes as given (0: as YAZ says). */
void init(struct bench *b, long preferred, long largest, bool segments);
/* In ugm and uinsuka. */
Z_APDU *search_request(struct bench *b, const char *reference, const char *pqf);
void check_close(struct bench *b, enum zserver_reason reason, const char *part);

#define CASE(name) cmocka_unit_test_setup_teardown(name, bench_setup, bench_teardown)

#endif
