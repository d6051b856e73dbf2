/* Search: databases, query and hop mark into a question for `share`, the page into a reply. */
#include <string.h>
#include <yaz/diagbib1.h>

#include "front/gateway.h"
#include "front/z_facets.h"
#include "front/z_op.h"
#include "front/z_query.h"
#include "front/z_record.h"
#include "merge/sort.h"
#include "query/query.h"
#include "registry/config.h"
#include "search/page.h"
#include "search/plan.h"
#include "search/share.h"

/* ---- what is asked ---- */

static unsigned long least(unsigned long a, unsigned long b)
{
	return a < b ? a : b;
}

static bool prepare(struct z_op *op, struct share_request *out, struct z_fault *fault)
{
	const struct zserver_search *search = op->request;
	const struct config_search *config = &op->config->search;
	struct z_query_place place;
	struct question question;
	struct diag diag = {DIAG_NONE, ""};
	unsigned long most = search->small > search->medium ? search->small : search->medium;

	*out = (struct share_request){
	    .config = op->config,
	    .level = MERGE_NORMAL,
	    .deadline = config->deadline,
	    .start = 1,
	    /* One at least: a first merge makes the count that is announced a true one. */
	    .count = most ? least(most, config->page) : 1,
	    .via = search->hop_mark,
	    .today = gateway_today(op->session->gateway),
	};
	if (!z_op_check_set(op, search->set, search->replace, fault) ||
	    !z_op_databases(op, search->databases, search->ndatabases, fault) ||
	    !z_op_via_is_clean(op, search->hop_mark, fault))
		return false;
	out->single = op->single;
	place = (struct z_query_place){
	    .sets = &op->session->sets,
	    .partners = op->partners,
	    .npartners = op->npartners,
	    .charset = op->session->charset,
	};
	if (!z_query_read(op->arena, search->query, &place, &question, fault))
		return false;
	op->query = question.query;
	if (!z_op_narrow(op, out, fault))
		return false;
	out->sort = question.sort;
	out->nsort = sort_count(question.sort, question.nsort);
	return sort_check(out->sort, out->nsort, &diag) || z_fault_from(fault, &diag);
}

/* ---- what is answered ---- */

/* SearchResult-1: each partner's count, or why it has none. */
static struct apdu_subquery *make_subqueries(struct arena *arena, const struct page *page)
{
	struct apdu_subquery *list = arena_array(arena, page->npartners, sizeof *list);

	for (size_t i = 0; i < page->npartners; i++) {
		const struct page_partner *partner = &page->partners[i];
		const char *reason = outcome_reason_name(partner->outcome.reason);
		const char *status = outcome_status_name(partner->outcome.status);

		list[i].id = partner->plan->partner->id;
		list[i].count = partner->has_hits ? (long long)partner->hits : -1;
		if (partner->has_hits)
			continue;
		list[i].term = *reason ? arena_printf(arena, "%s: %s", status, reason) : status;
		list[i].term_length = strlen(list[i].term);
	}
	return list;
}

/* Which of the three bounds decides, and how many records go with the answer (3.2.2.1.6). */
static unsigned long piggyback(
    const struct z_op *op, const struct page *page, const struct zserver_form **form)
{
	const struct zserver_search *search = op->request;

	*form = &search->small_form;
	if (page->hits <= search->small)
		return page->hits;
	*form = &search->medium_form;
	return page->hits >= search->large ? 0 : least(search->medium, page->hits);
}

static void fill_records(struct z_op *op, const struct page *page, struct zserver_records *out)
{
	const struct zserver_form *asked;
	unsigned long count = piggyback(op, page, &asked);
	struct z_form form = {.today = gateway_today(op->session->gateway)};
	struct z_fault fault = {0};

	/* A form that cannot be given is said when records are asked for by themselves: a
	 * diagnostic here would make the set look unusable. */
	if (!count || !z_form_read(asked, &form, &fault))
		return;
	form.charset = op->session->records_too ? op->session->charset : ZCHARSET_NONE;
	out->asked = count;
	out->start = 1;
	out->count = least(count, page->count);
	out->full = out->count < count && count > op->config->search.page;
	out->items = z_records(op->arena, page, out->count, &form);
	out->next = out->count < page->count ? out->count + 1 : page->next;
}

static void refuse(struct z_op *op, const struct z_fault *fault, const struct page *page)
{
	z_sets_remove(&op->session->sets, ((const struct zserver_search *)op->request)->set,
	    op->session->gateway->share);
	zserver_reply_search(
	    op->session->server, &(struct zserver_search_reply){
				     .diagnostic = z_fault_diagnostic(fault),
				     .subqueries = page ? make_subqueries(op->arena, page) : NULL,
				     .nsubqueries = page ? page->npartners : 0,
				 });
	z_op_end(op, fault->code, page, 0);
}

static bool accept(struct z_op *op, const struct page *page, struct z_fault *fault)
{
	struct zserver_search_reply reply = {.ok = true, .hits = page->hits};

	if (page->diag.id)
		return z_fault_from(fault, &page->diag);
	reply.subqueries = make_subqueries(op->arena, page);
	reply.nsubqueries = page->npartners;
	z_op_keep_set(op, ((const struct zserver_search *)op->request)->set, page);
	fill_records(op, page, &reply.records);
	reply.facets = z_facets(op, page, &reply.nfacets);
	zserver_reply_search(op->session->server, &reply);
	z_op_end(op, 0, page, reply.records.count);
	return true;
}

void z_search(struct z_session *session, const struct zserver_search *search)
{
	static const struct z_op_steps steps = {REQUEST_SEARCH, "search", prepare, accept, refuse};

	z_op_run(session, &steps, search);
}
