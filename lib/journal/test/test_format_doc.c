/* SPDX-License-Identifier: Apache-2.0 */
/* docs/format.md and the codec say the same: every worked example of the page is encoded from its
 * words and compared with its bytes, and decoded from its bytes and compared with its words. */
#include "example.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "cfs/bytes.h"
#include "cfs/crc.h"
#include "cfs/record.h"

#define NUMBER  0x11u /* what section 6 says of all its examples */
#define SALT    0xA1B2C3D4u
#define WIDTH   2u /* q in whole bytes */
#define BUCKETS 4u

static const struct cfs_shape shape = {.position_bits = 12, .bucket_log2 = 2};

#define EXAMPLES 16u
#define KINDS    14u /* mark, and all kinds of records */

#define DESCRIPTOR_BYTES 18u /* of an object */

static const char *const kind_names[] = {
    [CFS_KIND_FULL] = "full",     [CFS_KIND_LINK] = "link",
    [CFS_KIND_SAME] = "same",     [CFS_KIND_TOMBSTONE] = "tombstone",
    [CFS_KIND_OBJECT] = "object", [CFS_KIND_LOST] = "lost",
    [CFS_KIND_PARITY] = "parity", [CFS_KIND_CHECKPOINT] = "checkpoint",
    [CFS_KIND_SEAL] = "seal",     [CFS_KIND_OPENER] = "opener",
    [CFS_KIND_EMPTY] = "empty",   [CFS_KIND_COMMIT] = "commit",
    [CFS_KIND_HEADER] = "header",
};
#define KIND_MARK 0u /* is no record */

static unsigned kind_of(const struct example *example)
{
    for (unsigned kind = 1; kind < sizeof kind_names / sizeof kind_names[0]; kind++) {
        if (kind_names[kind] != NULL && strcmp(example->kind, kind_names[kind]) == 0) {
            return kind;
        }
    }
    if (strcmp(example->kind, "mark") != 0) {
        fail_msg("docs/format.md:%u: what is '%s'?", example->line, example->kind);
    }
    return KIND_MARK;
}

static uint8_t log2_of(uint32_t value)
{
    uint8_t bits = 0;

    while (value >> bits > 1u) {
        bits++;
    }
    assert_int_equal(value, 1u << bits);
    return bits;
}

static bool is_of_key(unsigned kind)
{
    return kind >= CFS_KIND_FULL && kind <= CFS_KIND_LOST;
}

static bool has_state(unsigned kind)
{
    return kind == CFS_KIND_CHECKPOINT || kind == CFS_KIND_HEADER;
}

/* ---- from words to bytes */

static uint32_t encode_mark(const struct content *content, uint8_t *bytes)
{
    const struct cfs_mark mark = {.version = CFS_FORMAT_VERSION,
                                  .line_log2 = log2_of(content->line),
                                  .number = content->number,
                                  .salt = content->salt};

    cfs_mark_encode(&mark, bytes);
    return CFS_MARK_BYTES;
}

static uint32_t encode_fixed(const struct content *content, uint8_t *bytes)
{
    const struct cfs_header header = {.number = content->number,
                                      .salt = content->salt,
                                      .volume_id = content->volume,
                                      .version = CFS_FORMAT_VERSION,
                                      .unit_log2 = log2_of(content->unit),
                                      .line_log2 = log2_of(content->line),
                                      .position_bits = (uint8_t)content->q,
                                      .bucket_log2 = log2_of(content->buckets),
                                      .hash_bits = (uint8_t)content->hash_bits,
                                      .sector_count = content->sectors,
                                      .features = (uint16_t)content->features};

    cfs_header_encode(&header, bytes);
    return CFS_HEADER_FIXED_BYTES;
}

static uint32_t encode_state(const struct content *content, uint8_t *bytes)
{
    const struct cfs_checkpoint state = {.tail = content->tail,
                                         .session = content->session,
                                         .total = content->total,
                                         .longest = (uint16_t)content->longest};
    uint32_t at = CFS_CHECKPOINT_BYTES(WIDTH);

    cfs_checkpoint_encode(&state, WIDTH, bytes);
    for (uint32_t i = 0; i < content->root_count; i++, at += WIDTH) {
        cfs_put_le(bytes + at, content->root[i], WIDTH);
    }
    for (uint32_t i = 0; i < content->retired_count; i++, at += CFS_RETIRED_BYTES) {
        cfs_put_le(bytes + at, content->retired[i], CFS_RETIRED_BYTES);
    }
    return at;
}

static uint32_t encode_descriptor(const struct content *content, uint8_t *bytes)
{
    cfs_put_le(bytes, content->session, 4);
    cfs_put_le(bytes + 4, content->count, 4);
    cfs_put_le(bytes + 8, content->length, 4);
    cfs_put_le(bytes + 12, content->chunk, 2);
    cfs_put_le(bytes + 14, content->crc, 4);
    return DESCRIPTOR_BYTES;
}

/* Of a key: name, then value or descriptor. */
static uint32_t encode_named(unsigned kind, const struct content *content, uint8_t *bytes)
{
    uint32_t at = (uint32_t)strlen(content->name);

    memcpy(bytes, content->name, at);
    if (kind == CFS_KIND_OBJECT) {
        return at + encode_descriptor(content, bytes + at);
    }
    memcpy(bytes + at, content->value, strlen(content->value));
    return at + (uint32_t)strlen(content->value);
}

static uint32_t encode_payload(unsigned kind, const struct content *content, uint8_t *bytes)
{
    uint32_t at = 0;

    switch (kind) {
    case CFS_KIND_HEADER:
        at = encode_fixed(content, bytes);
        return at + encode_state(content, bytes + at);
    case CFS_KIND_CHECKPOINT:
        return encode_state(content, bytes);
    case CFS_KIND_SEAL:
        cfs_put_le(bytes, content->checkpoint, 2);
        cfs_put_le(bytes + 2, content->kept, 2);
        return CFS_SEAL_BYTES;
    case CFS_KIND_OPENER:
        cfs_put_le(bytes, content->seal, 2);
        cfs_put_le(bytes + 2, content->session, 4);
        return CFS_OPENER_BYTES;
    case CFS_KIND_EMPTY:
        cfs_put_le(bytes, content->tail, 4);
        return CFS_EMPTY_BYTES;
    case CFS_KIND_PARITY:
        cfs_put_le(bytes, content->from, CFS_PARITY_FROM_BYTES);
        memcpy(bytes + CFS_PARITY_FROM_BYTES, content->xor_line, LINE_BYTES);
        return CFS_PARITY_FROM_BYTES + LINE_BYTES;
    default:
        return encode_named(kind, content, bytes);
    }
}

static uint8_t flags_of(unsigned kind, const struct content *content)
{
    unsigned flags = 0;

    flags |= content->begin ? CFS_RECORD_BEGIN : 0u;
    flags |= content->end ? CFS_RECORD_END : 0u;
    flags |= content->has_total && is_of_key(kind) ? CFS_RECORD_TOTAL : 0u;
    flags |= content->has_attributes ? CFS_RECORD_ATTRIBUTES : 0u;
    return (uint8_t)flags;
}

static uint32_t encode_record(unsigned kind, const struct content *content, uint8_t *bytes)
{
    uint8_t payload[128];
    struct cfs_path path = {.map = 0};
    struct cfs_record record = {.kind = (uint8_t)kind,
                                .flags = flags_of(kind, content),
                                .hash = content->hash,
                                .attributes = content->attributes,
                                .total = content->total,
                                .base = content->base,
                                .bucket = (uint8_t)content->bucket,
                                .name_bytes = (uint8_t)strlen(content->name),
                                .payload_bytes = encode_payload(kind, content, payload)};
    uint32_t at;
    uint32_t crc;

    for (uint32_t i = 0; i < content->pointer_count; i++) {
        path.map |= 1u << content->pointer_bit[i];
        path.target[content->pointer_bit[i]] = content->pointer_target[i];
    }
    at = cfs_record_encode(&record, &path, &shape, bytes);
    assert_int_equal(at, cfs_record_head_bytes(&record, &shape));
    memcpy(bytes + at, payload, record.payload_bytes);
    at += record.payload_bytes;
    crc = cfs_crc32c(cfs_record_crc_start(NUMBER, SALT, content->position), bytes, at);
    cfs_put_le(bytes + at, crc, CFS_RECORD_CRC_BYTES);
    return at + CFS_RECORD_CRC_BYTES;
}

/* ---- from bytes to words */

static void decode_mark(struct content *content, const uint8_t *bytes)
{
    struct cfs_mark mark;

    assert_int_equal(cfs_mark_decode(&mark, bytes), 0);
    assert_int_equal(mark.version, CFS_FORMAT_VERSION);
    content->number = mark.number;
    content->salt = mark.salt;
    content->line = 1u << mark.line_log2;
}

static void decode_fixed(struct content *content, const uint8_t *bytes)
{
    struct cfs_header header;

    cfs_header_decode(&header, bytes);
    assert_int_equal(header.version, CFS_FORMAT_VERSION);
    content->number = header.number;
    content->salt = header.salt;
    content->volume = header.volume_id;
    content->unit = 1u << header.unit_log2;
    content->line = 1u << header.line_log2;
    content->q = header.position_bits;
    content->buckets = 1u << header.bucket_log2;
    content->hash_bits = header.hash_bits;
    content->sectors = header.sector_count;
    content->features = header.features;
}

static void decode_state(struct content *content, const uint8_t *bytes, uint32_t size)
{
    uint32_t at = CFS_CHECKPOINT_BYTES(WIDTH);
    struct cfs_checkpoint state;

    assert_true(size >= at + BUCKETS * WIDTH);
    cfs_checkpoint_decode(&state, WIDTH, bytes);
    content->tail = state.tail;
    content->session = state.session;
    content->longest = state.longest;
    content->has_total = 1;
    content->total = state.total;
    for (uint32_t i = 0; i < BUCKETS; i++, at += WIDTH) {
        content->root[content->root_count++] = cfs_get_le(bytes + at, WIDTH);
    }
    for (; at < size; at += CFS_RETIRED_BYTES) {
        assert_in_range(content->retired_count, 0, LIST_MAX - 1u);
        content->retired[content->retired_count++] = cfs_get_le(bytes + at, CFS_RETIRED_BYTES);
    }
}

static void decode_named(struct content *content, const struct cfs_record *record,
                         const uint8_t *bytes)
{
    const uint8_t *value = bytes + record->name_bytes;
    uint32_t value_bytes = record->payload_bytes - record->name_bytes;

    memcpy(content->name, bytes, record->name_bytes);
    if (record->kind == CFS_KIND_OBJECT) {
        assert_int_equal(value_bytes, DESCRIPTOR_BYTES);
        content->session = cfs_get_le(value, 4);
        content->count = cfs_get_le(value + 4, 4);
        content->length = cfs_get_le(value + 8, 4);
        content->chunk = cfs_get_le(value + 12, 2);
        content->crc = cfs_get_le(value + 14, 4);
    } else {
        memcpy(content->value, value, value_bytes);
    }
}

static void decode_payload(struct content *content, const struct cfs_record *record,
                           const uint8_t *bytes)
{
    uint32_t size = record->payload_bytes;

    switch (record->kind) {
    case CFS_KIND_HEADER:
        decode_fixed(content, bytes);
        decode_state(content, bytes + CFS_HEADER_FIXED_BYTES, size - CFS_HEADER_FIXED_BYTES);
        break;
    case CFS_KIND_CHECKPOINT:
        decode_state(content, bytes, size);
        break;
    case CFS_KIND_SEAL:
        assert_int_equal(size, CFS_SEAL_BYTES);
        content->checkpoint = cfs_get_le(bytes, 2);
        content->kept = cfs_get_le(bytes + 2, 2);
        break;
    case CFS_KIND_OPENER:
        assert_int_equal(size, CFS_OPENER_BYTES);
        content->seal = cfs_get_le(bytes, 2);
        content->session = cfs_get_le(bytes + 2, 4);
        break;
    case CFS_KIND_EMPTY:
        assert_int_equal(size, CFS_EMPTY_BYTES);
        content->tail = cfs_get_le(bytes, 4);
        break;
    case CFS_KIND_PARITY:
        assert_int_equal(size, CFS_PARITY_FROM_BYTES + LINE_BYTES);
        content->from = cfs_get_le(bytes, CFS_PARITY_FROM_BYTES);
        memcpy(content->xor_line, bytes + CFS_PARITY_FROM_BYTES, LINE_BYTES);
        break;
    default:
        assert_in_range(size, record->name_bytes, TEXT_MAX - 1u);
        decode_named(content, record, bytes);
    }
}

/* Pointers by what is asked of a record: the target of each bit. */
static void decode_pointers(struct content *content, const struct cfs_record *record)
{
    for (unsigned bit = 0; bit <= CFS_CFG_HASH_BITS; bit++) {
        cfs_pos_t target = cfs_record_pointer(record, &shape, bit);

        if (target != 0u) {
            assert_in_range(content->pointer_count, 0, LIST_MAX - 1u);
            content->pointer_bit[content->pointer_count] = bit;
            content->pointer_target[content->pointer_count++] = target;
        }
    }
    assert_int_equal(content->pointer_count, cfs_count_bits(record->map));
}

static void decode_head(struct content *content, const struct cfs_record *record)
{
    content->begin = record->flags & CFS_RECORD_BEGIN ? 1u : 0u;
    content->end = record->flags & CFS_RECORD_END ? 1u : 0u;
    content->has_total = record->flags & CFS_RECORD_TOTAL ? 1u : 0u;
    content->total = record->total;
    content->has_attributes = record->flags & CFS_RECORD_ATTRIBUTES ? 1u : 0u;
    content->attributes = record->attributes;
    content->hash = record->hash;
    content->base = record->base;
    if (record->kind == CFS_KIND_SAME) {
        content->bucket = record->bucket;
    } else {
        assert_int_equal(record->bucket, record->hash >> (CFS_CFG_HASH_BITS - shape.bucket_log2));
    }
    decode_pointers(content, record);
}

static void decode_record(struct content *content, unsigned kind, const struct example *example)
{
    uint8_t bytes[sizeof example->bytes + 8u] = {0}; /* padded, as on a medium */
    struct cfs_record record;
    uint32_t covered;
    uint32_t crc;

    memcpy(bytes, example->bytes, example->size);
    assert_in_range(cfs_record_decode(&record, &shape, bytes, sizeof bytes), 3, example->size);
    assert_int_equal(record.kind, kind);
    assert_int_equal(cfs_record_bytes(&record), example->size);
    content->position = example->content.position;
    decode_head(content, &record);
    decode_payload(content, &record, bytes + record.head_bytes);
    covered = record.head_bytes + record.payload_bytes;
    crc = cfs_crc32c(cfs_record_crc_start(NUMBER, SALT, content->position), bytes, covered);
    assert_int_equal(cfs_get_le(bytes + covered, CFS_RECORD_CRC_BYTES), crc);
}

/* ---- the page */

static void check_example(const struct example *example)
{
    unsigned kind = kind_of(example);
    struct content decoded;
    uint8_t bytes[256];
    uint32_t size;

    size = kind == KIND_MARK ? encode_mark(&example->content, bytes)
                             : encode_record(kind, &example->content, bytes);
    assert_int_equal(size, example->size);
    assert_memory_equal(bytes, example->bytes, size);

    memset(&decoded, 0, sizeof decoded);
    if (kind == KIND_MARK) {
        decode_mark(&decoded, example->bytes);
    } else {
        decode_record(&decoded, kind, example);
    }
    assert_memory_equal(&decoded, &example->content, sizeof decoded);
    assert_true(!has_state(kind) || decoded.retired_count == 1u);
}

static void test_page_and_codec_agree(void **state)
{
    FILE *page = fopen(FORMAT_PAGE, "r");
    struct example example;
    unsigned line = 0;
    unsigned count = 0;
    unsigned kinds = 0; /* a bit each */
    unsigned kind_count = 0;

    (void)state;
    assert_non_null(page);
    while (example_next(page, &line, &example)) {
        print_message("docs/format.md:%u: %s\n", example.line, example.kind);
        kinds |= 1u << kind_of(&example);
        count++;
        check_example(&example);
    }
    (void)fclose(page);
    for (unsigned bit = 0; bit < 16u; bit++) {
        kind_count += kinds >> bit & 1u;
    }
    assert_int_equal(count, EXAMPLES);
    assert_int_equal(kind_count, KINDS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_page_and_codec_agree)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
