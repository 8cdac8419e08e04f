/* SPDX-License-Identifier: Apache-2.0 */
/* Records of keys at the head of the log.
 *
 *   store > journal (this file: what a record of a key says) > volume > device
 *
 * The bytes are composed and programmed by journal_append.c. A record that is complete becomes the root
 * of its bucket; a long one is followed by a commit record (docs/decisions/0004).
 */
#include "journal_private.h"

#include <string.h>

#include "cfs/bytes.h"
#include "cfs/crc.h"

#if !CFS_CFG_READ_ONLY

/* Copy a part of the payload of an older record, verifying all of it on the way: a record whose cells
 * read differently from one moment to the next must not get a new, valid checksum. */
static int32_t put_from(struct cfs_journal *journal, const struct cfs_record *from, uint32_t offset,
                        uint32_t payload_bytes)
{
    uint8_t chunk[32];
    uint32_t covered = from->head_bytes + from->payload_bytes;
    uint32_t first = from->head_bytes + offset;
    uint32_t last = first + payload_bytes;
    cfs_off_t place = cfs_place_offset(journal, from->position);
    uint32_t salt = 0;
    uint32_t crc;
    int32_t result = cfs_read_salt(journal, from->number, &salt);

    crc = cfs_record_crc_start(from->number, salt, from->position);
    for (uint32_t at = 0, size; result == CFS_OK && at < covered; at += size) {
        uint32_t limit = at < first ? first : at < last ? last : covered;

        size = limit - at < sizeof chunk ? limit - at : (uint32_t)sizeof chunk;
        result = cfs_read_bytes(journal, place + at, chunk, size);
        crc = result == CFS_OK ? cfs_crc32c(crc, chunk, size) : crc;
        if (result == CFS_OK && at >= first && at < last) {
            result = cfs_append_bytes(journal, chunk, size);
        }
    }
    if (result == CFS_OK) {
        result = cfs_read_bytes(journal, place + covered, chunk, CFS_RECORD_CRC_BYTES);
    }
    if (result == CFS_OK && cfs_get_le(chunk, CFS_RECORD_CRC_BYTES) != crc) {
        result = CFS_ERR_DAMAGED;
    }
    return result == CFS_OK || cfs_journal_is_closed(journal) ? result
                                                              : cfs_append_failed(journal, result);
}

/* The marks of the next record, from what it is part of. */
static unsigned run_flags(struct cfs_journal *journal, bool with_commit)
{
    switch (journal->run) {
    case CFS_RUN_FIRST:
        journal->run = CFS_RUN_MIDDLE;
        return CFS_RECORD_BEGIN;
    case CFS_RUN_MIDDLE:
        return 0;
    case CFS_RUN_LAST:
        journal->run = CFS_RUN_ALONE;
        return CFS_RECORD_END;
    default:
        return CFS_RECORD_BEGIN | (with_commit ? 0u : CFS_RECORD_END);
    }
}

/* The record is complete: the roots, the state and the accounting follow. */
static void adopt(struct cfs_journal *journal, const struct cfs_record *record, uint32_t total)
{
    cfs_place_set_root(journal, record->bucket, record->position);
    journal->state.total = total;
    cfs_place_note_longest(journal, record);
    cfs_place_note_slack(journal, record);
}

static int32_t put_payload(struct cfs_journal *journal, const struct cfs_payload *payload,
                           uint32_t name_bytes)
{
    int32_t result = CFS_OK;

    if (payload->name_from && payload->name_from == payload->value_from) {
        return put_from(journal, payload->name_from, 0, name_bytes + payload->value_bytes);
    }
    if (payload->name_from && name_bytes > 0) {
        result = put_from(journal, payload->name_from, 0, name_bytes);
    } else if (name_bytes > 0) {
        result = cfs_append_bytes(journal, payload->name, name_bytes);
    }
    if (result == CFS_OK && payload->value_from) {
        result = put_from(journal, payload->value_from, payload->value_from->name_bytes,
                          payload->value_bytes);
    }
    for (uint32_t i = 0; result == CFS_OK && i < payload->part_count; i++) {
        if (payload->parts[i].size > 0) {
            result = cfs_append_bytes(journal, payload->parts[i].data, payload->parts[i].size);
        }
    }
    return result;
}

int32_t cfs_journal_append(struct cfs_journal *journal, struct cfs_record *record,
                           const struct cfs_path *path, const struct cfs_payload *payload,
                           uint32_t total)
{
    bool with_commit;
    int32_t result;

    record->payload_bytes = record->name_bytes + payload->value_bytes;
    record->flags &= CFS_RECORD_ATTRIBUTES;
    record->flags |= total != journal->state.total ? CFS_RECORD_TOTAL : 0u;
    record->total = total;
    record->map = path ? path->map : 0u;
    CFS_ASSERT(record->kind != CFS_KIND_SAME ||
               (total == journal->state.total && journal->run == CFS_RUN_ALONE));
    with_commit = cfs_journal_lines(journal, record) > journal->layout.copy_lines_max &&
                  journal->run == CFS_RUN_ALONE;
    record->flags |= (uint8_t)run_flags(journal, with_commit);

    result = cfs_append_begin(journal, record, path);
    if (result == CFS_OK) {
        result = put_payload(journal, payload, record->name_bytes);
    }
    if (result == CFS_OK) {
        result = cfs_append_end(journal);
    }
    if (result == CFS_OK && with_commit) {
        result = cfs_append_control(journal, CFS_KIND_COMMIT, CFS_RECORD_END, NULL, 0);
    }
    if (result == CFS_OK) {
        adopt(journal, record, total);
    }
    return result;
}

#endif
