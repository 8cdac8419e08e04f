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

/* A key as the log knows it: whether it exists, its record, and the pointers a new one must hold. */
struct standing {
    struct cfs_record record;
    struct cfs_path path;
    bool exists;
    uint32_t weight; /* in the accounts; 0 if it does not exist */
};

static int32_t look(struct cfs_store *store, const struct cfs_name *name, struct standing *standing)
{
    int32_t result = cfs_path_walk(store, name, &standing->path, &standing->record);

    standing->exists = result > 0 && is_live(&standing->record);
    standing->weight =
        standing->exists ? cfs_journal_weight(&store->journal, &standing->record) : 0u;
    return result < 0 ? result : CFS_OK;
}

/* Is the value of the key this one? One that cannot be read is not, so it is written anew. */
static bool holds(struct cfs_store *store, const struct standing *standing, const void *value,
                  uint32_t size)
{
    const struct cfs_record *record = &standing->record;
    const struct cfs_piece piece = {
        .offset = record->name_bytes, .size = size, .compare_with = value};

    return standing->exists && record->payload_bytes == record->name_bytes + size &&
           cfs_journal_verify(&store->journal, record, &piece) > 0;
}

/* Would the volume hold `total`, with a record of `weight` in it? */
static bool admits(const struct cfs_store *store, uint32_t total, uint32_t weight)
{
    uint32_t longest = store->journal.state.longest;

    return total <= cfs_journal_capacity(&store->journal, weight > longest ? weight : longest);
}

/* Append a record of a key, with room made before: that may move records, and then the key stands
 * elsewhere, with other pointers and another weight. */
static int32_t replace(struct cfs_store *store, const struct cfs_name *name,
                       struct standing *standing, struct cfs_record *record,
                       const struct cfs_payload *payload)
{
    struct cfs_journal *journal = &store->journal;
    uint32_t total;
    bool moved = false;
    int32_t result = cfs_journal_reserve(journal, cfs_journal_weight(journal, record), &moved);

    if (result == CFS_OK && moved) {
        result = look(store, name, standing);
    }
    if (result != CFS_OK) {
        return result;
    }
    record->pointer_count = standing->path.count;
    total = journal->state.total - standing->weight;
    total += is_live(record) ? cfs_journal_weight(journal, record) : 0u;
    return cfs_journal_append(journal, record, &standing->path, payload, total);
}

int32_t cfs_write_set(struct cfs_store *store, const struct cfs_name *name, const void *value,
                      uint32_t size)
{
    struct cfs_payload payload = {.name = name->text, .value = value, .value_bytes = size};
    struct cfs_record record = {.kind = CFS_KIND_FULL,
                                .hash = name->hash,
                                .name_bytes = name->size,
                                .payload_bytes = name->size + size};
    struct standing standing;
    uint32_t weight;
    int32_t result = look(store, name, &standing);

    if (result != CFS_OK) {
        return result;
    }
    if (holds(store, &standing, value, size)) {
        store->sets_unchanged++;
        return CFS_OK;
    }
    record.pointer_count = standing.path.count;
    weight = cfs_journal_weight(&store->journal, &record);
    if (weight > store->journal.layout.weight_max) {
        return CFS_ERR_TOO_BIG;
    }
    if (weight > standing.weight &&
        !admits(store, store->journal.state.total - standing.weight + weight, weight)) {
        return CFS_ERR_NO_SPACE;
    }
    return replace(store, name, &standing, &record, &payload);
}

int32_t cfs_write_delete(struct cfs_store *store, const struct cfs_name *name)
{
    struct cfs_payload payload = {.name = name->text};
    struct cfs_record record = {.kind = CFS_KIND_TOMBSTONE,
                                .hash = name->hash,
                                .name_bytes = name->size,
                                .payload_bytes = name->size};
    struct standing standing;
    int32_t result = look(store, name, &standing);

    if (result != CFS_OK) {
        return result;
    }
    if (!standing.exists) {
        return CFS_ERR_NOT_FOUND;
    }
    record.pointer_count = standing.path.count;
    return replace(store, name, &standing, &record, &payload);
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
