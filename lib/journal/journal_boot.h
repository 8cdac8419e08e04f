/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the files of the journal of a read-only build; nobody else includes it.
 *
 *   journal_boot.c       mount: which sector is newest
 *   journal_boot_scan.c  mount: what the state is
 *   journal_boot_read.c  records, and where they are
 */
#ifndef CFS_JOURNAL_BOOT_H
#define CFS_JOURNAL_BOOT_H

#include "cfs/boot.h"

#define CFS_LINE_HEADER 2u /* of a sector; docs/format.md draws its start */

/* What the start of a sector says. */
struct cfs_boot_info {
    uint32_t number; /* 0: neither mark nor header is valid */
    uint32_t salt;
    bool headed; /* the header is valid; its first bytes are in journal->line */
    bool newer;  /* of a newer format version */
    bool other_shape;
};

/* Reads the header only if the mark is not valid, or if `want_header`. CFS_OK, CFS_ERR_IO. */
int32_t cfs_boot_start(struct cfs_journal *journal, cfs_sector_t sector, bool want_header,
                       struct cfs_boot_info *info);

/* The state that the sector holds becomes the journal's. 1; 0: the sector does not count;
 * CFS_ERR_DAMAGED: it does, or did, and is damaged; CFS_ERR_IO. */
int32_t cfs_boot_scan(struct cfs_journal *journal, const struct cfs_boot_info *info);

/* Position of the first line of a sector; *end: behind its last. */
cfs_pos_t cfs_boot_sector(const struct cfs_journal *journal, cfs_sector_t sector, cfs_pos_t *end);

/* Lines that a record takes. */
uint32_t cfs_boot_lines(const struct cfs_journal *journal, const struct cfs_record *record);

/* Read the whole record at record->position of the sector with record->number, and serve `piece` (may
 * be NULL) on the way, intact or not. 1: intact, and equal to piece->compare_with if there is one;
 * 0: intact, not equal; CFS_ERR_DAMAGED: no valid record; CFS_ERR_IO. */
int32_t cfs_boot_read(struct cfs_journal *journal, uint32_t salt, struct cfs_record *record,
                      const struct cfs_piece *piece);

#endif
