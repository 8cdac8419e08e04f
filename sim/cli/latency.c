/* SPDX-License-Identifier: Apache-2.0 */
/* See latency.h. Values below 8 ns have a bucket each; above, a bucket is named by the position of
 * the highest bit and the three bits behind it. */
#include "latency.h"

#define SUB_BITS    3u
#define SUB_BUCKETS (1u << SUB_BITS)

static size_t bucket_of(uint64_t ns)
{
    unsigned shift = 0;
    while (ns >> shift >= 2 * SUB_BUCKETS) {
        shift++;
    }
    return (size_t)shift * SUB_BUCKETS + (size_t)(ns >> shift);
}

uint64_t latency_bucket_start_ns(size_t bucket)
{
    if (bucket < 2 * SUB_BUCKETS) {
        return bucket;
    }
    size_t shift = bucket / SUB_BUCKETS - 1;
    return (uint64_t)(SUB_BUCKETS + bucket % SUB_BUCKETS) << shift;
}

void latency_add(struct latency *latency, uint64_t ns, uint64_t max_ns)
{
    latency->counts[bucket_of(ns)]++;
    latency->count++;
    latency->sum_ns += ns;
    if (ns > latency->worst_ns) {
        latency->worst_ns = ns;
    }
    if (max_ns > latency->worst_max_ns) {
        latency->worst_max_ns = max_ns;
    }
}

void latency_merge(struct latency *latency, const struct latency *other)
{
    for (size_t i = 0; i < LATENCY_BUCKETS; i++) {
        latency->counts[i] += other->counts[i];
    }
    latency->count += other->count;
    latency->sum_ns += other->sum_ns;
    if (other->worst_ns > latency->worst_ns) {
        latency->worst_ns = other->worst_ns;
    }
    if (other->worst_max_ns > latency->worst_max_ns) {
        latency->worst_max_ns = other->worst_max_ns;
    }
}

uint64_t latency_p99_ns(const struct latency *latency)
{
    uint64_t seen = 0;
    for (size_t i = 0; i + 1 < LATENCY_BUCKETS; i++) {
        seen += latency->counts[i];
        if (latency->count > 0 && seen * 100 >= latency->count * 99) {
            uint64_t end = latency_bucket_start_ns(i + 1);
            return end < latency->worst_ns ? end : latency->worst_ns;
        }
    }
    return latency->worst_ns;
}
