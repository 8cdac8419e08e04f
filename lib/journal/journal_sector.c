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
 *
 * Where an arrow fails because the sector is worn, it is retired, once it is sure not to count, and the
 * next one is opened instead. The first durable trace of that is the header of the one that was opened:
 * before, a mount tries the worn sector once more.
 */
#include "journal_private.h"

#include <string.h>

#include "Storage_VM.h"
#include "cfs/bytes.h"
#include "cfs/crc.h"

#if !CFS_CFG_READ_ONLY

/* Zero-fill a line. One that cannot be filled keeps nothing else from being destroyed: `result` becomes
 * the first error. */
static void fill(struct cfs_journal *journal, cfs_sector_t sector, uint32_t line, int32_t *result)
{
    int32_t error = cfs_append_fill(journal, cfs_place_line(journal, sector, line));

    *result = *result == CFS_OK ? error : *result;
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
        for (last = layout->header_lines; last < scan.visible_end; last++) {
            fill(journal, sector, last, &result);
        }
        return result;
    }
    if (scan.valid_end < scan.visible_end) {
        fill(journal, sector, scan.visible_end - 1u, &result);
    }
    last = scan.visible_end < lines ? scan.visible_end : lines - 1u;
    for (; last >= layout->header_lines; last--) {
        fill(journal, sector, last, &result);
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
    fill(journal, sector, CFS_LINE_PILOT, &result);
    if (result != CFS_OK) { /* without that line it might look ready: the mark goes first */
        fill(journal, sector, CFS_LINE_MARK, &result);
    }
    if (info.number >= journal->state.tail || !(info.marked || info.headed)) {
        int32_t error = destroy_records(journal, sector, &info);

        result = result == CFS_OK ? error : result;
    }
    fill(journal, sector, CFS_LINE_HEADER, &result);
    fill(journal, sector, CFS_LINE_MARK, &result);
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

/* CFS_ERR_IO: there is still a header that says `number`, or a mark if that is not `allowed`. */
static int32_t check_destroyed(struct cfs_journal *journal, uint32_t number, bool allowed)
{
    struct cfs_sector_info info;
    int32_t result = cfs_sector_read(journal, cfs_place_sector(journal, number), true, &info);

    if (result == CFS_OK && (info.headed || (info.marked && !allowed)) && info.number == number) {
        result = CFS_ERR_IO;
    }
    return result;
}

/* The sector of `number` could not be prepared or opened. 1: the log passes it by from now on, or there
 * is no other to take instead. CFS_ERR_IO: it might count at a later boot, and nothing can be done. */
static int32_t retire(struct cfs_journal *journal, uint32_t number)
{
    int32_t result = check_destroyed(journal, number, true);

    if (result != CFS_OK) {
        journal->failed = true;
        return result;
    }
    journal->worn_out = !cfs_retire(journal, number);
    return 1;
}

/* Destroy and erase what is in the way. What could not all be destroyed may still be erased; but not with
 * a mark that would make it look ready if the erase is cut. */
static int32_t clear(struct cfs_journal *journal, uint32_t number)
{
    cfs_pos_t start = cfs_place_in(journal, number, 0);
    int32_t result;

    journal->torn = false;
    result = destroy(journal, cfs_place_sector(journal, number));
    if (result != CFS_OK && journal->torn) {
        result = check_destroyed(journal, number, false);
    }
    if (result == CFS_OK) {
        result = cfs_volume_erase(journal->volume, cfs_place_offset(journal, start),
                                  cfs_place_sector_lines(journal, number) * journal->line_bytes);
        journal->torn = result == CFS_ERR_IO;
        journal->failed = journal->failed || (result != CFS_OK && !journal->torn);
        journal->scratch_position = 0;
        journal->patch_position = 0;
        cfs_repair_forget(journal);
    }
    return result;
}

int32_t cfs_sector_prepare(struct cfs_journal *journal, uint32_t number, uint32_t *salt)
{
    struct cfs_sector_info info;
    int32_t result = cfs_sector_read(journal, cfs_place_sector(journal, number), true, &info);

    if (result == CFS_OK) {
        result = is_ready(journal, number, &info);
    }
    if (result != 0) {
        *salt = info.salt;
        return result < 0 ? result : CFS_OK;
    }
    if (cfs_port_low_voltage()) {
        return CFS_ERR_LOW_VOLTAGE;
    }
    result = clear(journal, number);
    if (result == CFS_OK) {
        *salt = fresh_salt(journal);
        result = cfs_append_mark(journal, number, *salt);
        if (result != CFS_OK && journal->torn) {
            (void)destroy(journal, cfs_place_sector(journal, number)); /* as far as it goes */
            journal->torn = true;
        }
    }
    return result != CFS_OK && journal->torn ? retire(journal, number) : result;
}

/* What the start of the sector for `number`, not yet opened, says. 1: it was begun to be opened, or its
 * destruction was cut: its pilot line is visible. 0: not. */
static int32_t read_begun(struct cfs_journal *journal, uint32_t number,
                          struct cfs_sector_info *info)
{
    cfs_sector_t sector = cfs_place_sector(journal, number);
    int32_t result = cfs_sector_read(journal, sector, false, info);

    if (result == CFS_OK && (info->marked || info->headed) && info->number != number) {
        return 0;
    }
    if (result == CFS_OK) {
        result = cfs_read_is_visible(journal, cfs_place_in(journal, number, CFS_LINE_PILOT));
    }
    if (result > 0) {
        result = cfs_sector_read(journal, sector, true, info);
        return result < 0 ? result : 1;
    }
    return result;
}

/* Look at the sectors that may have been begun to be opened: the next one and, if a session that was cut
 * found that worn, the one opened instead, and so on. They are destroyed, or it is said whether one may
 * count. */
static int32_t visit_begun(struct cfs_journal *journal, bool to_destroy)
{
    uint32_t number = journal->number;
    uint32_t left = journal->layout.spare_sectors - cfs_journal_retired(journal) + 1u;
    int32_t result = 0;

    if (cfs_journal_free(journal) == 0 || !CFS_RULE(DESTROY_NEXT)) {
        return 0;
    }
    for (; result >= 0 && left > 0; left--) {
        struct cfs_sector_info info;
        uint32_t salt;

        number = cfs_retire_next(journal, number);
        result = read_begun(journal, number, &info);
        if (result > 0 && to_destroy) {
            result = cfs_sector_prepare(journal, number, &salt);
        } else if (result > 0 && info.headed && info.number == number) {
            return 1;
        }
    }
    return result < 0 ? result : 0;
}

int32_t cfs_sector_next_may_count(struct cfs_journal *journal)
{
    return visit_begun(journal, false);
}

int32_t cfs_sector_destroy_next(struct cfs_journal *journal)
{
    return visit_begun(journal, true);
}

/* ---- open */

/* What opening a sector changes and its header does not tell. */
struct before {
    uint32_t number;
    uint32_t salt;
    uint32_t cursor;
    cfs_pos_t checkpoint_position;
    uint32_t kept_end;
    uint32_t reclaim_line;
    bool opened;
};

static struct before remember(const struct cfs_journal *journal)
{
    return (struct before){.number = journal->number,
                           .salt = journal->salt,
                           .cursor = journal->cursor,
                           .checkpoint_position = journal->checkpoint_position,
                           .kept_end = journal->kept_end,
                           .reclaim_line = journal->reclaim_line,
                           .opened = journal->opened};
}

/* The sector becomes the head; its header repeats number and salt and holds the state. */
static int32_t enter(struct cfs_journal *journal, uint32_t number, uint32_t salt)
{
    int32_t result = CFS_OK;

    if (CFS_RULE(PILOT)) {
        result = cfs_append_fill(journal, cfs_place_in(journal, number, CFS_LINE_PILOT));
    }
    if (result == CFS_OK) {
        if (journal->state.tail > journal->number) {
            journal->state.tail = number; /* a new log begins here */
        }
        journal->number = number;
        journal->salt = salt;
        journal->cursor = CFS_LINE_HEADER;
        journal->record_from = 0;
        journal->slack = 0;
        journal->next_ready = false;
        cfs_append_start_stretch(journal);
        result = cfs_append_header(journal);
    }
    return result;
}

/* A header counts only with a complete run behind it. */
static int32_t append_first_run(struct cfs_journal *journal, const struct cfs_record *copy,
                                bool last_spare, bool is_decision)
{
    int32_t result = CFS_OK;

    journal->run = last_spare && CFS_RULE(ALL_OR_NOTHING) ? CFS_RUN_FIRST : CFS_RUN_ALONE;
    if (copy) {
        result = journal->owner.carry(journal->owner.context, copy, CFS_CARRY_LAST);
    }
    if (result == CFS_OK && last_spare) {
        result = cfs_reclaim_tail(journal);
    }
    if (result == CFS_OK && journal->cursor == journal->layout.header_lines) {
        result = is_decision ? cfs_append_checkpoint(journal, CFS_RECORD_BEGIN | CFS_RECORD_END)
                             : cfs_append_opener(journal);
    }
    return result;
}

/* The sector before is the head again, and the one that was to be opened is retired: as retire(). The
 * roots are those in its header, unless that was not completed, and then they are as they were. */
static int32_t take_back(struct cfs_journal *journal, const struct before *before, uint32_t number,
                         bool entered)
{
    struct cfs_record header;
    int32_t result = 1;

    if (entered) {
        result = cfs_read_valid(journal, number, journal->salt,
                                cfs_place_in(journal, number, CFS_LINE_HEADER), &header);
        if (result > 0) {
            result = cfs_sector_load(journal, &header) == CFS_OK;
        }
    }
    if (result <= 0) {
        return CFS_ERR_IO;
    }
    journal->number = before->number;
    journal->salt = before->salt;
    journal->cursor = before->cursor;
    journal->checkpoint_position = before->checkpoint_position;
    journal->kept_end = before->kept_end;
    journal->reclaim_line = before->reclaim_line;
    journal->opened = before->opened;
    journal->parity_from = 0;
    journal->record_from = 0;
    journal->run = CFS_RUN_ALONE;
    (void)clear(journal, number); /* what counts is what can be read afterwards */
    return retire(journal, number);
}

/* Open the sector for `number`. As retire() if that cannot be. */
static int32_t open_one(struct cfs_journal *journal, uint32_t number, const struct cfs_record *copy,
                        bool is_decision)
{
    const struct before before = remember(journal);
    bool last_spare = cfs_journal_free(journal) <= 1u;
    bool entered = false;
    uint32_t salt = 0;
    int32_t result = cfs_sector_prepare(journal, number, &salt);

    if (result != CFS_OK) {
        return result;
    }
    result = enter(journal, number, salt);
    if (result == CFS_OK) {
        entered = true;
        result = append_first_run(journal, copy, last_spare, is_decision);
    }
    if (result != CFS_OK && journal->torn && !journal->failed) {
        result = take_back(journal, &before, number, entered);
    }
    return result;
}

int32_t cfs_sector_open(struct cfs_journal *journal, const struct cfs_record *copy,
                        bool is_decision)
{
    int32_t result = 1;

    cfs_append_bury_torn(journal);
    while (result > 0) {
        uint32_t number = cfs_retire_next(journal, journal->number);

        if (journal->worn_out || cfs_sector_is_beyond(journal, number)) {
            return CFS_ERR_READ_ONLY;
        }
        CFS_ASSERT(number < journal->state.tail + journal->sector_count); /* never the tail */
        journal->torn = false;
        result = open_one(journal, number, copy, is_decision);
    }
    if (result < 0 && result != CFS_ERR_LOW_VOLTAGE) {
        journal->stuck = journal->stuck || result == CFS_ERR_DAMAGED;
        journal->failed = true; /* what the roots name may not be durable */
    }
    return result;
}

#endif
