/* SPDX-License-Identifier: Apache-2.0 */
/* Setting and deleting keys whose value stands in chunks, or is to. What a cut leaves is told in
 * store_drop.c.
 *
 *   STORE (this file: large values) > journal > volume > device
 */
#include "store_object.h"

#include "cfs/crc.h"

#if CFS_CFG_OBJECTS

static uint32_t larger(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

struct cfs_growth cfs_large_needs(const struct cfs_store *store, const struct cfs_large *large,
                                  uint32_t size)
{
    uint32_t chunk = store->chunk_bytes;
    uint32_t drop = cfs_drop_weight(store);
    struct cfs_growth growth;

    /* the old value stands until the commit, and its chunks longer */
    growth.heaviest = cfs_write_weight_of(store, CFS_CHUNK_NAME_BYTES, chunk, false);
    growth.more = size / chunk * growth.heaviest;
    if (size % chunk > 0) {
        growth.more += cfs_write_weight_of(store, CFS_CHUNK_NAME_BYTES, size % chunk, false);
    }
    growth.more += large->has_drop ? 0u : drop;
    growth.more += larger(large->weights.before, large->weights.after) - large->weights.before;
    growth.heaviest = larger(larger(growth.heaviest, drop), large->weights.after);
    return growth;
}

int32_t cfs_large_look(struct cfs_store *store, const struct cfs_name *name, uint32_t attributes,
                       struct cfs_large *large)
{
    const struct cfs_value value = {
        .size = CFS_OBJECT_BYTES, .attributes = attributes, .kind = CFS_KIND_OBJECT};
    int32_t result = cfs_drop_exists(store);

    large->has_drop = result > 0;
    return result < 0 ? result : cfs_write_weigh(store, name, &value, &large->weights);
}

int32_t cfs_large_commit(struct cfs_store *store, const struct cfs_name *name,
                         const struct cfs_object *object)
{
    uint8_t bytes[CFS_OBJECT_BYTES];
    const struct cfs_bytes part = {bytes, sizeof bytes};
    const struct cfs_value value = {.parts = &part,
                                    .part_count = 1,
                                    .size = sizeof bytes,
                                    .attributes = object->attributes,
                                    .kind = CFS_KIND_OBJECT,
                                    .admitted = true,
                                    .drops = true};

    cfs_object_encode(object, bytes);
    return cfs_write_set(store, name, &value);
}

static int32_t write_chunks(struct cfs_store *store, const struct cfs_object *object,
                            const uint8_t *data)
{
    int32_t result = CFS_OK;

    for (uint32_t i = 0; result == CFS_OK && i < cfs_object_chunks(object); i++) {
        const struct cfs_bytes part = {data + i * object->chunk_bytes,
                                       cfs_object_chunk_size(object, i)};

        result = cfs_object_write_chunk(store, &object->id, i, &part, true, 0);
    }
    return result;
}

int32_t cfs_large_admit(struct cfs_store *store, const struct cfs_name *name, uint32_t size,
                        uint32_t attributes, uint32_t besides)
{
    struct cfs_large large;
    struct cfs_growth growth;
    int32_t result;

    if (store->chunk_bytes == 0) {
        return CFS_ERR_TOO_BIG;
    }
    result = cfs_large_look(store, name, attributes, &large);
    if (result != CFS_OK) {
        return result;
    }
    growth = cfs_large_needs(store, &large, size);
    return cfs_write_admit(store, growth.more + besides, growth.heaviest);
}

/* Write a new object for a key that refers to `old`, or NULL. */
static int32_t replace(struct cfs_store *store, const struct cfs_name *name,
                       const struct cfs_value *value, const struct cfs_object *old)
{
    const void *data = value->parts->data;
    struct cfs_object fresh = {.length = value->size,
                               .chunk_bytes = store->chunk_bytes,
                               .crc = cfs_crc32c(0, data, value->size),
                               .attributes = value->attributes};
    int32_t result = cfs_large_admit(store, name, value->size, value->attributes, 0);

    if (result != CFS_OK) {
        return result;
    }
    fresh.id = cfs_object_new_id(store);
    result = cfs_drop_note(store, name->hash, old, &fresh);
    if (result == CFS_OK) {
        result = write_chunks(store, &fresh, data);
    }
    return result == CFS_OK ? cfs_large_commit(store, name, &fresh) : result;
}

int32_t cfs_large_leave(struct cfs_store *store, const struct cfs_name *name)
{
    struct cfs_object old = {0};
    int32_t result = cfs_drop_settle(store, CFS_DROP_ALL);

    if (result == CFS_OK) {
        result = cfs_object_of(store, name, &old);
    }
    return result > 0 ? cfs_drop_note(store, name->hash, &old, NULL) : result;
}

/* The value of a key that refers to an object moves into its record; or, CFS_KIND_TOMBSTONE, it has none. */
static int32_t shorten(struct cfs_store *store, const struct cfs_name *name,
                       const struct cfs_value *value)
{
    struct cfs_value last = *value;
    int32_t result =
        value->kind == CFS_KIND_TOMBSTONE ? CFS_OK : cfs_write_fits(store, name, value);

    if (result == CFS_OK) {
        result = cfs_large_leave(store, name);
    }
    last.admitted = true;
    last.drops = true;
    return result == CFS_OK ? cfs_write_set(store, name, &last) : result;
}

static bool is_same(struct cfs_store *store, const struct cfs_value *value,
                    const struct cfs_object *old)
{
    const void *data = value->parts->data;

    return old->length == value->size && old->attributes == value->attributes &&
           old->crc == cfs_crc32c(0, data, value->size) && cfs_object_equals(store, old, data) > 0;
}

static int32_t lengthen(struct cfs_store *store, const struct cfs_name *name,
                        const struct cfs_value *value)
{
    struct cfs_object old = {0};
    int32_t result = cfs_drop_settle(store, CFS_DROP_ALL);

    if (result == CFS_OK) {
        result = cfs_object_of(store, name, &old);
    }
    if (result < 0) {
        return result;
    }
    if (result > 0 && is_same(store, value, &old)) {
        store->sets_unchanged++;
        return CFS_OK;
    }
    return replace(store, name, value, result > 0 ? &old : NULL);
}

int32_t cfs_large_set(struct cfs_store *store, const struct cfs_name *name,
                      const struct cfs_value *value)
{
    bool is_large = value->kind != CFS_KIND_TOMBSTONE &&
                    cfs_value_is_large(store, name, value->size, value->attributes);
    int32_t result = is_large ? lengthen(store, name, value) : shorten(store, name, value);

    /* drops what is garbage now: the old object, or after an error the new one. What goes wrong here
     * is tried again by the next that needs it */
    (void)cfs_drop_settle(store, CFS_DROP_ALL);
    return result;
}

#endif
