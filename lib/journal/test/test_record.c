/* SPDX-License-Identifier: Apache-2.0 */
/* The codec against hostile bytes: whatever the medium holds, a head is refused or is one that could
 * have been written, and nothing outside the buffer is read (the sanitizers watch). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cfs/bytes.h"
#include "cfs/crc.h"
#include "cfs/record.h"

#define CHECK_START 0x5Au
#define FUZZ_ROUNDS 1000000u

/* A head in memory of exactly its size, so that reading one byte more is caught. */
struct sample {
    uint8_t *bytes;
    uint32_t size;
};

static uint32_t next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

/* One head of each kind that a store writes, with and without pointers and a total. */
static struct sample make_sample(unsigned number)
{
    static const uint8_t kinds[] = {
        CFS_KIND_FULL,  CFS_KIND_TOMBSTONE, CFS_KIND_LINK,       CFS_KIND_SAME, CFS_KIND_REFER,
        CFS_KIND_LOST,  CFS_KIND_OBJECT,    CFS_KIND_CHECKPOINT, CFS_KIND_SEAL, CFS_KIND_OPENER,
        CFS_KIND_EMPTY, CFS_KIND_COMMIT,    CFS_KIND_HEADER};
    uint8_t head[CFS_RECORD_HEAD_MAX];
    struct cfs_path path = {.count = (uint8_t)(number % 4u)};
    struct cfs_record record = {.kind = kinds[number % sizeof kinds],
                                .flags = (uint8_t)(number * 0x10u & 0xF0u),
                                .prior = 0xBCDE,
                                .hash = 0x9ABCDE,
                                .attributes = 0x01020304,
                                .total = 42,
                                .base = 0x110,
                                .payload_bytes = 10u + number * 37u};
    struct sample sample;

    if (record.kind == CFS_KIND_FULL || record.kind == CFS_KIND_TOMBSTONE ||
        record.kind == CFS_KIND_OBJECT) {
        record.name_bytes = 9;
    }
    for (uint8_t i = 0; i < path.count; i++) {
        path.bit[i] = (uint8_t)(5u + 3u * i);
        path.target[i] = 0x123u + i;
    }
    sample.size = cfs_record_encode(&record, &path, 2, head);
    assert_int_equal(sample.size, record.head_bytes);
    sample.bytes = test_malloc(sample.size);
    memcpy(sample.bytes, head, sample.size);
    return sample;
}

#define SAMPLES 64u

/* What is behind a head on the medium: decode() wants enough bytes to be sure of the length. */
static int32_t decode(struct cfs_record *record, const struct sample *sample)
{
    uint8_t *bytes = test_malloc(sample->size + 8u);
    int32_t result;

    memcpy(bytes, sample->bytes, sample->size);
    memset(bytes + sample->size, 0, 8);
    result = cfs_record_decode(record, 2, bytes, sample->size + 8u);
    test_free(bytes);
    return result;
}

static void test_heads_round_trip(void **state)
{
    (void)state;
    for (unsigned number = 0; number < SAMPLES; number++) {
        struct sample sample = make_sample(number);
        struct cfs_record record;

        assert_int_equal(decode(&record, &sample), sample.size);
        assert_int_equal(record.prior, 0xBCDE);
        assert_int_equal(record.payload_bytes, 10u + number * 37u);
        test_free(sample.bytes);
    }
}

/* With too few bytes the answer is how many are needed: more than there are, never more than the
 * longest head, and with the last answer it succeeds after a few steps. */
static void test_every_truncation_asks_for_more(void **state)
{
    (void)state;
    for (unsigned number = 0; number < SAMPLES; number++) {
        struct sample sample = make_sample(number);

        for (uint32_t size = 0; size < sample.size; size++) {
            uint8_t *bytes = test_malloc(size + 1u);
            struct cfs_record record;
            int32_t result;

            memcpy(bytes, sample.bytes, size);
            result = cfs_record_decode(&record, 2, bytes, size);
            assert_in_range(-result, size + 1u, CFS_RECORD_HEAD_MAX);
            test_free(bytes);
        }
        test_free(sample.bytes);
    }
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
        struct sample sample = make_sample(number);

        for (uint32_t bit = 0; bit < 8u * sample.size; bit++) {
            struct cfs_record record;
            int32_t result;

            sample.bytes[bit / 8u] ^= (uint8_t)(1u << bit % 8u);
            result = decode(&record, &sample);
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
    struct cfs_record record = {.kind = CFS_KIND_FULL,
                                .flags = CFS_RECORD_BEGIN | CFS_RECORD_END,
                                .hash = 0x123456,
                                .name_bytes = 3,
                                .payload_bytes = 20};
    uint8_t head[CFS_RECORD_HEAD_MAX];
    uint32_t size = cfs_record_encode(&record, NULL, 2, head);
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

/* A full record: frame, prior, length, hash, name length, pointers. */
static uint32_t forge(uint8_t *head, uint32_t length, uint8_t name_bytes, uint8_t pointers)
{
    uint32_t at = 4;

    memset(head, 0, 2048);
    head[0] = CFS_KIND_FULL | CFS_RECORD_BEGIN | CFS_RECORD_END;
    at += cfs_varint_put(head + at, length);
    at += 3;
    head[at++] = name_bytes;
    head[at++] = pointers;
    at += 3u * pointers;
    fix_check(head, at);
    return at;
}

static void test_more_pointers_than_there_can_be(void **state)
{
    static uint8_t head[2048];
    struct cfs_record record;

    (void)state;
    for (unsigned pointers = 0; pointers < 256; pointers++) {
        uint32_t size = forge(head, 40, 4, (uint8_t)pointers);
        int32_t result = cfs_record_decode(&record, 2, head, sizeof head);

        assert_int_equal(result, pointers <= CFS_POINTERS_MAX ? (int32_t)size : 0);
    }
}

static void test_name_longer_than_the_payload_or_the_longest(void **state)
{
    static uint8_t head[2048];
    struct cfs_record record;

    (void)state;
    for (unsigned name = 0; name < 256; name++) {
        uint32_t size = forge(head, 100, (uint8_t)name, 1);

        assert_int_equal(cfs_record_decode(&record, 2, head, sizeof head),
                         name <= 100 ? (int32_t)size : 0);
        size = forge(head, 1000, (uint8_t)name, 1);
        assert_int_equal(cfs_record_decode(&record, 2, head, sizeof head),
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
    struct cfs_record record;

    (void)state;
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        memset(head, 0, sizeof head);
        head[0] = CFS_KIND_COMMIT | CFS_RECORD_END;
        memcpy(head + 4, lengths[i], 3);
        for (uint32_t size = 5; size <= 7; size++) {
            fix_check(head, size);
            assert_int_equal(cfs_record_decode(&record, 2, head, sizeof head), 0);
        }
    }
}

static void test_kinds_that_do_not_exist(void **state)
{
    uint8_t head[64] = {0};
    struct cfs_record record;

    (void)state;
    for (unsigned flags = 0; flags < 16; flags++) {
        for (unsigned kind = 0; kind < 16; kind += 15) {
            for (uint32_t size = 5; size < 20; size++) {
                head[0] = (uint8_t)(kind | flags << 4);
                fix_check(head, size);
                assert_int_equal(cfs_record_decode(&record, 2, head, sizeof head), 0);
            }
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
        for (unsigned width = 2; width <= 4; width++) {
            assert_int_equal(cfs_record_decode(&record, width, bytes, sizeof bytes), 0);
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

static void assert_bounded(const struct cfs_record *record, unsigned width, int32_t result,
                           uint32_t size)
{
    assert_in_range(record->kind, CFS_KIND_FULL, CFS_KIND_HEADER);
    assert_in_range(result, 5, size);
    assert_int_equal(record->head_bytes, result);
    assert_in_range(record->pointer_count, 0, CFS_POINTERS_MAX);
    assert_in_range(record->payload_bytes, 0, CFS_VARINT_MAX);
    assert_in_range(record->name_bytes, 0, CFS_RECORD_NAME_MAX);
    assert_true(record->name_bytes <= record->payload_bytes);
    assert_true(record->hash >> CFS_CFG_HASH_BITS == 0u);
    for (unsigned bit = 0; bit <= CFS_CFG_HASH_BITS; bit++) {
        (void)cfs_record_pointer(record, width, bit); /* reads inside the buffer */
    }
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
        unsigned width = 2u + round % 3u;
        uint8_t bytes[CFS_RECORD_HEAD_MAX + 9u];
        uint8_t *exact = bytes + sizeof bytes - size; /* the end of the buffer is theirs */
        struct cfs_record record;
        int32_t result;

        for (uint32_t i = 0; i < size; i++) {
            exact[i] = (uint8_t)(next_random(&random) >> 11);
        }
        if (size > 16u && round % 2u == 0u) {
            exact[4] &= 0x7Fu;
            exact[9] %= CFS_POINTERS_MAX + 2u;
            fix_check(exact,
                      10u + (1u + width) * exact[9] < size ? 10u + (1u + width) * exact[9] : size);
        }
        result = cfs_record_decode(&record, width, exact, size);
        if (result > 0) {
            assert_bounded(&record, width, result, size);
            accepted++;
        } else if (result < 0) {
            assert_in_range(-result, size + 1u, 2u * CFS_RECORD_HEAD_MAX);
        }
    }
    print_message("%u of %u accepted\n", (unsigned)accepted, (unsigned)FUZZ_ROUNDS);
    assert_in_range(accepted, 1000, FUZZ_ROUNDS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_heads_round_trip),
        cmocka_unit_test(test_every_truncation_asks_for_more),
        cmocka_unit_test(test_single_bit_flips_are_refused),
        cmocka_unit_test(test_three_bit_flips_of_a_short_head_are_refused),
        cmocka_unit_test(test_more_pointers_than_there_can_be),
        cmocka_unit_test(test_name_longer_than_the_payload_or_the_longest),
        cmocka_unit_test(test_length_that_is_not_the_shortest),
        cmocka_unit_test(test_kinds_that_do_not_exist),
        cmocka_unit_test(test_blank_and_zero_are_no_records),
        cmocka_unit_test(test_mark_with_any_two_bits_flipped_is_none),
        cmocka_unit_test(test_random_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
