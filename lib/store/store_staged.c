/* SPDX-License-Identifier: Apache-2.0 */
/* Staged changes: the redo log of a transaction, in keys with hidden names.
 *
 *   STORE (this file: transactions, on the medium) > journal > volume > device
 *
 * Change i is the key (0, 't', i): kind, length of the name, name, value; the attributes are those of the key to
 * be changed. The key (0, 'T') is the commit: the number of changes. Changes are staged from 0 on,
 * carried out from 0 on and dropped from the last down, so what is staged is always one stretch.
 *
 * What a cut leaves, and what the next mount makes of it:
 * - 0..k, no T: not committed, or one that was being dropped: dropped.
 * - 0..n-1 and T: committed, nothing carried out yet: all are carried out.
 * - i..n-1 and T: 0..i-1 are carried out; so may i be, and is once more: it leads to the same.
 * - T alone: all carried out: T is deleted.
 * - a transaction of one change has no T. Setting its key is the commit. 0 may be left: it is dropped.
 * Where T stands and the mount may not write (or cannot, for damage), lookups go through what is
 * staged first, newest first.
 */
#include "store_private.h"

#include "cfs/bytes.h"

#if CFS_CFG_TRANSACTIONS

#define STAGED_NAME_BYTES 4u
#define LEAD_BYTES        2u /* kind, length of the name */
#define COMMIT_BYTES      2u
#define KIND_SET          1u
#define KIND_DELETE       2u

static const uint8_t commit_name[] = {0, 'T'};

/* `bytes` must live as long as the name. */
static void name_staged(const struct cfs_store *store, uint32_t index,
                        uint8_t bytes[STAGED_NAME_BYTES], struct cfs_name *name)
{
    bytes[0] = 0;
    bytes[1] = 't';
    cfs_put_le16(bytes + 2, index);
    cfs_name_of_bytes(store, name, bytes, STAGED_NAME_BYTES);
}

uint32_t cfs_staged_commit_weight(const struct cfs_store *store)
{
    const struct cfs_record record = {.kind = CFS_KIND_FULL,
                                      .payload_bytes = (uint32_t)sizeof commit_name + COMMIT_BYTES};

    return cfs_journal_weight(&store->journal, &record);
}

/* ---- writing */

/* The value of a staged change, and its name. */
struct staged {
    uint8_t name_bytes[STAGED_NAME_BYTES];
    uint8_t lead[LEAD_BYTES];
    struct cfs_bytes parts[3];
    struct cfs_name name;
    struct cfs_value value;
};

static void compose(const struct cfs_store *store, uint32_t index, const struct cfs_name *key,
                    const struct cfs_value *value, struct staged *staged)
{
    name_staged(store, index, staged->name_bytes, &staged->name);
    staged->lead[0] = value->kind == CFS_KIND_TOMBSTONE ? KIND_DELETE : KIND_SET;
    staged->lead[1] = key->size;
    staged->parts[0] = (struct cfs_bytes){staged->lead, LEAD_BYTES};
    staged->parts[1] = (struct cfs_bytes){key->text, key->size};
    staged->parts[2] = value->part_count > 0 ? value->parts[0] : (struct cfs_bytes){NULL, 0};
    staged->value = (struct cfs_value){.parts = staged->parts,
                                       .part_count = 3,
                                       .size = LEAD_BYTES + key->size + value->size,
                                       .attributes = value->attributes,
                                       .kind = CFS_KIND_FULL};
}

int32_t cfs_staged_write(struct cfs_store *store, uint32_t index, const struct cfs_name *key,
                         const struct cfs_value *value)
{
    struct staged staged;

    compose(store, index, key, value, &staged);
    return cfs_write_set(store, &staged.name, &staged.value);
}

int32_t cfs_staged_weigh(struct cfs_store *store, uint32_t index, const struct cfs_name *key,
                         const struct cfs_value *value, struct cfs_weights *weights)
{
    struct staged staged;

    compose(store, index, key, value, &staged);
    return cfs_write_weigh(store, &staged.name, &staged.value, weights);
}

/* ---- reading */

static uint32_t hash_of(struct cfs_store *store, const struct cfs_record *record, int32_t *result)
{
    char text[CFS_NAME_MAX];

    *result = cfs_journal_read_payload(&store->journal, record, 0, text, record->name_bytes);
    return *result == CFS_OK ? cfs_hash_name(store, text, record->name_bytes) : 0u;
}

/* From the record of a staged change to one that looks like its key's: what stands before the name
 * counts as a part of the head. */
static int32_t unwrap(struct cfs_store *store, struct cfs_change *change)
{
    struct cfs_record *record = &change->node.record;
    uint8_t lead[LEAD_BYTES];
    const struct cfs_piece piece = {
        .offset = STAGED_NAME_BYTES, .size = LEAD_BYTES, .copy_to = lead};
    int32_t result;

    if (record->kind != CFS_KIND_FULL || record->payload_bytes < STAGED_NAME_BYTES + LEAD_BYTES) {
        return CFS_ERR_DAMAGED;
    }
    result = cfs_journal_verify(&store->journal, record, &piece);
    if (result < 0) {
        return result;
    }
    record->head_bytes += STAGED_NAME_BYTES + LEAD_BYTES;
    record->payload_bytes -= STAGED_NAME_BYTES + LEAD_BYTES;
    record->name_bytes = lead[1];
    if (lead[0] < KIND_SET || lead[0] > KIND_DELETE || lead[1] == 0 || lead[1] > CFS_NAME_MAX ||
        lead[1] > record->payload_bytes) {
        return CFS_ERR_DAMAGED; /* written by somebody else */
    }
    change->deletes = lead[0] == KIND_DELETE;
    record->hash = hash_of(store, record, &result);
    change->node.keys = *record;
    change->node.holder = *record;
    return result < 0 ? result : 1;
}

/* Read change `index`. 1; 0: there is none. */
static int32_t load(struct cfs_store *store, uint32_t index, struct cfs_change *change)
{
    uint8_t bytes[STAGED_NAME_BYTES];
    struct cfs_name name;
    int32_t result;

    name_staged(store, index, bytes, &name);
    result = cfs_store_look(store, &name, &change->node);
    return result > 0 ? unwrap(store, change) : result;
}

int32_t cfs_staged_find(struct cfs_store *store, uint32_t count, const struct cfs_name *key,
                        struct cfs_change *change)
{
    while (count > 0) {
        int order = 1;
        int32_t result = load(store, --count, change);

        if (result > 0 && change->node.record.hash == key->hash) {
            result = cfs_name_compare(store, &change->node.record, key, &order);
        }
        if (result < 0 || order == 0) {
            return result < 0 ? result : 1;
        }
    }
    return 0;
}

/* ---- carrying out */

/* Load a change with room made for it, so that carrying it out does not move what it is read from. */
static int32_t load_with_room(struct cfs_store *store, uint32_t index, struct cfs_change *change,
                              struct cfs_name *key, struct cfs_value *value)
{
    const struct cfs_record *record = &change->node.record;
    bool moved = true;

    while (moved) {
        int32_t result = load(store, index, change);

        if (result <= 0) {
            return result;
        }
        cfs_name_of(key, record);
        *value = (struct cfs_value){.from = record,
                                    .size = record->payload_bytes - record->name_bytes,
                                    .attributes = record->attributes,
                                    .kind = CFS_KIND_FULL,
                                    .admitted = true};
        if (change->deletes) {
            *value = (struct cfs_value){.kind = CFS_KIND_TOMBSTONE};
        }
        result = cfs_write_reserve(store, key, value, &moved);
        if (result != CFS_OK) {
            return result;
        }
    }
    return 1;
}

/* Carry out one change, if it is still staged. */
static int32_t carry_out(struct cfs_store *store, uint32_t index)
{
    struct cfs_change change;
    struct cfs_name key;
    struct cfs_value value;
    int32_t result = load_with_room(store, index, &change, &key, &value);

    if (result <= 0) {
        return result;
    }
    result = cfs_write_set(store, &key, &value);
#if CFS_CFG_OBJECTS
    if (result == CFS_WRITE_IS_OBJECT) {
        result = cfs_large_leave(store, &key);
        if (result == CFS_OK) { /* that may have moved what is staged */
            result = load_with_room(store, index, &change, &key, &value);
        }
        value.drops = true;
        result = result > 0 ? cfs_write_set(store, &key, &value) : result;
        (void)cfs_drop_settle(store, CFS_DROP_ALL); /* see cfs_large_set() */
    }
#endif
    return result == CFS_ERR_NOT_FOUND ? CFS_OK : result; /* deleted already */
}

static int32_t drop(struct cfs_store *store, uint32_t index)
{
    uint8_t bytes[STAGED_NAME_BYTES];
    struct cfs_name name;
    int32_t result;

    name_staged(store, index, bytes, &name);
    result = cfs_write_delete(store, &name);
    return result == CFS_ERR_NOT_FOUND ? CFS_OK : result; /* before a cut */
}

int32_t cfs_staged_carry_out(struct cfs_store *store, uint32_t count)
{
    struct cfs_name name;
    int32_t result = CFS_OK;

    for (uint32_t i = 0; result == CFS_OK && i < count; i++) {
        result = carry_out(store, i);
        if (result == CFS_OK) {
            result = drop(store, i);
        }
    }
    if (result == CFS_OK && store->pending > 0) {
        cfs_name_of_bytes(store, &name, commit_name, sizeof commit_name);
        result = cfs_write_delete(store, &name);
    }
    if (result == CFS_OK) {
        store->pending = 0;
    }
    return result;
}

int32_t cfs_staged_commit(struct cfs_store *store, uint32_t count)
{
    uint8_t bytes[COMMIT_BYTES];
    const struct cfs_bytes part = {bytes, sizeof bytes};
    const struct cfs_value value = {.parts = &part,
                                    .part_count = 1,
                                    .size = sizeof bytes,
                                    .kind = CFS_KIND_FULL,
                                    .admitted = true};
    struct cfs_name name;
    int32_t result;

    cfs_put_le16(bytes, count);
    cfs_name_of_bytes(store, &name, commit_name, sizeof commit_name);
    result = cfs_write_set(store, &name, &value);
    store->pending = result == CFS_OK ? (uint16_t)count : 0u;
    return result;
}

int32_t cfs_staged_drop(struct cfs_store *store, uint32_t count)
{
    int32_t result = CFS_OK;

    while (result == CFS_OK && count > 0) {
        result = drop(store, --count);
    }
    return result;
}

int32_t cfs_staged_drop_all(struct cfs_store *store)
{
    uint8_t bytes[STAGED_NAME_BYTES];
    struct cfs_name name;
    uint32_t count = 0;
    int32_t result;

    do {
        name_staged(store, count, bytes, &name);
        result = cfs_store_get(store, &name, NULL, 0);
        count += result >= 0 ? 1u : 0u;
    } while (result >= 0);
    return result == CFS_ERR_NOT_FOUND ? cfs_staged_drop(store, count) : result;
}

/* ---- mount */

/* store->pending from the medium. */
static int32_t read_commit(struct cfs_store *store)
{
    uint8_t bytes[COMMIT_BYTES];
    struct cfs_name name;
    int32_t result;

    cfs_name_of_bytes(store, &name, commit_name, sizeof commit_name);
    result = cfs_store_get(store, &name, bytes, sizeof bytes);
    if (result == (int32_t)sizeof bytes) {
        store->pending = (uint16_t)cfs_get_le16(bytes);
    }
    return result >= 0 || result == CFS_ERR_NOT_FOUND ? CFS_OK : result;
}

int32_t cfs_staged_recover(struct cfs_store *store)
{
    int32_t result = read_commit(store);

    if (result != CFS_OK || store->journal.read_only || store->journal.worn_out) {
        return result;
    }
    result = store->pending > 0 ? cfs_staged_carry_out(store, store->pending)
                                : cfs_staged_drop_all(store);
    /* lookups go round what cannot be carried out, and the next write says so */
    return result == CFS_ERR_DAMAGED || result == CFS_ERR_READ_ONLY ? CFS_OK : result;
}

#endif
