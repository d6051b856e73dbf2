#include "merge/rank.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "merge/fold.h"
#include "merge/rank_plan.h"
#include "merge/weights.h"

#define TITLE_WORDS_MAX 128 /* of a record's titles, looked at for order */
#define SORTED_MIN 8	    /* records of a partner before its order is judged */
#define SORTED_YEARS_MIN 4

/* Where one word of the question stands in one record. */
struct rank_hit {
	uint8_t term;
	float count[DOC_FIELDS]; /* variants count less than one */
};

struct rank_found {
	struct rank_hit *hits;
	uint8_t nhits;
	bool identifier;
	float title; /* how the titles relate to the question, in units of weights.h */
	uint64_t
	    title_pairs; /* bit by term: it follows in a title what it follows in the question */
	uint64_t other_pairs;
};

/* Judges whether a partner's own order is plainly by date or title. */
struct order_judge {
	unsigned partner;
	size_t count, nyears;
	int last_year;
	bool is_rising, is_falling, is_by_title;
	const struct doc *last;
};

struct rank {
	struct arena *arena;
	const struct merge_params *params;
	const struct merge_item *const *items;
	size_t count;
	struct rank_found *found;
	double lengths[DOC_FIELDS]; /* of all records together; after rank_weigh the mean */
	bool *is_sorted;	    /* by partner */
	struct order_judge judge;
	struct rank_plan plan;
};

struct rank *rank_create(struct arena *arena, const struct merge_params *params,
    const struct merge_item *const *items, size_t count)
{
	struct rank *rank = arena_alloc(arena, sizeof *rank);
	unsigned partners = 0;

	rank->arena = arena;
	rank->params = params;
	rank->items = items;
	rank->count = count;
	rank->found = arena_array(arena, count, sizeof *rank->found);
	if (count)
		partners = items[count - 1]->partner + 1;
	rank->is_sorted = arena_array(arena, partners, sizeof *rank->is_sorted);
	rank_plan_make(&rank->plan, arena, params);
	return rank;
}

/* One record being matched. */
struct scan {
	const struct rank_plan *plan;
	const struct doc *doc;
	const char *text;  /* where the words' own text is; only followed for truncated words */
	uint64_t seen;	   /* terms found */
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

static void keep_hits(struct rank *rank, struct rank_found *found, const struct scan *scan)
{
	size_t count = (size_t)__builtin_popcountll(scan->seen);

	found->nhits = (uint8_t)count;
	if (!count)
		return;
	found->hits = arena_array(rank->arena, count, sizeof *found->hits);
	count = 0;
	for (uint64_t left = scan->seen; left; left &= left - 1) {
		struct rank_hit *hit = &found->hits[count++];

		hit->term = (uint8_t)__builtin_ctzll(left);
		memcpy(hit->count, scan->counts[hit->term], sizeof hit->count);
		rank->plan.terms[hit->term].df++;
	}
}

static void end_judge(struct rank *rank)
{
	const struct order_judge *judge = &rank->judge;
	bool by_year = (judge->is_rising || judge->is_falling) && judge->nyears >= SORTED_YEARS_MIN;

	if (judge->count >= SORTED_MIN)
		rank->is_sorted[judge->partner] = by_year || judge->is_by_title;
}

static void judge_order(struct rank *rank, const struct merge_item *item)
{
	struct order_judge *judge = &rank->judge;
	const struct doc *doc = item->doc;

	if (!judge->count || judge->partner != item->partner) {
		end_judge(rank);
		*judge = (struct order_judge){.partner = item->partner,
		    .is_rising = true,
		    .is_falling = true,
		    .is_by_title = true};
	}
	if (judge->last && doc_compare_titles(judge->last, doc) > 0)
		judge->is_by_title = false;
	if (doc->year && judge->last_year) {
		judge->is_rising &= doc->year >= judge->last_year;
		judge->is_falling &= doc->year <= judge->last_year;
	}
	if (doc->year) {
		judge->nyears += doc->year != judge->last_year;
		judge->last_year = doc->year;
	}
	judge->last = doc;
	judge->count++;
}

void rank_match(struct rank *rank, size_t item)
{
	const struct doc *doc = rank->items[item]->doc;
	struct rank_found *found = &rank->found[item];
	struct scan scan;

	scan.plan = &rank->plan;
	scan.doc = doc;
	scan.text = doc->text;
	scan.seen = scan.title_pairs = scan.other_pairs = 0;
	scan_words(&scan);
	found->title = scan.seen ? (float)best_title(&scan) : 0;
	found->title_pairs = scan.title_pairs;
	found->other_pairs = scan.other_pairs;
	found->identifier = has_identifier(&rank->plan, doc);
	keep_hits(rank, found, &scan);
	for (enum doc_field f = 0, from = 0; f < DOC_FIELDS; from = doc->field_end[f++])
		rank->lengths[f] += doc->field_end[f] - from;
	judge_order(rank, rank->items[item]);
}

void rank_weigh(struct rank *rank)
{
	end_judge(rank);
	rank_plan_weigh(&rank->plan, rank->params, rank->count);
	for (enum doc_field f = 0; f < DOC_FIELDS; f++)
		rank->lengths[f] = rank->count ? rank->lengths[f] / (double)rank->count + 1 : 1;
}

/* What all records of an entry have together: of each word in each field the most that one has. */
struct sum {
	double title;
	uint64_t title_pairs, other_pairs, found;
	bool identifier;
	double lengths[DOC_FIELDS]; /* mean */
	float counts[RANK_TERMS_MAX][DOC_FIELDS];
};

static void add_member(
    struct sum *sum, const struct doc *doc, const struct rank_found *found, size_t members)
{
	for (size_t i = 0; i < found->nhits; i++) {
		const struct rank_hit *hit = &found->hits[i];

		if (!(sum->found >> hit->term & 1))
			memset(sum->counts[hit->term], 0, sizeof sum->counts[hit->term]);
		sum->found |= (uint64_t)1 << hit->term;
		for (enum doc_field f = 0; f < DOC_FIELDS; f++)
			if (hit->count[f] > sum->counts[hit->term][f])
				sum->counts[hit->term][f] = hit->count[f];
	}
	sum->title = found->title > sum->title ? found->title : sum->title;
	sum->title_pairs |= found->title_pairs;
	sum->other_pairs |= found->other_pairs;
	sum->identifier |= found->identifier;
	for (enum doc_field f = 0, from = 0; f < DOC_FIELDS; from = doc->field_end[f++])
		sum->lengths[f] += (double)(doc->field_end[f] - from) / (double)members;
}

/* RRF's share of the best copy, 1 for a first place in an order by relevance; never summed, since
 * being held twice is no sign of relevance. */
static double fusion_value(const struct rank *rank, const struct merge_item *item)
{
	const struct merge_params *params = rank->params;
	bool ranks = item->partner < params->nsources && params->sources[item->partner].ranks;
	double weight = ranks ? 1 : rank->is_sorted[item->partner] ? 0 : rank_weight.fusion_unknown;

	return item->position ? weight * (rank_weight.fusion_rank + 1) /
				    (rank_weight.fusion_rank + item->position)
			      : 0;
}

/* The parts of a score, for adding up and for explaining. */
struct parts {
	double field[DOC_FIELDS];
	double identifier, coordination, title, pairs, one_field, fusion, holdings, total;
	size_t nfound;
};

static double add_lexical(const struct rank *rank, const struct sum *sum, struct parts *parts)
{
	double lexical = 0;

	for (uint64_t left = sum->found; left; left &= left - 1) {
		size_t t = (size_t)__builtin_ctzll(left);
		const struct rank_term *term = &rank->plan.terms[t];
		double weighed[DOC_FIELDS], all = 0, value;

		for (enum doc_field f = 0; f < DOC_FIELDS; f++) {
			double length = sum->lengths[f] / rank->lengths[f];

			weighed[f] = term->weight[f] * sum->counts[t][f] /
				     (1 - rank_weight.b + rank_weight.b * length);
			all += weighed[f];
		}
		if (all <= 0)
			continue;
		value = term->idf * all / (rank_weight.k1 + all);
		for (enum doc_field f = 0; f < DOC_FIELDS; f++)
			parts->field[f] += value * weighed[f] / all;
		lexical += value;
		parts->nfound++;
	}
	return lexical;
}

static double coordination(const struct rank *rank, const struct sum *sum)
{
	const struct rank_plan *plan = &rank->plan;
	double found = 0, power = rank_weight.coordination;

	if (!plan->nterms)
		return 1;
	for (uint64_t left = sum->found; left; left &= left - 1)
		found += plan->terms[__builtin_ctzll(left)].idf;
	if ((double)plan->nterms > rank_weight.coordination_words)
		power *= rank_weight.coordination_words / (double)plan->nterms;
	return pow(found / plan->total, power);
}

static double pair_share(const struct rank_plan *plan, uint64_t pairs)
{
	double sum = 0;

	for (; pairs; pairs &= pairs - 1)
		sum += plan->terms[__builtin_ctzll(pairs)].adjacent ? rank_weight.adjacent : 1;
	return plan->npairs ? sum / (double)plan->npairs : 0;
}

/* All words of the question in one field. */
static bool is_in_one_field(const struct rank_plan *plan, const struct sum *sum)
{
	uint64_t fields = (1 << DOC_FIELDS) - 1;

	if (plan->nterms < 2 || (size_t)__builtin_popcountll(sum->found) < plan->nterms)
		return false;
	for (uint64_t left = sum->found; left; left &= left - 1)
		for (enum doc_field f = 0; f < DOC_FIELDS; f++)
			if (!sum->counts[__builtin_ctzll(left)][f])
				fields &= ~((uint64_t)1 << f);
	return fields != 0;
}

static const char *explain_parts(const struct rank *rank, const struct parts *parts)
{
	static const char *const names[] = {
	    "title", "subtitle", "author", "subject", "series", "notes", "publisher"};
	const char *text = "";

	for (enum doc_field f = 0; f < DOC_FIELDS; f++)
		text = arena_printf(rank->arena, "%s%s %.2f ", text, names[f], parts->field[f]);
	return arena_printf(rank->arena,
	    "%sidentifier %.2f words %zu/%zu coordination %.2f whole-title %.2f phrase %.2f "
	    "one-field %.2f "
	    "fusion %.2f holdings %.2f = %.3f",
	    text, parts->identifier, parts->nfound, rank->plan.nterms, parts->coordination,
	    parts->title, parts->pairs, parts->one_field, parts->fusion, parts->holdings,
	    parts->total);
}

double rank_score(struct rank *rank, const uint32_t *members, size_t count, const char **explain)
{
	const struct rank_plan *plan = &rank->plan;
	double phrase = rank_weight.phrase * plan->total,
	       lexical; /* what a phrase of all words weighs */
	struct parts parts = {0};
	struct sum sum;

	memset(&sum, 0, offsetof(struct sum, counts));
	for (size_t i = 0; i < count; i++) {
		const struct merge_item *item = rank->items[members[i]];
		double fusion = rank_weight.fusion * fusion_value(rank, item);

		add_member(&sum, item->doc, &rank->found[members[i]], count);
		parts.fusion = fusion > parts.fusion ? fusion : parts.fusion;
	}
	lexical = add_lexical(rank, &sum, &parts);
	parts.coordination = coordination(rank, &sum);
	phrase *= parts.coordination;
	parts.identifier = sum.identifier ? rank_weight.identifier : 0;
	parts.title = phrase * sum.title;
	parts.pairs = phrase * (rank_weight.pairs_title * pair_share(plan, sum.title_pairs) +
				   rank_weight.pairs_other * pair_share(plan, sum.other_pairs));
	parts.one_field = is_in_one_field(plan, &sum) ? phrase * rank_weight.one_field : 0;
	if (sum.found || sum.identifier)
		parts.holdings = rank_weight.holdings * log(1 + (double)count);
	parts.total = rank_weight.lexical * (lexical * parts.coordination + parts.identifier) +
		      parts.title + parts.pairs + parts.one_field + parts.fusion + parts.holdings;
	if (explain)
		*explain = explain_parts(rank, &parts);
	return parts.total;
}

double rank_display(const struct rank *rank, double score)
{
	double half = 1 + rank->plan.total / 2;

	return score / (score + half);
}
