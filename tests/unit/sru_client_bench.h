#ifndef SILANG_TESTS_SRU_CLIENT_BENCH_H
#define SILANG_TESTS_SRU_CLIENT_BENCH_H
/* What the tests of sru_client stand on: one server asked, requests put and answers, as written
 * out here, taken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "protocol/sru_client.h"

#define ZS "xmlns:zs=\"http://www.loc.gov/zing/srw/\""
#define DIAGNOSTIC(number, details)                                                                \
	"<d:diagnostic xmlns:d=\"http://www.loc.gov/zing/srw/diagnostic/\">"                       \
	"<d:uri>info:srw/diagnostic/1/" number "</d:uri><d:details>" details                       \
	"</d:details></d:diagnostic>"
#define RECORD(title)                                                                              \
	"<zs:record><zs:recordSchema>marcxml</zs:recordSchema>"                                    \
	"<zs:recordPacking>xml</zs:recordPacking><zs:recordData>" title                            \
	"</zs:recordData></zs:record>"
#define ANSWER(hits, rest)                                                                         \
	"<zs:searchRetrieveResponse " ZS "><zs:version>1.2</zs:version>"                           \
	"<zs:numberOfRecords>" hits "</zs:numberOfRecords>" rest "</zs:searchRetrieveResponse>"
#define REFUSAL(number, details)                                                                   \
	ANSWER("0", "<zs:diagnostics>" DIAGNOSTIC(number, details) "</zs:diagnostics>")
#define RECORDS(records) "<zs:records>" records "</zs:records>"

struct bench {
	struct arena *arena;
	struct sru_client *client;
	struct sru_sent sent;
	struct sru_taken taken;
};

void open_bench(struct bench *b, const struct sru_client_options *options);
void close_bench(struct bench *b);
const char *put(struct bench *b, const struct sru_ask *ask);
const char *put_search(struct bench *b, unsigned long start, unsigned long count);
enum sru_take take_bytes(
    struct bench *b, int status, const char *type, const char *bytes, size_t length);
enum sru_take take(struct bench *b, const char *body);
/* A search for up to three records from the first, and its answer. */
enum sru_take search(struct bench *b, const char *body);
void assert_bytes(const struct reply_record *record, const char *text);

#endif
