/* SPDX-License-Identifier: Apache-2.0 */
/* The store's invariants as code.
 *
 *   STORE (this file: self-check) > journal > volume > device
 *
 * - every record that is the newest of its name is intact;
 * - the live total is the sum of their weights;
 * - a scan by cfs_find() meets each of them, and nothing else.
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

static int32_t count_key(struct cfs_store *store, const struct cfs_node *node,
                         struct cfs_check_report *report)
{
    int32_t result = cfs_journal_verify(&store->journal, &node->record, NULL);

    if (result > 0 && node->record.position != node->keys.position) {
        result = cfs_journal_verify(&store->journal, &node->keys, NULL);
    }
    if (result == CFS_ERR_DAMAGED) {
        note_damage(store, &node->record, report);
        result = CFS_OK;
    }
    if (result >= 0) {
        result = is_hidden(store, &node->holder);
    }
    if (result >= 0) {
        report->keys += result == 0 ? 1u : 0u;
        report->lost += node->record.kind == CFS_KIND_LOST ? 1u : 0u;
        report->live_bytes += cfs_write_weight(store, node) * store->journal.line_bytes;
    }
    return result < 0 ? result : CFS_OK;
}

/* Each key is counted where its name stands. */
static int32_t count_record(struct cfs_store *store, const struct cfs_record *record,
                            struct cfs_check_report *report)
{
    struct cfs_node node;
    struct cfs_path path;
    struct cfs_name name;
    int32_t result;

    report->records++;
    if (!cfs_record_has_name(record)) {
        return CFS_OK;
    }
    cfs_name_of(&name, record);
    result = cfs_path_walk(store, &name, &path, &node);
    if (result > 0 && cfs_record_is_live(&node.record) &&
        node.holder.position == record->position && node.holder.number == record->number) {
        result = count_key(store, &node, report);
    }
    if (result == CFS_ERR_DAMAGED) {
        note_damage(store, record, report);
        return CFS_OK;
    }
    return result < 0 ? result : CFS_OK;
}

static int32_t take_census(struct cfs_store *store, struct cfs_check_report *report)
{
    struct cfs_log_cursor cursor = {0, 0};
    struct cfs_record record;
    int32_t result = cfs_journal_next(&store->journal, &cursor, &record);

    while (result > 0) {
        result = count_record(store, &record, report);
        if (result == CFS_OK) {
            result = cfs_journal_next(&store->journal, &cursor, &record);
        }
    }
    return result;
}

/* Does a scan meet as many keys as the log holds? */
static int32_t check_scan(struct cfs_store *store, uint32_t keys)
{
#if CFS_CFG_FIND
    char name[CFS_NAME_MAX + 1u] = "";
    uint32_t found = 0;
    int32_t result;

    while ((result = cfs_find(store, NULL, name)) > 0) {
        found++;
    }
    if (result != CFS_ERR_NOT_FOUND) {
        return result;
    }
    return found == keys ? CFS_OK : CFS_ERR_DAMAGED;
#else
    (void)store;
    (void)keys;
    return CFS_OK; /* nobody can scan */
#endif
}

static int32_t check(struct cfs_store *store, struct cfs_check_report *report)
{
    int32_t result = take_census(store, report);

    if (result == CFS_OK) {
        result = cfs_journal_check(&store->journal);
    }
    if (result == CFS_OK &&
        (report->damaged > 0 ||
         report->live_bytes != store->journal.state.total * store->journal.line_bytes)) {
        return CFS_ERR_DAMAGED;
    }
    return result == CFS_OK ? check_scan(store, report->keys) : result;
}

int32_t cfs_check_report(struct cfs_store *store, struct cfs_check_report *report)
{
    uint32_t repairs;
    int32_t result = cfs_store_enter(store);

    if (result != CFS_OK || !report) {
        return result != CFS_OK ? result : CFS_ERR_PARAM;
    }
    *report = (struct cfs_check_report){0};
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
