/*
 * Merging is as good as it was: figures over the labelled sets beside this file, and fails when one
 * falls below what is recorded in figures.tsv. Usage: test_quality SAMPLE REFERENCES [-v], two
 * folders of catalogues, the second with works.tsv and pairs.tsv as bench/quality/references writes
 * them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "tests/quality/judge.h"

#define QUERIES_MAX 200
#define GRADES_MAX 4000

struct grade {
	const char *query, *work;
	double value;
};

struct asked_query {
	const char *id, *kind, *cql;
};

struct world {
	struct quality_set *sample, *hard, *references;
	struct quality_counts sample_pairs, hard_pairs, reference_pairs;
	const struct quality_set *asked; /* whose pairs are being read */
	struct quality_counts *counts;
	struct asked_query queries[QUERIES_MAX];
	size_t nqueries;
	struct grade grades[GRADES_MAX];
	size_t ngrades;
	double figures[64];
	const char *names[64];
	size_t nfigures;
	size_t ntests, nfailed;
	bool verbose;
};

static const char *path_of(struct world *world, const char *name)
{
	const char *top = getenv("top_srcdir");

	return arena_printf(world->sample->arena, "%s/tests/quality/%s", top ? top : ".", name);
}

static void record(struct world *world, const char *name, double value)
{
	world->names[world->nfigures] = arena_strdup(world->sample->arena, name);
	world->figures[world->nfigures++] = value;
}

static void record_counts(
    struct world *world, const char *name, const struct quality_counts *counts)
{
	struct quality_figures figures = quality_figures_of(counts);
	struct arena *arena = world->sample->arena;

	record(world, arena_printf(arena, "%s precision", name), figures.precision);
	record(world, arena_printf(arena, "%s F1", name), figures.f1);
}

static bool take_truth(void *arg, char *columns[QUALITY_COLUMNS])
{
	struct quality_set *set = arg;
	const struct quality_record *found;

	if (!columns[3])
		return false;
	found = quality_set_find(set, columns[0], columns[2]);
	if (found)
		set->records[found - set->records].work = arena_strdup(set->arena, columns[3]);
	return found || !strcmp(columns[0], "library");
}

static bool take_reference(void *arg, char *columns[QUALITY_COLUMNS])
{
	struct quality_set *set = arg;
	const struct quality_record *found =
	    columns[2] ? quality_set_find(set, columns[1], columns[2]) : NULL;

	if (found)
		set->records[found - set->records].work = arena_strdup(set->arena, columns[0]);
	return found;
}

static bool take_pair(void *arg, char *columns[QUALITY_COLUMNS])
{
	struct world *world = arg;
	const struct quality_record *a, *b;
	bool same, joined;

	if (!columns[5])
		return false;
	a = quality_set_find(world->asked, columns[0], columns[1]);
	b = quality_set_find(world->asked, columns[2], columns[3]);
	if (!a || !b)
		return false;
	same = columns[4][0] == '1';
	joined = quality_is_joined(a, b, MERGE_NORMAL);
	quality_count(world->counts, joined, same);
	if (world->verbose && joined != same)
		printf("# %s: %s/%s %s/%s (%s)\n", joined ? "joined" : "kept apart", columns[0],
		    columns[1], columns[2], columns[3], columns[5]);
	return true;
}

static bool take_query(void *arg, char *columns[QUALITY_COLUMNS])
{
	struct world *world = arg;
	struct arena *arena = world->sample->arena;

	if (!columns[3] || world->nqueries == QUERIES_MAX)
		return false;
	world->queries[world->nqueries++] = (struct asked_query){arena_strdup(arena, columns[0]),
	    arena_strdup(arena, columns[2]), arena_strdup(arena, columns[3])};
	return true;
}

static bool take_grade(void *arg, char *columns[QUALITY_COLUMNS])
{
	struct world *world = arg;
	struct arena *arena = world->sample->arena;
	char query[32], work[128];
	double value;

	if (sscanf(columns[0], "%31s 0 %127s %lf", query, work, &value) != 3 ||
	    world->ngrades == GRADES_MAX)
		return false;
	world->grades[world->ngrades++] =
	    (struct grade){arena_strdup(arena, query), arena_strdup(arena, work), value};
	return true;
}

/* The grade of a work for the query in hand. */
struct asked {
	const struct world *world;
	const char *query;
};

static double grade_of(void *arg, const char *work)
{
	const struct asked *asked = arg;

	for (size_t i = 0; work && i < asked->world->ngrades; i++)
		if (!strcmp(asked->world->grades[i].query, asked->query) &&
		    !strcmp(asked->world->grades[i].work, work))
			return asked->world->grades[i].value;
	return 0;
}

static int falling(const void *x, const void *y)
{
	double a = *(const double *)x, b = *(const double *)y;

	return (a < b) - (a > b);
}

static double ask(struct world *world, const struct asked_query *query, bool half_rank)
{
	struct arena *arena = arena_create(0, NULL);
	struct asked asked = {world, query->id};
	struct quality_pool pool;
	const char *works[10];
	double ideal[GRADES_MAX], ndcg = 0;
	size_t nideal = 0, count;

	for (size_t i = 0; i < world->ngrades; i++)
		if (!strcmp(world->grades[i].query, query->id))
			ideal[nideal++] = world->grades[i].value;
	qsort(ideal, nideal, sizeof *ideal, falling);
	if (quality_ask(world->sample, arena, query->cql, half_rank, &pool)) {
		count = quality_rank(arena, query->cql, &pool, works, 10);
		ndcg = quality_ndcg(works, count, ideal, nideal, grade_of, &asked);
		if (world->verbose) {
			printf("# %s %.3f %s:", query->id, ndcg, query->cql);
			for (size_t i = 0; i < count; i++)
				printf(" %s(%g)", works[i], grade_of(&asked, works[i]));
			printf("\n");
		}
	}
	arena_destroy(arena);
	return ndcg;
}

static void ask_all(struct world *world, bool half_rank, const char *name)
{
	struct arena *arena = world->sample->arena;
	double sum = 0, of_kind = 0;

	for (size_t i = 0, from = 0; i < world->nqueries; i++) {
		of_kind = from == i ? 0 : of_kind;
		of_kind += ask(world, &world->queries[i], half_rank);
		if (i + 1 < world->nqueries &&
		    !strcmp(world->queries[i].kind, world->queries[i + 1].kind))
			continue;
		sum += of_kind;
		record(world, arena_printf(arena, "%s, %s", name, world->queries[i].kind),
		    of_kind / (double)(i + 1 - from));
		from = i + 1;
	}
	record(world, name, world->nqueries ? sum / (double)world->nqueries : 0);
}

/* A figure may fall by what rounding in the table takes away. */
static bool compare_figure(void *arg, char *columns[QUALITY_COLUMNS])
{
	struct world *world = arg;
	double least = columns[1] ? atof(columns[1]) : 2;

	for (size_t i = 0; i < world->nfigures; i++) {
		bool ok = world->figures[i] + 0.0005 >= least;

		if (strcmp(world->names[i], columns[0]) != 0)
			continue;
		world->nfailed += !ok;
		printf("%s %zu - %s: %.3f, recorded %.3f\n", ok ? "ok" : "not ok", ++world->ntests,
		    columns[0], world->figures[i], least);
		return true;
	}
	return false;
}

static bool measure_references(struct world *world, const char *folder)
{
	struct quality_set *set = world->references;
	struct quality_counts all;

	world->asked = set;
	world->counts = &world->reference_pairs;
	if (!quality_set_read_catalogues(set, folder) ||
	    !quality_table_read(
		arena_printf(set->arena, "%s/works.tsv", folder), take_reference, set) ||
	    !quality_table_read(arena_printf(set->arena, "%s/pairs.tsv", folder), take_pair, world))
		return false;
	all = quality_cluster(set, MERGE_NORMAL, NULL);
	record_counts(world, "references", &world->reference_pairs);
	record_counts(world, "all references in one merge", &all);
	return true;
}

static bool measure(struct world *world, const char *sample)
{
	struct quality_counts all;

	world->asked = world->sample;
	world->counts = &world->sample_pairs;
	if (!quality_set_read_catalogues(world->sample, sample) ||
	    !quality_table_read(arena_printf(world->sample->arena, "%s/truth.tsv", sample),
		take_truth, world->sample) ||
	    !quality_set_read_text(world->hard, path_of(world, "hard.txt")) ||
	    !quality_table_read(path_of(world, "pairs.tsv"), take_pair, world))
		return false;
	world->asked = world->hard;
	world->counts = &world->hard_pairs;
	if (!quality_table_read(path_of(world, "hard.tsv"), take_pair, world) ||
	    !quality_table_read(path_of(world, "queries.tsv"), take_query, world) ||
	    !quality_table_read(path_of(world, "qrels.txt"), take_grade, world))
		return false;
	record_counts(world, "pairs of the sample", &world->sample_pairs);
	record_counts(world, "hard pairs", &world->hard_pairs);
	all = quality_cluster(world->sample, MERGE_NORMAL, NULL);
	record_counts(world, "the whole sample in one merge", &all);
	ask_all(world, false, "nDCG@10");
	ask_all(world, true, "nDCG@10 when half of the targets rank");
	return true;
}

int main(int argc, char **argv)
{
	struct world *world = calloc(1, sizeof *world);
	bool ok;

	if (!world || argc < 3)
		return 2;
	world->sample = quality_set_create();
	world->hard = quality_set_create();
	world->references = quality_set_create();
	world->verbose = argc > 3;
	ok = measure(world, argv[1]) && measure_references(world, argv[2]);
	if (world->verbose)
		for (size_t i = 0; i < world->nfigures; i++)
			printf("%s\t%.3f\n", world->names[i], world->figures[i]);
	ok = ok && quality_table_read(path_of(world, "figures.tsv"), compare_figure, world);
	printf("%s %zu - all is read and every recorded figure is measured\n", ok ? "ok" : "not ok",
	    ++world->ntests);
	printf("1..%zu\n", world->ntests);
	ok = ok && !world->nfailed;
	quality_set_destroy(world->sample);
	quality_set_destroy(world->hard);
	quality_set_destroy(world->references);
	free(world);
	return ok ? 0 : 1;
}
