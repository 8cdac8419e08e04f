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

#if !CFS_CFG_READ_ONLY

#define SECTORS_MIN       3u /* a torn commit in two could only be confirmed by programming next to it */
#define SECTORS_MAX       0xFFFFFFu
#define SECTOR_LINES_MAX  0xFFFFu /* seals and openers name lines of their sector in two bytes */
#define SPARED_FROM       16u
#define PACE_MARGIN       2u /* sectors are not equally full */
#define FILL_LINES        2u
#define POSITION_BITS_MIN 10u
#define WEIGHT_MAP_BITS   14u /* a weight allows for a map of two bytes */

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

static uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static bool add_sector(struct cfs_journal *journal, cfs_sector_t sector, uint32_t size_bytes)
{
    struct cfs_layout *layout = &journal->layout;
    uint32_t lines = size_bytes / journal->line_bytes;
    bool is_new = journal->extent_count == 0 ||
                  journal->extent[journal->extent_count - 1u].sector_lines != lines;

    if (size_bytes % journal->line_bytes != 0 || lines > SECTOR_LINES_MAX ||
        (is_new && journal->extent_count == CFS_EXTENTS_MAX)) {
        return false;
    }
    if (is_new) {
        journal->extent[journal->extent_count++] =
            (struct cfs_extent){sector, layout->volume_lines, lines};
    }
    layout->volume_lines += lines;
    layout->sector_lines_max = (uint16_t)larger(layout->sector_lines_max, lines);
    if (layout->sector_lines_min == 0 || lines < layout->sector_lines_min) {
        layout->sector_lines_min = (uint16_t)lines;
    }
    return true;
}

/* Kept for sectors that wear out. A small volume cannot give up any. */
static uint32_t spare_sectors(uint32_t sector_count)
{
    return sector_count < SPARED_FROM ? 0u : smaller((sector_count + 63u) / 64u, CFS_SPARES_MAX);
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
    journal->layout.spare_sectors = (uint16_t)spare_sectors(journal->sector_count);
    if (journal->sector_count < SECTORS_MIN || journal->sector_count > SECTORS_MAX ||
        !cfs_volume_needs_erase(volume)) {
        return CFS_ERR_GEOMETRY;
    }
    for (cfs_sector_t i = 0; i < journal->sector_count; i++) {
        if (cfs_volume_sector(volume, i, &offset, &size_bytes) != CFS_OK ||
            !add_sector(journal, i, size_bytes)) {
            return CFS_ERR_GEOMETRY;
        }
    }
    return CFS_OK;
}

const struct cfs_extent *cfs_place_extent_of_sector(const struct cfs_journal *journal,
                                                    cfs_sector_t sector)
{
    const struct cfs_extent *extent = &journal->extent[journal->extent_count - 1u];

    while (extent->first_sector > sector) {
        extent--;
    }
    return extent;
}

cfs_sector_t cfs_place_sector_of(const struct cfs_journal *journal, cfs_pos_t position)
{
    const struct cfs_extent *extent = &journal->extent[journal->extent_count - 1u];

    while (extent->first_line > position) {
        extent--;
    }
    return extent->first_sector + (position - extent->first_line) / extent->sector_lines;
}

cfs_pos_t cfs_place_line(const struct cfs_journal *journal, cfs_sector_t sector, uint32_t line)
{
    const struct cfs_extent *extent = cfs_place_extent_of_sector(journal, sector);

    return extent->first_line + (sector - extent->first_sector) * extent->sector_lines + line;
}

/* Lines of a control record with this payload. */
static uint32_t control_lines(const struct cfs_journal *journal, uint32_t payload_bytes)
{
    struct cfs_record record = {.kind = CFS_KIND_CHECKPOINT, .payload_bytes = payload_bytes};

    record.head_bytes = cfs_record_head_bytes(&record, &journal->shape);
    return cfs_place_lines(journal, cfs_record_bytes(&record));
}

/* How the positions of the volume are written. */
static void set_shape(struct cfs_journal *journal, uint32_t buckets)
{
    unsigned bits = cfs_place_log2(journal->layout.volume_lines - 1u) + 1u;

    journal->bucket_count = buckets;
    journal->shape.position_bits = (uint8_t)larger(bits, POSITION_BITS_MIN);
    journal->shape.bucket_log2 = (uint8_t)cfs_place_log2(buckets);
    journal->width = (uint8_t)((journal->shape.position_bits + 7u) / 8u);
}

uint32_t cfs_place_state_bytes(const struct cfs_journal *journal)
{
    return CFS_CHECKPOINT_BYTES(journal->width) + journal->bucket_count * journal->width +
           journal->layout.spare_sectors * CFS_RETIRED_BYTES;
}

int32_t cfs_place_layout(struct cfs_journal *journal, uint32_t buckets)
{
    struct cfs_layout *layout = &journal->layout;
    uint32_t body;
    uint32_t pointers;
    uint32_t fixed_lines;

    if (buckets > journal->memory_buckets) {
        return CFS_ERR_NO_MEMORY;
    }
    set_shape(journal, buckets);
    body = cfs_place_state_bytes(journal);
    layout->checkpoint_lines = (uint16_t)control_lines(journal, body);
    layout->header_lines =
        (uint16_t)(CFS_LINE_HEADER + control_lines(journal, body + CFS_HEADER_FIXED_BYTES));
    layout->parity_lines =
        (uint16_t)control_lines(journal, CFS_PARITY_FROM_BYTES + journal->line_bytes);
    layout->copy_lines_max =
        (uint16_t)larger(layout->checkpoint_lines, layout->sector_lines_min / 64u);
    /* fills, checkpoint, copy, two seals, and an opener behind them */
    layout->group_lines =
        (uint16_t)(FILL_LINES + layout->checkpoint_lines + layout->copy_lines_max + 3u);
    /* a run into the last spare may hold a copy and an empty record beside the tail, and must leave
     * room for a mount to decide behind it, which then has nothing to copy; a full sector gets its
     * parity */
    layout->reserve_lines = (uint16_t)(layout->group_lines + 1u + layout->parity_lines);
    pointers = cfs_place_log2(layout->volume_lines / buckets);
    layout->weight_pointers =
        (uint16_t)smaller(pointers, CFS_POINTERS_MAX - journal->shape.bucket_log2);
    fixed_lines = layout->header_lines + layout->reserve_lines;
    if (layout->sector_lines_min < fixed_lines + 6u) {
        return CFS_ERR_GEOMETRY;
    }
    layout->weight_max = (uint16_t)((layout->sector_lines_min - fixed_lines) / 2u);
    return cfs_journal_capacity(journal, layout->weight_max) > 0 ? CFS_OK : CFS_ERR_GEOMETRY;
}

bool cfs_place_is_sound(const struct cfs_journal *journal)
{
    uint32_t tail = journal->state.tail;

    return tail != 0 && tail <= journal->number && journal->number - tail < journal->sector_count &&
           cfs_journal_free(journal) > 0;
}

bool cfs_place_resolve(const struct cfs_journal *journal, uint32_t number, cfs_pos_t position,
                       cfs_pos_t target, uint32_t *target_number)
{
    uint32_t own = cfs_place_sector(journal, number);
    uint32_t sector;
    uint32_t back;

    if (target == 0 || target >= journal->layout.volume_lines) {
        return false;
    }
    sector = cfs_place_sector_of(journal, target);
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

        if (root >= first && root - first < cfs_place_sector_lines(journal, number)) {
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

uint32_t cfs_journal_lines(const struct cfs_journal *journal, const struct cfs_record *record)
{
    struct cfs_record measured = *record;

    measured.head_bytes = cfs_record_head_bytes(&measured, &journal->shape);
    return cfs_place_lines(journal, cfs_record_bytes(&measured));
}

/* A map with those bits set, and as many of the others as a weight allows for. */
static uint32_t padded_map(const struct cfs_journal *journal, uint32_t map)
{
    uint32_t trie_bits = CFS_POINTERS_MAX - journal->shape.bucket_log2;

    map >>= journal->shape.bucket_log2;
    if (trie_bits >= WEIGHT_MAP_BITS) {
        map |= 1u << (WEIGHT_MAP_BITS - 1u);
    }
    for (unsigned bit = 0; cfs_count_bits(map) < journal->layout.weight_pointers; bit++) {
        map |= 1u << bit;
    }
    return map << journal->shape.bucket_log2;
}

uint32_t cfs_journal_weight(const struct cfs_journal *journal, const struct cfs_record *record)
{
    struct cfs_record padded = *record;

    padded.flags |= CFS_RECORD_TOTAL;
    padded.map = padded_map(journal, record->map);
    return cfs_journal_lines(journal, &padded);
}

/* Links and sames are copied with the record that holds the name; tombstones are not. */
static bool is_copied(const struct cfs_record *record)
{
    return cfs_record_has_name(record) && record->kind != CFS_KIND_TOMBSTONE;
}

void cfs_place_note_longest(struct cfs_journal *journal, const struct cfs_record *record)
{
    uint32_t weight = is_copied(record) ? cfs_journal_weight(journal, record) : 0u;

    if (weight > journal->state.longest) {
        journal->state.longest = (uint16_t)weight;
    }
}

void cfs_place_note_slack(struct cfs_journal *journal, const struct cfs_record *record)
{
    if (is_copied(record)) {
        journal->slack += cfs_journal_weight(journal, record) -
                          cfs_place_lines(journal, cfs_record_bytes(record));
    }
}

/* Sectors that data may stand in: one is kept for reclaim, the others for those that wear out. */
static uint32_t data_sectors(const struct cfs_journal *journal)
{
    return journal->sector_count - 1u - journal->layout.spare_sectors;
}

/* So that some sector is never so full that, when it is copied, the longest record finds no room behind
 * it: all but the spare one, each less what it cannot take. */
static uint32_t capacity_by_room(const struct cfs_journal *journal, uint32_t longest)
{
    const struct cfs_layout *layout = &journal->layout;
    uint32_t overhead = layout->header_lines + layout->reserve_lines + longest + 2u;
    uint32_t spares = journal->sector_count - data_sectors(journal);
    uint32_t taken;

    overhead += longest > layout->copy_lines_max ? 1u : 0u; /* opener, empty, commit */
    taken = overhead * data_sectors(journal);
    if (journal->extent_count > 1u) {
        spares++; /* the spare ones may be smaller than the tail */
    }
    taken += layout->sector_lines_max * spares;
    return layout->volume_lines > taken ? layout->volume_lines - taken : 0u;
}

/* So that reclaiming one sector makes room for as many lines as a call appends that may wait for no
 * more than one erase. */
static uint32_t capacity_by_pace(const struct cfs_journal *journal)
{
    const struct cfs_layout *layout = &journal->layout;
    uint32_t fixed_lines = layout->header_lines + layout->reserve_lines;
    uint32_t data_lines = layout->volume_lines / journal->sector_count - fixed_lines;
    uint32_t quota_lines = cfs_place_lines(journal, CFS_JOURNAL_QUOTA_BYTES) * PACE_MARGIN;

    return data_lines * data_lines / (data_lines + quota_lines) * data_sectors(journal);
}

uint32_t cfs_journal_capacity(const struct cfs_journal *journal, uint32_t longest)
{
    return smaller(capacity_by_room(journal, longest), capacity_by_pace(journal));
}

uint32_t cfs_journal_age(const struct cfs_journal *journal, const struct cfs_record *record)
{
    uint32_t line = cfs_place_line_of(journal, record->position);
    uint32_t lines = (journal->number - record->number) *
                         (journal->layout.volume_lines / journal->sector_count) +
                     journal->cursor;

    return lines > line ? lines - line : 0u;
}

uint32_t cfs_journal_lap(const struct cfs_journal *journal)
{
    return journal->layout.volume_lines / journal->sector_count * data_sectors(journal);
}

uint32_t cfs_journal_endurance(const struct cfs_journal *journal)
{
    return cfs_volume_endurance(journal->volume);
}

#endif
