/* SPDX-License-Identifier: Apache-2.0 */
/* What a workload on a part cost. Plain data, between those who measure and those who print. */
#ifndef CLI_BENCH_RESULT_H
#define CLI_BENCH_RESULT_H

#include <stdint.h>

#include "complaint.h"
#include "latency.h"

/* Operations of the device and the simulated time they took. */
struct bench_cost {
    uint64_t reads, read_bytes;
    uint64_t programs, programmed_bytes; /* with zero-filling */
    uint64_t erases;
    uint64_t ns;
    uint64_t slowest_ns; /* if each took its maximum */
};

static const struct bench_cost bench_no_cost = {0};

struct bench_result {
    const char *workload;
    const char *after; /* the workload before a mount, or NULL */
    char profile[32];
    uint32_t sectors;
    uint32_t keys;
    struct bench_cost cost;  /* of what the workload counts */
    struct bench_cost mount; /* of the last mount after a reset */
    struct latency updates;  /* of each set and delete that is counted */
    uint64_t erases_min;     /* of the sectors, within `cost` */
    uint64_t erases_max;
    uint64_t payload_bytes; /* names and values of the sets that are counted */
    uint64_t gets;          /* of W6 */
    struct bench_cost get_cost;
    uint64_t get_read_bytes_max;
    double cpu_s; /* of this machine, in what is counted, and in the last mount */
    double mount_cpu_s;
    uint64_t failed;        /* calls that returned an error, preload and compare included */
    uint64_t rules_broken;  /* operations the device refused: a unit programmed twice */
    struct complaint wrong; /* the first thing that should not be, or empty */
};

#endif
