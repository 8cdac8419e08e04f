/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes, varints, error names, assertions, repetition. */
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

static void test_every_varint_comes_back_from_its_own_length(void **state)
{
    (void)state;
    for (uint32_t value = 0; value <= CFS_VARINT_MAX; value++) {
        uint8_t bytes[CFS_VARINT_BYTES_MAX];
        uint32_t size = cfs_varint_put(bytes, value);
        uint32_t back = ~value;

        if (size != cfs_varint_size(value) || cfs_varint_get(bytes, sizeof bytes, &back) != size ||
            back != value || cfs_varint_get(bytes, size - 1u, &back) != 0u) {
            fail_msg("varint %u", (unsigned)value);
        }
    }
}

static void test_varints_change_length_at_7_and_14_bits(void **state)
{
    (void)state;
    assert_int_equal(cfs_varint_size(0), 1);
    assert_int_equal(cfs_varint_size(0x7F), 1);
    assert_int_equal(cfs_varint_size(0x80), 2);
    assert_int_equal(cfs_varint_size(0x3FFF), 2);
    assert_int_equal(cfs_varint_size(0x4000), 3);
    assert_int_equal(cfs_varint_size(CFS_VARINT_MAX), 3);
}

static void test_cut_and_overlong_varints_are_refused(void **state)
{
    const uint8_t endless[4] = {0x80, 0x80, 0x80, 0x01};
    const uint8_t overlong_2[2] = {0x85, 0x00};
    const uint8_t overlong_3[3] = {0x85, 0x81, 0x00};
    uint32_t value = 42;

    (void)state;
    assert_int_equal(cfs_varint_get(endless, sizeof endless, &value), 0);
    assert_int_equal(cfs_varint_get(endless, 0, &value), 0);
    assert_int_equal(cfs_varint_get(overlong_2, sizeof overlong_2, &value), 0);
    assert_int_equal(cfs_varint_get(overlong_3, sizeof overlong_3, &value), 0);
    assert_int_equal(value, 42);
}

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
    assert_int_equal(named, 21);
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
        cmocka_unit_test(test_every_varint_comes_back_from_its_own_length),
        cmocka_unit_test(test_varints_change_length_at_7_and_14_bits),
        cmocka_unit_test(test_cut_and_overlong_varints_are_refused),
        cmocka_unit_test(test_every_error_has_its_own_name),
        cmocka_unit_test(test_assertions_reach_the_port),
        cmocka_unit_test(test_repeat_counts_from_1),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
