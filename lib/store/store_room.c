/* SPDX-License-Identifier: Apache-2.0 */
/* Where a value goes, in its key's record or into chunks, and how long it may be: in this volume, and now.
 * Contracts are in cfs/store.h.
 *
 *   STORE (this file: room) > journal > volume > device
 *
 * Admission is arithmetic on weights (store_write.c, store_large.c), and a longer value in the same form
 * weighs no less. So the longest that is admitted is found by bisection. A value that fits chunks need not fit
 * a record: the longest record takes room for good, in every sector.
 */
#include "store_private.h"

#if !CFS_CFG_READ_ONLY

uint32_t cfs_room_inline(const struct cfs_store *store, uint32_t name_bytes)
{
    const struct cfs_journal *journal = &store->journal;
    uint32_t fits = 0; /* with 1 more */

    for (uint32_t step = (CFS_RECORD_PAYLOAD_MAX + 1u) / 2u; step > 0; step >>= 1) {
        if (name_bytes + fits + step - 1u <= CFS_RECORD_PAYLOAD_MAX &&
            cfs_write_weight_of(store, name_bytes, fits + step - 1u, false) <=
                journal->layout.weight_max) {
            fits += step;
        }
    }
    return fits;
}

int32_t cfs_inline_max(const struct cfs_store *store, size_t name_length)
{
    uint32_t fits;
    int32_t result = cfs_store_enter(store);

    if (result == CFS_OK && (name_length == 0 || name_length > CFS_NAME_MAX)) {
        result = CFS_ERR_PARAM;
    }
    if (result != CFS_OK) {
        return result;
    }
    fits = cfs_room_inline(store, (uint32_t)name_length);
    return fits > 0 ? (int32_t)fits - 1 : CFS_ERR_TOO_BIG; /* such a name alone */
}

bool cfs_value_is_large(const struct cfs_store *store, const struct cfs_name *name, uint32_t size,
                        uint32_t attributes)
{
    return size > CFS_RECORD_PAYLOAD_MAX - name->size ||
           cfs_write_weight_of(store, name->size, size, attributes != 0) >
               store->journal.layout.weight_max;
}

#if CFS_CFG_OBJECTS

/* The longest object for which there is room, in this volume or, `now`, beside what it holds; 0: none. */
static int32_t longest_object(const struct cfs_store *store, const struct cfs_large *large,
                              bool now)
{
    uint32_t fits = 0;

    for (uint32_t step = 1u << 30; step > 0 && store->chunk_bytes > 0; step >>= 1) {
        struct cfs_growth growth = cfs_large_needs(store, large, fits + step);

        if (growth.heaviest <= store->journal.layout.weight_max &&
            (now ? cfs_write_admit(store, growth.more, growth.heaviest) == CFS_OK
                 : growth.more <= cfs_journal_capacity(&store->journal, growth.heaviest))) {
            fits += step;
        }
    }
    return (int32_t)fits;
}

int32_t cfs_value_max(const struct cfs_store *store, size_t name_length)
{
    int32_t most = cfs_inline_max(store, name_length);
    struct cfs_large large = {.has_drop = false};
    int32_t object;

    if (most < 0) {
        return most;
    }
    large.weights.after =
        cfs_write_weight_of(store, (uint32_t)name_length, CFS_OBJECT_BYTES, false);
    object = longest_object(store, &large, false);
    return object > most ? object : most;
}

static int32_t largest_object(struct cfs_store *store, const struct cfs_name *name)
{
    struct cfs_large large;
    int32_t result = cfs_large_look(store, name, 0, &large);

    return result == CFS_OK ? longest_object(store, &large, true) : result;
}

static int32_t set_once(struct cfs_store *store, const struct cfs_name *name,
                        const struct cfs_value *value)
{
    int32_t result = CFS_WRITE_IS_OBJECT;

    if (value->kind == CFS_KIND_TOMBSTONE ||
        !cfs_value_is_large(store, name, value->size, value->attributes)) {
        result = cfs_write_set(store, name, value);
    }
    return result == CFS_WRITE_IS_OBJECT ? cfs_large_set(store, name, value) : result;
}

/* There was no room. Garbage of a change that was cut may be in the way: 1: it is gone now, try again. */
static int32_t make_way(struct cfs_store *store, const struct cfs_name *name, uint32_t size)
{
    int32_t most = cfs_value_max(store, name->size);
    int32_t result;

    if (most < 0 || size > (uint32_t)most) {
        return CFS_ERR_TOO_BIG;
    }
    if (store->settled) {
        return CFS_ERR_NO_SPACE;
    }
    result = cfs_drop_settle(store, CFS_DROP_ALL);
    return result == CFS_OK ? 1 : result;
}

#else

int32_t cfs_value_max(const struct cfs_store *store, size_t name_length)
{
    return cfs_inline_max(store, name_length);
}

static int32_t largest_object(struct cfs_store *store, const struct cfs_name *name)
{
    (void)store; /* nothing goes into chunks */
    (void)name;
    return 0;
}

static int32_t cfs_large_admit(struct cfs_store *store, const struct cfs_name *name, uint32_t size,
                               uint32_t attributes, uint32_t besides)
{
    (void)store; /* as above */
    (void)name;
    (void)size;
    (void)attributes;
    (void)besides;
    return CFS_ERR_TOO_BIG;
}

static int32_t set_once(struct cfs_store *store, const struct cfs_name *name,
                        const struct cfs_value *value)
{
    int32_t result;

    if (value->kind != CFS_KIND_TOMBSTONE &&
        cfs_value_is_large(store, name, value->size, value->attributes)) {
        return CFS_ERR_TOO_BIG;
    }
    result = cfs_write_set(store, name, value);
    return result == CFS_WRITE_IS_OBJECT ? CFS_ERR_SWITCHED_OFF : result;
}

static int32_t make_way(struct cfs_store *store, const struct cfs_name *name, uint32_t size)
{
    (void)store; /* there is no garbage */
    (void)name;
    (void)size;
    return CFS_ERR_NO_SPACE;
}

#endif

int32_t cfs_value_set(struct cfs_store *store, const struct cfs_name *name,
                      const struct cfs_value *value)
{
    int32_t result = set_once(store, name, value);

    if (result == CFS_ERR_NO_SPACE) {
        result = make_way(store, name, value->size);
        result = result > 0 ? set_once(store, name, value) : result;
    }
    return result;
}

static int32_t fits_once(struct cfs_store *store, const struct cfs_name *name, uint32_t size)
{
    const struct cfs_value value = {.size = size, .kind = CFS_KIND_FULL};

    return cfs_value_is_large(store, name, size, 0) ? cfs_large_admit(store, name, size, 0, 0)
                                                    : cfs_write_fits(store, name, &value);
}

int32_t cfs_value_fits(struct cfs_store *store, const struct cfs_name *name, uint32_t size)
{
    int32_t result = fits_once(store, name, size);

    if (result == CFS_ERR_NO_SPACE) {
        result = make_way(store, name, size);
        result = result > 0 ? fits_once(store, name, size) : result;
    }
    return result;
}

/* The longest value that fits the key's record now. */
static int32_t largest_inline(struct cfs_store *store, const struct cfs_name *name)
{
    int32_t most = cfs_inline_max(store, name->size);
    int32_t fits = 0; /* with 1 more */

    for (int32_t step = (int32_t)(CFS_RECORD_PAYLOAD_MAX + 1u) / 2; step > 0; step >>= 1) {
        int32_t result = fits + step - 1 > most
                             ? CFS_ERR_TOO_BIG
                             : cfs_value_fits(store, name, (uint32_t)(fits + step - 1));

        if (result == CFS_OK) {
            fits += step;
        } else if (result != CFS_ERR_NO_SPACE && result != CFS_ERR_TOO_BIG) {
            return result;
        }
    }
    return fits > 0 ? fits - 1 : CFS_ERR_NO_SPACE;
}

int32_t cfs_value_largest(struct cfs_store *store, const struct cfs_name *name)
{
    int32_t recorded = largest_inline(store, name); /* tries to make way, too */
    int32_t object = largest_object(store, name);

    return object < 0 || (object > 0 && cfs_value_is_large(store, name, (uint32_t)object, 0))
               ? object
               : recorded;
}

#endif
