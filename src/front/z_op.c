#include "front/z_op.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaz/diagbib1.h>

#include "base/log.h"
#include "front/access.h"
#include "front/gateway.h"
#include "loop/loop.h"
#include "query/query.h"
#include "registry/config.h"
#include "search/narrowing.h"
#include "search/page.h"
#include "search/scan.h"
#include "search/share.h"

/* Memory of one request: the page's records and the answer. */
#define REQUEST_BYTES (256u << 20)

bool z_fault_set(struct z_fault *fault, int code, const char *format, ...)
{
	char text[DIAG_DETAILS_MAX];
	va_list args;

	fault->code = code;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	apdu_clean_text(fault->addinfo, sizeof fault->addinfo, text, strlen(text));
	return false;
}

bool z_fault_from(struct z_fault *fault, const struct diag *diag)
{
	return z_fault_set(fault, diag_bib1(diag->id), "%s", diag->details);
}

struct zserver_diagnostic z_fault_diagnostic(const struct z_fault *fault)
{
	return (struct zserver_diagnostic){fault->code, *fault->addinfo ? fault->addinfo : NULL};
}

struct z_op *z_op_create(
    struct z_session *session, enum gateway_request kind, const char *name, const void *request)
{
	struct arena *arena = arena_create(REQUEST_BYTES, NULL);
	struct z_op *op = arena_alloc(arena, sizeof *op);

	*op = (struct z_op){
	    .session = session,
	    .arena = arena,
	    .config = config_ref(session->gateway->config),
	    .started = loop_now(session->gateway->loop),
	    .kind = kind,
	    .name = name,
	    .request = request,
	};
	session->op = op;
	gateway_request_opened(session->gateway);
	return op;
}

static void op_free(struct z_op *op)
{
	struct gateway *gateway = op->session->gateway;

	op->session->op = NULL;
	config_unref(op->config);
	arena_destroy(op->arena); /* the operation itself lives in it */
	gateway_request_closed(gateway);
}

static void op_on_page(void *arg, const struct page *page)
{
	struct z_op *op = arg;
	struct z_session *session = op->session;
	struct z_fault fault = {0};

	op->ask = NULL;
	if (!op->steps->accept(op, page, &fault))
		op->steps->refuse(op, &fault, page);
	z_session_step(session);
}

void z_op_run(struct z_session *session, const struct z_op_steps *steps, const void *request)
{
	struct z_op *op = z_op_create(session, steps->kind, steps->name, request);
	struct share_request ask;
	struct z_fault fault = {0};

	op->steps = steps;
	if (steps->prepare(op, &ask, &fault))
		op->ask = share_ask(session->gateway->share, &ask, op_on_page, op);
	else
		steps->refuse(op, &fault, NULL);
}

void z_op_end_with(struct z_op *op, int code, const struct page_partner *partners, size_t npartners,
    size_t records)
{
	struct access_record record = {
	    .kind = op->kind,
	    .diagnostic = code,
	    .ms = loop_now(op->session->gateway->loop) - op->started,
	    .asked = partners ? (long)npartners : -1,
	    .records = records,
	};

	for (size_t i = 0; partners && i < npartners; i++)
		record.answered += partners[i].outcome.status == OUTCOME_OK;
	access_note_z3950(op->session->gateway, op->session->peer, op->name, &record);
	op_free(op);
}

#define DATABASES_MAX 64

bool z_op_databases(struct z_op *op, const char *const *names, size_t count, struct z_fault *fault)
{
	size_t total = op->config->npartners, n = 0;
	const struct partner **list = arena_array(op->arena, total, sizeof *list);
	bool *chosen = arena_array(op->arena, total, sizeof *chosen);

	if (count > DATABASES_MAX)
		return z_fault_set(
		    fault, YAZ_BIB1_TOO_MANY_DATABASES_SPECIFIED, "%d", DATABASES_MAX);
	op->single = count > 0;
	for (size_t d = 0; d < count; d++) {
		const struct partner *const *some;
		size_t nsome;
		bool single;

		if (!config_database(op->config, op->arena, names[d], &some, &nsome, &single))
			return z_fault_set(fault, YAZ_BIB1_DATABASE_DOES_NOT_EXIST, "%s", names[d]);
		op->single = op->single && single;
		for (size_t i = 0; i < nsome; i++)
			chosen[some[i]->number] = true;
	}
	for (size_t i = 0; i < total; i++)
		if (chosen[i])
			list[n++] = op->config->partners[i];
	if (!n)
		return z_fault_set(fault, YAZ_BIB1_DATABASE_DOES_NOT_EXIST, "%s", "");
	op->single = op->single && n == 1;
	op->partners = list;
	op->npartners = n;
	return true;
}

bool z_op_narrow(struct z_op *op, struct share_request *out, struct z_fault *fault)
{
	struct narrowing narrowing = {
	    .query = op->query, .partners = op->partners, .npartners = op->npartners};
	struct diag diag = {DIAG_NONE, ""};

	if (!narrowing_take(op->arena, op->config, &narrowing, &diag))
		return z_fault_from(fault, &diag);
	out->query = narrowing.query;
	out->formats = narrowing.formats;
	out->partners = narrowing.partners;
	out->npartners = narrowing.npartners;
	return true;
}

bool z_op_via_is_clean(const struct z_op *op, const char *hop_mark, struct z_fault *fault)
{
	return !gateway_is_in(op->session->gateway, hop_mark) ||
	       z_fault_set(fault, YAZ_BIB1_TEMPORARY_SYSTEM_ERROR, "loop");
}

bool z_op_check_set(const struct z_op *op, const char *name, bool replace, struct z_fault *fault)
{
	const struct z_sets *sets = &op->session->sets;
	size_t length = strlen(name);

	if (!length || length > Z_SET_NAME_MAX)
		return z_fault_set(fault, YAZ_BIB1_ILLEGAL_RESULT_SET_NAME,
		    "a name of 1 to %d characters", Z_SET_NAME_MAX);
	if (z_sets_find(sets, name))
		return replace ||
		       z_fault_set(
			   fault, YAZ_BIB1_RESULT_SET_EXISTS_AND_REPLACE_INDICATOR_OFF, "%s", name);
	if (z_sets_count(sets) >= Z_SETS_MAX)
		return z_fault_set(fault, YAZ_BIB1_TOO_MANY_RESULT_SETS_CREATED, "%d", Z_SETS_MAX);
	return true;
}

void z_op_keep_set(struct z_op *op, const char *name, const struct page *page)
{
	struct z_session *session = op->session;
	struct z_set *set = calloc(1, sizeof *set);

	if (!set)
		abort();
	share_hold(session->gateway->share, page->set_id);
	memcpy(set->id, page->set_id, sizeof set->id);
	set->name = strdup(name);
	set->query = strdup(query_to_cql(op->arena, op->query));
	set->hits = page->hits;
	set->config = config_ref(op->config);
	set->partners = calloc(op->npartners, sizeof *set->partners);
	set->npartners = op->npartners;
	set->single = op->single;
	if (!set->name || !set->query || !set->partners)
		abort();
	memcpy(set->partners, op->partners, op->npartners * sizeof *set->partners);
	z_sets_remove(&session->sets, name, session->gateway->share);
	z_sets_add(&session->sets, set);
}

void z_op_end(struct z_op *op, int code, const struct page *page, size_t records)
{
	z_op_end_with(op, code, page ? page->partners : NULL, page ? page->npartners : 0, records);
}

void z_op_cancel(struct z_op *op)
{
	if (op->ask)
		ask_cancel(op->ask);
	if (op->scan)
		scan_cancel(op->scan);
	op_free(op);
}

void z_op_note_init(struct z_session *session, const struct zserver_init *init)
{
	char client[128], quoted[160];

	apdu_clean_text(client, sizeof client, init->implementation ? init->implementation : "",
	    init->implementation ? strlen(init->implementation) : 0);
	log_line(session->gateway->log, LOG_INFO, "association", "peer=%s client=%s", session->peer,
	    log_quote(client, quoted, sizeof quoted));
}
