/* SPDX-License-Identifier: Apache-2.0 */
/* Records, and where they are, for a read-only build, which has to be small and may be slow.
 *
 *   store > journal (this file: reading for boot loaders) > volume > device
 *
 * A record is read byte by byte, and always wholly, so that nothing is believed that its checksum
 * does not cover: there are no buffers to be refilled and no heads to be trusted before their
 * payloads. A line that cannot be read, or damage, costs the record that it is in.
 */
#include "journal_boot.h"

#if CFS_CFG_READ_ONLY

#include "Storage_VM.h"
#include "cfs/bytes.h"
#include "cfs/crc.h"

/* ---- places */

cfs_pos_t cfs_boot_sector(const struct cfs_journal *journal, cfs_sector_t sector, cfs_pos_t *end)
{
    cfs_off_t offset = 0;
    uint32_t size_bytes = 0;

    (void)cfs_volume_sector(journal->volume, sector, &offset, &size_bytes); /* it exists */
    *end = (offset + size_bytes) / journal->line_bytes;
    return offset / journal->line_bytes;
}

uint32_t cfs_boot_lines(const struct cfs_journal *journal, const struct cfs_record *record)
{
    return (cfs_record_bytes(record) + journal->line_bytes - 1u) / journal->line_bytes;
}

/* ---- bytes */

/* Bytes of the medium, one behind the other, and the checksum over them. */
struct stream {
    const struct cfs_journal *journal;
    cfs_off_t at;
    uint32_t crc;
    int32_t result; /* of the first read that failed */
};

static uint8_t next(struct stream *stream)
{
    uint8_t byte = 0;

    if (stream->result == CFS_OK) {
        stream->result = cfs_volume_read(stream->journal->volume, stream->at, &byte, 1);
    }
    stream->at++;
    stream->crc = cfs_crc32c(stream->crc, &byte, 1);
    return byte;
}

static uint32_t next_le(struct stream *stream, unsigned bytes)
{
    uint32_t value = 0;

    for (unsigned shift = 0; shift < 8u * bytes; shift += 8u) {
        value |= (uint32_t)next(stream) << shift;
    }
    return value;
}

static uint32_t next_varint(struct stream *stream)
{
    uint32_t value = 0;
    unsigned shift = 0;
    uint8_t byte;

    do {
        byte = next(stream);
        value |= (uint32_t)(byte & 0x7Fu) << shift;
        shift += 7u;
    } while ((byte & 0x80u) && shift < 7u * CFS_VARINT_BYTES_MAX);
    return value;
}

/* ---- heads */

/* The string of numbers goes to the scratch buffer. Pointers begin at bit record->total of it, a field
 * that a reader has no other use for. False: too long. */
static bool read_numbers(struct stream *stream, struct cfs_record *record)
{
    uint8_t *numbers = stream->journal->scratch;
    unsigned q = stream->journal->shape.position_bits;
    unsigned bucket_log2 = stream->journal->shape.bucket_log2;
    bool is_same = record->kind == CFS_KIND_SAME;
    unsigned bucket_bits = is_same && bucket_log2 > 4u ? bucket_log2 - 4u : 0u;
    unsigned base_bits = is_same || record->kind == CFS_KIND_LINK ? q : 0u;
    uint32_t bytes;

    record->total = base_bits + bucket_bits + ((record->flags & CFS_RECORD_TOTAL) ? q : 0u);
    bytes = (record->total + cfs_count_bits(record->map) * q + 7u) / 8u;
    if (bytes > CFS_RECORD_HEAD_MAX) {
        return false;
    }
    for (uint32_t i = 0; i < bytes; i++) {
        numbers[i] = next(stream);
    }
    if (base_bits > 0) {
        record->base = cfs_get_bits(numbers, 0, base_bits);
    }
    if (bucket_bits > 0) {
        record->bucket |= (uint8_t)(cfs_get_bits(numbers, q, bucket_bits) << 4);
    }
    return true;
}

/* A whole head. False: what it says cannot be. */
static bool read_head(struct stream *stream, struct cfs_record *record)
{
    unsigned bucket_log2 = stream->journal->shape.bucket_log2;
    cfs_off_t start = stream->at;
    uint8_t first = next(stream);
    bool has_hash;

    record->kind = first & 0x0Fu;
    record->flags = first & 0xF0u;
    if (record->kind == CFS_KIND_SAME) { /* the bucket stands where others have flags and check */
        record->bucket = first >> 4;
        record->flags = CFS_RECORD_BEGIN | CFS_RECORD_END;
    } else {
        (void)next(stream); /* the check is for readers that do not read on */
    }
    has_hash = cfs_record_is_data(record) && record->kind != CFS_KIND_SAME;
    record->payload_bytes = next_varint(stream);
    if (has_hash) {
        record->hash = next_le(stream, 3);
        record->bucket = (uint8_t)(record->hash >> (CFS_CFG_HASH_BITS - bucket_log2));
    }
    if (cfs_record_has_name(record)) {
        record->name_bytes = next(stream);
    }
    if (record->flags & CFS_RECORD_ATTRIBUTES) {
        (void)next_le(stream, 4);
    }
    if (has_hash) {
        record->map = next_varint(stream) << bucket_log2;
    }
    if (record->kind == 0 || record->kind > CFS_KIND_HEADER ||
        record->name_bytes > record->payload_bytes || !read_numbers(stream, record) ||
        record->bucket >> bucket_log2 != 0) {
        return false;
    }
    record->head_bytes = stream->at - start;
    return true;
}

cfs_pos_t cfs_boot_pointer(const struct cfs_journal *journal, const struct cfs_record *record,
                           unsigned bit)
{
    unsigned q = journal->shape.position_bits;
    uint32_t below = cfs_count_bits(record->map & ((1u << bit) - 1u));

    return (record->map >> bit & 1u) ? cfs_get_bits(journal->scratch, record->total + below * q, q)
                                     : 0u;
}

/* ---- records */

/* A byte of the payload, for whom it concerns. False: it is not what is asked for. */
static bool serve(const struct cfs_piece *piece, uint32_t at, uint8_t byte)
{
    at -= piece->offset;
    if (at >= piece->size) {
        return true;
    }
    if (piece->copy_to) {
        ((uint8_t *)piece->copy_to)[at] = byte;
        return true;
    }
    return ((const uint8_t *)piece->compare_with)[at] == byte;
}

int32_t cfs_boot_read(struct cfs_journal *journal, uint32_t salt, struct cfs_record *record,
                      const struct cfs_piece *piece)
{
    struct stream stream = {.journal = journal, .at = record->position * journal->line_bytes};
    cfs_sector_t sector = record->number % journal->sector_count;
    bool equal = true;
    cfs_pos_t end;
    uint32_t crc;

    stream.crc = cfs_record_crc_start(record->number, salt, record->position);
    *record = (struct cfs_record){.number = record->number, .position = record->position};
    (void)cfs_boot_sector(journal, sector, &end);
    if (read_head(&stream, record) && record->position + cfs_boot_lines(journal, record) <= end) {
        for (uint32_t at = 0; at < record->payload_bytes; at++) {
            uint8_t byte = next(&stream);

            equal = (!piece || serve(piece, at, byte)) && equal;
        }
        crc = stream.crc;
        if (next_le(&stream, 4) == crc && stream.result == CFS_OK) {
            return equal;
        }
    }
    return stream.result == CFS_ERR_IO ? CFS_ERR_IO : CFS_ERR_DAMAGED;
}

/* ---- what the store asks */

/* Read a record of a sector whose salt has to be looked up. */
static int32_t read_there(struct cfs_journal *journal, struct cfs_record *record,
                          const struct cfs_piece *piece)
{
    struct cfs_boot_info info;
    int32_t result = cfs_boot_start(journal, record->number % journal->sector_count, false, &info);

    if (result != CFS_OK) {
        return result;
    }
    return info.number == record->number ? cfs_boot_read(journal, info.salt, record, piece)
                                         : CFS_ERR_DAMAGED;
}

int32_t cfs_boot_verify(struct cfs_journal *journal, const struct cfs_record *record,
                        const struct cfs_piece *piece)
{
    struct cfs_record again = *record;

    return read_there(journal, &again, piece);
}

int32_t cfs_boot_follow(struct cfs_journal *journal, struct cfs_record *record, cfs_pos_t target)
{
    cfs_sector_t sector = 0;
    uint32_t own = record->number % journal->sector_count;
    uint32_t back;
    cfs_pos_t end;

    for (;; sector++) {
        if (sector == journal->sector_count) {
            return 0;
        }
        (void)cfs_boot_sector(journal, sector, &end);
        if (target < end) {
            break;
        }
    }
    back = own >= sector ? own - sector : own + journal->sector_count - sector;
    if (own == sector && target >= record->position) {
        back = journal->sector_count; /* one lap ago */
    }
    if (target == 0 || back > record->number - journal->state.tail) {
        return 0;
    }
    record->number -= back;
    record->position = target;
    return read_there(journal, record, NULL);
}

int32_t cfs_boot_root(struct cfs_journal *journal, uint32_t bucket, struct cfs_record *record)
{
    record->number = journal->number;
    record->position = journal->cursor;
    return cfs_boot_follow(journal, record,
                           cfs_get_le(journal->roots + bucket * journal->width, journal->width));
}

#endif
