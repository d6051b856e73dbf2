#include "merge/rank_find.h"

#include <string.h>

#include "base/arena.h"
#include "merge/fold.h"
#include "merge/weights.h"

#define TITLE_WORDS_MAX 128 /* of a record's titles, looked at for order */

/* One record being matched. */
struct scan {
	const struct rank_plan *plan;
	const struct doc *doc;
	const char *text;  /* where the words' own text is; only followed for truncated words */
	uint64_t seen;	   /* terms found */
	uint64_t exact;	   /* of them, those found as they were asked */
	uint64_t previous; /* terms that the word before is */
	uint64_t title_pairs, other_pairs;
	uint64_t at_title[TITLE_WORDS_MAX]; /* terms by place in the titles */
	float counts[RANK_TERMS_MAX][DOC_FIELDS];
};

static void count_term(struct scan *scan, size_t term, enum doc_field field, double value)
{
	if (!(scan->seen >> term & 1))
		memset(scan->counts[term], 0, sizeof scan->counts[term]);
	scan->seen |= (uint64_t)1 << term;
	scan->counts[term][field] += (float)value;
}

static uint64_t match_forms(struct scan *scan, uint32_t hash, enum doc_field field)
{
	const struct rank_plan *plan = scan->plan;
	uint64_t terms = 0;

	if (!(plan->filter[hash >> 6 & 63] >> (hash & 63) & 1))
		return 0;
	for (size_t at = hash * FOLD_HASH_PRIME >> 7 & plan->mask; plan->forms[at].hash;
	     at = (at + 1) & plan->mask) {
		const struct rank_form *form = &plan->forms[at];

		if (form->hash != hash || (form->indonesian && scan->doc->unindonesian))
			continue;
		terms |= (uint64_t)1 << form->term;
		if (!form->is_variant)
			scan->exact |= (uint64_t)1 << form->term;
		count_term(scan, form->term, field, form->is_variant ? rank_weight.variant : 1);
	}
	return terms;
}

/* Moves on to the next word's own text and compares it with what was asked truncated. */
static uint64_t match_prefixes(struct scan *scan, enum doc_field field)
{
	const struct rank_plan *plan = scan->plan;
	const char *word = scan->text;
	const char *end = scan->doc->text + scan->doc->text_length;
	const char *blank = memchr(word, ' ', (size_t)(end - word));
	size_t length = (size_t)((blank ? blank : end) - word);
	uint64_t terms = 0;

	scan->text = blank ? blank + 1 : end;
	for (uint64_t left = plan->prefixes; left; left &= left - 1) {
		size_t term = (size_t)__builtin_ctzll(left);

		if (length < plan->terms[term].length ||
		    memcmp(word, plan->terms[term].text, plan->terms[term].length))
			continue;
		terms |= (uint64_t)1 << term;
		scan->exact |= (uint64_t)1 << term;
		count_term(scan, term, field,
		    length == plan->terms[term].length ? 1 : rank_weight.variant);
	}
	return terms;
}

static void note_pairs(struct scan *scan, uint64_t terms, enum doc_field field)
{
	for (uint64_t left = terms; left; left &= left - 1) {
		size_t term = (size_t)__builtin_ctzll(left);

		if (!(scan->plan->terms[term].after & scan->previous))
			continue;
		if (field <= DOC_TITLE_REST)
			scan->title_pairs |= (uint64_t)1 << term;
		else
			scan->other_pairs |= (uint64_t)1 << term;
	}
}

static void scan_words(struct scan *scan)
{
	const struct doc *doc = scan->doc;
	size_t at = 0;

	for (enum doc_field field = 0; field < DOC_FIELDS; field++) {
		scan->previous = 0;
		for (; at < doc->field_end[field]; at++) {
			uint64_t terms = 0;

			if (doc->words[at]) {
				terms = match_forms(scan, doc->words[at], field);
				if (scan->plan->prefixes)
					terms |= match_prefixes(scan, field);
				if (terms && scan->previous)
					note_pairs(scan, terms, field);
			}
			if (at < TITLE_WORDS_MAX && field <= DOC_TITLE_REST)
				scan->at_title[at] = terms;
			scan->previous = terms;
		}
	}
}

static bool is_article(const struct rank_plan *plan, uint32_t word)
{
	for (size_t i = 0; i < RANK_ARTICLES; i++)
		if (plan->articles[i] == word)
			return true;
	return false;
}

/* How many words from `from` on are, one by one, what the question has from its word `asked` on. */
static size_t follow(const struct scan *scan, size_t from, size_t to, size_t asked)
{
	size_t count = 0;

	while (from + count < to && asked + count < scan->plan->ntitle &&
	       (scan->at_title[from + count] >> scan->plan->title[asked + count] & 1))
		count++;
	return count;
}

static bool all_found(const struct scan *scan)
{
	return scan->seen ==
	       (scan->plan->nterms == 64 ? ~(uint64_t)0 : ((uint64_t)1 << scan->plan->nterms) - 1);
}

/* A title that stands whole within a longer question, as in "siti nurbaya marah rusli". */
static double contained_value(const struct scan *scan, size_t from, size_t to)
{
	size_t length = to - from, asked = scan->plan->ntitle;
	bool is_sure = all_found(scan);

	if (length >= asked || (length < 2 && !is_sure))
		return 0;
	for (size_t i = 0; i + length <= asked; i++)
		if (follow(scan, from, to, i) == length)
			return rank_weight.contained * (double)length / (double)asked *
			       (is_sure ? 1 : 0.5);
	return 0;
}

/* One title (words from `from` to before `to`) against the whole question. */
static double title_value(const struct scan *scan, size_t from, size_t to, bool is_main)
{
	const struct doc *doc = scan->doc;
	size_t asked = scan->plan->ntitle, rest = doc->field_end[DOC_TITLE], rest_end = rest, count;

	if (to - from > 1 && is_article(scan->plan, doc->words[from]))
		from++;
	count = follow(scan, from, to, 0);
	if (count == asked && to - from == asked)
		return is_main ? rank_weight.exact : rank_weight.exact_alternate;
	if (count == asked)
		return rank_weight.start;
	if (from <= 1 && count == to - from && is_main && doc->has_subtitle) {
		while (rest_end < doc->field_end[DOC_TITLE_REST] && rest_end < TITLE_WORDS_MAX &&
		       doc->words[rest_end])
			rest_end++;
		count = follow(scan, rest, rest_end, to - from);
		if (count == asked - (to - from))
			return count == rest_end - rest ? rank_weight.exact
							: rank_weight.exact_alternate;
	}
	return contained_value(scan, from, to);
}

static double best_title(const struct scan *scan)
{
	const struct doc *doc = scan->doc;
	size_t end = doc->field_end[DOC_TITLE_REST];
	double best = 0;

	if (!scan->plan->ntitle)
		return 0;
	if (end > TITLE_WORDS_MAX)
		end = TITLE_WORDS_MAX;
	for (size_t from = 0, to; from < end; from = to + 1) {
		bool is_main = from < doc->field_end[DOC_TITLE];
		double value;

		for (to = from; to < end && doc->words[to];)
			to++;
		if (to == from)
			continue;
		value = title_value(scan, from, to, is_main);
		if (!is_main && from < doc->alternates && value > rank_weight.start)
			value = rank_weight.start; /* a subtitle alone does not name the work */
		best = value > best ? value : best;
	}
	return best;
}

static bool has_identifier(const struct rank_plan *plan, const struct doc *doc)
{
	for (size_t i = 0; i < plan->nids; i++)
		for (size_t k = 0; k < doc->nids; k++)
			if ((doc->ids[k] & DOC_ID_VALUE) == plan->ids[i])
				return true;
	return false;
}

static void keep_hits(struct arena *arena, struct rank_found *found, const struct scan *scan)
{
	size_t count = (size_t)__builtin_popcountll(scan->seen);

	found->nhits = (uint8_t)count;
	if (!count)
		return;
	found->hits = arena_array(arena, count, sizeof *found->hits);
	count = 0;
	for (uint64_t left = scan->seen; left; left &= left - 1) {
		struct rank_hit *hit = &found->hits[count++];

		hit->term = (uint8_t)__builtin_ctzll(left);
		memcpy(hit->count, scan->counts[hit->term], sizeof hit->count);
	}
}

void rank_find(const struct rank_plan *plan, struct arena *arena, const struct doc *doc,
    struct rank_found *found)
{
	struct scan scan;

	scan.plan = plan;
	scan.doc = doc;
	scan.text = doc->text;
	scan.seen = scan.exact = scan.title_pairs = scan.other_pairs = 0;
	scan_words(&scan);
	found->title = scan.seen ? (float)best_title(&scan) : 0;
	found->title_pairs = scan.title_pairs;
	found->other_pairs = scan.other_pairs;
	found->exact = scan.exact;
	found->identifier = has_identifier(plan, doc);
	keep_hits(arena, found, &scan);
}
