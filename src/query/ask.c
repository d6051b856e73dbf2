#include "query/ask.h"

#include "base/arena.h"

bool ask_make(struct arena *arena, const struct question *question, const struct ask_server *server,
    const struct ask_refused *refused, struct ask *out, struct diag *diag)
{
	*out = (struct ask){.cql = question_to_cql(arena, question), .sorted = question->nsort > 0};
	return true;
}

bool ask_learn(
    struct ask_refused *refused, const struct question *question, int srw, const char *addinfo)
{
	return false;
}

bool ask_scan(struct arena *arena, const struct query *clause, const struct ask_server *server,
    char **out, struct diag *diag)
{
	*out = query_to_cql(arena, clause);
	return true;
}
