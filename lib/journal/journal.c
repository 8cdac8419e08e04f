/* SPDX-License-Identifier: Apache-2.0 */
/* The journal's life: memory, mount (journal_mount.c), unmount.
 *
 *   store > JOURNAL > volume > device
 */
#include "journal_private.h"

#include <string.h>

#include "Storage_VM.h"
#include "cfs/port.h"

#if !CFS_CFG_READ_ONLY

#if CFS_CFG_TEST_KNOCKOUT
unsigned cfs_knockout;
#endif

int32_t cfs_journal_init(struct cfs_journal *journal, const struct cfs_journal_config *config)
{
    uint8_t *memory = config->memory;
    uint32_t line;
    size_t roots_bytes;

    if (!config->volume || !memory) {
        return CFS_ERR_PARAM;
    }
    if (cfs_volume_check(config->volume) != CFS_OK) {
        return CFS_ERR_STATE;
    }
    line = (uint32_t)CFS_LINE_BYTES(cfs_volume_line(config->volume));
    if (config->memory_bytes < CFS_JOURNAL_MEMORY_BYTES(line, 1)) {
        return CFS_ERR_NO_MEMORY;
    }
    roots_bytes = config->memory_bytes - CFS_JOURNAL_MEMORY_BYTES(line, 0);
    memset(journal, 0, sizeof *journal);
    journal->volume = config->volume;
    journal->owner = config->owner;
    journal->refresh_sessions = config->refresh_sessions;
    journal->verify = config->verify_writes;
    journal->read_only = config->read_only || cfs_volume_is_read_only(config->volume);
    journal->line = memory;
    journal->parity = memory + line;
    journal->patch = memory + 2u * line;
    journal->scratch = memory + 3u * line;
    journal->roots = journal->scratch + CFS_RECORD_HEAD_MAX;
    journal->memory_buckets = (uint32_t)(roots_bytes / 4u);
    return cfs_place_init(journal);
}

static int32_t append_seal(struct cfs_journal *journal)
{
    int32_t result =
        cfs_journal_is_closed(journal) ? CFS_ERR_READ_ONLY : cfs_append_parity(journal);

    return result == CFS_OK ? cfs_append_seal(journal) : result;
}

int32_t cfs_journal_seal(struct cfs_journal *journal)
{
    int32_t result;

    if (journal->failed) {
        return CFS_ERR_IO;
    }
    if (!journal->opened) {
        return CFS_OK;
    }
    if (cfs_port_low_voltage()) {
        return CFS_ERR_LOW_VOLTAGE;
    }
    result = append_seal(journal);
    if (cfs_journal_is_closed(journal)) {
        result = cfs_sector_open(journal, NULL, false);
        result = result == CFS_OK ? append_seal(journal) : result;
    }
    journal->opened = false;
    return result;
}

void cfs_journal_look_anew(struct cfs_journal *journal)
{
    journal->patch_position = 0;
    journal->scratch_position = 0;
    cfs_repair_forget(journal);
}

#endif
