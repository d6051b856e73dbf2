#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "merge/explain.h"
#include "merge/merger.h"
#include "tests/unit/merge_support.h"

#define ITEMS_MAX 700

/* One merge of cards, each from a partner of its own, and the explanation of one of its entries. */
struct scene {
	struct arena *arena;
	struct terms_word words[2];
	struct terms terms;
	struct merge_source sources[ITEMS_MAX];
	struct merge_params params;
	struct merge_item items[ITEMS_MAX];
	size_t count, nfrozen;
	struct merger *merger;
	const struct merge_entry *entries;
	size_t nentries;
	struct explain explain;
};

static struct scene *begin(const char *first, const char *second)
{
	struct arena *arena = arena_create(0, NULL);
	struct scene *scene = arena_alloc(arena, sizeof *scene);

	scene->arena = arena;
	scene->words[0].text = first;
	scene->words[1].text = second;
	scene->terms = (struct terms){scene->words, second ? 2 : 1};
	scene->params = (struct merge_params){.level = MERGE_NORMAL,
	    .terms = &scene->terms,
	    .sources = scene->sources,
	    .nsources = ITEMS_MAX};
	return scene;
}

static struct merge_item *add(struct scene *scene, const struct card *card)
{
	struct merge_item *item = &scene->items[scene->count];

	*item =
	    (struct merge_item){card_doc(scene->arena, card), (unsigned)scene->count, 1, -1, false};
	scene->count++;
	return item;
}

static void run(struct scene *scene)
{
	scene->merger =
	    merger_begin(scene->arena, &scene->params, scene->items, scene->count, scene->nfrozen);
	while (!merger_step(scene->merger, 50))
		;
	scene->entries = merger_entries(scene->merger, &scene->nentries);
}

static struct explain *explain(struct scene *scene, size_t entry)
{
	merger_explain(scene->merger, scene->arena, entry, &scene->explain);
	return &scene->explain;
}

static void end(struct scene *scene)
{
	arena_destroy(scene->arena);
}

static double row(const struct cluster_evidence *evidence, const char *name, const char **how)
{
	for (size_t i = 0; i < evidence->nrows; i++)
		if (strcmp(evidence->rows[i].name, name) == 0) {
			*how = evidence->rows[i].how;
			return evidence->rows[i].value;
		}
	return 0;
}

static void assert_adds_up(const struct cluster_evidence *evidence)
{
	double sum = 0;

	for (size_t i = 0; i < evidence->nrows; i++) {
		assert_non_null(evidence->rows[i].how);
		sum += evidence->rows[i].value;
	}
	assert_true(fabs(sum - evidence->total) < 1e-9);
}

static const struct card clrs = {.title = "Introduction to algorithms",
    .author = "Cormen, Thomas H.",
    .edition = "3rd ed.",
    .publisher = "MIT Press",
    .isbn = "9780262033848",
    .extent = "xix, 1292 p.",
    .year = 2009,
    .nfields = 20};

static void each_holding_says_what_joined_it(void **state)
{
	struct scene *scene = begin("algorithms", NULL);
	struct card brief = clrs;
	struct explain *out;
	const char *how;

	(void)state;
	brief.nfields = 8;
	brief.isbn = NULL;
	brief.author = "Cormen, T. H.";
	add(scene, &brief);
	add(scene, &clrs);
	run(scene);
	assert_int_equal(scene->nentries, 1);
	out = explain(scene, 0);
	assert_int_equal(out->nmembers, 2);
	assert_int_equal(out->njoined, 1);
	assert_int_equal(out->joined[0].item, 0);
	assert_int_equal(out->joined[0].member, 0);
	assert_null(out->joined[0].reason);
	assert_true(out->joined[0].evidence.total >= out->joined[0].evidence.threshold);
	assert_adds_up(&out->joined[0].evidence);
	assert_true(row(&out->joined[0].evidence, "title", &how) > 0);
	assert_string_equal(how, "the same");
	assert_true(row(&out->joined[0].evidence, "isbn", &how) == 0);
	assert_string_equal(out->best, "fullness");
	assert_true(out->fullness > out->next_fullness && out->next_fullness > 0);
	assert_null(out->above);
	assert_int_equal(out->napart, 0);
	end(scene);
}

/* The one in the middle knows both its neighbours, which know nothing of each other. */
static void a_chain_names_its_link(void **state)
{
	struct scene *scene = begin("algoritma", NULL);
	struct card full = {
	    .title = "Algoritma", .author = "Munir, Rinaldi", .year = 2003, .nfields = 30};
	struct card middle = full, last = {.title = "Algoritma", .isbn = "9793062797"};
	struct explain *out;

	(void)state;
	middle.isbn = last.isbn;
	middle.nfields = 8;
	add(scene, &full);
	add(scene, &middle);
	add(scene, &last);
	run(scene);
	assert_int_equal(scene->nentries, 1);
	out = explain(scene, 0);
	assert_int_equal(out->njoined, 2);
	assert_int_equal(out->joined[0].item, 1);
	assert_int_equal(out->joined[0].member, 0);
	assert_int_equal(out->joined[1].item, 2);
	assert_int_equal(out->joined[1].member, 1);
	assert_true(out->joined[1].evidence.same);
	end(scene);
}

static void near_misses_say_what_kept_them_apart(void **state)
{
	struct scene *scene = begin("algorithms", NULL);
	struct card other = clrs, unlike = {.title = "Algorithms on strings"};
	struct explain *out = NULL;
	const char *how;

	(void)state;
	add(scene, &clrs);
	other.edition = "2nd ed.";
	add(scene, &other);
	other = clrs;
	other.isbn = NULL;
	other.edition = NULL;
	other.year = 1999;
	add(scene, &other);
	add(scene, &unlike);
	run(scene);
	assert_int_equal(scene->nentries, 4);
	for (size_t i = 0; i < 4; i++)
		if (scene->entries[i].lead == 0)
			out = explain(scene, i);
	assert_non_null(out);
	assert_int_equal(out->napart, 2);
	assert_int_equal(out->apart[0].item, 1);
	assert_string_equal(out->apart[0].reason, "edition");
	assert_true(out->apart[0].evidence.total > out->apart[0].evidence.threshold);
	assert_int_equal(out->apart[1].item, 2);
	assert_string_equal(out->apart[1].reason, "sum");
	assert_true(out->apart[1].evidence.total < out->apart[1].evidence.threshold);
	assert_true(row(&out->apart[1].evidence, "year", &how) < 0);
	assert_string_equal(how, "different");
	assert_adds_up(&out->apart[1].evidence);
	end(scene);
}

/* What was served stays apart though the records are alike; strict keeps one library's apart. */
static void not_only_evidence_keeps_apart(void **state)
{
	struct scene *scene = begin("algorithms", NULL);
	struct explain *out;

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct merge_item *item = add(scene, &clrs);

		item->frozen = i;
		item->lead = true;
	}
	scene->nfrozen = 2;
	run(scene);
	out = explain(scene, 0);
	assert_int_equal(out->napart, 1);
	assert_string_equal(out->apart[0].reason, "served");
	end(scene);

	scene = begin("algorithms", NULL);
	scene->params.level = MERGE_STRICT;
	add(scene, &clrs);
	add(scene, &clrs)->partner = 0;
	scene->items[1].position = 2;
	run(scene);
	out = explain(scene, 0);
	assert_int_equal(out->napart, 1);
	assert_string_equal(out->apart[0].reason, "library");
	end(scene);
}

/* A frozen entry keeps a record that today's evidence would not join. */
static void what_was_served_together_stays(void **state)
{
	struct scene *scene = begin("algorithms", NULL);
	struct card other = {.title = "Graph theory", .nfields = 40};
	struct explain *out;

	(void)state;
	add(scene, &clrs)->frozen = 0;
	scene->items[0].lead = true;
	add(scene, &other)->frozen = 0;
	scene->nfrozen = 1;
	run(scene);
	out = explain(scene, 0);
	assert_int_equal(out->njoined, 1);
	assert_string_equal(out->joined[0].reason, "served");
	assert_string_equal(out->best, "served");
	end(scene);
}

static void a_score_is_the_sum_of_its_parts(void **state)
{
	struct scene *scene = begin("introduction", "algorithms");
	struct card other = {.title = "Graph algorithms", .author = "Introduction, I."};

	(void)state;
	add(scene, &clrs);
	add(scene, &clrs);
	add(scene, &other);
	run(scene);
	assert_int_equal(scene->nentries, 2);
	for (size_t entry = 0; entry < 2; entry++) {
		struct explain *out = explain(scene, entry);
		double sum = 0, shown;

		assert_true(out->is_ranked);
		for (size_t i = 0; i < out->score.nparts; i++)
			sum += out->score.parts[i].value;
		assert_true(fabs(sum - out->score.total) < 1e-9);
		shown = out->score.total / (out->score.total + out->score.half);
		assert_true(fabs(shown - scene->entries[entry].score) < 1e-9);
		assert_int_equal(out->score.nasked, 2);
		assert_int_equal(out->score.nfound, 2);
		if (entry == 0) {
			assert_string_equal(out->above, "score");
			assert_true(out->next_score < out->score.total);
		}
	}
	end(scene);
}

static void equal_scores_name_what_decided(void **state)
{
	static const struct {
		struct card a, b;
		const char *above;
	} cases[] = {
	    {{.title = "Fisika dasar", .year = 2001}, {.title = "Fisika dasar", .year = 1990},
		"year"},
	    {{.title = "Fisika dasar", .year = 2001}, {.title = "Fisika modern", .year = 2001},
		"title"},
	    {{.title = "Fisika dasar", .part_number = "1"},
		{.title = "Fisika dasar", .part_number = "2"}, "order"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct scene *scene = begin("fisika", NULL);

		add(scene, &cases[i].a);
		add(scene, &cases[i].b);
		run(scene);
		assert_int_equal(scene->nentries, 2);
		assert_string_equal(explain(scene, 0)->above, cases[i].above);
		end(scene);
	}
}

static void the_preferred_library_leads(void **state)
{
	struct scene *scene = begin("algorithms", NULL);
	struct card brief = clrs;

	(void)state;
	brief.nfields = 3;
	add(scene, &clrs);
	add(scene, &brief);
	scene->sources[0].priority = 5;
	run(scene);
	assert_int_equal(scene->entries[0].lead, 1);
	assert_string_equal(explain(scene, 0)->best, "priority");
	end(scene);
}

static void a_single_librarys_own_order_has_no_score(void **state)
{
	struct scene *scene = begin("algorithms", NULL);
	struct explain *out;

	(void)state;
	scene->params.keep_order = true;
	add(scene, &clrs);
	add(scene, &clrs);
	run(scene);
	out = explain(scene, 0);
	assert_false(out->is_ranked);
	assert_int_equal(out->njoined, 0);
	assert_int_equal(out->napart, 0);
	assert_string_equal(out->best, "alone");
	assert_string_equal(out->above, "order");
	end(scene);
}

/* Hundreds of copies, and of editions of one title: the explanation stays short. */
static void explanations_are_bounded(void **state)
{
	struct scene *scene = begin("algorithms", NULL);
	struct card edition = {.title = "Introduction to algorithms", .author = "Cormen, T. H."};
	struct explain *out = NULL;

	(void)state;
	for (int i = 0; i < 300; i++)
		add(scene, &clrs);
	for (int i = 0; i < 300; i++) {
		edition.year = 1400 + 2 * i;
		add(scene, &edition);
	}
	run(scene);
	for (size_t i = 0; i < scene->nentries; i++)
		if (scene->entries[i].nitems == 300)
			out = explain(scene, i);
	assert_non_null(out);
	assert_int_equal(out->nmembers, 300);
	assert_int_equal(out->njoined, EXPLAIN_JOINED_MAX);
	assert_int_equal(out->napart, EXPLAIN_APART_MAX);
	for (size_t i = 0; i < out->napart; i++)
		for (size_t k = 0; k < i; k++)
			assert_int_not_equal(out->apart[i].item, out->apart[k].item);
	for (size_t i = 1; i < out->napart; i++)
		assert_true(out->apart[i].evidence.total <= out->apart[i - 1].evidence.total);
	end(scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_holding_says_what_joined_it),
	    cmocka_unit_test(a_chain_names_its_link),
	    cmocka_unit_test(near_misses_say_what_kept_them_apart),
	    cmocka_unit_test(not_only_evidence_keeps_apart),
	    cmocka_unit_test(what_was_served_together_stays),
	    cmocka_unit_test(a_score_is_the_sum_of_its_parts),
	    cmocka_unit_test(equal_scores_name_what_decided),
	    cmocka_unit_test(the_preferred_library_leads),
	    cmocka_unit_test(a_single_librarys_own_order_has_no_score),
	    cmocka_unit_test(explanations_are_bounded),
	};

	return cmocka_run_group_tests_name("explain", tests, NULL, NULL);
}
