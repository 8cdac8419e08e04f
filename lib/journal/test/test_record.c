/* SPDX-License-Identifier: Apache-2.0 */
/* The codec against itself: what is written comes back, for every kind, width of positions, map of
 * pointers and bucket. */
#include "sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* A SAME says its bucket; of all others it is the beginning of the hash. */
static uint32_t bucket_of(const struct cfs_record *record, const struct cfs_shape *shape)
{
    return record->kind == CFS_KIND_SAME ? record->bucket
                                         : record->hash >> (CFS_CFG_HASH_BITS - shape->bucket_log2);
}

/* What was written comes back, and nothing else. */
static void assert_round_trip(struct cfs_record *written, const struct cfs_path *path,
                              const struct cfs_shape *shape)
{
    static const struct cfs_path none = {.map = 0};
    struct sample sample = sample_encode(written, path, shape);
    bool has_pointers = cfs_record_is_data(written) && written->kind != CFS_KIND_SAME;
    bool has_base = written->kind == CFS_KIND_LINK || written->kind == CFS_KIND_SAME;
    struct cfs_record record = {.number = 7, .position = 9};

    assert_int_equal(sample_decode(&record, shape, &sample), sample.size);
    assert_int_equal(record.kind, written->kind);
    assert_int_equal(record.flags, written->flags);
    assert_int_equal(record.hash, written->hash);
    assert_int_equal(record.name_bytes, written->name_bytes);
    assert_int_equal(record.payload_bytes, written->payload_bytes);
    assert_int_equal(record.head_bytes, sample.size);
    assert_int_equal(record.base, has_base ? written->base : 0u);
    assert_int_equal(record.bucket, cfs_record_is_data(written) ? bucket_of(written, shape) : 0u);
    assert_int_equal(record.total, written->flags & CFS_RECORD_TOTAL ? written->total : 0u);
    assert_int_equal(record.attributes,
                     written->flags & CFS_RECORD_ATTRIBUTES ? written->attributes : 0u);
    assert_int_equal(record.map, has_pointers ? path->map : 0u);
    assert_same_pointers(&record, shape, has_pointers ? path : &none);
    assert_int_equal(record.number, 7); /* left alone */
    assert_int_equal(record.position, 9);
    test_free(sample.bytes);
}

static void test_heads_round_trip(void **state)
{
    (void)state;
    for (unsigned number = 0; number < SAMPLES; number++) {
        struct cfs_path path;
        struct cfs_record record = sample_record(number, &path);

        assert_round_trip(&record, &path, &sample_shape);
    }
}

/* The smallest and the largest number of each width, wherever one can stand. */
static void test_positions_of_every_width_round_trip(void **state)
{
    (void)state;
    for (uint8_t bits = POSITION_BITS_MIN; bits <= POSITION_BITS_MAX; bits++) {
        const struct cfs_shape shape = {.position_bits = bits, .bucket_log2 = 3};

        for (unsigned number = 0; number < SAMPLES; number++) {
            struct cfs_path path;
            struct cfs_record record = sample_record(number, &path);

            record.base = largest_position(&shape);
            record.total = number % 3u ? largest_position(&shape) : 0u;
            for (unsigned bit = 0; bit < CFS_POINTERS_MAX; bit++) {
                path.target[bit] = largest_position(&shape) - (bit % 2u ? bit : 0u);
            }
            assert_round_trip(&record, &path, &shape);
        }
    }
}

/* ---- maps */

static void test_maps_of_every_length_round_trip(void **state)
{
    (void)state;
    for (uint8_t buckets = 0; buckets <= BUCKETS_LOG2_MAX; buckets++) {
        const struct cfs_shape shape = {.position_bits = 13, .bucket_log2 = buckets};

        for (unsigned last = buckets; last < CFS_POINTERS_MAX; last++) {
            struct cfs_path path = {.map = 1u << last};
            struct cfs_record record = {
                .kind = CFS_KIND_FULL, .hash = 0xFEDCBA, .name_bytes = 3, .payload_bytes = 3};

            for (unsigned bit = 0; bit < CFS_POINTERS_MAX; bit++) {
                path.target[bit] = 1u + bit;
            }
            assert_round_trip(&record, &path, &shape); /* one pointer, */
            assert_int_equal(record.head_bytes,
                             2u + 1u + 3u + 1u + (last - buckets) / 7u + 1u + 2u);
            path.map = (2u << last) - (1u << buckets);
            assert_round_trip(&record, &path, &shape); /* and all up to there */
        }
    }
}

static void test_record_without_pointers_has_an_empty_map(void **state)
{
    struct cfs_path none = {.map = 0};
    struct cfs_record record = {.kind = CFS_KIND_FULL, .name_bytes = 3, .payload_bytes = 3};
    uint8_t with_path[CFS_RECORD_HEAD_MAX];
    uint8_t without[CFS_RECORD_HEAD_MAX];
    uint32_t size = cfs_record_encode(&record, &none, &sample_shape, with_path);

    (void)state;
    assert_int_equal(size, 2u + 1u + 3u + 1u + 1u);
    assert_int_equal(cfs_record_encode(&record, NULL, &sample_shape, without), size);
    assert_memory_equal(with_path, without, size);
    assert_round_trip(&record, &none, &sample_shape);
}

/* ---- buckets */

static void test_every_bucket_round_trips(void **state)
{
    (void)state;
    for (uint8_t buckets = 0; buckets <= BUCKETS_LOG2_MAX; buckets++) {
        const struct cfs_shape shape = {.position_bits = 11, .bucket_log2 = buckets};

        for (uint32_t bucket = 0; bucket < 1u << buckets; bucket++) {
            struct cfs_path path = {.map = 0};
            struct cfs_record same = {.kind = CFS_KIND_SAME,
                                      .flags = SAME_FLAGS,
                                      .bucket = (uint8_t)bucket,
                                      .base = largest_position(&shape)};
            struct cfs_record link = {.kind = CFS_KIND_LINK,
                                      .hash = bucket << (CFS_CFG_HASH_BITS - buckets) | 1u};

            assert_round_trip(&same, &path, &shape);
            assert_round_trip(&link, &path, &shape);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_heads_round_trip),
        cmocka_unit_test(test_positions_of_every_width_round_trip),
        cmocka_unit_test(test_maps_of_every_length_round_trip),
        cmocka_unit_test(test_record_without_pointers_has_an_empty_map),
        cmocka_unit_test(test_every_bucket_round_trips),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
