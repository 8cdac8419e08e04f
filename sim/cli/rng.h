/* SPDX-License-Identifier: Apache-2.0 */
/* Random numbers that are the same on every machine (splitmix64). */
#ifndef CLI_RNG_H
#define CLI_RNG_H

#include <stdbool.h>
#include <stdint.h>

struct rng {
    uint64_t state;
};

static inline uint64_t rng_next(struct rng *rng)
{
    rng->state += 0x9E3779B97F4A7C15u;
    uint64_t x = rng->state;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

/* 0 to bound - 1; the bias of the remainder does not matter for bounds far below 2^64. */
static inline uint64_t rng_below(struct rng *rng, uint64_t bound)
{
    return bound == 0 ? 0 : rng_next(rng) % bound;
}

/* True with a probability of `share`, 0 to 1. */
static inline bool rng_chance(struct rng *rng, double share)
{
    return (double)(rng_next(rng) >> 11) < share * 9007199254740992.0; /* 2^53 */
}

#endif
