/* SPDX-License-Identifier: Apache-2.0 */
/* Volumes: windows onto a device that do not see each other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cfs/config.h"
#include "volume_fixture.h"

#define COUNT 3u

static const struct cfs_volume_entry table[COUNT] = {
    {.name = "small", .offset = 1024, .size_bytes = 3072, .owner = 42},
    {.name = "mixed", .offset = 4096, .size_bytes = 12288},
    {.name = "fixed", .offset = 16384, .flags = CFS_VOLUME_READ_ONLY},
};

static struct cfs_volume small;
static struct cfs_volume mixed;
static struct cfs_volume fixed;

static int setup(void **state)
{
    small = mixed = fixed = (struct cfs_volume){0};
    return volume_fixture_setup(state) || cfs_volume_open(&small, &device, table, COUNT, "small") ||
           cfs_volume_open(&mixed, &device, table, COUNT, "mixed") ||
           cfs_volume_open(&fixed, &device, table, COUNT, "fixed");
}

static int close_if_open(struct cfs_volume *volume)
{
    if (!volume->open) {
        return 0;
    }
    assert_true(!device.open || cfs_volume_check(volume) == CFS_OK);
    return cfs_volume_close(volume);
}

static int teardown(void **state)
{
    return close_if_open(&small) || close_if_open(&mixed) || close_if_open(&fixed) ||
           volume_fixture_teardown(state);
}

static void test_facts_come_from_the_table_and_the_device(void **state)
{
    (void)state;
    assert_int_equal(cfs_volume_size(&small), 3072);
    assert_int_equal(cfs_volume_size(&fixed), 16384);
    assert_int_equal(cfs_volume_unit(&small), FAKE_UNIT);
    assert_int_equal(cfs_volume_line(&small), LINE);
    assert_int_equal(cfs_volume_erased_value(&small), 0xFF);
    assert_true(cfs_volume_needs_erase(&small));
    assert_int_equal(cfs_volume_owner(&small), 42);
    assert_int_equal(cfs_volume_endurance(&small), 10000);
    assert_false(cfs_volume_is_read_only(&small));
    assert_true(cfs_volume_is_read_only(&fixed));
}

static void assert_sector(const struct cfs_volume *volume, cfs_sector_t index, cfs_off_t offset,
                          uint32_t size_bytes)
{
    cfs_off_t found_offset = ~offset;
    uint32_t found_size_bytes = ~size_bytes;

    assert_int_equal(cfs_volume_sector(volume, index, &found_offset, &found_size_bytes), CFS_OK);
    assert_int_equal(found_offset, offset);
    assert_int_equal(found_size_bytes, size_bytes);
}

static void test_sectors_count_from_the_start_of_the_volume(void **state)
{
    cfs_off_t offset;
    uint32_t size_bytes;

    (void)state;
    assert_int_equal(cfs_volume_sector_count(&small), 3);
    assert_sector(&small, 0, 0, 1024);
    assert_sector(&small, 2, 2048, 1024);
    assert_int_equal(cfs_volume_sector(&small, 3, &offset, &size_bytes), CFS_ERR_BOUNDS);
    assert_int_equal(cfs_volume_sector_count(&mixed), 2);
    assert_sector(&mixed, 0, 0, 4096);
    assert_sector(&mixed, 1, 4096, 8192);
    assert_int_equal(cfs_volume_sector(&mixed, 2, &offset, &size_bytes), CFS_ERR_BOUNDS);
    assert_int_equal(cfs_volume_sector_count(&fixed), 2);
    assert_sector(&fixed, 1, 8192, 8192);
    assert_int_equal(cfs_volume_sector(&fixed, UINT32_MAX, &offset, &size_bytes), CFS_ERR_BOUNDS);
}

static void test_a_volume_over_all_regions_has_all_sectors(void **state)
{
    static const struct cfs_volume_entry whole[] = {{.name = "all"}};
    struct cfs_volume all = {0};

    (void)state;
    assert_int_equal(cfs_volume_open(&all, &device, whole, 1, "all"), CFS_OK);
    assert_int_equal(cfs_volume_sector_count(&all), DEVICE_SECTORS);
    assert_sector(&all, 3, 3072, 1024);
    assert_sector(&all, 4, 4096, 4096);
    assert_sector(&all, 7, 24576, 8192);
    assert_int_equal(cfs_volume_check(&all), CFS_OK);
    assert_int_equal(cfs_volume_close(&all), CFS_OK);
}

static void test_offsets_count_from_the_start_of_the_volume(void **state)
{
    const uint8_t data[LINE] = "of small";
    uint8_t back[LINE];

    (void)state;
    assert_int_equal(cfs_volume_program(&small, 1024, data, LINE), CFS_OK);
    assert_memory_equal(&fake->cells[2048], data, LINE);
    assert_int_equal(cfs_volume_read(&small, 1024, back, LINE), CFS_OK);
    assert_memory_equal(back, data, LINE);
    assert_int_equal(cfs_volume_is_blank(&small, 1024, LINE), 0);
    assert_int_equal(cfs_volume_is_blank(&small, 0, 1024), 1);
}

static void test_two_volumes_of_one_device_do_not_touch_each_other(void **state)
{
    const uint8_t data[LINE] = "the last line";
    uint8_t back[LINE];

    (void)state;
    assert_int_equal(cfs_volume_program(&small, 3072u - LINE, data, LINE), CFS_OK);
    assert_int_equal(cfs_volume_program(&mixed, 0, data, LINE), CFS_OK);
    assert_int_equal(cfs_volume_erase(&mixed, 0, 12288), CFS_OK);
    assert_int_equal(cfs_volume_is_blank(&mixed, 0, 12288), 1);
    assert_int_equal(cfs_volume_read(&small, 3072u - LINE, back, LINE), CFS_OK);
    assert_memory_equal(back, data, LINE);
}

static void test_nothing_leaves_the_volume(void **state)
{
    uint8_t bytes[LINE] = {0};

    (void)state;
    assert_int_equal(cfs_volume_read(&small, 3072u - 1u, bytes, 1), CFS_OK);
    assert_int_equal(cfs_volume_read(&small, 3072u - 1u, bytes, 2), CFS_ERR_BOUNDS);
    assert_int_equal(cfs_volume_read(&small, UINT32_MAX, bytes, 2), CFS_ERR_BOUNDS);
    assert_int_equal(cfs_volume_read(&small, 3073, bytes, 0), CFS_ERR_BOUNDS);
    assert_int_equal(cfs_volume_read(&small, 3072, bytes, 0), CFS_OK);
    assert_int_equal(cfs_volume_program(&small, 3072, bytes, LINE), CFS_ERR_BOUNDS);
    assert_int_equal(cfs_volume_erase(&small, 0, 4096), CFS_ERR_BOUNDS);
    assert_int_equal(cfs_volume_is_blank(&small, 3072, 1), CFS_ERR_BOUNDS);
    assert_int_equal(fake->calls[ARM_STORAGE_OPERATION_ERASE], 0);
}

static void test_read_only_volumes_are_only_read(void **state)
{
    uint8_t bytes[LINE] = {0};

    (void)state;
    assert_int_equal(cfs_volume_program(&fixed, 0, bytes, LINE), CFS_ERR_READ_ONLY);
    assert_int_equal(cfs_volume_erase(&fixed, 0, 8192), CFS_ERR_READ_ONLY);
    assert_int_equal(cfs_volume_erase(&fixed, 0, 32768), CFS_ERR_BOUNDS);
    assert_int_equal(cfs_volume_read(&fixed, 0, bytes, LINE), CFS_OK);
    assert_int_equal(cfs_volume_is_blank(&fixed, 0, 16384), 1);
    assert_int_equal(fake->calls[ARM_STORAGE_OPERATION_PROGRAM_DATA], 0);
    assert_int_equal(fake->calls[ARM_STORAGE_OPERATION_ERASE], 0);
}

static void test_errors_of_the_device_pass_through(void **state)
{
    uint8_t bytes[2 * LINE] = {0};

    (void)state;
    fake_script(fake, ARM_STORAGE_OPERATION_READ_DATA, 0,
                ARM_STORAGE_ERROR_RUNTIME_OR_INTEGRITY_FAILURE);
    assert_int_equal(cfs_volume_read(&small, 0, bytes, 1), CFS_ERR_UNREADABLE);
    fake_script(fake, ARM_STORAGE_OPERATION_PROGRAM_DATA, 0, ARM_DRIVER_ERROR);
    assert_int_equal(cfs_volume_program(&small, 0, bytes, LINE), CFS_ERR_IO);
    fake_script(fake, ARM_STORAGE_OPERATION_ERASE, 0, ARM_DRIVER_ERROR_BUSY);
    assert_int_equal(cfs_volume_erase(&small, 0, 1024), CFS_ERR_BUSY);
    assert_int_equal(cfs_volume_program(&small, 0, bytes, 2u * LINE), CFS_ERR_ALIGN);
    assert_int_equal(cfs_volume_erase(&small, 0, 512), CFS_ERR_ALIGN);
    assert_int_equal(cfs_volume_read(&small, 0, NULL, 1), CFS_ERR_PARAM);
}

static void test_open_says_what_is_wrong(void **state)
{
    const struct cfs_volume_entry bad[] = {{.name = "a", .offset = 1}};
    struct cfs_volume volume = {0};

    (void)state;
    assert_int_equal(cfs_volume_open(NULL, &device, table, COUNT, "small"), CFS_ERR_PARAM);
    assert_int_equal(cfs_volume_open(&volume, NULL, table, COUNT, "small"), CFS_ERR_PARAM);
    assert_int_equal(cfs_volume_open(&volume, &device, NULL, COUNT, "small"), CFS_ERR_PARAM);
    assert_int_equal(cfs_volume_open(&volume, &device, table, COUNT, NULL), CFS_ERR_PARAM);
    assert_int_equal(cfs_volume_open(&small, &device, table, COUNT, "small"), CFS_ERR_STATE);
    assert_int_equal(cfs_volume_open(&volume, &device, table, COUNT, "none"), CFS_ERR_NOT_FOUND);
    assert_int_equal(cfs_volume_open(&volume, &device, table, 0, "small"), CFS_ERR_NOT_FOUND);
    assert_int_equal(cfs_volume_open(&volume, &device, bad, 1, "a"), CFS_ERR_ALIGN);
    assert_false(volume.open);
}

static void test_a_closed_volume_does_nothing(void **state)
{
    uint8_t bytes[LINE] = {0};
    cfs_off_t offset;
    uint32_t size_bytes;

    (void)state;
    assert_int_equal(cfs_volume_close(&small), CFS_OK);
    assert_int_equal(cfs_volume_close(&small), CFS_ERR_STATE);
    assert_int_equal(cfs_volume_close(NULL), CFS_ERR_PARAM);
    assert_int_equal(cfs_volume_read(&small, 0, bytes, 1), CFS_ERR_STATE);
    assert_int_equal(cfs_volume_program(&small, 0, bytes, LINE), CFS_ERR_STATE);
    assert_int_equal(cfs_volume_erase(&small, 0, 1024), CFS_ERR_STATE);
    assert_int_equal(cfs_volume_is_blank(&small, 0, 1), CFS_ERR_STATE);
    assert_int_equal(cfs_volume_sector(&small, 0, &offset, &size_bytes), CFS_ERR_STATE);
    assert_int_equal(cfs_volume_sector(&mixed, 0, NULL, &size_bytes), CFS_ERR_PARAM);
    assert_int_equal(cfs_volume_sector(&mixed, 0, &offset, NULL), CFS_ERR_PARAM);
    assert_int_equal(cfs_volume_read(NULL, 0, bytes, 1), CFS_ERR_PARAM);
    assert_int_equal(cfs_volume_check(&small), CFS_ERR_STATE);
    assert_int_equal(cfs_volume_check(NULL), CFS_ERR_STATE);
}

static void test_a_volume_does_not_outlive_its_device(void **state)
{
    uint8_t byte;

    (void)state;
    assert_int_equal(cfs_device_close(&device), CFS_OK);
    assert_int_equal(cfs_volume_read(&small, 0, &byte, 1), CFS_ERR_STATE);
    assert_int_equal(cfs_volume_check(&small), CFS_ERR_STATE);
}

static void test_check_finds_every_broken_invariant(void **state)
{
    struct cfs_volume broken[] = {small, small, small, small, mixed, small, small};

    (void)state;
    broken[0].entry = NULL;
    broken[1].sector_count = 0;
    broken[2].sector_count -= 1u;
    broken[3].uniform_sector_bytes *= 2u;
    broken[4].uniform_sector_bytes = 4096;
    broken[5].slot = 1; /* which is not its own */
    broken[6].slot = 200;
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        assert_int_equal(cfs_volume_check(&broken[i]), CFS_ERR_STATE);
    }
}

static void test_facts_of_a_closed_volume_are_a_programming_error(void **state)
{
    (void)state;
    assert_int_equal(cfs_volume_close(&small), CFS_OK);
#if CFS_CFG_ASSERT
    expect_assert_failure((void)cfs_volume_unit(&small));
    expect_assert_failure((void)cfs_volume_unit(NULL));
#endif
}

#define VOLUME_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        VOLUME_TEST(test_facts_come_from_the_table_and_the_device),
        VOLUME_TEST(test_sectors_count_from_the_start_of_the_volume),
        VOLUME_TEST(test_a_volume_over_all_regions_has_all_sectors),
        VOLUME_TEST(test_offsets_count_from_the_start_of_the_volume),
        VOLUME_TEST(test_two_volumes_of_one_device_do_not_touch_each_other),
        VOLUME_TEST(test_nothing_leaves_the_volume),
        VOLUME_TEST(test_read_only_volumes_are_only_read),
        VOLUME_TEST(test_errors_of_the_device_pass_through),
        VOLUME_TEST(test_open_says_what_is_wrong),
        VOLUME_TEST(test_a_closed_volume_does_nothing),
        VOLUME_TEST(test_a_volume_does_not_outlive_its_device),
        VOLUME_TEST(test_check_finds_every_broken_invariant),
        VOLUME_TEST(test_facts_of_a_closed_volume_are_a_programming_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
