/* SPDX-License-Identifier: Apache-2.0 */
/* Places, numbers and staleness: arithmetic, no I/O.
 *
 *   store > journal (this file: where things are) > volume > device
 *
 * Sector i only ever carries numbers = i modulo the sector count. So the number of the sector a
 * pointer led to when it was written follows from where the pointer stands, and whether that sector
 * still holds what it held is one comparison with the tail number.
 */
#include "journal_private.h"

#include <string.h>

#include "Storage_VM.h"
#include "cfs/bytes.h"

#define SECTORS_MIN      3u /* a torn commit in two could only be confirmed by programming next to it */
#define SECTORS_MAX      0xFFFFFFu
#define SECTOR_LINES_MAX 0xFFFFu /* seals and openers name lines of their sector in two bytes */
#define FILL_LINES       2u

unsigned cfs_place_log2(uint32_t value)
{
    unsigned bits = 0;

    while (value > 1u) {
        value >>= 1;
        bits++;
    }
    return bits;
}

static uint32_t larger(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

int32_t cfs_place_init(struct cfs_journal *journal)
{
    const struct cfs_volume *volume = journal->volume;
    uint32_t size_bytes;
    cfs_off_t offset;

    journal->unit_bytes = cfs_volume_unit(volume);
    journal->device_line_bytes = cfs_volume_line(volume);
    journal->line_bytes = (uint32_t)CFS_LINE_BYTES(journal->device_line_bytes);
    journal->sector_count = cfs_volume_sector_count(volume);
    if (journal->sector_count < SECTORS_MIN || journal->sector_count > SECTORS_MAX ||
        !cfs_volume_needs_erase(volume)) {
        return CFS_ERR_GEOMETRY;
    }
    for (cfs_sector_t i = 0; i < journal->sector_count; i++) {
        if (cfs_volume_sector(volume, i, &offset, &size_bytes) != CFS_OK ||
            (i > 0 && size_bytes != journal->sector_bytes)) {
            return CFS_ERR_GEOMETRY;
        }
        journal->sector_bytes = size_bytes;
    }
    journal->layout.sector_lines = journal->sector_bytes / journal->line_bytes;
    if (journal->sector_bytes % journal->line_bytes != 0 ||
        journal->layout.sector_lines > SECTOR_LINES_MAX) {
        return CFS_ERR_GEOMETRY;
    }
    return CFS_OK;
}

/* Lengths in bytes of a control record with this payload. */
static uint32_t control_lines(const struct cfs_journal *journal, uint32_t payload_bytes)
{
    struct cfs_record record = {.kind = CFS_KIND_CHECKPOINT, .payload_bytes = payload_bytes};

    record.head_bytes = cfs_record_head_bytes(&record, journal->width);
    return cfs_place_lines(journal, cfs_record_bytes(&record));
}

int32_t cfs_place_layout(struct cfs_journal *journal, uint32_t buckets)
{
    struct cfs_layout *layout = &journal->layout;
    uint32_t lines = journal->sector_count * layout->sector_lines;
    uint32_t body;
    uint32_t data_lines;

    if (buckets > journal->memory_buckets) {
        return CFS_ERR_NO_MEMORY;
    }
    journal->bucket_count = buckets;
    journal->bucket_log2 = (uint8_t)cfs_place_log2(buckets);
    journal->width = (uint8_t)(lines <= 0x10000u ? 2 : lines <= 0x1000000u ? 3 : 4);
    body = CFS_CHECKPOINT_BYTES(journal->width) + buckets * journal->width;
    layout->checkpoint_lines = control_lines(journal, body);
    layout->header_lines = CFS_LINE_HEADER + control_lines(journal, body + CFS_HEADER_FIXED_BYTES);
    layout->copy_lines_max = larger(layout->checkpoint_lines, layout->sector_lines / 32u);
    /* fills, checkpoint, copy, two seals, and an opener behind them */
    layout->group_lines = FILL_LINES + layout->checkpoint_lines + layout->copy_lines_max + 3u;
    /* a run into the last spare may hold a copy and an empty record beside the tail, and must
     * leave room for a mount to decide behind it */
    layout->reserve_lines = layout->group_lines + layout->copy_lines_max + 1u;
    layout->weight_pointers = 2u + cfs_place_log2(lines / buckets);
    if (layout->weight_pointers > CFS_POINTERS_MAX) {
        layout->weight_pointers = CFS_POINTERS_MAX;
    }
    data_lines = layout->header_lines + layout->reserve_lines;
    if (layout->sector_lines < data_lines + 6u) {
        return CFS_ERR_GEOMETRY;
    }
    layout->weight_max = (layout->sector_lines - data_lines) / 2u;
    return CFS_OK;
}

bool cfs_place_resolve(const struct cfs_journal *journal, uint32_t number, cfs_pos_t position,
                       cfs_pos_t target, uint32_t *target_number)
{
    uint32_t lines = journal->layout.sector_lines;
    uint32_t sector = target / lines;
    uint32_t own = cfs_place_sector(journal, number);
    uint32_t back;

    if (target == 0 || sector >= journal->sector_count) {
        return false;
    }
    back = own >= sector ? own - sector : own + journal->sector_count - sector;
    if (own == sector && target >= position) {
        back = journal->sector_count;
    }
    if (back > number || number - back < journal->state.tail) {
        return false;
    }
    *target_number = number - back;
    return true;
}

cfs_pos_t cfs_journal_root(const struct cfs_journal *journal, uint32_t bucket)
{
    return cfs_get_le(journal->roots + bucket * journal->width, journal->width);
}

void cfs_place_set_root(struct cfs_journal *journal, uint32_t bucket, cfs_pos_t position)
{
    cfs_put_le(journal->roots + bucket * journal->width, position, journal->width);
}

void cfs_place_clear_roots(struct cfs_journal *journal, uint32_t number)
{
    cfs_pos_t first = cfs_place_in(journal, number, 0);

    if (!CFS_RULE(ROOTS_CLEARED)) {
        return;
    }
    for (uint32_t bucket = 0; bucket < journal->bucket_count; bucket++) {
        cfs_pos_t root = cfs_journal_root(journal, bucket);

        if (root >= first && root - first < journal->layout.sector_lines) {
            cfs_place_set_root(journal, bucket, 0);
        }
    }
}

bool cfs_journal_target_is_live(const struct cfs_journal *journal, uint32_t number,
                                cfs_pos_t position, cfs_pos_t target)
{
    uint32_t target_number;

    return cfs_place_resolve(journal, number, position, target, &target_number);
}

bool cfs_journal_is_live(const struct cfs_journal *journal, cfs_pos_t target)
{
    return cfs_journal_target_is_live(journal, journal->number, cfs_place_head(journal), target);
}

uint32_t cfs_journal_weight(const struct cfs_journal *journal, const struct cfs_record *record)
{
    struct cfs_record padded = *record;

    padded.flags |= CFS_RECORD_TOTAL;
    if (padded.pointer_count < journal->layout.weight_pointers) {
        padded.pointer_count = (uint8_t)journal->layout.weight_pointers;
    }
    padded.head_bytes = cfs_record_head_bytes(&padded, journal->width);
    return cfs_place_lines(journal, cfs_record_bytes(&padded));
}

uint32_t cfs_journal_capacity(const struct cfs_journal *journal, uint32_t longest)
{
    const struct cfs_layout *layout = &journal->layout;
    uint32_t data_lines = layout->sector_lines - layout->header_lines - layout->reserve_lines;
    uint32_t overhead = longest + 3u; /* opener, commit, empty */

    return data_lines > overhead ? (journal->sector_count - 1u) * (data_lines - overhead) : 0u;
}

uint32_t cfs_journal_endurance(const struct cfs_journal *journal)
{
    return cfs_volume_endurance(journal->volume);
}
