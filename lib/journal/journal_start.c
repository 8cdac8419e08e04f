/* SPDX-License-Identifier: Apache-2.0 */
/* What the start of a sector says: its mark, its header, and the state a header or checkpoint holds.
 *
 *   store > journal (this file: starts of sectors, as read) > volume > device
 *
 * Mark and header both tell number and salt, and are in different lines, so either may be lost.
 */
#include "journal_private.h"

#include <string.h>

#include "Storage_VM.h"
#include "cfs/bytes.h"
#include "cfs/crc.h"

#if !CFS_CFG_READ_ONLY

/* Numbers never wrap in a device's life; one near the end was not written by this code. */
bool cfs_sector_is_beyond(const struct cfs_journal *journal, uint32_t number)
{
    return number > UINT32_MAX - 2u * journal->sector_count;
}

static int32_t read_mark(struct cfs_journal *journal, cfs_sector_t sector,
                         struct cfs_sector_info *info)
{
    uint8_t bytes[CFS_MARK_BYTES];
    struct cfs_mark mark;
    int32_t result =
        cfs_read_bytes(journal, cfs_place_offset(journal, cfs_place_line(journal, sector, 0)),
                       bytes, sizeof bytes);
    int found;

    if (result != CFS_OK) {
        return result == CFS_ERR_UNREADABLE ? CFS_OK : result;
    }
    found = cfs_mark_decode(&mark, bytes);
    info->newer = found == 2;
    info->newer_number = found == 2 ? mark.number : 0u;
    if (found == 0 && cfs_sector_is_beyond(journal, mark.number)) {
        return CFS_OK;
    }
    if (found == 0 && (mark.line_log2 != cfs_place_log2(journal->line_bytes) ||
                       mark.number % journal->sector_count != sector)) {
        info->other_shape = true;
    } else if (found == 0) {
        info->marked = true;
        info->number = mark.number;
        info->salt = mark.salt;
    }
    return CFS_OK;
}

/* A header carries number and salt itself, so it is verified without the mark. */
static int32_t read_header(struct cfs_journal *journal, cfs_sector_t sector,
                           struct cfs_sector_info *info)
{
    cfs_pos_t position = cfs_place_line(journal, sector, CFS_LINE_HEADER);
    uint8_t bytes[CFS_HEADER_FIXED_BYTES];
    struct cfs_record record;
    struct cfs_header header;
    int32_t result = cfs_read_unverified(journal, 0, position, &record);

    if (result <= 0 || record.kind != CFS_KIND_HEADER || record.payload_bytes < sizeof bytes) {
        return result < 0 ? result : CFS_OK;
    }
    result = cfs_read_payload(journal, &record, 0, bytes, sizeof bytes);
    if (result != CFS_OK) {
        return result == CFS_ERR_DAMAGED ? CFS_OK : result;
    }
    cfs_header_decode(&header, bytes);
    if (header.number % journal->sector_count != sector ||
        cfs_sector_is_beyond(journal, header.number)) {
        return CFS_OK;
    }
    result = cfs_read_valid(journal, header.number, header.salt, position, &record);
    if (result > 0) {
        info->headed = true;
        info->newer = info->newer || header.version > CFS_FORMAT_VERSION ||
                      header.features != cfs_place_features(journal);
        info->number = header.number;
        info->salt = header.salt;
        info->header = header;
    }
    return result < 0 ? result : CFS_OK;
}

int32_t cfs_sector_read(struct cfs_journal *journal, cfs_sector_t sector, bool want_header,
                        struct cfs_sector_info *info)
{
    int32_t result;

    memset(info, 0, sizeof *info);
    result = read_mark(journal, sector, info);
    if (result == CFS_OK && (want_header || !info->marked)) {
        result = read_header(journal, sector, info);
    }
    return result;
}

static int32_t load_retired(struct cfs_journal *journal, const struct cfs_record *record,
                            uint32_t at)
{
    int32_t result = CFS_OK;

    for (uint32_t i = 0; result == CFS_OK && i < journal->layout.spare_sectors; i++) {
        uint8_t bytes[CFS_RETIRED_BYTES];

        result = cfs_journal_read_payload(journal, record, at, bytes, sizeof bytes);
        journal->retired[i] = cfs_get_le(bytes, sizeof bytes);
        at += (uint32_t)sizeof bytes;
    }
    return result;
}

int32_t cfs_sector_load(struct cfs_journal *journal, const struct cfs_record *record)
{
    uint8_t body[CFS_CHECKPOINT_BYTES(4)];
    uint32_t body_bytes = CFS_CHECKPOINT_BYTES(journal->width);
    uint32_t roots_bytes = journal->bucket_count * journal->width;
    uint32_t at = record->kind == CFS_KIND_HEADER ? CFS_HEADER_FIXED_BYTES : 0u;
    int32_t result;

    if (record->payload_bytes != at + cfs_place_state_bytes(journal)) {
        return CFS_ERR_DAMAGED;
    }
    result = cfs_read_payload(journal, record, at, body, body_bytes);
    if (result == CFS_OK) {
        at += body_bytes;
        result = cfs_read_payload(journal, record, at, journal->roots, roots_bytes);
    }
    if (result == CFS_OK) {
        result = load_retired(journal, record, at + roots_bytes);
    }
    if (result == CFS_OK) {
        cfs_checkpoint_decode(&journal->state, journal->width, body);
        journal->checkpoint_position = record->position;
    }
    return result;
}

int32_t cfs_sector_session(struct cfs_journal *journal, uint32_t number, uint32_t *session)
{
    uint8_t bytes[4];
    const struct cfs_piece piece = {.offset = CFS_HEADER_FIXED_BYTES + CFS_CHECKPOINT_SESSION_AT,
                                    .size = sizeof bytes,
                                    .copy_to = bytes};
    cfs_pos_t position = cfs_place_in(journal, number, CFS_LINE_HEADER);
    struct cfs_record header;
    uint32_t salt;
    int32_t result = cfs_read_salt(journal, number, &salt);

    if (result == CFS_OK) {
        result = cfs_read_healed(journal, number, salt, position, &header, CFS_REPAIR_COMMITTED);
    }
    if (result > 0) {
        result = cfs_journal_verify(journal, &header, &piece);
        *session = cfs_get_le(bytes, sizeof bytes);
    }
    return result <= 0 ? (result < 0 ? result : CFS_ERR_DAMAGED) : CFS_OK;
}

#endif
