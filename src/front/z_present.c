/* Present: records of a named set. And Delete. */
#include <yaz/diagbib1.h>

#include "front/gateway.h"
#include "front/z_op.h"
#include "front/z_record.h"
#include "query/query.h"
#include "registry/config.h"
#include "search/page.h"
#include "search/share.h"

static struct z_set *find_set(const struct z_op *op)
{
	const struct zserver_present *present = op->request;

	return z_sets_find(&op->session->sets, present->set);
}

static void refuse(struct z_op *op, const struct z_fault *fault, const struct page *page)
{
	zserver_reply_present(op->session->server,
	    &(struct zserver_present_reply){.diagnostic = z_fault_diagnostic(fault)});
	z_op_end(op, fault->code, page, 0);
}

static bool check_range(
    const struct zserver_present *present, unsigned long hits, struct z_fault *fault)
{
	if (present->start && present->count && present->start <= hits &&
	    present->count <= hits - present->start + 1)
		return true;
	return z_fault_set(fault, YAZ_BIB1_PRESENT_REQUEST_OUT_OF_RANGE, "1 to %lu", hits);
}

/* What the set has become since. */
static bool check_page(struct z_op *op, const struct page *page, struct z_fault *fault)
{
	const struct zserver_present *present = op->request;
	struct z_set *set = find_set(op);

	if (page->diag.id == DIAG_RESULT_SET_UNKNOWN)
		return z_fault_set(fault,
		    YAZ_BIB1_RESULT_SET_NO_LONGER_EXISTS_UNILATERALLY_DELETED_BY_, "%s",
		    present->set);
	if (page->diag.id)
		return z_fault_from(fault, &page->diag);
	set->hits = page->hits > set->hits ? page->hits : set->hits;
	if (page->count)
		return true;
	/* The count was an estimate, or the libraries owe what it announced. */
	if (!page->next)
		return z_fault_set(
		    fault, YAZ_BIB1_PRESENT_REQUEST_OUT_OF_RANGE, "1 to %lu", present->start - 1);
	return z_fault_set(fault, YAZ_BIB1_TEMPORARY_SYSTEM_ERROR,
	    "the libraries have not sent these records in time; ask again");
}

static bool read_form(struct z_op *op, struct z_form *form, struct z_fault *fault)
{
	const struct zserver_present *present = op->request;

	*form = (struct z_form){.today = gateway_today(op->session->gateway)};
	if (!z_form_read(&present->form, form, fault))
		return false;
	form->charset = op->session->records_too ? op->session->charset : ZCHARSET_NONE;
	return true;
}

static bool accept(struct z_op *op, const struct page *page, struct z_fault *fault)
{
	const struct zserver_present *present = op->request;
	struct zserver_present_reply reply = {.records = {
						  .start = present->start,
						  .asked = present->count,
						  .count = page->count,
						  .next = page->next,
						  .full = present->count > op->config->search.page,
					      }};
	struct z_form form;

	if (!check_page(op, page, fault) || !read_form(op, &form, fault))
		return false;
	reply.records.items = z_records(op->arena, page, page->count, &form);
	zserver_reply_present(op->session->server, &reply);
	z_op_end(op, 0, page, page->count);
	return true;
}

static bool prepare(struct z_op *op, struct share_request *out, struct z_fault *fault)
{
	const struct zserver_present *present = op->request;
	const struct z_set *set = find_set(op);
	struct query *query = arena_alloc(op->arena, sizeof *query);
	unsigned long page = op->config->search.page;
	struct z_form form;

	if (!set)
		return z_fault_set(
		    fault, YAZ_BIB1_SPECIFIED_RESULT_SET_DOES_NOT_EXIST, "%s", present->set);
	if (present->ranges)
		return z_fault_set(
		    fault, YAZ_BIB1_PRESENT_ADDITIONAL_RANGES_PARAMETER_UNSUPP, "%s", "");
	if (!check_range(present, set->hits, fault))
		return false;
	if (!read_form(op, &form, fault))
		return false;
	query->type = QUERY_SET;
	query->name = arena_strdup(op->arena, set->id);
	*out = (struct share_request){
	    .config = op->config,
	    .query = query,
	    .level = MERGE_NORMAL,
	    .deadline = op->config->search.deadline,
	    .start = present->start,
	    .count = present->count < page ? present->count : page,
	    .today = gateway_today(op->session->gateway),
	};
	return true;
}

void z_present(struct z_session *session, const struct zserver_present *present)
{
	static const struct z_op_steps steps = {
	    REQUEST_PRESENT, "present", prepare, accept, refuse};

	z_op_run(session, &steps, present);
}

/* ---- without a search ---- */

static void delete_all(struct z_session *session)
{
	z_sets_clear(&session->sets, session->gateway->share);
	zserver_reply_delete(
	    session->server, &(struct zserver_delete_reply){.status = Z_DeleteStatus_success});
}

void z_delete(struct z_session *session, const struct zserver_delete *request)
{
	struct z_op *op = z_op_create(session, REQUEST_OTHER, "delete", request);
	struct zserver_delete_status *list = arena_array(op->arena, request->nsets, sizeof *list);
	struct zserver_delete_reply reply = {.sets = list, .nsets = request->nsets};

	if (request->all) {
		delete_all(session);
		z_op_end(op, 0, NULL, 0);
		return;
	}
	for (size_t i = 0; i < request->nsets; i++) {
		list[i].set = request->sets[i];
		list[i].status = Z_DeleteStatus_success;
		if (z_sets_remove(&session->sets, request->sets[i], session->gateway->share))
			continue;
		list[i].status = Z_DeleteStatus_resultSetDidNotExist;
		reply.status = Z_DeleteStatus_notAllRequestedResultSetsDeleted;
	}
	zserver_reply_delete(session->server, &reply);
	z_op_end(op, 0, NULL, 0);
}
