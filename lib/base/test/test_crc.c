/* SPDX-License-Identifier: Apache-2.0 */
/* Checksums against their definitions. Built twice, with crc_small.c and with crc_fast.c. */
#include "cfs/crc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define CHECK_TEXT  "123456789"
#define CHECK_BYTES 9u

/* Straight from the definition, a bit at a time. */
static uint32_t slow_crc32c(const uint8_t *data, size_t size)
{
    uint32_t crc = 0xFFFFFFFFu;

    for (size_t i = 0; i < size; i++) {
        crc ^= data[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc & 1u) != 0u ? (crc >> 1) ^ 0x82F63B78u : crc >> 1;
        }
    }
    return ~crc;
}

static uint8_t slow_crc8(uint8_t crc, const uint8_t *data, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        crc ^= data[i];
        for (int bit = 0; bit < 8; bit++) {
            unsigned shifted = (unsigned)crc << 1;

            crc = (uint8_t)((crc & 0x80u) != 0u ? shifted ^ 0x2Fu : shifted);
        }
    }
    return crc;
}

static void fill(uint8_t *data, size_t size)
{
    uint32_t state = 1;

    for (size_t i = 0; i < size; i++) {
        state = state * 1664525u + 1013904223u;
        data[i] = (uint8_t)(state >> 24);
    }
}

static void test_crc32c_has_the_published_check_values(void **state)
{
    uint8_t zeros[32] = {0};
    uint8_t ones[32];

    (void)state;
    memset(ones, 0xFF, sizeof ones);
    assert_int_equal(cfs_crc32c(0, CHECK_TEXT, CHECK_BYTES), 0xE3069283u);
    assert_int_equal(cfs_crc32c(0, zeros, sizeof zeros), 0x8A9136AAu); /* RFC 3720, B.4 */
    assert_int_equal(cfs_crc32c(0, ones, sizeof ones), 0x62A8AB43u);   /* RFC 3720, B.4 */
    assert_int_equal(cfs_crc32c(0, zeros, 0), 0);
}

static void test_crc8_has_the_published_check_value(void **state)
{
    (void)state;
    /* CRC-8/AUTOSAR starts with 0xFF and inverts at the end. */
    assert_int_equal(cfs_crc8(0xFF, CHECK_TEXT, CHECK_BYTES) ^ 0xFFu, 0xDFu);
    assert_int_equal(cfs_crc8(0x5A, CHECK_TEXT, 0), 0x5A);
}

static void test_any_length_and_alignment_equals_the_definition(void **state)
{
    uint8_t data[80];

    (void)state;
    fill(data, sizeof data);
    for (size_t from = 0; from < 8u; from++) {
        for (size_t size = 0; from + size <= sizeof data; size++) {
            assert_int_equal(cfs_crc32c(0, data + from, size), slow_crc32c(data + from, size));
            assert_int_equal(cfs_crc8(0xA5, data + from, size), slow_crc8(0xA5, data + from, size));
        }
    }
}

static void test_parts_may_be_cut_anywhere(void **state)
{
    uint8_t data[40];

    (void)state;
    fill(data, sizeof data);
    for (size_t cut = 0; cut <= sizeof data; cut++) {
        uint32_t crc = cfs_crc32c(0, data, cut);
        uint8_t crc8 = cfs_crc8(1, data, cut);

        crc = cfs_crc32c(crc, data + cut, sizeof data - cut);
        crc8 = cfs_crc8(crc8, data + cut, sizeof data - cut);
        assert_int_equal(crc, cfs_crc32c(0, data, sizeof data));
        assert_int_equal(crc8, cfs_crc8(1, data, sizeof data));
    }
}

/* What one changed bit does to the checksum, for each bit of 14 bytes and of the checksum itself.
 * Start values drop out, because a CRC is linear. */
static size_t syndromes_of_14_bytes(uint8_t syndromes[120])
{
    uint8_t data[14] = {0};
    size_t count = 0;

    for (size_t bit = 0; bit < 8u * sizeof data; bit++) {
        data[bit / 8u] = (uint8_t)(1u << (bit % 8u));
        syndromes[count++] = cfs_crc8(0, data, sizeof data);
        data[bit / 8u] = 0;
    }
    for (unsigned bit = 0; bit < 8u; bit++) {
        syndromes[count++] = (uint8_t)(1u << bit);
    }
    return count;
}

static void test_crc8_finds_three_changed_bits_in_14_bytes(void **state)
{
    uint8_t one[120];
    size_t count = syndromes_of_14_bytes(one);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        assert_int_not_equal(one[i], 0);
        for (size_t j = i + 1; j < count; j++) {
            assert_int_not_equal(one[i] ^ one[j], 0);
            for (size_t k = j + 1; k < count; k++) {
                assert_int_not_equal(one[i] ^ one[j] ^ one[k], 0);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_crc32c_has_the_published_check_values),
        cmocka_unit_test(test_crc8_has_the_published_check_value),
        cmocka_unit_test(test_any_length_and_alignment_equals_the_definition),
        cmocka_unit_test(test_parts_may_be_cut_anywhere),
        cmocka_unit_test(test_crc8_finds_three_changed_bits_in_14_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
