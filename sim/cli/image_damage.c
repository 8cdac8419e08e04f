/* SPDX-License-Identifier: Apache-2.0 */
/* See image_damage.h. Every line of the log's sectors is a record's, or blank, or zero-filled; what
 * is left over is reported. */
#include "image_damage.h"

#include <stdlib.h>
#include <string.h>

static int add(struct image_damages *damages, const struct image_damage *damage)
{
    if (damages->count == damages->room) {
        size_t room = damages->room == 0 ? 16 : 2 * damages->room;
        struct image_damage *list = realloc(damages->list, room * sizeof *list);
        if (list == NULL) {
            return -1;
        }
        damages->list = list;
        damages->room = room;
    }
    damages->list[damages->count++] = *damage;
    return 0;
}

static uint32_t record_lines(const struct image_log *log, const struct image_record *record)
{
    return (cfs_record_bytes(&record->record) + log->line_bytes - 1) / log->line_bytes;
}

static bool is_uniform(const uint8_t *line, size_t size, uint8_t value)
{
    return line[0] == value && memcmp(line, line + 1, size - 1) == 0;
}

static bool is_empty(const struct image_log *log, const struct sim_flash *flash,
                     const uint8_t *line)
{
    uint8_t erased = sim_flash_profile(flash)->erased_value;
    return is_uniform(line, log->line_bytes, erased) ||
           is_uniform(line, log->line_bytes, (uint8_t)~erased);
}

/* Goes through one sector line by line. `next` is the first record of the log not yet passed. */
struct scan {
    struct image_damages *damages;
    const struct image_log *log;
    const struct sim_flash *flash;
    const uint8_t *bytes; /* of the sector */
    uint32_t sector;
    size_t next;
};

/* The record that begins at `offset`, or NULL. */
static const struct image_record *record_at(struct scan *scan, uint32_t offset)
{
    const struct image_log *log = scan->log;
    while (scan->next < log->record_count && (log->records[scan->next].sector < scan->sector ||
                                              (log->records[scan->next].sector == scan->sector &&
                                               log->records[scan->next].offset < offset))) {
        scan->next++;
    }
    const struct image_record *record = &log->records[scan->next];
    bool is_here = scan->next < log->record_count && record->sector == scan->sector &&
                   record->offset == offset;
    return is_here ? record : NULL;
}

/* The stretch of lines from `offset` that are no record's and not empty. */
static uint32_t unknown_bytes(struct scan *scan, uint32_t offset)
{
    uint32_t end = offset;
    while (end < scan->log->sector_bytes && record_at(scan, end) == NULL &&
           !is_empty(scan->log, scan->flash, scan->bytes + end)) {
        end += scan->log->line_bytes;
    }
    return end - offset;
}

static int scan_sector(struct scan *scan)
{
    const struct image_log *log = scan->log;
    uint32_t offset = log->header_lines * log->line_bytes;
    while (offset < log->sector_bytes) {
        const struct image_record *record = record_at(scan, offset);
        struct image_damage damage = {.sector = scan->sector, .offset = offset, .record = record};
        bool is_whole = record != NULL && record->is_intact;
        damage.bytes = record != NULL ? record_lines(log, record) * log->line_bytes
                                      : unknown_bytes(scan, offset);
        if (!is_whole && damage.bytes > 0 && add(scan->damages, &damage) < 0) {
            return -1;
        }
        offset += damage.bytes > 0 ? damage.bytes : log->line_bytes;
    }
    return 0;
}

static int scan_sectors(struct scan *scan, uint8_t *bytes)
{
    const struct image_log *log = scan->log;
    for (uint32_t sector = 0; sector < log->sector_count; sector++) {
        enum image_state state = log->sectors[sector].state;
        scan->sector = sector;
        if (state == IMAGE_UNKNOWN) {
            struct image_damage damage = {
                .sector = sector, .bytes = log->sector_bytes, .is_start = true};
            if (add(scan->damages, &damage) < 0) {
                return -1;
            }
        }
        if (state == IMAGE_LOG) {
            sim_flash_peek(scan->flash, (uint64_t)sector * log->sector_bytes, bytes,
                           log->sector_bytes);
            if (scan_sector(scan) < 0) {
                return -1;
            }
        }
    }
    return 0;
}

int image_damage_find(struct image_damages *damages, const struct image_log *log,
                      const struct sim_flash *flash)
{
    uint8_t *bytes = malloc(log->sector_bytes);
    struct scan scan = {.damages = damages, .log = log, .flash = flash, .bytes = bytes};
    *damages = (struct image_damages){0};
    int result = bytes == NULL ? -1 : scan_sectors(&scan, bytes);
    free(bytes);
    if (result < 0) {
        image_damage_free(damages);
    }
    return result;
}

void image_damage_free(struct image_damages *damages)
{
    free(damages->list);
    *damages = (struct image_damages){0};
}
