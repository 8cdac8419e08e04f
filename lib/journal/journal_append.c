/* SPDX-License-Identifier: Apache-2.0 */
/* Records at the head of the log.
 *
 *   store > journal (this file: programming) > volume > device
 *
 * A record is composed in a buffer of one line and programmed line by line, in order, so that its
 * last unit is its commit: a cut before it leaves a record whose checksum fails, a cut in it leaves
 * one that may read valid or not, and the next mount decides which. No line is programmed twice,
 * zero-filling excepted, and no program call crosses a line.
 */
#include "journal_private.h"

#include <string.h>

#include "Storage_VM.h"
#include "cfs/bytes.h"
#include "cfs/crc.h"

#define VERIFY_BYTES 32u /* on the stack */

#if !CFS_CFG_READ_ONLY

int32_t cfs_append_failed(struct cfs_journal *journal, int32_t error)
{
    journal->failed = true;
    return error;
}

/* A program failed. If that was in the head, nothing more goes there: what is valid in it stays, and the
 * next record opens the next sector. */
static int32_t torn(struct cfs_journal *journal, cfs_pos_t position)
{
    journal->torn = true;
    if (cfs_place_sector_of(journal, position) == cfs_place_sector(journal, journal->number)) {
        journal->torn_end = (uint16_t)(cfs_place_line_of(journal, position) + 1u);
        journal->cursor = cfs_place_sector_lines(journal, journal->number);
        journal->parity_from = 0;
        /* without a spare the sector gets another chance */
        (void)cfs_retire(journal, journal->number + journal->sector_count);
    }
    return CFS_ERR_IO;
}

bool cfs_journal_is_closed(const struct cfs_journal *journal)
{
    return !journal->failed && journal->cursor >= cfs_place_sector_lines(journal, journal->number);
}

/* Does the medium hold what was programmed? CFS_ERR_IO: not, or it cannot be read. */
static int32_t verify(struct cfs_journal *journal, cfs_off_t offset, const uint8_t *data,
                      uint32_t size)
{
    uint8_t chunk[VERIFY_BYTES];
    bool equal = true;

    for (uint32_t part; equal && size > 0; size -= part, offset += part, data += part) {
        part = size < sizeof chunk ? size : (uint32_t)sizeof chunk;
        equal = cfs_volume_read(journal->volume, offset, chunk, part) == CFS_OK &&
                memcmp(chunk, data, part) == 0;
    }
    return equal ? CFS_OK : CFS_ERR_IO;
}

/* Program the composed line, padded to whole units, and read it back if it `is_data` and the owner
 * wants that. A line of the format may be several of the device; no call crosses one of those. */
static int32_t program_line(struct cfs_journal *journal, cfs_pos_t position, bool is_data)
{
    uint32_t unit = journal->unit_bytes;
    uint32_t size = (journal->line_fill + unit - 1u) / unit * unit;
    cfs_off_t offset = cfs_place_offset(journal, position);

    memset(journal->line + journal->line_fill, 0, size - journal->line_fill);
    journal->line_fill = 0;
    journal->scratch_position = 0; /* what was read there may have changed */
    if (journal->patch_position == position) {
        journal->patch_position = 0;
    }
    for (uint32_t at = 0, part; at < size; at += part) {
        int32_t result;

        part = size - at < journal->device_line_bytes ? size - at : journal->device_line_bytes;
        result = cfs_volume_program(journal->volume, offset + at, journal->line + at, part);
        if (result == CFS_OK && journal->verify && is_data) {
            result = verify(journal, offset + at, journal->line + at, part);
        }
        if (result != CFS_OK) {
            return result == CFS_ERR_IO ? torn(journal, position)
                                        : cfs_append_failed(journal, result);
        }
    }
    return CFS_OK;
}

int32_t cfs_append_fill(struct cfs_journal *journal, cfs_pos_t position)
{
    /* every bit programmed */
    memset(journal->line, ~cfs_volume_erased_value(journal->volume), journal->line_bytes);
    journal->line_fill = journal->line_bytes;
    return program_line(journal, position, false);
}

void cfs_append_bury_torn(struct cfs_journal *journal)
{
    uint32_t line = journal->record_from;

    for (; cfs_journal_is_closed(journal) && line != 0 && line < journal->torn_end; line++) {
        (void)cfs_append_fill(journal,
                              cfs_place_in(journal, journal->number, line)); /* if it can */
    }
    journal->record_from = 0;
}

int32_t cfs_append_fills(struct cfs_journal *journal)
{
    int32_t result = CFS_OK;

    for (uint32_t line = journal->fill_from; result == CFS_OK && line < journal->cursor; line++) {
        if (CFS_RULE(FILL)) {
            result = cfs_append_fill(journal, cfs_place_in(journal, journal->number, line));
        }
    }
    journal->fresh = result == CFS_OK;
    cfs_append_start_stretch(journal);
    return result;
}

/* ---- the line being composed */

void cfs_append_start_stretch(struct cfs_journal *journal)
{
    journal->parity_from = journal->cursor;
    memset(journal->parity, 0, journal->line_bytes);
}

/* The line as it will read: what is programmed, and erased cells behind it. */
static void add_to_parity(struct cfs_journal *journal, uint32_t size)
{
    uint8_t erased = cfs_volume_erased_value(journal->volume);

    for (uint32_t i = 0; i < journal->line_bytes; i++) {
        journal->parity[i] ^= i < size ? journal->line[i] : erased;
    }
}

static int32_t flush(struct cfs_journal *journal)
{
    uint32_t unit = journal->unit_bytes;
    uint32_t size = (journal->line_fill + unit - 1u) / unit * unit;
    int32_t result;

    CFS_ASSERT(journal->cursor < cfs_place_sector_lines(journal, journal->number));
    result = program_line(journal, cfs_place_head(journal), true);
    if (result == CFS_OK) {
        journal->cursor++;
        if (journal->parity_from != 0) {
            add_to_parity(journal, size);
        }
    }
    return result;
}

int32_t cfs_append_bytes(struct cfs_journal *journal, const void *data, uint32_t size)
{
    const uint8_t *from = data;

    journal->crc = cfs_crc32c(journal->crc, data, size);
    while (size > 0) {
        uint32_t room = journal->line_bytes - journal->line_fill;
        uint32_t part = size < room ? size : room;

        memcpy(journal->line + journal->line_fill, from, part);
        journal->line_fill += part;
        from += part;
        size -= part;
        if (journal->line_fill == journal->line_bytes) {
            int32_t result = flush(journal);

            if (result != CFS_OK) {
                return result;
            }
        }
    }
    return CFS_OK;
}

int32_t cfs_append_begin(struct cfs_journal *journal, struct cfs_record *record,
                         const struct cfs_path *path)
{
    uint32_t size;

    record->number = journal->number;
    record->position = cfs_place_head(journal);
    journal->scratch_position = 0;
    size = cfs_record_encode(record, path, &journal->shape, journal->scratch);
    if (journal->cursor + cfs_place_lines(journal, cfs_record_bytes(record)) >
        cfs_place_sector_lines(journal, journal->number)) {
        return cfs_append_failed(journal,
                                 CFS_ERR_DAMAGED); /* only media made by somebody else come here */
    }
    journal->line_fill = 0;
    journal->record_from = (uint16_t)journal->cursor;
    journal->crc = cfs_record_crc_start(record->number, journal->salt, record->position);
    return cfs_append_bytes(journal, journal->scratch, size);
}

int32_t cfs_append_end(struct cfs_journal *journal)
{
    uint8_t crc[CFS_RECORD_CRC_BYTES];
    int32_t result;

    cfs_put_le(crc, journal->crc, CFS_RECORD_CRC_BYTES);
    result = cfs_append_bytes(journal, crc, sizeof crc);
    if (result == CFS_OK && journal->line_fill > 0) {
        result = flush(journal);
    }
    if (result == CFS_OK) {
        journal->record_from = 0;
        journal->fresh = true;
        journal->unproven_empty = false;
    }
    return result;
}

/* ---- control records */

int32_t cfs_append_control(struct cfs_journal *journal, unsigned kind, unsigned flags,
                           const void *payload, uint32_t size)
{
    struct cfs_record record = {
        .kind = (uint8_t)kind, .flags = (uint8_t)flags, .payload_bytes = size};
    int32_t result = cfs_append_begin(journal, &record, NULL);

    if (result == CFS_OK && size > 0) {
        result = cfs_append_bytes(journal, payload, size);
    }
    return result == CFS_OK ? cfs_append_end(journal) : result;
}

/* A checkpoint body: the state, the roots, then what is retired. */
static int32_t put_state(struct cfs_journal *journal)
{
    uint8_t body[CFS_CHECKPOINT_BYTES(4)];
    int32_t result;

    cfs_checkpoint_encode(&journal->state, journal->width, body);
    result = cfs_append_bytes(journal, body, CFS_CHECKPOINT_BYTES(journal->width));
    if (result == CFS_OK) {
        result = cfs_append_bytes(journal, journal->roots, journal->bucket_count * journal->width);
    }
    for (uint32_t i = 0; result == CFS_OK && i < journal->layout.spare_sectors; i++) {
        cfs_put_le(body, journal->retired[i], CFS_RETIRED_BYTES);
        result = cfs_append_bytes(journal, body, CFS_RETIRED_BYTES);
    }
    return result;
}

int32_t cfs_append_checkpoint(struct cfs_journal *journal, unsigned flags)
{
    struct cfs_record record = {.kind = CFS_KIND_CHECKPOINT,
                                .flags = (uint8_t)flags,
                                .payload_bytes = cfs_place_state_bytes(journal)};
    int32_t result = cfs_append_begin(journal, &record, NULL);

    if (result == CFS_OK) {
        result = put_state(journal);
    }
    if (result == CFS_OK) {
        result = cfs_append_end(journal);
    }
    journal->checkpoint_position = record.position;
    return result;
}

int32_t cfs_append_header(struct cfs_journal *journal)
{
    const struct cfs_header header = {
        .number = journal->number,
        .salt = journal->salt,
        .volume_id = journal->volume_id,
        .version = CFS_FORMAT_VERSION,
        .unit_log2 = (uint8_t)cfs_place_log2(journal->unit_bytes),
        .line_log2 = (uint8_t)cfs_place_log2(journal->line_bytes),
        .position_bits = journal->shape.position_bits,
        .bucket_log2 = journal->shape.bucket_log2,
        .hash_bits = CFS_CFG_HASH_BITS,
        .sector_count = journal->sector_count,
        .features = cfs_place_features(journal),
    };
    struct cfs_record record = {.kind = CFS_KIND_HEADER,
                                .payload_bytes =
                                    CFS_HEADER_FIXED_BYTES + cfs_place_state_bytes(journal)};
    uint8_t fixed[CFS_HEADER_FIXED_BYTES];
    int32_t result;

    journal->kept_end = 0;
    cfs_header_encode(&header, fixed);
    result = cfs_append_begin(journal, &record, NULL);
    if (result == CFS_OK) {
        result = cfs_append_bytes(journal, fixed, sizeof fixed);
    }
    if (result == CFS_OK) {
        result = put_state(journal);
    }
    if (result == CFS_OK) {
        result = cfs_append_end(journal);
    }
    journal->checkpoint_position = record.position;
    return result;
}

int32_t cfs_append_mark(struct cfs_journal *journal, uint32_t number, uint32_t salt)
{
    const struct cfs_mark mark = {.version = CFS_FORMAT_VERSION,
                                  .line_log2 = (uint8_t)cfs_place_log2(journal->line_bytes),
                                  .number = number,
                                  .salt = salt};

    cfs_mark_encode(&mark, journal->line);
    journal->line_fill = CFS_MARK_BYTES;
    return program_line(journal, cfs_place_in(journal, number, CFS_LINE_MARK), true);
}

int32_t cfs_append_parity(struct cfs_journal *journal)
{
    uint8_t from[CFS_PARITY_FROM_BYTES];
    struct cfs_record record = {.kind = CFS_KIND_PARITY,
                                .flags = CFS_RECORD_BEGIN | CFS_RECORD_END,
                                .payload_bytes = sizeof from + journal->line_bytes};
    int32_t result;

    if (journal->parity_from == 0 || journal->parity_from == journal->cursor ||
        journal->cursor + journal->layout.parity_lines >=
            cfs_place_sector_lines(journal, journal->number)) {
        return CFS_OK; /* nothing to cover, or no room for it and a seal */
    }
    cfs_put_le(from, journal->parity_from, sizeof from);
    journal->parity_from = 0; /* it does not cover itself */
    result = cfs_append_begin(journal, &record, NULL);
    if (result == CFS_OK) {
        result = cfs_append_bytes(journal, from, sizeof from);
    }
    if (result == CFS_OK) {
        result = cfs_append_bytes(journal, journal->parity, journal->line_bytes);
    }
    if (result == CFS_OK) {
        result = cfs_append_end(journal);
    }
    cfs_append_start_stretch(journal);
    cfs_repair_forget(journal);
    return result;
}

int32_t cfs_append_seal(struct cfs_journal *journal)
{
    uint8_t payload[CFS_SEAL_BYTES];
    cfs_pos_t position = cfs_place_head(journal);

    cfs_put_le(payload, cfs_place_line_of(journal, journal->checkpoint_position), 2);
    cfs_put_le(payload + 2, journal->kept_end, 2);
    journal->seal_position = position;
    return cfs_append_control(journal, CFS_KIND_SEAL, 0, payload, sizeof payload);
}

int32_t cfs_append_two_seals(struct cfs_journal *journal)
{
    int32_t result = cfs_append_seal(journal);

    return result == CFS_OK ? cfs_append_seal(journal) : result;
}

int32_t cfs_append_opener(struct cfs_journal *journal)
{
    uint8_t payload[CFS_OPENER_BYTES];
    int32_t result;

    /* a seal of another sector needs no naming: there is no gap to heal */
    cfs_put_le(payload,
               cfs_place_sector_of(journal, journal->seal_position) ==
                       cfs_place_sector(journal, journal->number)
                   ? cfs_place_line_of(journal, journal->seal_position)
                   : 0u,
               2);
    cfs_put_le(payload + 2, journal->state.session, 4);
    result = cfs_append_control(journal, CFS_KIND_OPENER, CFS_RECORD_BEGIN | CFS_RECORD_END,
                                payload, sizeof payload);
    journal->opened = journal->opened || result == CFS_OK;
    return result;
}

int32_t cfs_append_empty(struct cfs_journal *journal)
{
    unsigned flags = CFS_RECORD_END;
    uint8_t payload[CFS_EMPTY_BYTES];
    int32_t result;

    flags |= journal->run == CFS_RUN_MIDDLE ? 0u : CFS_RECORD_BEGIN;
    cfs_put_le(payload, cfs_retire_next(journal, journal->state.tail), sizeof payload);
    result = cfs_append_control(journal, CFS_KIND_EMPTY, flags, payload, sizeof payload);
    if (result == CFS_OK) {
        cfs_place_clear_roots(journal, journal->state.tail);
        journal->state.tail = cfs_retire_next(journal, journal->state.tail);
        journal->reclaim_line = 0;
        journal->doubtful = false;
        journal->unproven_empty = CFS_RULE(EMPTY_PROVEN);
        journal->run = CFS_RUN_ALONE;
    }
    return result;
}

#endif
