/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers about a mounted store.
 *
 *   STORE (this file: statistics) > journal > volume > device
 */
#include "store_private.h"

#if CFS_CFG_STATISTICS

#define PER_MILLE 1000u

/* Per mille of the erases the device guarantees; or, where sectors already fail, of the spare ones, for
 * that is what the end of life waits for then. */
static uint32_t lifetime_left(const struct cfs_journal *journal)
{
    uint32_t guaranteed = cfs_journal_endurance(journal);
    uint32_t erases = journal->number / journal->sector_count;
    uint32_t spares = journal->layout.spare_sectors;
    uint32_t retired = cfs_journal_retired(journal);
    uint32_t left = PER_MILLE;

    if (guaranteed != 0) {
        left = erases < guaranteed
                   ? (uint32_t)((uint64_t)(guaranteed - erases) * PER_MILLE / guaranteed)
                   : 0u;
    }
    if (retired > 0 && (spares - retired) * PER_MILLE / spares < left) {
        left = (spares - retired) * PER_MILLE / spares;
    }
    return journal->worn_out ? 0u : left;
}

int32_t cfs_statistics(struct cfs_store *store, struct cfs_statistics *statistics)
{
    const struct cfs_journal *journal;
    int32_t result = cfs_store_enter(store);

    if (result != CFS_OK || !statistics) {
        return result != CFS_OK ? result : CFS_ERR_PARAM;
    }
    journal = &store->journal;
    *statistics = (struct cfs_statistics){
        .live_bytes = journal->state.total * journal->line_bytes,
        .capacity_bytes =
            cfs_journal_capacity(journal, journal->state.longest) * journal->line_bytes,
        .sectors = journal->sector_count,
        .sectors_free = cfs_journal_free(journal),
        .sectors_spare = journal->layout.spare_sectors,
        .sectors_retired = cfs_journal_retired(journal),
        .erases_mean = journal->number / journal->sector_count,
        .endurance_cycles = cfs_journal_endurance(journal),
        .lifetime_left = lifetime_left(journal),
        .session = journal->state.session,
        .sets = store->sets,
        .sets_unchanged = store->sets_unchanged,
        .repairs = journal->repairs,
        .read_only = journal->read_only || journal->worn_out,
        .worn_out = journal->worn_out,
        .undecided = journal->undecided,
    };
    return CFS_OK;
}

#endif
