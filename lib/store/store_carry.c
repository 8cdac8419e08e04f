/* SPDX-License-Identifier: Apache-2.0 */
/* Carrying records on: out of the tail, and across a cut.
 *
 *   STORE (this file: what the journal asks of it) > journal > volume > device
 *
 * The record with the name of a key is the oldest of those its newest value needs, so reclaim meets
 * it first; the key is then appended once, in full, with its newest value.
 */
#include "store_private.h"

#if !CFS_CFG_READ_ONLY

/* The name of a damaged record goes to `text`. What it hashes to tells whether it is the name still. */
static int32_t read_name(struct cfs_store *store, const struct cfs_record *holder,
                         uint8_t text[CFS_RECORD_NAME_MAX])
{
    int32_t result = cfs_journal_read_payload(&store->journal, holder, 0, text, holder->name_bytes);

    if (result == CFS_OK && cfs_hash_name(store, text, holder->name_bytes) != holder->hash) {
        result = CFS_ERR_DAMAGED;
    }
    return result;
}

static int32_t append_again(struct cfs_store *store, const struct cfs_node *node,
                            const struct cfs_path *path, struct cfs_record *again,
                            const struct cfs_payload *payload)
{
    uint32_t total = store->journal.state.total - cfs_write_weight(store, node);

    again->payload_bytes = again->name_bytes + payload->value_bytes;
    total += cfs_journal_weight(&store->journal, again);
    return cfs_journal_append(&store->journal, again, path, payload, total);
}

static void describe(const struct cfs_record *holder, const struct cfs_path *path,
                     struct cfs_record *again)
{
    *again = (struct cfs_record){.kind = holder->kind,
                                 .flags = holder->flags & CFS_RECORD_ATTRIBUTES,
                                 .hash = holder->hash,
                                 .bucket = holder->bucket,
                                 .attributes = holder->attributes,
                                 .name_bytes = holder->name_bytes,
                                 .map = path->map};
}

/* Append a key again whose name and value stand in one record. */
static int32_t carry_whole(struct cfs_store *store, const struct cfs_record *holder,
                           const struct cfs_node *node, const struct cfs_path *path)
{
    const struct cfs_payload payload = {
        .name_from = holder, .value_from = holder, .value_bytes = cfs_node_value_bytes(node)};
    struct cfs_record again;

    describe(holder, path, &again);
    return append_again(store, node, path, &again, &payload);
}

/* Append a key again from two records, or, if its newest value is damaged, that it was lost. The name
 * goes by way of RAM, so that both records may need repair. */
static int32_t carry_parts(struct cfs_store *store, const struct cfs_record *holder,
                           const struct cfs_node *node, const struct cfs_path *path)
{
    uint8_t name[CFS_RECORD_NAME_MAX];
    struct cfs_payload payload = {.name = name};
    struct cfs_record again;
    int32_t result = read_name(store, holder, name);
    int32_t intact = 0;

    if (result == CFS_OK && node->record.position != holder->position) {
        intact = cfs_journal_verify(&store->journal, &node->record, NULL);
        result = intact < 0 && intact != CFS_ERR_DAMAGED ? intact : CFS_OK;
    }
    if (result != CFS_OK) {
        return result;
    }
    describe(holder, path, &again);
    if (intact > 0) {
        payload.value_from = &node->record;
        payload.value_bytes = cfs_node_value_bytes(node);
    } else {
        again.kind = CFS_KIND_LOST;
        again.flags = 0;
    }
    return append_again(store, node, path, &again, &payload);
}

/* From the tail: only if its key exists and has its name from here. */
static int32_t carry_live(struct cfs_store *store, const struct cfs_record *record, bool is_damaged)
{
    struct cfs_node node;
    struct cfs_path path;
    struct cfs_name name;
    int32_t result;

    cfs_name_of(&name, record);
    name.is_damaged = is_damaged; /* or torn, if a cut left it: then it is of no key */
    result = cfs_path_walk(store, &name, &path, &node);
    if (result <= 0 || !cfs_record_is_live(&node.record) ||
        (CFS_RULE(HOLDER) ? node.holder : node.record).position != record->position) {
        return result < 0 ? result : CFS_OK;
    }
    return node.record.position == record->position && !is_damaged
               ? carry_whole(store, record, &node, &path)
               : carry_parts(store, record, &node, &path);
}

/* The record to append for the last one before a cut: as it was, but a SAME cannot be part of a run. */
static void make_last(const struct cfs_record *record, const struct cfs_record *holder,
                      struct cfs_record *again)
{
    *again = *record;
    if (record->kind == CFS_KIND_SAME) {
        again->kind = CFS_KIND_LINK;
        again->flags = 0;
        again->hash = holder->hash;
        again->base = holder->position;
    }
}

/* The last record before a cut: in any case; the roots do not know it. */
static int32_t carry_last(struct cfs_store *store, const struct cfs_record *record)
{
    const struct cfs_payload payload = {.name_from = record,
                                        .value_from = record,
                                        .value_bytes = record->payload_bytes - record->name_bytes};
    uint32_t total = record->flags & CFS_RECORD_TOTAL ? record->total : store->journal.state.total;
    struct cfs_record again;
    struct cfs_record keys;
    struct cfs_record holder;
    struct cfs_node node;
    struct cfs_path path;
    struct cfs_name name;
    int32_t result = cfs_journal_read_base(&store->journal, record, &keys);

    if (result > 0) {
        result = cfs_journal_read_base(&store->journal, &keys, &holder);
    }
    if (result <= 0) {
        return result < 0 ? result : CFS_ERR_DAMAGED;
    }
    make_last(record, &holder, &again);
    cfs_name_of(&name, &holder);
    result = cfs_path_walk(store, &name, &path, &node);
    return result < 0 ? result
                      : cfs_journal_append(&store->journal, &again, &path, &payload, total);
}

int32_t cfs_write_carry(void *context, const struct cfs_record *record, enum cfs_carry what)
{
    return what == CFS_CARRY_LAST ? carry_last(context, record)
                                  : carry_live(context, record, what == CFS_CARRY_DAMAGED);
}

#endif
