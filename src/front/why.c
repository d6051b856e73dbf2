#include "front/why.h"

#include "base/arena.h"
#include "merge/explain.h"
#include "protocol/sru.h"
#include "registry/partner.h"
#include "search/hit.h"
#include "search/order.h"

static const struct sru_part *make_evidence(
    struct arena *arena, const struct cluster_evidence *evidence)
{
	struct sru_part *parts = arena_array(arena, evidence->nrows, sizeof *parts);

	for (size_t i = 0; i < evidence->nrows; i++)
		parts[i] = (struct sru_part){
		    evidence->rows[i].name, evidence->rows[i].how, evidence->rows[i].value};
	return parts;
}

static struct sru_match make_pair(struct arena *arena, const struct explain_pair *from)
{
	return (struct sru_match){
	    .with = from->member + 1,
	    .because = from->reason,
	    .by_edition = from->evidence.by_edition,
	    .sum = from->evidence.total,
	    .threshold = from->evidence.threshold,
	    .evidence = make_evidence(arena, &from->evidence),
	    .nevidence = from->evidence.nrows,
	};
}

static void add_pairs(struct arena *arena, const struct order *order,
    const struct explain *explained, struct sru_why *why)
{
	struct sru_match *joined = arena_array(arena, explained->njoined, sizeof *joined);
	struct sru_match *apart = arena_array(arena, explained->napart, sizeof *apart);

	for (size_t i = 0; i < explained->njoined; i++) {
		joined[i] = make_pair(arena, &explained->joined[i]);
		joined[i].holding = i + 2;
	}
	for (size_t i = 0; i < explained->napart; i++) {
		const struct hit *hit = order_item(order, explained->apart[i].item);

		apart[i] = make_pair(arena, &explained->apart[i]);
		apart[i].partner = hit->partner->id;
		apart[i].id = hit->control_number;
	}
	why->joined = joined;
	why->njoined = explained->njoined;
	why->apart = apart;
	why->napart = explained->napart;
}

static void add_score(struct arena *arena, const struct rank_account *score, struct sru_why *why)
{
	struct sru_part *parts = arena_array(arena, score->nparts, sizeof *parts);

	for (size_t i = 0; i < score->nparts; i++)
		if (score->parts[i].value != 0)
			parts[why->nparts++] = (struct sru_part){
			    .name = score->parts[i].name, .value = score->parts[i].value};
	why->has_score = true;
	why->parts = parts;
	why->sum = score->total;
	why->half = score->half;
	why->words = score->nfound;
	why->asked = score->nasked;
	why->coordination = score->coordination;
}

/* The score in one line, as it was before there was more to say. */
static const char *score_line(struct arena *arena, const struct rank_account *score)
{
	const char *text = "";

	for (size_t i = 0; i < score->nparts; i++)
		text = arena_printf(
		    arena, "%s%s %.2f ", text, score->parts[i].name, score->parts[i].value);
	return arena_printf(arena, "%swords %zu/%zu coordination %.2f = %.3f", text, score->nfound,
	    score->nasked, score->coordination, score->total);
}

void why_make(
    struct arena *arena, const struct order *order, size_t index, struct sru_record *record)
{
	struct sru_why *why = arena_alloc(arena, sizeof *why);
	struct explain explained;

	order_explain(order, arena, index, &explained);
	if (explained.is_ranked) {
		add_score(arena, &explained.score, why);
		record->explain = score_line(arena, &explained.score);
	}
	why->above = explained.above;
	why->next = explained.next_score;
	why->best = explained.best;
	why->fullness = explained.fullness;
	why->next_fullness = explained.next_fullness;
	add_pairs(arena, order, &explained, why);
	record->why = why;
}
