#include "search/plan.h"

#include <stdio.h>

#include "base/arena.h"
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
static bool plan_words(struct plan_leg *leg, struct arena *arena, const struct question *question,
    const struct profile *profile, struct diag *diag)
{
	const struct query *plain = query_unaccent(arena, question->query);
	struct diag ignored = {DIAG_NONE, ""};

	leg->query = plan_rpn(arena, question, question->query, profile, &leg->sorts, diag);
	if (plain && (leg->query || diag->id == DIAG_CANNOT_PROCESS))
		leg->plain = plan_rpn(arena, question, plain, profile, &leg->sorts, &ignored);
	return leg->query || leg->plain;
}

/* `like`: an earlier leg of the same profile that is asked, or NULL: it is asked the same. */
static bool plan_query(struct plan_leg *leg, const struct plan_leg *like, struct arena *arena,
    const struct question *question, bool single, struct diag *diag)
{
	const struct profile *profile = leg->partner->target.profile;

	if (like) {
		leg->query = like->query;
		leg->plain = like->plain;
		leg->sent = like->sent;
		leg->sorts = like->sorts;
		return true;
	}
	if (plan_words(leg, arena, question, profile, diag)) {
		if (!question->nsort || leg->sorts || !single) {
			leg->sent = rpn_to_pqf(arena, leg->query ? leg->query : leg->plain);
			return true;
		}
		diag_set(diag, DIAG_SORT, "%s does not sort", leg->partner->id);
	}

	char detail[DIAG_DETAILS_MAX + 64];

	snprintf(detail, sizeof detail, "%s%s%s", diag_message(diag->id),
	    *diag->details ? ": " : "", diag->details);
	skip(leg, OUTCOME_SKIPPED, REASON_QUERY, detail);
	leg->outcome.srw = diag_srw(diag->id);
	return false;
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
		if (last && last->partner->target.profile != leg->partner->target.profile)
			last = NULL;
		leg->ask = plan_query(leg, last, arena, question, single, &diag);
		if (leg->ask)
			last = leg;
		if (!leg->ask && !plan->query_diag.id)
			plan->query_diag = diag;
	}
	return plan;
}
