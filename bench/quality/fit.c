/*
 * Fits merging's weights to labelled data and writes the table that the source uses. Usage:
 *
 *   fit pairs|rank [-n ROUNDS] [-c CAUTION] [-q] [-s NAME=VALUE]... [-w FILE] FOLDER...
 *   fit pairs|rank -n 0 [-v] FOLDER...
 *   fit pairs|rank -t FOLDER...
 *
 * README.md says what lies in a FOLDER. With -n 0 the weights in the source are measured, no more;
 * -v lists the pairs that they judge wrongly. -t tests the tables in the source.
 *
 * A careful coordinate ascent from the start values: each weight in turn is tried one step up and
 * down, and a step is taken only if it raises the mean of all series by more than that gain's own
 * standard error (a jackknife over the parts), CAUTION times, and no series falls, nor its
 * precision, whichever part is left out. So a weight moves for what many cases in several
 * collections say, not for a few. Cross-validation repeats all of it for each of FOLDS pairs of
 * parts with these left out, and measures them with the weights fitted to the others; -q leaves it
 * out. With -w the weights fitted to everything are written, with their figures.
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
	bool quick, verbose, test;
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
			fit_value_of(&before->series[i], parts) - ROUNDING ||
		    fit_precision_of(&after->series[i], parts) <
			fit_precision_of(&before->series[i], parts) - ROUNDING)
			return true;
	return false;
}

/* Does a series fall, all in all or when some part is left out? */
static bool may_fall(
    const struct fit_figures *before, const struct fit_figures *after, unsigned parts)
{
	for (unsigned p = 0; p < FIT_PARTS; p++)
		if ((parts >> p & 1) && falls(before, after, parts & ~(1u << p)))
			return true;
	return falls(before, after, parts);
}

static bool is_worth_it(const struct fit *fit, const struct fit_figures *before,
    const struct fit_figures *after, unsigned parts)
{
	double gain = gain_of(before, after, parts);

	return gain > GAIN_MIN && !may_fall(before, after, parts) &&
	       gain > fit->caution * error_of(before, after, parts);
}

/* Tries one weight's steps and takes the better of those that are worth it. */
static bool try_weight(
    const struct fit *fit, struct fit_weight *weight, unsigned parts, struct fit_figures *best)
{
	double before = *weight->value, kept = before;
	struct fit_figures at = *best, tried;

	for (size_t step = 0; step < FIT_STEPS; step++) {
		*weight->value = fit_step(fit->table, weight, before, step);
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

static void print_figures(
    FILE *file, const char *margin, const char *what, const struct fit_figures *figures)
{
	char text[256];

	fprintf(file, "%s%s: %.4f\n", margin, what, fit_value(figures, FIT_ALL_PARTS));
	for (size_t i = 0; i < figures->count; i++)
		fprintf(
		    file, "%s  %s\n", margin, fit_describe(&figures->series[i], text, sizeof text));
}

static void print_results(
    FILE *file, const char *margin, const struct fit *fit, const struct results *results)
{
	print_figures(file, margin, "with the start values", &results->start);
	if (!fit->quick)
		print_figures(file, margin, "cross-validated", &results->validated);
	print_figures(file, margin, "fitted to everything", &results->fitted);
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
	fprintf(file, "/*\n * Written by: fit %s -n %zu -c %g%s -w src/merge/%s_weights.def",
	    fit->pairs ? "pairs" : "rank", fit->rounds, fit->caution, fit->quick ? " -q" : "",
	    fit->table->name);
	for (size_t i = 0; i < fit->nfolders; i++)
		fprintf(file, " %s", fit->folders[i].name);
	fprintf(file, "\n * The folders: bench/quality/README.md. The weights: weights.h.\n *\n");
	print_results(file, " * ", fit, results);
	fprintf(file, " */\n");
	fit_table_write(fit->table, file);
	return fclose(file) == 0;
}

/* What must hold of the tables in the source wherever this program runs: they are steps away from
 * the start values, and not worse on any series. Speaks TAP. */
static int check_source(const struct fit *fit)
{
	static struct fit_figures start, source;
	const struct fit_weight *stray = fit_table_stray(fit->table);
	bool worse;

	fit_table_start(fit->table);
	measure(fit, &start);
	fit_table_take_source(fit->table);
	measure(fit, &source);
	worse = falls(&start, &source, FIT_ALL_PARTS);
	printf("%s 1 - every weight of %s_weights.def is steps away from its start%s%s\n",
	    stray ? "not ok" : "ok", fit->table->name, stray ? ": not " : "",
	    stray ? stray->name : "");
	printf("%s 2 - they do not worse than the start values\n1..2\n", worse ? "not ok" : "ok");
	print_figures(stdout, "# ", "start", &start);
	print_figures(stdout, "# ", "source", &source);
	return stray || worse;
}

/* ---- the command ---- */

static int usage(void)
{
	fprintf(stderr, "usage: fit pairs|rank [-n ROUNDS] [-c CAUTION] [-q] [-v] [-t] "
			"[-s NAME=VALUE]... [-w FILE] FOLDER...\n");
	return 2;
}

static bool take_option(struct fit *fit, char **argv, int *i)
{
	const struct {
		const char *option;
		bool *flag;
	} flags[] = {{"-q", &fit->quick}, {"-v", &fit->verbose}, {"-t", &fit->test}};
	const char *option = argv[*i], *value = argv[*i + 1];

	for (size_t k = 0; k < sizeof flags / sizeof *flags; k++)
		if (!strcmp(option, flags[k].option))
			return *flags[k].flag = true;
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

	if (fit->test)
		return check_source(fit);
	if (!fit->rounds) {
		fit_table_take_source(fit->table);
		measure(fit, &results.fitted);
		print_figures(stdout, "", "as the source has them", &results.fitted);
		for (size_t i = 0; fit->pairs && fit->verbose && i < fit->nfolders; i++)
			fit_show_wrong(&fit->folders[i]);
		return 0;
	}
	fit_table_start(fit->table);
	measure(fit, &results.start);
	if (!fit->quick)
		cross_validate(fit, &results.validated);
	ascend(fit, FIT_ALL_PARTS, &results.fitted);
	print_results(stdout, "", fit, &results);
	print_moves(fit);
	return fit->out && !write_table(fit, &results);
}

int main(int argc, char **argv)
{
	static struct fit fit = {.rounds = 4, .caution = 1.5};

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
