/* SPDX-License-Identifier: Apache-2.0 */
/* See bench_workload.h. */
#include "bench_workload.h"

#include <string.h>

#define LEAST_KEY_BYTES 32u /* no store needs less for a name of 15 bytes and a value of 32 */

static const uint32_t small_sizes[] = {4, 16, 64, 0};
static const uint32_t large_sizes[] = {64, 256, 0};

const struct bench_workload bench_workloads[] = {
    {"W1", BENCH_UPDATES, NULL, 32, 0, small_sizes, bench_play_random},
    {"W2", BENCH_UPDATES, NULL, 32, 0, small_sizes, bench_play_counter},
    {"W3", BENCH_UPDATES, NULL, 28, 0, small_sizes, bench_play_fill},
    {"W4", BENCH_UPDATES, NULL, 0, 100, small_sizes, bench_play_mixed},
    {"W4h", BENCH_UPDATES, NULL, 0, 239, small_sizes, bench_play_mixed},
    {"W5", BENCH_MOUNT, "W1", 0, 0, small_sizes, NULL},
    {"W5", BENCH_MOUNT, "W4", 0, 0, small_sizes, NULL},
    {"W6", BENCH_GETS, NULL, 32, 0, large_sizes, bench_play_gets},
    {"W6", BENCH_GETS, NULL, 100, 0, large_sizes, bench_play_gets},
    {"W6", BENCH_GETS, NULL, 1000, 0, large_sizes, bench_play_gets},
    {"capacity", BENCH_CAPACITY, NULL, 0, 65536 / LEAST_KEY_BYTES, small_sizes,
     bench_play_capacity},
    {0},
};

const struct bench_workload *bench_workload_find(const char *name, size_t length)
{
    for (const struct bench_workload *w = bench_workloads; w->name != NULL; w++) {
        if (strlen(w->name) == length && strncmp(w->name, name, length) == 0) {
            return w;
        }
    }
    return NULL;
}

uint32_t bench_workload_keys(const struct bench_workload *workload, uint64_t device_bytes)
{
    return workload->keys != 0
               ? workload->keys
               : (uint32_t)((workload->keys_per_64k * device_bytes + 65536 / 2) / 65536);
}
