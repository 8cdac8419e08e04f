/* SPDX-License-Identifier: Apache-2.0 */
/* The codec against hostile bytes: whatever the medium holds, a head is refused or is one that could
 * have been written, and nothing outside the buffer is read (the sanitizers watch). A SAME has no
 * check, so what only a check can refuse is asked of the whole record in test_record_same.c. */
#include "sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cfs/bytes.h"
#include "cfs/crc.h"

#define CHECK_START 0x5Au
#define FUZZ_ROUNDS 1000000u

static uint32_t next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

static int32_t decode_first(const struct sample *sample, uint32_t size)
{
    uint8_t *bytes = test_malloc(size + 1u);
    uint8_t *exact = bytes + 1; /* nothing stands behind */
    struct cfs_record record;
    int32_t result;

    memcpy(exact, sample->bytes, size);
    result = cfs_record_decode(&record, &sample_shape, exact, size);
    test_free(bytes);
    return result;
}

/* With too few bytes the answer is how many are needed: more than there are, so that asking again
 * ends; and no more than the head takes, or the five that every record has. */
static void test_every_truncation_asks_for_more(void **state)
{
    (void)state;
    for (unsigned number = 0; number < SAMPLES; number++) {
        struct sample sample = sample_make(number);

        for (uint32_t size = 0; size < sample.size; size++) {
            assert_in_range(-decode_first(&sample, size), size + 1u,
                            sample.size < 5u ? 5u : sample.size);
        }
        test_free(sample.bytes);
    }
}

/* Only what a check guards is believed. */
static bool has_check(const struct cfs_record *record)
{
    return record->kind != CFS_KIND_SAME;
}

/* CRC-8 finds every change of an odd number of bits, so no flip of one bit survives, unless it
 * changes how long the head is: then the check covers other bytes, and one in 256 survives by
 * chance. Those must be few, and are counted. */
static void test_single_bit_flips_are_refused(void **state)
{
    uint32_t flips = 0;
    uint32_t survivors = 0;
    uint32_t same_length_survivors = 0;

    (void)state;
    for (unsigned number = 0; number < SAMPLES; number++) {
        struct sample sample = sample_make(number);
        struct cfs_record record;

        assert_int_equal(sample_decode(&record, &sample_shape, &sample), sample.size);
        for (uint32_t bit = 0; has_check(&record) && bit < 8u * sample.size; bit++) {
            struct cfs_record flipped;
            int32_t result;

            sample.bytes[bit / 8u] ^= (uint8_t)(1u << bit % 8u);
            result = sample_decode(&flipped, &sample_shape, &sample);
            result = has_check(&flipped) ? result : 0;
            flips++;
            survivors += result > 0 ? 1u : 0u;
            same_length_survivors += result == (int32_t)sample.size ? 1u : 0u;
            sample.bytes[bit / 8u] ^= (uint8_t)(1u << bit % 8u);
        }
        test_free(sample.bytes);
    }
    assert_int_equal(same_length_survivors, 0);
    print_message("%u of %u flips gave a valid head of another length\n", (unsigned)survivors,
                  (unsigned)flips);
    assert_true(survivors <= flips / 256u);
}

/* Of the heads whose length stays, no three flipped bits survive up to 14 bytes of data (Hamming
 * distance 4): all pairs and triples of a short head. */
static void test_three_bit_flips_of_a_short_head_are_refused(void **state)
{
    struct cfs_path path = {.map = 0xF00, .target = {[8] = 0x101, [9] = 0x2FF, [10] = 1, [11] = 2}};
    struct cfs_record record = {.kind = CFS_KIND_FULL,
                                .flags = CFS_RECORD_BEGIN | CFS_RECORD_END,
                                .hash = 0x123456,
                                .name_bytes = 3,
                                .payload_bytes = 20};
    uint8_t head[CFS_RECORD_HEAD_MAX];
    uint32_t size = cfs_record_encode(&record, &path, &sample_shape, head);
    uint32_t bits = 8u * size;

    (void)state;
    assert_in_range(size, 1, 15); /* one byte of it is the check */
    for (uint32_t a = 0; a < bits; a++) {
        head[a / 8u] ^= (uint8_t)(1u << a % 8u);
        for (uint32_t b = a + 1u; b < bits; b++) {
            head[b / 8u] ^= (uint8_t)(1u << b % 8u);
            for (uint32_t c = b; c < bits; c++) {
                uint8_t flip = (uint8_t)(c > b ? 1u << c % 8u : 0u); /* c == b: only two bits */
                uint8_t check;

                head[c / 8u] ^= flip;
                check = cfs_crc8(cfs_crc8(CHECK_START, head, 1), head + 2, size - 2u);
                assert_int_not_equal(check, head[1]);
                head[c / 8u] ^= flip;
            }
            head[b / 8u] ^= (uint8_t)(1u << b % 8u);
        }
        head[a / 8u] ^= (uint8_t)(1u << a % 8u);
    }
}

/* ---- heads whose check fits, but that no store writes */

static void fix_check(uint8_t *head, uint32_t size)
{
    head[1] = cfs_crc8(cfs_crc8(CHECK_START, head, 1), head + 2, size - 2u);
}

#define FORGED_BYTES 256u

/* A full record: frame, length, hash, name length, map as given, pointers that are all zero. */
static uint32_t forge(uint8_t head[FORGED_BYTES], const struct cfs_shape *shape, uint32_t length,
                      uint8_t name_bytes, uint32_t map)
{
    uint32_t at = 2;

    memset(head, 0, FORGED_BYTES);
    head[0] = CFS_KIND_FULL | CFS_RECORD_BEGIN | CFS_RECORD_END;
    at += cfs_varint_put(head + at, length);
    at += 3;
    head[at++] = name_bytes;
    at += cfs_varint_put(head + at, map);
    at += (cfs_count_bits(map) * shape->position_bits + 7u) / 8u;
    fix_check(head, at);
    return at;
}

static void test_map_bits_beyond_the_hash(void **state)
{
    uint8_t head[FORGED_BYTES];
    struct cfs_record record;

    (void)state;
    for (uint8_t buckets = 0; buckets <= BUCKETS_LOG2_MAX; buckets++) {
        const struct cfs_shape shape = {.position_bits = 12, .bucket_log2 = buckets};

        for (unsigned bit = 0; bit < 7u * CFS_VARINT_BYTES_MAX; bit++) {
            uint32_t size = forge(head, &shape, 40, 4, 1u << bit | 1u);
            int32_t result = cfs_record_decode(&record, &shape, head, sizeof head);

            assert_int_equal(result, bit + buckets < CFS_POINTERS_MAX ? (int32_t)size : 0);
        }
    }
}

/* Whatever length the head is taken to have: the check is made to fit each. */
static void assert_refused_at_any_length(uint8_t *head, uint32_t size)
{
    struct cfs_record record;

    for (uint32_t length = 3; length <= size; length++) {
        fix_check(head, length);
        assert_int_equal(cfs_record_decode(&record, &sample_shape, head, size), 0);
    }
}

static void test_map_that_is_not_the_shortest(void **state)
{
    static const uint8_t maps[][4] = {{0x80, 0x00, 0x00, 0x00}, /* 0 in two bytes */
                                      {0x81, 0x80, 0x00, 0x00}, /* 1 in three */
                                      {0xFF, 0xFF, 0x80, 0x00}, /* 16383 in four */
                                      {0x80, 0x80, 0x80, 0x80}, /* without an end */
                                      {0xFF, 0xFF, 0xFF, 0xFF}};
    uint8_t head[FORGED_BYTES];

    (void)state;
    for (size_t i = 0; i < sizeof maps / sizeof maps[0]; i++) {
        (void)forge(head, &sample_shape, 40, 4, 0);
        memcpy(head + 7, maps[i], 4);
        assert_refused_at_any_length(head, 40);
    }
}

/* Bits that pad the numbers to a byte carry nothing: no number changes with them. They are covered
 * by the check like all others. */
static void test_padding_of_the_numbers_is_checked_and_ignored(void **state)
{
    const struct cfs_shape shape = {.position_bits = 13, .bucket_log2 = 2};
    struct cfs_path path = {.map = 1u << 9, .target = {[9] = 0x1ABC}};
    struct cfs_record written = {
        .kind = CFS_KIND_FULL, .hash = 1, .name_bytes = 1, .payload_bytes = 1};
    struct sample sample = sample_encode(&written, &path, &shape);
    struct cfs_record record;

    (void)state;
    for (unsigned padding = 1; padding < 8u; padding++) { /* 13 bits are 3 less than two bytes */
        sample.bytes[sample.size - 1u] ^= (uint8_t)(padding << 5);
        assert_int_equal(sample_decode(&record, &shape, &sample), 0);
        fix_check(sample.bytes, sample.size);
        assert_int_equal(sample_decode(&record, &shape, &sample), sample.size);
        assert_same_pointers(&record, &shape, &path);
        sample.bytes[sample.size - 1u] ^= (uint8_t)(padding << 5);
        fix_check(sample.bytes, sample.size);
    }
    test_free(sample.bytes);
}

static void test_name_longer_than_the_payload_or_the_longest(void **state)
{
    uint8_t head[FORGED_BYTES];
    struct cfs_record record;

    (void)state;
    for (unsigned name = 0; name < 256; name++) {
        uint32_t size = forge(head, &sample_shape, 100, (uint8_t)name, 0x80);

        assert_int_equal(cfs_record_decode(&record, &sample_shape, head, sizeof head),
                         name <= 100 ? (int32_t)size : 0);
        size = forge(head, &sample_shape, 1000, (uint8_t)name, 0x80);
        assert_int_equal(cfs_record_decode(&record, &sample_shape, head, sizeof head),
                         name <= CFS_RECORD_NAME_MAX ? (int32_t)size : 0);
    }
}

static void test_length_that_is_not_the_shortest(void **state)
{
    static const uint8_t lengths[][3] = {{0x80, 0x00, 0x00}, /* 0 in two bytes */
                                         {0xFF, 0x00, 0x00}, /* 127 in two */
                                         {0x80, 0x80, 0x00}, /* 0 in three */
                                         {0xFF, 0xFF, 0x00}, /* 16383 in three */
                                         {0x80, 0x80, 0x80}, /* without an end */
                                         {0xFF, 0xFF, 0xFF}};
    uint8_t head[64];

    (void)state;
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        memset(head, 0, sizeof head);
        head[0] = CFS_KIND_COMMIT | CFS_RECORD_END;
        memcpy(head + 2, lengths[i], 3);
        assert_refused_at_any_length(head, sizeof head);
    }
}

static void test_kinds_that_do_not_exist(void **state)
{
    static const uint8_t kinds[] = {0, CFS_KIND_LOST + 1, 15};
    uint8_t head[64] = {0};

    (void)state;
    for (unsigned flags = 0; flags < 16; flags++) {
        for (size_t i = 0; i < sizeof kinds; i++) {
            head[0] = (uint8_t)(kinds[i] | flags << 4);
            assert_refused_at_any_length(head, 20);
        }
    }
}

static void test_blank_and_zero_are_no_records(void **state)
{
    uint8_t bytes[CFS_RECORD_HEAD_MAX];
    struct cfs_record record;
    struct cfs_mark mark;

    (void)state;
    for (unsigned value = 0; value < 256; value += 255) {
        memset(bytes, (int)value, sizeof bytes);
        for (uint8_t bits = POSITION_BITS_MIN; bits <= POSITION_BITS_MAX; bits++) {
            for (uint8_t buckets = 0; buckets <= BUCKETS_LOG2_MAX; buckets++) {
                const struct cfs_shape shape = {bits, buckets};

                assert_int_equal(cfs_record_decode(&record, &shape, bytes, sizeof bytes), 0);
            }
        }
        assert_int_equal(cfs_mark_decode(&mark, bytes), 1);
    }
}

/* ---- marks */

static void test_mark_with_any_two_bits_flipped_is_none(void **state)
{
    const struct cfs_mark written = {.version = 1, .line_log2 = 4, .number = 17, .salt = 99};
    uint8_t bytes[CFS_MARK_BYTES];
    struct cfs_mark mark;

    (void)state;
    cfs_mark_encode(&written, bytes);
    assert_int_equal(cfs_mark_decode(&mark, bytes), 0);
    for (unsigned a = 0; a < 8u * sizeof bytes; a++) {
        bytes[a / 8u] ^= (uint8_t)(1u << a % 8u);
        assert_int_equal(cfs_mark_decode(&mark, bytes), 1);
        for (unsigned b = a + 1u; b < 8u * sizeof bytes; b++) {
            bytes[b / 8u] ^= (uint8_t)(1u << b % 8u);
            assert_int_equal(cfs_mark_decode(&mark, bytes), 1);
            bytes[b / 8u] ^= (uint8_t)(1u << b % 8u);
        }
        bytes[a / 8u] ^= (uint8_t)(1u << a % 8u);
    }
}

/* ---- anything at all */

static void assert_bounded(const struct cfs_record *record, const struct cfs_shape *shape,
                           int32_t result, uint32_t size)
{
    assert_in_range(record->kind, CFS_KIND_FULL, CFS_KIND_HEADER);
    assert_in_range(result, 3, size);
    assert_true(record->kind != CFS_KIND_SAME || record->flags == SAME_FLAGS);
    assert_int_equal(record->head_bytes, result);
    assert_int_equal(record->head_bytes, cfs_record_head_bytes(record, shape));
    assert_true(record->map >> CFS_POINTERS_MAX == 0u);
    assert_in_range(record->payload_bytes, 0, CFS_RECORD_PAYLOAD_MAX);
    assert_in_range(record->name_bytes, 0, CFS_RECORD_NAME_MAX);
    assert_true(record->name_bytes <= record->payload_bytes);
    assert_true(record->hash >> CFS_CFG_HASH_BITS == 0u);
    assert_true(record->bucket >> shape->bucket_log2 == 0u);
    for (unsigned bit = 0; bit < CFS_POINTERS_MAX; bit++) { /* reads inside the buffer */
        uint32_t target = cfs_record_pointer(record, shape, bit);

        assert_true(target <= largest_position(shape));
        assert_true(target == 0u || (record->map >> bit & 1u) != 0u);
    }
}

/* Make random bytes a full record as far as it takes for the check to fit. */
static void tune(uint8_t *head, uint32_t size, const struct cfs_shape *shape, uint32_t map)
{
    uint32_t bits = cfs_count_bits(map) * shape->position_bits;
    uint32_t at = 7;

    head[0] = (uint8_t)((head[0] & 0xF0u) | CFS_KIND_FULL);
    head[2] &= 0x7Fu;
    head[6] &= 0x1Fu;
    at += head[0] & CFS_RECORD_ATTRIBUTES ? 4u : 0u;
    bits += head[0] & CFS_RECORD_TOTAL ? shape->position_bits : 0u;
    at += cfs_varint_put(head + at, map);
    at += (bits + 7u) / 8u;
    fix_check(head, at < size ? at : size);
}

/* Random bytes, in a buffer of exactly their size; every second head gets a check that fits the
 * length it claims, or hardly any would pass. */
static void test_random_bytes(void **state)
{
    uint32_t random = 20260101;
    uint32_t accepted = 0;

    (void)state;
    for (uint32_t round = 0; round < FUZZ_ROUNDS; round++) {
        uint32_t size = next_random(&random) % (CFS_RECORD_HEAD_MAX + 9u);
        const struct cfs_shape shape = {
            (uint8_t)(POSITION_BITS_MIN + round % (POSITION_BITS_MAX + 1u - POSITION_BITS_MIN)),
            (uint8_t)(round % (BUCKETS_LOG2_MAX + 1u))};
        uint8_t bytes[CFS_RECORD_HEAD_MAX + 9u];
        uint8_t *exact = bytes + sizeof bytes - size; /* the end of the buffer is theirs */
        struct cfs_record record;
        int32_t result;

        for (uint32_t i = 0; i < size; i++) {
            exact[i] = (uint8_t)(next_random(&random) >> 11);
        }
        if (size > 16u && round % 2u == 0u) {
            tune(exact, size, &shape, next_random(&random) >> (6u + random % 24u));
        }
        result = cfs_record_decode(&record, &shape, exact, size);
        if (result > 0) {
            assert_bounded(&record, &shape, result, size);
            accepted++;
        } else if (result < 0) {
            assert_in_range(-result, size + 1u, CFS_RECORD_HEAD_MAX);
        }
    }
    print_message("%u of %u accepted\n", (unsigned)accepted, (unsigned)FUZZ_ROUNDS);
    assert_in_range(accepted, FUZZ_ROUNDS / 10u, FUZZ_ROUNDS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_truncation_asks_for_more),
        cmocka_unit_test(test_single_bit_flips_are_refused),
        cmocka_unit_test(test_three_bit_flips_of_a_short_head_are_refused),
        cmocka_unit_test(test_map_bits_beyond_the_hash),
        cmocka_unit_test(test_map_that_is_not_the_shortest),
        cmocka_unit_test(test_padding_of_the_numbers_is_checked_and_ignored),
        cmocka_unit_test(test_name_longer_than_the_payload_or_the_longest),
        cmocka_unit_test(test_length_that_is_not_the_shortest),
        cmocka_unit_test(test_kinds_that_do_not_exist),
        cmocka_unit_test(test_blank_and_zero_are_no_records),
        cmocka_unit_test(test_mark_with_any_two_bits_flipped_is_none),
        cmocka_unit_test(test_random_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
