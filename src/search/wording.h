#ifndef SILANG_SEARCH_WORDING_H
#define SILANG_SEARCH_WORDING_H
/*
 * In which words one partner is asked: as planned, less what it is known to refuse; in the next
 * simpler form when it refuses more; without diacritics when it finds nothing with them. What no
 * longer holds of the question is said, never hidden.
 */
#include <stdbool.h>
#include <stddef.h>
#include <yaz/z-core.h>
#include "query/degrade.h"

struct arena;
struct plan_leg;
struct reply_diagnostic;

struct wording {
	struct arena *arena;
	const struct plan_leg *plan;
	Z_RPNQuery *query;	/* what is to be sent */
	struct degrade degrade; /* what the partner refuses, as far as is known */
	unsigned simpler;	/* times that it was put more simply */
	bool plain;		/* without diacritics */
	char lost[DEGRADE_TEXT];
};

void wording_begin(struct wording *wording, struct arena *arena, const struct plan_leg *plan,
    const struct degrade *known);
/* True when there is a simpler form to try after this diagnostic; `query` is it. */
bool wording_refused(struct wording *wording, const struct reply_diagnostic *diagnostic);
/* True when there is a form without diacritics to try after zero hits; `query` is it. */
bool wording_found_nothing(struct wording *wording);
/* It asks the partner to rank. */
bool wording_ranks(const struct wording *wording);
/* How the question differs from what was meant, for people; "" when it does not. */
void wording_describe(const struct wording *wording, char *out, size_t size);

#endif
