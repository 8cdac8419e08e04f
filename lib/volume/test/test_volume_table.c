/* SPDX-License-Identifier: Apache-2.0 */
/* Partition tables: what is refused, and which line is blamed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "volume_fixture.h"

#define NOBODY 99u /* no line is blamed */

static int32_t check(const struct cfs_volume_entry *table, size_t count, size_t expected_bad)
{
    size_t bad = NOBODY;
    int32_t error = cfs_volume_table_check(&device, table, count, &bad);

    assert_int_equal(bad, expected_bad);
    assert_int_equal(cfs_volume_table_check(&device, table, count, NULL), error);
    return error;
}

/* A table of one line. */
static int32_t check_one(struct cfs_volume_entry entry)
{
    size_t bad = NOBODY;
    int32_t error = cfs_volume_table_check(&device, &entry, 1, &bad);

    assert_int_equal(bad, error < 0 ? 0u : NOBODY);
    return error;
}

static void test_good_tables_pass(void **state)
{
    const struct cfs_volume_entry table[] = {
        {.name = "boot", .offset = 0, .size_bytes = 2048},
        {.name = "config", .offset = 4096, .size_bytes = 12288, .owner = 7},
        {.name = "fifteen letters", .offset = 2048, .size_bytes = 2048},
        {.name = "rest", .offset = 16384, .flags = CFS_VOLUME_READ_ONLY},
    };

    (void)state;
    assert_int_equal(check(table, 4, NOBODY), CFS_OK);
    assert_int_equal(check(table, 0, NOBODY), CFS_OK);
    assert_int_equal(check_one((struct cfs_volume_entry){.name = "all"}), CFS_OK);
}

static void test_bad_names_and_flags_are_refused(void **state)
{
    (void)state;
    assert_int_equal(check_one((struct cfs_volume_entry){.name = NULL}), CFS_ERR_PARAM);
    assert_int_equal(check_one((struct cfs_volume_entry){.name = ""}), CFS_ERR_PARAM);
    assert_int_equal(check_one((struct cfs_volume_entry){.name = "sixteen letters!"}),
                     CFS_ERR_PARAM);
    assert_int_equal(check_one((struct cfs_volume_entry){.name = "a", .flags = 2}), CFS_ERR_PARAM);
}

static void test_volumes_outside_the_device_are_refused(void **state)
{
    static const uint64_t ranges[][2] = {
        {DEVICE_BYTES, 0},    {DEVICE_BYTES, 1024},      {0, DEVICE_BYTES + 1024u},
        {4096, DEVICE_BYTES}, {UINT64_MAX - 1023, 1024}, {1024, UINT64_MAX - 1023},
    };

    (void)state;
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        const struct cfs_volume_entry entry = {
            .name = "a", .offset = ranges[i][0], .size_bytes = ranges[i][1]};

        assert_int_equal(check_one(entry), CFS_ERR_BOUNDS);
    }
}

static void test_volumes_of_parts_of_sectors_are_refused(void **state)
{
    static const uint64_t ranges[][2] = {
        {16, 1024},   {1024, 1000},  {1024, 16},    {5120, 3072},
        {4096, 1024}, {16384, 4096}, {12288, 8192},
    };

    (void)state;
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        const struct cfs_volume_entry entry = {
            .name = "a", .offset = ranges[i][0], .size_bytes = ranges[i][1]};

        assert_int_equal(check_one(entry), CFS_ERR_ALIGN);
    }
}

static void test_shared_sectors_are_refused_and_the_later_line_blamed(void **state)
{
    const struct cfs_volume_entry inside[] = {
        {.name = "a", .offset = 0, .size_bytes = 8192},
        {.name = "b", .offset = 8192, .size_bytes = 8192},
        {.name = "c", .offset = 1024, .size_bytes = 1024},
    };
    const struct cfs_volume_entry around[] = {
        {.name = "a", .offset = 1024, .size_bytes = 1024},
        {.name = "b", .offset = 0, .size_bytes = 8192},
    };
    const struct cfs_volume_entry to_the_end[] = {
        {.name = "a", .offset = 24576},
        {.name = "b", .offset = 16384},
    };

    (void)state;
    assert_int_equal(check(inside, 3, 2), CFS_ERR_OVERLAP);
    assert_int_equal(check(inside, 2, NOBODY), CFS_OK);
    assert_int_equal(check(around, 2, 1), CFS_ERR_OVERLAP);
    assert_int_equal(check(to_the_end, 2, 1), CFS_ERR_OVERLAP);
}

static void test_names_must_differ(void **state)
{
    const struct cfs_volume_entry table[] = {
        {.name = "a", .offset = 0, .size_bytes = 1024},
        {.name = "b", .offset = 1024, .size_bytes = 1024},
        {.name = "a", .offset = 2048, .size_bytes = 1024},
    };

    (void)state;
    assert_int_equal(check(table, 3, 2), CFS_ERR_OVERLAP);
}

static void test_the_first_bad_line_is_blamed(void **state)
{
    const struct cfs_volume_entry table[] = {
        {.name = "a", .offset = 0, .size_bytes = 1024},
        {.name = "b", .offset = 1025, .size_bytes = 1024},
        {.name = "", .offset = 0, .size_bytes = 1024},
    };

    (void)state;
    assert_int_equal(check(table, 3, 1), CFS_ERR_ALIGN);
}

static void test_volumes_are_below_4_gib(void **state)
{
    const struct cfs_volume_entry all = {.name = "all"};
    const struct cfs_volume_entry most = {.name = "most", .size_bytes = 0xFFFFF000u};

    (void)state;
    assert_int_equal(cfs_device_close(&device), CFS_OK);
    fake->block_count = 1;
    fake->blocks[0].size = 1ULL << 33;
    fake->blocks[0].attributes.erase_unit = 4096;
    fake->info.total_storage = fake->blocks[0].size;
    assert_int_equal(cfs_device_open(&device, fake_driver(1), NULL), CFS_OK);
    assert_int_equal(check_one(all), CFS_ERR_BOUNDS);
    assert_int_equal(check_one(most), CFS_OK);
}

static void test_misuse_is_refused(void **state)
{
    const struct cfs_volume_entry table[] = {{.name = "a"}};

    (void)state;
    assert_int_equal(cfs_volume_table_check(NULL, table, 1, NULL), CFS_ERR_PARAM);
    assert_int_equal(cfs_volume_table_check(&device, NULL, 1, NULL), CFS_ERR_PARAM);
    assert_int_equal(cfs_device_close(&device), CFS_OK);
    assert_int_equal(cfs_volume_table_check(&device, table, 1, NULL), CFS_ERR_STATE);
}

#define TABLE_TEST(test) \
    cmocka_unit_test_setup_teardown(test, volume_fixture_setup, volume_fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TABLE_TEST(test_good_tables_pass),
        TABLE_TEST(test_bad_names_and_flags_are_refused),
        TABLE_TEST(test_volumes_outside_the_device_are_refused),
        TABLE_TEST(test_volumes_of_parts_of_sectors_are_refused),
        TABLE_TEST(test_shared_sectors_are_refused_and_the_later_line_blamed),
        TABLE_TEST(test_names_must_differ),
        TABLE_TEST(test_the_first_bad_line_is_blamed),
        TABLE_TEST(test_volumes_are_below_4_gib),
        TABLE_TEST(test_misuse_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
