#include "front/op_scan.h"

#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "front/access.h"
#include "front/gateway.h"
#include "front/op_explain.h"
#include "front/op_search.h"
#include "front/reply.h"
#include "front/search_answer.h"
#include "loop/http_in.h"
#include "loop/loop.h"
#include "protocol/sru.h"
#include "query/cql.h"
#include "query/xcql.h"
#include "registry/config.h"
#include "search/scan.h"

struct op_scan {
	struct gateway *gateway;
	struct http_exchange *exchange;
	struct arena *arena;
	const struct sru_request *request;
	struct config *config;
	struct scan *scan;
	const char *xclause;
	bool partial;
	day_t today;
	msec_t started;
};

static void op_free(struct op_scan *op)
{
	struct gateway *gateway = op->gateway;

	config_unref(op->config);
	arena_destroy(op->arena); /* the operation itself lives in it */
	gateway_request_closed(gateway);
}

static void op_on_gone(void *arg, struct http_exchange *exchange)
{
	struct op_scan *op = arg;

	scan_cancel(op->scan);
	op->gateway->counters.gone++;
	op_free(op);
}

/* The answer. */

static struct sru_scan_term *make_terms(struct arena *arena, const struct scan_piece *piece)
{
	struct sru_scan_term *terms = arena_array(arena, piece->count, sizeof *terms);

	for (size_t i = 0; i < piece->count; i++) {
		const struct scan_term *from = &piece->terms[i];

		terms[i] = (struct sru_scan_term){
		    .value = from->term,
		    .display = from->display,
		    .count = from->has_count ? (long)from->count : -1,
		    .where = from->is_first && from->is_last ? "only"
			     : from->is_first		     ? "first"
			     : from->is_last		     ? "last"
							     : "inner",
		};
	}
	return terms;
}

static struct sru_partner *make_partners(struct op_scan *op, const struct scan_result *result)
{
	struct sru_partner *partners = arena_array(op->arena, result->npartners, sizeof *partners);

	for (size_t i = 0; i < result->npartners; i++)
		search_answer_partner(op->arena, &result->partners[i], op->today, &partners[i]);
	return partners;
}

static size_t make_diagnostic(
    struct op_scan *op, const struct scan_result *result, struct sru_diagnostic *out)
{
	struct page page = {.partners = result->partners, .npartners = result->npartners};

	if (!result->diag.id)
		return op->partial && search_answer_partial(op->arena, &page, out);
	*out = (struct sru_diagnostic){
	    result->diag.id, *result->diag.details ? result->diag.details : NULL, NULL};
	return 1;
}

static void op_on_result(void *arg, const struct scan_result *result)
{
	struct op_scan *op = arg;
	struct sru_diagnostic diagnostic;
	struct access_record record = {
	    .kind = REQUEST_SCAN,
	    .status = 200,
	    .diagnostic = diag_srw(result->diag.id),
	    .ms = loop_now(op->gateway->loop) - op->started,
	    .asked = (long)result->npartners,
	    .records = result->piece.count,
	};
	struct sru_scan_answer answer = {
	    .request = op->request,
	    .terms = make_terms(op->arena, &result->piece),
	    .nterms = result->piece.count,
	    .diagnostics = &diagnostic,
	    .ndiagnostics = make_diagnostic(op, result, &diagnostic),
	    .partners = make_partners(op, result),
	    .npartners = result->npartners,
	    .xclause = op->xclause,
	};
	size_t length;
	char *body = sru_encode_scan(op->arena, &answer, &length);

	for (size_t i = 0; i < result->npartners; i++)
		record.answered += result->partners[i].outcome.status == OUTCOME_OK;
	access_note(op->gateway, op->exchange, &record);
	reply_send(op->exchange, 200, op->request->content_type, body, length);
	op_free(op);
}

/* The request. */

static bool read_clause(struct op_scan *op, struct scan_request *out, struct diag *diag)
{
	static const enum cqlq_version versions[] = {
	    [SRU_1_1] = CQLQ_1_1, [SRU_1_2] = CQLQ_1_2, [SRU_2_0] = CQLQ_2_0};
	const struct sru_request *request = op->request;
	struct question question;

	if (!cqlq_parse(
		op->arena, request->scan_clause, versions[request->version], &question, diag))
		return false;
	if (question.nsort)
		return diag_set(diag, DIAG_SORT, "a scan clause is not sorted");
	if (!scan_check(op->arena, question.query, diag))
		return false;
	out->clause = question.query;
	if (request->version != SRU_2_0)
		op->xclause = xcql_write(op->arena, &question, XCQL_1);
	return true;
}

static bool read_numbers(struct op_scan *op, struct scan_request *out, struct diag *diag)
{
	const struct sru_request *request = op->request;
	unsigned long maximum = request->maximum_terms ? request->maximum_terms : OP_SCAN_TERMS;

	if (maximum > OP_SCAN_TERMS_MAX)
		return diag_set(diag, DIAG_SCAN_TERMS, "%d", OP_SCAN_TERMS_MAX);
	if (request->response_position > maximum + 1)
		return diag_set(diag, DIAG_SCAN_POSITION, "0 to %lu", maximum + 1);
	out->maximum = (unsigned)maximum;
	out->position = (unsigned)request->response_position;
	return true;
}

static bool op_prepare(
    struct op_scan *op, const char *database, struct scan_request *out, struct diag *diag)
{
	const struct sru_request *request = op->request;
	const struct config_search *search = &op->config->search;
	bool single;

	if (!config_database(
		op->config, op->arena, database, &out->partners, &out->npartners, &single))
		return diag_set(diag, DIAG_DATABASE, "%s", database);
	out->config = op->config;
	out->today = op->today;
	out->via = request->via;
	out->deadline = search->deadline;
	if (request->deadline >= 0 && request->deadline < out->deadline)
		out->deadline = request->deadline;
	op->partial = request->partial_diagnostic >= 0 ? request->partial_diagnostic == 1
						       : search->partial == PARTIAL_DIAGNOSTIC;
	if (request->partners && !op_search_narrow(op->arena, request->partners, op->config,
				     &out->partners, &out->npartners, diag))
		return false;
	return op_search_via_is_clean(op->gateway, op->arena, request, diag) &&
	       read_numbers(op, out, diag) && read_clause(op, out, diag);
}

void op_scan(struct gateway *gateway, struct http_exchange *exchange, struct arena *arena,
    const struct sru_request *request, const char *database)
{
	struct op_scan *op = arena_alloc(arena, sizeof *op);
	struct scan_request ask = {0};
	struct diag diag = {DIAG_NONE, ""};

	*op = (struct op_scan){
	    .gateway = gateway,
	    .exchange = exchange,
	    .arena = arena,
	    .request = request,
	    .config = config_ref(gateway->config),
	    .today = gateway_today(gateway),
	    .started = loop_now(gateway->loop),
	};
	if (!op_prepare(op, database, &ask, &diag)) {
		config_unref(op->config);
		op_refuse(gateway, exchange, arena, request, &diag);
		return;
	}
	gateway_request_opened(gateway);
	http_on_gone(exchange, op_on_gone, op);
	op->scan = scan_start(&gateway->env, &ask, op_on_result, op);
}
