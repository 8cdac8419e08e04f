/* SPDX-License-Identifier: Apache-2.0 */
/* How long updates took, in simulated time: a histogram with eight buckets per doubling, so that a
 * bucket is at most an eighth wider than where it begins, and the exact sum and worst.
 */
#ifndef CLI_LATENCY_H
#define CLI_LATENCY_H

#include <stddef.h>
#include <stdint.h>

#define LATENCY_BUCKETS 496u

struct latency {
    uint64_t counts[LATENCY_BUCKETS];
    uint64_t count;
    uint64_t sum_ns;
    uint64_t worst_ns;
    uint64_t worst_max_ns; /* with the part's slowest times */
};

void latency_add(struct latency *latency, uint64_t ns, uint64_t max_ns);
void latency_merge(struct latency *latency, const struct latency *other);

/* The first value of a bucket; that of the next is where it ends. */
uint64_t latency_bucket_start_ns(size_t bucket);

/* No more than 1 in 100 takes longer: the end of the bucket, or the worst if that is less. */
uint64_t latency_p99_ns(const struct latency *latency);

#endif
