#include "search/wording.h"

#include <stdio.h>

#include "protocol/reply.h"
#include "query/rpn.h"
#include "search/plan.h"
#include "target/health.h"

#define SIMPLER_MOST 2
#define SIMPLER_MOST_CQL 4 /* CQL has more forms that mean the same */

static void wording_make(struct wording *wording)
{
	const struct plan_leg *plan = wording->plan;

	if (plan->tree) {
		wording->tree = wording->plain ? plan->plain_tree : plan->tree;
		return;
	}
	wording->query = degrade_apply(wording->arena, wording->plain ? plan->plain : plan->query,
	    &wording->degrade, wording->lost);
	wording->encoded = wording->query == plan->query ? plan->encoded : NULL;
}

void wording_begin(struct wording *wording, struct arena *arena, const struct plan_leg *plan,
    const struct health *known)
{
	*wording = (struct wording){
	    .arena = arena,
	    .plan = plan,
	    .degrade = known->degrade,
	    .refused = known->refused,
	    .plain = !plan->query && !plan->tree,
	};
	wording_make(wording);
}

bool wording_exists(const struct wording *wording)
{
	return wording->plan != NULL;
}

static bool wording_learn(struct wording *wording, const struct reply_diagnostic *diagnostic,
    const struct ask_server *server)
{
	if (wording->tree)
		return diagnostic->set == REPLY_SRW &&
		       ask_learn(&wording->refused, wording->tree, server, diagnostic->code,
			   diagnostic->addinfo);
	return diagnostic->set == REPLY_BIB1 && degrade_learn(&wording->degrade, wording->query,
						    diagnostic->code, diagnostic->addinfo);
}

bool wording_refused(struct wording *wording, const struct reply_diagnostic *diagnostic,
    const struct ask_server *server)
{
	if (!diagnostic->present ||
	    wording->simpler == (wording->tree ? SIMPLER_MOST_CQL : SIMPLER_MOST) ||
	    !wording_learn(wording, diagnostic, server))
		return false;
	wording->simpler++;
	wording_make(wording);
	return true;
}

void wording_teach(const struct wording *wording, struct health *known)
{
	if (!wording->simpler)
		return;
	if (wording->tree) {
		known->refused.forms |= wording->refused.forms;
	} else {
		known->degrade.bare = true;
		known->degrade.refused |= wording->degrade.refused;
	}
}

bool wording_found_nothing(struct wording *wording)
{
	if (wording->plain || (!wording->plan->plain && !wording->plan->plain_tree))
		return false;
	wording->plain = true;
	wording_make(wording);
	return true;
}

bool wording_ranks(const struct wording *wording)
{
	return wording->query && rpn_asks_relevance(wording->query);
}

void wording_describe(const struct wording *wording, char *out, size_t size)
{
	snprintf(out, size, "%s%s%s%s", *wording->lost ? "asked without: " : "", wording->lost,
	    *wording->lost && wording->plain ? "; " : "",
	    wording->plain ? "asked without diacritics" : "");
}
