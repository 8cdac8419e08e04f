/* SPDX-License-Identifier: Apache-2.0 */
/* Sectors: what their start says, and how one is destroyed, prepared and opened.
 *
 *   store > journal (this file: sectors) > volume > device
 *
 *   used --destroy--> no valid start --erase--> blank --mark--> ready --pilot, header--> half-opened
 *   half-opened --first run complete--> open
 *
 * Each arrow is safe to be cut anywhere: an erase that was cut can show anything, so its header was
 * zero-filled before and the sector counts as erased only with the mark, a later operation. A
 * header that was cut may read valid at one boot and not at the next, so it counts only with its
 * first run complete behind it.
 */
#include "journal_private.h"

#include <string.h>

#include "Storage_VM.h"
#include "cfs/bytes.h"
#include "cfs/crc.h"

#if !CFS_CFG_READ_ONLY

/* Numbers never wrap in a device's life; one near the end was not written by this code. */
static bool is_beyond(const struct cfs_journal *journal, uint32_t number)
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
    if (found == 0 && is_beyond(journal, mark.number)) {
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
    if (header.number % journal->sector_count != sector || is_beyond(journal, header.number)) {
        return CFS_OK;
    }
    result = cfs_read_valid(journal, header.number, header.salt, position, &record);
    if (result > 0) {
        info->headed = true;
        info->newer = info->newer || header.version > CFS_FORMAT_VERSION || header.features != 0;
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

int32_t cfs_sector_load(struct cfs_journal *journal, const struct cfs_record *record)
{
    uint8_t body[CFS_CHECKPOINT_BYTES(4)];
    uint32_t body_bytes = CFS_CHECKPOINT_BYTES(journal->width);
    uint32_t roots_bytes = journal->bucket_count * journal->width;
    uint32_t at = record->kind == CFS_KIND_HEADER ? CFS_HEADER_FIXED_BYTES : 0u;
    int32_t result;

    if (record->payload_bytes != at + body_bytes + roots_bytes) {
        return CFS_ERR_DAMAGED;
    }
    result = cfs_read_payload(journal, record, at, body, body_bytes);
    if (result == CFS_OK) {
        result = cfs_read_payload(journal, record, at + body_bytes, journal->roots, roots_bytes);
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

/* Zero-fill what could make a half-opened sector count later, so that whatever is cut here, less
 * of it is left and never a complete run: the torn end first, then back to front. */
static int32_t destroy_records(struct cfs_journal *journal, cfs_sector_t sector,
                               const struct cfs_sector_info *info)
{
    const struct cfs_layout *layout = &journal->layout;
    uint32_t lines = cfs_place_extent_of_sector(journal, sector)->sector_lines;
    struct cfs_scan scan;
    uint32_t last;
    int32_t result = cfs_scan_ends(journal, sector, info, &scan);

    if (result != CFS_OK || scan.visible_end <= layout->header_lines) {
        return result;
    }
    if (!CFS_RULE(DESTROY_BACKWARD)) {
        for (last = layout->header_lines; result == CFS_OK && last < scan.visible_end; last++) {
            result = cfs_append_fill(journal, cfs_place_line(journal, sector, last));
        }
        return result;
    }
    if (scan.valid_end < scan.visible_end) {
        result = cfs_append_fill(journal, cfs_place_line(journal, sector, scan.visible_end - 1u));
    }
    last = scan.visible_end < lines ? scan.visible_end : lines - 1u;
    for (; result == CFS_OK && last >= layout->header_lines; last--) {
        result = cfs_append_fill(journal, cfs_place_line(journal, sector, last));
    }
    return result;
}

/* Make the start of a sector invalid before it is erased. */
static int32_t destroy(struct cfs_journal *journal, cfs_sector_t sector)
{
    struct cfs_sector_info info;
    int32_t result = cfs_sector_read(journal, sector, true, &info);

    if (result != CFS_OK || !CFS_RULE(DESTROY)) {
        return result;
    }
    result = cfs_append_fill(journal, cfs_place_line(journal, sector, CFS_LINE_PILOT));
    if (result == CFS_OK && (info.number >= journal->state.tail || !(info.marked || info.headed))) {
        result = destroy_records(journal, sector, &info);
    }
    if (result == CFS_OK) {
        result = cfs_append_fill(journal, cfs_place_line(journal, sector, CFS_LINE_HEADER));
    }
    if (result == CFS_OK) {
        result = cfs_append_fill(journal, cfs_place_line(journal, sector, CFS_LINE_MARK));
    }
    return result;
}

/* A salt nobody can foresee, and never the one before. */
static uint32_t fresh_salt(const struct cfs_journal *journal)
{
    uint8_t entropy[8];

    cfs_port_entropy(entropy, sizeof entropy);
    return cfs_crc32c(journal->salt, entropy, sizeof entropy);
}

/* Erased by a complete erase for this very number, and nothing begun since? */
static int32_t is_ready(struct cfs_journal *journal, uint32_t number,
                        const struct cfs_sector_info *info)
{
    int32_t visible = cfs_read_is_visible(journal, cfs_place_in(journal, number, CFS_LINE_PILOT));

    if (visible < 0) {
        return visible;
    }
    return info->marked && !info->headed && !visible &&
           (info->number == number || !CFS_RULE(MARK_NUMBER));
}

int32_t cfs_sector_is_ready(struct cfs_journal *journal, uint32_t number)
{
    struct cfs_sector_info info;
    int32_t result = cfs_sector_read(journal, cfs_place_sector(journal, number), true, &info);

    return result == CFS_OK ? is_ready(journal, number, &info) : result;
}

int32_t cfs_sector_prepare(struct cfs_journal *journal, uint32_t number, uint32_t *salt)
{
    cfs_sector_t sector = cfs_place_sector(journal, number);
    struct cfs_sector_info info;
    int32_t result = cfs_sector_read(journal, sector, true, &info);

    if (result == CFS_OK) {
        result = is_ready(journal, number, &info);
    }
    if (result != 0) {
        *salt = info.salt;
        return result < 0 ? result : CFS_OK;
    }
    result = destroy(journal, sector);
    if (result == CFS_OK) {
        result = cfs_volume_erase(journal->volume,
                                  cfs_place_offset(journal, cfs_place_line(journal, sector, 0)),
                                  cfs_place_sector_lines(journal, number) * journal->line_bytes);
        journal->failed = journal->failed || result != CFS_OK;
        journal->scratch_position = 0;
        journal->patch_position = 0;
        cfs_repair_forget(journal);
    }
    if (result == CFS_OK) {
        *salt = fresh_salt(journal);
        result = cfs_append_mark(journal, number, *salt);
    }
    return result;
}

/* What the start of the next sector says. 1: it was begun to be opened, or its destruction was cut:
 * its pilot line is visible. 0: not; or it is the tail. */
static int32_t read_next(struct cfs_journal *journal, struct cfs_sector_info *info)
{
    uint32_t number = journal->number + 1u;
    int32_t result;

    if (cfs_place_used(journal) >= journal->sector_count || !CFS_RULE(DESTROY_NEXT)) {
        return 0;
    }
    result = cfs_read_is_visible(journal, cfs_place_in(journal, number, CFS_LINE_PILOT));
    if (result > 0) {
        result = cfs_sector_read(journal, cfs_place_sector(journal, number), true, info);
        return result < 0 ? result : 1;
    }
    return result;
}

int32_t cfs_sector_next_may_count(struct cfs_journal *journal)
{
    struct cfs_sector_info info;
    int32_t result = read_next(journal, &info);

    return result > 0 ? info.headed && info.number == journal->number + 1u : result;
}

int32_t cfs_sector_destroy_next(struct cfs_journal *journal)
{
    struct cfs_sector_info info;
    uint32_t salt;
    int32_t result = read_next(journal, &info);

    if (result <= 0 || ((info.marked || info.headed) && info.number != journal->number + 1u)) {
        return result < 0 ? result : CFS_OK;
    }
    return cfs_sector_prepare(journal, journal->number + 1u, &salt);
}

/* The sector becomes the head; its header repeats number and salt and holds the state. */
static int32_t enter(struct cfs_journal *journal, uint32_t number, uint32_t salt)
{
    int32_t result = CFS_OK;

    if (CFS_RULE(PILOT)) {
        result = cfs_append_fill(journal, cfs_place_in(journal, number, CFS_LINE_PILOT));
    }
    if (result == CFS_OK) {
        journal->number = number;
        journal->salt = salt;
        journal->cursor = CFS_LINE_HEADER;
        journal->slack = 0;
        journal->next_ready = false;
        cfs_append_start_stretch(journal);
        result = cfs_append_header(journal);
    }
    return result;
}

int32_t cfs_sector_open(struct cfs_journal *journal, const struct cfs_record *copy)
{
    bool last_spare = cfs_place_used(journal) + 1u >= journal->sector_count;
    uint32_t salt = 0;
    int32_t result = is_beyond(journal, journal->number + 1u)
                         ? CFS_ERR_READ_ONLY
                         : cfs_sector_prepare(journal, journal->number + 1u, &salt);

    if (result == CFS_OK) {
        result = enter(journal, journal->number + 1u, salt);
    }
    journal->run = last_spare && CFS_RULE(ALL_OR_NOTHING) ? CFS_RUN_FIRST : CFS_RUN_ALONE;
    if (result == CFS_OK && copy) {
        result = journal->owner.carry(journal->owner.context, copy, CFS_CARRY_LAST);
    }
    if (result == CFS_OK && last_spare) {
        result = cfs_reclaim_tail(journal);
    }
    if (result != CFS_OK) {
        journal->stuck = journal->stuck || result == CFS_ERR_DAMAGED;
        journal->failed = true; /* what the roots name may not be durable */
    }
    return result;
}

#endif
