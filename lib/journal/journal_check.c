/* SPDX-License-Identifier: Apache-2.0 */
/* The journal's invariants as code.
 *
 *   store > journal (this file: self-check) > volume > device
 */
#include "journal_private.h"

#include "Storage_VM.h"

#if CFS_CFG_CHECK

static int32_t check_root(struct cfs_journal *journal, uint32_t bucket)
{
    struct cfs_record record;
    int32_t result = cfs_journal_read_root(journal, bucket, &record);

    if (result == 0) {
        return cfs_journal_root(journal, bucket) == 0 ? CFS_OK : CFS_ERR_DAMAGED;
    }
    if (result < 0) {
        return result;
    }
    if (record.bucket != bucket) {
        return CFS_ERR_DAMAGED;
    }
    result = cfs_journal_verify(journal, &record, NULL);
    return result < 0 ? result : CFS_OK;
}

int32_t cfs_journal_check(struct cfs_journal *journal)
{
    int32_t result = cfs_volume_check(journal->volume);

    if (!cfs_place_is_sound(journal)) {
        return CFS_ERR_DAMAGED;
    }
    if (journal->fresh && journal->cursor > cfs_place_sector_lines(journal, journal->number)) {
        return CFS_ERR_DAMAGED;
    }
    if (journal->run != CFS_RUN_ALONE && !journal->failed) {
        return CFS_ERR_DAMAGED;
    }
    for (uint32_t bucket = 0; result == CFS_OK && bucket < journal->bucket_count; bucket++) {
        result = check_root(journal, bucket);
    }
    return result;
}

#endif
