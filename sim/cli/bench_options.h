/* SPDX-License-Identifier: Apache-2.0 */
/* The command line of `cfs-sim bench`. */
#ifndef CLI_BENCH_OPTIONS_H
#define CLI_BENCH_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "complaint.h"

#define BENCH_SIZES_MAX 16u

struct bench_options {
    const char *workloads;               /* "W1,W4", or NULL: all */
    uint32_t sizes[BENCH_SIZES_MAX + 1]; /* in sectors, ends with 0; empty: as each workload says */
    const char *profile;
    const char *image;    /* NULL: save none */
    uint64_t updates_max; /* UINT64_MAX: as each workload says */
    bool max_times;
    bool with_maintain;
    bool json;
    struct complaint complaint;
};

int bench_options_parse(struct bench_options *options, int argc, char **argv);

/* Whether a workload is to run. */
bool bench_options_choose(const struct bench_options *options, const char *workload);

/* Whether figures may be compared with the bars, and with those of others. */
bool bench_options_are_standard(const struct bench_options *options);

#endif
