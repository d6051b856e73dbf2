#include "query/pqf.h"

#include <string.h>
#include <yaz/pquery.h>

#include "base/arena.h"
#include "base/diag.h"
#include "query/lexer.h"
#include "query/rpn.h"

static bool refuse_text(YAZ_PQF_Parser parser, struct diag *diag)
{
	const char *message;
	size_t offset;

	yaz_pqf_error(parser, &message, &offset);
	return diag_set(diag, DIAG_QUERY_SYNTAX, "position %zu: %s", offset + 1, message);
}

/* Tabs and line ends are blanks, in strings too, as in CQL: nothing else of the kind comes in. */
static const char *blanks(struct arena *arena, const char *text)
{
	char *copy = arena_strdup(arena, text);

	for (char *p = copy; *p; p++)
		if (*p == '\t' || *p == '\r' || *p == '\n')
			*p = ' ';
	return copy;
}

/* YAZ's parser recurses once for each operator; the bound on bytes bounds that, too. */
bool pqfq_parse(struct arena *arena, const char *text, struct question *out, struct diag *diag)
{
	YAZ_PQF_Parser parser;
	Z_RPNQuery *rpn;
	struct rpn_fault fault;
	ODR odr;
	bool good = false;

	if (strnlen(text, QUERY_BYTES_MAX + 1) > QUERY_BYTES_MAX)
		return diag_set(diag, DIAG_QUERY_TOO_LONG, "more than %d bytes", QUERY_BYTES_MAX);
	if (!lexer_check_text(text, diag))
		return false;
	parser = yaz_pqf_create();
	odr = odr_createmem(ODR_ENCODE);
	rpn = yaz_pqf_parse(parser, odr, blanks(arena, text));
	*out = (struct question){0};
	if (!rpn)
		refuse_text(parser, diag);
	else if (rpn_to_query(arena, rpn, &out->query, &fault))
		good = true;
	else
		diag_set(diag, diag_of_bib1(fault.bib1), "%s", fault.addinfo);
	yaz_pqf_destroy(parser);
	odr_destroy(odr);
	return good;
}
