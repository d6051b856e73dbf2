#include "bench/quality/fit_figures.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "merge/cluster.h"

#define DEPTH 100	/* R@100 */
#define PRECISION 0.985 /* below this a merge is worse than its F1 says */

/* ---- pairs ---- */

static void measure_pairs(const struct fit_folder *folder, struct fit_part *parts)
{
	for (size_t i = 0; i < folder->npairs; i++) {
		const struct fit_pair *pair = &folder->pairs[i];
		struct cluster_evidence evidence;

		quality_count(&parts[pair->part].counts,
		    cluster_compare(pair->a->doc, pair->b->doc, MERGE_NORMAL, &evidence),
		    pair->same);
	}
}

/* All records of a folder in one merge: by record, its cluster. */
static struct cluster_job *cluster_all(const struct quality_set *set, struct arena *arena)
{
	struct merge_item *items = arena_array(arena, set->count, sizeof *items);
	const struct merge_item **order = arena_array(arena, set->count, sizeof *order);
	struct cluster_job *job;

	for (size_t i = 0; i < set->count; i++) {
		items[i] = (struct merge_item){set->records[i].doc, set->records[i].number,
		    set->records[i].place + 1, -1, false};
		order[i] = &items[i];
	}
	job = cluster_begin(arena, MERGE_NORMAL, order, set->count, 0);
	while (!cluster_step(job, SIZE_MAX))
		;
	return job;
}

/* Every pair of records that is joined, or should be; a pair is of the part of the later one's
 * work. Records of unknown works are in the merge, but not counted. */
static void measure_merge(const struct fit_folder *folder, struct fit_part *parts)
{
	struct arena *arena = arena_create(0, NULL);
	const struct quality_set *set = folder->set;
	struct cluster_job *job = cluster_all(set, arena);
	size_t *last = arena_array(arena, set->count, sizeof *last);
	size_t *before = arena_array(arena, set->count, sizeof *before);

	for (size_t i = 0; i < set->count; i++) {
		const char *work = set->records[i].work;
		size_t root = cluster_of(job, i);
		struct quality_counts *counts;

		if (!work)
			continue;
		counts = &parts[fit_part_of(work)].counts;
		for (size_t k = before[i] = last[root]; k; k = before[k - 1])
			quality_count(counts, true, !strcmp(set->records[k - 1].work, work));
		last[root] = i + 1;
		for (size_t k = folder->siblings[i]; k; k = folder->siblings[k - 1])
			counts->missed += cluster_of(job, k - 1) != root;
	}
	arena_destroy(arena);
}

/* ---- topics ---- */

static double grade_of(void *arg, const char *work)
{
	const struct fit_topic *topic = arg;

	for (size_t i = 0; i < topic->ngrades; i++)
		if (!strcmp(topic->grades[i].work, work))
			return topic->grades[i].value;
	return 0;
}

static bool came_before(const char *const *works, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (!strcmp(works[k], works[i]))
			return true;
	return false;
}

static void measure_topic(const struct fit_topic *topic, struct fit_part *part)
{
	struct arena *arena = arena_create(0, NULL);
	void *arg = (void *)(uintptr_t)topic;
	const char *works[DEPTH];
	size_t count = quality_rank(arena, topic->cql, &topic->pool, works, DEPTH), found = 0;

	for (size_t i = 0; i < count; i++) {
		works[i] = works[i] ? works[i] : "";
		found += grade_of(arg, works[i]) > 0 && !came_before(works, i);
	}
	part->ndcg += quality_ndcg(works, count, topic->ideal, topic->ngrades, grade_of, arg);
	part->recall += (double)found / (double)topic->ngrades;
	part->topics++;
	arena_destroy(arena);
}

static void measure_topics(const struct fit_folder *folder, struct fit_part *parts)
{
	for (size_t i = 0; i < folder->ntopics; i++) {
		const struct fit_topic *topic = &folder->topics[i];

		if (topic->ngrades && topic->cql)
			measure_topic(topic, &parts[topic->part]);
	}
}

/* ---- series ---- */

static struct fit_part *add_series(
    struct fit_figures *out, const struct fit_folder *folder, enum fit_kind kind)
{
	struct fit_series *series = &out->series[out->count++];

	*series = (struct fit_series){.folder = folder, .kind = kind};
	return series->parts;
}

void fit_measure(const struct fit_folder *folders, size_t count, struct fit_figures *out)
{
	out->count = 0;
	for (size_t i = 0; i < count && out->count + 4 <= FIT_SERIES_MAX; i++) {
		const struct fit_folder *folder = &folders[i];

		if (folder->npairs)
			measure_pairs(folder, add_series(out, folder, FIT_PAIRS));
		if (folder->siblings)
			measure_merge(folder, add_series(out, folder, FIT_MERGE));
		if (folder->ntopics) {
			struct fit_part *page = add_series(out, folder, FIT_PAGE);

			measure_topics(folder, page);
			memcpy(add_series(out, folder, FIT_DEPTH), page, sizeof out->series->parts);
		}
	}
}

static struct fit_part add_up(const struct fit_series *series, unsigned parts)
{
	struct fit_part sum = {{0}, 0, 0, 0};

	for (size_t p = 0; p < FIT_PARTS; p++) {
		const struct fit_part *part = &series->parts[p];

		if (!(parts >> p & 1))
			continue;
		sum.counts.hit += part->counts.hit;
		sum.counts.wrong += part->counts.wrong;
		sum.counts.missed += part->counts.missed;
		sum.counts.apart += part->counts.apart;
		sum.ndcg += part->ndcg;
		sum.recall += part->recall;
		sum.topics += part->topics;
	}
	return sum;
}

double fit_value_of(const struct fit_series *series, unsigned parts)
{
	struct fit_part sum = add_up(series, parts);
	struct quality_figures figures = quality_figures_of(&sum.counts);
	double topics = sum.topics ? (double)sum.topics : 1;

	if (series->kind == FIT_PAGE)
		return sum.ndcg / topics;
	if (series->kind == FIT_DEPTH)
		return sum.recall / topics;
	if (figures.precision < PRECISION)
		return figures.f1 - (PRECISION - figures.precision);
	return figures.f1;
}

double fit_precision_of(const struct fit_series *series, unsigned parts)
{
	struct fit_part sum = add_up(series, parts);

	return quality_figures_of(&sum.counts).precision;
}

double fit_value(const struct fit_figures *figures, unsigned parts)
{
	double sum = 0;

	for (size_t i = 0; i < figures->count; i++)
		sum += fit_value_of(&figures->series[i], parts);
	return figures->count ? sum / (double)figures->count : 0;
}

const char *fit_describe(const struct fit_series *series, char *out, size_t room)
{
	const char *name = series->folder->name;
	double value = fit_value_of(series, FIT_ALL_PARTS);
	struct fit_part sum = add_up(series, FIT_ALL_PARTS);
	struct quality_figures figures = quality_figures_of(&sum.counts);

	switch (series->kind) {
	case FIT_PAIRS:
	case FIT_MERGE:
		snprintf(out, room, "%s, %s: F1 %.4f, precision %.4f", name,
		    series->kind == FIT_PAIRS ? "pairs" : "one merge", figures.f1,
		    figures.precision);
		break;
	case FIT_PAGE: snprintf(out, room, "%s: nDCG@10 %.4f", name, value); break;
	case FIT_DEPTH: snprintf(out, room, "%s: R@100 %.4f", name, value); break;
	}
	return out;
}
