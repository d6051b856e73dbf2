#include "bench/quality/fit_weights.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "merge/weights.h"

#define DEPTH_MAX 6 /* steps that one weight was moved in all */

/* In force. */
struct cluster_weights cluster_weight = {
#include "merge/cluster_weights.def"
};
struct rank_weights rank_weight = {
#include "merge/rank_weights.def"
};
static const struct cluster_weights cluster_start = {
#include "bench/quality/cluster_start.def"
};
static const struct rank_weights rank_start = {
#include "bench/quality/rank_start.def"
};

/* The start's value is read from its struct when the table is asked for: C has no constant for it.
 */
#undef WEIGHT
#define WEIGHT(name, number) {#name, &cluster_weight.name, 0, number},
static struct fit_weight cluster_list[] = {
#include "merge/cluster_weights.def"
};
#undef WEIGHT
#define WEIGHT(name, number) {#name, &rank_weight.name, 0, number},
static struct fit_weight rank_list[] = {
#include "merge/rank_weights.def"
};

struct fit_table *fit_table_of(bool pairs)
{
	static struct fit_table cluster = {"cluster", FIT_ADDED, cluster_list,
				    sizeof cluster_list / sizeof *cluster_list},
				rank = {"rank", FIT_MULTIPLIED, rank_list,
				    sizeof rank_list / sizeof *rank_list};
	struct fit_table *table = pairs ? &cluster : &rank;
	const char *start = pairs ? (const char *)&cluster_start : (const char *)&rank_start;
	const char *force = pairs ? (const char *)&cluster_weight : (const char *)&rank_weight;

	for (size_t i = 0; i < table->count; i++)
		memcpy(&table->weights[i].start,
		    start + ((const char *)table->weights[i].value - force), sizeof(double));
	return table;
}

void fit_table_start(const struct fit_table *table)
{
	for (size_t i = 0; i < table->count; i++)
		*table->weights[i].value = table->weights[i].start;
}

void fit_table_take_source(const struct fit_table *table)
{
	for (size_t i = 0; i < table->count; i++)
		*table->weights[i].value = table->weights[i].source;
}

bool fit_table_set(const struct fit_table *table, const char *text)
{
	const char *equals = strchr(text, '=');

	for (size_t i = 0; equals && i < table->count; i++) {
		struct fit_weight *weight = &table->weights[i];

		if (strncmp(weight->name, text, (size_t)(equals - text)) != 0 ||
		    weight->name[equals - text])
			continue;
		*weight->value = weight->start = weight->source = atof(equals + 1);
		return true;
	}
	return false;
}

/* Levels other than the normal one are not measured. */
static bool is_fixed(const struct fit_weight *weight)
{
	return !strncmp(weight->name, "threshold", 9) && strcmp(weight->name, "threshold[2]");
}

/* As it will be written. */
static double two_digits(double value)
{
	char text[32];

	snprintf(text, sizeof text, "%.2g", value);
	return atof(text);
}

double fit_step(
    const struct fit_table *table, const struct fit_weight *weight, double value, size_t step)
{
	static const double added[FIT_STEPS] = {-1, -0.5, 0.5, 1},
			    multiplied[FIT_STEPS] = {0.5, 0.8, 1.25, 2};
	double moved = value + added[step];

	if (is_fixed(weight))
		return value;
	if (table->scale == FIT_MULTIPLIED)
		return two_digits(value * multiplied[step]);
	/* Evidence for never becomes evidence against. */
	return moved * weight->start < 0 ? value : moved;
}

static bool leads_to(
    const struct fit_table *table, const struct fit_weight *weight, double value, size_t depth)
{
	if (fabs(value - weight->source) < 1e-9)
		return true;
	for (size_t step = 0; depth && step < FIT_STEPS; step++)
		if (leads_to(table, weight, fit_step(table, weight, value, step), depth - 1))
			return true;
	return false;
}

const struct fit_weight *fit_table_stray(const struct fit_table *table)
{
	for (size_t i = 0; i < table->count; i++)
		if (!leads_to(table, &table->weights[i], table->weights[i].start, DEPTH_MAX))
			return &table->weights[i];
	return NULL;
}

void fit_table_write(const struct fit_table *table, FILE *file)
{
	for (size_t i = 0; i < table->count; i++)
		fprintf(
		    file, "WEIGHT(%s, %.3g)\n", table->weights[i].name, *table->weights[i].value);
}
