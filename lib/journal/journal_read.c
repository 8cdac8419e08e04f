/* SPDX-License-Identifier: Apache-2.0 */
/* Records at a place: heads, checksums, payloads.
 *
 *   store > journal (this file: reading) > volume > device
 *
 * A line that cannot be read costs only what stands in it: it reads as "no valid record", never as
 * a failure of the call.
 */
#include "journal_private.h"

#include <string.h>

#include "Storage_VM.h"
#include "cfs/bytes.h"
#include "cfs/crc.h"

#if !CFS_CFG_READ_ONLY

#define HEAD_FIRST_BYTES 32u /* most heads fit; what is missing is read in further steps */
#define HEAD_STEPS_MAX   8   /* length, map, numbers; each step learns how much more is needed */
#define CHUNK_BYTES      64u

/* How much of [offset, offset + size) stands before the patched line, or, if it begins in that line,
 * in it. */
static uint32_t part_of(const struct cfs_journal *journal, cfs_off_t offset, uint32_t size,
                        bool *patched)
{
    cfs_off_t patch = cfs_place_offset(journal, journal->patch_position);
    uint32_t line = journal->line_bytes;
    uint32_t part = size;

    *patched = journal->patch_position != 0 && offset >= patch && offset < patch + line;
    if (*patched) {
        part = (uint32_t)(patch + line - offset);
    } else if (journal->patch_position != 0 && offset < patch) {
        part = (uint32_t)(patch - offset);
    }
    return part < size ? part : size;
}

int32_t cfs_read_bytes(struct cfs_journal *journal, cfs_off_t offset, void *data, uint32_t size)
{
    uint8_t *to = data;
    int32_t result = CFS_OK;

    while (result == CFS_OK && size > 0) {
        bool patched;
        uint32_t part = part_of(journal, offset, size, &patched);

        if (patched) {
            memcpy(to, journal->patch + offset % journal->line_bytes, part);
        } else {
            result = cfs_volume_read(journal->volume, offset, to, part);
        }
        to += part;
        offset += part;
        size -= part;
    }
    return result;
}

/* Bytes from `position` to the end of its sector. */
static uint32_t bytes_to_sector_end(const struct cfs_journal *journal, cfs_pos_t position)
{
    cfs_sector_t sector = cfs_place_sector_of(journal, position);
    const struct cfs_extent *extent = cfs_place_extent_of_sector(journal, sector);

    return (cfs_place_line(journal, sector, extent->sector_lines) - position) * journal->line_bytes;
}

/* Have at least `want` bytes of the record at a place in the scratch buffer. */
static int32_t fetch(struct cfs_journal *journal, cfs_pos_t position, uint32_t want)
{
    uint32_t have = journal->scratch_position == position ? journal->scratch_bytes : 0u;
    int32_t result;

    if (have >= want) {
        return CFS_OK;
    }
    journal->scratch_position = 0;
    result = cfs_read_bytes(journal, cfs_place_offset(journal, position) + have,
                            journal->scratch + have, want - have);
    if (result == CFS_OK) {
        journal->scratch_position = position;
        journal->scratch_bytes = want;
    }
    return result;
}

/* The length of the head at a place; 0: none. Reads no line that is not the record's own: at first no
 * more than one, since the next may be another record's, and unreadable. */
static int32_t decode_at(struct cfs_journal *journal, cfs_pos_t position, struct cfs_record *record)
{
    uint32_t room = bytes_to_sector_end(journal, position);
    uint32_t want = journal->line_bytes < HEAD_FIRST_BYTES ? journal->line_bytes : HEAD_FIRST_BYTES;

    for (int step = 0; step < HEAD_STEPS_MAX && want <= CFS_RECORD_HEAD_MAX && want <= room;
         step++) {
        int32_t result = fetch(journal, position, want);

        if (result != CFS_OK) {
            return result == CFS_ERR_UNREADABLE ? 0 : result;
        }
        result =
            cfs_record_decode(record, &journal->shape, journal->scratch, journal->scratch_bytes);
        if (result >= 0) {
            return result > 0 && cfs_record_bytes(record) <= room ? result : 0;
        }
        want = (uint32_t)-result;
    }
    return 0;
}

int32_t cfs_read_unverified(struct cfs_journal *journal, uint32_t number, cfs_pos_t position,
                            struct cfs_record *record)
{
    int32_t result = decode_at(journal, position, record);

    if (result <= 0) {
        record->head_bytes = 0;
        return result;
    }
    record->number = number;
    record->position = position;
    return 1;
}

int32_t cfs_read_head(struct cfs_journal *journal, uint32_t number, cfs_pos_t position,
                      struct cfs_record *record)
{
    uint32_t salt;
    int32_t result = cfs_read_unverified(journal, number, position, record);

    if (result <= 0 || record->kind != CFS_KIND_SAME) {
        return result;
    }
    result = cfs_read_salt(journal, number, &salt); /* a SAME has no check of its own */
    if (result == CFS_ERR_DAMAGED) {
        return 0;
    }
    return result == CFS_OK ? cfs_read_pass(journal, record, salt, NULL, NULL) : result;
}

/* The record at a place is known to be committed: make it good if it is damaged. 1; 0; CFS_ERR_IO. */
static int32_t repair_at(struct cfs_journal *journal, uint32_t number, cfs_pos_t position)
{
    uint32_t salt;
    int32_t result = cfs_read_salt(journal, number, &salt);

    if (result != CFS_OK) {
        return result == CFS_ERR_DAMAGED ? 0 : result;
    }
    return cfs_repair(journal, number, salt, position, CFS_REPAIR_COMMITTED);
}

#define KIND(kind) (1u << (kind))
#define DATA_KINDS (KIND(CFS_KIND_LOST + 1u) - KIND(CFS_KIND_FULL))

/* Read the head of a record that is known to be committed, and of one of some kinds. 1;
 * CFS_ERR_DAMAGED: beyond repair. */
static int32_t read_committed(struct cfs_journal *journal, uint32_t number, cfs_pos_t position,
                              uint32_t kinds, struct cfs_record *record)
{
    int32_t result = cfs_read_head(journal, number, position, record);

    if (result == 0 || (result > 0 && (KIND(record->kind) & kinds) == 0)) {
        result = repair_at(journal, number, position);
        result = result > 0 ? cfs_read_head(journal, number, position, record) : result;
    }
    return result < 0 || (result > 0 && (KIND(record->kind) & kinds) != 0) ? result
                                                                           : CFS_ERR_DAMAGED;
}

/* Serve the part of a piece that lies in payload bytes [at, at + size). False: it differs. */
static bool serve(const struct cfs_piece *piece, uint32_t at, const uint8_t *data, uint32_t size)
{
    uint32_t from = at > piece->offset ? at : piece->offset;
    uint32_t to = at + size;

    if (to > piece->offset + piece->size) {
        to = piece->offset + piece->size;
    }
    if (from >= to) {
        return true;
    }
    data += from - at;
    if (piece->copy_to) {
        memcpy((uint8_t *)piece->copy_to + (from - piece->offset), data, to - from);
    }
    return !piece->compare_with ||
           memcmp((const uint8_t *)piece->compare_with + (from - piece->offset), data, to - from) ==
               0;
}

int32_t cfs_read_pass(struct cfs_journal *journal, const struct cfs_record *record, uint32_t salt,
                      const struct cfs_piece *piece, bool *equal)
{
    uint8_t chunk[CHUNK_BYTES];
    cfs_off_t offset = cfs_place_offset(journal, record->position);
    uint32_t covered = record->head_bytes + record->payload_bytes;
    uint32_t known = journal->scratch_position == record->position ? journal->scratch_bytes : 0u;
    uint32_t crc = cfs_record_crc_start(record->number, salt, record->position);
    int32_t result = CFS_OK;

    for (uint32_t at = 0, size; result == CFS_OK && at < covered; at += size) {
        const uint8_t *data = journal->scratch + at;
        uint32_t limit = at < record->head_bytes ? record->head_bytes : covered;

        size = limit - at; /* payload bytes begin a chunk */
        size = at < known && known - at < size ? known - at : size;
        if (at >= known) {
            size = size < CHUNK_BYTES ? size : CHUNK_BYTES;
            result = cfs_read_bytes(journal, offset + at, chunk, size);
            data = chunk;
        }
        crc = cfs_crc32c(crc, data, size);
        if (result == CFS_OK && piece && at >= record->head_bytes) {
            *equal = serve(piece, at - record->head_bytes, data, size) && *equal;
        }
    }
    if (result == CFS_OK && covered + CFS_RECORD_CRC_BYTES <= known) {
        memcpy(chunk, journal->scratch + covered, CFS_RECORD_CRC_BYTES);
    } else if (result == CFS_OK) {
        result = cfs_read_bytes(journal, offset + covered, chunk, CFS_RECORD_CRC_BYTES);
    }
    if (result != CFS_OK) {
        return result == CFS_ERR_UNREADABLE ? 0 : result;
    }
    return cfs_get_le(chunk, CFS_RECORD_CRC_BYTES) == crc ? 1 : 0;
}

int32_t cfs_read_valid(struct cfs_journal *journal, uint32_t number, uint32_t salt,
                       cfs_pos_t position, struct cfs_record *record)
{
    int32_t result = cfs_read_unverified(journal, number, position, record);

    return result > 0 ? cfs_read_pass(journal, record, salt, NULL, NULL) : result;
}

int32_t cfs_read_is_empty(struct cfs_journal *journal, cfs_pos_t position)
{
    uint32_t size = journal->line_bytes < HEAD_FIRST_BYTES ? journal->line_bytes : HEAD_FIRST_BYTES;
    int32_t result = fetch(journal, position, size);
    uint8_t first = journal->scratch[0];

    while (result == CFS_OK && size > 0 && journal->scratch[size - 1u] == first) {
        size--;
    }
    if (result != CFS_OK) {
        return result == CFS_ERR_UNREADABLE ? 0 : result;
    }
    return size == 0 && (first == 0u || first == 0xFFu);
}

int32_t cfs_read_healed(struct cfs_journal *journal, uint32_t number, uint32_t salt,
                        cfs_pos_t position, struct cfs_record *record, enum cfs_repair_why why)
{
    int32_t result = cfs_read_valid(journal, number, salt, position, record);

    if (result != 0) {
        return result;
    }
    result = cfs_read_is_empty(journal, position);
    if (result != 0) {
        return result < 0 ? result : 0;
    }
    result = cfs_repair(journal, number, salt, position, why);
    if (result > 0) {
        return cfs_read_valid(journal, number, salt, position, record);
    }
    return result;
}

int32_t cfs_read_salt(struct cfs_journal *journal, uint32_t number, uint32_t *salt)
{
    struct cfs_sector_info info;
    int32_t result;

    if (number == journal->number) {
        *salt = journal->salt;
        return CFS_OK;
    }
    if (number != journal->other_number) {
        result = cfs_sector_read(journal, cfs_place_sector(journal, number), false, &info);
        if (result < 0) {
            return result;
        }
        if (!(info.marked || info.headed) || info.number != number) {
            return CFS_ERR_DAMAGED;
        }
        journal->other_number = number;
        journal->other_salt = info.salt;
    }
    *salt = journal->other_salt;
    return CFS_OK;
}

/* Is the line blank, as far as was read already? */
static bool is_known_blank(const struct cfs_journal *journal, cfs_pos_t position)
{
    uint8_t erased = cfs_volume_erased_value(journal->volume);
    uint32_t size = journal->line_bytes;

    if (journal->scratch_position != position || journal->scratch_bytes < size ||
        cfs_volume_has_blank_check(journal->volume)) {
        return false;
    }
    while (size > 0 && journal->scratch[size - 1u] == erased) {
        size--;
    }
    return size == 0;
}

int32_t cfs_read_is_visible(struct cfs_journal *journal, cfs_pos_t position)
{
    int32_t blank = is_known_blank(journal, position)
                        ? 1
                        : cfs_volume_is_blank(journal->volume, cfs_place_offset(journal, position),
                                              journal->line_bytes);

    return blank < 0 ? blank : !blank;
}

int32_t cfs_journal_read_target(struct cfs_journal *journal, uint32_t number, cfs_pos_t position,
                                cfs_pos_t target, struct cfs_record *record)
{
    uint32_t target_number;

    return cfs_place_resolve(journal, number, position, target, &target_number)
               ? read_committed(journal, target_number, target, DATA_KINDS, record)
               : 0;
}

int32_t cfs_journal_read_root(struct cfs_journal *journal, uint32_t bucket,
                              struct cfs_record *record)
{
    return cfs_journal_read_target(journal, journal->number, cfs_place_head(journal),
                                   cfs_journal_root(journal, bucket), record);
}

int32_t cfs_journal_read_base(struct cfs_journal *journal, const struct cfs_record *record,
                              struct cfs_record *base)
{
    uint32_t kinds = KIND(CFS_KIND_FULL);
    uint32_t number;

    if (record->kind != CFS_KIND_LINK && record->kind != CFS_KIND_SAME) {
        *base = *record;
        return 1;
    }
    if (!cfs_place_resolve(journal, record->number, record->position, record->base, &number)) {
        return 0;
    }
    kinds |= record->kind == CFS_KIND_SAME ? KIND(CFS_KIND_LINK) : 0u;
    return read_committed(journal, number, record->base, kinds, base);
}

int32_t cfs_read_payload(struct cfs_journal *journal, const struct cfs_record *record,
                         uint32_t offset, void *data, uint32_t size)
{
    cfs_off_t from = cfs_place_offset(journal, record->position) + record->head_bytes + offset;
    int32_t result;

    CFS_ASSERT(offset + size <= record->payload_bytes);
    result = cfs_read_bytes(journal, from, data, size);
    return result == CFS_ERR_UNREADABLE ? CFS_ERR_DAMAGED : result;
}

int32_t cfs_journal_read_payload(struct cfs_journal *journal, const struct cfs_record *record,
                                 uint32_t offset, void *data, uint32_t size)
{
    int32_t result = cfs_read_payload(journal, record, offset, data, size);

    if (result == CFS_ERR_DAMAGED) {
        result = repair_at(journal, record->number, record->position);
        result = result > 0    ? cfs_read_payload(journal, record, offset, data, size)
                 : result == 0 ? CFS_ERR_DAMAGED
                               : result;
    }
    return result;
}

int32_t cfs_journal_verify(struct cfs_journal *journal, const struct cfs_record *record,
                           const struct cfs_piece *piece)
{
    bool equal = true;
    uint32_t salt;
    int32_t result = cfs_read_salt(journal, record->number, &salt);

    if (result != CFS_OK) {
        return result;
    }
    result = cfs_read_pass(journal, record, salt, piece, &equal);
    if (result == 0) {
        result = cfs_repair(journal, record->number, salt, record->position, CFS_REPAIR_COMMITTED);
        equal = true;
        result = result > 0 ? cfs_read_pass(journal, record, salt, piece, &equal) : result;
    }
    return result == 0 ? CFS_ERR_DAMAGED : result < 0 ? result : equal;
}

int32_t cfs_journal_read_again(struct cfs_journal *journal, struct cfs_record *record)
{
    return read_committed(journal, record->number, record->position, DATA_KINDS, record);
}

int32_t cfs_journal_next(struct cfs_journal *journal, struct cfs_log_cursor *cursor,
                         struct cfs_record *record)
{
    if (cursor->number == 0) {
        cursor->number = journal->state.tail;
        cursor->line = journal->layout.header_lines;
    }
    while (cursor->number <= journal->number) {
        uint32_t lines = cfs_place_sector_lines(journal, cursor->number);
        uint32_t salt;
        int32_t result = cfs_read_salt(journal, cursor->number, &salt);

        while (result >= 0 && cursor->line < lines) {
            result = cfs_read_healed(journal, cursor->number, salt,
                                     cfs_place_in(journal, cursor->number, cursor->line), record,
                                     CFS_REPAIR_GUESS);
            cursor->line += result > 0 ? cfs_place_lines(journal, cfs_record_bytes(record)) : 1u;
            if (result > 0) {
                return 1;
            }
        }
        if (result < 0) {
            return result;
        }
        cursor->number = cfs_retire_next(journal, cursor->number);
        cursor->line = journal->layout.header_lines;
    }
    return 0;
}

#endif
