/* SPDX-License-Identifier: Apache-2.0 */
/* Set, delete, and carrying records out of old sectors.
 *
 *   STORE (this file: writing) > journal > volume > device
 *
 * A record is appended with the pointers its path gives, and becomes the newest of every subtrie it
 * is in. A cut before its last unit leaves the old state; the next mount decides about the unit
 * itself.
 */
#include "store_private.h"

static bool is_live(const struct cfs_record *record)
{
    return record->kind == CFS_KIND_FULL;
}

/* The weight a key has in the accounts: none if it does not exist. */
static uint32_t weight_of(struct cfs_store *store, int32_t found, const struct cfs_record *record)
{
    return found > 0 && is_live(record) ? cfs_journal_weight(&store->journal, record) : 0u;
}

/* Would the volume hold `total`, with a record of `weight` in it? */
static bool admits(const struct cfs_store *store, uint32_t total, uint32_t weight)
{
    uint32_t longest = store->journal.state.longest;

    return total <= cfs_journal_capacity(&store->journal, weight > longest ? weight : longest);
}

/* Room for a record of `weight`; the path is walked again if that moved records. */
static int32_t make_room(struct cfs_store *store, const struct cfs_name *name, uint32_t weight,
                         struct cfs_path *path)
{
    struct cfs_record record;
    bool moved = false;
    int32_t result = cfs_journal_reserve(&store->journal, weight, &moved);

    if (result == CFS_OK && moved) {
        result = cfs_path_walk(store, name, path, &record);
    }
    return result < 0 ? result : CFS_OK;
}

int32_t cfs_write_set(struct cfs_store *store, const struct cfs_name *name, const void *value,
                      uint32_t size)
{
    struct cfs_record record;
    struct cfs_record old;
    struct cfs_path path;
    struct cfs_payload payload = {.name = name->text, .value = value, .value_bytes = size};
    uint32_t weight;
    uint32_t old_weight;
    uint32_t total;
    int32_t result = cfs_path_walk(store, name, &path, &old);

    if (result < 0) {
        return result;
    }
    if (result > 0 && is_live(&old) && old.payload_bytes == name->size + size) {
        const struct cfs_piece piece = {.offset = name->size, .size = size, .compare_with = value};

        /* one that cannot be read is not equal, so it is written anew */
        if (cfs_journal_verify(&store->journal, &old, &piece) > 0) {
            store->sets_unchanged++;
            return CFS_OK;
        }
    }
    record = (struct cfs_record){.kind = CFS_KIND_FULL,
                                 .hash = name->hash,
                                 .name_bytes = name->size,
                                 .payload_bytes = name->size + size,
                                 .pointer_count = path.count};
    weight = cfs_journal_weight(&store->journal, &record);
    old_weight = weight_of(store, result, &old);
    total = store->journal.state.total - old_weight + weight;
    if (weight > store->journal.layout.weight_max) {
        return CFS_ERR_TOO_BIG;
    }
    if (weight > old_weight && !admits(store, total, weight)) {
        return CFS_ERR_NO_SPACE;
    }
    result = make_room(store, name, weight, &path);
    return result != CFS_OK ? result
                            : cfs_journal_append(&store->journal, &record, &path, &payload, total);
}

int32_t cfs_write_delete(struct cfs_store *store, const struct cfs_name *name)
{
    struct cfs_record record = {.kind = CFS_KIND_TOMBSTONE,
                                .hash = name->hash,
                                .name_bytes = name->size,
                                .payload_bytes = name->size};
    struct cfs_payload payload = {.name = name->text};
    struct cfs_record old;
    struct cfs_path path;
    uint32_t total;
    int32_t result = cfs_path_walk(store, name, &path, &old);

    if (result < 0) {
        return result;
    }
    if (result == 0 || !is_live(&old)) {
        return CFS_ERR_NOT_FOUND;
    }
    total = store->journal.state.total - cfs_journal_weight(&store->journal, &old);
    record.pointer_count = path.count;
    result = make_room(store, name, cfs_journal_weight(&store->journal, &record), &path);
    return result != CFS_OK ? result
                            : cfs_journal_append(&store->journal, &record, &path, &payload, total);
}

int32_t cfs_write_carry(void *context, const struct cfs_record *record, bool always)
{
    struct cfs_store *store = context;
    struct cfs_record again = {.kind = record->kind,
                               .flags = record->flags & CFS_RECORD_ATTRIBUTES,
                               .hash = record->hash,
                               .attributes = record->attributes,
                               .name_bytes = record->name_bytes};
    struct cfs_payload payload = {.from = record};
    uint32_t total = store->journal.state.total;
    struct cfs_record newest;
    struct cfs_path path;
    struct cfs_name name;
    int32_t result;

    cfs_name_of(&name, record);
    result = cfs_path_walk(store, &name, &path, &newest);
    if (result < 0) {
        return result;
    }
    if (!always && (result == 0 || !is_live(&newest) || newest.position != record->position)) {
        return CFS_OK;
    }
    if (always && (record->flags & CFS_RECORD_TOTAL)) {
        total = record->total;
    }
    if (is_live(record)) {
        /* deep tries: the record may hold more pointers now than any weight allowed for */
        again.payload_bytes = record->payload_bytes;
        again.pointer_count = path.count;
        total += cfs_journal_weight(&store->journal, &again);
        total -= cfs_journal_weight(&store->journal, record);
    }
    return cfs_journal_append(&store->journal, &again, &path, &payload, total);
}
