/*
 * Fits merging's weights to labelled data and writes the table that the source uses. Usage:
 *
 *   fit pairs|rank [-n ROUNDS] [-q] [-v] [-s NAME=VALUE]... [-w FILE] FOLDER...
 *
 * README.md says what lies in a FOLDER. With -n 0 the weights in the source are measured, no
 * more; with -v each pair that they judge wrongly is shown with its evidence.
 *
 * A careful coordinate ascent from the start values: each weight in turn is tried one step up and
 * down, and a step is taken only if it raises the mean of all series by more than that gain's own
 * standard error (a jackknife over the parts), and no series falls. So a weight moves for what many
 * cases in several collections say, not for a few. Cross-validation repeats all of it for each of
 * FOLDS pairs of parts with these left out, and measures them with the weights fitted to the
 * others; -q leaves it out. With -w the weights fitted to everything are written, with their
 * figures.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/quality/fit_figures.h"
#include "bench/quality/fit_show.h"
#include "bench/quality/fit_weights.h"

#define FOLDERS_MAX 8
#define FOLDS 5
#define GAIN_MIN 0.0001 /* of a step */
#define ROUNDING 1e-9

struct fit {
	bool pairs;
	const struct fit_table *table;
	struct fit_folder folders[FOLDERS_MAX];
	size_t nfolders, rounds;
	double caution;
	bool quick, verbose;
	const char *out;
};

/* Three times over: the start values, those fitted to everything, the cross-validated ones. */
struct results {
	struct fit_figures start, fitted, validated;
};

static void measure(const struct fit *fit, struct fit_figures *out)
{
	fit_measure(fit->folders, fit->nfolders, out);
}

/* ---- fitting ---- */

static double gain_of(
    const struct fit_figures *before, const struct fit_figures *after, unsigned parts)
{
	return fit_value(after, parts) - fit_value(before, parts);
}

/* The jackknife's standard error of a gain: how it varies when one part after the other is left
 * out. */
static double error_of(
    const struct fit_figures *before, const struct fit_figures *after, unsigned parts)
{
	double gains[FIT_PARTS], sum = 0, squares = 0;
	size_t count = 0;

	for (unsigned p = 0; p < FIT_PARTS; p++)
		if (parts >> p & 1) {
			gains[count] = gain_of(before, after, parts & ~(1u << p));
			sum += gains[count++];
		}
	for (size_t i = 0; i < count; i++)
		squares += pow(gains[i] - sum / (double)count, 2);
	return sqrt(squares * (double)(count - 1) / (double)count);
}

static bool falls(const struct fit_figures *before, const struct fit_figures *after, unsigned parts)
{
	for (size_t i = 0; i < before->count; i++)
		if (fit_value_of(&after->series[i], parts) <
		    fit_value_of(&before->series[i], parts) - ROUNDING)
			return true;
	return false;
}

static bool is_worth_it(const struct fit *fit, const struct fit_figures *before,
    const struct fit_figures *after, unsigned parts)
{
	double gain = gain_of(before, after, parts);

	return gain > GAIN_MIN && !falls(before, after, parts) &&
	       gain > fit->caution * error_of(before, after, parts);
}

/* Tries one weight's steps and takes the better of those that are worth it. */
static bool try_weight(
    const struct fit *fit, struct fit_weight *weight, unsigned parts, struct fit_figures *best)
{
	double before = *weight->value, kept = before;
	struct fit_figures at = *best, tried;

	for (size_t step = 0; step < FIT_STEPS; step++) {
		*weight->value = before;
		*weight->value = fit_step(fit->table, weight, step);
		if (*weight->value == before)
			continue;
		measure(fit, &tried);
		if (!is_worth_it(fit, &at, &tried, parts) || gain_of(best, &tried, parts) <= 0)
			continue;
		kept = *weight->value;
		*best = tried;
	}
	*weight->value = kept;
	return kept != before;
}

/* Fits to the parts given, from the start; *best becomes the figures with the fitted weights. */
static void ascend(const struct fit *fit, unsigned parts, struct fit_figures *best)
{
	bool moved = true;

	fit_table_start(fit->table);
	measure(fit, best);
	for (size_t round = 0; moved && round < fit->rounds; round++) {
		moved = false;
		for (size_t i = 0; i < fit->table->count; i++)
			moved |= try_weight(fit, &fit->table->weights[i], parts, best);
	}
}

/* Each part's figures with weights that were fitted without it. */
static void cross_validate(const struct fit *fit, struct fit_figures *out)
{
	for (unsigned fold = 0; fold < FOLDS; fold++) {
		unsigned left_out = 0;
		struct fit_figures found;

		for (unsigned p = fold; p < FIT_PARTS; p += FOLDS)
			left_out |= 1u << p;
		ascend(fit, FIT_ALL_PARTS & ~left_out, &found);
		if (!fold)
			*out = found;
		for (size_t i = 0; i < found.count; i++)
			for (unsigned p = fold; p < FIT_PARTS; p += FOLDS)
				out->series[i].parts[p] = found.series[i].parts[p];
		fprintf(stderr, "fold %u of %u: %.4f on what was left out\n", fold + 1, FOLDS,
		    fit_value(&found, left_out));
	}
}

/* ---- telling ---- */

static void print_figures(FILE *file, const char *what, const struct fit_figures *figures)
{
	char text[256];

	fprintf(file, "%s: %.4f\n", what, fit_value(figures, FIT_ALL_PARTS));
	for (size_t i = 0; i < figures->count; i++)
		fprintf(file, "  %s\n", fit_describe(&figures->series[i], text, sizeof text));
}

static void print_results(FILE *file, const struct fit *fit, const struct results *results)
{
	print_figures(file, "with the start values", &results->start);
	if (!fit->quick)
		print_figures(file, "cross-validated", &results->validated);
	print_figures(file, "fitted to everything", &results->fitted);
}

static void print_moves(const struct fit *fit)
{
	for (size_t i = 0; i < fit->table->count; i++) {
		const struct fit_weight *weight = &fit->table->weights[i];

		if (*weight->value != weight->start)
			printf(
			    "  %-24s %8.3g -> %.3g\n", weight->name, weight->start, *weight->value);
	}
}

static bool write_table(const struct fit *fit, const struct results *results)
{
	FILE *file = fopen(fit->out, "w");

	if (!file) {
		perror(fit->out);
		return false;
	}
	fprintf(file, "/*\nWritten by `fit %s -n %zu -w src/merge/%s_weights.def",
	    fit->pairs ? "pairs" : "rank", fit->rounds, fit->table->name);
	for (size_t i = 0; i < fit->nfolders; i++)
		fprintf(file, " %s", fit->folders[i].name);
	fprintf(file, "`: see bench/quality/README.md;\nweights.h says what each weight is.\n");
	print_results(file, fit, results);
	fprintf(file, "*/\n");
	fit_table_write(fit->table, file);
	return fclose(file) == 0;
}

/* ---- the command ---- */

static int usage(void)
{
	fprintf(stderr, "usage: fit pairs|rank [-n ROUNDS] [-q] [-v] [-s NAME=VALUE]... [-w FILE] "
			"FOLDER...\n");
	return 2;
}

static bool take_option(struct fit *fit, char **argv, int *i)
{
	const char *option = argv[*i], *value = argv[*i + 1];

	if (!strcmp(option, "-q") || !strcmp(option, "-v")) {
		*(option[1] == 'q' ? &fit->quick : &fit->verbose) = true;
		return true;
	}
	if (!value)
		return false;
	++*i;
	if (!strcmp(option, "-n"))
		fit->rounds = (size_t)atoi(value);
	else if (!strcmp(option, "-c"))
		fit->caution = atof(value);
	else if (!strcmp(option, "-w"))
		fit->out = value;
	else
		return !strcmp(option, "-s") && fit_table_set(fit->table, value);
	return true;
}

static int run(const struct fit *fit)
{
	static struct results results;

	if (!fit->rounds) {
		fit_table_take_source(fit->table);
		measure(fit, &results.fitted);
		print_figures(stdout, "as the source has them", &results.fitted);
		for (size_t i = 0; i < fit->nfolders && fit->pairs && fit->verbose; i++)
			fit_show_wrong(&fit->folders[i]);
		return 0;
	}
	fit_table_start(fit->table);
	measure(fit, &results.start);
	if (!fit->quick)
		cross_validate(fit, &results.validated);
	ascend(fit, FIT_ALL_PARTS, &results.fitted);
	print_results(stdout, fit, &results);
	print_moves(fit);
	return fit->out && !write_table(fit, &results);
}

int main(int argc, char **argv)
{
	static struct fit fit = {.rounds = 4, .caution = 1};

	if (argc < 3 || (strcmp(argv[1], "pairs") && strcmp(argv[1], "rank")))
		return usage();
	fit.pairs = !strcmp(argv[1], "pairs");
	fit.table = fit_table_of(fit.pairs);
	for (int i = 2; i < argc; i++) {
		if (*argv[i] == '-') {
			if (!take_option(&fit, argv, &i))
				return usage();
		} else if (fit.nfolders == FOLDERS_MAX ||
			   !fit_folder_read(&fit.folders[fit.nfolders++], argv[i], fit.pairs)) {
			return 1;
		}
	}
	return fit.nfolders ? run(&fit) : usage();
}
