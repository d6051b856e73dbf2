#include "search/page.h"

#include <stdio.h>
#include <string.h>

#include "registry/partner.h"
#include "search/plan.h"

bool page_tell_refused(const struct page_partner *partners, size_t npartners, struct diag *diag)
{
	const struct outcome *first = NULL;

	for (size_t i = 0; i < npartners; i++) {
		const struct outcome *outcome = &partners[i].outcome;
		bool refused =
		    outcome->status == OUTCOME_SKIPPED && outcome->reason == REASON_QUERY;

		if (refused && !first && diag_of_srw(outcome->srw))
			first = outcome;
		if (!refused && (outcome->status == OUTCOME_OK || outcome_is_outage(outcome)))
			return false;
	}
	if (first) {
		enum diag_id id = diag_of_srw(first->srw);
		const char *message = diag_message(id), *detail = first->detail;
		size_t length = strlen(message);

		if (strncmp(detail, message, length) == 0)
			detail += length;
		if (strncmp(detail, ": ", 2) == 0)
			detail += 2;
		diag_set(diag, id, "%s", detail);
	}
	return first != NULL;
}

static bool ends_alike(const struct outcome *a, const struct outcome *b)
{
	return a->status == b->status && a->reason == b->reason && a->bib1 == b->bib1 &&
	       a->srw == b->srw;
}

/* All the same: "all 16: failed diagnostic bib1:114 9999". */
static bool tell_once(const struct page_partner *partners, size_t npartners, struct diag *diag)
{
	const struct outcome *first = &partners[0].outcome;
	char code[24] = "";

	for (size_t i = 1; i < npartners; i++)
		if (!ends_alike(&partners[i].outcome, first))
			return false;
	if (npartners < 2 || (!first->bib1 && !first->srw))
		return false;
	snprintf(code, sizeof code, "%s:%d", first->bib1 ? "bib1" : "srw",
	    first->bib1 ? first->bib1 : first->srw);
	diag_set(diag, DIAG_UNAVAILABLE, "all %zu: %s %s %s%s%s", npartners,
	    outcome_status_name(first->status), outcome_reason_name(first->reason), code,
	    *first->detail ? " " : "", first->detail);
	return true;
}

void page_tell_unanswered(const struct page_partner *partners, size_t npartners, struct diag *diag)
{
	char details[DIAG_DETAILS_MAX] = "";
	size_t at = 0, left_out = 0;

	if (npartners && tell_once(partners, npartners, diag))
		return;
	for (size_t i = 0; i < npartners; i++) {
		const struct page_partner *partner = &partners[i];
		char one[96];
		int n = snprintf(one, sizeof one, "%s%s: %s%s%s", at ? "; " : "",
		    partner->plan->partner->id, outcome_status_name(partner->outcome.status),
		    partner->outcome.reason ? " " : "",
		    outcome_reason_name(partner->outcome.reason));

		if (n < 0 || (size_t)n >= sizeof one || at + (size_t)n + 24 > sizeof details) {
			left_out++;
			continue;
		}
		memcpy(details + at, one, (size_t)n + 1);
		at += (size_t)n;
	}
	if (left_out)
		snprintf(details + at, sizeof details - at, "; and %zu more", left_out);
	diag_set(diag, DIAG_UNAVAILABLE, "%s", details);
}
