/* SPDX-License-Identifier: Apache-2.0 */
/* The draws of the benchmark: fixed by its definition (docs/bench.md), so that figures can be
 * compared between stores. Not for anything else; rng.h is better.
 */
#ifndef CLI_BENCH_RANDOM_H
#define CLI_BENCH_RANDOM_H

#include <stddef.h>
#include <stdint.h>

#define BENCH_SIZE_MAX 511u /* largest size drawn */

/* A 32-bit xorshift generator. Its state is never 0. */
struct bench_random {
    uint32_t state;
};

/* 0 to bound - 1. */
uint32_t bench_random_below(struct bench_random *random, uint32_t bound);

/* 8 to BENCH_SIZE_MAX bytes, the logarithm evenly distributed; 121 on average. */
size_t bench_random_size(struct bench_random *random);

/* What version `version` of key `key` holds: the same for ever, so that nobody must keep it. */
void bench_value(uint32_t key, uint32_t version, uint8_t *value, size_t length);

#endif
