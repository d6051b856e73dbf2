#include "front/op_search.h"

#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "front/access.h"
#include "front/gateway.h"
#include "front/op.h"
#include "front/search_answer.h"
#include "merge/sort.h"
#include "protocol/sru.h"
#include "query/cql.h"
#include "query/pqf.h"
#include "query/sort_keys.h"
#include "query/typed.h"
#include "query/xcql.h"
#include "record/schema.h"
#include "registry/config.h"
#include "search/page.h"
#include "search/share.h"

struct op_search {
	struct op op;
	struct op_scope scope;
	struct ask *ask;
	struct search_answer_options answer;
};

static void search_on_gone(void *arg, struct http_exchange *exchange)
{
	struct op_search *search = arg;

	ask_cancel(search->ask);
	op_gone(&search->op);
}

static void search_on_page(void *arg, const struct page *page)
{
	struct op_search *search = arg;
	struct op *op = &search->op;
	struct access_record record = {
	    .kind = REQUEST_SEARCH,
	    .diagnostic = diag_srw(page->diag.id),
	    .records = page->count,
	};
	size_t length;
	char *body = search_answer_encode(op->arena, op->request, page, &search->answer, &length);

	op_reply(op, &record, page->partners, page->npartners, body, length);
}

/* The clause that names libraries (facets give it): rec.collectionName = ugm, any "ugm uinsuka". */
static bool is_libraries(const struct query *query)
{
	return query->type == QUERY_TERM && strcmp(query->set, "rec") == 0 &&
	       strcmp(query->index, "collectionName") == 0 && !query->nmodifiers &&
	       (query->relation == QUERY_EQ || query->relation == QUERY_EXACT ||
		   query->relation == QUERY_SCR || query->relation == QUERY_ANY);
}

static bool choose_libraries(
    struct op_search *search, const struct query *clause, struct diag *diag)
{
	char *names = query_plain_term(search->op.arena, clause->term, NULL, NULL);
	struct diag own;

	for (char *p = names; *p; p++)
		if (*p == ' ' && clause->relation == QUERY_ANY)
			*p = ',';
	return op_scope_narrow(&search->op, names, &search->scope, &own) ||
	       diag_set(diag, DIAG_TERM_FORMAT, "rec.collectionName: %s", names);
}

/* Takes such clauses out of what is joined by AND: they choose the partners and are not asked for.
 * *rest is NULL when nothing remains. */
static bool strip_libraries(struct op_search *search, const struct query *query,
    const struct query **rest, struct diag *diag)
{
	const struct query *left, *right;

	*rest = NULL;
	if (is_libraries(query))
		return choose_libraries(search, query, diag);
	*rest = query;
	if (query->type != QUERY_AND || query->nmodifiers)
		return true;
	if (!strip_libraries(search, query->left, &left, diag) ||
	    !strip_libraries(search, query->right, &right, diag))
		return false;
	if (left && right && (left != query->left || right != query->right))
		*rest = query_bool(search->op.arena, QUERY_AND, left, right);
	else if (!left || !right)
		*rest = left ? left : right;
	return true;
}

/* A query of nothing else stays as it is: no partner has that index. */
static bool take_libraries(struct op_search *search, const struct query **query, struct diag *diag)
{
	const struct query *rest;

	if (is_libraries(*query))
		return true;
	if (!strip_libraries(search, *query, &rest, diag))
		return false;
	if (rest)
		*query = rest;
	return true;
}

static bool parse_query(
    struct arena *arena, const struct sru_request *request, struct question *out, struct diag *diag)
{
	static const enum cqlq_version versions[] = {
	    [SRU_1_1] = CQLQ_1_1, [SRU_1_2] = CQLQ_1_2, [SRU_2_0] = CQLQ_2_0};

	if (strcmp(request->query_type, "searchTerms") == 0)
		return typed_parse(arena, request->query, out, diag);
	if (strcmp(request->query_type, "pqf") == 0)
		return pqfq_parse(arena, request->query, out, diag);
	return cqlq_parse(arena, request->query, versions[request->version], out, diag);
}

static bool read_query(struct op_search *search, struct share_request *out, struct diag *diag)
{
	const struct sru_request *request = search->op.request;
	struct arena *arena = search->op.arena;
	struct question question;

	if (!parse_query(arena, request, &question, diag))
		return false;
	/* Before sortKeys: they are no part of the query. */
	search->answer.xquery =
	    xcql_write(arena, &question, request->version == SRU_2_0 ? XCQL_2 : XCQL_1);
	if (!question.nsort && request->sort_keys &&
	    !sort_keys_parse(arena, request->sort_keys, &question, diag))
		return false;
	out->query = question.query;
	out->sort = question.sort;
	out->nsort = sort_count(question.sort, question.nsort);
	if (out->nsort && question.query->type == QUERY_SET)
		return diag_set(
		    diag, DIAG_SORT, "a result set keeps its order; ask its query anew");
	if (!sort_check(out->sort, out->nsort, diag) ||
	    !take_libraries(search, &out->query, diag) ||
	    !facet_plan_read(arena, request, &search->answer.facets, diag))
		return false;
	/* With its libraries, which the page's query has no longer. */
	if (question.query->type != QUERY_SET)
		search->answer.facets.question = question.query;
	return true;
}

static bool read_options(struct op_search *search, struct share_request *out, struct diag *diag)
{
	const struct sru_request *request = search->op.request;
	unsigned most = search->op.config->search.page;

	search->answer.schema = SCHEMA_MARCXML;
	if (request->schema && !schema_find(request->schema, &search->answer.schema))
		return diag_set(diag, DIAG_SCHEMA_UNKNOWN, "%s", request->schema);
	out->level = MERGE_NORMAL;
	if (request->dedup && !merge_level_parse(request->dedup, &out->level))
		return diag_set(diag, DIAG_PARAMETER_VALUE, "x-dedup");
	search->answer.explain = request->explain;
	out->start = request->start;
	out->count = request->maximum < most ? request->maximum : most;
	out->via = request->via;
	return true;
}

static bool search_prepare(
    struct op_search *search, const char *database, struct share_request *out, struct diag *diag)
{
	struct op_scope *scope = &search->scope;

	if (!op_scope(&search->op, database, scope, diag) || !read_options(search, out, diag) ||
	    !read_query(search, out, diag))
		return false;
	search->answer.config = out->config = search->op.config;
	search->answer.today = out->today = search->op.today;
	search->answer.partial = scope->partial;
	out->partners = scope->partners;
	out->npartners = scope->npartners;
	out->single = scope->single;
	out->deadline = scope->deadline;
	return true;
}

void op_search(struct gateway *gateway, struct http_exchange *exchange, struct arena *arena,
    const struct sru_request *request, const char *database)
{
	struct op_search *search = arena_alloc(arena, sizeof *search);
	struct share_request ask = {0};
	struct diag diag = {DIAG_NONE, ""};

	*search = (struct op_search){0};
	op_begin(&search->op, gateway, exchange, arena, request);
	if (!search_prepare(search, database, &ask, &diag)) {
		op_refused(&search->op, &diag);
		return;
	}
	op_wait(&search->op, search_on_gone, search);
	search->ask = share_ask(gateway->share, &ask, search_on_page, search);
}
