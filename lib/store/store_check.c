/* SPDX-License-Identifier: Apache-2.0 */
/* The store's invariants as code.
 *
 *   STORE (this file: self-check) > journal > volume > device
 *
 * - every record that is the newest of its name is intact;
 * - the live total is the sum of their weights;
 * - a walk over the trie, as cfs_find() does it, meets each name of a key in the log, and nothing else.
 */
#include "store_private.h"

#if CFS_CFG_CHECK

/* 1: one of the store's own names, which cfs_find() does not show. */
static int32_t is_hidden(struct cfs_store *store, const struct cfs_record *holder)
{
    uint8_t first = 0;
    int32_t result = holder->name_bytes == 0 ? CFS_OK
                                             : cfs_journal_read_payload(&store->journal, holder, 0,
                                                                        &first, sizeof first);

    return result < 0 ? result : first == 0;
}

static void note_damage(struct cfs_store *store, const struct cfs_record *record,
                        struct cfs_check_report *report)
{
    if (report->damaged++ == 0) {
        report->first_damaged = record->position * store->journal.line_bytes;
    }
}

/* Every record in which the newest value of a key, or its place in the trie, stands is intact. */
static int32_t verify_node(struct cfs_store *store, const struct cfs_node *node)
{
    int32_t result = cfs_journal_verify(&store->journal, &node->record, NULL);

    return result > 0 && node->record.position != node->keys.position
               ? cfs_journal_verify(&store->journal, &node->keys, NULL)
               : result;
}

static int32_t count_key(struct cfs_store *store, const struct cfs_record *holder,
                         struct cfs_check_report *report)
{
    struct cfs_node node;
    struct cfs_path path;
    struct cfs_name name;
    int32_t result;

    cfs_name_of(&name, holder);
    result = cfs_path_walk(store, &name, &path, &node);
    if (result <= 0) {
        return result < 0 ? result : CFS_ERR_DAMAGED;
    }
    report->live_bytes += cfs_write_weight(store, &node) * store->journal.line_bytes;
    report->lost += node.record.kind == CFS_KIND_LOST ? 1u : 0u;
    result = verify_node(store, &node);
#if CFS_CFG_OBJECTS
    if (result > 0 && node.record.kind == CFS_KIND_OBJECT) {
        result = cfs_object_verify(store, &node);
    }
#endif
    if (result == CFS_ERR_DAMAGED) {
        note_damage(store, &node.record, report);
    } else if (result < 0) {
        return result;
    }
    result = is_hidden(store, holder);
    report->keys += result == 0 ? 1u : 0u;
    return result < 0 ? result : CFS_OK;
}

/* All keys that the trie leads to. */
static int32_t count_keys(struct cfs_store *store, struct cfs_check_report *report, uint32_t *keys)
{
    struct cfs_record holder = {.head_bytes = 0};
    int32_t result;

    *keys = 0;
    while ((result = cfs_find_next(store, &holder)) > 0) {
        (*keys)++;
        result = count_key(store, &holder, report);
        if (result == CFS_ERR_DAMAGED) {
            note_damage(store, &holder, report);
        } else if (result < 0) {
            return result;
        }
    }
    if (result == CFS_ERR_DAMAGED) { /* what is behind cannot be reached */
        note_damage(store, &holder, report);
    }
    return result == CFS_ERR_DAMAGED ? CFS_OK : result;
}

/* The name of a key whose newest record the trie leads to? 1; 0. */
static int32_t is_live_name(struct cfs_store *store, const struct cfs_record *record)
{
    struct cfs_node node;
    struct cfs_path path;
    struct cfs_name name;
    int32_t result;

    if (!cfs_record_has_name(record)) {
        return 0;
    }
    cfs_name_of(&name, record);
    result = cfs_path_walk(store, &name, &path, &node);
    return result > 0
               ? cfs_record_is_live(&node.record) && node.holder.position == record->position &&
                     node.holder.number == record->number
               : result;
}

/* All records of the log, and how many of them hold the name of a key that the trie leads to. */
static int32_t count_records(struct cfs_store *store, struct cfs_check_report *report,
                             uint32_t *names)
{
    struct cfs_log_cursor cursor = {.number = 0};
    struct cfs_record record;
    int32_t result;

    *names = 0;
    while ((result = cfs_journal_next(&store->journal, &cursor, &record)) > 0) {
        report->records++;
        result = is_live_name(store, &record);
        if (result < 0 && result != CFS_ERR_DAMAGED) {
            return result;
        }
        *names += result > 0 ? 1u : 0u;
    }
    return result;
}

static int32_t check(struct cfs_store *store, struct cfs_check_report *report)
{
    uint32_t keys;
    uint32_t names = 0;
    int32_t result = count_keys(store, report, &keys);

    if (result == CFS_OK) {
        result = count_records(store, report, &names);
    }
    if (result == CFS_OK) {
        result = cfs_journal_check(&store->journal);
    }
    if (result == CFS_OK &&
        (report->damaged > 0 || keys != names ||
         report->live_bytes != store->journal.state.total * store->journal.line_bytes)) {
        return CFS_ERR_DAMAGED;
    }
    return result;
}

int32_t cfs_check_report(struct cfs_store *store, struct cfs_check_report *report)
{
    uint32_t repairs;
    int32_t result = cfs_store_enter(store);

    if (result != CFS_OK || !report) {
        return result != CFS_OK ? result : CFS_ERR_PARAM;
    }
    *report = (struct cfs_check_report){0};
    cfs_journal_look_anew(&store->journal);
    repairs = store->journal.repairs;
    result = check(store, report);
    report->repaired = store->journal.repairs - repairs;
    return result;
}

int32_t cfs_check(struct cfs_store *store)
{
    struct cfs_check_report report;

    return cfs_check_report(store, &report);
}

#endif
