/*
 * Misspelt questions: a word that no record holds may be meant as one that some hold. Only titles
 * and names are looked through; a word may be one slip away (a letter wrong, missing, too many, or
 * two exchanged), a long one two.
 */
#include <string.h>

#include "merge/rank_plan.h"

#define SPELL_MIN 4	 /* letters of a word that may be misspelt */
#define SPELL_TWO 9	 /* from here on it may be two slips away */
#define SPELL_LETTERS 32 /* longer words are left alone */

static bool has_digit(const char *word, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (word[i] >= '0' && word[i] <= '9')
			return true;
	return false;
}

uint64_t rank_plan_missing(const struct rank_plan *plan)
{
	uint64_t missing = 0;

	for (size_t i = 0; i < plan->nterms; i++) {
		const struct rank_term *term = &plan->terms[i];

		if (!term->df && !term->prefix && term->length >= SPELL_MIN &&
		    term->length <= SPELL_LETTERS && !has_digit(term->text, term->length))
			missing |= (uint64_t)1 << i;
	}
	return missing;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Slips between two words, neighbours exchanged being one; more than `most` is most + 1. */
static size_t slips(const char *a, size_t na, const char *b, size_t nb, size_t most)
{
	uint8_t rows[3][SPELL_LETTERS + 3];
	uint8_t *before = rows[0], *last = rows[1], *row = rows[2];

	for (size_t k = 0; k <= nb; k++)
		last[k] = (uint8_t)k;
	for (size_t i = 1; i <= na; i++) {
		size_t smallest = row[0] = (uint8_t)i;
		uint8_t *free_row = before;

		for (size_t k = 1; k <= nb; k++) {
			size_t best = least(last[k], row[k - 1]) + 1u;

			best = least(best, last[k - 1] + (size_t)(a[i - 1] != b[k - 1]));
			if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1])
				best = least(best, before[k - 2] + 1u);
			row[k] = (uint8_t)best;
			smallest = least(smallest, best);
		}
		if (smallest > most)
			return most + 1;
		before = last;
		last = row;
		row = free_row;
	}
	return last[nb];
}

/* A first letter is seldom wrong, and then the rest is right. */
static bool is_meant(const struct rank_term *term, const char *word, size_t length)
{
	size_t most = term->length >= SPELL_TWO ? 2 : 1;

	if (length + most < term->length || length > term->length + most ||
	    length > SPELL_LETTERS || length + 1 < SPELL_MIN)
		return false;
	if (word[0] != term->text[0])
		most = 1;
	return slips(term->text, term->length, word, length, most) <= most;
}

bool rank_plan_spell(
    struct rank_plan *plan, struct arena *arena, uint64_t missing, const struct doc *doc)
{
	const char *word = doc->text, *end = doc->text + doc->text_length;
	bool found = false;

	for (size_t at = 0; at < doc->field_end[DOC_AUTHOR] && word < end; at++) {
		const char *blank;

		if (!doc->words[at])
			continue;
		blank = memchr(word, ' ', (size_t)(end - word));
		blank = blank ? blank : end;
		for (uint64_t left = missing; left; left &= left - 1) {
			size_t term = (size_t)__builtin_ctzll(left);

			if (!is_meant(&plan->terms[term], word, (size_t)(blank - word)))
				continue;
			rank_plan_add_form(plan, arena, term, word, (size_t)(blank - word));
			found = true;
		}
		word = blank + 1;
	}
	return found;
}
