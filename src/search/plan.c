#include "search/plan.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "protocol/zclient.h"
#include "query/ask.h"
#include "query/profile.h"
#include "query/query.h"
#include "query/rpn.h"
#include "query/unaccent.h"
#include "registry/config.h"

static void skip(struct plan_leg *leg, enum outcome_status status, enum outcome_reason reason,
    const char *detail)
{
	leg->outcome = outcome_failed(reason, "%s", detail);
	leg->outcome.status = status;
}

/* False when the rules of co-operation keep this partner from being asked at all. */
static bool plan_permits(struct plan_leg *leg, const struct config *config, day_t today)
{
	const struct partner *partner = leg->partner;
	bool over = agreement_state(&partner->agreement, today) == AGREEMENT_EXPIRED;

	if (!partner->enabled) {
		skip(leg, OUTCOME_SKIPPED, REASON_DISABLED, "");
		return false;
	}
	if (over && config->search.on_expiry == EXPIRY_EXCLUDE) {
		skip(leg, OUTCOME_EXPIRED, REASON_NONE, "");
		return false;
	}
	leg->lapsed = over;
	if (!agreement_allows_search(&partner->agreement)) {
		skip(leg, OUTCOME_SKIPPED, REASON_SERVICE, "");
		return false;
	}
	return true;
}

static Z_RPNQuery *plan_rpn(struct arena *arena, const struct question *question,
    const struct query *query, const struct profile *profile, bool *sorts, struct diag *diag)
{
	Z_RPNQuery *rpn;

	if (!rpn_from_query(arena, query, profile, &rpn, diag))
		return NULL;
	*sorts = question->nsort && rpn_embed_sort(arena, rpn, question, profile);
	return rpn;
}

/* As it is, and without diacritics, when it has some: the one or the other may not be possible in
 * the partner's character set. */
static bool plan_rpn_words(struct plan_leg *leg, struct arena *arena,
    const struct question *question, const struct profile *profile, struct diag *diag)
{
	const struct query *plain = query_unaccent(arena, question->query);
	struct diag ignored = {DIAG_NONE, ""};

	leg->query = plan_rpn(arena, question, question->query, profile, &leg->sorts, diag);
	if (plain && (leg->query || diag->id == DIAG_CANNOT_PROCESS))
		leg->plain = plan_rpn(arena, question, plain, profile, &leg->sorts, &ignored);
	if (leg->query)
		leg->encoded = zclient_encode_query(arena, leg->query);
	if (leg->query || leg->plain)
		leg->sent = rpn_to_pqf(arena, leg->query ? leg->query : leg->plain);
	return leg->query || leg->plain;
}

/* A server that does not say so may pass over an order silently: it is asked for one only when its
 * profile says that it sorts, or when there is nobody else to put its answer in order. */
static bool plan_passes_sort(const struct partner_target *target, bool single)
{
	const char *feature = profile_find(target->profile, "feature.sort");

	return feature ? strcmp(feature, "cql") == 0 : single;
}

static enum ask_version plan_version(const struct partner_target *target)
{
	switch (target->sru) {
	case PARTNER_SRU_1_1: return ASK_1_1;
	case PARTNER_SRU_AUTO:
	case PARTNER_SRU_1_2: return ASK_1_2;
	case PARTNER_SRU_2_0: return ASK_2_0;
	}
	return ASK_1_2;
}

static bool plan_cql_words(struct plan_leg *leg, struct arena *arena,
    const struct question *question, bool single, struct diag *diag)
{
	static const struct ask_refused nothing;
	const struct partner_target *target = &leg->partner->target;
	const struct ask_server server = {
	    .version = plan_version(target), .profile = target->profile};
	const struct query *plain = query_unaccent(arena, question->query);
	struct question *tree = arena_memdup(arena, question, sizeof *question);
	struct question *plain_tree;
	struct ask words;

	if (!plan_passes_sort(target, single))
		tree->nsort = 0;
	if (!ask_make(arena, tree, &server, &nothing, &words, diag))
		return false;
	leg->tree = tree;
	leg->sorts = tree->nsort && words.sorted;
	leg->sent = words.cql;
	if (!plain)
		return true;
	plain_tree = arena_memdup(arena, tree, sizeof *tree);
	plain_tree->query = plain;
	leg->plain_tree = plain_tree;
	return true;
}

static bool plan_words(struct plan_leg *leg, struct arena *arena, const struct question *question,
    bool single, struct diag *diag)
{
	const struct partner_target *target = &leg->partner->target;

	return target->protocol == PARTNER_SRU
		   ? plan_cql_words(leg, arena, question, single, diag)
		   : plan_rpn_words(leg, arena, question, target->profile, diag);
}

/* `like`: an earlier leg of the same profile that is asked by Z39.50, or NULL: it is asked the
 * same. */
static bool plan_query(struct plan_leg *leg, const struct plan_leg *like, struct arena *arena,
    const struct question *question, bool single, struct diag *diag)
{
	if (like) {
		leg->query = like->query;
		leg->encoded = like->encoded;
		leg->plain = like->plain;
		leg->sent = like->sent;
		leg->sorts = like->sorts;
		return true;
	}
	if (plan_words(leg, arena, question, single, diag)) {
		if (!question->nsort || leg->sorts || !single)
			return true;
		diag_set(diag, DIAG_SORT, "%s does not sort", leg->partner->id);
	}

	char detail[DIAG_DETAILS_MAX + 64];

	snprintf(detail, sizeof detail, "%s%s%s", diag_message(diag->id),
	    *diag->details ? ": " : "", diag->details);
	skip(leg, OUTCOME_SKIPPED, REASON_QUERY, detail);
	leg->outcome.srw = diag_srw(diag->id);
	return false;
}

static bool plan_is_like(const struct plan_leg *last, const struct plan_leg *leg)
{
	return last && last->query && leg->partner->target.protocol == PARTNER_Z3950 &&
	       last->partner->target.profile == leg->partner->target.profile;
}

struct plan *plan_create(struct arena *arena, const struct config *config,
    const struct partner *const *partners, size_t npartners, const struct question *question,
    bool single, day_t today)
{
	struct plan *plan = arena_alloc(arena, sizeof *plan);

	const struct plan_leg *last = NULL;

	plan->legs = arena_array(arena, npartners, sizeof *plan->legs);
	plan->nlegs = npartners;
	for (size_t i = 0; i < npartners; i++) {
		struct plan_leg *leg = &plan->legs[i];
		struct diag diag = {DIAG_NONE, ""};

		leg->partner = partners[i];
		if (!plan_permits(leg, config, today))
			continue;
		leg->ask = plan_query(
		    leg, plan_is_like(last, leg) ? last : NULL, arena, question, single, &diag);
		if (leg->ask)
			last = leg;
		if (!leg->ask && !plan->query_diag.id)
			plan->query_diag = diag;
	}
	return plan;
}
