#include "front/op_search.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "front/access.h"
#include "front/gateway.h"
#include "front/op_explain.h"
#include "front/reply.h"
#include "front/search_answer.h"
#include "loop/http_in.h"
#include "loop/loop.h"
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
	struct gateway *gateway;
	struct http_exchange *exchange;
	struct arena *arena;
	const struct sru_request *request;
	struct config *config; /* the one it was asked under */
	struct ask *ask;
	struct search_answer_options answer;
	msec_t started;
};

static void op_free(struct op_search *op)
{
	struct gateway *gateway = op->gateway;

	config_unref(op->config);
	arena_destroy(op->arena); /* the operation itself lives in it */
	gateway_request_closed(gateway);
}

static void op_on_gone(void *arg, struct http_exchange *exchange)
{
	struct op_search *op = arg;

	ask_cancel(op->ask);
	op->gateway->counters.gone++;
	op_free(op);
}

static void op_on_page(void *arg, const struct page *page)
{
	struct op_search *op = arg;
	struct access_record record = {
	    .kind = REQUEST_SEARCH,
	    .status = 200,
	    .diagnostic = diag_srw(page->diag.id),
	    .ms = loop_now(op->gateway->loop) - op->started,
	    .asked = (long)page->npartners,
	    .records = page->count,
	};
	size_t length;
	char *body = search_answer_encode(op->arena, op->request, page, &op->answer, &length);

	for (size_t i = 0; i < page->npartners; i++)
		record.answered += page->partners[i].outcome.status == OUTCOME_OK;
	access_note(op->gateway, op->exchange, &record);
	reply_send(op->exchange, 200, op->request->content_type, body, length);
	op_free(op);
}

/* Narrows the database's partners to those that x-partners names. */
bool op_search_narrow(struct arena *arena, const char *names, const struct config *config,
    const struct partner *const **partners, size_t *count, struct diag *diag)
{
	const struct partner **kept = arena_array(arena, *count, sizeof *kept);
	bool *chosen = arena_array(arena, *count, sizeof *chosen);
	char *list = arena_strdup(arena, names), *save = NULL;
	size_t nkept = 0;

	for (char *name = strtok_r(list, ",", &save); name; name = strtok_r(NULL, ",", &save)) {
		const char *id = text_trim(arena, name, strlen(name));
		const struct partner *partner = config_partner(config, id);
		size_t i = 0;

		while (i < *count && (*partners)[i] != partner)
			i++;
		if (!partner || i == *count)
			return diag_set(diag, DIAG_PARAMETER_VALUE, "x-partners: %s", id);
		chosen[i] = true;
	}
	for (size_t i = 0; i < *count; i++)
		if (chosen[i])
			kept[nkept++] = (*partners)[i];
	if (!nkept)
		return diag_set(diag, DIAG_PARAMETER_VALUE, "x-partners: names no partner");
	*partners = kept;
	*count = nkept;
	return true;
}

/* A hop mark that names us means that the question has come round in a circle. */
bool op_search_via_is_clean(struct gateway *gateway, struct arena *arena,
    const struct sru_request *request, struct diag *diag)
{
	char *list, *save = NULL;

	if (!request->via)
		return true;
	list = arena_strdup(arena, request->via);
	for (char *name = strtok_r(list, ",", &save); name; name = strtok_r(NULL, ",", &save))
		if (strcmp(name, gateway->id) == 0)
			return diag_set(diag, DIAG_UNAVAILABLE, "loop");
	return true;
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
    struct op_search *op, const struct query *clause, struct share_request *out, struct diag *diag)
{
	char *names = query_plain_term(op->arena, clause->term, NULL, NULL);
	struct diag own;

	for (char *p = names; *p; p++)
		if (*p == ' ' && clause->relation == QUERY_ANY)
			*p = ',';
	return op_search_narrow(
		   op->arena, names, op->config, &out->partners, &out->npartners, &own) ||
	       diag_set(diag, DIAG_TERM_FORMAT, "rec.collectionName: %s", names);
}

/* Takes such clauses out of what is joined by AND: they choose the partners and are not asked for.
 * *rest is NULL when nothing remains. */
static bool strip_libraries(struct op_search *op, const struct query *query,
    struct share_request *out, const struct query **rest, struct diag *diag)
{
	const struct query *left, *right;

	*rest = NULL;
	if (is_libraries(query))
		return choose_libraries(op, query, out, diag);
	*rest = query;
	if (query->type != QUERY_AND || query->nmodifiers)
		return true;
	if (!strip_libraries(op, query->left, out, &left, diag) ||
	    !strip_libraries(op, query->right, out, &right, diag))
		return false;
	if (left && right && (left != query->left || right != query->right))
		*rest = query_bool(op->arena, QUERY_AND, left, right);
	else if (!left || !right)
		*rest = left ? left : right;
	return true;
}

/* A query of nothing else stays as it is: no partner has that index. */
static bool take_libraries(struct op_search *op, struct share_request *out, struct diag *diag)
{
	const struct query *rest;

	if (is_libraries(out->query))
		return true;
	if (!strip_libraries(op, out->query, out, &rest, diag))
		return false;
	if (rest)
		out->query = rest;
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

static bool read_query(struct op_search *op, struct share_request *out, struct diag *diag)
{
	const struct sru_request *request = op->request;
	struct question question;

	if (!parse_query(op->arena, request, &question, diag))
		return false;
	/* Before sortKeys: they are no part of the query. */
	op->answer.xquery =
	    xcql_write(op->arena, &question, request->version == SRU_2_0 ? XCQL_2 : XCQL_1);
	if (!question.nsort && request->sort_keys &&
	    !sort_keys_parse(op->arena, request->sort_keys, &question, diag))
		return false;
	out->query = question.query;
	out->sort = question.sort;
	out->nsort = sort_count(question.sort, question.nsort);
	if (out->nsort && question.query->type == QUERY_SET)
		return diag_set(
		    diag, DIAG_SORT, "a result set keeps its order; ask its query anew");
	return sort_check(out->sort, out->nsort, diag) && take_libraries(op, out, diag) &&
	       facet_plan_read(op->arena, request, &op->answer.facets, diag);
}

static bool read_options(struct op_search *op, struct share_request *out, struct diag *diag)
{
	const struct sru_request *request = op->request;
	const struct config_search *search = &op->config->search;

	op->answer.schema = SCHEMA_MARCXML;
	if (request->schema && !schema_find(request->schema, &op->answer.schema))
		return diag_set(diag, DIAG_SCHEMA_UNKNOWN, "%s", request->schema);
	out->level = MERGE_NORMAL;
	if (request->dedup && !merge_level_parse(request->dedup, &out->level))
		return diag_set(diag, DIAG_PARAMETER_VALUE, "x-dedup");
	out->deadline = search->deadline;
	if (request->deadline >= 0 && request->deadline < out->deadline)
		out->deadline = request->deadline;
	op->answer.explain = request->explain;
	out->start = request->start;
	out->count = request->maximum < search->page ? request->maximum : search->page;
	out->via = request->via;
	op->answer.partial = request->partial_diagnostic >= 0
				 ? request->partial_diagnostic == 1
				 : search->partial == PARTIAL_DIAGNOSTIC;
	return true;
}

static bool op_prepare(
    struct op_search *op, const char *database, struct share_request *out, struct diag *diag)
{
	out->config = op->config;
	out->today = gateway_today(op->gateway);
	if (!config_database(
		op->config, op->arena, database, &out->partners, &out->npartners, &out->single))
		return diag_set(diag, DIAG_DATABASE, "%s", database);
	op->answer.config = op->config;
	op->answer.today = out->today;
	if (op->request->partners && !op_search_narrow(op->arena, op->request->partners, op->config,
					 &out->partners, &out->npartners, diag))
		return false;
	return op_search_via_is_clean(op->gateway, op->arena, op->request, diag) &&
	       read_options(op, out, diag) && read_query(op, out, diag);
}

void op_search(struct gateway *gateway, struct http_exchange *exchange, struct arena *arena,
    const struct sru_request *request, const char *database)
{
	struct op_search *op = arena_alloc(arena, sizeof *op);
	struct share_request ask = {0};
	struct diag diag = {DIAG_NONE, ""};

	*op = (struct op_search){
	    .gateway = gateway,
	    .exchange = exchange,
	    .arena = arena,
	    .request = request,
	    .config = config_ref(gateway->config),
	    .started = loop_now(gateway->loop),
	};
	if (!op_prepare(op, database, &ask, &diag)) {
		config_unref(op->config);
		op_refuse(gateway, exchange, arena, request, &diag);
		return;
	}
	gateway_request_opened(gateway);
	http_on_gone(exchange, op_on_gone, op);
	op->ask = share_ask(gateway->share, &ask, op_on_page, op);
}
