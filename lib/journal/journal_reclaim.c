/* SPDX-License-Identifier: Apache-2.0 */
/* Room at the head, and the tail.
 *
 *   store > journal (this file: space) > volume > device
 *
 * Reclaim is in order of age: what is live in the tail is appended again and becomes the newest of
 * every subtrie it is in, so that no path that can still be taken leads into the sector. Then a
 * record says that the tail is empty, and only then may it be erased.
 *
 * Why there is always room (docs/decisions/0003): a record's weight covers every length it can take
 * when it is appended again; no sector ever holds more data weight than fits a fresh sector beside
 * what a mount needs; and admission keeps the live weight so low that within one lap some tail
 * leaves room for the longest record behind its own live records.
 */
#include "journal_private.h"

/* Append again what is live in the tail, then say that it is empty. Part of the run begun by
 * opening the last spare. */
int32_t cfs_reclaim_tail(struct cfs_journal *journal)
{
    struct cfs_log_cursor cursor = {0, 0};
    struct cfs_record record;
    int32_t result = cfs_journal_next(journal, &cursor, &record);

    while (result > 0 && record.number == journal->state.tail) {
        if (cfs_record_is_data(&record)) {
            result = journal->owner.carry(journal->owner.context, &record, false);
        }
        if (result >= 0) {
            result = cfs_journal_next(journal, &cursor, &record);
        }
    }
    return result < 0 ? result : cfs_append_empty(journal);
}

/* Is there room at the head for a record of this weight? */
static bool fits(const struct cfs_journal *journal, uint32_t weight)
{
    const struct cfs_layout *layout = &journal->layout;
    uint32_t need = weight;

    need += weight > layout->copy_lines_max ? 1u : 0u; /* its commit record */
    need += journal->opened ? 0u : 1u;
    return journal->cursor + journal->slack + need + layout->reserve_lines <= layout->sector_lines;
}

/* The first program of this session in a sector it did not open: nothing is programmed on a line
 * that an earlier session may have touched. `cursor` already stands behind the lines to fill. */
static int32_t resume(struct cfs_journal *journal)
{
    int32_t result = cfs_sector_destroy_next(journal);

    if (result == CFS_OK) {
        result = cfs_append_fills(journal);
    }
    journal->fresh = result == CFS_OK;
    return result;
}

int32_t cfs_journal_reserve(struct cfs_journal *journal, uint32_t weight, bool *moved)
{
    int32_t result = CFS_OK;

    *moved = false;
    if (journal->failed) {
        return CFS_ERR_IO;
    }
    for (uint32_t tries = 0; !fits(journal, weight); tries++) {
        if (tries > journal->sector_count) {
            return CFS_ERR_NO_SPACE; /* admission makes this unreachable */
        }
        *moved = true;
        if (journal->unproven_empty) {
            result = cfs_append_opener(journal); /* proves that the tail is empty */
        }
        if (result == CFS_OK) {
            result = cfs_sector_open(journal, NULL);
        }
        if (result == CFS_OK && journal->cursor == journal->layout.header_lines) {
            result = cfs_append_opener(journal); /* a header counts only with a run behind it */
        }
        if (result != CFS_OK) {
            return result;
        }
    }
    if (!journal->fresh) {
        result = resume(journal);
    }
    if (result == CFS_OK && !journal->opened && CFS_RULE(OPENER)) {
        result = cfs_append_opener(journal);
    }
    return result;
}
