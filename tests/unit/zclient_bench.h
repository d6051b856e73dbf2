#ifndef SILANG_TESTS_ZCLIENT_BENCH_H
#define SILANG_TESTS_ZCLIENT_BENCH_H
/* What the tests of zclient stand on: one association, its requests read and replies made with
 * YAZ's codec. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <yaz/proto.h>

#include "protocol/zclient.h"

struct bench {
	struct zclient *client;
	ODR encode; /* what the test sends */
	ODR decode; /* what it received */
	ODR build;  /* memory of queries */
};

/* Options that say nothing but how long a message may be. */
extern const struct zclient_options plain;
/* What is searched: two of them. */
extern const char *const databases[];

struct bench open_bench(const struct zclient_options *options);
void close_bench(struct bench *b);
/* The one request that is queued. */
Z_APDU *sent(struct bench *b);
void feed_apdu(struct bench *b, Z_APDU *apdu);
Z_APDU *reply(struct bench *b, int which);
const struct zclient_event *answer(struct bench *b, Z_APDU *apdu);
void make_ready(struct bench *b);
Z_RPNQuery *query(struct bench *b, const char *pqf);
Z_APDU *start_search(struct bench *b, unsigned piggyback);
Z_APDU *start_present(struct bench *b, unsigned start, unsigned count);
Z_NamePlusRecord *record_of(struct bench *b, Z_External *external);
Z_NamePlusRecord *octets(struct bench *b, const Odr_oid *syntax, const char *text);
Z_NamePlusRecord *marc(struct bench *b, unsigned number);
Z_Records *list_of(struct bench *b, Z_NamePlusRecord **records, int count);
Z_Records *many(struct bench *b, unsigned first, int count);
Z_Records *non_surrogate(struct bench *b, int code, const char *text);
Z_APDU *search_reply(struct bench *b, long long hits, Z_Records *records);
Z_APDU *present_reply(struct bench *b, Z_Records *records);
void feed_segment(struct bench *b, unsigned first, int count);
void assert_record(const struct reply_record *record, unsigned position, const char *text);
void assert_error(const struct zclient_event *event, const char *detail);

#endif
