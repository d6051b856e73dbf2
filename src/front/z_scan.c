/* Scan: the index around a term, from all partners of the databases named. */
#include <string.h>
#include <yaz/diagbib1.h>

#include "base/text.h"
#include "front/op_scan.h"
#include "front/z_op.h"
#include "query/rpn.h"
#include "query/rpn_term.h"
#include "registry/config.h"
#include "search/scan.h"

static void refuse(struct z_op *op, const struct z_fault *fault, const struct scan_result *result)
{
	zserver_reply_scan(
	    op->session->server, &(struct zserver_scan_reply){.status = Z_Scan_failure,
				     .diagnostic = z_fault_diagnostic(fault)});
	z_op_end_with(
	    op, fault->code, result ? result->partners : NULL, result ? result->npartners : 0, 0);
}

/* ---- the request ---- */

static bool read_numbers(
    const struct zserver_scan *scan, struct scan_request *out, struct z_fault *fault)
{
	if (scan->step)
		return z_fault_set(
		    fault, YAZ_BIB1_ONLY_ZERO_STEP_SIZE_SUPPORTED_FOR_SCAN, "%ld", scan->step);
	if (scan->count < 1 || scan->count > OP_SCAN_TERMS_MAX)
		return z_fault_set(fault, YAZ_BIB1_SCAN_TOO_MANY_TERMS_REQUESTED_ADDINFO_MAX_TERMS_,
		    "%d", OP_SCAN_TERMS_MAX);
	if (scan->position < 0 || scan->position > scan->count + 1)
		return z_fault_set(fault, YAZ_BIB1_SCAN_UNSUPP_VALUE_OF_POSITION_IN_RESPONSE,
		    "0 to %ld", scan->count + 1);
	out->maximum = (unsigned)scan->count;
	out->position = (unsigned)scan->position;
	return true;
}

static bool read_clause(struct z_op *op, struct scan_request *out, struct z_fault *fault)
{
	const struct zserver_scan *scan = op->request;
	struct rpn_fault reason = {0};
	struct diag diag = {DIAG_NONE, ""};

	if (!rpn_term_read(op->arena, scan->term, scan->attribute_set, &op->query, &reason))
		return z_fault_set(fault, reason.bib1, "%s", reason.addinfo);
	out->clause = op->query;
	return scan_check(op->arena, op->query, &diag) || z_fault_from(fault, &diag);
}

static bool prepare(struct z_op *op, struct scan_request *out, struct z_fault *fault)
{
	const struct zserver_scan *scan = op->request;

	*out = (struct scan_request){
	    .config = op->config,
	    .deadline = op->config->search.deadline,
	    .via = scan->hop_mark,
	    .today = gateway_today(op->session->gateway),
	};
	if (!z_op_databases(op, scan->databases, scan->ndatabases, fault) ||
	    !z_op_via_is_clean(op, scan->hop_mark, fault) || !read_numbers(scan, out, fault) ||
	    !read_clause(op, out, fault))
		return false;
	out->partners = op->partners;
	out->npartners = op->npartners;
	return true;
}

/* ---- the answer ---- */

static struct zserver_scan_entry *make_entries(struct arena *arena, const struct scan_piece *piece)
{
	struct zserver_scan_entry *entries = arena_array(arena, piece->count, sizeof *entries);

	for (size_t i = 0; i < piece->count; i++)
		entries[i] = (struct zserver_scan_entry){
		    .term = piece->terms[i].term,
		    .display = piece->terms[i].display,
		    .count = piece->terms[i].has_count ? (long)piece->terms[i].count : -1,
		};
	return entries;
}

/* Where the term stands, or would: as asked, unless the index begins within the list. */
static long find_position(const struct z_op *op, const struct scan_piece *piece)
{
	const struct zserver_scan *scan = op->request;
	const char *start = query_plain_term(op->arena, op->query->term, NULL, NULL);
	size_t i = 0;

	if (!piece->count || !piece->terms[0].is_first)
		return scan->position;
	while (i < piece->count && text_compare_ignoring_case(piece->terms[i].term, start) < 0)
		i++;
	return (long)i + 1;
}

static void accept(struct z_op *op, const struct scan_result *result)
{
	const struct zserver_scan *scan = op->request;
	const struct scan_piece *piece = &result->piece;
	bool whole = piece->count == (size_t)scan->count;

	zserver_reply_scan(
	    op->session->server, &(struct zserver_scan_reply){
				     .status = whole ? Z_Scan_success : Z_Scan_partial_5,
				     .position = find_position(op, piece),
				     .entries = make_entries(op->arena, piece),
				     .nentries = piece->count,
				 });
	z_op_end_with(op, 0, result->partners, result->npartners, piece->count);
}

static void on_result(void *arg, const struct scan_result *result)
{
	struct z_op *op = arg;
	struct z_session *session = op->session;
	struct z_fault fault = {0};

	op->scan = NULL;
	if (result->diag.id) {
		z_fault_from(&fault, &result->diag);
		refuse(op, &fault, result);
	} else {
		accept(op, result);
	}
	z_session_step(session);
}

void z_scan(struct z_session *session, const struct zserver_scan *scan)
{
	struct z_op *op = z_op_create(session, REQUEST_SCAN, "scan", scan);
	struct scan_request ask;
	struct z_fault fault = {0};

	if (prepare(op, &ask, &fault))
		op->scan = scan_start(&session->gateway->env, &ask, on_result, op);
	else
		refuse(op, &fault, NULL);
}
