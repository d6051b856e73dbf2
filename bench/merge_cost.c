/*
 * What merging costs: microseconds for each record, for making its doc, for clustering and for
 * ranking, over made-up libraries that hold copies of the same publications with cataloguing
 * differences; and, given a folder of catalogues (NAME.mrc), milliseconds of processor time for all
 * that is done with the records of one question: 50 of each of 16 libraries decoded, described,
 * made comparable, clustered and ranked. Usage: merge_cost [rounds [folder]]
 */
#include <glob.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/diag.h"
#include "merge/cluster.h"
#include "merge/doc.h"
#include "merge/merger.h"
#include "record/bib.h"
#include "record/crosswalk.h"
#include "record/marc.h"

static uint64_t state = 42;

static unsigned roll(unsigned sides)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(state >> 33) % sides;
}

#define LIBRARIES 16
#define WINDOW 50

static double now_us(void)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

/* Pronounceable words, the low numbers the commoner. */
static const char *word(struct arena *arena)
{
	static const char *const starts[] = {
	    "ba", "ma", "pe", "ku", "sa", "ti", "no", "ru", "de", "la"};
	static const char *const ends[] = {
	    "kan", "ran", "sia", "dang", "mbu", "ting", "lah", "rat", "nya", "tus"};
	unsigned n = roll(roll(900) + 20);

	return arena_printf(
	    arena, "%s%s%s", starts[n % 10], starts[n / 10 % 10], ends[n / 100 % 10]);
}

static const char *words(struct arena *arena, unsigned count)
{
	const char *text = word(arena);

	for (unsigned i = 1; i < count; i++)
		text = arena_printf(arena, "%s %s", text, word(arena));
	return text;
}

static const char *isbn(struct arena *arena)
{
	char digits[14];
	int sum = 0;

	snprintf(digits, sizeof digits, "978979%06u", roll(1000000));
	for (int i = 0; i < 12; i++)
		sum += (digits[i] - '0') * (i & 1 ? 3 : 1);
	return arena_printf(arena, "%.12s%d", digits, (10 - sum % 10) % 10);
}

/* About what a full record of one kilobyte holds. */
static void make_bib(struct arena *arena, struct bib *bib)
{
	*bib = (struct bib){.level = BIB_MONOGRAPH,
	    .encoding_level = ' ',
	    .language = "ind",
	    .nfields = 18 + roll(10)};
	bib->control_number = arena_printf(arena, "rec%u", roll(1000000));
	bib->title = words(arena, 2 + roll(5));
	bib->subtitle = roll(2) ? words(arena, 2 + roll(5)) : NULL;
	bib->responsibility = words(arena, 3);
	bib->names = arena_array(arena, 2, sizeof *bib->names);
	bib->names[bib->nnames++] = (struct bib_name){.text = words(arena, 3), .main = true};
	if (roll(2))
		bib->names[bib->nnames++] = (struct bib_name){.text = words(arena, 2)};
	bib->publisher = words(arena, 2);
	bib->place = "Jakarta";
	bib->extent = arena_printf(arena, "xii, %u hlm. : ilus. ; 21 cm", 50 + roll(600));
	bib->year = 1950 + (int)roll(75);
	bib->isbns = arena_array(arena, 2, sizeof *bib->isbns);
	bib->isbns[bib->nisbns++] = (struct bib_identifier){isbn(arena), NULL, false};
	if (roll(3))
		bib->isbns[bib->nisbns++] = (struct bib_identifier){isbn(arena), "(pbk.)", false};
	for (unsigned i = 0, count = 1 + roll(4); i < count; i++)
		bib_texts_add(arena, &bib->subjects, words(arena, 2 + roll(3)));
	for (unsigned i = 0, count = 1 + roll(3); i < count; i++)
		bib_texts_add(arena, &bib->notes, words(arena, 8 + roll(20)));
}

/* Another library's record of the same publication. */
static void vary_bib(struct arena *arena, struct bib *bib)
{
	bib->control_number = arena_printf(arena, "rec%u", roll(1000000));
	if (!roll(4))
		bib->nisbns = 0;
	if (!roll(5))
		bib->subtitle = NULL;
	if (!roll(6))
		bib->title = arena_printf(arena, "%s /", bib->title);
	if (!roll(6))
		bib->nnames = 0;
	if (!roll(4))
		bib->notes.count = 0;
	if (!roll(5))
		bib->extent = NULL;
	bib->nfields = 8 + roll(20);
}

struct cost {
	double doc, cluster, merge;
	size_t bytes, entries;
};

static struct cost measure(size_t partners, size_t each)
{
	size_t count = partners * each;
	struct arena *made = arena_create(0, NULL), *docs = arena_create(0, NULL),
		     *work = arena_create(0, NULL);
	struct bib *bibs = arena_array(made, count, sizeof *bibs);
	struct merge_item *items = arena_array(made, count, sizeof *items);
	const struct merge_item **pointers = arena_array(made, count, sizeof *pointers);
	struct terms_word asked[3] = {
	    {.text = word(made)}, {.text = word(made)}, {.text = word(made)}};
	struct terms terms = {asked, 3};
	struct merge_params params = {.level = MERGE_NORMAL, .terms = &terms};
	struct cost cost;

	for (size_t i = 0; i < count; i++) {
		if (i && roll(2)) {
			bibs[i] = bibs[roll((unsigned)i)];
			vary_bib(made, &bibs[i]);
		} else {
			make_bib(made, &bibs[i]);
		}
	}
	double start = now_us();

	for (size_t i = 0; i < count; i++)
		items[i] = (struct merge_item){doc_create(docs, &bibs[i]), (unsigned)(i / each),
		    (unsigned)(i % each) + 1, -1, false};
	cost.doc = (now_us() - start) / (double)count;
	cost.bytes = arena_used(docs) / count;
	for (size_t i = 0; i < count; i++)
		pointers[i] = &items[i];
	start = now_us();
	struct cluster_job *job = cluster_begin(work, MERGE_NORMAL, pointers, count, 0);

	while (!cluster_step(job, 100))
		;
	cost.cluster = (now_us() - start) / (double)count;
	start = now_us();
	struct merger *merger = merger_begin(work, &params, items, count, 0);

	while (!merger_step(merger, 100))
		;
	cost.merge = (now_us() - start) / (double)count;
	merger_entries(merger, &cost.entries);
	arena_destroy(work);
	arena_destroy(docs);
	arena_destroy(made);
	return cost;
}

/* ---- The records of one question ---- */

struct piece {
	const char *bytes;
	size_t length;
};

struct library {
	struct piece records[WINDOW];
	size_t count;
};

/* The first records that hold a word of the question, as a library would give them. */
static void read_library(struct arena *arena, const char *path, struct library *library)
{
	FILE *file = fopen(path, "rb");
	char *bytes = NULL;
	size_t size = 0;
	ssize_t length;

	if (!file) {
		perror(path);
		exit(1);
	}
	while (library->count < WINDOW && (length = getdelim(&bytes, &size, 0x1D, file)) > 0)
		if (strstr(bytes, "ndonesia") || strstr(bytes, "slam"))
			library->records[library->count++] = (struct piece){
			    arena_memdup(arena, bytes, (size_t)length), (size_t)length};
	free(bytes);
	fclose(file);
}

/* What the gateway does with each as it arrives. */
static const struct doc *take(
    struct arena *docs, struct arena *scratch, const struct piece *record, double *decode)
{
	double start = now_us();
	struct diag diag;
	struct marc *marc;
	struct bib *bib;
	struct doc *doc;

	arena_reset(scratch);
	if (!marc_decode_iso2709(
		scratch, record->bytes, record->length, CHARSET_AUTO, &marc, &diag)) {
		fprintf(stderr, "a record that cannot be read: %s\n", diag.details);
		exit(1);
	}
	bib = crosswalk_marc(scratch, marc, CROSSWALK_MARC21);
	*decode += now_us() - start;
	doc = doc_create(docs, bib);
	return doc;
}

struct question_cost {
	double decode, all;
	size_t records, entries;
};

static struct question_cost ask(const struct library *libraries)
{
	struct arena *docs = arena_create(0, NULL), *scratch = arena_create(0, NULL);
	struct merge_item *items = arena_array(docs, (size_t)LIBRARIES * WINDOW, sizeof *items);
	struct terms_word words[] = {{.text = "sejarah"}, {.text = "islam"}, {.text = "indonesia"}};
	struct terms terms = {words, 3};
	struct merge_params params = {.level = MERGE_NORMAL, .terms = &terms};
	struct question_cost cost = {0};
	double start = now_us();
	struct merger *merger;

	for (unsigned l = 0; l < LIBRARIES; l++)
		for (unsigned i = 0; i < libraries[l].count; i++)
			items[cost.records++] = (struct merge_item){
			    take(docs, scratch, &libraries[l].records[i], &cost.decode), l, i + 1,
			    -1, false};
	merger = merger_begin(docs, &params, items, cost.records, 0);
	while (!merger_step(merger, 100))
		;
	merger_entries(merger, &cost.entries);
	cost.all = now_us() - start;
	arena_destroy(scratch);
	arena_destroy(docs);
	return cost;
}

static void print_question(int rounds, const char *folder)
{
	struct arena *arena = arena_create(0, NULL);
	struct library *libraries = arena_array(arena, LIBRARIES, sizeof *libraries);
	struct question_cost best;
	glob_t files;

	if (glob(arena_printf(arena, "%s/*.mrc", folder), 0, NULL, &files) != 0) {
		fprintf(stderr, "no catalogues in %s\n", folder);
		exit(1);
	}
	for (size_t i = 0; i < files.gl_pathc && i < LIBRARIES; i++)
		read_library(arena, files.gl_pathv[i], &libraries[i]);
	globfree(&files);
	best = ask(libraries);
	for (int round = 1; round < rounds; round++) {
		struct question_cost cost = ask(libraries);

		best = cost.all < best.all ? cost : best;
	}
	printf("one question: %zu records, %zu entries: %.2f ms, of it decoding %.2f ms\n",
	    best.records, best.entries, best.all / 1000, best.decode / 1000);
	arena_destroy(arena);
}

int main(int argc, char **argv)
{
	static const size_t shapes[][2] = {{16, 50}, {400, 2}, {16, 1000}};
	int rounds = argc > 1 ? atoi(argv[1]) : 20;

	printf("partners x records  entries  doc us  cluster us  rank us  doc bytes\n");
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
		struct cost best = measure(shapes[i][0], shapes[i][1]);

		for (int round = 1; round < rounds; round++) {
			struct cost cost = measure(shapes[i][0], shapes[i][1]);

			best.doc = cost.doc < best.doc ? cost.doc : best.doc;
			best.cluster = cost.cluster < best.cluster ? cost.cluster : best.cluster;
			best.merge = cost.merge < best.merge ? cost.merge : best.merge;
		}
		printf("%8zu x %-7zu  %7zu  %6.2f  %10.2f  %7.2f  %9zu\n", shapes[i][0],
		    shapes[i][1], best.entries, best.doc, best.cluster, best.merge - best.cluster,
		    best.bytes);
	}
	if (argc > 2)
		print_question(rounds, argv[2]);
	return 0;
}
