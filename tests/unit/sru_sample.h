#ifndef SILANG_TESTS_SRU_SAMPLE_H
#define SILANG_TESTS_SRU_SAMPLE_H
/* What every explain record of the tests says, but for indexes and schemas. */
#include "protocol/sru.h"

static inline struct sru_explain_answer sample_explain(const struct sru_request *request)
{
	return (struct sru_explain_answer){.request = request,
	    .host = "127.0.0.1",
	    .port = 9080,
	    .database = "sru/union",
	    .title = "All partners & more",
	    .description = "Sixteen <libraries>",
	    .npartners = 16,
	    .default_records = 10,
	    .maximum_records = 100,
	    .ttl_seconds = 600,
	    .deadline = 5000};
}

#endif
