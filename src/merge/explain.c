#include "merge/explain.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "merge/doc_private.h"
#include "merge/merger_private.h"

#define COMPARED_MAX 32	    /* members that one is compared with when the first says nothing */
#define MEMBERS_MAX 8	    /* whose neighbours are looked at */
#define NEIGHBOURS_MAX 96   /* of each */
#define COMPARISONS_MAX 384 /* with them, in all */
#define NEAR_MIN 1	    /* what a number or the title must weigh */

/* One entry under explanation. */
struct explainer {
	const struct merger *merger;
	struct arena *arena;
	const struct draft *draft;
	size_t left; /* comparisons */
	struct explain_pair apart[EXPLAIN_APART_MAX + 1];
	size_t napart;
};

static unsigned item_of(const struct merger *merger, size_t member)
{
	return (unsigned)(merger->items[member] - merger->base);
}

static void explain_score(const struct explainer *e, struct explain *out)
{
	const struct draft *draft = e->draft;
	uint32_t *members = arena_memdup(e->arena, draft->members, draft->count * sizeof *members);

	/* Canonical order, in which they were added up. */
	for (size_t i = 1; i < draft->count; i++) {
		uint32_t member = members[i];
		size_t at = i;

		for (; at && members[at - 1] > member; at--)
			members[at] = members[at - 1];
		members[at] = member;
	}
	rank_explain(e->merger->rank, members, draft->count, &out->score);
}

static void explain_best(const struct explainer *e, struct explain *out)
{
	const struct draft *draft = e->draft;

	out->best = "alone";
	out->fullness = e->merger->items[draft->members[0]]->doc->completeness;
	if (draft->count < 2)
		return;
	out->next_fullness = e->merger->items[draft->members[1]]->doc->completeness;
	merger_stands_before(e->merger, draft->members[0], draft->members[1], &out->best);
}

/* What joined a member: what speaks for it and the first, or else for it and any other. */
static void explain_joined(const struct explainer *e, size_t member, struct explain_pair *out)
{
	const struct draft *draft = e->draft;
	struct cluster_evidence evidence;

	out->item = item_of(e->merger, draft->members[member]);
	if (cluster_judge(
		e->merger->clusters, draft->members[0], draft->members[member], &out->evidence))
		return;
	for (size_t i = 1; i < draft->count && i < COMPARED_MAX; i++) {
		if (i == member || !cluster_judge(e->merger->clusters, draft->members[i],
				       draft->members[member], &evidence))
			continue;
		out->member = i;
		out->evidence = evidence;
		return;
	}
	out->reason = "served";
}

/* The members are many only where the arena's budget let as many records in. */
static void explain_members(const struct explainer *e, struct explain *out)
{
	size_t count = e->draft->count - 1;
	struct explain_pair *joined;

	count = count > EXPLAIN_JOINED_MAX ? EXPLAIN_JOINED_MAX : count;
	joined = arena_array(e->arena, count, sizeof *joined);
	for (size_t i = 0; i < count; i++)
		explain_joined(e, i + 1, &joined[i]);
	out->joined = joined;
	out->njoined = count;
}

static const char *reason_of(
    const struct explainer *e, size_t member, size_t other, const struct cluster_evidence *evidence)
{
	if (evidence->guard)
		return evidence->guard;
	if (evidence->total < evidence->threshold)
		return "sum";
	if (!evidence->same)
		return "kinds";
	return cluster_apart(e->merger->clusters, member, other);
}

/* It came near: a number in common, or the title or much of it. */
static bool is_near(const struct cluster_evidence *evidence)
{
	static const char *const kinds[] = {"isbn", "issn", "number", "title"};

	for (size_t i = 0; i < evidence->nrows; i++)
		for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
			if (evidence->rows[i].value >= NEAR_MIN &&
			    strcmp(evidence->rows[i].name, kinds[k]) == 0)
				return true;
	return false;
}

/* Keeps the nearest, one of each other entry, the nearest first. */
static void keep_apart(struct explainer *e, const struct explain_pair *pair, uint32_t draft)
{
	const struct merger *merger = e->merger;
	size_t at = 0, end;

	while (at < e->napart && e->apart[at].evidence.total >= pair->evidence.total)
		if (merger->draft_of[e->apart[at++].item] == draft)
			return;
	for (end = at; end < e->napart && merger->draft_of[e->apart[end].item] != draft; end++)
		;
	if (end == e->napart && e->napart < EXPLAIN_APART_MAX)
		e->napart++;
	memmove(&e->apart[at + 1], &e->apart[at], (end - at) * sizeof *e->apart);
	e->apart[at] = *pair;
}

/* `item` is still a place in canonical order here, as draft_of counts. */
static void look_at(struct explainer *e, size_t member, uint32_t other)
{
	const struct merger *merger = e->merger;
	struct explain_pair pair = {.item = other, .member = member};
	size_t item = e->draft->members[member];

	if (merger->draft_of[other] == merger->draft_of[item])
		return;
	e->left--;
	cluster_judge(merger->clusters, item, other, &pair.evidence);
	if (!is_near(&pair.evidence))
		return;
	pair.reason = reason_of(e, item, other, &pair.evidence);
	if (pair.reason)
		keep_apart(e, &pair, merger->draft_of[other]);
}

/* Records that say the same as another are not looked up themselves. */
static void look_for_twins(struct explainer *e)
{
	const struct merger *merger = e->merger;
	uint64_t signature = merger->items[e->draft->members[0]]->doc->signature;

	for (size_t i = 0; i < merger->count && e->left; i++)
		if (merger->items[i]->doc->signature == signature)
			look_at(e, 0, (uint32_t)i);
}

static void explain_apart(struct explainer *e, struct explain *out)
{
	uint32_t neighbours[NEIGHBOURS_MAX];

	e->left = COMPARISONS_MAX;
	for (size_t m = 0; m < e->draft->count && m < MEMBERS_MAX && e->left; m++) {
		size_t count = cluster_neighbours(
		    e->merger->clusters, e->draft->members[m], neighbours, NEIGHBOURS_MAX);

		for (size_t i = 0; i < count && e->left; i++)
			look_at(e, m, neighbours[i]);
	}
	look_for_twins(e);
	for (size_t i = 0; i < e->napart; i++)
		e->apart[i].item = item_of(e->merger, e->apart[i].item);
	out->apart = arena_memdup(e->arena, e->apart, e->napart * sizeof *e->apart);
	out->napart = e->napart;
}

static void explain_place(const struct explainer *e, size_t entry, struct explain *out)
{
	const struct merger *merger = e->merger;
	const struct draft *next = entry + 1 < merger->nentries ? merger->placed[entry + 1] : NULL;

	if (!next)
		return;
	out->next_score = next->score;
	if (!merger_ranks_before(merger, e->draft, next, &out->above))
		out->above = "served";
}

void merger_explain(
    const struct merger *merger, struct arena *arena, size_t entry, struct explain *out)
{
	struct explainer e = {.merger = merger, .arena = arena, .draft = merger->placed[entry]};

	assert(merger->phase == MERGER_DONE && e.draft);
	*out = (struct explain){.is_ranked = merger->rank != NULL, .nmembers = e.draft->count};
	if (merger->rank)
		explain_score(&e, out);
	explain_best(&e, out);
	explain_place(&e, entry, out);
	if (merger->params.keep_order || merger->params.level == MERGE_OFF)
		return;
	explain_members(&e, out);
	explain_apart(&e, out);
}
