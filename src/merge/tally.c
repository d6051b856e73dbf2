#include "merge/tally.h"

#include <string.h>

#include "base/arena.h"
#include "merge/normalise.h"
#include "merge/rank_find.h"
#include "merge/rank_plan.h"

/* Which terms of the plan a word is made of; 0: none. */
static uint64_t terms_of(const struct rank_plan *plan, struct arena *arena, const char *word)
{
	const char *text = normalise_text(arena, word);
	uint64_t terms = 0;

	while (*text) {
		size_t length = strcspn(text, " "), i = 0;

		while (i < plan->nterms && (plan->terms[i].length != length ||
					       memcmp(plan->terms[i].text, text, length)))
			i++;
		if (i == plan->nterms)
			return 0;
		terms |= (uint64_t)1 << i;
		text += length + (text[length] == ' ');
	}
	return terms;
}

static uint64_t terms_in(const struct rank_found *found, bool titles)
{
	uint64_t terms = 0;

	for (size_t i = 0; i < found->nhits; i++) {
		const struct rank_hit *hit = &found->hits[i];

		if (!titles || hit->count[DOC_TITLE] > 0 || hit->count[DOC_TITLE_REST] > 0)
			terms |= (uint64_t)1 << hit->term;
	}
	return terms;
}

void tally_words(struct arena *arena, const char *const *words, size_t nwords,
    const struct doc *const *docs, size_t ndocs, bool titles, size_t *counts)
{
	struct rank_plan *plan = arena_alloc(arena, sizeof *plan);
	struct terms terms = {.words = arena_array(arena, nwords, sizeof *terms.words)};
	uint64_t *wanted = arena_array(arena, nwords, sizeof *wanted);

	for (; terms.count < nwords && terms.count < TALLY_WORDS_MAX; terms.count++)
		terms.words[terms.count] = (struct terms_word){.text = words[terms.count]};
	rank_plan_make(plan, arena, &(struct merge_params){.terms = &terms});
	for (size_t i = 0; i < nwords; i++) {
		wanted[i] = i < terms.count ? terms_of(plan, arena, words[i]) : 0;
		counts[i] = 0;
	}
	for (size_t d = 0; d < ndocs; d++) {
		struct rank_found found;
		uint64_t held;

		rank_find(plan, arena, docs[d], &found);
		held = terms_in(&found, titles);
		for (size_t i = 0; i < nwords; i++)
			counts[i] += wanted[i] && (held & wanted[i]) == wanted[i];
	}
}

bool tally_same_word(struct arena *arena, const char *a, const char *b)
{
	return !strcmp(a, b) || !strcmp(normalise_text(arena, a), normalise_text(arena, b));
}
