/* SPDX-License-Identifier: Apache-2.0 */
/* See endurance_model.h. */
#include "endurance_model.h"

#include <stdlib.h>
#include <string.h>

int model_init(struct model *model, size_t count, size_t value_max)
{
    *model = (struct model){.count = count, .value_max = value_max};
    model->entries = calloc(count, sizeof *model->entries);
    model->pending_value = malloc(value_max + 1); /* never of size 0 */
    uint8_t *values = malloc(count * value_max + 1);
    if (model->entries == NULL || model->pending_value == NULL || values == NULL) {
        free(values);
        free(model->entries);
        free(model->pending_value);
        return -1;
    }
    for (size_t i = 0; i < count; i++) {
        model->entries[i].value = values + i * value_max;
    }
    return 0;
}

void model_free(struct model *model)
{
    if (model->count > 0) {
        free(model->entries[0].value);
    }
    free(model->entries);
    free(model->pending_value);
    *model = (struct model){0};
}

void model_name(struct model *model, size_t index, const char *name)
{
    model->entries[index].name = name;
}

void model_begin(struct model *model, size_t index, const void *value, size_t size)
{
    model->pending = true;
    model->pending_index = index;
    model->pending_size = size;
    memcpy(model->pending_value, value, size);
}

void model_acknowledge(struct model *model)
{
    struct model_entry *entry = &model->entries[model->pending_index];
    memcpy(entry->value, model->pending_value, model->pending_size);
    entry->size = model->pending_size;
    entry->exists = true;
    model->pending = false;
}

static bool is_equal(const void *value, size_t size, const void *other, size_t other_size)
{
    return size == other_size && memcmp(value, other, size) == 0;
}

static bool is_old(const struct model_entry *entry, const void *value, size_t size)
{
    if (value == NULL || !entry->exists) {
        return value == NULL && !entry->exists;
    }
    return is_equal(value, size, entry->value, entry->size);
}

bool model_judge(struct model *model, size_t index, const void *value, size_t size)
{
    bool is_pending = model->pending && model->pending_index == index;
    bool is_new = is_pending && value != NULL &&
                  is_equal(value, size, model->pending_value, model->pending_size);
    if (is_new) {
        model_acknowledge(model);
        return true;
    }
    if (is_pending) {
        model->pending = false;
    }
    return is_old(&model->entries[index], value, size);
}

long model_find(const struct model *model, const char *name)
{
    for (size_t i = 0; i < model->count; i++) {
        if (model->entries[i].exists && strcmp(model->entries[i].name, name) == 0) {
            return (long)i;
        }
    }
    return -1;
}

size_t model_existing(const struct model *model)
{
    size_t existing = 0;
    for (size_t i = 0; i < model->count; i++) {
        existing += model->entries[i].exists;
    }
    return existing;
}
