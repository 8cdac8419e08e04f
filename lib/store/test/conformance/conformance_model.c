/* SPDX-License-Identifier: Apache-2.0 */
/* The model: a plain table of what must be in the store. It keeps versions and lengths; names and
 * values are functions of numbers. */
#include "conformance_private.h"

#include <string.h>

#define PREFIX_BYTES 3u

/* "k07" and more: most names are short, one is the longest there can be, one the shortest. */
void model_name(uint32_t key, char name[CFS_NAME_MAX + 1u])
{
    uint32_t length = key == KEYS - 1u ? CFS_NAME_MAX : PREFIX_BYTES + key * 7u % 29u;

    name[0] = 'k';
    name[1] = (char)('0' + key / 10u);
    name[2] = (char)('0' + key % 10u);
    for (uint32_t i = PREFIX_BYTES; i < length; i++) {
        name[i] = (char)('a' + (key + i) % 26u);
    }
    if (key == 0u) {
        name[0] = 'z';
        length = 1;
    }
    name[length] = '\0';
}

void model_value(struct conformance *run, uint32_t key, uint32_t version, uint32_t size)
{
    uint32_t state = key * 2654435761u + version * 40503u + 1u;

    for (uint32_t i = 0; i < size; i++) {
        state = state * 1664525u + 1013904223u;
        run->value[i] = (uint8_t)(state >> 24);
    }
}

uint32_t model_longest(struct conformance *run)
{
    int32_t most = cfs_inline_max(&run->store, CFS_NAME_MAX);

    return most < 0 ? 0u : (uint32_t)most < run->value_bytes ? (uint32_t)most : run->value_bytes;
}

/* Whether the key has this value now. */
static bool has(struct conformance *run, uint32_t key, uint32_t version, uint32_t size,
                int32_t *result)
{
    char name[CFS_NAME_MAX + 1u];

    model_name(key, name);
    *result = cfs_get(&run->store, name, run->found, run->value_bytes);
    if (version == 0u) {
        return *result == CFS_ERR_NOT_FOUND;
    }
    model_value(run, key, version, size);
    return *result == (int32_t)size && memcmp(run->value, run->found, size) == 0;
}

bool model_holds(struct conformance *run, uint32_t key, uint32_t version, uint32_t size)
{
    int32_t result;

    if (has(run, key, version, size, &result)) {
        return true;
    }
    conformance_print(run, "key %u must have version %u (0: none) of %u bytes; cfs_get() gave %d",
                      (unsigned)key, (unsigned)version, (unsigned)size, (int)result);
    return conformance_fail(run, "a value is wrong");
}

static uint32_t draw_size(struct conformance *run)
{
    uint32_t kind = conformance_below(run, 16);
    uint32_t longest = model_longest(run);
    uint32_t size = conformance_below(run, run->typical_bytes + 1u);

    if (kind == 0u) {
        size = 0;
    } else if (kind == 1u) {
        size = conformance_below(run, longest / 4u + 1u);
    }
    return size < longest ? size : longest;
}

static int32_t set(struct conformance *run, const char *name)
{
    struct model *model = &run->model;

    model->new_version = ++model->clock;
    model->new_size = draw_size(run);
    model_value(run, model->key, model->new_version, model->new_size);
    return cfs_set(&run->store, name, run->value, model->new_size);
}

/* After failures a small volume may have no sector left to write to, and says so for good. */
static bool is_worn_out(struct conformance *run)
{
    struct cfs_statistics statistics;

    return cfs_statistics(&run->store, &statistics) == CFS_OK && statistics.worn_out;
}

bool model_step(struct conformance *run, int32_t *result)
{
    struct model *model = &run->model;
    char name[CFS_NAME_MAX + 1u];

    model->key = conformance_below(run, KEYS);
    model_name(model->key, name);
    if (conformance_below(run, 8) == 0u) {
        model->new_version = 0;
        model->new_size = 0;
        *result = cfs_delete(&run->store, name);
        if (*result == CFS_ERR_NOT_FOUND && model->version[model->key] == 0u) {
            *result = CFS_OK;
        }
    } else {
        *result = set(run, name);
    }
    model->in_doubt = *result == CFS_ERR_IO;
    if (*result == CFS_OK) {
        model->version[model->key] = model->new_version;
        model->size[model->key] = model->new_size;
    }
    if (*result == CFS_ERR_NO_SPACE && model->new_version != 0u) {
        return true;
    }
    if (*result == CFS_ERR_READ_ONLY && is_worn_out(run)) {
        return true;
    }
    return *result == CFS_OK || *result == CFS_ERR_IO ||
           conformance_expect(run, "a random cfs_set() or cfs_delete()", CFS_OK, *result);
}

bool model_settle(struct conformance *run)
{
    struct model *model = &run->model;
    int32_t result;

    if (!model->in_doubt) {
        return true;
    }
    model->in_doubt = false;
    if (has(run, model->key, model->new_version, model->new_size, &result)) {
        model->version[model->key] = model->new_version;
        model->size[model->key] = model->new_size;
        return true;
    }
    return model_holds(run, model->key, model->version[model->key], model->size[model->key]);
}

bool model_compare(struct conformance *run)
{
    char name[CFS_NAME_MAX + 1u] = "";
    uint32_t exist = 0;
    uint32_t found = 0;

    for (uint32_t key = 0; key < KEYS; key++) {
        if (!model_holds(run, key, run->model.version[key], run->model.size[key])) {
            return false;
        }
        exist += run->model.version[key] != 0u ? 1u : 0u;
    }
    while (found <= exist && cfs_find(&run->store, "*", name) > 0) {
        found++;
    }
    return HOLDS(run, found == exist) && EXPECT(run, CFS_OK, cfs_check(&run->store));
}
