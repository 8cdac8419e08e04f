/* SPDX-License-Identifier: Apache-2.0 */
/* Mount: which sector is newest, what the state is, and the decision that makes it stand.
 *
 *   store > journal (this file: recovery) > volume > device
 *
 *   survey --> choose --> clean: serve
 *                    \--> torn:  decide --> sealed: serve
 *
 * What stands at the end of the log after a cut may read differently at every boot. So nothing is
 * served before it is decided, durably, what the state is: a checkpoint without the last record
 * that nothing proves, a copy of that record, and a seal. From then on nothing before the
 * checkpoint can speak, whatever it reads like later.
 */
#include "journal_private.h"

#include <string.h>

#include "Storage_VM.h"
#include "cfs/port.h"

#if !CFS_CFG_READ_ONLY

/* ---- choose: the newest sector that counts */

/* The sector with the highest number below `limit`. 1; 0: none. */
static int32_t highest_below(struct cfs_journal *journal, uint32_t limit,
                             struct cfs_sector_info *best)
{
    struct cfs_sector_info info;
    int32_t found = 0;

    memset(best, 0, sizeof *best);
    for (cfs_sector_t i = 0; i < journal->sector_count; i++) {
        int32_t result = cfs_sector_read(journal, i, false, &info);

        if (result != CFS_OK) {
            return result;
        }
        if ((info.marked || info.headed) && info.number < limit && info.number >= best->number) {
            *best = info;
            found = 1;
        }
    }
    if (found) {
        int32_t result =
            cfs_sector_read(journal, cfs_place_sector(journal, best->number), true, best);
        return result != CFS_OK ? result : 1;
    }
    return 0;
}

int32_t cfs_mount_adopt(struct cfs_journal *journal, const struct cfs_header *header)
{
    bool fits = header->unit_log2 == cfs_place_log2(journal->unit_bytes) &&
                header->line_log2 == cfs_place_log2(journal->line_bytes) &&
                header->sector_count == journal->sector_count &&
                header->hash_bits == CFS_CFG_HASH_BITS && header->bucket_log2 <= 8u &&
                header->bucket_log2 <= header->hash_bits;
    int32_t result;

    if (!fits) {
        return CFS_ERR_GEOMETRY;
    }
    result = cfs_place_layout(journal, 1u << header->bucket_log2);
    if (result == CFS_OK && journal->shape.position_bits != header->position_bits) {
        result = CFS_ERR_GEOMETRY;
    }
    journal->volume_id = header->volume_id;
    return result;
}

/* The header that tells the shape: the sector's own, or that of the sector opened before it. */
static int32_t find_shape(struct cfs_journal *journal, const struct cfs_sector_info *info)
{
    struct cfs_sector_info older = *info;
    int32_t result = 1;

    while (result > 0 && !older.headed) {
        result = highest_below(journal, older.number, &older);
    }
    return result > 0   ? cfs_mount_adopt(journal, &older.header)
           : result < 0 ? result
                        : CFS_ERR_DAMAGED;
}

/* Lines a decision behind this scan would take, seals included, and an opener behind it. */
static uint32_t decision_lines(const struct cfs_journal *journal, const struct cfs_scan *scan)
{
    uint32_t copy = scan->unproven ? cfs_journal_lines(journal, &scan->last) : 0u;

    if (scan->unproven && scan->last.kind == CFS_KIND_SAME) {
        copy = journal->layout.copy_lines_max; /* as a link */
    }

    return 2u + journal->layout.checkpoint_lines + copy + 3u;
}

static bool has_room(const struct cfs_journal *journal, const struct cfs_scan *scan)
{
    return scan->visible_end + decision_lines(journal, scan) <=
           cfs_place_sector_lines(journal, journal->number);
}

/* Could the sector before this one be the newest again? Not if the tail that this one declares empty
 * was begun to be destroyed: somebody was entitled to, so what is here is complete. A tail whose
 * header is legible still has its mark, too, which is destroyed later. */
static int32_t can_go_back(struct cfs_journal *journal, const struct cfs_sector_info *info,
                           const struct cfs_scan *scan)
{
    struct cfs_sector_info tail;
    int32_t result;

    if (!info->headed) {
        return 0;
    }
    if (scan->first_tail == journal->state.tail) {
        return 1;
    }
    result = cfs_sector_read(journal, cfs_place_sector(journal, scan->first_tail), true, &tail);
    return result < 0 ? result : tail.headed && tail.number == scan->first_tail;
}

/* A sector was begun to be opened and its header is illegible: it was cut there, or it was damaged
 * later; then it can be made good. */
static int32_t heal_header(struct cfs_journal *journal, struct cfs_sector_info *info)
{
    int32_t result =
        cfs_repair(journal, info->number, info->salt,
                   cfs_place_in(journal, info->number, CFS_LINE_HEADER), CFS_REPAIR_GUESS);

    return result > 0
               ? cfs_sector_read(journal, cfs_place_sector(journal, info->number), true, info)
               : result;
}

/* Was this sector opened, and is what it says the newest? A sector from which nothing can have been
 * served and in which nothing more can be decided is void, too: it is opened once more. */
static int32_t counts(struct cfs_journal *journal, struct cfs_sector_info *info,
                      struct cfs_scan *scan)
{
    int32_t result;

    if (!info->headed) {
        /* without a pilot line it was never begun to be opened */
        result = cfs_read_is_visible(journal, cfs_place_in(journal, info->number, CFS_LINE_PILOT));
        if (result <= 0) {
            return result;
        }
        result = heal_header(journal, info);
        if (result < 0) {
            return result;
        }
    }
    result = find_shape(journal, info);
    if (result == CFS_OK) {
        result = cfs_scan_sector(journal, info, scan);
    }
    if (result == CFS_ERR_DAMAGED) {
        return 0;
    }
    if (result != CFS_OK) {
        return result;
    }
    if ((scan->damaged || (scan->settled && !scan->counts)) && CFS_RULE(CHECKPOINT)) {
        return CFS_ERR_DAMAGED; /* never an older state in silence */
    }
    if (!scan->counts) {
        return 0;
    }
    if (scan->settled || has_room(journal, scan) || !CFS_RULE(UNSETTLED_VOID)) {
        return 1;
    }
    result = can_go_back(journal, info, scan);
    return result < 0 ? result : !result;
}

/* The next sector to try: at first the one the survey found, so that marks are read once. */
static int32_t candidate(struct cfs_journal *journal, const struct cfs_survey *survey,
                         uint32_t limit, struct cfs_sector_info *info)
{
    int32_t result;

    if (survey->highest == 0 || limit <= survey->highest) {
        return highest_below(journal, limit, info);
    }
    result = cfs_sector_read(journal, cfs_place_sector(journal, survey->highest), true, info);
    return result != CFS_OK ? result : 1;
}

static int32_t choose(struct cfs_journal *journal, const struct cfs_survey *survey,
                      struct cfs_scan *scan)
{
    struct cfs_sector_info info;
    uint32_t limit = survey->highest + 1u;

    for (uint32_t tries = 0; tries < journal->sector_count; tries++) {
        int32_t result = candidate(journal, survey, limit, &info);

        if (result > 0) {
            bool newer = info.newer || survey->newer_highest > info.number;

            result = newer ? CFS_ERR_NEWER : counts(journal, &info, scan);
            if (result != 0) {
                return result < 0 ? result : CFS_OK;
            }
            limit = info.number;
        } else if (result < 0) {
            return result;
        }
    }
    return cfs_survey_verdict(journal, survey);
}

/* The state must be one that this code can have written. */
static int32_t check_state(const struct cfs_journal *journal)
{
    return cfs_place_is_sound(journal) ? CFS_OK : CFS_ERR_DAMAGED;
}

/* Only to show that it would be wrong (CFS_RULE_TAIL_WRITTEN): the lowest header is the tail. */
static int32_t guess_tail(struct cfs_journal *journal)
{
    struct cfs_sector_info info;
    uint32_t tail = journal->number;

    for (cfs_sector_t i = 0; i < journal->sector_count; i++) {
        int32_t result = cfs_sector_read(journal, i, true, &info);

        if (result != CFS_OK) {
            return result;
        }
        if (info.headed && info.number < tail) {
            tail = info.number;
        }
    }
    journal->state.tail = tail;
    return CFS_OK;
}

/* ---- decide */

/* In the sector it stands in: fills, then one run of checkpoint and copy. */
static int32_t decide_here(struct cfs_journal *journal, const struct cfs_scan *scan)
{
    int32_t result;

    /* Where nothing is settled, only a format can have begun the next sector, and only its valid
     * header says so: an illegible start may as well be that of the tail, not yet given up. */
    result = scan->settled ? 1 : cfs_sector_next_may_count(journal);
    if (result > 0) {
        result = cfs_sector_destroy_next(journal);
    }
    if (result == CFS_OK) {
        result = cfs_append_fills(journal);
    }
    if (result == CFS_OK) {
        result = cfs_append_checkpoint(journal,
                                       CFS_RECORD_BEGIN | (scan->unproven ? 0u : CFS_RECORD_END));
    }
    if (result == CFS_OK && scan->unproven) {
        journal->run = CFS_RUN_LAST;
        result = journal->owner.carry(journal->owner.context, &scan->last, CFS_CARRY_LAST);
    }
    return result;
}

/* In the sector it stands in if that `takes_more`; or in the next: its header is the checkpoint. */
static int32_t decide(struct cfs_journal *journal, const struct cfs_scan *scan, bool takes_more)
{
    int32_t result;

    if (scan->unproven && CFS_RULE(SNAPSHOT)) {
        cfs_scan_undo_last(journal, scan);
    }
    journal->state.session++;
    journal->kept_end =
        scan->unproven ? cfs_place_line_of(journal, scan->last.position) : scan->committed_end;
    result = takes_more && has_room(journal, scan)
                 ? decide_here(journal, scan)
                 : cfs_sector_open(journal, scan->unproven ? &scan->last : NULL, true);
    return result == CFS_OK ? cfs_append_two_seals(journal) : result;
}

/* Stand behind what an earlier session may have touched. */
static void stand_behind(struct cfs_journal *journal, const struct cfs_scan *scan)
{
    uint32_t fills = CFS_RULE(FILL_TWO) ? 2u : 1u;

    journal->fill_from = scan->valid_end;
    journal->cursor = scan->visible_end + fills;
    journal->seal_position = scan->seal_position;
    journal->fresh = false;
    journal->parity_from = 0;
    journal->opened = false;
    journal->record_from = 0;
    journal->run = CFS_RUN_ALONE;
}

int32_t cfs_mount_find(struct cfs_journal *journal, struct cfs_scan *scan)
{
    struct cfs_survey survey;
    int32_t result = cfs_survey_take(journal, &survey);

    if (result == CFS_OK) {
        result = choose(journal, &survey, scan);
    }
    if (result == CFS_OK && !CFS_RULE(TAIL_WRITTEN)) {
        result = guess_tail(journal);
    }
    if (result == CFS_OK) {
        result = check_state(journal);
    }
    if (result == CFS_OK) {
        stand_behind(journal, scan);
    }
    return result;
}

int32_t cfs_mount_highest(struct cfs_journal *journal, uint32_t *highest)
{
    struct cfs_survey survey;
    int32_t result = cfs_survey_take(journal, &survey);

    *highest = survey.highest > survey.newer_highest ? survey.highest : survey.newer_highest;
    return result;
}

/* Does the state stand already? 1: it may be served as it is; 0: it must be decided first. */
static int32_t is_decided(struct cfs_journal *journal, struct cfs_scan *scan)
{
    bool torn = scan->visible_end > scan->valid_end;
    int32_t next_may_count = cfs_sector_next_may_count(journal);

    if (next_may_count < 0) {
        return next_may_count;
    }
    if (!CFS_RULE(PROOF) && torn) {
        scan->unproven = false;
    }
    if (!CFS_RULE(DECIDE_TORN) && torn) {
        return 1;
    }
    return scan->clean && !next_may_count; /* a format that was cut may have begun the next */
}

/* May the next sector be opened although nothing is settled in this one? Not if it is one that this one
 * declared empty, for if what is here is weak it may yet be needed. */
static bool may_open_next(const struct cfs_journal *journal, const struct cfs_scan *scan)
{
    uint32_t next = cfs_retire_next(journal, journal->number);

    return scan->settled || next - journal->sector_count < scan->first_tail;
}

/* The newest sector, in which a program just failed, takes no more: decide in the next one. */
static int32_t decide_in_next(struct cfs_journal *journal, struct cfs_scan *scan)
{
    uint32_t number = journal->number;
    int32_t result = cfs_mount_find(journal, scan);

    if (result == CFS_OK && journal->number != number) {
        result = CFS_ERR_IO;
    }
    if (result == CFS_OK && !may_open_next(journal, scan)) {
        journal->worn_out = true;
        result = CFS_ERR_READ_ONLY;
    }
    if (result == CFS_OK) {
        (void)cfs_retire(journal, number + journal->sector_count); /* if there is a spare */
        result = decide(journal, scan, false);
    }
    return result;
}

/* Decide. 1: there is no sector in which that could be done; then the state is as found. */
static int32_t decide_somewhere(struct cfs_journal *journal, struct cfs_scan *scan)
{
    int32_t result = decide(journal, scan, true);

    for (uint32_t tries = 0; result == CFS_ERR_IO && cfs_journal_is_closed(journal) &&
                             tries <= journal->layout.spare_sectors;
         tries++) {
        result = decide_in_next(journal, scan);
    }
    if (result == CFS_ERR_READ_ONLY) {
        result = cfs_mount_find(journal, scan);
        return result == CFS_OK ? 1 : result;
    }
    return result;
}

int32_t cfs_journal_mount(struct cfs_journal *journal, const struct cfs_journal_config *config)
{
    struct cfs_scan scan = {0};
    int32_t result = cfs_journal_init(journal, config);

    if (result == CFS_OK) {
        result = cfs_mount_find(journal, &scan);
    }
    if (result == CFS_OK) {
        result = is_decided(journal, &scan);
    }
    if (result < 0) {
        return result;
    }
    journal->undecided = result == 0;
    if (journal->undecided && !journal->read_only) {
        result = cfs_port_low_voltage() ? CFS_ERR_LOW_VOLTAGE : decide_somewhere(journal, &scan);
        if (result <= 0) {
            journal->undecided = false;
            return result;
        }
    }
    journal->state.session++; /* of the session, if it comes to write */
    return CFS_OK;
}

#endif
