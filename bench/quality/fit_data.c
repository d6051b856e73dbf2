#include "bench/quality/fit_data.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "merge/fold.h"

unsigned fit_part_of(const char *name)
{
	return (unsigned)(fold_hash64(name, strlen(name)) % FIT_PARTS);
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
	struct quality_set *set = ((struct fit_folder *)arg)->set;
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
	struct fit_folder *folder = arg;
	struct fit_pair pair;

	if (!columns[4])
		return false;
	pair.a = quality_set_find(folder->set, columns[0], columns[1]);
	pair.b = quality_set_find(folder->set, columns[2], columns[3]);
	pair.same = columns[4][0] == '1';
	pair.part = fit_part_of(columns[1]);
	if (!pair.a || !pair.b)
		return true;
	folder->pairs = grow(folder->pairs, folder->npairs, sizeof pair);
	folder->pairs[folder->npairs++] = pair;
	return true;
}

static bool take_query(void *arg, char *columns[QUALITY_COLUMNS])
{
	struct fit_folder *folder = arg;
	struct arena *arena = folder->set->arena;
	struct fit_topic topic = {
	    .id = arena_strdup(arena, columns[0]), .part = fit_part_of(columns[0])};

	if (columns[3])
		topic.cql = arena_strdup(arena, columns[3]);
	folder->topics = grow(folder->topics, folder->ntopics, sizeof topic);
	folder->topics[folder->ntopics++] = topic;
	return true;
}

static struct fit_topic *find_topic(struct fit_folder *folder, const char *id)
{
	for (size_t i = 0; i < folder->ntopics; i++)
		if (!strcmp(folder->topics[i].id, id))
			return &folder->topics[i];
	return NULL;
}

static bool take_grade(void *arg, char *columns[QUALITY_COLUMNS])
{
	struct fit_folder *folder = arg;
	char query[64], work[256];
	double value;
	struct fit_topic *topic;

	if (sscanf(columns[0], "%63s 0 %255s %lf", query, work, &value) != 3)
		return false;
	topic = find_topic(folder, query);
	if (!topic || value <= 0)
		return true;
	topic->grades = grow(topic->grades, topic->ngrades, sizeof *topic->grades);
	topic->grades[topic->ngrades++] =
	    (struct fit_grade){arena_strdup(folder->set->arena, work), value};
	return true;
}

static bool begin_pool(struct fit_folder *folder, const char *id, const char *cql)
{
	struct arena *arena = folder->set->arena;
	struct fit_topic *topic = folder->reading = find_topic(folder, id);

	if (!topic)
		return false;
	topic->cql = arena_strdup(arena, cql);
	topic->pool.nsources = folder->set->catalogues;
	topic->pool.sources = arena_array(arena, topic->pool.nsources, sizeof *topic->pool.sources);
	return true;
}

static void take_hits(const struct fit_folder *folder, const char *catalogue, const char *hits)
{
	for (size_t i = 0; i < folder->set->count; i++)
		if (!strcmp(folder->set->records[i].catalogue, catalogue)) {
			folder->reading->pool.sources[folder->set->records[i].number].hits =
			    strtoul(hits, NULL, 10);
			break;
		}
}

/* What a gateway fetched: Q id CQL, H catalogue hits, R catalogue record place. */
static bool take_pool(void *arg, char *columns[QUALITY_COLUMNS])
{
	struct fit_folder *folder = arg;
	const struct quality_record *record;
	struct quality_pool *pool;

	if (!columns[2])
		return false;
	if (*columns[0] == 'Q')
		return begin_pool(folder, columns[1], columns[2]);
	if (!folder->reading)
		return false;
	pool = &folder->reading->pool;
	if (*columns[0] == 'H') {
		take_hits(folder, columns[1], columns[2]);
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

static void prepare_topic(struct fit_folder *folder, struct fit_topic *topic)
{
	struct arena *arena = folder->set->arena;

	topic->ideal = arena_array(arena, topic->ngrades, sizeof *topic->ideal);
	for (size_t k = 0; k < topic->ngrades; k++)
		topic->ideal[k] = topic->grades[k].value;
	if (!topic->ngrades || !topic->cql)
		return;
	qsort(topic->ideal, topic->ngrades, sizeof *topic->ideal, falling);
	if (topic->pool.nitems)
		quality_count_words(folder->set, arena, topic->cql, &topic->pool);
	else
		quality_ask(folder->set, arena, topic->cql, false, &topic->pool);
}

static void link_siblings(struct fit_folder *folder)
{
	struct quality_set *set = folder->set;
	struct map *last = map_create();

	folder->siblings = arena_array(set->arena, set->count, sizeof *folder->siblings);
	for (size_t i = 0; i < set->count; i++) {
		const char *work = set->records[i].work;
		size_t *before;

		if (!work)
			continue;
		before = map_find(last, work);
		folder->siblings[i] = before ? (size_t)(before - folder->siblings) + 1 : 0;
		map_put(last, work, &folder->siblings[i]);
	}
	map_destroy(last);
}

static bool exists(const char *path)
{
	FILE *file = fopen(path, "r");

	if (file)
		fclose(file);
	return file != NULL;
}

static bool read_optional(struct fit_folder *folder, const char *name,
    bool (*fn)(void *arg, char *columns[QUALITY_COLUMNS]))
{
	const char *path = arena_printf(folder->set->arena, "%s/%s", folder->path, name);

	return !exists(path) || quality_table_read(path, fn, folder);
}

/* Labelled records that are written as text form one more catalogue. */
static bool read_text(struct fit_folder *folder)
{
	const char *path = arena_printf(folder->set->arena, "%s/hard.txt", folder->path);

	return !exists(path) || quality_set_read_text(folder->set, path);
}

static bool read_pairs(struct fit_folder *folder)
{
	const char *works = arena_printf(folder->set->arena, "%s/works.tsv", folder->path);

	if (!read_text(folder) || !read_optional(folder, "pairs.tsv", take_pair) ||
	    !read_optional(folder, "works.tsv", take_work))
		return false;
	if (exists(works))
		link_siblings(folder);
	return true;
}

static bool read_topics(struct fit_folder *folder)
{
	if (!read_optional(folder, "works.tsv", take_work) ||
	    !read_optional(folder, "queries.tsv", take_query) ||
	    !read_optional(folder, "qrels.txt", take_grade) ||
	    !read_optional(folder, "pool", take_pool))
		return false;
	for (size_t i = 0; i < folder->ntopics; i++)
		prepare_topic(folder, &folder->topics[i]);
	return true;
}

bool fit_folder_read(struct fit_folder *folder, const char *path, bool wants_pairs)
{
	const char *slash = strrchr(path, '/');

	*folder = (struct fit_folder){.path = path, .name = slash ? slash + 1 : path};
	folder->set = quality_set_create();
	return quality_set_read_catalogues(folder->set, path) &&
	       (wants_pairs ? read_pairs(folder) : read_topics(folder));
}
