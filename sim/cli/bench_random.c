/* SPDX-License-Identifier: Apache-2.0 */
/* See bench_random.h. */
#include "bench_random.h"

#include <math.h>

static uint32_t step(uint32_t x)
{
    x ^= x << 13;
    x ^= x >> 17;
    return x ^ x << 5;
}

uint32_t bench_random_below(struct bench_random *random, uint32_t bound)
{
    random->state = step(random->state);
    return random->state % bound;
}

size_t bench_random_size(struct bench_random *random)
{
    return (size_t)(8 * pow(64, bench_random_below(random, 65536) / 65536.0));
}

void bench_value(uint32_t key, uint32_t version, uint8_t *value, size_t length)
{
    uint32_t x = key * 2654435761u ^ version * 2246822519u ^ 0x9E3779B9u;
    x = x == 0 ? 1 : x; /* 0 would stay 0 */
    for (size_t i = 0; i < length; i++) {
        x = step(x);
        value[i] = (uint8_t)x;
    }
}
