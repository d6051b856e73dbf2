#include "front/op.h"

#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "front/access.h"
#include "front/gateway.h"
#include "front/op_explain.h"
#include "front/reply.h"
#include "loop/http_in.h"
#include "loop/loop.h"
#include "protocol/sru.h"
#include "registry/config.h"
#include "search/narrowing.h"
#include "search/page.h"

void op_begin(struct op *op, struct gateway *gateway, struct http_exchange *exchange,
    struct arena *arena, const struct sru_request *request)
{
	*op = (struct op){
	    .gateway = gateway,
	    .exchange = exchange,
	    .arena = arena,
	    .request = request,
	    .config = config_ref(gateway->config),
	    .today = gateway_today(gateway),
	    .started = loop_now(gateway->loop),
	};
}

/* Who is asked. */

/* Narrows them by x-partners. */
static bool narrow(const struct op *op, struct op_scope *scope, struct diag *diag)
{
	struct narrowing narrowing = {.partners = scope->partners, .npartners = scope->npartners};
	const char *wrong;

	if (!narrowing_choose(op->arena, op->config, op->request->partners, &narrowing, &wrong))
		return diag_set(diag, DIAG_PARAMETER_VALUE, "x-partners: %s", wrong);
	scope->partners = narrowing.partners;
	scope->npartners = narrowing.npartners;
	return true;
}

bool op_scope(const struct op *op, const char *database, struct op_scope *out, struct diag *diag)
{
	const struct sru_request *request = op->request;
	const struct config_search *search = &op->config->search;

	if (!config_database(
		op->config, op->arena, database, &out->partners, &out->npartners, &out->single))
		return diag_set(diag, DIAG_DATABASE, "%s", database);
	if (request->partners && !narrow(op, out, diag))
		return false;
	out->deadline = search->deadline;
	if (request->deadline >= 0 && request->deadline < out->deadline)
		out->deadline = request->deadline;
	out->partial = request->partial_diagnostic >= 0 ? request->partial_diagnostic == 1
							: search->partial == PARTIAL_DIAGNOSTIC;
	return !gateway_is_in(op->gateway, request->via) ||
	       diag_set(diag, DIAG_UNAVAILABLE, "loop");
}

/* Waiting, and the ends. */

void op_wait(struct op *op, void (*gone)(void *arg, struct http_exchange *exchange), void *arg)
{
	gateway_request_opened(op->gateway);
	http_on_gone(op->exchange, gone, arg);
}

static void op_free(struct op *op)
{
	struct gateway *gateway = op->gateway;

	config_unref(op->config);
	arena_destroy(op->arena);
	gateway_request_closed(gateway);
}

void op_refused(struct op *op, const struct diag *diag)
{
	config_unref(op->config);
	op_refuse(op->gateway, op->exchange, op->arena, op->request, diag);
}

void op_gone(struct op *op)
{
	op->gateway->counters.gone++;
	op_free(op);
}

void op_reply(struct op *op, struct access_record *record, const struct page_partner *partners,
    size_t npartners, const char *body, size_t length)
{
	record->status = 200;
	record->ms = loop_now(op->gateway->loop) - op->started;
	record->asked = (long)npartners;
	for (size_t i = 0; i < npartners; i++)
		record->answered += partners[i].outcome.status == OUTCOME_OK;
	access_note(op->gateway, op->exchange, record);
	reply_send(op->exchange, 200, op->request->content_type, body, length);
	op_free(op);
}
