#include "front/op_scan.h"

#include "base/arena.h"
#include "base/diag.h"
#include "front/access.h"
#include "front/gateway.h"
#include "front/op.h"
#include "front/search_answer.h"
#include "protocol/sru.h"
#include "query/cql.h"
#include "query/xcql.h"
#include "registry/config.h"
#include "search/scan.h"

struct op_scan {
	struct op op;
	struct scan *scan;
	const char *xclause;
	bool partial;
};

static void scan_on_gone(void *arg, struct http_exchange *exchange)
{
	struct op_scan *scan = arg;

	scan_cancel(scan->scan);
	op_gone(&scan->op);
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

static struct sru_partner *make_partners(const struct op *op, const struct scan_result *result)
{
	struct sru_partner *partners = arena_array(op->arena, result->npartners, sizeof *partners);

	for (size_t i = 0; i < result->npartners; i++)
		search_answer_partner(op->arena, &result->partners[i], op->today, &partners[i]);
	return partners;
}

static size_t make_diagnostic(
    const struct op_scan *scan, const struct scan_result *result, struct sru_diagnostic *out)
{
	struct page page = {.partners = result->partners, .npartners = result->npartners};

	if (!result->diag.id)
		return scan->partial && search_answer_partial(scan->op.arena, &page, out);
	*out = (struct sru_diagnostic){
	    result->diag.id, *result->diag.details ? result->diag.details : NULL, NULL};
	return 1;
}

static void scan_on_result(void *arg, const struct scan_result *result)
{
	struct op_scan *scan = arg;
	struct op *op = &scan->op;
	struct sru_diagnostic diagnostic;
	struct access_record record = {
	    .kind = REQUEST_SCAN,
	    .diagnostic = diag_srw(result->diag.id),
	    .records = result->piece.count,
	};
	struct sru_scan_answer answer = {
	    .request = op->request,
	    .terms = make_terms(op->arena, &result->piece),
	    .nterms = result->piece.count,
	    .diagnostics = &diagnostic,
	    .ndiagnostics = make_diagnostic(scan, result, &diagnostic),
	    .partners = make_partners(op, result),
	    .npartners = result->npartners,
	    .xclause = scan->xclause,
	};
	size_t length;
	char *body = sru_encode_scan(op->arena, &answer, &length);

	op_reply(op, &record, result->partners, result->npartners, body, length);
}

/* The request. */

static bool read_clause(struct op_scan *scan, struct scan_request *out, struct diag *diag)
{
	static const enum cqlq_version versions[] = {
	    [SRU_1_1] = CQLQ_1_1, [SRU_1_2] = CQLQ_1_2, [SRU_2_0] = CQLQ_2_0};
	const struct sru_request *request = scan->op.request;
	struct arena *arena = scan->op.arena;
	struct question question;

	if (!cqlq_parse(arena, request->scan_clause, versions[request->version], &question, diag))
		return false;
	if (question.nsort)
		return diag_set(diag, DIAG_SORT, "a scan clause is not sorted");
	if (!scan_check(arena, question.query, diag))
		return false;
	out->clause = question.query;
	if (request->version != SRU_2_0)
		scan->xclause = xcql_write(arena, &question, XCQL_1);
	return true;
}

static bool read_numbers(
    const struct sru_request *request, struct scan_request *out, struct diag *diag)
{
	unsigned long maximum = request->maximum_terms ? request->maximum_terms : OP_SCAN_TERMS;

	if (maximum > OP_SCAN_TERMS_MAX)
		return diag_set(diag, DIAG_SCAN_TERMS, "%d", OP_SCAN_TERMS_MAX);
	if (request->response_position > maximum + 1)
		return diag_set(diag, DIAG_SCAN_POSITION, "0 to %lu", maximum + 1);
	out->maximum = (unsigned)maximum;
	out->position = (unsigned)request->response_position;
	return true;
}

static bool scan_prepare(
    struct op_scan *scan, const char *database, struct scan_request *out, struct diag *diag)
{
	const struct op *op = &scan->op;
	struct op_scope scope;

	if (!op_scope(op, database, &scope, diag))
		return false;
	scan->partial = scope.partial;
	*out = (struct scan_request){
	    .config = op->config,
	    .partners = scope.partners,
	    .npartners = scope.npartners,
	    .deadline = scope.deadline,
	    .via = op->request->via,
	    .today = op->today,
	};
	return read_numbers(op->request, out, diag) && read_clause(scan, out, diag);
}

void op_scan(struct gateway *gateway, struct http_exchange *exchange, struct arena *arena,
    const struct sru_request *request, const char *database)
{
	struct op_scan *scan = arena_alloc(arena, sizeof *scan);
	struct scan_request ask;
	struct diag diag = {DIAG_NONE, ""};

	*scan = (struct op_scan){0};
	op_begin(&scan->op, gateway, exchange, arena, request);
	if (!scan_prepare(scan, database, &ask, &diag)) {
		op_refused(&scan->op, &diag);
		return;
	}
	op_wait(&scan->op, scan_on_gone, scan);
	scan->scan = scan_start(&gateway->env, &ask, scan_on_result, scan);
}
