#ifndef SILANG_BENCH_FIT_SHOW_H
#define SILANG_BENCH_FIT_SHOW_H
/* Every pair of records that the weights in force judge wrongly, with its evidence. */
#include "bench/quality/fit_data.h"

/* Labelled pairs by themselves, then pairs of known works in one merge of all records. */
void fit_show_wrong(const struct fit_folder *folder);

#endif
