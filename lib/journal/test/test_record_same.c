/* SPDX-License-Identifier: Apache-2.0 */
/* SAMEs: the shortest records, which have neither flags nor a check of their own. Whatever bytes look
 * like one, only the checksum over the whole record tells. */
#include "sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cfs/bytes.h"
#include "cfs/crc.h"

#define SHORT_BYTES 12u /* of a SAME with a value of four */

/* ---- what it says */

/* Byte for byte: the low bits of the bucket beside the kind, the others behind the base. */
static void test_bucket_stands_in_two_places(void **state)
{
    static const struct {
        uint8_t buckets_log2, bucket;
        uint8_t head[4];
    } cases[] = {
        {0, 0, {0x03, 4, 0x16, 0x01}},    {2, 3, {0x33, 4, 0x16, 0x01}},
        {4, 15, {0xF3, 4, 0x16, 0x01}},   {5, 16, {0x03, 4, 0x16, 0x11}},
        {5, 31, {0xF3, 4, 0x16, 0x11}},   {8, 0xA7, {0x73, 4, 0x16, 0xA1}},
        {8, 0x1F, {0xF3, 4, 0x16, 0x11}}, {8, 255, {0xF3, 4, 0x16, 0xF1}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct cfs_shape shape = {.position_bits = 12, .bucket_log2 = cases[i].buckets_log2};
        struct cfs_record same = {
            .kind = CFS_KIND_SAME, .bucket = cases[i].bucket, .base = 0x116, .payload_bytes = 4};
        uint8_t head[CFS_RECORD_HEAD_MAX];

        assert_int_equal(cfs_record_encode(&same, NULL, &shape, head), sizeof cases[i].head);
        assert_memory_equal(head, cases[i].head, sizeof cases[i].head);
    }
}

/* The shortest and the longest payload of each number of length bytes. */
static void test_every_length_round_trips(void **state)
{
    static const uint32_t first[] = {0, 0x80, 0x4000, CFS_RECORD_PAYLOAD_MAX + 1u};

    (void)state;
    for (uint32_t bytes = 1; bytes < sizeof first / sizeof first[0]; bytes++) {
        const uint32_t lengths[] = {first[bytes - 1u], first[bytes] - 1u};

        for (size_t i = 0; i < 2; i++) {
            struct cfs_record same = {
                .kind = CFS_KIND_SAME, .bucket = 1, .base = 7, .payload_bytes = lengths[i]};
            struct cfs_record decoded;
            struct sample sample = sample_encode(&same, NULL, &sample_shape);

            assert_int_equal(sample.size, 1u + bytes + 2u); /* ten bits are two bytes */
            assert_int_equal(sample_decode(&decoded, &sample_shape, &sample), sample.size);
            assert_int_equal(decoded.payload_bytes, lengths[i]);
            assert_int_equal(decoded.bucket, 1);
            assert_int_equal(decoded.base, 7);
            test_free(sample.bytes);
        }
    }
}

/* Whatever else it is asked to say, it leaves out. */
static void test_all_the_rest_is_left_out(void **state)
{
    struct cfs_path path = {.map = 1u << 9, .target = {[9] = 0x123}};
    struct cfs_record same = {.kind = CFS_KIND_SAME, .base = 7, .payload_bytes = 4};
    struct cfs_record asked = same;
    uint8_t bytes[CFS_RECORD_HEAD_MAX];
    uint8_t asked_bytes[CFS_RECORD_HEAD_MAX];
    uint32_t size = cfs_record_encode(&same, NULL, &sample_shape, bytes);

    (void)state;
    asked.flags = CFS_RECORD_BEGIN | CFS_RECORD_TOTAL | CFS_RECORD_ATTRIBUTES;
    asked.hash = 0x9ABCDE;
    asked.total = 42;
    asked.attributes = 0x01020304;
    assert_int_equal(cfs_record_encode(&asked, &path, &sample_shape, asked_bytes), size);
    assert_memory_equal(bytes, asked_bytes, size);
    assert_int_equal(asked.map, 0);
}

/* ---- what is refused without a check */

static void test_bucket_that_there_is_not(void **state)
{
    (void)state;
    for (uint8_t buckets = 0; buckets <= BUCKETS_LOG2_MAX; buckets++) {
        const struct cfs_shape shape = {.position_bits = 12, .bucket_log2 = buckets};

        for (unsigned low = 0; low < 16u; low++) {
            uint8_t head[8] = {(uint8_t)(CFS_KIND_SAME | low << 4), 4, 0x16, 0x01};
            struct cfs_record record;
            int32_t result = cfs_record_decode(&record, &shape, head, sizeof head);

            assert_int_equal(result, low < 1u << buckets ? 4 : 0);
        }
    }
}

static void test_length_that_is_not_the_shortest(void **state)
{
    static const uint8_t lengths[][3] = {{0x80, 0x00, 0x00}, /* 0 in two bytes */
                                         {0xFF, 0xFF, 0x00}, /* 16383 in three */
                                         {0xFF, 0xFF, 0xFF}};

    (void)state;
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        uint8_t head[16] = {CFS_KIND_SAME};
        struct cfs_record record;

        memcpy(head + 1, lengths[i], sizeof lengths[i]);
        assert_int_equal(cfs_record_decode(&record, &sample_shape, head, sizeof head), 0);
    }
}

/* Bits that pad the numbers to a byte carry nothing: neither bucket nor base changes with them. */
static void test_padding_of_the_numbers_is_ignored(void **state)
{
    const struct cfs_shape shape = {.position_bits = 13, .bucket_log2 = 5};
    struct cfs_record same = {
        .kind = CFS_KIND_SAME, .bucket = 0x1A, .base = 0x1ABC, .payload_bytes = 1};
    struct sample sample = sample_encode(&same, NULL, &shape);

    (void)state;
    for (unsigned padding = 0; padding < 4u;
         padding++) { /* 13 + 1 bits are 2 less than two bytes */
        struct cfs_record record;

        sample.bytes[sample.size - 1u] ^= (uint8_t)(padding << 6);
        assert_int_equal(sample_decode(&record, &shape, &sample), sample.size);
        assert_int_equal(record.bucket, 0x1A);
        assert_int_equal(record.base, 0x1ABC);
        sample.bytes[sample.size - 1u] ^= (uint8_t)(padding << 6);
    }
    test_free(sample.bytes);
}

/* ---- what only the checksum refuses */

#define PLACE_NUMBER   17u
#define PLACE_SALT     0xA1B2C3D4u
#define PLACE_POSITION 0x118u

static uint32_t crc_of(const uint8_t *bytes, uint32_t covered)
{
    uint32_t crc = cfs_record_crc_start(PLACE_NUMBER, PLACE_SALT, PLACE_POSITION);

    return cfs_crc32c(crc, bytes, covered);
}

/* Is there a whole record, as a reader takes it? */
static bool is_record(const struct cfs_shape *shape, const uint8_t *bytes, uint32_t size)
{
    struct cfs_record record;
    uint32_t covered;

    if (cfs_record_decode(&record, shape, bytes, size) <= 0 || cfs_record_bytes(&record) > size) {
        return false;
    }
    covered = record.head_bytes + record.payload_bytes;
    return cfs_get_le(bytes + covered, CFS_RECORD_CRC_BYTES) == crc_of(bytes, covered);
}

/* A record of `payload_bytes` arbitrary bytes, and blanks behind it to `size`. Returns its length. */
static uint32_t make_record(struct cfs_record *record, const struct cfs_path *path, uint8_t *bytes,
                            uint32_t size)
{
    uint32_t at = cfs_record_encode(record, path, &sample_shape, bytes);

    memset(bytes + at, 0xFF, size - at);
    for (uint32_t i = 0; i < record->payload_bytes; i++, at++) {
        bytes[at] = (uint8_t)(0x35u + 29u * i);
    }
    cfs_put_le(bytes + at, crc_of(bytes, at), CFS_RECORD_CRC_BYTES);
    return at + CFS_RECORD_CRC_BYTES;
}

static void flip(uint8_t *bytes, uint32_t bit)
{
    bytes[bit / 8u] ^= (uint8_t)(1u << bit % 8u);
}

/* No one, two or three flipped bits of it survive, whatever length it then claims. */
static void test_three_bit_flips_are_refused(void **state)
{
    struct cfs_record same = {
        .kind = CFS_KIND_SAME, .bucket = 2, .base = 0x116, .payload_bytes = 4};
    uint8_t bytes[64];
    uint32_t bits = 8u * make_record(&same, NULL, bytes, sizeof bytes);

    (void)state;
    assert_int_equal(bits, 8u * SHORT_BYTES);
    assert_true(is_record(&sample_shape, bytes, sizeof bytes));
    for (uint32_t a = 0; a < bits; a++) {
        flip(bytes, a);
        assert_false(is_record(&sample_shape, bytes, sizeof bytes));
        for (uint32_t b = a + 1u; b < bits; b++) {
            flip(bytes, b);
            assert_false(is_record(&sample_shape, bytes, sizeof bytes));
            for (uint32_t c = b + 1u; c < bits; c++) {
                flip(bytes, c);
                assert_false(is_record(&sample_shape, bytes, sizeof bytes));
                flip(bytes, c);
            }
            flip(bytes, b);
        }
        flip(bytes, a);
    }
}

/* One flipped bit makes a SAME of a full record, a link or an opener, and then no check is asked. */
static void test_flip_that_makes_a_same_is_refused(void **state)
{
    static uint8_t bytes[16384];
    unsigned made = 0;

    (void)state;
    for (unsigned number = 0; number < SAMPLES; number++) {
        struct cfs_path path;
        struct cfs_record record = sample_record(number, &path);

        (void)make_record(&record, &path, bytes, sizeof bytes);
        assert_true(is_record(&sample_shape, bytes, sizeof bytes));
        for (uint32_t bit = 0; bit < 8u; bit++) {
            struct cfs_record flipped;
            int32_t result;

            flip(bytes, bit);
            result = cfs_record_decode(&flipped, &sample_shape, bytes, sizeof bytes);
            made += result > 0 && flipped.kind == CFS_KIND_SAME ? 1u : 0u;
            assert_false(is_record(&sample_shape, bytes, sizeof bytes));
            flip(bytes, bit);
        }
    }
    assert_true(made > 0); /* or this says nothing */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bucket_stands_in_two_places),
        cmocka_unit_test(test_every_length_round_trips),
        cmocka_unit_test(test_all_the_rest_is_left_out),
        cmocka_unit_test(test_bucket_that_there_is_not),
        cmocka_unit_test(test_length_that_is_not_the_shortest),
        cmocka_unit_test(test_padding_of_the_numbers_is_ignored),
        cmocka_unit_test(test_three_bit_flips_are_refused),
        cmocka_unit_test(test_flip_that_makes_a_same_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
