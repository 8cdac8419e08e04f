/* SPDX-License-Identifier: Apache-2.0 */
/* A new, empty log on a volume.
 *
 *   store > journal (this file: birth) > volume > device
 *
 * Formatting is opening the next sector of whatever log is there, with no roots and itself as the
 * tail: everything older is below the tail and dead. So a cut leaves the old log or the new one. On
 * a volume without a log that can be read it starts in the first sector, above every number that
 * can still be seen.
 */
#include "journal_private.h"

#include <string.h>

#include "Storage_VM.h"
#include "cfs/bytes.h"

#if !CFS_CFG_READ_ONLY

/* The number of the first sector of the new log. */
static int32_t first_number(struct cfs_journal *journal, uint32_t *number)
{
    struct cfs_scan scan = {0};
    int32_t result = cfs_mount_find(journal, &scan);

    if (result == CFS_OK) {
        *number = cfs_retire_next(journal, journal->number);
        return CFS_OK;
    }
    memset(journal->retired, 0, sizeof journal->retired);
    if (result == CFS_ERR_IO || result == CFS_ERR_BUSY || result == CFS_ERR_NO_MEMORY) {
        return result; /* with less memory than the old log needs, its head cannot be found */
    }
    result = cfs_mount_highest(journal, number);
    *number = (*number / journal->sector_count + 1u) * journal->sector_count;
    return result;
}

static int32_t open_first(struct cfs_journal *journal, uint32_t number)
{
    uint8_t id[4];
    int32_t result;

    cfs_port_entropy(id, sizeof id);
    journal->volume_id = cfs_get_le(id, sizeof id);
    memset(&journal->state, 0, sizeof journal->state);
    memset(journal->roots, 0, journal->bucket_count * journal->width);
    journal->state.tail = number;
    journal->state.session = 1;
    journal->number = number - 1u;
    journal->run = CFS_RUN_ALONE;
    result = cfs_sector_open(journal, NULL, true);
    if (result == CFS_OK) {
        result = cfs_append_parity(journal);
    }
    return result == CFS_OK ? cfs_append_two_seals(journal) : result;
}

int32_t cfs_journal_format(struct cfs_journal *journal, const struct cfs_journal_config *config,
                           uint32_t buckets)
{
    uint32_t number = 0;
    int32_t result;

    if (buckets == 0 || buckets > 256u || (buckets & (buckets - 1u)) != 0 ||
        buckets > (1u << CFS_CFG_HASH_BITS)) {
        return CFS_ERR_PARAM;
    }
    result = cfs_journal_init(journal, config);
    if (result == CFS_OK && cfs_port_low_voltage()) {
        result = CFS_ERR_LOW_VOLTAGE; /* with that, the old log might not be found */
    }
    if (result == CFS_OK) {
        result = cfs_place_layout(journal, buckets); /* refuse before anything is touched */
    }
    if (result == CFS_OK) {
        result = first_number(journal, &number);
    }
    if (result == CFS_OK) {
        result = cfs_place_layout(journal, buckets);
    }
    if (result == CFS_OK) {
        result = open_first(journal, number);
    }
    return result;
}

#endif
