/* SPDX-License-Identifier: Apache-2.0 */
/* Mount for a read-only build: which sector is newest. Programs nothing and decides nothing: after a
 * cut the newest write may be shown, or not, until another build has mounted the volume.
 *
 *   store > journal (this file: recovery for boot loaders) > volume > device
 */
#include "journal_boot.h"

#if CFS_CFG_READ_ONLY

#include <string.h>

#include "Storage_VM.h"
#include "cfs/bytes.h"

#define SECTORS_MIN 3u

/* Is the binary logarithm of `value` the given one, which may be anything? */
static bool is_log2(uint32_t value, unsigned log2)
{
    return log2 < 16u && value == 1u << log2;
}

/* A header carries number and salt itself, so it is verified without the mark. */
static int32_t read_header(struct cfs_journal *journal, cfs_sector_t sector,
                           struct cfs_boot_info *info)
{
    const struct cfs_piece fixed = {.size = CFS_HEADER_FIXED_BYTES, .copy_to = journal->line};
    struct cfs_record record = {.number = sector};
    cfs_pos_t end;
    int32_t result;

    record.position = cfs_boot_sector(journal, sector, &end) + CFS_LINE_HEADER;
    result = cfs_boot_read(journal, 0, &record, &fixed); /* to learn them */
    record.number = cfs_get_le32(journal->line);
    if (result == CFS_ERR_DAMAGED && record.number % journal->sector_count == sector &&
        (info->number == 0 || info->number == record.number)) {
        uint32_t salt = cfs_get_le32(journal->line + 4);

        result = cfs_boot_read(journal, salt, &record, NULL);
        if (result > 0 && record.kind == CFS_KIND_HEADER) {
            info->headed = true;
            info->newer = info->newer || journal->line[12] > CFS_FORMAT_VERSION ||
                          (cfs_get_le16(journal->line + 21) & ~CFS_FEATURE_RETIRED) != 0;
            info->number = record.number;
            info->salt = salt;
            journal->layout.header_lines =
                (uint16_t)(CFS_LINE_HEADER + cfs_boot_lines(journal, &record));
        }
    }
    return result == CFS_ERR_IO ? result : CFS_OK;
}

int32_t cfs_boot_start(struct cfs_journal *journal, cfs_sector_t sector, bool want_header,
                       struct cfs_boot_info *info)
{
    struct cfs_mark mark;
    cfs_pos_t end;
    int found = 1;
    int32_t result = cfs_volume_read(journal->volume,
                                     cfs_boot_sector(journal, sector, &end) * journal->line_bytes,
                                     journal->line, CFS_MARK_BYTES);

    memset(info, 0, sizeof *info);
    if (result == CFS_OK) {
        found = cfs_mark_decode(&mark, journal->line);
    }
    info->newer = found == 2;
    if (found == 0) {
        info->other_shape = mark.number % journal->sector_count != sector ||
                            !is_log2(journal->line_bytes, mark.line_log2);
        if (!info->other_shape) {
            info->number = mark.number;
            info->salt = mark.salt;
        }
    }
    if (result == CFS_ERR_IO) {
        return result;
    }
    return want_header || info->number == 0 ? read_header(journal, sector, info) : CFS_OK;
}

/* What a search has seen. */
struct search {
    struct cfs_journal *journal;
    struct cfs_boot_info best;
    bool newer;
    bool other_shape;
    bool any;
};

/* The sector with the highest number below `limit`, with its header, becomes the best. 1; 0: none. */
static int32_t search_below(struct search *search, uint32_t limit)
{
    struct cfs_journal *journal = search->journal;
    struct cfs_boot_info info;
    int32_t result = CFS_OK;

    search->best.number = 0;
    for (cfs_sector_t i = 0; result == CFS_OK && i < journal->sector_count; i++) {
        result = cfs_boot_start(journal, i, false, &info);
        search->newer = search->newer || info.newer;
        search->other_shape = search->other_shape || info.other_shape;
        if (info.number < limit && info.number > search->best.number) {
            search->best = info;
        }
    }
    if (result != CFS_OK || search->best.number == 0) {
        return result;
    }
    search->any = true;
    result =
        cfs_boot_start(journal, search->best.number % journal->sector_count, true, &search->best);
    return result == CFS_OK ? 1 : result;
}

/* The shape of the log, from the header that was read last. */
static int32_t adopt_header(struct cfs_journal *journal)
{
    const uint8_t *header = journal->line;

    if (!is_log2(journal->line_bytes, header[14]) || header[17] != CFS_CFG_HASH_BITS ||
        cfs_get_le24(header + 18) != journal->sector_count || header[15] > 32u || header[16] > 8u) {
        return CFS_ERR_GEOMETRY;
    }
    journal->volume_id = cfs_get_le32(header + 8);
    journal->shape.position_bits = header[15];
    journal->shape.bucket_log2 = header[16];
    journal->width = (uint8_t)((header[15] + 7u) / 8u);
    journal->bucket_count = 1u << header[16];
    return journal->bucket_count > journal->memory_buckets ? CFS_ERR_NO_MEMORY : CFS_OK;
}

/* No sector counts: what is it then? */
static int32_t verdict(const struct search *search)
{
    struct cfs_journal *journal = search->journal;
    cfs_pos_t end;

    if (search->newer || search->other_shape || search->any) {
        return search->newer         ? CFS_ERR_NEWER
               : search->other_shape ? CFS_ERR_GEOMETRY
                                     : CFS_ERR_DAMAGED;
    }
    for (cfs_sector_t i = 0; i < journal->sector_count; i++) {
        int32_t blank = cfs_volume_is_blank(journal->volume,
                                            cfs_boot_sector(journal, i, &end) * journal->line_bytes,
                                            journal->line_bytes);

        if (blank <= 0) {
            return blank < 0 ? blank : CFS_ERR_FOREIGN;
        }
    }
    return CFS_ERR_BLANK;
}

/* Take the memory and the size of the volume. */
static int32_t begin(struct cfs_journal *journal, struct cfs_volume *volume, void *memory,
                     size_t memory_bytes)
{
    uint32_t line;

    if (!volume || !memory) {
        return CFS_ERR_PARAM;
    }
    if (cfs_volume_check(volume) != CFS_OK) {
        return CFS_ERR_STATE;
    }
    line = (uint32_t)CFS_LINE_BYTES(cfs_volume_line(volume));
    if (memory_bytes < CFS_JOURNAL_MEMORY_BYTES(line, 1)) {
        return CFS_ERR_NO_MEMORY;
    }
    memset(journal, 0, sizeof *journal);
    journal->volume = volume;
    journal->line = memory; /* three of them: room for the first bytes of a header */
    journal->scratch = journal->line + 3u * line;
    journal->roots = journal->scratch + CFS_RECORD_HEAD_MAX;
    journal->memory_buckets = (uint32_t)(memory_bytes - CFS_JOURNAL_MEMORY_BYTES(line, 0)) / 4u;
    journal->line_bytes = line;
    journal->sector_count = cfs_volume_sector_count(volume);
    return journal->sector_count < SECTORS_MIN || !cfs_volume_needs_erase(volume) ? CFS_ERR_GEOMETRY
                                                                                  : CFS_OK;
}

int32_t cfs_boot_mount(struct cfs_journal *journal, struct cfs_volume *volume, void *memory,
                       size_t memory_bytes)
{
    struct search search = {.journal = journal};
    uint32_t limit = UINT32_MAX;
    int32_t result = begin(journal, volume, memory, memory_bytes);

    while (result == CFS_OK) {
        struct cfs_boot_info info;

        result = search_below(&search, limit);
        if (result <= 0) {
            return result < 0 ? result : verdict(&search);
        }
        info = search.best;
        limit = info.number;
        while (result > 0 && !search.best.headed) { /* learn the shape from another header */
            result = search_below(&search, search.best.number);
        }
        if (search.newer) {
            return CFS_ERR_NEWER;
        }
        if (result > 0) {
            result = adopt_header(journal);
            result = result == CFS_OK ? cfs_boot_scan(journal, &info) : result;
        }
    }
    if (result > 0 && journal->number - journal->state.tail + 1u >= journal->sector_count) {
        return CFS_ERR_DAMAGED; /* no state that this code can have written */
    }
    return result > 0 ? CFS_OK : result;
}

#endif
