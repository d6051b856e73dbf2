#ifndef SILANG_BENCH_FIT_WEIGHTS_H
#define SILANG_BENCH_FIT_WEIGHTS_H
/*
 * The weights of merging as a table: what they are called, where fitting starts (..._start.def
 * beside this file), what the source has (src/merge/..._weights.def), and by which steps each may
 * move. Steps are coarse, so that a table reads well and says no more than the data do.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define FIT_STEPS 4

enum fit_scale {
	FIT_ADDED,     /* evidence in log-odds: half a unit up or down */
	FIT_MULTIPLIED /* a quarter more, a fifth less */
};

struct fit_weight {
	const char *name;
	double *value; /* in force */
	double start, source;
};

struct fit_table {
	const char *name; /* "cluster" or "rank" */
	enum fit_scale scale;
	struct fit_weight *weights;
	size_t count;
};

struct fit_table *fit_table_of(bool pairs);
void fit_table_start(const struct fit_table *table);
void fit_table_take_source(const struct fit_table *table);
/* "NAME=VALUE": both where it starts and what it has. False when there is no such weight. */
bool fit_table_set(const struct fit_table *table, const char *text);
/* What a value becomes by one of FIT_STEPS steps; the same when the weight may not move so. */
double fit_step(
    const struct fit_table *table, const struct fit_weight *weight, double value, size_t step);
/* A weight whose value in the source no few steps lead to, or NULL. */
const struct fit_weight *fit_table_stray(const struct fit_table *table);
void fit_table_write(const struct fit_table *table, FILE *file);

#endif
