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
#include "query/ask.h"
#include "query/degrade.h"

struct arena;
struct health;
struct plan_leg;
struct reply_diagnostic;

struct wording {
	struct arena *arena;
	const struct plan_leg *plan;
	/* What is to be sent, by Z39.50 or by SRU. */
	Z_RPNQuery *query;
	const Odr_any *encoded; /* the same; NULL when it is not what was planned */
	const struct question *tree;
	/* What the partner refuses of it, as far as is known. */
	struct degrade degrade;
	struct ask_refused refused;
	unsigned simpler; /* times that it was put more simply */
	bool plain;	  /* without diacritics */
	char lost[DEGRADE_TEXT];
};

void wording_begin(struct wording *wording, struct arena *arena, const struct plan_leg *plan,
    const struct health *known);
/* It has begun. */
bool wording_exists(const struct wording *wording);
/* Adds what was learned, once the simpler form was taken. */
void wording_teach(const struct wording *wording, struct health *known);
/* True when there is a simpler form to try after this diagnostic. `server`: that an SRU server was
 * taken for. */
bool wording_refused(struct wording *wording, const struct reply_diagnostic *diagnostic,
    const struct ask_server *server);
/* True when there is a form without diacritics to try after zero hits. */
bool wording_found_nothing(struct wording *wording);
/* It asks the partner to rank. */
bool wording_ranks(const struct wording *wording);
/* How the question differs from what was meant, for people; "" when it does not. */
void wording_describe(const struct wording *wording, char *out, size_t size);

#endif
