/* SPDX-License-Identifier: Apache-2.0 */
/* From a name to its record, along the trie that is threaded through the log.
 *
 *   STORE (this file: lookup) > journal > volume > device
 *
 * Within a bucket, a record holds for each bit i at which the trie branches on the path to its key
 * a pointer to the newest record whose hash shares the bits before i and differs in bit i. To find
 * a key: take the newest record of its bucket; where its hash first differs from the key's, follow
 * the pointer for that bit; repeat. Names of equal hash are a chain, newest first.
 *
 * Invariants: pointers lead to older records only; a record that is visited is the newest of its
 * subtrie; so a pointer below the tail says that its subtrie is empty.
 */
#include "store_private.h"

#include <string.h>

int32_t cfs_name_init(const struct cfs_store *store, struct cfs_name *name, const char *text)
{
    size_t size = 0;

    while (size <= CFS_NAME_MAX && text[size] != '\0') {
        size++;
    }
    if (size == 0 || size > CFS_NAME_MAX) {
        return CFS_ERR_PARAM;
    }
    name->size = (uint8_t)size;
    name->text = text;
    name->where = NULL;
    name->hash = cfs_hash_name(store, text, size);
    return CFS_OK;
}

void cfs_name_of(struct cfs_name *name, const struct cfs_record *record)
{
    name->hash = record->hash;
    name->size = record->name_bytes;
    name->text = NULL;
    name->where = record;
}

int32_t cfs_name_compare(struct cfs_store *store, const struct cfs_record *record,
                         const struct cfs_name *name, int *order)
{
    uint8_t theirs[16];
    uint8_t ours[16];
    uint32_t common = record->name_bytes < name->size ? record->name_bytes : name->size;

    *order = (int)record->name_bytes - (int)name->size;
    for (uint32_t at = 0, size; at < common; at += size) {
        int32_t result;
        int difference;

        size = common - at < sizeof theirs ? common - at : (uint32_t)sizeof theirs;
        result = cfs_journal_read_payload(&store->journal, record, at, theirs, size);
        if (result == CFS_OK && !name->text) {
            result = cfs_journal_read_payload(&store->journal, name->where, at, ours, size);
        }
        if (result != CFS_OK) {
            return result;
        }
        difference = memcmp(theirs, name->text ? name->text + at : (const void *)ours, size);
        if (difference != 0) {
            *order = difference;
            return CFS_OK;
        }
    }
    return CFS_OK;
}

/* 1: the record's name is this one; 0: not. Different names of equal hash are rare; a record that
 * looks like one is verified, so that damage to a name does not pass as its absence. */
static int32_t has_name(struct cfs_store *store, struct cfs_record *record,
                        const struct cfs_name *name)
{
    int order;
    int32_t result;

    if (name->where && name->where->position == record->position) {
        return 1;
    }
    result = cfs_name_compare(store, record, name, &order);
    if (result < 0 || order == 0) {
        return result < 0 ? result : 1;
    }
    result = cfs_journal_verify(&store->journal, record, NULL);
    if (result > 0) {
        /* to verify may have taken the buffer that record->pointers stand in */
        result = cfs_journal_read_again(&store->journal, record);
    }
    return result < 0 ? result : 0;
}

static void add(struct cfs_path *path, unsigned bit, cfs_pos_t target)
{
    CFS_ASSERT(path->count < CFS_POINTERS_MAX);
    path->bit[path->count] = (uint8_t)bit;
    path->target[path->count] = target;
    path->count++;
}

/* The new record takes over what the passed one knows of bits [from, to), except what is gone. */
static void take_over(struct cfs_store *store, const struct cfs_record *record, unsigned from,
                      unsigned to, struct cfs_path *path)
{
    struct cfs_journal *journal = &store->journal;

    for (unsigned bit = from; bit < to; bit++) {
        cfs_pos_t target = cfs_record_pointer(record, journal->width, bit);

        if (cfs_journal_target_is_live(journal, record->number, record->position, target)) {
            add(path, bit, target);
        }
    }
}

int32_t cfs_path_walk(struct cfs_store *store, const struct cfs_name *name, struct cfs_path *path,
                      struct cfs_record *record)
{
    struct cfs_journal *journal = &store->journal;
    unsigned from = journal->bucket_log2; /* bits before it are known to agree */
    bool chained = false; /* the path has its chain pointer: the newest other name of this hash */
    int32_t result;

    path->count = 0;
    result = cfs_journal_read_root(journal, name->hash >> (HASH_BITS - from), record);
    while (result > 0) {
        unsigned bit = cfs_hash_difference(record->hash, name->hash, 0);
        cfs_pos_t next = cfs_record_pointer(record, journal->width, bit);
        int32_t same = bit == CHAIN_BIT ? has_name(store, record, name) : 0;

        if (bit < from) {
            return CFS_ERR_DAMAGED; /* a record of another subtrie */
        }
        if (same < 0) {
            return same;
        }
        take_over(store, record, from, same && !chained ? CHAIN_BIT + 1u : bit, path);
        if (same) {
            return 1;
        }
        if (!chained) {
            add(path, bit, record->position);
        }
        chained = bit == CHAIN_BIT;
        from = chained ? CHAIN_BIT : bit + 1u;
        result = cfs_journal_read_target(journal, record->number, record->position, next, record);
    }
    return result;
}
