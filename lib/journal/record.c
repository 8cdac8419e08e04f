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

#define FRAME_BYTES      4u /* kind and flags, check, prior */
#define HASH_BYTES       3u
#define LENGTH_BYTES_MAX 3u
#define ATTRIBUTES_BYTES 4u
#define CHUNK_BYTES      12u   /* session, object, index, owner hash */
#define CHECK_START      0x5Au /* so that a head of zeros does not pass */

static const uint8_t mark_magic[3] = {0x63, 0x66, 0x73}; /* "cfs" */

/* What stands in the index of each kind. */
#define HAS_HASH     0x01u
#define HAS_NAME     0x02u
#define HAS_CHUNK    0x04u
#define HAS_BASE     0x08u
#define HAS_POINTERS 0x10u

static unsigned index_of(unsigned kind)
{
    static const uint8_t shape[16] = {
        [CFS_KIND_FULL] = HAS_HASH | HAS_NAME | HAS_POINTERS,
        [CFS_KIND_LINK] = HAS_HASH | HAS_BASE | HAS_POINTERS,
        [CFS_KIND_SAME] = HAS_BASE,
        [CFS_KIND_TOMBSTONE] = HAS_HASH | HAS_NAME | HAS_POINTERS,
        [CFS_KIND_OBJECT] = HAS_HASH | HAS_NAME | HAS_POINTERS,
        [CFS_KIND_CHUNK] = HAS_HASH | HAS_CHUNK | HAS_POINTERS,
        [CFS_KIND_REFER] = HAS_HASH | HAS_BASE | HAS_POINTERS,
        [CFS_KIND_LOST] = HAS_HASH | HAS_POINTERS,
    };
    return shape[kind & 0x0Fu];
}

static uint8_t check_of(const uint8_t *head, size_t size)
{
    uint8_t crc = cfs_crc8(CHECK_START, head, 1);
    return cfs_crc8(crc, head + 2, size - 2);
}

static uint32_t index_bytes(const struct cfs_record *record, unsigned width)
{
    unsigned shape = index_of(record->kind);
    uint32_t bytes = 0;

    bytes += (shape & HAS_HASH) ? HASH_BYTES : 0u;
    bytes += (shape & HAS_NAME) ? 1u : 0u;
    bytes += (shape & HAS_CHUNK) ? CHUNK_BYTES : 0u;
    bytes += (shape & HAS_BASE) ? width : 0u;
    bytes += (shape & HAS_POINTERS) ? 1u + record->pointer_count * (1u + width) : 0u;
    bytes += (record->flags & CFS_RECORD_ATTRIBUTES) ? ATTRIBUTES_BYTES : 0u;
    bytes += (record->flags & CFS_RECORD_TOTAL) ? width : 0u;
    return bytes;
}

uint32_t cfs_record_head_bytes(const struct cfs_record *record, unsigned width)
{
    return FRAME_BYTES + cfs_varint_size(record->payload_bytes) + index_bytes(record, width);
}

static uint32_t encode_chunk(const struct cfs_chunk *chunk, uint8_t *bytes)
{
    cfs_put_le(bytes, chunk->session, 4);
    cfs_put_le(bytes + 4, chunk->object, 2);
    cfs_put_le(bytes + 6, chunk->index, 3);
    cfs_put_le(bytes + 9, chunk->owner_hash, HASH_BYTES);
    return CHUNK_BYTES;
}

static uint32_t encode_pointers(const struct cfs_path *path, unsigned width, uint8_t *bytes)
{
    uint32_t at = 0;
    uint8_t count = path ? path->count : 0;

    bytes[at++] = count;
    for (uint8_t i = 0; i < count; i++) {
        bytes[at++] = path->bit[i];
        cfs_put_le(bytes + at, path->target[i], width);
        at += width;
    }
    return at;
}

uint32_t cfs_record_encode(struct cfs_record *record, const struct cfs_path *path, unsigned width,
                           uint8_t bytes[CFS_RECORD_HEAD_MAX])
{
    unsigned shape = index_of(record->kind);
    uint32_t at = FRAME_BYTES;

    record->pointer_count = path ? path->count : 0;
    bytes[0] = (uint8_t)(record->kind | record->flags);
    cfs_put_le(bytes + 2, record->prior, 2);
    at += cfs_varint_put(bytes + at, record->payload_bytes);
    if (shape & HAS_HASH) {
        cfs_put_le(bytes + at, record->hash, HASH_BYTES);
        at += HASH_BYTES;
    }
    if (shape & HAS_NAME) {
        bytes[at++] = record->name_bytes;
    }
    if (shape & HAS_CHUNK) {
        at += encode_chunk(&record->chunk, bytes + at);
    }
    if (shape & HAS_BASE) {
        cfs_put_le(bytes + at, record->base, width);
        at += width;
    }
    if (shape & HAS_POINTERS) {
        at += encode_pointers(path, width, bytes + at);
    }
    if (record->flags & CFS_RECORD_ATTRIBUTES) {
        cfs_put_le(bytes + at, record->attributes, ATTRIBUTES_BYTES);
        at += ATTRIBUTES_BYTES;
    }
    if (record->flags & CFS_RECORD_TOTAL) {
        cfs_put_le(bytes + at, record->total, width);
        at += width;
    }
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

/* Walks over the index. False: impossible. Fields behind the end of the buffer read as 0; the
 * caller sees from reader->at that there are more. */
static bool decode_index(struct cfs_record *record, unsigned width, struct reader *reader)
{
    unsigned shape = index_of(record->kind);

    if (shape & HAS_HASH) {
        record->hash = take_le(reader, HASH_BYTES);
    }
    if (shape & HAS_NAME) {
        record->name_bytes = (uint8_t)take_le(reader, 1);
    }
    if (shape & HAS_CHUNK) {
        record->chunk.session = take_le(reader, 4);
        record->chunk.object = (uint16_t)take_le(reader, 2);
        record->chunk.index = take_le(reader, 3);
        record->chunk.owner_hash = take_le(reader, HASH_BYTES);
    }
    if (shape & HAS_BASE) {
        record->base = take_le(reader, width);
    }
    if (shape & HAS_POINTERS) {
        record->pointer_count = (uint8_t)take_le(reader, 1);
        if (record->pointer_count > CFS_POINTERS_MAX) {
            return false;
        }
        record->pointers = take(reader, record->pointer_count * (1u + width));
    }
    if (record->flags & CFS_RECORD_ATTRIBUTES) {
        record->attributes = take_le(reader, ATTRIBUTES_BYTES);
    }
    if (record->flags & CFS_RECORD_TOTAL) {
        record->total = take_le(reader, width);
    }
    return true;
}

static bool is_plausible(const struct cfs_record *record)
{
    if (record->kind < CFS_KIND_FULL || record->kind > CFS_KIND_HEADER) {
        return false;
    }
    return record->name_bytes <= CFS_RECORD_NAME_MAX &&
           record->name_bytes <= record->payload_bytes && (record->hash >> CFS_CFG_HASH_BITS) == 0;
}

int32_t cfs_record_decode(struct cfs_record *record, unsigned width, const uint8_t *bytes,
                          size_t size)
{
    struct reader reader = {bytes, size, FRAME_BYTES};
    uint32_t length_bytes;

    if (size < FRAME_BYTES + LENGTH_BYTES_MAX) {
        return -(int32_t)(FRAME_BYTES + LENGTH_BYTES_MAX);
    }
    record->kind = bytes[0] & 0x0Fu;
    record->flags = bytes[0] & 0xF0u;
    record->prior = (uint16_t)cfs_get_le(bytes + 2, 2);
    record->hash = 0;
    record->attributes = 0;
    record->total = 0;
    record->name_bytes = 0;
    record->pointer_count = 0;
    record->pointers = NULL;
    record->base = 0;
    length_bytes = cfs_varint_get(bytes + FRAME_BYTES, LENGTH_BYTES_MAX, &record->payload_bytes);
    reader.at += length_bytes;
    if (length_bytes == 0 || !decode_index(record, width, &reader)) {
        return 0;
    }
    if (reader.at > size) {
        return -(int32_t)reader.at;
    }
    if (bytes[1] != check_of(bytes, reader.at) || !is_plausible(record)) {
        return 0;
    }
    record->head_bytes = reader.at;
    return (int32_t)reader.at;
}

cfs_pos_t cfs_record_pointer(const struct cfs_record *record, unsigned width, unsigned bit)
{
    const uint8_t *pointer = record->pointers;

    for (unsigned i = 0; i < record->pointer_count; i++, pointer += 1u + width) {
        if (pointer[0] == bit) {
            return cfs_get_le(pointer + 1, width);
        }
    }
    return 0;
}

uint32_t cfs_record_crc_start(uint32_t number, uint32_t salt, cfs_pos_t position)
{
    uint8_t place[12];

    cfs_put_le(place, number, 4);
    cfs_put_le(place + 4, salt, 4);
    cfs_put_le(place + 8, position, 4);
    return cfs_crc32c(0, place, sizeof place);
}

void cfs_checkpoint_encode(const struct cfs_checkpoint *checkpoint, unsigned width, uint8_t *bytes)
{
    cfs_put_le(bytes, checkpoint->tail, 4);
    cfs_put_le(bytes + 4, checkpoint->session, 4);
    cfs_put_le(bytes + 8, checkpoint->objects, 4);
    cfs_put_le(bytes + 12, checkpoint->longest, 2);
    cfs_put_le(bytes + 14, checkpoint->total, width);
}

void cfs_checkpoint_decode(struct cfs_checkpoint *checkpoint, unsigned width, const uint8_t *bytes)
{
    checkpoint->tail = cfs_get_le(bytes, 4);
    checkpoint->session = cfs_get_le(bytes + 4, 4);
    checkpoint->objects = cfs_get_le(bytes + 8, 4);
    checkpoint->longest = (uint16_t)cfs_get_le(bytes + 12, 2);
    checkpoint->total = cfs_get_le(bytes + 14, width);
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

    if (!magic || cfs_get_le(bytes + 12, 4) != cfs_crc32c(0, bytes, 12)) {
        return 1;
    }
    mark->version = bytes[3] & 0x0Fu;
    mark->line_log2 = bytes[3] >> 4;
    mark->number = cfs_get_le(bytes + 4, 4);
    mark->salt = cfs_get_le(bytes + 8, 4);
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
    bytes[15] = header->width;
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
    header->width = bytes[15];
    header->bucket_log2 = bytes[16];
    header->hash_bits = bytes[17];
    header->sector_count = cfs_get_le(bytes + 18, 3);
    header->features = (uint16_t)cfs_get_le(bytes + 21, 2);
}
