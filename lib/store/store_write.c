/* SPDX-License-Identifier: Apache-2.0 */
/* Set and delete.
 *
 *   STORE (this file: writing) > journal > volume > device
 *
 * A record is appended with the pointers its path gives, and becomes the newest of every subtrie it
 * is in. A cut before its last unit leaves the old state; the next mount decides about the unit
 * itself.
 *
 * A value that is not longer than the one beside the key's name is appended without the name, as a
 * link; and without pointers, as the same, if nothing newer is in the bucket.
 */
#include "store_private.h"

#if !CFS_CFG_READ_ONLY

#define PLACE_TRIES_MAX 4 /* room made once moves records; the record chosen then may be longer */

/* A key as the log knows it: whether it exists, its record, and the pointers a new one must hold. */
struct standing {
    struct cfs_node node;
    struct cfs_path path;
    bool exists;
    uint32_t weight; /* in the accounts; 0 if it does not exist */
};

/* The weight of a record in full. */
static uint32_t full_weight(const struct cfs_store *store, uint32_t name_bytes,
                            uint32_t value_bytes, uint32_t map, bool has_attributes)
{
    const struct cfs_record record = {
        .kind = CFS_KIND_FULL,
        .flags = has_attributes ? CFS_RECORD_ATTRIBUTES : 0u,
        .payload_bytes = name_bytes + value_bytes,
        .map = map,
    };

    return cfs_journal_weight(&store->journal, &record);
}

uint32_t cfs_write_weight_of(const struct cfs_store *store, uint32_t name_bytes,
                             uint32_t value_bytes, bool has_attributes)
{
    return full_weight(store, name_bytes, value_bytes, 0, has_attributes);
}

uint32_t cfs_write_weight(const struct cfs_store *store, const struct cfs_node *node)
{
    return full_weight(store, node->holder.name_bytes, cfs_node_value_bytes(node), node->keys.map,
                       (node->holder.flags & CFS_RECORD_ATTRIBUTES) != 0);
}

static int32_t look(struct cfs_store *store, const struct cfs_name *name, struct standing *standing)
{
    int32_t result = cfs_path_walk(store, name, &standing->path, &standing->node);

    standing->exists = result > 0 && cfs_record_is_live(&standing->node.record);
    standing->weight = standing->exists ? cfs_write_weight(store, &standing->node) : 0u;
    return result < 0 ? result : CFS_OK;
}

/* Is the value of the key this one? One that cannot be read is not, so it is written anew. */
static bool holds(struct cfs_store *store, const struct standing *standing,
                  const struct cfs_value *value)
{
    const struct cfs_record *record = &standing->node.record;
    const struct cfs_piece piece = {.offset = record->name_bytes,
                                    .size = value->size,
                                    .compare_with = value->parts ? value->parts->data : NULL};

    return standing->exists && value->part_count == 1u &&
           standing->node.holder.kind == value->kind &&
           standing->node.holder.attributes == value->attributes &&
           cfs_node_value_bytes(&standing->node) == value->size &&
           cfs_journal_verify(&store->journal, record, &piece) > 0;
}

static uint32_t new_weight(const struct cfs_store *store, const struct cfs_name *name,
                           const struct standing *standing, const struct cfs_value *value)
{
    return full_weight(store, name->size, value->size, standing->path.map, value->attributes != 0);
}

int32_t cfs_write_admit(const struct cfs_store *store, uint32_t more, uint32_t heaviest)
{
    const struct cfs_journal *journal = &store->journal;
    uint32_t total =
        journal->state.total + (store->transaction ? store->transaction->promised : 0u);
    uint32_t longest = heaviest > journal->state.longest ? heaviest : journal->state.longest;
    uint32_t capacity = cfs_journal_capacity(journal, longest);

    if (heaviest > journal->layout.weight_max) {
        return CFS_ERR_TOO_BIG;
    }
    return more == 0 || (total <= capacity && more <= capacity - total) ? CFS_OK : CFS_ERR_NO_SPACE;
}

/* May the volume take on this weight instead of what the key has? */
static int32_t admit(const struct cfs_store *store, const struct standing *standing,
                     uint32_t weight)
{
    uint32_t more = weight > standing->weight ? weight - standing->weight : 0u;

    return cfs_write_admit(store, more, weight);
}

int32_t cfs_write_weigh(struct cfs_store *store, const struct cfs_name *name,
                        const struct cfs_value *value, struct cfs_weights *weights)
{
    struct standing standing;
    int32_t result = look(store, name, &standing);

    weights->before = standing.weight;
    weights->after = result == CFS_OK ? new_weight(store, name, &standing, value) : 0u;
    return result;
}

int32_t cfs_write_fits(struct cfs_store *store, const struct cfs_name *name,
                       const struct cfs_value *value)
{
    struct standing standing;
    int32_t result = look(store, name, &standing);

    return result == CFS_OK ? admit(store, &standing, new_weight(store, name, &standing, value))
                            : result;
}

/* ---- which record */

/* Will the key be written once more before its name is reclaimed? If not, it is better written in full
 * now than copied then. What is known is how long ago it was written last. */
static bool comes_again(const struct cfs_store *store, const struct standing *standing)
{
    const struct cfs_journal *journal = &store->journal;
    uint32_t left = cfs_journal_lap(journal);
    uint32_t age = cfs_journal_age(journal, &standing->node.holder);

    left = left > age ? left - age : 0u;
    return 2u * cfs_journal_age(journal, &standing->node.record) <= left;
}

/* Can the key's name stay where it is? Only in a record that is intact. */
static bool keeps_name(struct cfs_store *store, const struct standing *standing,
                       const struct cfs_value *value)
{
    const struct cfs_record *holder = &standing->node.holder;

    return standing->exists && value->kind == CFS_KIND_FULL && holder->kind == CFS_KIND_FULL &&
           holder->attributes == value->attributes &&
           holder->payload_bytes - holder->name_bytes >= value->size &&
           comes_again(store, standing) && cfs_journal_verify(&store->journal, holder, NULL) > 0;
}

/* May all but the value stay where it is? A mount that copies the record writes a link, which must not
 * be too long for that. */
static bool is_same(const struct cfs_store *store, const struct standing *standing,
                    const struct cfs_value *value)
{
    const struct cfs_record link = {
        .kind = CFS_KIND_LINK, .map = standing->path.map, .payload_bytes = value->size};

    return (standing->node.is_top || !CFS_RULE(SAME_TOP)) &&
           cfs_node_value_bytes(&standing->node) == value->size &&
           standing->node.keys.map == standing->path.map &&
           cfs_journal_lines(&store->journal, &link) <= store->journal.layout.copy_lines_max;
}

/* The record that costs least. */
static void choose(struct cfs_store *store, const struct cfs_name *name,
                   const struct standing *standing, const struct cfs_value *value,
                   struct cfs_record *record)
{

    *record = (struct cfs_record){.kind = value->kind,
                                  .hash = name->hash,
                                  .name_bytes = name->size,
                                  .attributes = value->attributes};
    record->flags = value->attributes ? CFS_RECORD_ATTRIBUTES : 0u;
    if (keeps_name(store, standing, value)) {
        bool same = is_same(store, standing, value);

        record->kind = same ? CFS_KIND_SAME : CFS_KIND_LINK;
        record->base = same ? standing->node.keys.position : standing->node.holder.position;
        record->flags = 0;
        record->attributes = 0;
        record->name_bytes = 0;
    }
    record->map = record->kind == CFS_KIND_SAME ? 0u : standing->path.map;
}

/* The lines to reserve: as a record with a name may be copied, it counts with its weight. */
static uint32_t lines_for(const struct cfs_store *store, struct cfs_record *record, uint32_t value)
{
    record->payload_bytes = record->name_bytes + value;
    if (cfs_record_has_name(record) && record->kind != CFS_KIND_TOMBSTONE) {
        return cfs_journal_weight(&store->journal, record);
    }
    record->flags |= CFS_RECORD_TOTAL;
    return cfs_journal_lines(&store->journal, record);
}

/* Choose the record and make room for it. */
static int32_t reserve(struct cfs_store *store, const struct cfs_name *name,
                       const struct cfs_value *value, const struct standing *standing,
                       struct cfs_record *record, bool *moved)
{
    choose(store, name, standing, value, record);
    return cfs_journal_reserve(&store->journal, lines_for(store, record, value->size), moved);
}

int32_t cfs_write_reserve(struct cfs_store *store, const struct cfs_name *name,
                          const struct cfs_value *value, bool *moved)
{
    struct standing standing;
    struct cfs_record record;
    int32_t result = look(store, name, &standing);

    return result == CFS_OK ? reserve(store, name, value, &standing, &record, moved) : result;
}

/* The same until nothing moves: what moves records moves the key as well, and then another record is
 * the shortest. */
static int32_t place(struct cfs_store *store, const struct cfs_name *name,
                     const struct cfs_value *value, struct standing *standing,
                     struct cfs_record *record, bool *opened)
{
    *opened = false;
    for (int tries = 0; tries < PLACE_TRIES_MAX; tries++) {
        bool moved;
        int32_t result;

        result = reserve(store, name, value, standing, record, &moved);
        if (result != CFS_OK || !moved) {
            return result;
        }
        *opened = true;
        result = look(store, name, standing);
        if (result != CFS_OK) {
            return result;
        }
    }
    return CFS_ERR_NO_SPACE; /* a second try needs no more than the first gave */
}

/* Append the record of a key, whose standing is known. */
static int32_t append(struct cfs_store *store, const struct cfs_name *name,
                      const struct cfs_value *value, struct standing *standing)
{
    struct cfs_payload payload = {.name = name->text,
                                  .parts = value->parts,
                                  .part_count = value->part_count,
                                  .value_from = value->from,
                                  .value_bytes = value->size};
    struct cfs_journal *journal = &store->journal;
    struct cfs_record record;
    uint32_t total;
    bool opened;
    int32_t result = place(store, name, value, standing, &record, &opened);

    if (result != CFS_OK) {
        return result;
    }
    record.bucket = (uint8_t)cfs_hash_bucket(store, name->hash);
    payload.name_from = record.name_bytes > 0 ? name->where : NULL;
    total = journal->state.total - standing->weight;
    if (cfs_record_is_live(&record)) {
        total += new_weight(store, name, standing, value);
    }
    result = cfs_journal_append(journal, &record, &standing->path, &payload, total);
    if (result == CFS_OK) {
        /* what goes wrong here is told by the next call that writes; this one is durable */
        (void)cfs_journal_pace(journal, cfs_journal_lines(journal, &record), !opened);
    }
    return result;
}

/* The same; once more, in another sector, if the medium does not take it. */
static int32_t write(struct cfs_store *store, const struct cfs_name *name,
                     const struct cfs_value *value, struct standing *standing)
{
    struct cfs_journal *journal = &store->journal;
    int32_t result = append(store, name, value, standing);

    if (result == CFS_ERR_IO && cfs_journal_is_closed(journal)) {
        result = look(store, name, standing);
        if (result == CFS_OK) {
            result = append(store, name, value, standing);
        }
        journal->failed = journal->failed || result == CFS_ERR_IO;
    }
    return result;
}

int32_t cfs_write_set(struct cfs_store *store, const struct cfs_name *name,
                      const struct cfs_value *value)
{
    struct standing standing;
    int32_t result = look(store, name, &standing);

    if (result != CFS_OK) {
        return result;
    }
    if (standing.exists && standing.node.record.kind == CFS_KIND_OBJECT && !value->drops) {
        return CFS_WRITE_IS_OBJECT;
    }
    if (value->kind == CFS_KIND_TOMBSTONE) {
        return standing.exists ? write(store, name, value, &standing) : CFS_ERR_NOT_FOUND;
    }
    if (holds(store, &standing, value)) {
        store->sets_unchanged++;
        return CFS_OK;
    }
    if (!value->admitted) {
        result = admit(store, &standing, new_weight(store, name, &standing, value));
    }
    return result == CFS_OK ? write(store, name, value, &standing) : result;
}

int32_t cfs_write_delete(struct cfs_store *store, const struct cfs_name *name)
{
    const struct cfs_value nothing = {.kind = CFS_KIND_TOMBSTONE};

    return cfs_write_set(store, name, &nothing);
}

#endif
