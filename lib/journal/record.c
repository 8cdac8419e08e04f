/* SPDX-License-Identifier: Apache-2.0 */
/* Records: bytes <-> values (see cfs/record.h; every byte is drawn in docs/format.md).
 *
 *   store > journal (this file: its bytes) > volume > device
 *
 * Everything here comes from the medium and is hostile: lengths are bounded before use, and no
 * length is believed before the check over the head matched.
 */
#include "cfs/record.h"

#include "cfs/bytes.h"
#include "cfs/crc.h"

#define FRAME_BYTES      2u /* kind and flags, check */
#define CHECK_BYTES      1u /* of it */
#define KIND_BITS        4u
#define HASH_BYTES       3u
#define LENGTH_BYTES_MAX 3u
#define ATTRIBUTES_BYTES 4u
#define CHECK_START      0x5Au /* so that a head of zeros does not pass */

static const uint8_t mark_magic[3] = {0x63, 0x66, 0x73}; /* "cfs" */

/* What stands in the index of each kind. */
#define HAS_HASH 0x01u /* and map, pointers */
#define HAS_NAME 0x02u
#define HAS_BASE 0x04u

static unsigned index_of(unsigned kind)
{
    static const uint8_t fields[16] = {
        [CFS_KIND_FULL] = HAS_HASH | HAS_NAME,
        [CFS_KIND_LINK] = HAS_HASH | HAS_BASE,
        [CFS_KIND_SAME] = HAS_BASE,
        [CFS_KIND_TOMBSTONE] = HAS_HASH | HAS_NAME,
        [CFS_KIND_OBJECT] = HAS_HASH | HAS_NAME,
        [CFS_KIND_LOST] = HAS_HASH | HAS_NAME,
    };
    return fields[kind & 0x0Fu];
}

static uint8_t check_of(const uint8_t *head, size_t size)
{
    uint8_t crc = cfs_crc8(CHECK_START, head, 1);
    return cfs_crc8(crc, head + 2, size - 2);
}

/* The low bits of a SAME's bucket stand where the flags of others do; these are left. */
static unsigned high_bucket_bits(const struct cfs_shape *shape)
{
    return shape->bucket_log2 > KIND_BITS ? shape->bucket_log2 - KIND_BITS : 0u;
}

/* Bits of the string of numbers before the pointers. */
static uint32_t bits_before_pointers(const struct cfs_record *record, const struct cfs_shape *shape)
{
    uint32_t bits = 0;

    bits += (index_of(record->kind) & HAS_BASE) ? shape->position_bits : 0u;
    if (record->kind == CFS_KIND_SAME) {
        return bits + high_bucket_bits(shape);
    }
    bits += (record->flags & CFS_RECORD_TOTAL) ? shape->position_bits : 0u;
    return bits;
}

static uint32_t numbers_bytes(const struct cfs_record *record, const struct cfs_shape *shape)
{
    uint32_t bits = bits_before_pointers(record, shape);

    bits += cfs_count_bits(record->map) * shape->position_bits;
    return (bits + 7u) / 8u;
}

uint32_t cfs_record_head_bytes(const struct cfs_record *record, const struct cfs_shape *shape)
{
    unsigned fields = index_of(record->kind);
    uint32_t bytes = FRAME_BYTES + cfs_varint_size(record->payload_bytes);

    if (record->kind == CFS_KIND_SAME) {
        return bytes - CHECK_BYTES + numbers_bytes(record, shape);
    }
    bytes +=
        (fields & HAS_HASH) ? HASH_BYTES + cfs_varint_size(record->map >> shape->bucket_log2) : 0u;
    bytes += (fields & HAS_NAME) ? 1u : 0u;
    bytes += (record->flags & CFS_RECORD_ATTRIBUTES) ? ATTRIBUTES_BYTES : 0u;
    return bytes + numbers_bytes(record, shape);
}

/* Numbers one behind the other in a string of bits. */
struct bits {
    uint8_t *bytes;
    uint32_t at;
};

static void append_bits(struct bits *bits, uint32_t value, unsigned count)
{
    cfs_put_bits(bits->bytes, bits->at, value, count);
    bits->at += count;
}

static uint32_t encode_numbers(const struct cfs_record *record, const struct cfs_path *path,
                               const struct cfs_shape *shape, uint8_t *bytes)
{
    struct bits bits = {bytes, 0};

    if (index_of(record->kind) & HAS_BASE) {
        append_bits(&bits, record->base, shape->position_bits);
    }
    if (record->kind == CFS_KIND_SAME) {
        append_bits(&bits, record->bucket >> KIND_BITS, high_bucket_bits(shape));
        return (bits.at + 7u) / 8u;
    }
    if (record->flags & CFS_RECORD_TOTAL) {
        append_bits(&bits, record->total, shape->position_bits);
    }
    for (unsigned bit = 0; bit < CFS_POINTERS_MAX; bit++) {
        if (record->map >> bit & 1u) {
            append_bits(&bits, path->target[bit], shape->position_bits);
        }
    }
    return (bits.at + 7u) / 8u;
}

static uint32_t encode_same(struct cfs_record *record, const struct cfs_shape *shape,
                            uint8_t *bytes)
{
    uint32_t at = FRAME_BYTES - CHECK_BYTES;

    record->map = 0;
    bytes[0] = (uint8_t)(record->kind | (record->bucket & 0x0Fu) << KIND_BITS);
    at += cfs_varint_put(bytes + at, record->payload_bytes);
    at += encode_numbers(record, NULL, shape, bytes + at);
    record->head_bytes = at;
    return at;
}

uint32_t cfs_record_encode(struct cfs_record *record, const struct cfs_path *path,
                           const struct cfs_shape *shape, uint8_t bytes[CFS_RECORD_HEAD_MAX])
{
    unsigned fields = index_of(record->kind);
    uint32_t at = FRAME_BYTES;

    if (record->kind == CFS_KIND_SAME) {
        return encode_same(record, shape, bytes);
    }

    record->map = path && (fields & HAS_HASH) ? path->map : 0u;
    bytes[0] = (uint8_t)(record->kind | record->flags);
    at += cfs_varint_put(bytes + at, record->payload_bytes);
    if (fields & HAS_HASH) {
        cfs_put_le(bytes + at, record->hash, HASH_BYTES);
        at += HASH_BYTES;
    }
    if (fields & HAS_NAME) {
        bytes[at++] = record->name_bytes;
    }
    if (record->flags & CFS_RECORD_ATTRIBUTES) {
        cfs_put_le(bytes + at, record->attributes, ATTRIBUTES_BYTES);
        at += ATTRIBUTES_BYTES;
    }
    if (fields & HAS_HASH) {
        at += cfs_varint_put(bytes + at, record->map >> shape->bucket_log2);
    }
    at += encode_numbers(record, path, shape, bytes + at);
    bytes[1] = check_of(bytes, at);
    record->head_bytes = at;
    return at;
}

/* A reader over bytes of which more may be needed than are there. */
struct reader {
    const uint8_t *bytes;
    size_t size;
    uint32_t at;
};

static const uint8_t *take(struct reader *reader, uint32_t count)
{
    const uint8_t *from = reader->at + count <= reader->size ? reader->bytes + reader->at : NULL;
    reader->at += count;
    return from;
}

static uint32_t take_le(struct reader *reader, unsigned width)
{
    const uint8_t *from = take(reader, width);
    return from ? cfs_get_le(from, width) : 0u;
}

/* False: not a varint, or one of more than `bytes_max` bytes. Where bytes are missing, one more than
 * there are is asked for. */
static bool take_varint(struct reader *reader, uint32_t bytes_max, uint32_t *value)
{
    size_t left = reader->at < reader->size ? reader->size - reader->at : 0u;
    uint32_t used;

    *value = 0;
    used = left ? cfs_varint_get(reader->bytes + reader->at, left < bytes_max ? left : bytes_max,
                                 value)
                : 0u;
    if (used == 0 && left >= bytes_max) {
        return false;
    }
    reader->at += used ? used : (uint32_t)left + 1u;
    return true;
}

/* The string of numbers, whose length the fields before it tell. */
static void decode_numbers(struct cfs_record *record, const struct cfs_shape *shape,
                           struct reader *reader)
{
    const uint8_t *numbers = take(reader, numbers_bytes(record, shape));
    uint32_t at = 0;

    record->numbers = numbers;
    if (!numbers) {
        return;
    }
    if (index_of(record->kind) & HAS_BASE) {
        record->base = cfs_get_bits(numbers, at, shape->position_bits);
        at += shape->position_bits;
    }
    if (record->kind == CFS_KIND_SAME) {
        uint32_t high = cfs_get_bits(numbers, at, high_bucket_bits(shape));

        record->bucket |= (uint8_t)(high << KIND_BITS);
        return;
    }
    if (record->flags & CFS_RECORD_TOTAL) {
        record->total = cfs_get_bits(numbers, at, shape->position_bits);
    }
}

/* Walks over the index. False: impossible. Fields behind the end of the buffer read as 0; the
 * caller sees from reader->at that there are more. */
static bool decode_index(struct cfs_record *record, const struct cfs_shape *shape,
                         struct reader *reader)
{
    unsigned fields = index_of(record->kind);

    if (fields & HAS_HASH) {
        record->hash = take_le(reader, HASH_BYTES);
        record->bucket =
            (uint8_t)(record->hash >> (CFS_CFG_HASH_BITS - shape->bucket_log2) & 0xFFu);
    }
    if (fields & HAS_NAME) {
        record->name_bytes = (uint8_t)take_le(reader, 1);
    }
    if (record->flags & CFS_RECORD_ATTRIBUTES) {
        record->attributes = take_le(reader, ATTRIBUTES_BYTES);
    }
    if (fields & HAS_HASH) {
        uint32_t map;

        if (!take_varint(reader, CFS_VARINT_BYTES_MAX, &map) ||
            map >> (CFS_POINTERS_MAX - shape->bucket_log2) != 0) {
            return false;
        }
        record->map = map << shape->bucket_log2;
    }
    if (reader->at <= reader->size) {
        decode_numbers(record, shape, reader);
    }
    return true;
}

static bool is_plausible(const struct cfs_record *record, const struct cfs_shape *shape)
{
    if (record->bucket >> shape->bucket_log2 != 0) {
        return false; /* only a SAME's can be */
    }
    if (record->kind < CFS_KIND_FULL || record->kind > CFS_KIND_HEADER ||
        record->kind == CFS_KIND_LOST + 1) {
        return false;
    }
    return record->name_bytes <= CFS_RECORD_NAME_MAX &&
           record->name_bytes <= record->payload_bytes && (record->hash >> CFS_CFG_HASH_BITS) == 0;
}

/* A SAME has no flags, which the bucket stands in place of, and no check. */
static void begin_same(struct cfs_record *record, struct reader *reader)
{
    record->bucket = record->flags >> KIND_BITS;
    record->flags = CFS_RECORD_BEGIN | CFS_RECORD_END;
    reader->at -= CHECK_BYTES;
}

int32_t cfs_record_decode(struct cfs_record *record, const struct cfs_shape *shape,
                          const uint8_t *bytes, size_t size)
{
    struct reader reader = {bytes, size, FRAME_BYTES};

    if (size < FRAME_BYTES + LENGTH_BYTES_MAX) {
        return -(int32_t)(FRAME_BYTES + LENGTH_BYTES_MAX);
    }
    *record = (struct cfs_record){.kind = bytes[0] & 0x0Fu,
                                  .flags = bytes[0] & 0xF0u,
                                  .number = record->number,
                                  .position = record->position};
    if (record->kind == CFS_KIND_SAME) {
        begin_same(record, &reader);
    }
    if (!take_varint(&reader, LENGTH_BYTES_MAX, &record->payload_bytes) ||
        !decode_index(record, shape, &reader)) {
        return 0;
    }
    if (reader.at > size) {
        return -(int32_t)reader.at;
    }
    if ((record->kind != CFS_KIND_SAME && bytes[1] != check_of(bytes, reader.at)) ||
        !is_plausible(record, shape)) {
        return 0;
    }
    record->head_bytes = reader.at;
    return (int32_t)reader.at;
}

cfs_pos_t cfs_record_pointer(const struct cfs_record *record, const struct cfs_shape *shape,
                             unsigned bit)
{
    uint32_t at = bits_before_pointers(record, shape);

    if ((record->map >> bit & 1u) == 0) {
        return 0;
    }
    at += cfs_count_bits(record->map & ((1u << bit) - 1u)) * shape->position_bits;
    return cfs_get_bits(record->numbers, at, shape->position_bits);
}

uint32_t cfs_record_crc_start(uint32_t number, uint32_t salt, cfs_pos_t position)
{
    uint8_t place[12];

    cfs_put_le32(place, number);
    cfs_put_le32(place + 4, salt);
    cfs_put_le32(place + 8, position);
    return cfs_crc32c(0, place, sizeof place);
}

void cfs_checkpoint_encode(const struct cfs_checkpoint *checkpoint, unsigned width, uint8_t *bytes)
{
    cfs_put_le(bytes, checkpoint->tail, 4);
    cfs_put_le(bytes + 4, checkpoint->session, 4);
    cfs_put_le(bytes + 8, checkpoint->longest, 2);
    cfs_put_le(bytes + 10, checkpoint->total, width);
}

void cfs_checkpoint_decode(struct cfs_checkpoint *checkpoint, unsigned width, const uint8_t *bytes)
{
    checkpoint->tail = cfs_get_le(bytes, 4);
    checkpoint->session = cfs_get_le(bytes + 4, 4);
    checkpoint->longest = (uint16_t)cfs_get_le(bytes + 8, 2);
    checkpoint->total = cfs_get_le(bytes + 10, width);
}

void cfs_mark_encode(const struct cfs_mark *mark, uint8_t bytes[CFS_MARK_BYTES])
{
    bytes[0] = mark_magic[0];
    bytes[1] = mark_magic[1];
    bytes[2] = mark_magic[2];
    bytes[3] = (uint8_t)(mark->version | mark->line_log2 << 4);
    cfs_put_le(bytes + 4, mark->number, 4);
    cfs_put_le(bytes + 8, mark->salt, 4);
    cfs_put_le(bytes + 12, cfs_crc32c(0, bytes, 12), 4);
}

int cfs_mark_decode(struct cfs_mark *mark, const uint8_t bytes[CFS_MARK_BYTES])
{
    bool magic =
        bytes[0] == mark_magic[0] && bytes[1] == mark_magic[1] && bytes[2] == mark_magic[2];

    if (!magic || cfs_get_le32(bytes + 12) != cfs_crc32c(0, bytes, 12)) {
        return 1;
    }
    mark->version = bytes[3] & 0x0Fu;
    mark->line_log2 = bytes[3] >> 4;
    mark->number = cfs_get_le32(bytes + 4);
    mark->salt = cfs_get_le32(bytes + 8);
    return mark->version > CFS_FORMAT_VERSION ? 2 : 0;
}

void cfs_header_encode(const struct cfs_header *header, uint8_t bytes[CFS_HEADER_FIXED_BYTES])
{
    cfs_put_le(bytes, header->number, 4);
    cfs_put_le(bytes + 4, header->salt, 4);
    cfs_put_le(bytes + 8, header->volume_id, 4);
    bytes[12] = header->version;
    bytes[13] = header->unit_log2;
    bytes[14] = header->line_log2;
    bytes[15] = header->position_bits;
    bytes[16] = header->bucket_log2;
    bytes[17] = header->hash_bits;
    cfs_put_le(bytes + 18, header->sector_count, 3);
    cfs_put_le(bytes + 21, header->features, 2);
}

void cfs_header_decode(struct cfs_header *header, const uint8_t bytes[CFS_HEADER_FIXED_BYTES])
{
    header->number = cfs_get_le(bytes, 4);
    header->salt = cfs_get_le(bytes + 4, 4);
    header->volume_id = cfs_get_le(bytes + 8, 4);
    header->version = bytes[12];
    header->unit_log2 = bytes[13];
    header->line_log2 = bytes[14];
    header->position_bits = bytes[15];
    header->bucket_log2 = bytes[16];
    header->hash_bits = bytes[17];
    header->sector_count = cfs_get_le(bytes + 18, 3);
    header->features = (uint16_t)cfs_get_le(bytes + 21, 2);
}
