/* SPDX-License-Identifier: Apache-2.0 */
/* See image_log.h. In three passes: what the starts of the sectors say, the records behind them,
 * and then, with everything known, names and what is live (image_live.c). */
#include "image_log.h"

#include <stdlib.h>
#include <string.h>

#include "cfs/bytes.h"
#include "cfs/crc.h"

#include "image_live.h"

static uint32_t lines_for(const struct image_log *log, uint32_t bytes)
{
    return (bytes + log->line_bytes - 1) / log->line_bytes;
}

/* ---- starts of sectors */

/* Is the record at `offset` of the sector's bytes intact, given the sector's number and salt? */
static bool is_intact(const struct image_log *log, uint32_t sector, uint32_t offset,
                      const struct cfs_record *record, const uint8_t *bytes)
{
    const struct image_sector *info = &log->sectors[sector];
    uint32_t covered = record->head_bytes + record->payload_bytes;
    cfs_pos_t position = (sector * log->sector_bytes + offset) / log->line_bytes;
    uint32_t crc = cfs_record_crc_start(info->number, info->salt, position);
    return cfs_get_le32(bytes + offset + covered) == cfs_crc32c(crc, bytes + offset, covered);
}

/* A head at `offset` whose record ends within the sector. */
static bool has_head(const struct image_log *log, uint32_t offset, const uint8_t *bytes,
                     struct cfs_record *record)
{
    uint32_t left = log->sector_bytes - offset;
    *record = (struct cfs_record){0};
    return cfs_record_decode(record, &log->shape, bytes + offset, left) > 0 &&
           cfs_record_bytes(record) <= left;
}

static void take_tail(struct image_log *log, uint32_t tail)
{
    log->tail = tail > log->tail ? tail : log->tail;
}

/* Intact or not, nothing else is believed that the codec could not work with. */
static bool is_possible(const struct cfs_header *header)
{
    return header->position_bits >= 10 && header->position_bits <= 32 &&
           header->hash_bits == CFS_CFG_HASH_BITS && header->bucket_log2 <= 8;
}

/* The header says number and salt itself; without them its checksum cannot be verified. */
static void read_header(struct image_log *log, uint32_t sector, const uint8_t *bytes)
{
    struct image_sector *info = &log->sectors[sector];
    uint32_t offset = (lines_for(log, CFS_MARK_BYTES) + 1) * log->line_bytes;
    struct cfs_record record;
    struct cfs_header header;
    if (!has_head(log, offset, bytes, &record) || record.kind != CFS_KIND_HEADER ||
        record.payload_bytes < CFS_HEADER_FIXED_BYTES) {
        return;
    }
    struct image_sector before = *info;
    cfs_header_decode(&header, bytes + offset + record.head_bytes);
    info->number = header.number;
    info->salt = header.salt;
    if (!is_intact(log, sector, offset, &record, bytes) || !is_possible(&header)) {
        *info = before;
        return;
    }
    info->state = IMAGE_LOG;
    log->shape = (struct cfs_shape){header.position_bits, header.bucket_log2};
    log->header_lines = offset / log->line_bytes + lines_for(log, cfs_record_bytes(&record));
    take_tail(log, cfs_get_le32(bytes + offset + record.head_bytes + CFS_HEADER_FIXED_BYTES));
}

static bool is_blank(const uint8_t *bytes, uint32_t size, uint8_t erased)
{
    return bytes[0] == erased && memcmp(bytes, bytes + 1, size - 1) == 0;
}

static void read_start(struct image_log *log, uint32_t sector, const uint8_t *bytes, uint8_t erased)
{
    struct image_sector *info = &log->sectors[sector];
    struct cfs_mark mark;
    info->state = is_blank(bytes, log->sector_bytes, erased) ? IMAGE_BLANK : IMAGE_UNKNOWN;
    if (cfs_mark_decode(&mark, bytes) == 0) {
        info->state = IMAGE_READY;
        info->number = mark.number;
        info->salt = mark.salt;
    }
    read_header(log, sector, bytes);
}

/* ---- records */

static struct image_record *add_record(struct image_log *log)
{
    if (log->record_count == log->record_room) {
        size_t room = log->record_room == 0 ? 256 : 2 * log->record_room;
        struct image_record *records = realloc(log->records, room * sizeof *records);
        if (records == NULL) {
            return NULL;
        }
        log->records = records;
        log->record_room = room;
    }
    return &log->records[log->record_count++];
}

static void take_state(struct image_log *log, const struct cfs_record *record,
                       const uint8_t *payload)
{
    bool tells_tail = record->kind == CFS_KIND_CHECKPOINT || record->kind == CFS_KIND_EMPTY;
    if (tells_tail && record->payload_bytes >= 4) {
        take_tail(log, cfs_get_le32(payload));
    }
}

/* A head is shown though its record is not intact, for its check fits. A SAME has none, and one line in
 * sixteen of anything looks like it. */
static bool is_record(const struct image_log *log, uint32_t sector, uint32_t offset,
                      const struct cfs_record *record, const uint8_t *bytes)
{
    return record->kind != CFS_KIND_SAME || is_intact(log, sector, offset, record, bytes);
}

static int read_record(struct image_log *log, uint32_t sector, uint32_t offset,
                       const struct cfs_record *record, const uint8_t *bytes)
{
    const uint8_t *payload = bytes + offset + record->head_bytes;
    struct image_record *found = add_record(log);
    if (found == NULL) {
        return -1;
    }
    *found = (struct image_record){.record = *record, .sector = sector, .offset = offset};
    found->record.numbers = NULL;
    found->is_intact = is_intact(log, sector, offset, record, bytes);
    found->name_bytes = record->name_bytes;
    memcpy(found->name, payload, record->name_bytes);
    if (found->is_intact) {
        take_state(log, record, payload);
    }
    log->sectors[sector].record_count++;
    return 0;
}

/* Behind a record the next one stands on the next line; where none stands, a later line may. */
static int read_records(struct image_log *log, uint32_t sector, const uint8_t *bytes)
{
    uint32_t offset = log->header_lines * log->line_bytes;
    while (offset + log->line_bytes <= log->sector_bytes) {
        struct cfs_record record;
        uint32_t lines = 1;
        if (has_head(log, offset, bytes, &record) &&
            is_record(log, sector, offset, &record, bytes)) {
            if (read_record(log, sector, offset, &record, bytes) < 0) {
                return -1;
            }
            bool is_whole = log->records[log->record_count - 1].is_intact;
            lines = is_whole ? lines_for(log, cfs_record_bytes(&record)) : 1;
        }
        offset += lines * log->line_bytes;
    }
    return 0;
}

/* ---- all of it */

static int read_all(struct image_log *log, const struct sim_flash *flash)
{
    uint8_t *bytes = malloc(log->sector_bytes);
    log->sectors = calloc(log->sector_count, sizeof *log->sectors);
    if (bytes == NULL || log->sectors == NULL) {
        free(bytes);
        return -1;
    }
    for (uint32_t i = 0; i < log->sector_count; i++) {
        sim_flash_peek(flash, (uint64_t)i * log->sector_bytes, bytes, log->sector_bytes);
        read_start(log, i, bytes, sim_flash_profile(flash)->erased_value);
    }
    int result = 0;
    for (uint32_t i = 0; result == 0 && i < log->sector_count && log->header_lines > 0; i++) {
        if (log->sectors[i].number > 0) {
            sim_flash_peek(flash, (uint64_t)i * log->sector_bytes, bytes, log->sector_bytes);
            result = read_records(log, i, bytes);
        }
    }
    free(bytes);
    return result;
}

int image_log_read(struct image_log *log, const struct sim_flash *flash,
                   struct complaint *complaint)
{
    const struct sim_profile *profile = sim_flash_profile(flash);
    *log = (struct image_log){.sector_count = sim_flash_sector_count(flash),
                              .sector_bytes = profile->regions[0].sector_bytes,
                              .line_bytes = profile->line_bytes,
                              .shape = {.position_bits = 10}};
    if (read_all(log, flash) < 0) {
        image_log_free(log);
        return complain(complaint, "out of memory.");
    }
    image_find_live(log);
    return 0;
}

void image_log_free(struct image_log *log)
{
    free(log->sectors);
    free(log->records);
    *log = (struct image_log){0};
}

const char *image_state_name(enum image_state state)
{
    static const char *const names[] = {
        [IMAGE_BLANK] = "blank", [IMAGE_READY] = "ready",     [IMAGE_LOG] = "log",
        [IMAGE_FREE] = "free",   [IMAGE_UNKNOWN] = "unknown",
    };
    return names[state];
}

const char *image_kind_name(unsigned kind)
{
    static const char *const names[16] = {
        [CFS_KIND_FULL] = "value",    [CFS_KIND_LINK] = "link",
        [CFS_KIND_SAME] = "same",     [CFS_KIND_TOMBSTONE] = "deleted",
        [CFS_KIND_OBJECT] = "object", [CFS_KIND_LOST] = "lost",
        [CFS_KIND_PARITY] = "parity", [CFS_KIND_CHECKPOINT] = "state",
        [CFS_KIND_SEAL] = "seal",     [CFS_KIND_OPENER] = "opener",
        [CFS_KIND_EMPTY] = "tail",    [CFS_KIND_COMMIT] = "commit",
        [CFS_KIND_HEADER] = "header",
    };
    const char *name = kind < 16 ? names[kind] : NULL;
    return name == NULL ? "unknown" : name;
}
