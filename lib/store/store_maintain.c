/* SPDX-License-Identifier: Apache-2.0 */
/* Work ahead, in idle time.
 *
 *   STORE (this file: maintenance) > journal > volume > device
 */
#include "store_private.h"

#include "cfs/port.h"

#if !CFS_CFG_READ_ONLY

#define APPEND_BYTES 256u /* an update of this length then needs no erase and opens no sector */

/* 1: there may be more to do; 0: nothing. */
static int32_t step(struct cfs_store *store)
{
    struct cfs_journal *journal = &store->journal;

#if CFS_CFG_OBJECTS
    if (!store->settled && !journal->read_only && !journal->failed) {
        int32_t result = cfs_drop_settle(store, 1);

        if (result != CFS_ERR_DAMAGED) { /* the rest is of use all the same */
            return result == CFS_OK ? 1 : result;
        }
    }
#endif
    return cfs_journal_maintain_step(journal, (APPEND_BYTES + journal->line_bytes - 1u) /
                                                  journal->line_bytes);
}

int32_t cfs_maintain(struct cfs_store *store, uint32_t budget_us)
{
    int32_t result = cfs_store_enter(store);
    struct cfs_journal *journal;
    uint32_t start;

    if (result != CFS_OK) {
        return result;
    }
    journal = &store->journal;
    start = cfs_port_time_us();
    do {
        result = step(store);
    } while (result > 0 && cfs_port_time_us() - start < budget_us);
    return result == 0 && !journal->read_only ? cfs_journal_seal(journal) : result;
}

#endif
