/* SPDX-License-Identifier: Apache-2.0 */
/* The journal of a read-only build (CFS_CFG_READ_ONLY), in place of cfs/journal.h's calls: made to be
 * small, for boot loaders. It may be slow: a record is always read wholly, byte by byte.
 *
 *   store > JOURNAL > volume > device > ARM_DRIVER_STORAGE
 */
#ifndef CFS_BOOT_H
#define CFS_BOOT_H

#include "cfs/journal.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Find the newest state. Errors are those of cfs_mount(). */
int32_t cfs_boot_mount(struct cfs_journal *journal, struct cfs_volume *volume, void *memory,
                       size_t memory_bytes);

/* The newest record of a bucket. 1; 0: none; CFS_ERR_DAMAGED, CFS_ERR_IO. */
int32_t cfs_boot_root(struct cfs_journal *journal, uint32_t bucket, struct cfs_record *record);

/* Go from `record`, of which number and position count, to the record that `target` named when it was
 * written. 1; 0: none, or a stale place; CFS_ERR_DAMAGED, CFS_ERR_IO. */
int32_t cfs_boot_follow(struct cfs_journal *journal, struct cfs_record *record, cfs_pos_t target);

/* The pointer for `bit` of the record that was read last; 0: there is none. */
cfs_pos_t cfs_boot_pointer(const struct cfs_journal *journal, const struct cfs_record *record,
                           unsigned bit);

/* Read a record again, and copy or compare a piece of its payload. 1; 0: it differs;
 * CFS_ERR_DAMAGED, CFS_ERR_IO. */
int32_t cfs_boot_verify(struct cfs_journal *journal, const struct cfs_record *record,
                        const struct cfs_piece *piece);

#ifdef __cplusplus
}
#endif
#endif
