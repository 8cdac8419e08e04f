/* SPDX-License-Identifier: Apache-2.0 */
/* The log without its index: for a volume that cannot be mounted.
 *
 *   store > journal (this file: the log as it lies there) > volume > device
 *
 * No root, header or pointer is trusted: sectors by the numbers of their marks or headers, in each the
 * records whose checksums match. What a mount would not count is left out where the log itself says so: runs
 * that did not end, and what a later decision cut off, which its seals name.
 */
#include "journal_private.h"

#include <string.h>

#include "Storage_VM.h"
#include "cfs/bytes.h"

#if CFS_CFG_SALVAGE

/* ---- opening */

static int32_t look_at_sector(struct cfs_journal *journal, cfs_sector_t sector, bool *shaped)
{
    struct cfs_sector_info info;
    int32_t result = cfs_sector_read(journal, sector, true, &info);

    if (result != CFS_OK || info.newer) {
        return result != CFS_OK ? result : CFS_ERR_NEWER;
    }
    if ((info.marked || info.headed) && info.number > journal->number) {
        journal->number = info.number;
        journal->salt = info.salt;
    }
    if (info.headed && !*shaped) {
        *shaped = cfs_mount_adopt(journal, &info.header) == CFS_OK;
    }
    return CFS_OK;
}

/* The highest number any sector says is the tail's. */
static int32_t note_tail(struct cfs_journal *journal, const struct cfs_record *record)
{
    bool is_empty = record->kind == CFS_KIND_EMPTY;
    uint32_t at = record->kind == CFS_KIND_HEADER ? CFS_HEADER_FIXED_BYTES : 0u;
    uint8_t bytes[4];
    uint32_t tail;
    int32_t result;

    if ((!is_empty && record->kind != CFS_KIND_CHECKPOINT && at == 0) ||
        record->payload_bytes < at + sizeof bytes) {
        return CFS_OK;
    }
    result = cfs_read_payload(journal, record, at, bytes, sizeof bytes);
    tail = cfs_get_le(bytes, sizeof bytes);
    if (result == CFS_OK && tail > journal->state.tail && tail <= journal->number) {
        journal->state.tail = tail;
    }
    return result;
}

static int32_t find_tail(struct cfs_journal *journal)
{
    struct cfs_log_cursor cursor = {.number = 0};
    struct cfs_record record;
    uint32_t tail = journal->state.tail;
    int32_t found;
    int32_t result = CFS_OK;

    cursor.number = tail;
    cursor.line = CFS_LINE_HEADER;
    while (result >= 0 && (found = cfs_journal_next_place(journal, &cursor, &record)) != 0) {
        result = found < 0 ? found : found == CFS_FOUND_VALID ? note_tail(journal, &record) : 0;
    }
    return result;
}

int32_t cfs_journal_open_log(struct cfs_journal *journal, const struct cfs_journal_config *config)
{
    bool shaped = false;
    int32_t result = cfs_journal_init(journal, config);

    journal->read_only = true;
    for (cfs_sector_t i = 0; result == CFS_OK && i < journal->sector_count; i++) {
        result = look_at_sector(journal, i, &shaped);
    }
    if (result != CFS_OK || !shaped) {
        return result != CFS_OK ? result : CFS_ERR_DAMAGED;
    }
    journal->cursor = cfs_place_sector_lines(journal, journal->number);
    journal->state.tail = journal->number >= journal->sector_count
                              ? journal->number - journal->sector_count + 1u
                              : 1u;
    return find_tail(journal);
}

/* ---- one place after the other */

/* Is there a sector of the log with this number, and where does it end? */
static int32_t enter_sector(struct cfs_journal *journal, struct cfs_log_cursor *cursor,
                            uint32_t *salt)
{
    if (cursor->number == 0) {
        cursor->number = journal->state.tail;
        cursor->line = CFS_LINE_HEADER;
    }
    return cursor->number > journal->number ? 0 : cfs_read_salt(journal, cursor->number, salt);
}

int32_t cfs_journal_next_place(struct cfs_journal *journal, struct cfs_log_cursor *cursor,
                               struct cfs_record *record)
{
    uint32_t salt;
    int32_t result = enter_sector(journal, cursor, &salt);

    while (cursor->number <= journal->number) {
        uint32_t lines = cfs_place_sector_lines(journal, cursor->number);
        cfs_pos_t position = cfs_place_in(journal, cursor->number, cursor->line);

        record->number = cursor->number;
        record->position = position;
        if (result < 0 && result != CFS_ERR_DAMAGED) {
            return result;
        }
        if (result == CFS_ERR_DAMAGED || cursor->line >= lines) {
            cursor->number++;
            cursor->line = CFS_LINE_HEADER;
            cursor->claimed_end = 0;
            if (result == CFS_ERR_DAMAGED) {
                return CFS_FOUND_ILLEGIBLE; /* the whole sector */
            }
            result = enter_sector(journal, cursor, &salt);
            continue;
        }
        result = cfs_read_healed(journal, cursor->number, salt, position, record, CFS_REPAIR_GUESS);
        if (result > 0) {
            cursor->line += cfs_place_lines(journal, cfs_record_bytes(record));
            return CFS_FOUND_VALID;
        }
        cursor->line++;
        if (result == 0 && record->head_bytes > 0 && record->kind != CFS_KIND_SAME) {
            cursor->claimed_end =
                cursor->line - 1u + cfs_place_lines(journal, cfs_record_bytes(record));
            return CFS_FOUND_HEAD;
        }
        if (result == 0) {
            result = cfs_read_is_empty(journal, position);
            if (result == 0 && cursor->line > journal->layout.header_lines &&
                cursor->line > cursor->claimed_end) {
                return CFS_FOUND_ILLEGIBLE; /* no key is lost with a header */
            }
        }
        result = result < 0 ? result : CFS_OK;
    }
    return 0;
}

/* ---- what counts */

/* Does this seal say that what stands at a line does not count? */
static bool cuts_off(struct cfs_journal *journal, const struct cfs_record *seal, uint32_t line)
{
    uint8_t payload[CFS_SEAL_BYTES];

    if (seal->kind != CFS_KIND_SEAL || seal->payload_bytes != sizeof payload ||
        cfs_read_payload(journal, seal, 0, payload, sizeof payload) != CFS_OK) {
        return false;
    }
    return line >= cfs_get_le(payload + 2, 2) && line < cfs_get_le(payload, 2) &&
           cfs_get_le(payload + 2, 2) != 0;
}

int32_t cfs_journal_counts(struct cfs_journal *journal, const struct cfs_record *record)
{
    uint32_t line = cfs_place_line_of(journal, record->position);
    struct cfs_log_cursor cursor = {.number = record->number, .line = line + 1u};
    bool ended = record->kind == CFS_KIND_SAME || (record->flags & CFS_RECORD_END) != 0;
    struct cfs_record other;
    int32_t found;

    while ((found = cfs_journal_next_place(journal, &cursor, &other)) > 0 &&
           other.number == record->number) {
        if (found != CFS_FOUND_VALID) {
            continue;
        }
        if (cuts_off(journal, &other, line)) {
            return 0;
        }
        /* a run that another follows had ended, be its end illegible now */
        ended = ended || (other.flags & (CFS_RECORD_END | CFS_RECORD_BEGIN)) != 0;
    }
    return found < 0 ? found : ended || record->number < journal->number;
}

#endif
