/* SPDX-License-Identifier: Apache-2.0 */
/* See sample.h. */
#include "sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

const struct cfs_shape sample_shape = {.position_bits = 10, .bucket_log2 = 2};

uint32_t largest_position(const struct cfs_shape *shape)
{
    return 0xFFFFFFFFu >> (32u - shape->position_bits);
}

/* One of each kind, with and without pointers, attributes and a total. */
struct cfs_record sample_record(unsigned number, struct cfs_path *path)
{
    static const uint8_t kinds[] = {
        CFS_KIND_FULL,   CFS_KIND_TOMBSTONE, CFS_KIND_LINK,   CFS_KIND_SAME,   CFS_KIND_LOST,
        CFS_KIND_OBJECT, CFS_KIND_SEAL,      CFS_KIND_OPENER, CFS_KIND_PARITY, CFS_KIND_CHECKPOINT,
        CFS_KIND_EMPTY,  CFS_KIND_COMMIT,    CFS_KIND_HEADER};
    struct cfs_record record = {.kind = kinds[number % sizeof kinds],
                                .flags = (uint8_t)(number * 0x10u & 0xF0u),
                                .attributes = 0x01020304,
                                .total = 42,
                                .base = 0x110,
                                .payload_bytes = 10u + number * 37u};

    path->map = 0;
    for (unsigned i = 0; i < number % 4u; i++) {
        path->map |= 1u << (8u + 3u * i);
        path->target[8u + 3u * i] = 0x123u + i;
    }
    if (record.kind == CFS_KIND_SAME) {
        record.flags = SAME_FLAGS;
        record.bucket = (uint8_t)(number % (1u << sample_shape.bucket_log2));
    } else if (cfs_record_is_data(&record)) {
        record.hash = 0x9ABCDE;
    }
    record.name_bytes = cfs_record_has_name(&record) ? 9u : 0u;
    return record;
}

struct sample sample_encode(struct cfs_record *record, const struct cfs_path *path,
                            const struct cfs_shape *shape)
{
    uint8_t head[CFS_RECORD_HEAD_MAX];
    struct sample sample = {.size = cfs_record_encode(record, path, shape, head)};

    assert_in_range(sample.size, 3, sizeof head);
    assert_int_equal(sample.size, record->head_bytes);
    assert_int_equal(sample.size, cfs_record_head_bytes(record, shape));
    sample.bytes = test_malloc(sample.size);
    memcpy(sample.bytes, head, sample.size);
    return sample;
}

struct sample sample_make(unsigned number)
{
    struct cfs_path path;
    struct cfs_record record = sample_record(number, &path);

    return sample_encode(&record, &path, &sample_shape);
}

int32_t sample_decode(struct cfs_record *record, const struct cfs_shape *shape,
                      const struct sample *sample)
{
    static uint8_t bytes[CFS_RECORD_HEAD_MAX + 8u];
    uint8_t *exact = bytes + sizeof bytes - sample->size - 8u;

    memcpy(exact, sample->bytes, sample->size);
    memset(exact + sample->size, 0, 8);
    return cfs_record_decode(record, shape, exact, sample->size + 8u);
}

void assert_same_pointers(const struct cfs_record *record, const struct cfs_shape *shape,
                          const struct cfs_path *path)
{
    for (unsigned bit = 0; bit < CFS_POINTERS_MAX; bit++) {
        uint32_t target = path->map >> bit & 1u ? path->target[bit] : 0u;

        assert_int_equal(cfs_record_pointer(record, shape, bit), target);
    }
}
