#ifndef SILANG_BASE_METRICS_H
#define SILANG_BASE_METRICS_H
/*
 * Counters, gauges and latency histograms as plain values, and their Prometheus text form
 * (exposition format 0.0.4). The struct lives in the gateway; nothing here knows the time.
 */
#include <stddef.h>
#include <stdint.h>
#include "base/duration.h"

#define METRICS_BUCKETS 12

/* Upper bounds in ms: 1 5 10 25 50 100 250 500 1000 2500 5000 10000; above only counts in `count`.
 */
struct metrics_histogram {
	uint64_t bucket[METRICS_BUCKETS]; /* not cumulative */
	uint64_t count;
	uint64_t sum_ms;
};

struct metrics_writer; /* collects the text */

void metrics_observe(struct metrics_histogram *histogram, msec_t ms);
/* The quantile (0..1) in ms, interpolated within its bucket; 0 when empty. */
double metrics_quantile(const struct metrics_histogram *histogram, double quantile);

struct metrics_writer *metrics_writer_create(void);
/* Announces a family: HELP and TYPE ("counter", "gauge", "histogram"). */
void metrics_family(
    struct metrics_writer *writer, const char *name, const char *type, const char *help);
/* One sample; labels is "" or e.g. partner="ugm",status="ok" (values already safe). */
void metrics_sample(
    struct metrics_writer *writer, const char *name, const char *labels, double value);
void metrics_sample_histogram(struct metrics_writer *writer, const char *name, const char *labels,
    const struct metrics_histogram *histogram);
/* The text so far; owned by the writer. */
const char *metrics_text(struct metrics_writer *writer, size_t *length);
void metrics_writer_destroy(struct metrics_writer *writer);

#endif
