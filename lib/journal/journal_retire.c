/* SPDX-License-Identifier: Apache-2.0 */
/* Sectors that take no more: arithmetic and a small table, no I/O.
 *
 *   store > journal (this file: worn sectors) > volume > device
 *
 * An entry of the table is the first number that its sector does not carry any more; from there on the
 * log passes the sector by. So one entry says both that a sector is out of service and, where a
 * program failed in it, that it will be: what it holds stays in the ring until its turn as tail. Other
 * numbers are as they would be without, and so is the arithmetic of pointers.
 *
 * The table has a place for each spare sector, and stands in every header and checkpoint. As many
 * sectors as are not out of service yet are kept free beside the one that reclaim needs: so there is
 * one to open instead wherever a sector turns out to be worn, and reclaiming one that will not be erased
 * makes as much room as any other.
 */
#include "journal_private.h"

#if !CFS_CFG_READ_ONLY

/* The first number not below `from` that the sector of an entry would carry. */
static uint32_t first_passed_by(const struct cfs_journal *journal, uint32_t entry, uint32_t from)
{
    uint32_t laps =
        entry >= from ? 0u : (from - entry + journal->sector_count - 1u) / journal->sector_count;

    return entry + laps * journal->sector_count;
}

uint32_t cfs_retire_span(const struct cfs_journal *journal, uint32_t from, uint32_t to)
{
    uint32_t count = to - from;

    for (uint32_t i = 0; i < journal->layout.spare_sectors; i++) {
        uint32_t entry = journal->retired[i];

        if (entry != 0 && first_passed_by(journal, entry, from) < to && count > 0) {
            count--; /* above 0 in any table that this code wrote */
        }
    }
    return count;
}

uint32_t cfs_retire_next(const struct cfs_journal *journal, uint32_t number)
{
    do {
        number++;
    } while (cfs_retire_span(journal, number, number + 1u) == 0);
    return number;
}

/* Is the sector of an entry, or of a number to be entered, still part of the log? */
static bool is_in_log(const struct cfs_journal *journal, uint32_t entry)
{
    return entry >= journal->state.tail + journal->sector_count;
}

uint32_t cfs_journal_retired(const struct cfs_journal *journal)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < journal->layout.spare_sectors; i++) {
        count += journal->retired[i] != 0 && !is_in_log(journal, journal->retired[i]) ? 1u : 0u;
    }
    return count;
}

uint32_t cfs_journal_free(const struct cfs_journal *journal)
{
    uint32_t free =
        cfs_retire_span(journal, journal->number + 1u, journal->state.tail + journal->sector_count);
    uint32_t kept = journal->layout.spare_sectors - cfs_journal_retired(journal);

    return free > kept ? free - kept : 0u;
}

bool cfs_retire(struct cfs_journal *journal, uint32_t number)
{
    uint32_t spares = journal->layout.spare_sectors;
    uint32_t at = spares;

    for (uint32_t i = 0; i < spares; i++) {
        uint32_t entry = journal->retired[i];

        if (entry != 0 && cfs_place_sector(journal, entry) == cfs_place_sector(journal, number)) {
            at = i;
            break;
        }
        /* a sector that still holds data, and can perhaps be erased, gets another chance */
        if (entry == 0 ||
            (at == spares && is_in_log(journal, entry) && !is_in_log(journal, number))) {
            at = i;
        }
    }
    if (at < spares) {
        journal->retired[at] = number;
    }
    return at < spares;
}

#endif
