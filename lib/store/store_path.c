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

#if !CFS_CFG_READ_ONLY

void cfs_name_of_bytes(const struct cfs_store *store, struct cfs_name *name, const void *bytes,
                       size_t size)
{
    name->size = (uint8_t)size;
    name->text = bytes;
    name->where = NULL;
    name->is_damaged = false;
    name->hash = cfs_hash_name(store, bytes, size);
}

int32_t cfs_name_init(const struct cfs_store *store, struct cfs_name *name, const char *text)
{
    size_t size = 0;

    while (size <= CFS_NAME_MAX && text[size] != '\0') {
        size++;
    }
    if (size == 0 || size > CFS_NAME_MAX) {
        return CFS_ERR_PARAM;
    }
    cfs_name_of_bytes(store, name, text, size);
    return CFS_OK;
}

void cfs_name_of(struct cfs_name *name, const struct cfs_record *holder)
{
    name->hash = holder->hash;
    name->size = holder->name_bytes;
    name->text = NULL;
    name->where = holder;
    name->is_damaged = false;
}

static int32_t compare(struct cfs_store *store, const struct cfs_record *holder,
                       const struct cfs_name *name, int *order)
{
    uint8_t theirs[16];
    uint8_t ours[16];
    uint32_t common = holder->name_bytes < name->size ? holder->name_bytes : name->size;

    *order = (int)holder->name_bytes - (int)name->size;
    for (uint32_t at = 0, size; at < common; at += size) {
        int32_t result;
        int difference;

        size = common - at < sizeof theirs ? common - at : (uint32_t)sizeof theirs;
        result = cfs_journal_read_payload(&store->journal, holder, at, theirs, size);
        if (result == CFS_OK && !name->text) {
            result = cfs_journal_read_payload(&store->journal, name->where, at, ours, size);
            if (result == CFS_ERR_DAMAGED && name->is_damaged) {
                *order = 1;
                return CFS_OK;
            }
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

/* Names that are compared have one hash, so they are hardly ever different: a record that looks as if
 * its name were is verified, so that damage to a name does not pass as another name. */
int32_t cfs_name_compare(struct cfs_store *store, const struct cfs_record *holder,
                         const struct cfs_name *name, int *order)
{
    int32_t result = compare(store, holder, name, order);

    if (result == CFS_OK && *order != 0) {
        result = cfs_journal_verify(&store->journal, holder, NULL);
        if (result >= 0) { /* it may have been made good */
            result = compare(store, holder, name, order);
        }
    }
    return result;
}

/* ---- nodes */

/* The check of a head is of eight bits: one in 256 heads whose length a flipped bit changed passes it. So,
 * where it matters, the whole record is verified, and its head read once more if it was made good. What
 * is damaged only behind its head is a step of the path all the same. */
static int32_t be_careful(struct cfs_store *store, struct cfs_record *record)
{
    uint32_t repairs = store->journal.repairs;
    int32_t result;

    if (!store->careful ||
        record->kind == CFS_KIND_SAME) { /* which was verified when it was read */
        return 1;
    }
    result = cfs_journal_verify(&store->journal, record, NULL);
    if (result == CFS_ERR_DAMAGED || repairs != store->journal.repairs ||
        store->journal.scratch_position != record->position) {
        result = cfs_journal_read_again(&store->journal, record);
    }
    return result == 0 ? CFS_ERR_DAMAGED : result;
}

/* Complete a node from its record: where its hash and pointers stand. Where the base of a SAME has left
 * the log, it is a dead record on a chain of equal hashes, and all its pointers led to have left too:
 * there is nothing. */
static int32_t complete(struct cfs_store *store, int32_t found, struct cfs_node *node)
{
    if (found > 0) {
        found = be_careful(store, &node->record);
    }
    if (found > 0 && node->record.kind != CFS_KIND_SAME) {
        node->keys = node->record;
    } else if (found > 0) {
        found = cfs_journal_read_base(&store->journal, &node->record, &node->keys);
        found = found > 0 ? be_careful(store, &node->keys) : found;
    }
    return found;
}

int32_t cfs_node_root(struct cfs_store *store, uint32_t bucket, struct cfs_node *node)
{
    return complete(store, cfs_journal_read_root(&store->journal, bucket, &node->record), node);
}

int32_t cfs_node_next(struct cfs_store *store, const struct cfs_record *keys, cfs_pos_t target,
                      struct cfs_node *node)
{
    const uint32_t number = keys->number; /* `keys` may be a part of `node` */
    const cfs_pos_t position = keys->position;

    return complete(
        store, cfs_journal_read_target(&store->journal, number, position, target, &node->record),
        node);
}

int32_t cfs_node_again(struct cfs_store *store, struct cfs_node *node)
{
    return cfs_journal_read_again(&store->journal, &node->keys);
}

cfs_pos_t cfs_node_pointer(struct cfs_store *store, const struct cfs_node *node, unsigned bit)
{
    const struct cfs_record *keys = &node->keys;
    cfs_pos_t target = cfs_record_pointer(keys, &store->journal.shape, bit);

    return cfs_journal_target_is_live(&store->journal, keys->number, keys->position, target)
               ? target
               : 0u;
}

int32_t cfs_node_holder(struct cfs_store *store, const struct cfs_node *node,
                        struct cfs_record *holder)
{
    int32_t result = cfs_journal_read_base(&store->journal, &node->keys, holder);

    if (result > 0 && holder->position != node->keys.position) {
        result = be_careful(store, holder);
    }
    return result > 0 && !cfs_record_has_name(holder) ? CFS_ERR_DAMAGED : result;
}

/* ---- the walk */

/* 1: the node's name is this one; 0: not. */
static int32_t has_name(struct cfs_store *store, struct cfs_node *node, const struct cfs_name *name)
{
    struct cfs_record *holder = &node->holder;
    int order;
    int32_t result = cfs_node_holder(store, node, holder);

    if (result <= 0) {
        return result; /* a link whose name has left the log is of no key any more */
    }
    if (name->where && name->where->position == holder->position &&
        name->where->number == holder->number && name->where->head_bytes == holder->head_bytes) {
        return 1;
    }
    result = cfs_name_compare(store, holder, name, &order);
    return result < 0 ? result : order == 0;
}

static void add(struct cfs_path *path, unsigned bit, cfs_pos_t target)
{
    if (target != 0) {
        path->map |= 1u << bit;
        path->target[bit] = target;
    }
}

/* Is there anything in the subtrie that a node was entered by, behind bit `bit`? */
static bool is_barren(struct cfs_store *store, const struct cfs_node *node, unsigned bit)
{
    if (node->record.kind != CFS_KIND_TOMBSTONE) {
        return false;
    }
    for (bit = bit < CHAIN_BIT ? bit + 1u : bit; bit <= CHAIN_BIT; bit++) {
        if (cfs_node_pointer(store, node, bit) != 0 && CFS_RULE(BARREN)) {
            return false;
        }
    }
    return true;
}

/* What a new record must hold of a node that is passed at `bit`: what it knows of the bits from
 * `from` to there, and the node itself, unless nothing lives there. */
static void pass(struct cfs_store *store, const struct cfs_node *node, unsigned from, unsigned bit,
                 struct cfs_path *path)
{
    for (; from < bit; from++) {
        add(path, from, cfs_node_pointer(store, node, from));
    }
    if (!is_barren(store, node, bit)) {
        add(path, bit, node->record.position);
    }
}

int32_t cfs_path_walk(struct cfs_store *store, const struct cfs_name *name, struct cfs_path *path,
                      struct cfs_node *node)
{
    unsigned from = store->journal.shape.bucket_log2; /* bits before it are known to agree */
    bool chained = false; /* the path has its chain pointer: the newest other name of this hash */
    int32_t result;

    path->map = 0;
    node->is_top = true;
    result = cfs_node_root(store, cfs_hash_bucket(store, name->hash), node);
    while (result > 0) {
        unsigned bit = cfs_hash_difference(node->keys.hash, name->hash, 0);
        cfs_pos_t next = cfs_node_pointer(store, node, bit);

        if (bit < from) {
            return CFS_ERR_DAMAGED; /* a record of another subtrie */
        }
        if (!chained) {
            pass(store, node, from, bit, path);
        }
        result = bit == CHAIN_BIT ? has_name(store, node, name) : 0;
        if (result > 0 && !chained) { /* itself, instead of another name before it */
            path->map &= ~(1u << CHAIN_BIT);
            add(path, CHAIN_BIT, next);
        }
        if (result != 0) {
            return result;
        }
        node->is_top = false;
        chained = bit == CHAIN_BIT;
        from = chained ? CHAIN_BIT : bit + 1u;
        result = cfs_node_next(store, &node->keys, next, node);
    }
    return result;
}

int32_t cfs_path_first(struct cfs_store *store, uint32_t hash, struct cfs_node *node)
{
    int32_t result = cfs_node_root(store, cfs_hash_bucket(store, hash), node);

    while (result > 0 && node->keys.hash != hash) {
        unsigned bit = cfs_hash_difference(node->keys.hash, hash, 0);

        result = cfs_node_next(store, &node->keys, cfs_node_pointer(store, node, bit), node);
    }
    return result;
}

int32_t cfs_node_is_newest(struct cfs_store *store, const struct cfs_node *node)
{
    const cfs_pos_t position = node->record.position;
    struct cfs_node newest;
    struct cfs_path path;
    struct cfs_name name;
    int32_t result;

    if (!cfs_record_is_live(&node->record)) {
        return 0;
    }
    cfs_name_of(&name, &node->holder);
    result = cfs_path_walk(store, &name, &path, &newest);
    return result > 0 ? newest.record.position == position : result;
}

#endif
