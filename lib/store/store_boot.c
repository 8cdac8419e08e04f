/* SPDX-License-Identifier: Apache-2.0 */
/* The API of a read-only build (CFS_CFG_READ_ONLY): mount, get, size, and no more. Contracts are in
 * cfs/store.h.
 *
 *   STORE (this file: for boot loaders) > journal > volume > device
 */
#include "store_private.h"

#if CFS_CFG_READ_ONLY

#include <string.h>

#include "cfs/boot.h"

int32_t cfs_mount(struct cfs_store *store, const struct cfs_mount_config *config)
{
    int32_t result;

    if (!store || !config) {
        return CFS_ERR_PARAM;
    }
    if (store->mounted) {
        return CFS_ERR_STATE;
    }
    result = cfs_boot_mount(&store->journal, config->volume, config->memory, config->memory_bytes);
    store->mounted = result == CFS_OK;
    return result;
}

int32_t cfs_unmount(struct cfs_store *store)
{
    bool was_mounted = store && store->mounted;

    if (was_mounted) {
        store->mounted = false;
    }
    return was_mounted ? CFS_OK : store ? CFS_ERR_STATE : CFS_ERR_PARAM;
}

/* Is this the name of the key whose hash and pointers `keys` holds? 1; 0. */
static int32_t has_name(struct cfs_journal *journal, const struct cfs_record *keys,
                        const char *name, uint32_t size)
{
    const struct cfs_piece piece = {.size = size, .compare_with = name};
    struct cfs_record holder = *keys;
    int32_t result = keys->base ? cfs_boot_follow(journal, &holder, keys->base) : 1;

    if (result > 0) {
        result = holder.name_bytes == size ? cfs_boot_verify(journal, &holder, &piece) : 0;
    }
    return result;
}

/* Walk along the trie (store_path.c draws it) to the newest record of a name. 1; 0: there is none. */
static int32_t walk(struct cfs_store *store, const char *name, uint32_t size,
                    struct cfs_record *record)
{
    struct cfs_journal *journal = &store->journal;
    uint32_t hash = cfs_hash_name(store, name, size);
    unsigned from = journal->shape.bucket_log2; /* bits before it are known to agree */
    int32_t result = cfs_boot_root(journal, hash >> (HASH_BITS - from), record);

    while (result > 0) {
        struct cfs_record keys = *record;
        cfs_pos_t next;
        unsigned bit;

        if (keys.kind == CFS_KIND_SAME) {
            result = cfs_boot_follow(journal, &keys, keys.base);
        }
        bit = cfs_hash_difference(keys.hash, hash, 0);
        if (result <= 0 || bit < from) {
            return result <= 0 ? result : CFS_ERR_DAMAGED;
        }
        next = cfs_boot_pointer(journal, &keys, bit);
        if (bit == CHAIN_BIT) {
            result = has_name(journal, &keys, name, size);
            if (result != 0) {
                return result;
            }
            bit--;
        }
        from = bit + 1u;
        *record = keys;
        result = cfs_boot_follow(journal, record, next);
    }
    return result;
}

/* Find the record of a key that exists. Returns the length of its value. */
static int32_t look_up(struct cfs_store *store, const char *name, struct cfs_record *record)
{
    size_t size;
    int32_t result;

    if (!store || !name) {
        return CFS_ERR_PARAM;
    }
    if (!store->mounted) {
        return CFS_ERR_STATE;
    }
    size = strlen(name);
    if (size == 0 || size > CFS_NAME_MAX) {
        return CFS_ERR_PARAM;
    }
    result = walk(store, name, (uint32_t)size, record);
    if (result < 0) {
        return result;
    }
    if (result == 0 || record->kind == CFS_KIND_TOMBSTONE) {
        return CFS_ERR_NOT_FOUND;
    }
    if (record->kind >= CFS_KIND_OBJECT) {
        return record->kind == CFS_KIND_OBJECT ? CFS_ERR_SWITCHED_OFF : CFS_ERR_DAMAGED;
    }
    return (int32_t)(record->payload_bytes - record->name_bytes);
}

int32_t cfs_size(struct cfs_store *store, const char *name)
{
    struct cfs_record record;

    return look_up(store, name, &record);
}

int32_t cfs_get(struct cfs_store *store, const char *name, void *value, size_t size)
{
    struct cfs_record record;
    struct cfs_piece piece = {.copy_to = value};
    int32_t length = look_up(store, name, &record);
    int32_t result;

    if (length < 0) {
        return length;
    }
    if (!value && length > 0) {
        return CFS_ERR_PARAM;
    }
    if ((size_t)length > size) {
        return CFS_ERR_BUFFER;
    }
    piece.offset = record.name_bytes;
    piece.size = (uint32_t)length;
    result = cfs_boot_verify(&store->journal, &record, &piece);
    return result < 0 ? result : length;
}

#endif
