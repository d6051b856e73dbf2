#include "merge/rank.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "merge/rank_find.h"
#include "merge/rank_plan.h"
#include "merge/weights.h"

#define SORTED_MIN 8 /* records of a partner before its order is judged */
#define SORTED_YEARS_MIN 4
#define AGREEMENT_PAIRS_MIN 40 /* of records, one holding more than the other */
#define AGREEMENT_MAX 64       /* records of a partner that are compared */

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
	double *agreement;	    /* by partner: of its order with relevance, -1 to 1 */
	unsigned npartners;
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
	rank->npartners = partners;
	rank->is_sorted = arena_array(arena, partners, sizeof *rank->is_sorted);
	rank->agreement = arena_array(arena, partners, sizeof *rank->agreement);
	rank_plan_make(&rank->plan, arena, params);
	return rank;
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

	rank_find(&rank->plan, rank->arena, doc, found);
	for (size_t i = 0; i < found->nhits; i++) {
		struct rank_term *term = &rank->plan.terms[found->hits[i].term];

		term->df++;
		term->exact += found->exact >> found->hits[i].term & 1;
	}
	for (enum doc_field f = 0, from = 0; f < DOC_FIELDS; from = doc->field_end[f++])
		rank->lengths[f] += doc->field_end[f] - from;
	if (rank->items[item]->position)
		judge_order(rank, rank->items[item]);
}

bool rank_respell(struct rank *rank)
{
	struct rank_plan *plan = &rank->plan;
	uint64_t missing = rank_plan_missing(plan);
	bool found = false;

	for (size_t i = 0; missing && i < rank->count; i++)
		found |= rank_plan_spell(plan, rank->arena, missing, rank->items[i]->doc);
	if (!found)
		return false;
	for (size_t i = 0; i < plan->nterms; i++)
		plan->terms[i].df = plan->terms[i].exact = 0;
	memset(rank->lengths, 0, sizeof rank->lengths);
	rank->judge = (struct order_judge){0};
	return true;
}

/* How much of the question, by weight, a record holds. */
static double found_share(const struct rank *rank, size_t item)
{
	const struct rank_found *found = &rank->found[item];
	double sum = 0;

	for (size_t i = 0; i < found->nhits; i++)
		sum += rank->plan.terms[found->hits[i].term].idf;
	return sum;
}

/* Kendall's rank correlation of a partner's order with what its records hold of the question: high
 * for one that orders by relevance, about nothing for any other order. 0 when it says nothing. */
static double measure_agreement(const struct rank *rank, size_t from, size_t to)
{
	double agree = 0, pairs = 0;

	if (to - from > AGREEMENT_MAX)
		to = from + AGREEMENT_MAX;
	for (size_t i = from; i < to; i++)
		for (size_t k = from; k < i; k++) {
			double a = found_share(rank, k), b = found_share(rank, i);

			agree += (a > b) - (a < b);
			pairs += a != b;
		}
	return pairs >= AGREEMENT_PAIRS_MIN ? agree / pairs : 0;
}

static void judge_partners(struct rank *rank)
{
	for (size_t from = 0, to; from < rank->count; from = to) {
		unsigned partner = rank->items[from]->partner;

		for (to = from; to < rank->count && rank->items[to]->partner == partner;)
			to++;
		while (from < to && !rank->items[from]->position) /* from a second question */
			from++;
		rank->agreement[partner] = measure_agreement(rank, from, to);
	}
}

void rank_weigh(struct rank *rank)
{
	end_judge(rank);
	rank_plan_weigh(&rank->plan, rank->params, rank->count);
	judge_partners(rank);
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
	double learned = rank->agreement[item->partner] * rank_weight.fusion_agreement, weight;

	if (learned < rank_weight.fusion_unknown)
		learned = rank_weight.fusion_unknown;
	weight = ranks || learned > 1 ? 1 : rank->is_sorted[item->partner] ? 0 : learned;

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

/* The share of the question that was found, squared: some targets drop words silently. A long
 * question is a description rather than a conjunction, of which nothing holds every word. */
static double coordination(const struct rank *rank, const struct sum *sum)
{
	const struct rank_plan *plan = &rank->plan;
	double from = rank_weight.coordination_short, to = rank_weight.coordination_long;
	double mildness = ((double)plan->nterms - from) / (to - from), found = 0;

	if (!plan->nterms || mildness >= 1)
		return 1;
	for (uint64_t left = sum->found; left; left &= left - 1)
		found += plan->terms[__builtin_ctzll(left)].idf;
	return pow(
	    found / plan->total, rank_weight.coordination * (1 - (mildness > 0 ? mildness : 0)));
}

static double pair_share(const struct rank_plan *plan, uint64_t pairs)
{
	double sum = 0;

	for (; pairs; pairs &= pairs - 1) {
		const struct rank_term *term = &plan->terms[__builtin_ctzll(pairs)];

		sum += term->pair * (term->adjacent ? rank_weight.adjacent : 1);
	}
	return plan->pairs > 0 ? sum / plan->pairs : 0;
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

static void score(
    const struct rank *rank, const uint32_t *members, size_t count, struct parts *parts)
{
	const struct rank_plan *plan = &rank->plan;
	double phrase = rank_weight.phrase * plan->total,
	       lexical; /* what a phrase of all words weighs */
	struct sum sum;

	memset(&sum, 0, offsetof(struct sum, counts));
	for (size_t i = 0; i < count; i++) {
		const struct merge_item *item = rank->items[members[i]];
		double fusion = rank_weight.fusion * fusion_value(rank, item);

		add_member(&sum, item->doc, &rank->found[members[i]], count);
		parts->fusion = fusion > parts->fusion ? fusion : parts->fusion;
	}
	lexical = add_lexical(rank, &sum, parts);
	parts->coordination = coordination(rank, &sum);
	phrase *= parts->coordination;
	parts->identifier = sum.identifier ? rank_weight.identifier : 0;
	parts->title = phrase * sum.title;
	parts->pairs = phrase * (rank_weight.pairs_title * pair_share(plan, sum.title_pairs) +
				    rank_weight.pairs_other * pair_share(plan, sum.other_pairs));
	parts->one_field = is_in_one_field(plan, &sum) ? phrase * rank_weight.one_field : 0;
	if (sum.found || sum.identifier)
		parts->holdings = rank_weight.holdings * log(1 + (double)count);
	parts->total = rank_weight.lexical * (lexical * parts->coordination + parts->identifier) +
		       parts->title + parts->pairs + parts->one_field + parts->fusion +
		       parts->holdings;
}

double rank_score(const struct rank *rank, const uint32_t *members, size_t count)
{
	struct parts parts = {0};

	score(rank, members, count, &parts);
	return parts.total;
}

static double half(const struct rank *rank)
{
	return 1 + rank->plan.total / 2;
}

void rank_explain(
    const struct rank *rank, const uint32_t *members, size_t count, struct rank_account *out)
{
	static const char *const fields[] = {
	    "title", "subtitle", "author", "subject", "series", "notes", "publisher"};
	struct parts parts = {0};

	score(rank, members, count, &parts);
	*out = (struct rank_account){.nfound = parts.nfound,
	    .nasked = rank->plan.nterms,
	    .coordination = parts.coordination,
	    .total = parts.total,
	    .half = half(rank)};
	for (enum doc_field f = 0; f < DOC_FIELDS; f++)
		out->parts[out->nparts++] = (struct rank_part){
		    fields[f], rank_weight.lexical * parts.coordination * parts.field[f]};
	const struct rank_part others[] = {{"identifier", rank_weight.lexical * parts.identifier},
	    {"whole-title", parts.title}, {"phrase", parts.pairs}, {"one-field", parts.one_field},
	    {"fusion", parts.fusion}, {"holdings", parts.holdings}};

	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		out->parts[out->nparts++] = others[i];
}

double rank_display(const struct rank *rank, double score)
{
	return score / (score + half(rank));
}

double rank_agreement(const struct rank *rank, unsigned partner)
{
	return partner < rank->npartners ? rank->agreement[partner] : 0;
}
