/* Sort: the question behind a named set, asked in another order. */
#include <yaz/diagbib1.h>

#include "front/gateway.h"
#include "front/z_op.h"
#include "front/z_query.h"
#include "merge/sort.h"
#include "query/rpn.h"
#include "registry/config.h"
#include "search/page.h"
#include "search/share.h"

/* The set's partners as the configuration in force has them: those that are gone stay away. */
static bool find_partners(struct z_op *op, const struct z_set *set, struct z_fault *fault)
{
	const struct partner **list = arena_array(op->arena, set->npartners, sizeof *list);
	size_t count = 0;

	for (size_t i = 0; i < set->npartners; i++) {
		const struct partner *partner = config_partner(op->config, set->partners[i]->id);

		if (partner)
			list[count++] = partner;
	}
	op->partners = list;
	op->npartners = count;
	op->single = set->single;
	return count > 0 || z_fault_set(fault, YAZ_BIB1_DATABASE_DOES_NOT_EXIST, "%s", "");
}

static bool find_input(struct z_op *op, struct z_fault *fault)
{
	const struct zserver_sort *sort = op->request;
	const struct z_set *set;
	struct z_query_place place = {.sets = &op->session->sets};

	if (sort->ninputs != 1)
		return z_fault_set(fault, YAZ_BIB1_SORT_TOO_MANY_INPUT_RESULTS, "%s",
		    "one set can be sorted at a time");
	set = z_sets_find(place.sets, sort->inputs[0]);
	if (!set)
		return z_fault_set(
		    fault, YAZ_BIB1_SPECIFIED_RESULT_SET_DOES_NOT_EXIST, "%s", sort->inputs[0]);
	return find_partners(op, set, fault) &&
	       z_query_set(op->arena, sort->inputs[0], &place, &op->query, fault);
}

static bool read_keys(struct z_op *op, struct share_request *out, struct z_fault *fault)
{
	const struct zserver_sort *sort = op->request;
	struct query_sort_key *keys;
	struct rpn_fault reason;
	struct diag diag = {DIAG_NONE, ""};
	size_t count;

	if (!rpn_to_sort(op->arena, sort->keys, &keys, &count, &reason))
		return z_fault_set(fault, reason.bib1, "%s", reason.addinfo);
	out->sort = keys;
	out->nsort = sort_count(keys, count);
	return sort_check(keys, out->nsort, &diag) || z_fault_from(fault, &diag);
}

static bool prepare(struct z_op *op, struct share_request *out, struct z_fault *fault)
{
	const struct zserver_sort *sort = op->request;

	*out = (struct share_request){
	    .config = op->config,
	    .level = MERGE_NORMAL,
	    .deadline = op->config->search.deadline,
	    .start = 1,
	    .count = 1,
	    .today = gateway_today(op->session->gateway),
	};
	if (!find_input(op, fault) || !z_op_check_set(op, sort->output, true, fault) ||
	    !read_keys(op, out, fault) || !z_op_narrow(op, out, fault))
		return false;
	out->single = op->single;
	return true;
}

static void refuse(struct z_op *op, const struct z_fault *fault, const struct page *page)
{
	zserver_reply_sort(op->session->server,
	    &(struct zserver_sort_reply){.diagnostic = z_fault_diagnostic(fault)});
	z_op_end(op, fault->code, page, 0);
}

static bool accept(struct z_op *op, const struct page *page, struct z_fault *fault)
{
	const struct zserver_sort *sort = op->request;

	if (page->diag.id)
		return z_fault_from(fault, &page->diag);
	z_op_keep_set(op, sort->output, page);
	zserver_reply_sort(
	    op->session->server, &(struct zserver_sort_reply){.ok = true, .hits = page->hits});
	z_op_end(op, 0, page, 0);
	return true;
}

void z_sort(struct z_session *session, const struct zserver_sort *sort)
{
	static const struct z_op_steps steps = {REQUEST_SEARCH, "sort", prepare, accept, refuse};

	z_op_run(session, &steps, sort);
}
