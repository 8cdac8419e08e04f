/* SPDX-License-Identifier: Apache-2.0 */
/* See image_live.h. A record is taken for what its bytes say, not for what a walk from the roots
 * would find, so that it shows in images that do not mount, too. */
#include "image_live.h"

#include <string.h>

/* ---- names */

static struct image_record *record_at(const struct image_log *log, cfs_pos_t position)
{
    uint64_t at = (uint64_t)position * log->line_bytes;
    for (size_t i = 0; i < log->record_count; i++) {
        struct image_record *record = &log->records[i];
        if ((uint64_t)record->sector * log->sector_bytes + record->offset == at) {
            return record;
        }
    }
    return NULL;
}

static bool is_newer(const struct image_log *log, const struct image_record *a,
                     const struct image_record *b)
{
    uint32_t number_a = log->sectors[a->sector].number;
    uint32_t number_b = log->sectors[b->sector].number;
    return number_a != number_b ? number_a > number_b : a->offset > b->offset;
}

/* The record that holds what this one leaves out; NULL: none, or it has been reclaimed. What stands
 * there now is the base if it is of the same lap: older, but not by a lap or more. */
static struct image_record *base_of(const struct image_log *log, const struct image_record *record)
{
    bool leaves_out = record->record.kind == CFS_KIND_LINK || record->record.kind == CFS_KIND_SAME;
    struct image_record *base = leaves_out ? record_at(log, record->record.base) : NULL;
    if (base == NULL || !base->is_intact || !is_newer(log, record, base)) {
        return NULL;
    }
    uint32_t age = log->sectors[record->sector].number - log->sectors[base->sector].number;
    bool fits = base->record.kind == CFS_KIND_FULL ||
                (base->record.kind == CFS_KIND_LINK && record->record.kind == CFS_KIND_SAME);
    return fits && age < log->sector_count ? base : NULL;
}

static void take_name(struct image_log *log, struct image_record *record)
{
    const struct image_record *base = base_of(log, record);
    if (base != NULL && base->record.kind == CFS_KIND_LINK) {
        record->record.hash = base->record.hash;
        base = base_of(log, base);
    }
    if (base != NULL) {
        record->record.hash = base->record.hash;
        record->name_bytes = base->name_bytes;
        memcpy(record->name, base->name, sizeof record->name);
    }
}

/* ---- what is live */

static bool counts(const struct image_log *log, const struct image_record *record)
{
    return record->is_intact && record->name_bytes > 0 &&
           log->sectors[record->sector].state == IMAGE_LOG;
}

static bool is_newest(const struct image_log *log, const struct image_record *record)
{
    for (size_t i = 0; i < log->record_count; i++) {
        const struct image_record *other = &log->records[i];
        if (other->record.hash == record->record.hash && counts(log, other) &&
            other->name_bytes == record->name_bytes &&
            memcmp(other->name, record->name, record->name_bytes) == 0 &&
            is_newer(log, other, record)) {
            return false;
        }
    }
    return true;
}

static void find_free_sectors(struct image_log *log)
{
    for (uint32_t i = 0; i < log->sector_count; i++) {
        struct image_sector *sector = &log->sectors[i];
        if (sector->state == IMAGE_LOG && sector->number < log->tail) {
            sector->state = IMAGE_FREE;
        }
    }
}

static void mark_bases(const struct image_log *log, const struct image_record *record)
{
    struct image_record *base = base_of(log, record);
    while (base != NULL) {
        base->is_base = true;
        base = base_of(log, base);
    }
}

void image_find_live(struct image_log *log)
{
    find_free_sectors(log);
    for (size_t i = 0; i < log->record_count; i++) {
        take_name(log, &log->records[i]);
    }
    for (size_t i = 0; i < log->record_count; i++) {
        struct image_record *record = &log->records[i];
        record->is_live = counts(log, record) && record->record.kind != CFS_KIND_TOMBSTONE &&
                          is_newest(log, record);
        if (record->is_live) {
            mark_bases(log, record);
        }
    }
    for (size_t i = 0; i < log->record_count; i++) {
        const struct image_record *record = &log->records[i];
        if (record->is_live || record->is_base) {
            log->sectors[record->sector].live_bytes += cfs_record_bytes(&record->record);
        }
    }
}
