/* SPDX-License-Identifier: Apache-2.0 */
/* See bench_model.h. */
#include "bench_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench_random.h"

int bench_model_init(struct bench_model *model, uint32_t count)
{
    *model = (struct bench_model){.keys = calloc(count, sizeof *model->keys), .count = count};
    return model->keys == NULL ? -1 : 0;
}

void bench_model_free(struct bench_model *model)
{
    free(model->keys);
    *model = (struct bench_model){0};
}

size_t bench_model_name(uint32_t key, char name[BENCH_NAME_BYTES])
{
    return (size_t)snprintf(name, BENCH_NAME_BYTES, "dev.light.k%04u", key);
}

void bench_model_value(const struct bench_model *model, uint32_t key, uint32_t version,
                       uint8_t *value, size_t length)
{
    if (model->has_counter && key == 0) {
        for (size_t i = 0; i < length; i++) {
            value[i] = (uint8_t)(version >> (8 * i));
        }
        return;
    }
    bench_value(key, version, value, length);
}

void bench_model_set(struct bench_model *model, uint32_t key, size_t length)
{
    struct bench_key *entry = &model->keys[key];
    *entry = (struct bench_key){entry->version + 1, (uint16_t)length, true};
}

void bench_model_delete(struct bench_model *model, uint32_t key)
{
    model->keys[key].exists = false;
}

uint32_t bench_model_existing(const struct bench_model *model)
{
    uint32_t existing = 0;
    for (uint32_t i = 0; i < model->count; i++) {
        existing += model->keys[i].exists;
    }
    return existing;
}

bool bench_model_allows(const struct bench_model *model, uint32_t key, const uint8_t *value,
                        int32_t length)
{
    const struct bench_key *entry = &model->keys[key];
    uint8_t expected[BENCH_VALUE_MAX];
    if (length < 0 || !entry->exists) {
        return length < 0 && !entry->exists;
    }
    bench_model_value(model, key, entry->version, expected, entry->length);
    return length == entry->length && memcmp(value, expected, entry->length) == 0;
}
