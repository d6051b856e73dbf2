#ifndef SILANG_BASE_DURATION_H
#define SILANG_BASE_DURATION_H
/* Durations as people write them (1ms, 250ms, 5s, 10m, 24h) and as we count them. */
#include <stdbool.h>
#include <stdint.h>

typedef int64_t msec_t; /* milliseconds: a length, or a point on the loop's monotonic clock */

#define MSEC_NEVER INT64_MAX

/* Reads digits followed by ms, s, m or h, nothing else; at most 31 days. */
bool duration_parse(const char *text, msec_t *out);
/* Writes the shortest exact form ("90s", "10m") into `out` and returns it. */
char *duration_print(msec_t ms, char out[24]);

#endif
