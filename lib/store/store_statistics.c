/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers about a mounted store.
 *
 *   STORE (this file: statistics) > journal > volume > device
 */
#include "store_private.h"

#if CFS_CFG_STATISTICS

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
        .sectors_free = journal->sector_count - (journal->number - journal->state.tail + 1u),
        .erases_mean = journal->number / journal->sector_count,
        .endurance_cycles = cfs_journal_endurance(journal),
        .session = journal->state.session,
        .sets = store->sets,
        .sets_unchanged = store->sets_unchanged,
        .repairs = journal->repairs,
        .read_only = journal->read_only,
        .undecided = journal->undecided,
    };
    return CFS_OK;
}

#endif
