/* SPDX-License-Identifier: Apache-2.0 */
/* The values a workload's keys take. */
#include "workload.h"

#include <string.h>

#include "rng.h"

static size_t random_value(const struct workload_key *key, struct rng rng, uint8_t *value)
{
    uint64_t word = 0;
    for (size_t i = 0; i < key->random_bytes; i++) {
        word = i % 8 == 0 ? rng_next(&rng) : word >> 8;
        value[i] = (uint8_t)word;
    }
    return key->random_bytes;
}

static size_t counter_value(uint32_t version, uint8_t *value)
{
    for (unsigned i = 0; i < 4; i++) {
        value[i] = (uint8_t)(version >> (8 * i));
    }
    return 4;
}

size_t workload_value(const struct workload *workload, size_t index, uint32_t version,
                      uint64_t seed, uint8_t *value)
{
    const struct workload_key *key = &workload->keys[index];
    switch (key->source) {
    case WORKLOAD_RANDOM:
        return random_value(
            key, (struct rng){seed ^ ((uint64_t)index << 40) ^ ((uint64_t)version << 4)}, value);
    case WORKLOAD_COUNTER:
        return counter_value(version, value);
    default:
        break;
    }
    const struct workload_literal *literal = &key->literals[version % key->literal_count];
    memcpy(value, literal->bytes, literal->size);
    return literal->size;
}

static size_t key_value_max(const struct workload_key *key)
{
    size_t max = key->source == WORKLOAD_COUNTER ? 4 : key->random_bytes;
    for (size_t i = 0; i < key->literal_count; i++) {
        max = key->literals[i].size > max ? key->literals[i].size : max;
    }
    return max;
}

size_t workload_value_max(const struct workload *workload)
{
    size_t max = 0;
    for (size_t i = 0; i < workload->key_count; i++) {
        size_t size = key_value_max(&workload->keys[i]);
        max = size > max ? size : max;
    }
    return max;
}
