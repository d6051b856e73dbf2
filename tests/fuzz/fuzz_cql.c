/*
 * Any bytes as a query. What parses prints, the print parses to an equal tree and prints the same
 * again; RPN under a profile is made or refused with a diagnostic; ranking's words stay within
 * bounds. The first byte picks the profile.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "query/cql.h"
#include "query/profile.h"
#include "query/rpn.h"
#include "query/terms.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REQUIRE(claim)                                                                             \
	do {                                                                                       \
		if (!(claim))                                                                      \
			abort();                                                                   \
	} while (0)

static void check_print(struct arena *arena, const struct question *question)
{
	char *text = question_to_cql(arena, question);
	struct question again;
	struct diag diag = {0};

	REQUIRE(text_is_utf8(text, strlen(text)));
	if (!cqlq_parse(arena, text, CQLQ_2_0, &again, &diag)) {
		/* Quoting and prefixes may push a query over the limit; nothing else may go wrong.
		 */
		REQUIRE(diag.id == DIAG_QUERY_TOO_LONG);
		return;
	}
	REQUIRE(query_equal(question->query, again.query));
	REQUIRE(question->nsort == again.nsort);
	REQUIRE(strcmp(text, question_to_cql(arena, &again)) == 0);
}

static void check_rpn(struct arena *arena, const struct query *query, const char *name)
{
	struct profile *profile = profile_parse(arena, name, profile_builtin(name), NULL, NULL);
	struct diag diag = {0};
	Z_RPNQuery *rpn = NULL;

	REQUIRE(profile);
	if (rpn_from_query(arena, query, profile, &rpn, &diag)) {
		REQUIRE(diag.id == DIAG_NONE);
		REQUIRE(*rpn_to_pqf(arena, rpn));
	} else {
		REQUIRE(diag.id != DIAG_NONE && !rpn);
		REQUIRE(text_is_utf8(diag.details, strlen(diag.details)));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const profiles[] = {"bath", "koha", "minimal", "zebra"};
	struct arena *arena;
	struct question question;
	struct diag diag = {0};
	struct terms terms;

	if (size < 1)
		return 0;
	arena = arena_create(0, NULL);
	if (cqlq_parse(arena, arena_strndup(arena, (const char *)data + 1, size - 1), CQLQ_1_2,
		&question, &diag)) {
		check_print(arena, &question);
		check_rpn(arena, question.query, profiles[data[0] % 4]);
		terms_from_query(arena, question.query, &terms);
		REQUIRE(terms.count <= TERMS_MAX);
	} else {
		REQUIRE(diag.id != DIAG_NONE);
		REQUIRE(text_is_utf8(diag.details, strlen(diag.details)));
	}
	arena_destroy(arena);
	return 0;
}
