/* SPDX-License-Identifier: Apache-2.0 */
/* The store's API; reads as a table of contents. Contracts are in cfs/store.h.
 *
 *   STORE > journal > volume > device
 */
#include "store_private.h"

#include <string.h>

#include "cfs/bytes.h"
#include "cfs/port.h"

#if !CFS_CFG_READ_ONLY

#define BUCKETS_DEFAULT 32u

int32_t cfs_store_enter(const struct cfs_store *store)
{
    if (!store) {
        return CFS_ERR_PARAM;
    }
    return store->mounted ? CFS_OK : CFS_ERR_STATE;
}

int32_t cfs_store_tell(int32_t error)
{
    return error == CFS_ERR_DAMAGED && cfs_port_low_voltage() ? CFS_ERR_LOW_VOLTAGE : error;
}

int32_t cfs_format(struct cfs_volume *volume, void *memory, size_t memory_bytes,
                   const struct cfs_format_config *config)
{
    struct cfs_journal journal;
    const struct cfs_journal_config journal_config = {.volume = volume,
                                                      .memory = memory,
                                                      .memory_bytes = memory_bytes,
                                                      .verify_writes =
                                                          config && config->verify_writes};
    uint32_t buckets = config && config->buckets ? config->buckets : BUCKETS_DEFAULT;

    return cfs_journal_format(&journal, &journal_config, buckets);
}

int32_t cfs_mount(struct cfs_store *store, const struct cfs_mount_config *config)
{
    struct cfs_journal_config journal_config;
    int32_t result;

    if (!store || !config) {
        return CFS_ERR_PARAM;
    }
    if (store->mounted) {
        return CFS_ERR_STATE;
    }
    journal_config = (struct cfs_journal_config){
        .volume = config->volume,
        .memory = config->memory,
        .memory_bytes = config->memory_bytes,
        .read_only = config->read_only,
        .refresh_sessions = config->refresh_sessions,
        .verify_writes = config->verify_writes,
        .owner = {.carry = cfs_write_carry, .audit = cfs_find_audit, .context = store},
    };
    memset(store, 0, sizeof *store);
    store->careful = true;
    result = cfs_journal_mount(&store->journal, &journal_config);
#if CFS_CFG_OBJECTS
    if (result == CFS_OK) {
        store->chunk_bytes = (uint16_t)cfs_object_chunk_bytes(store);
    }
#endif
#if CFS_CFG_TRANSACTIONS
    if (result == CFS_OK) {
        result = cfs_staged_recover(store);
    }
#endif
    store->mounted = result == CFS_OK;
    return cfs_store_tell(result);
}

int32_t cfs_unmount(struct cfs_store *store)
{
    int32_t result = cfs_store_enter(store);

    if (result != CFS_OK) {
        return result;
    }
#if CFS_CFG_TRANSACTIONS
    if (store->transaction) {
        (void)cfs_abort(store->transaction); /* what remains is dropped by the next mount */
    }
#endif
    store->mounted = false;
    return cfs_journal_seal(&store->journal);
}

int32_t cfs_store_enter_to_write(struct cfs_store *store)
{
    int32_t result = cfs_store_enter(store);

    if (result == CFS_OK && (store->journal.read_only || store->journal.worn_out)) {
        result = CFS_ERR_READ_ONLY;
    }
    if (result == CFS_OK && store->journal.failed) {
        result = store->journal.stuck ? CFS_ERR_DAMAGED : CFS_ERR_IO;
    }
#if CFS_CFG_TRANSACTIONS
    if (result == CFS_OK && store->pending > 0) {
        result = cfs_staged_carry_out(store, store->pending);
    }
#endif
    return result;
}

/* May be written, and a name that can be. */
static int32_t enter_to_write(struct cfs_store *store, const char *text, struct cfs_name *name)
{
    int32_t result = cfs_store_enter(store);

    if (result == CFS_OK) {
        result = text ? cfs_name_init(store, name, text) : CFS_ERR_PARAM;
    }
    return result == CFS_OK ? cfs_store_enter_to_write(store) : result;
}

int32_t cfs_set_with(struct cfs_store *store, const char *name, const void *value, size_t size,
                     uint32_t attributes)
{
    const struct cfs_bytes part = {value, (uint32_t)size};
    const struct cfs_value what = {.parts = &part,
                                   .part_count = 1,
                                   .size = (uint32_t)size,
                                   .attributes = attributes,
                                   .kind = CFS_KIND_FULL};
    struct cfs_name key;
    int32_t result = enter_to_write(store, name, &key);

    if (result != CFS_OK) {
        return result;
    }
    if (!value && size > 0) {
        return CFS_ERR_PARAM;
    }
    if (size > CFS_VALUE_BYTES_MAX) {
        return CFS_ERR_TOO_BIG;
    }
    store->sets++;
    return cfs_value_set(store, &key, &what);
}

int32_t cfs_set(struct cfs_store *store, const char *name, const void *value, size_t size)
{
    return cfs_set_with(store, name, value, size, 0);
}

int32_t cfs_delete(struct cfs_store *store, const char *name)
{
    const struct cfs_value nothing = {.kind = CFS_KIND_TOMBSTONE};
    struct cfs_name key;
    int32_t result = enter_to_write(store, name, &key);

    return result == CFS_OK ? cfs_value_set(store, &key, &nothing) : result;
}

int32_t cfs_will_fit(struct cfs_store *store, const char *name, size_t size)
{
    struct cfs_name key;
    int32_t result = enter_to_write(store, name, &key);

    if (result == CFS_OK && size > CFS_VALUE_BYTES_MAX) {
        result = CFS_ERR_TOO_BIG;
    }
    return result == CFS_OK ? cfs_value_fits(store, &key, (uint32_t)size) : result;
}

int32_t cfs_largest_value(struct cfs_store *store, const char *name)
{
    struct cfs_name key;
    int32_t result = enter_to_write(store, name, &key);

    return result == CFS_OK ? cfs_value_largest(store, &key) : result;
}

#endif
