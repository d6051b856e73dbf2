/*
 * Fits merging's weights to labelled data, and reports how well they do on data they were not
 * fitted to. Usage:
 *
 *   fit pairs|rank [-n ROUNDS] [-s NAME=VALUE]... [-w FILE] [-v] FOLDER...
 *
 * FOLDER holds catalogues (*.mrc) and pairs.tsv, or queries.tsv with qrels.txt and works.tsv; with
 * a file "pool" (written by `quality --pool`) the records are those that a gateway fetched,
 * otherwise targets are simulated. With -n 0 the weights are
 * only measured. Coordinate ascent: each weight in turn is tried larger and
 * smaller. The data are cut into FOLDS parts by hash; the weights fitted to all others are measured
 * on each part. Only with -w are weights written: those fitted to everything, as a table that
 * src/merge includes. Every folder counts the same, however large it is. With -v each pair that is
 * judged wrongly is shown with its evidence, and what one merge of all records makes of them.
 */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "merge/cluster.h"
#include "merge/fold.h"
#include "merge/weights.h"
#include "tests/quality/judge.h"

#define FOLDS 2
#define FOLDERS_MAX 8
#define PRIOR 0.0015 /* what a weight's doubling must gain: small gains are chance */

struct cluster_weights cluster_weight = {
#include "merge/cluster_weights.def"
};
struct rank_weights rank_weight = {
#include "merge/rank_weights.def"
};

#undef WEIGHT
#define WEIGHT(name, value) {#name, &cluster_weight.name, value},
static struct weight {
	const char *name;
	double *value;
	double start;
} cluster_table[] = {
#include "merge/cluster_weights.def"
};
#undef WEIGHT
#define WEIGHT(name, value) {#name, &rank_weight.name, value},
static struct weight rank_table[] = {
#include "merge/rank_weights.def"
};

struct pair {
	const struct quality_record *a, *b;
	bool same;
	unsigned fold;
};

struct grade {
	const char *work;
	double value;
};

struct topic {
	const char *id, *cql;
	struct grade *grades;
	size_t ngrades;
	double *ideal;
	struct quality_pool pool;
	unsigned fold;
};

struct folder {
	const char *path;
	struct quality_set *set;
	struct pair *pairs;
	size_t npairs;
	struct topic *topics;
	size_t ntopics;
};

struct fit {
	struct folder folders[FOLDERS_MAX];
	size_t nfolders;
	struct folder *reading;
	struct weight *table;
	size_t nweights;
	double (*measure)(const struct fit *fit, int fold, bool inside);
	size_t rounds;
};

static unsigned fold_of(const char *text)
{
	return (unsigned)(fold_hash64(text, strlen(text)) % FOLDS);
}

static const char *in_folder(struct folder *folder, const char *name)
{
	return arena_printf(folder->set->arena, "%s/%s", folder->path, name);
}

static void *grow(void *items, size_t count, size_t size)
{
	if (count & (count - 1)) /* room for the next power of two */
		return items;
	items = realloc(items, (count ? count * 2 : 1) * size);
	if (!items)
		abort();
	return items;
}

static bool take_work(void *arg, char *columns[QUALITY_COLUMNS])
{
	struct quality_set *set = ((struct fit *)arg)->reading->set;
	const struct quality_record *found;

	if (!columns[2])
		return false;
	found = quality_set_find(set, columns[1], columns[2]);
	if (found)
		set->records[found - set->records].work = arena_strdup(set->arena, columns[0]);
	return true;
}

static bool take_pair(void *arg, char *columns[QUALITY_COLUMNS])
{
	struct folder *folder = ((struct fit *)arg)->reading;
	struct pair pair;

	if (!columns[4])
		return false;
	pair.a = quality_set_find(folder->set, columns[0], columns[1]);
	pair.b = quality_set_find(folder->set, columns[2], columns[3]);
	pair.same = columns[4][0] == '1';
	pair.fold = fold_of(columns[1]);
	if (!pair.a || !pair.b)
		return true;
	folder->pairs = grow(folder->pairs, folder->npairs, sizeof pair);
	folder->pairs[folder->npairs++] = pair;
	return true;
}

static bool take_query(void *arg, char *columns[QUALITY_COLUMNS])
{
	struct folder *folder = ((struct fit *)arg)->reading;
	struct arena *arena = folder->set->arena;
	struct topic topic = {.id = arena_strdup(arena, columns[0]), .fold = fold_of(columns[0])};

	if (columns[3])
		topic.cql = arena_strdup(arena, columns[3]);
	folder->topics = grow(folder->topics, folder->ntopics, sizeof topic);
	folder->topics[folder->ntopics++] = topic;
	return true;
}

static struct topic *find_topic(struct folder *folder, const char *id)
{
	for (size_t i = 0; i < folder->ntopics; i++)
		if (!strcmp(folder->topics[i].id, id))
			return &folder->topics[i];
	return NULL;
}

static bool take_grade(void *arg, char *columns[QUALITY_COLUMNS])
{
	struct folder *folder = ((struct fit *)arg)->reading;
	char query[64], work[256];
	double value;
	struct topic *topic;

	if (sscanf(columns[0], "%63s 0 %255s %lf", query, work, &value) != 3)
		return false;
	topic = find_topic(folder, query);
	if (!topic || value <= 0)
		return true;
	topic->grades = grow(topic->grades, topic->ngrades, sizeof *topic->grades);
	topic->grades[topic->ngrades++] =
	    (struct grade){arena_strdup(folder->set->arena, work), value};
	return true;
}

/* A pool as `quality --pool` writes it: Q id CQL, H catalogue hits, R catalogue record place. */
static bool take_pool(void *arg, char *columns[QUALITY_COLUMNS])
{
	struct folder *folder = ((struct fit *)arg)->reading;
	static struct topic *topic; /* the one under way */
	struct arena *arena = folder->set->arena;
	const struct quality_record *record;
	struct quality_pool *pool = topic ? &topic->pool : NULL;

	if (!columns[2])
		return false;
	if (*columns[0] == 'Q') {
		topic = find_topic(folder, columns[1]);
		if (!topic)
			return false;
		topic->cql = arena_strdup(arena, columns[2]);
		pool = &topic->pool;
		pool->nsources = folder->set->catalogues;
		pool->sources = arena_array(arena, pool->nsources, sizeof *pool->sources);
		return true;
	}
	if (!pool)
		return false;
	if (*columns[0] == 'H') {
		for (size_t i = 0; i < folder->set->count; i++)
			if (!strcmp(folder->set->records[i].catalogue, columns[1])) {
				pool->sources[folder->set->records[i].number].hits =
				    strtoul(columns[2], NULL, 10);
				break;
			}
		return true;
	}
	record = quality_set_find(folder->set, columns[1], columns[2]);
	if (!record || !columns[3])
		return false;
	pool->items = grow(pool->items, pool->nitems, sizeof *pool->items);
	pool->records = grow(pool->records, pool->nitems, sizeof(void *));
	pool->records[pool->nitems] = record;
	pool->items[pool->nitems++] = (struct merge_item){
	    record->doc, record->number, (unsigned)strtoul(columns[3], NULL, 10), -1, false};
	return true;
}

static int falling(const void *x, const void *y)
{
	double a = *(const double *)x, b = *(const double *)y;

	return (a < b) - (a > b);
}

static void prepare_topics(struct folder *folder)
{
	for (size_t i = 0; i < folder->ntopics; i++) {
		struct topic *topic = &folder->topics[i];

		topic->ideal =
		    arena_array(folder->set->arena, topic->ngrades, sizeof *topic->ideal);
		for (size_t k = 0; k < topic->ngrades; k++)
			topic->ideal[k] = topic->grades[k].value;
		if (topic->ngrades)
			qsort(topic->ideal, topic->ngrades, sizeof *topic->ideal, falling);
		if (!topic->ngrades || !topic->cql)
			continue;
		if (topic->pool.nitems)
			quality_count_words(
			    folder->set, folder->set->arena, topic->cql, &topic->pool);
		else
			quality_ask(
			    folder->set, folder->set->arena, topic->cql, false, &topic->pool);
	}
}

static bool exists(const char *path)
{
	FILE *file = fopen(path, "r");

	if (file)
		fclose(file);
	return file != NULL;
}

static bool read_optional(
    struct fit *fit, const char *name, bool (*fn)(void *arg, char *columns[QUALITY_COLUMNS]))
{
	const char *path = in_folder(fit->reading, name);

	return !exists(path) || quality_table_read(path, fn, fit);
}

static bool read_folder(struct fit *fit, const char *path, bool wants_pairs)
{
	struct folder *folder = fit->reading = &fit->folders[fit->nfolders++];

	folder->path = path;
	folder->set = quality_set_create();
	if (!quality_set_read_catalogues(folder->set, path))
		return false;
	/* Labelled records that are written as text form one more catalogue. */
	if (exists(in_folder(folder, "hard.txt")) &&
	    !quality_set_read_text(folder->set, in_folder(folder, "hard.txt")))
		return false;
	if (!read_optional(fit, "works.tsv", take_work))
		return false;
	if (wants_pairs)
		return read_optional(fit, "pairs.tsv", take_pair);
	if (!read_optional(fit, "queries.tsv", take_query) ||
	    !read_optional(fit, "qrels.txt", take_grade) || !read_optional(fit, "pool", take_pool))
		return false;
	prepare_topics(folder);
	return true;
}

/* ---- measuring ---- */

static bool counts(unsigned fold, int wanted, bool inside)
{
	return wanted < 0 || (fold == (unsigned)wanted) == inside;
}

/* F1, with a precision below .985 counted double: joining wrongly is worse than not joining. */
static double measure_pairs(const struct fit *fit, int fold, bool inside)
{
	double sum = 0;

	for (size_t f = 0; f < fit->nfolders; f++) {
		const struct folder *folder = &fit->folders[f];
		struct quality_counts found = {0};
		struct quality_figures figures;

		for (size_t i = 0; i < folder->npairs; i++) {
			const struct pair *pair = &folder->pairs[i];
			struct cluster_evidence evidence;

			if (!counts(pair->fold, fold, inside))
				continue;
			quality_count(&found,
			    cluster_compare(pair->a->doc, pair->b->doc, MERGE_NORMAL, &evidence),
			    pair->same);
		}
		figures = quality_figures_of(&found);
		sum += figures.f1;
		if (figures.precision < 0.985)
			sum -= 0.985 - figures.precision;
	}
	return sum / (double)fit->nfolders;
}

static void show_figures(const char *what, const struct quality_counts *counts)
{
	struct quality_figures figures = quality_figures_of(counts);

	printf("%s: precision %.4f, recall %.4f, F1 %.4f (%zu joined wrongly, %zu missed)\n", what,
	    figures.precision, figures.recall, figures.f1, counts->wrong, counts->missed);
}

static void show_wrong(const struct quality_record *a, const struct quality_record *b, bool joined)
{
	struct cluster_evidence evidence;

	cluster_compare(a->doc, b->doc, MERGE_NORMAL, &evidence);
	printf("%s %s/%s %s/%s %.2f", joined ? "joined" : "missed", a->catalogue, a->id,
	    b->catalogue, b->id, evidence.total);
	if (evidence.guard)
		printf("; %s forbids it", evidence.guard);
	for (size_t i = 0; i < evidence.nrows; i++)
		printf("; %s %s %.2f", evidence.rows[i].name, evidence.rows[i].how,
		    evidence.rows[i].value);
	printf("\n");
}

static void show_folder(const struct folder *folder)
{
	struct quality_counts found = {0};

	for (size_t i = 0; i < folder->npairs; i++) {
		const struct pair *pair = &folder->pairs[i];
		struct cluster_evidence evidence;
		bool joined = cluster_compare(pair->a->doc, pair->b->doc, MERGE_NORMAL, &evidence);

		quality_count(&found, joined, pair->same);
		if (joined != pair->same)
			show_wrong(pair->a, pair->b, joined);
	}
	show_figures(folder->path, &found);
	printf("in one merge:\n");
	found = quality_cluster(folder->set, MERGE_NORMAL, show_wrong);
	show_figures(folder->path, &found);
}

static double grade_of(void *arg, const char *work)
{
	const struct topic *topic = arg;

	for (size_t i = 0; work && i < topic->ngrades; i++)
		if (!strcmp(topic->grades[i].work, work))
			return topic->grades[i].value;
	return 0;
}

static double measure_topic(const struct topic *topic)
{
	struct arena *arena = arena_create(0, NULL);
	const char *works[10];
	size_t count = quality_rank(arena, topic->cql, &topic->pool, works, 10);
	double value;

	for (size_t i = 0; i < count; i++)
		works[i] = works[i] ? works[i] : "";
	value = quality_ndcg(
	    works, count, topic->ideal, topic->ngrades, grade_of, (void *)(uintptr_t)topic);
	arena_destroy(arena);
	return value;
}

static double measure_rank(const struct fit *fit, int fold, bool inside)
{
	double sum = 0;

	for (size_t f = 0; f < fit->nfolders; f++) {
		double folder = 0;
		size_t number = 0;

		for (size_t i = 0; i < fit->folders[f].ntopics; i++) {
			const struct topic *topic = &fit->folders[f].topics[i];

			if (!topic->ngrades || !topic->cql || !counts(topic->fold, fold, inside))
				continue;
			folder += measure_topic(topic);
			number++;
		}
		sum += number ? folder / (double)number : 0;
	}
	return sum / (double)fit->nfolders;
}

/* ---- fitting ---- */

static void reset(const struct fit *fit)
{
	for (size_t i = 0; i < fit->nweights; i++)
		*fit->table[i].value = fit->table[i].start;
}

/* How far the weights are from where they started, in doublings. */
static double distance(const struct fit *fit)
{
	double sum = 0;

	for (size_t i = 0; i < fit->nweights; i++) {
		double start = fit->table[i].start, value = *fit->table[i].value;

		if (start != 0 && value != 0)
			sum += fabs(log2(value / start));
	}
	return sum;
}

static double objective(const struct fit *fit, int fold)
{
	return fit->measure(fit, fold, false) - PRIOR * distance(fit);
}

/* Tries one weight by some factors; keeps the best. True when it moved. */
static bool try_weight(const struct fit *fit, struct weight *weight, int fold, double *best)
{
	static const double factors[] = {0.6, 0.8, 1.25, 1.6};
	double before = *weight->value, kept = before;

	if (before == 0 || fabs(before) > 1e6 || weight->value == &cluster_weight.threshold[1] ||
	    weight->value == &cluster_weight.threshold[3])
		return false;
	for (size_t i = 0; i < sizeof factors / sizeof *factors; i++) {
		double value;

		*weight->value = before * factors[i];
		value = objective(fit, fold);
		if (value > *best + 1e-7) {
			*best = value;
			kept = *weight->value;
		}
	}
	*weight->value = kept;
	return kept != before;
}

static void ascend(const struct fit *fit, int fold)
{
	double best = objective(fit, fold);

	for (size_t round = 0; round < fit->rounds; round++) {
		bool moved = false;

		for (size_t i = 0; i < fit->nweights; i++)
			moved |= try_weight(fit, &fit->table[i], fold, &best);
		if (!moved)
			break;
	}
}

static void report(const struct fit *fit, const char *what, int fold, bool inside)
{
	printf("%-28s %.4f", what, fit->measure(fit, fold, inside));
	if (fit->nfolders > 1)
		for (size_t f = 0; f < fit->nfolders; f++) {
			struct fit one = *fit;

			one.folders[0] = fit->folders[f];
			one.nfolders = 1;
			printf("  %s %.4f", fit->folders[f].path, fit->measure(&one, fold, inside));
		}
	printf("\n");
	fflush(stdout);
}

static void cross_validate(const struct fit *fit)
{
	double before = 0, after = 0;

	for (int fold = 0; fold < FOLDS; fold++) {
		reset(fit);
		before += fit->measure(fit, fold, true) / FOLDS;
		ascend(fit, fold);
		after += fit->measure(fit, fold, true) / FOLDS;
	}
	printf("cross-validated              %.4f, with the weights as they are %.4f\n", after,
	    before);
}

static bool write_table(const struct fit *fit, const char *path)
{
	FILE *file = fopen(path, "w");

	if (!file) {
		perror(path);
		return false;
	}
	fprintf(file, "/* Written by bench/quality/fit; weights.h says what each is. */\n");
	for (size_t i = 0; i < fit->nweights; i++)
		fprintf(file, "WEIGHT(%s, %.3g)\n", fit->table[i].name, *fit->table[i].value);
	return fclose(file) == 0;
}

/* "NAME=VALUE": where a weight starts from. */
static bool set_weight(struct fit *fit, const char *text)
{
	const char *equals = strchr(text, '=');

	for (size_t i = 0; equals && i < fit->nweights; i++)
		if (!strncmp(fit->table[i].name, text, (size_t)(equals - text)) &&
		    !fit->table[i].name[equals - text]) {
			fit->table[i].start = *fit->table[i].value = atof(equals + 1);
			return true;
		}
	fprintf(stderr, "no weight: %s\n", text);
	return false;
}

int main(int argc, char **argv)
{
	static struct fit fit = {.rounds = 3};
	const char *out = NULL;
	bool pairs = argc > 1 && !strcmp(argv[1], "pairs"), verbose = false;

	fit.table = pairs ? cluster_table : rank_table;
	fit.nweights = pairs ? sizeof cluster_table / sizeof *cluster_table
			     : sizeof rank_table / sizeof *rank_table;
	fit.measure = pairs ? measure_pairs : measure_rank;
	for (int i = 2; i < argc; i++) {
		if (!strcmp(argv[i], "-n") && i + 1 < argc)
			fit.rounds = (size_t)atoi(argv[++i]);
		else if (!strcmp(argv[i], "-w") && i + 1 < argc)
			out = argv[++i];
		else if (!strcmp(argv[i], "-v"))
			verbose = true;
		else if (!strcmp(argv[i], "-s") && i + 1 < argc) {
			if (!set_weight(&fit, argv[++i]))
				return 2;
		} else if (fit.nfolders == FOLDERS_MAX || !read_folder(&fit, argv[i], pairs))
			return 1;
	}
	if (!fit.nfolders) {
		fprintf(stderr, "usage: fit pairs|rank [-n ROUNDS] [-s NAME=VALUE]... [-w FILE] "
				"[-v] FOLDER...\n");
		return 2;
	}
	report(&fit, "as it is", -1, false);
	for (size_t f = 0; f < fit.nfolders && pairs && verbose; f++)
		show_folder(&fit.folders[f]);
	if (!fit.rounds)
		return 0;
	cross_validate(&fit);
	reset(&fit);
	ascend(&fit, -1);
	report(&fit, "fitted to everything", -1, false);
	for (size_t i = 0; i < fit.nweights; i++)
		if (*fit.table[i].value != fit.table[i].start)
			printf("  %-24s %8.3g -> %.3g\n", fit.table[i].name, fit.table[i].start,
			    *fit.table[i].value);
	return out && !write_table(&fit, out);
}
