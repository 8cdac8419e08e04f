/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes, bits, varints, error names, assertions, repetition. */
#include "cfs/assert.h"
#include "cfs/bytes.h"
#include "cfs/error.h"
#include "cfs/repeat.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_numbers_are_little_endian_at_any_alignment(void **state)
{
    const uint8_t expected[11] = {0, 0x11, 0x33, 0x22, 0x66, 0x55, 0x44, 0xAA, 0x99, 0x88, 0x77};
    uint8_t bytes[11] = {0};

    (void)state;
    cfs_put_le8(bytes + 1, 0x11);
    cfs_put_le16(bytes + 2, 0x2233);
    cfs_put_le24(bytes + 4, 0x445566);
    cfs_put_le32(bytes + 7, 0x778899AA);
    assert_memory_equal(bytes, expected, sizeof bytes);
    assert_int_equal(cfs_get_le8(bytes + 1), 0x11);
    assert_int_equal(cfs_get_le16(bytes + 2), 0x2233);
    assert_int_equal(cfs_get_le24(bytes + 4), 0x445566);
    assert_int_equal(cfs_get_le32(bytes + 7), 0x778899AA);
}

static void test_run_time_widths_equal_the_fixed_ones(void **state)
{
    (void)state;
    for (unsigned width = 1; width <= 4u; width++) {
        uint8_t bytes[6] = {0xEE, 0xEE, 0xEE, 0xEE, 0xEE, 0xEE};
        uint32_t mask = width == 4u ? 0xFFFFFFFFu : (1u << (8u * width)) - 1u;

        cfs_put_le(bytes + 1, 0x89ABCDEFu, width);
        assert_int_equal(bytes[0], 0xEE);
        assert_int_equal(bytes[1], 0xEF);
        assert_int_equal(bytes[1u + width], 0xEE);
        assert_int_equal(cfs_get_le(bytes + 1, width), 0x89ABCDEFu & mask);
    }
}

/* ---- strings of bits */

static void test_bits_are_packed_from_the_low_end(void **state)
{
    const uint8_t expected[4] = {0xBC, 0xFA, 0xDE, 0x05};
    uint8_t bytes[4] = {0};

    (void)state;
    cfs_put_bits(bytes, 0, 0xABC, 12);
    cfs_put_bits(bytes, 12, 0xDEF, 12);
    cfs_put_bits(bytes, 24, 1, 1);
    cfs_put_bits(bytes, 25, 2, 2);
    assert_memory_equal(bytes, expected, sizeof bytes);
    assert_int_equal(cfs_get_bits(bytes, 0, 12), 0xABC);
    assert_int_equal(cfs_get_bits(bytes, 12, 12), 0xDEF);
    assert_int_equal(cfs_get_bits(bytes, 24, 1), 1);
    assert_int_equal(cfs_get_bits(bytes, 25, 2), 2);
}

/* At every place and of every width, behind another number, in bytes that were not cleared before
 * and of which there is not one too many. */
static void test_bits_of_every_width_at_every_place(void **state)
{
    (void)state;
    for (uint32_t at = 0; at < 24u; at++) {
        for (unsigned bits = 1; bits <= 32u; bits++) {
            uint32_t value = 0x9E3779B9u >> (32u - bits);
            uint32_t before = 0x5A5A5Au & ((1u << at) - 1u);
            size_t size = (at + bits + 7u) / 8u;
            uint8_t *bytes = test_malloc(size);

            memset(bytes, 0xFF, size);
            cfs_put_bits(bytes, 0, before, at);
            cfs_put_bits(bytes, at, value, bits);
            assert_int_equal(cfs_get_bits(bytes, at, bits), value);
            assert_int_equal(cfs_get_bits(bytes, 0, at), before);
            assert_int_equal(bytes[size - 1u] >> (8u - (8u * size - at - bits)),
                             0); /* the padding */
            test_free(bytes);
        }
    }
}

static void test_bits_ignore_what_stands_around(void **state)
{
    uint8_t bytes[8];

    (void)state;
    memset(bytes, 0xFF, sizeof bytes);
    for (uint32_t at = 0; at <= 32u; at++) {
        for (unsigned bits = 1; bits <= 32u; bits++) {
            assert_int_equal(cfs_get_bits(bytes, at, bits), 0xFFFFFFFFu >> (32u - bits));
        }
    }
}

static void test_count_of_bits(void **state)
{
    (void)state;
    assert_int_equal(cfs_count_bits(0), 0);
    assert_int_equal(cfs_count_bits(0xFFFFFFFFu), 32);
    for (unsigned bit = 0; bit < 32u; bit++) {
        assert_int_equal(cfs_count_bits(1u << bit), 1);
        assert_int_equal(cfs_count_bits(~(1u << bit)), 31);
        assert_int_equal(cfs_count_bits((1u << bit) - 1u), bit);
    }
}

/* ---- varints */

static void assert_varint_comes_back(uint32_t value)
{
    uint8_t bytes[CFS_VARINT_BYTES_MAX];
    uint32_t size = cfs_varint_put(bytes, value);
    uint32_t back = ~value;

    if (size != cfs_varint_size(value) || cfs_varint_get(bytes, sizeof bytes, &back) != size ||
        back != value || cfs_varint_get(bytes, size - 1u, &back) != 0u) {
        fail_msg("varint %u", (unsigned)value);
    }
}

/* All of one to three bytes, and every 101st of four. */
static void test_varints_come_back_from_their_own_length(void **state)
{
    (void)state;
    for (uint32_t value = 0; value < 1u << 22; value++) {
        assert_varint_comes_back(value);
    }
    for (uint32_t value = 1u << 22; value <= CFS_VARINT_MAX; value += 101u) {
        assert_varint_comes_back(value);
    }
    assert_varint_comes_back(CFS_VARINT_MAX);
}

static void test_varints_change_length_every_7_bits(void **state)
{
    (void)state;
    assert_int_equal(cfs_varint_size(0), 1);
    assert_int_equal(cfs_varint_size(0x7F), 1);
    assert_int_equal(cfs_varint_size(0x80), 2);
    assert_int_equal(cfs_varint_size(0x3FFF), 2);
    assert_int_equal(cfs_varint_size(0x4000), 3);
    assert_int_equal(cfs_varint_size(0x1FFFFF), 3);
    assert_int_equal(cfs_varint_size(0x200000), 4);
    assert_int_equal(cfs_varint_size(CFS_VARINT_MAX), 4);
}

static void test_cut_and_overlong_varints_are_refused(void **state)
{
    const uint8_t endless[5] = {0x80, 0x80, 0x80, 0x80, 0x01};
    const uint8_t overlong_2[2] = {0x85, 0x00};
    const uint8_t overlong_3[3] = {0x85, 0x81, 0x00};
    const uint8_t overlong_4[4] = {0x85, 0x81, 0xFF, 0x00};
    uint32_t value = 42;

    (void)state;
    for (size_t size = 0; size <= sizeof endless; size++) {
        assert_int_equal(cfs_varint_get(endless, size, &value), 0);
    }
    assert_int_equal(cfs_varint_get(overlong_2, sizeof overlong_2, &value), 0);
    assert_int_equal(cfs_varint_get(overlong_3, sizeof overlong_3, &value), 0);
    assert_int_equal(cfs_varint_get(overlong_4, sizeof overlong_4, &value), 0);
    assert_int_equal(value, 42);
}

/* ---- the rest */

static void test_every_error_has_its_own_name(void **state)
{
    unsigned named = 0;

    (void)state;
    for (int32_t error = -1000; error <= 1000; error++) {
        const char *name = cfs_error_name(error);

        if (strcmp(name, "unknown") != 0) {
            assert_memory_equal(name, "CFS_", 4);
            named++;
        }
        for (int32_t other = error + 1; other <= 0; other++) {
            const char *other_name = cfs_error_name(other);

            assert_true(other_name != name || strcmp(name, "unknown") == 0);
        }
    }
    assert_int_equal(named, 22);
    assert_string_equal(cfs_error_name(CFS_OK), "CFS_OK");
    assert_string_equal(cfs_error_name(CFS_ERR_NO_SPACE), "CFS_ERR_NO_SPACE");
    assert_string_equal(cfs_error_name(INT32_MIN), "unknown");
}

static void assert_positive(int value)
{
    (void)value;
    CFS_ASSERT(value > 0);
}

static void test_assertions_reach_the_port(void **state)
{
    (void)state;
    assert_positive(1);
#if CFS_CFG_ASSERT
    expect_assert_failure(assert_positive(0));
#endif
}

#define ELEMENT(slot) slot,

static void test_repeat_counts_from_1(void **state)
{
    const unsigned none[] = {0, CFS_REPEAT(0, ELEMENT)};
    const unsigned three[] = {0, CFS_REPEAT(3, ELEMENT)};
    const unsigned eight[] = {0, CFS_REPEAT(8, ELEMENT)};

    (void)state;
    assert_int_equal(sizeof none, sizeof(unsigned));
    assert_int_equal(sizeof three, 4u * sizeof(unsigned));
    assert_int_equal(sizeof eight, 9u * sizeof(unsigned));
    for (unsigned slot = 0; slot <= 8u; slot++) {
        assert_int_equal(eight[slot], slot);
    }
    assert_int_equal(three[3], 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_are_little_endian_at_any_alignment),
        cmocka_unit_test(test_run_time_widths_equal_the_fixed_ones),
        cmocka_unit_test(test_bits_are_packed_from_the_low_end),
        cmocka_unit_test(test_bits_of_every_width_at_every_place),
        cmocka_unit_test(test_bits_ignore_what_stands_around),
        cmocka_unit_test(test_count_of_bits),
        cmocka_unit_test(test_varints_come_back_from_their_own_length),
        cmocka_unit_test(test_varints_change_length_every_7_bits),
        cmocka_unit_test(test_cut_and_overlong_varints_are_refused),
        cmocka_unit_test(test_every_error_has_its_own_name),
        cmocka_unit_test(test_assertions_reach_the_port),
        cmocka_unit_test(test_repeat_counts_from_1),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
