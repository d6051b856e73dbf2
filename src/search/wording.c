#include "search/wording.h"

#include <stdio.h>

#include "protocol/zclient.h"
#include "query/rpn.h"
#include "search/plan.h"

#define SIMPLER_MOST 2

static void wording_make(struct wording *wording)
{
	const struct plan_leg *plan = wording->plan;

	wording->query = degrade_apply(wording->arena, wording->plain ? plan->plain : plan->query,
	    &wording->degrade, wording->lost);
}

void wording_begin(struct wording *wording, struct arena *arena, const struct plan_leg *plan,
    const struct degrade *known)
{
	*wording = (struct wording){
	    .arena = arena,
	    .plan = plan,
	    .degrade = *known,
	    .plain = !plan->query,
	};
	wording_make(wording);
}

bool wording_refused(struct wording *wording, const struct reply_diagnostic *diagnostic)
{
	if (!diagnostic->present || wording->simpler == SIMPLER_MOST ||
	    !degrade_learn(
		&wording->degrade, wording->query, diagnostic->code, diagnostic->addinfo))
		return false;
	wording->simpler++;
	wording_make(wording);
	return true;
}

bool wording_found_nothing(struct wording *wording)
{
	if (wording->plain || !wording->plan->plain)
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
