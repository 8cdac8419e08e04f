/* SPDX-License-Identifier: Apache-2.0 */
/* Draws. Everything the simulator leaves to chance is a pure function of the seed and of what is
 * drawn for: no generator whose state depends on how often it was asked, so that equal histories
 * give equal bytes and a branch explored alone draws what it drew among others. */
#ifndef SIM_DRAW_H
#define SIM_DRAW_H

#include <stdint.h>

/* The finaliser of splitmix64: every input bit reaches every output bit. */
static inline uint64_t draw_mix(uint64_t x)
{
    x += 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

/* What a draw is for keeps draws about the same place apart. */
enum draw_purpose {
    DRAW_GARBAGE = 1,
    DRAW_BITS,
    DRAW_WEAK,
    DRAW_CUT,
    DRAW_WEAR,
};

static inline uint64_t draw(uint64_t seed, enum draw_purpose purpose, uint64_t about)
{
    return draw_mix(draw_mix(seed + (uint64_t)purpose) ^ about);
}

#endif
