/*
 * Any bytes as a query, in CQL, as typed by a person, in PQF. What parses prints, the print parses
 * to an equal tree and prints the same again; its XCQL is well formed; RPN under a profile is made
 * or refused with a diagnostic; ranking's words stay within bounds. The first byte picks the
 * profile.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <libxml/parser.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "query/cql.h"
#include "query/pqf.h"
#include "query/profile.h"
#include "query/rpn.h"
#include "query/terms.h"
#include "query/typed.h"
#include "query/xcql.h"

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

static void check_xcql(struct arena *arena, const struct question *question)
{
	for (int dialect = XCQL_1; dialect <= XCQL_2; dialect++) {
		const char *xml = xcql_write(arena, question, (enum xcql_dialect)dialect);
		size_t length = xml ? strlen(xml) : 0;
		xmlDocPtr document;

		if (!xml || strcmp(xml, text_xml_clean(arena, xml, length)) != 0)
			continue; /* the answer's writer cleans it */
		xml = arena_printf(arena, "<x>%s</x>", xml);
		document = xmlReadMemory(xml, (int)strlen(xml), NULL, NULL,
		    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
		REQUIRE(document);
		xmlFreeDoc(document);
	}
}

static void check(struct arena *arena, bool good, const struct question *question,
    const struct diag *diag, const char *profile)
{
	struct terms terms;

	if (!good) {
		REQUIRE(diag->id != DIAG_NONE);
		REQUIRE(text_is_utf8(diag->details, strlen(diag->details)));
		return;
	}
	check_print(arena, question);
	check_xcql(arena, question);
	check_rpn(arena, question->query, profile);
	terms_from_query(arena, question->query, &terms);
	REQUIRE(terms.count <= TERMS_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const profiles[] = {"bath", "koha", "minimal", "zebra"};
	struct arena *arena;
	struct question question;
	struct diag diag = {0};
	const char *text, *profile;
	bool good;

	if (size < 1)
		return 0;
	arena = arena_create(0, NULL);
	text = arena_strndup(arena, (const char *)data + 1, size - 1);
	profile = profiles[data[0] % 4];
	good = cqlq_parse(arena, text, CQLQ_1_2, &question, &diag);
	check(arena, good, &question, &diag, profile);
	diag = (struct diag){0};
	good = typed_parse(arena, text, &question, &diag);
	check(arena, good, &question, &diag, profile);
	diag = (struct diag){0};
	good = pqfq_parse(arena, text, &question, &diag);
	check(arena, good, &question, &diag, profile);
	arena_destroy(arena);
	return 0;
}
