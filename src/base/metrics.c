#include "base/metrics.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <yaz/wrbuf.h>

static const int bounds[METRICS_BUCKETS] = {
    1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000};

struct metrics_writer {
	WRBUF text;
};

void metrics_observe(struct metrics_histogram *histogram, msec_t ms)
{
	if (ms < 0)
		ms = 0;
	histogram->count++;
	histogram->sum_ms += (uint64_t)ms;
	for (int i = 0; i < METRICS_BUCKETS; i++) {
		if (ms <= bounds[i]) {
			histogram->bucket[i]++;
			return;
		}
	}
}

double metrics_quantile(const struct metrics_histogram *histogram, double quantile)
{
	double rank = quantile * (double)histogram->count, below = 0;

	if (!histogram->count)
		return 0;
	for (int i = 0; i < METRICS_BUCKETS; i++) {
		double here = (double)histogram->bucket[i];

		if (here > 0 && below + here >= rank) {
			double low = i ? bounds[i - 1] : 0;

			return low + (bounds[i] - low) * (rank - below) / here;
		}
		below += here;
	}
	return bounds[METRICS_BUCKETS - 1];
}

struct metrics_writer *metrics_writer_create(void)
{
	struct metrics_writer *writer = calloc(1, sizeof *writer);

	if (!writer)
		abort();
	writer->text = wrbuf_alloc();
	return writer;
}

void metrics_family(
    struct metrics_writer *writer, const char *name, const char *type, const char *help)
{
	wrbuf_printf(writer->text, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void sample(WRBUF text, const char *name, const char *suffix, const char *labels,
    const char *more, double value)
{
	wrbuf_printf(text, "%s%s", name, suffix);
	if (*labels || *more)
		wrbuf_printf(text, "{%s%s%s}", labels, *labels && *more ? "," : "", more);
	if (value == floor(value) && fabs(value) < 1e15)
		wrbuf_printf(text, " %.0f\n", value);
	else
		wrbuf_printf(text, " %.6g\n", value);
}

void metrics_sample(
    struct metrics_writer *writer, const char *name, const char *labels, double value)
{
	sample(writer->text, name, "", labels, "", value);
}

void metrics_sample_histogram(struct metrics_writer *writer, const char *name, const char *labels,
    const struct metrics_histogram *histogram)
{
	uint64_t total = 0;
	char bound[32];

	for (int i = 0; i < METRICS_BUCKETS; i++) {
		total += histogram->bucket[i];
		snprintf(bound, sizeof bound, "le=\"%g\"", bounds[i] / 1000.0);
		sample(writer->text, name, "_bucket", labels, bound, (double)total);
	}
	sample(writer->text, name, "_bucket", labels, "le=\"+Inf\"", (double)histogram->count);
	sample(writer->text, name, "_sum", labels, "", (double)histogram->sum_ms / 1000.0);
	sample(writer->text, name, "_count", labels, "", (double)histogram->count);
}

const char *metrics_text(struct metrics_writer *writer, size_t *length)
{
	*length = wrbuf_len(writer->text);
	return wrbuf_cstr(writer->text);
}

void metrics_writer_destroy(struct metrics_writer *writer)
{
	wrbuf_destroy(writer->text);
	free(writer);
}
