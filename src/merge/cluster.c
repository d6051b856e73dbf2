#include "merge/cluster.h"

#include <string.h>

#include "base/arena.h"
#include "merge/doc_private.h"
#include "merge/weights.h"

#define PAIRS_IN_CHUNK 512
#define GRADES 1024		/* scores are ordered in steps of a sixteenth */
#define COMPARISONS_A_RECORD 16 /* count as one record more of work */
#define NONE UINT32_MAX

enum cluster_phase {
	CLUSTER_COUNT,
	CLUSTER_POOL,
	CLUSTER_COMPARE,
	CLUSTER_SORT,
	CLUSTER_UNITE,
	CLUSTER_DONE
};

/* The records of one block that later ones are compared with. */
struct block {
	uint64_t key;	/* 0: free */
	uint32_t first; /* in `leaders` */
	uint32_t count;
};

struct leader {
	uint32_t item, next;
};

struct isbn {
	uint64_t id;			       /* 0: free */
	uint32_t words[CLUSTER_SHARED_TITLES]; /* first words of the titles it stands on */
	uint8_t count;			       /* of them, one more when there are too many */
};

struct cluster_pool {
	struct isbn *isbns;
	size_t mask;
};

struct pair {
	uint32_t a, b;
	uint16_t grade;
};

struct chunk {
	struct pair pairs[PAIRS_IN_CHUNK];
	size_t count;
	struct chunk *next;
};

/* What is known of a cluster, kept at its root. */
struct cluster {
	struct cluster_guard guard;
	uint32_t parent; /* itself at a root, which is the lowest member */
	uint32_t lead;	 /* the member that is compared for all */
	uint32_t size;
	int frozen;
	bool is_lead_frozen;
	uint64_t *partners; /* strict only */
};

struct cluster_job {
	struct arena *arena;
	enum merge_level level;
	enum cluster_phase phase;
	const struct merge_item *const *items;
	size_t count, at;
	struct cluster *clusters;
	uint32_t *frozen_first; /* by frozen entry: its first member */
	size_t nblocks, nisbns;
	struct cluster_pool pool;
	struct block *blocks;
	size_t mask, nleaders;
	struct leader *leaders;
	uint32_t *seen; /* by item: the last one it was compared with, plus 1 */
	struct chunk *first, *last;
	size_t npairs;
	struct pair *pairs; /* the surest first */
	size_t partner_words;
};

static void set_partners(struct cluster_job *job, struct cluster *cluster, unsigned partner)
{
	if (!job->partner_words)
		return;
	cluster->partners = arena_array(job->arena, job->partner_words, sizeof *cluster->partners);
	cluster->partners[partner / 64] |= (uint64_t)1 << partner % 64;
}

struct cluster_job *cluster_begin(struct arena *arena, enum merge_level level,
    const struct merge_item *const *items, size_t count, size_t nfrozen)
{
	struct cluster_job *job = arena_alloc(arena, sizeof *job);

	job->arena = arena;
	job->level = level;
	job->items = items;
	job->count = count;
	job->clusters = arena_array(arena, count, sizeof *job->clusters);
	job->seen = arena_array(arena, count, sizeof *job->seen);
	job->frozen_first = arena_array(arena, nfrozen, sizeof *job->frozen_first);
	memset(job->frozen_first, 0xff, nfrozen * sizeof *job->frozen_first);
	for (size_t i = 0; level == MERGE_STRICT && i < count; i++)
		if (items[i]->partner / 64 + 1 > job->partner_words)
			job->partner_words = items[i]->partner / 64 + 1;
	return job;
}

static uint32_t find_root(struct cluster_job *job, uint32_t item)
{
	struct cluster *clusters = job->clusters;

	while (clusters[item].parent != item) {
		clusters[item].parent = clusters[clusters[item].parent].parent;
		item = clusters[item].parent;
	}
	return item;
}

size_t cluster_of(const struct cluster_job *job, size_t item)
{
	while (job->clusters[item].parent != item)
		item = job->clusters[item].parent;
	return item;
}

/* The fuller record speaks for both; what is frozen stays. */
static uint32_t better_lead(
    const struct cluster_job *job, const struct cluster *x, const struct cluster *y)
{
	const struct doc *a = job->items[x->lead]->doc, *b = job->items[y->lead]->doc;

	if (x->is_lead_frozen || y->is_lead_frozen)
		return x->is_lead_frozen ? x->lead : y->lead;
	if (a->completeness != b->completeness)
		return a->completeness > b->completeness ? x->lead : y->lead;
	return x->lead < y->lead ? x->lead : y->lead;
}

static void join(struct cluster_job *job, uint32_t a, uint32_t b)
{
	struct cluster *into = &job->clusters[a < b ? a : b], *from = &job->clusters[a < b ? b : a];

	into->lead = better_lead(job, into, from);
	into->is_lead_frozen |= from->is_lead_frozen;
	into->guard = cluster_guard_join(into->guard, &from->guard);
	into->frozen = into->frozen >= 0 ? into->frozen : from->frozen;
	into->size += from->size;
	for (size_t i = 0; i < job->partner_words; i++)
		into->partners[i] |= from->partners[i];
	from->parent = a < b ? a : b;
}

/* First pass: every record a cluster of its own, those of a frozen entry together, and the sizes of
 * the tables to come. */
static void count_item(struct cluster_job *job, uint32_t i)
{
	const struct merge_item *item = job->items[i];
	struct cluster *cluster = &job->clusters[i];

	*cluster = (struct cluster){.guard = cluster_guard_of(item->doc),
	    .parent = i,
	    .lead = i,
	    .size = 1,
	    .frozen = item->frozen,
	    .is_lead_frozen = item->frozen >= 0 && item->lead};
	set_partners(job, cluster, item->partner);
	if (item->frozen >= 0) {
		uint32_t *first = &job->frozen_first[item->frozen];

		if (*first == NONE)
			*first = i;
		else
			join(job, find_root(job, *first), i);
	}
	job->nblocks += item->doc->nblocks;
	for (size_t k = 0; k < item->doc->nids; k++)
		job->nisbns += DOC_ID_KIND(item->doc->ids[k]) == DOC_ISBN;
}

static size_t table_size(size_t entries)
{
	size_t size = 16;

	while (size < entries * 2)
		size *= 2;
	return size;
}

static void make_tables(struct cluster_job *job)
{
	size_t nisbns = table_size(job->nisbns), nblocks = table_size(job->nblocks);

	job->pool.isbns = arena_array(job->arena, nisbns, sizeof *job->pool.isbns);
	job->pool.mask = nisbns - 1;
	job->blocks = arena_array(job->arena, nblocks, sizeof *job->blocks);
	job->mask = nblocks - 1;
	job->leaders = arena_array(job->arena, job->nblocks + 1, sizeof *job->leaders);
}

static struct isbn *find_isbn(const struct cluster_pool *pool, uint64_t id)
{
	size_t at = (size_t)(doc_mix(id, 0) & pool->mask);

	while (pool->isbns[at].id && pool->isbns[at].id != id)
		at = (at + 1) & pool->mask;
	return &pool->isbns[at];
}

bool cluster_pool_is_shared(const struct cluster_pool *pool, uint64_t id)
{
	const struct isbn *isbn = find_isbn(pool, id);

	return isbn->id && isbn->count > CLUSTER_SHARED_TITLES;
}

/* Titles are told apart by their first significant word here: cataloguing differs further on. */
static void pool_item(struct cluster_job *job, uint32_t i)
{
	const struct doc *doc = job->items[i]->doc;

	for (size_t k = 0; k < doc->nids; k++) {
		uint64_t id = doc->ids[k] & DOC_ID_VALUE;
		struct isbn *isbn;
		size_t w = 0;

		if (DOC_ID_KIND(id) != DOC_ISBN || !doc->first_word)
			continue;
		isbn = find_isbn(&job->pool, id);
		isbn->id = id;
		while (w < isbn->count && w < CLUSTER_SHARED_TITLES &&
		       isbn->words[w] != doc->first_word)
			w++;
		if (w == CLUSTER_SHARED_TITLES)
			isbn->count = CLUSTER_SHARED_TITLES + 1;
		else if (w == isbn->count)
			isbn->words[isbn->count++] = doc->first_word;
	}
}

/* The block of that key, or the free place where it would be. */
static struct block *find_block(const struct cluster_job *job, uint64_t key)
{
	size_t at = (size_t)(doc_mix(key, 1) & job->mask);

	while (job->blocks[at].key && job->blocks[at].key != key)
		at = (at + 1) & job->mask;
	return &job->blocks[at];
}

static uint16_t grade_of(double score)
{
	double grade = score * 16;

	return (uint16_t)(grade < 0 ? 0 : grade >= GRADES ? GRADES - 1 : grade);
}

static void keep_pair(struct cluster_job *job, uint32_t a, uint32_t b, double score)
{
	struct chunk *chunk = job->last;

	if (!chunk || chunk->count == PAIRS_IN_CHUNK) {
		chunk = arena_alloc(job->arena, sizeof *chunk);
		*(job->last ? &job->last->next : &job->first) = chunk;
		job->last = chunk;
	}
	chunk->pairs[chunk->count++] = (struct pair){a, b, grade_of(score)};
	job->npairs++;
}

static void compare_items(struct cluster_job *job, uint32_t a, uint32_t b)
{
	const struct merge_item *x = job->items[a], *y = job->items[b];
	struct cluster_evidence evidence;

	if (job->seen[a] == b + 1)
		return;
	job->seen[a] = b + 1;
	if ((x->frozen >= 0 && y->frozen >= 0) ||
	    (job->level == MERGE_STRICT && x->partner == y->partner))
		return;
	if (!cluster_is_hopeless(&job->pool, x->doc, y->doc, job->level) &&
	    cluster_compare_among(&job->pool, x->doc, y->doc, job->level, &evidence))
		keep_pair(job, a, b, evidence.total);
}

/* Compares a record with the leaders of its blocks; it becomes a leader where there is room and
 * none that says the same. Returns how many comparisons it took at most. */
static size_t compare_item(struct cluster_job *job, uint32_t i)
{
	const struct doc *doc = job->items[i]->doc;
	size_t comparisons = 0;

	for (size_t k = 0; k < doc->nblocks; k++) {
		struct block *block = find_block(job, doc->blocks[k]);
		bool has_twin = false;

		block->key = doc->blocks[k];
		comparisons += block->count;
		for (uint32_t n = 0, l = block->first; n < block->count;
		     n++, l = job->leaders[l].next) {
			uint32_t other = job->leaders[l].item;

			has_twin |= job->items[other]->doc->signature == doc->signature;
			compare_items(job, other, i);
		}
		if (has_twin || block->count == CLUSTER_LEADERS)
			continue;
		job->leaders[job->nleaders] = (struct leader){i, block->first};
		block->first = (uint32_t)job->nleaders++;
		block->count++;
	}
	return comparisons;
}

/* By grade, the highest first, and by the order in which they were found, which is canonical. */
static void sort_pairs(struct cluster_job *job)
{
	size_t starts[GRADES + 1] = {0};

	job->pairs = arena_array(job->arena, job->npairs, sizeof *job->pairs);
	for (const struct chunk *chunk = job->first; chunk; chunk = chunk->next)
		for (size_t i = 0; i < chunk->count; i++)
			starts[GRADES - chunk->pairs[i].grade]++;
	for (size_t i = 1; i <= GRADES; i++)
		starts[i] += starts[i - 1];
	for (const struct chunk *chunk = job->first; chunk; chunk = chunk->next)
		for (size_t i = 0; i < chunk->count; i++)
			job->pairs[starts[GRADES - 1 - chunk->pairs[i].grade]++] = chunk->pairs[i];
}

static bool share_partner(
    const struct cluster_job *job, const struct cluster *x, const struct cluster *y)
{
	for (size_t i = 0; i < job->partner_words; i++)
		if (x->partners[i] & y->partners[i])
			return true;
	return false;
}

/* What keeps two clusters apart of which two members belong together. */
static const char *find_obstacle(const struct cluster_job *job, uint32_t a, uint32_t b)
{
	const struct cluster *x = &job->clusters[a], *y = &job->clusters[b];
	const char *guard = cluster_guard_conflict(&x->guard, &y->guard, job->level);
	struct cluster_evidence evidence;

	if (x->frozen >= 0 && y->frozen >= 0)
		return "served";
	if (share_partner(job, x, y))
		return "library";
	if (guard || x->size + y->size == 2)
		return guard;
	cluster_compare_among(
	    &job->pool, job->items[x->lead]->doc, job->items[y->lead]->doc, job->level, &evidence);
	return evidence.total < cluster_weight.lead_floor ? "representative" : NULL;
}

static void unite(struct cluster_job *job, const struct pair *pair)
{
	uint32_t a = find_root(job, pair->a), b = find_root(job, pair->b);

	if (a != b && !find_obstacle(job, a, b))
		join(job, a, b);
}

bool cluster_judge(const struct cluster_job *job, size_t a, size_t b, struct cluster_evidence *out)
{
	const struct merge_item *x = job->items[a], *y = job->items[b];

	cluster_compare_among(&job->pool, x->doc, y->doc, job->level, out);
	if (job->level == MERGE_STRICT && x->partner == y->partner) {
		out->guard = "library";
		out->same = false;
	}
	return out->same;
}

static bool is_among(const uint32_t *list, size_t count, uint32_t item)
{
	for (size_t i = 0; i < count; i++)
		if (list[i] == item)
			return true;
	return false;
}

size_t cluster_neighbours(const struct cluster_job *job, size_t item, uint32_t *out, size_t room)
{
	const struct doc *doc = job->items[item]->doc;
	size_t count = 0;

	for (size_t k = 0; job->level != MERGE_OFF && k < doc->nblocks; k++) {
		const struct block *block = find_block(job, doc->blocks[k]);

		for (uint32_t n = 0, l = block->first; n < block->count && count < room;
		     n++, l = job->leaders[l].next)
			if (!is_among(out, count, job->leaders[l].item))
				out[count++] = job->leaders[l].item;
	}
	return count;
}

const char *cluster_apart(const struct cluster_job *job, size_t a, size_t b)
{
	return find_obstacle(job, (uint32_t)cluster_of(job, a), (uint32_t)cluster_of(job, b));
}

static void enter_phase(struct cluster_job *job, enum cluster_phase phase)
{
	job->phase = phase;
	job->at = 0;
}

/* One record's part of the present phase; returns how many records' worth it was. */
static size_t step_once(struct cluster_job *job)
{
	uint32_t at = (uint32_t)job->at++;

	switch (job->phase) {
	case CLUSTER_COUNT:
		if (at < job->count) {
			count_item(job, at);
			return 1;
		}
		if (job->level == MERGE_OFF) {
			enter_phase(job, CLUSTER_DONE);
			return 1;
		}
		make_tables(job);
		enter_phase(job, CLUSTER_POOL);
		return 1;
	case CLUSTER_POOL:
		if (at < job->count)
			pool_item(job, at);
		else
			enter_phase(job, CLUSTER_COMPARE);
		return 1;
	case CLUSTER_COMPARE:
		if (at < job->count)
			return 1 + compare_item(job, at) / COMPARISONS_A_RECORD;
		enter_phase(job, CLUSTER_SORT);
		return 1;
	case CLUSTER_SORT:
		sort_pairs(job);
		enter_phase(job, CLUSTER_UNITE);
		return 1;
	case CLUSTER_UNITE:
		if (at < job->npairs)
			unite(job, &job->pairs[at]);
		else
			enter_phase(job, CLUSTER_DONE);
		return 1;
	case CLUSTER_DONE: break;
	}
	return 1;
}

bool cluster_step(struct cluster_job *job, size_t records)
{
	while (records && job->phase != CLUSTER_DONE) {
		size_t done = step_once(job);

		records -= done < records ? done : records;
	}
	return job->phase == CLUSTER_DONE;
}
