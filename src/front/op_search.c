#include "front/op_search.h"

#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "front/access.h"
#include "front/address.h"
#include "front/gateway.h"
#include "front/op.h"
#include "front/search_answer.h"
#include "merge/sort.h"
#include "protocol/sru.h"
#include "query/cql.h"
#include "query/pqf.h"
#include "query/query.h"
#include "query/sort_keys.h"
#include "query/typed.h"
#include "query/xcql.h"
#include "record/schema.h"
#include "registry/config.h"
#include "search/narrowing.h"
#include "search/page.h"
#include "search/plan.h"
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

/* What a set asked for by its id is the answer to; NULL when it has partners that are not in this
 * database, so that no query here gives it. */
static const struct query *question_of_set(
    struct arena *arena, const struct page *page, const struct op_scope *scope)
{
	const struct query *query = page->query, *clause;
	char *names = arena_strdup(arena, "");

	for (size_t i = 0, at = 0; i < page->npartners; i++, at++) {
		const char *id = page->partners[i].plan->partner->id;

		while (at < scope->npartners && strcmp(scope->partners[at]->id, id) != 0)
			at++;
		if (at >= scope->npartners)
			return NULL;
		names = arena_printf(arena, "%s%s%s", names, *names ? " " : "", id);
	}
	if (page->npartners < scope->npartners)
		query = query_bool(arena, QUERY_AND, query,
		    query_term(arena, "rec", "collectionName", QUERY_ANY, names));
	clause = page->formats ? narrowing_clause(arena, page->formats) : NULL;
	return clause ? query_bool(arena, QUERY_AND, query, clause) : query;
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
	char *body;

	if (!search->answer.facets.question && !page->diag.id)
		search->answer.facets.question = question_of_set(op->arena, page, &search->scope);
	body = search_answer_encode(op->arena, op->request, page, &search->answer, &length);

	op_reply(op, &record, page->partners, page->npartners, body, length);
}

/* Clauses that only the gateway can answer are not asked of partners. */
static bool take_narrowing(struct op_search *search, struct share_request *out, struct diag *diag)
{
	struct op *op = &search->op;
	struct narrowing narrowing = {
	    .query = out->query,
	    .partners = search->scope.partners,
	    .npartners = search->scope.npartners,
	};

	if (!narrowing_take(op->arena, op->config, &narrowing, diag))
		return false;
	out->query = narrowing.query;
	out->formats = narrowing.formats;
	out->partners = narrowing.partners;
	out->npartners = narrowing.npartners;
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
	if (!sort_check(out->sort, out->nsort, diag) || !take_narrowing(search, out, diag) ||
	    !facet_plan_read(arena, request, &search->answer.facets, diag))
		return false;
	/* With what narrows it, which the page's query has no longer. */
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

static const char *link_of(const struct op_search *search, const char *database)
{
	const struct op *op = &search->op;
	struct address address;

	if (!search->answer.facets.wanted)
		return NULL;
	address_find(op->gateway, op->exchange, op->arena, &address);
	return address_of_search(op->arena, &address, database, op->request);
}

static bool search_prepare(
    struct op_search *search, const char *database, struct share_request *out, struct diag *diag)
{
	struct op_scope *scope = &search->scope;

	if (!op_scope(&search->op, database, scope, diag) || !read_options(search, out, diag) ||
	    !read_query(search, out, diag))
		return false;
	search->answer.facets.link = link_of(search, database);
	search->answer.config = out->config = search->op.config;
	search->answer.today = out->today = search->op.today;
	search->answer.partial = scope->partial;
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
