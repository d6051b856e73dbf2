#include "search/scan.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "loop/loop.h"
#include "loop/timer.h"
#include "query/query.h"
#include "query/rpn.h"
#include "registry/config.h"
#include "search/notice.h"
#include "search/plan.h"
#include "target/health.h"
#include "target/pool.h"
#include "target/targets.h"

/* One partner within one scan. */
struct scan_leg {
	struct scan *scan;
	const struct plan_leg *plan;
	Z_AttributesPlusTerm *start;
	struct lease *lease; /* NULL: settled */
	struct outcome outcome;
	bool answered, retried;
	struct scan_list list;
	msec_t ms; /* -1: was not asked */
};

struct scan {
	const struct search_env *env;
	struct config *config;
	struct arena *arena;
	const char *term, *hop_mark;
	const struct query *clause;
	unsigned position, maximum;
	bool patient; /* waits for as long as is configured */
	struct plan *plan;
	struct scan_leg *legs;
	struct timer *timer;
	struct defer *done;
	msec_t started, deadline;
	scan_fn fn;
	void *arg;
};

static void scan_on_lease(void *arg, enum lease_news news, const struct reply *reply);

/* The clause. */

bool scan_check(struct arena *arena, const struct query *clause, struct diag *diag)
{
	bool masked, anchored;

	if (clause->type != QUERY_TERM)
		return diag_set(diag, DIAG_QUERY_FEATURE, "a scan clause is one clause");
	switch (clause->relation) {
	case QUERY_EQ:
	case QUERY_EXACT:
	case QUERY_SCR:
	case QUERY_ADJ:
	case QUERY_ALL:
	case QUERY_ANY: break;
	default: return diag_set(diag, DIAG_RELATION, "%s", query_relation_name(clause->relation));
	}
	query_plain_term(arena, clause->term, &masked, &anchored);
	if (masked)
		return diag_set(diag, DIAG_MASKING, "%s", clause->term);
	return !anchored || diag_set(diag, DIAG_ANCHORING, "%s", clause->term);
}

/* As one term whatever the relation; an empty one has a stand-in, where a question must have words.
 */
static struct query *scan_clause(
    struct arena *arena, const struct query *clause, const char *stand_in)
{
	struct query *copy = arena_memdup(arena, clause, sizeof *clause);

	if (copy->relation != QUERY_EXACT)
		copy->relation = QUERY_EQ;
	copy->set = arena_strdup(arena, clause->set);
	copy->index = arena_strdup(arena, clause->index);
	copy->term = *clause->term ? arena_strdup(arena, clause->term) : stand_in;
	return copy;
}

/* Of a question's attributes only those say something here that choose the index: use, structure
 * and completeness. */
static Z_AttributesPlusTerm *start_of(struct arena *arena, const Z_RPNQuery *query, bool is_empty)
{
	const Z_RPNStructure *structure = query->RPNStructure;
	Z_AttributesPlusTerm *start;
	Z_AttributeList *list;
	int kept = 0;

	if (structure->which != Z_RPNStructure_simple ||
	    structure->u.simple->which != Z_Operand_APT)
		return NULL;
	start = arena_memdup(arena, structure->u.simple->u.attributesPlusTerm, sizeof *start);
	list = arena_memdup(arena, start->attributes, sizeof *list);
	list->attributes =
	    arena_array(arena, (size_t)list->num_attributes, sizeof *list->attributes);
	for (int i = 0; i < list->num_attributes; i++) {
		Z_AttributeElement *element = start->attributes->attributes[i];
		Odr_int type = *element->attributeType;

		if (type == 1 || type == 4 || type == 6)
			list->attributes[kept++] = element;
	}
	list->num_attributes = kept;
	start->attributes = list;
	if (is_empty) {
		start->term = arena_memdup(arena, start->term, sizeof *start->term);
		start->term->u.general =
		    arena_memdup(arena, &(Odr_oct){arena_strdup(arena, ""), 0}, sizeof(Odr_oct));
	}
	return start;
}

/* The end. */

static bool is_settled(const struct scan *scan)
{
	for (size_t i = 0; i < scan->plan->nlegs; i++)
		if (scan->legs[i].lease)
			return false;
	return true;
}

static void drop_lease(struct scan_leg *leg)
{
	if (leg->lease)
		lease_release(leg->lease);
	leg->lease = NULL;
}

static void scan_free(struct scan *scan)
{
	for (size_t i = 0; i < scan->plan->nlegs; i++)
		drop_lease(&scan->legs[i]);
	if (scan->done)
		defer_cancel(scan->done);
	timer_destroy(scan->timer);
	arena_destroy(scan->arena);
	config_unref(scan->config);
	free(scan);
}

void scan_cancel(struct scan *scan)
{
	scan_free(scan);
}

static struct page_partner *scan_partners(struct scan *scan)
{
	struct page_partner *partners =
	    arena_array(scan->arena, scan->plan->nlegs, sizeof *partners);

	for (size_t i = 0; i < scan->plan->nlegs; i++)
		partners[i] = (struct page_partner){
		    .plan = scan->legs[i].plan,
		    .outcome = scan->legs[i].outcome,
		    .fetched = scan->legs[i].list.count,
		    .ms = scan->legs[i].ms,
		};
	return partners;
}

static void scan_collect(struct scan *scan, struct scan_result *result)
{
	size_t n = scan->plan->nlegs;
	struct scan_list *lists = arena_array(scan->arena, n, sizeof *lists);
	bool asked = false, answered = false;

	for (size_t i = 0; i < n; i++) {
		lists[i] = scan->legs[i].list;
		asked |= scan->legs[i].plan->ask;
		answered |= scan->legs[i].answered;
	}
	if (answered)
		scan_merge(scan->arena, lists, n, scan->term, scan->position, scan->maximum,
		    &result->piece);
	else if (!asked && scan->plan->query_diag.id)
		result->diag = scan->plan->query_diag;
	else
		page_tell_unanswered(result->partners, n, &result->diag);
}

static void scan_finish(void *arg)
{
	struct scan *scan = arg;
	struct scan_result result = {
	    .partners = scan_partners(scan), .npartners = scan->plan->nlegs};
	scan_fn fn = scan->fn;
	void *fn_arg = scan->arg;

	scan->done = NULL;
	scan_collect(scan, &result);
	fn(fn_arg, &result);
	scan_free(scan);
}

static void scan_look(struct scan *scan)
{
	if (!scan->done && is_settled(scan))
		scan->done = loop_defer(scan->env->loop, scan_finish, scan);
}

static void leg_settle(struct scan_leg *leg, struct outcome outcome)
{
	const struct search_env *env = leg->scan->env;

	drop_lease(leg);
	leg->outcome = outcome;
	leg->ms = loop_now(env->loop) - leg->scan->started;
	/* Its time is not that of a search, of which others are expected to take as long. */
	health_note(targets_health(env->targets, leg->plan->partner->id), &outcome, -1,
	    loop_wall_clock(env->loop));
	/* A client in a hurry does not speak against a partner. */
	if (outcome.status != OUTCOME_SKIPPED &&
	    (outcome.status != OUTCOME_LATE || leg->scan->patient))
		targets_judge(env->targets, leg->plan->partner, &outcome);
	scan_look(leg->scan);
}

static void scan_on_timer(void *arg)
{
	struct scan *scan = arg;

	for (size_t i = 0; i < scan->plan->nlegs; i++) {
		struct scan_leg *leg = &scan->legs[i];
		enum outcome_reason reason;

		if (!leg->lease)
			continue;
		reason = lease_waits_for(leg->lease);
		leg_settle(leg, (struct outcome){.status = OUTCOME_LATE,
				    .reason = reason == REASON_NONE ? REASON_SEARCH : reason});
	}
}

/* A partner's turn. */

static void leg_lease(struct scan_leg *leg, bool fresh)
{
	struct pool *pool = targets_pool(leg->scan->env->targets, leg->plan->partner);

	leg->lease = pool_lease(pool, 0, fresh, scan_on_lease, leg);
}

static void leg_settle_without_scan(struct scan_leg *leg)
{
	struct outcome outcome = outcome_failed(REASON_QUERY, "no scan");

	outcome.status = OUTCOME_SKIPPED;
	outcome.srw = diag_srw(DIAG_OPERATION);
	leg_settle(leg, outcome);
}

static void leg_ask(struct scan_leg *leg)
{
	struct conn_scan ask = {
	    .start = leg->start,
	    .clause = leg->scan->clause,
	    .hop_mark = leg->scan->hop_mark,
	    .patience = conn_patience(leg->scan->deadline - loop_now(leg->scan->env->loop)),
	};

	if (!lease_scans(leg->lease)) {
		leg_settle_without_scan(leg);
		return;
	}
	scan_ask(
	    leg->scan->term, leg->scan->position, leg->scan->maximum, &ask.position, &ask.count);
	lease_scan(leg->lease, &ask);
}

static void leg_take(struct scan_leg *leg, const struct reply *reply)
{
	struct arena *arena = leg->scan->arena;
	struct scan_entry *entries = arena_array(arena, reply->nterms, sizeof *entries);

	for (size_t i = 0; i < reply->nterms; i++) {
		const struct reply_term *term = &reply->terms[i];

		entries[i] = (struct scan_entry){
		    .term = arena_strdup(arena, term->term),
		    .display = term->display ? arena_strdup(arena, term->display) : NULL,
		    .count = term->count,
		    .has_count = term->has_count,
		};
	}
	leg->list = (struct scan_list){entries, reply->nterms, reply->cut};
	struct outcome ok = {.status = OUTCOME_OK};
	struct notice notice;

	leg->answered = true;
	notice_take(&notice, reply);
	notice_tell(&notice, ok.detail);
	leg_settle(leg, ok);
}

static void leg_answered(struct scan_leg *leg, const struct reply *reply)
{
	struct outcome outcome;

	if (reply->ok) {
		leg_take(leg, reply);
		return;
	}
	if (reply->diagnostic.present)
		outcome = outcome_diagnostic(REASON_DIAGNOSTIC, &reply->diagnostic);
	else
		outcome = outcome_failed(REASON_PROTOCOL, "scan failed");
	if (outcome.srw == diag_srw(DIAG_OPERATION))
		leg_settle_without_scan(leg);
	else
		leg_settle(leg, outcome);
}

static void leg_failed(struct scan_leg *leg)
{
	struct outcome outcome = *lease_outcome(leg->lease);
	bool stale =
	    lease_is_reused(leg->lease) && !leg->retried && outcome_lost_connection(&outcome);

	/* Without a pool it has left the configuration meanwhile. */
	if (!stale || !targets_pool(leg->scan->env->targets, leg->plan->partner)) {
		leg_settle(leg, outcome);
		return;
	}
	leg->retried = true;
	drop_lease(leg);
	leg_lease(leg, true);
}

static void scan_on_lease(void *arg, enum lease_news news, const struct reply *reply)
{
	struct scan_leg *leg = arg;

	switch (news) {
	case LEASE_GRANTED: leg_ask(leg); return;
	case LEASE_ANSWERED: leg_answered(leg, reply); return;
	case LEASE_FAILED: leg_failed(leg); return;
	}
}

/* The beginning. */

static void leg_start(struct scan_leg *leg, bool is_empty)
{
	const struct partner *partner = leg->plan->partner;
	const char *why = NULL;

	leg->ms = -1;
	leg->outcome = leg->plan->outcome;
	if (!leg->plan->ask)
		return;
	if (leg->plan->query)
		leg->start = start_of(leg->scan->arena, leg->plan->query, is_empty);
	if (!leg->start && !leg->plan->tree)
		why = "not one term there";
	else if (!targets_pool(leg->scan->env->targets, partner))
		why = "no longer configured";
	if (why) {
		leg->outcome = outcome_failed(
		    leg->start || leg->plan->tree ? REASON_DISABLED : REASON_QUERY, "%s", why);
		leg->outcome.status = OUTCOME_SKIPPED;
		return;
	}
	leg_lease(leg, false);
}

struct scan *scan_start(
    const struct search_env *env, const struct scan_request *request, scan_fn fn, void *arg)
{
	struct scan *scan = calloc(1, sizeof *scan);
	struct question question = {.nsort = 0};

	if (!scan)
		abort();
	scan->env = env;
	scan->config = config_ref(request->config);
	scan->arena = arena_create(request->config->limits.search_bytes, env->ledger);
	scan->position = request->position;
	scan->maximum = request->maximum;
	scan->patient = request->deadline >= request->config->search.deadline;
	scan->started = loop_now(env->loop);
	scan->deadline = scan->started + request->deadline;
	scan->fn = fn;
	scan->arg = arg;
	scan->hop_mark = request->via && *request->via
			     ? arena_printf(scan->arena, "%s,%s", request->via, env->gateway_id)
			     : env->gateway_id;
	scan->term = query_plain_term(scan->arena, request->clause->term, NULL, NULL);
	scan->clause = scan_clause(scan->arena, request->clause, "");
	question.query = scan_clause(scan->arena, request->clause, "0");
	scan->plan = plan_create(scan->arena, request->config, request->partners,
	    request->npartners, &question, false, request->today);
	scan->legs = arena_array(scan->arena, scan->plan->nlegs, sizeof *scan->legs);
	scan->timer = timer_create_on(env->loop, scan_on_timer, scan);
	timer_arm(scan->timer, scan->deadline);
	for (size_t i = 0; i < scan->plan->nlegs; i++) {
		scan->legs[i].scan = scan;
		scan->legs[i].plan = &scan->plan->legs[i];
		leg_start(&scan->legs[i], !*request->clause->term);
	}
	scan_look(scan);
	return scan;
}
