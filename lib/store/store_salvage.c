/* SPDX-License-Identifier: Apache-2.0 */
/* Every key out of a volume that cannot be mounted any more.
 *
 *   STORE (this file: salvage) > journal > volume > device
 *
 * The log is gone through as it lies there. Each record of a key is taken for the newest one if no other of
 * the same name follows. That is quadratic in the length of the log, and needs no more RAM than a mount.
 * A large value in chunks would be put together where the record of its key is found: visit().
 */
#include "store_private.h"

#include <string.h>

#if CFS_CFG_SALVAGE

/* What is known of one record while the log behind it is gone through. */
struct candidate {
    struct cfs_record record;
    struct cfs_record holder; /* its name; kind 0: illegible */
    uint8_t name[CFS_RECORD_NAME_MAX];
    bool superseded;
    bool in_doubt; /* something behind it is illegible that may be of its key */
    bool damaged;
};

/* The record that holds the name of another. 1; 0: it has left the log, so the other is of no key any more;
 * CFS_ERR_DAMAGED: it is illegible. */
static int32_t find_holder(struct cfs_store *store, const struct cfs_record *record,
                           struct cfs_record *holder)
{
    struct cfs_record keys;
    int32_t result = cfs_journal_read_base(&store->journal, record, &keys);

    if (result > 0) {
        result = cfs_journal_read_base(&store->journal, &keys, holder);
    }
    return result > 0 && !cfs_record_has_name(holder) ? CFS_ERR_DAMAGED : result;
}

/* Is another record of the same name? 1; 0; -1 is never: what cannot be told is not. */
static int32_t is_same_name(struct cfs_store *store, const struct candidate *mine,
                            const struct cfs_record *record)
{
    struct cfs_record holder;
    struct cfs_name name = {.hash = mine->holder.hash,
                            .size = mine->holder.name_bytes,
                            .text = (const char *)mine->name};
    int order = 1;
    int32_t result;

    if (record->kind != CFS_KIND_SAME && record->hash != mine->holder.hash) {
        return 0;
    }
    result = find_holder(store, record, &holder);
    if (result == CFS_ERR_DAMAGED) {
        return 0;
    }
    if (result <= 0 || holder.hash != mine->holder.hash) {
        return result < 0 ? result : 0;
    }
    if (holder.position != mine->holder.position || holder.number != mine->holder.number) {
        result = cfs_name_compare(store, &holder, &name, &order);
        return result < 0 ? (result == CFS_ERR_DAMAGED ? 0 : result) : order == 0;
    }
    return 1;
}

/* One place behind the candidate. */
static int32_t weigh(struct cfs_store *store, struct candidate *mine, int32_t found,
                     const struct cfs_record *record)
{
    int32_t result;

    if (found == CFS_FOUND_ILLEGIBLE || (found == CFS_FOUND_VALID && !cfs_record_is_data(record)) ||
        (found == CFS_FOUND_HEAD &&
         (!cfs_record_is_data(record) || record->hash != mine->holder.hash))) {
        if (found == CFS_FOUND_ILLEGIBLE && !mine->in_doubt) {
            result = cfs_journal_counts(&store->journal, record);
            mine->in_doubt = result > 0;
            return result < 0 ? result : CFS_OK;
        }
        return CFS_OK;
    }
    result = found == CFS_FOUND_HEAD ? 1 : is_same_name(store, mine, record);
    if (result > 0) {
        result = cfs_journal_counts(&store->journal, record);
    }
    if (result > 0) {
        mine->superseded = true;
    }
    return result < 0 ? result : CFS_OK;
}

/* Is there anything newer of the candidate's key? */
static int32_t look_behind(struct cfs_store *store, struct candidate *mine,
                           struct cfs_log_cursor cursor)
{
    struct cfs_record record;
    int32_t found = 0;
    int32_t result = CFS_OK;

    while (result == CFS_OK && !mine->superseded &&
           (found = cfs_journal_next_place(&store->journal, &cursor, &record)) > 0) {
        result = weigh(store, mine, found, &record);
    }
    return result < 0 ? result : found < 0 ? found : CFS_OK;
}

/* The name of the candidate. 1; 0: it has none any more; CFS_ERR_DAMAGED: illegible. */
static int32_t identify(struct cfs_store *store, struct candidate *mine)
{
    int32_t result = find_holder(store, &mine->record, &mine->holder);

    if (result > 0) {
        result = cfs_journal_read_payload(&store->journal, &mine->holder, 0, mine->name,
                                          mine->holder.name_bytes);
        if (result == CFS_OK &&
            cfs_hash_name(store, mine->name, mine->holder.name_bytes) != mine->holder.hash) {
            result = CFS_ERR_DAMAGED;
        }
        result = result < 0 ? result : 1;
    }
    return result;
}

/* Tell the caller of a key; the store's own are not his. */
static int32_t visit(struct cfs_store *store, const struct candidate *mine,
                     const struct cfs_salvage_config *config)
{
    struct cfs_salvaged key = {.store = store,
                               .record = &mine->record,
                               .name = (const char *)mine->name,
                               .name_bytes = mine->holder.name_bytes,
                               .value_bytes = mine->record.payload_bytes - mine->record.name_bytes,
                               .attributes = mine->holder.attributes};

    if (mine->record.kind == CFS_KIND_TOMBSTONE || mine->holder.name_bytes == 0 ||
        mine->name[0] == 0) {
        return CFS_OK;
    }
    key.state = mine->damaged || mine->record.kind == CFS_KIND_LOST ? CFS_SALVAGED_DAMAGED
                : mine->in_doubt                                    ? CFS_SALVAGED_DOUBTFUL
                                                                    : CFS_SALVAGED_INTACT;
    return config->found(config->context, &key);
}

/* 1: it cannot be told which key it is of. */
static int32_t consider(struct cfs_store *store, struct candidate *mine,
                        const struct cfs_log_cursor *cursor,
                        const struct cfs_salvage_config *config)
{
    int32_t result = identify(store, mine);

    if (result <= 0) {
        return result == CFS_ERR_DAMAGED ? 1 : result;
    }
    result = look_behind(store, mine, *cursor);
    return result == CFS_OK && !mine->superseded ? visit(store, mine, config) : result;
}

/* One place of the log. 1: a key may be missing for it. */
static int32_t try_place(struct cfs_store *store, struct candidate *mine, int32_t found,
                         const struct cfs_log_cursor *cursor,
                         const struct cfs_salvage_config *config)
{
    int32_t result;

    if (found != CFS_FOUND_ILLEGIBLE && !cfs_record_is_data(&mine->record)) {
        return CFS_OK;
    }
    result = cfs_journal_counts(&store->journal, &mine->record);
    if (result <= 0 || found == CFS_FOUND_ILLEGIBLE) {
        return result;
    }
    mine->superseded = false;
    mine->in_doubt = false;
    mine->damaged = found == CFS_FOUND_HEAD;
    return consider(store, mine, cursor, config);
}

int32_t cfs_salvage(struct cfs_volume *volume, void *memory, size_t memory_bytes,
                    const struct cfs_salvage_config *config)
{
    const struct cfs_journal_config journal_config = {
        .volume = volume, .memory = memory, .memory_bytes = memory_bytes, .read_only = true};
    struct cfs_log_cursor cursor = {.number = 0};
    struct cfs_store store = {.careful = true};
    struct candidate mine;
    bool complete = true;
    int32_t found = 0;
    int32_t result;

    if (!config || !config->found) {
        return CFS_ERR_PARAM;
    }
    result = cfs_journal_open_log(&store.journal, &journal_config);
    while (result >= 0 &&
           (found = cfs_journal_next_place(&store.journal, &cursor, &mine.record)) > 0) {
        result = try_place(&store, &mine, found, &cursor, config);
        complete = complete && result == CFS_OK;
    }
    result = found < 0 ? found : result;
    return result < 0 ? result : !complete;
}

int32_t cfs_salvage_read(const struct cfs_salvaged *key, size_t offset, void *data, size_t size)
{
    struct cfs_piece piece = {.offset = key->record->name_bytes + (uint32_t)offset,
                              .size = (uint32_t)size,
                              .copy_to = data};
    int32_t result;

    if (offset > key->value_bytes || size > key->value_bytes - offset) {
        return CFS_ERR_BOUNDS;
    }
    result = key->state == CFS_SALVAGED_DAMAGED
                 ? CFS_ERR_DAMAGED
                 : cfs_journal_verify(&key->store->journal, key->record, &piece);
    return result < 0 ? result : (int32_t)size;
}

#endif
