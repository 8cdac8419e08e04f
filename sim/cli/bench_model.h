/* SPDX-License-Identifier: Apache-2.0 */
/* What the store must hold: of each key the version and length; values are made again when needed.
 */
#ifndef CLI_BENCH_MODEL_H
#define CLI_BENCH_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BENCH_NAME_BYTES   24u /* of any key's name, terminated */
#define BENCH_VALUE_MAX    1024u
#define BENCH_COUNTER_SIZE 4u

struct bench_key {
    uint32_t version; /* sets so far */
    uint16_t length;
    bool exists;
};

struct bench_model {
    struct bench_key *keys;
    uint32_t count;
    bool has_counter; /* key 0 holds its version, little-endian, instead of random bytes */
};

/* -1: out of memory. */
int bench_model_init(struct bench_model *model, uint32_t count);
void bench_model_free(struct bench_model *model);

/* "dev.light.k0042". Returns its length. */
size_t bench_model_name(uint32_t key, char name[BENCH_NAME_BYTES]);

/* The value a key has, or would have, in a version. */
void bench_model_value(const struct bench_model *model, uint32_t key, uint32_t version,
                       uint8_t *value, size_t length);

/* The store acknowledged the next version. */
void bench_model_set(struct bench_model *model, uint32_t key, size_t length);
void bench_model_delete(struct bench_model *model, uint32_t key);
uint32_t bench_model_existing(const struct bench_model *model);

/* Whether a key may be shown like this; `length` < 0: not found. */
bool bench_model_allows(const struct bench_model *model, uint32_t key, const uint8_t *value,
                        int32_t length);

#endif
