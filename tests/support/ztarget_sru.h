#ifndef SILANG_TESTS_ZTARGET_SRU_H
#define SILANG_TESTS_ZTARGET_SRU_H
/* What the files of the target as an SRU server share. */
#include "tests/support/ztarget_parts.h"

#define SRU_NS_1 "http://www.loc.gov/zing/srw/"
#define SRU_NS_2 "http://docs.oasis-open.org/ns/search-ws/sruResponse"

/* A request as it was read. */
struct sru_asked {
	char *text; /* query string or form, undecoded */
	char *cql, *schema, *version, *host, *deadline, *path;
	enum phase phase;
	long long start, count, position;
};

/* ztarget_sru.c: a parameter's value, decoded; NULL when absent. */
char *sru_parameter(ODR odr, const char *text, const char *name);
/* ztarget_sru_answer.c */
void sru_put_answer(struct ztarget_link *link, const struct sru_asked *request,
    const struct behaviour *how, WRBUF out);

#endif
