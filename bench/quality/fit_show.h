#ifndef SILANG_BENCH_FIT_SHOW_H
#define SILANG_BENCH_FIT_SHOW_H
/*
 * Every pair of a folder that the weights in force judge wrongly, with its evidence, on standard
 * output: of the labelled pairs by themselves, and of all records in one merge.
 */
#include "bench/quality/fit_data.h"

void fit_show_wrong(const struct fit_folder *folder);

#endif
