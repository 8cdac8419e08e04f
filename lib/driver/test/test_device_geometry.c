/* SPDX-License-Identifier: Apache-2.0 */
/* From blocks to sectors: parts that exist, and drivers that contradict themselves. */
#include "cfs/config.h"
#include "cfs/device.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fake_driver.h"
#include "port_test.h"

static struct fake *fake;
static struct cfs_device device;
static const struct cfs_geometry *const geometry = &device.geometry;

static int reset(void **state)
{
    (void)state;
    port_test_reset();
    fake = fake_reset(1);
    device = (struct cfs_device){0};
    return 0;
}

static int close_device(void **state)
{
    (void)state;
    return device.open ? cfs_device_close(&device) : 0;
}

static int32_t open_with_line(uint32_t line_bytes)
{
    const struct cfs_device_config config = {.line_bytes = line_bytes};
    int32_t error = cfs_device_open(&device, fake_driver(1), &config);

    assert_int_equal(cfs_device_check(&device), error == CFS_OK ? CFS_OK : CFS_ERR_STATE);
    assert_int_equal(fake->power, error == CFS_OK ? ARM_POWER_FULL : ARM_POWER_OFF);
    return error;
}

static void test_facts_are_taken_over(void **state)
{
    (void)state;
    assert_int_equal(open_with_line(16), CFS_OK);
    assert_int_equal(geometry->base, FAKE_BASE);
    assert_int_equal(geometry->size_bytes, FAKE_BYTES);
    assert_int_equal(geometry->unit_bytes, FAKE_UNIT);
    assert_int_equal(geometry->line_bytes, 16);
    assert_int_equal(geometry->endurance_cycles, 10000);
    assert_int_equal(geometry->erased_value, 0xFF);
    assert_int_equal(geometry->on_chip, CFS_CFG_ON_CHIP);
    assert_true(geometry->needs_erase);
    assert_int_equal(geometry->region_count, 1);
    assert_int_equal(geometry->regions[0].count, FAKE_SECTORS);
    assert_int_equal(geometry->regions[0].sector_bytes, FAKE_SECTOR);
}

static void test_the_line_is_the_unit_unless_told(void **state)
{
    (void)state;
    assert_int_equal(cfs_device_open(&device, fake_driver(1), NULL), CFS_OK);
    assert_int_equal(geometry->line_bytes, FAKE_UNIT);
}

static void test_a_program_unit_of_0_means_1(void **state)
{
    (void)state;
    fake->info.program_unit = 0;
    fake->info.erased_value = 0;
    assert_int_equal(open_with_line(0), CFS_OK);
    assert_int_equal(geometry->unit_bytes, 1);
    assert_int_equal(geometry->line_bytes, 1);
    assert_int_equal(geometry->erased_value, 0x00);
}

static void test_sectors_of_different_sizes_become_regions(void **state)
{
    /* As on STM32F4, only smaller; the first two blocks are one region. */
    static const uint32_t sectors[4][2] = {{2, 1024}, {2, 1024}, {1, 4096}, {3, 8192}};
    static const uint32_t expected[][3] = {
        /* address, first, size */
        {0, 0, 1024},       {1023, 0, 1024},      {3072, 3072, 1024},
        {4095, 3072, 1024}, {4096, 4096, 4096},   {8191, 4096, 4096},
        {8192, 8192, 8192}, {16384, 16384, 8192}, {32767, 24576, 8192}};

    (void)state;
    fake_set_sectors(fake, 4, sectors);
    assert_int_equal(open_with_line(32), CFS_OK);
    assert_int_equal(geometry->region_count, 3);
    assert_int_equal(geometry->regions[0].count, 4);
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        uint64_t first = 0;
        uint32_t size = 0;

        assert_int_equal(cfs_device_sector_at(&device, FAKE_BASE + expected[i][0], &first, &size),
                         CFS_OK);
        assert_int_equal(first, FAKE_BASE + expected[i][1]);
        assert_int_equal(size, expected[i][2]);
    }
}

static void test_no_sector_is_outside_the_device(void **state)
{
    uint64_t first = 1;
    uint32_t size = 2;

    (void)state;
    assert_int_equal(open_with_line(0), CFS_OK);
    assert_int_equal(cfs_device_sector_at(&device, FAKE_BASE - 1u, &first, &size), CFS_ERR_BOUNDS);
    assert_int_equal(cfs_device_sector_at(&device, FAKE_BASE + FAKE_BYTES, &first, &size),
                     CFS_ERR_BOUNDS);
    assert_int_equal(first, 1);
    assert_int_equal(size, 2);
}

static void test_erases_may_span_regions(void **state)
{
    static const uint32_t sectors[2][2] = {{4, 1024}, {1, 4096}};

    (void)state;
    fake_set_sectors(fake, 2, sectors);
    assert_int_equal(open_with_line(0), CFS_OK);
    assert_int_equal(cfs_device_erase(&device, FAKE_BASE + 3072u, 1024u + 4096u), CFS_OK);
    assert_int_equal(cfs_device_erase(&device, FAKE_BASE + 3072u, 2048u), CFS_ERR_ALIGN);
}

static void test_media_without_erase_have_sectors_of_4096_bytes(void **state)
{
    (void)state;
    fake->info.programmability = ARM_STORAGE_PROGRAMMABILITY_RAM;
    fake->info.program_unit = 1;
    fake->blocks[0].attributes.erasable = 0;
    fake->blocks[0].attributes.erase_unit = 0;
    assert_int_equal(open_with_line(64), CFS_OK);
    assert_false(geometry->needs_erase);
    assert_int_equal(geometry->regions[0].sector_bytes, 4096);
    assert_int_equal(geometry->regions[0].count, FAKE_BYTES / 4096u);
    assert_int_equal(cfs_device_close(&device), CFS_OK);

    fake->blocks[0].size -= 1024u;
    fake->info.total_storage -= 1024u;
    assert_int_equal(open_with_line(64), CFS_ERR_GEOMETRY);
}

static void test_media_that_can_but_need_not_be_erased_keep_their_erase_unit(void **state)
{
    (void)state;
    fake->info.programmability = ARM_STORAGE_PROGRAMMABILITY_RAM;
    assert_int_equal(open_with_line(0), CFS_OK);
    assert_false(geometry->needs_erase);
    assert_int_equal(geometry->regions[0].sector_bytes, FAKE_SECTOR);
}

static void test_impossible_lines_are_refused(void **state)
{
    static const uint32_t lines[] = {4, 12, 24, 1024, 0x80000000u};

    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        assert_int_equal(open_with_line(lines[i]), CFS_ERR_PARAM);
    }
    assert_int_equal(open_with_line(512), CFS_OK);
}

static void test_impossible_program_units_are_refused(void **state)
{
    static const uint32_t units[] = {3, 12, 1024};

    (void)state;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        fake->info.program_unit = units[i];
        assert_int_equal(open_with_line(0), CFS_ERR_GEOMETRY);
    }
    fake->info.program_unit = 512;
    assert_int_equal(open_with_line(0), CFS_OK);
}

static void test_flash_without_an_erase_unit_is_refused(void **state)
{
    (void)state;
    fake->blocks[0].attributes.erase_unit = 0;
    assert_int_equal(open_with_line(0), CFS_ERR_GEOMETRY);
    fake->blocks[0].attributes.erase_unit = FAKE_SECTOR;
    fake->blocks[0].attributes.erasable = 0;
    assert_int_equal(open_with_line(0), CFS_ERR_GEOMETRY);
}

static void test_blocks_must_fit_their_erase_unit_and_the_line(void **state)
{
    (void)state;
    fake->blocks[0].attributes.erase_unit = 1000; /* does not divide the block */
    assert_int_equal(open_with_line(0), CFS_ERR_GEOMETRY);
    fake->blocks[0].attributes.erase_unit = 4; /* below the line */
    assert_int_equal(open_with_line(0), CFS_ERR_GEOMETRY);
    fake->blocks[0].attributes.erase_unit = FAKE_SECTOR;
    fake->blocks[0].addr += 8; /* not at a line */
    assert_int_equal(open_with_line(16), CFS_ERR_GEOMETRY);
    assert_int_equal(open_with_line(8), CFS_OK);
}

static void test_gaps_overlaps_and_wrong_order_are_refused(void **state)
{
    static const uint32_t sectors[2][2] = {{4, 1024}, {4, 1024}};

    (void)state;
    fake_set_sectors(fake, 2, sectors);
    fake->info.total_storage += 1024; /* as if the gap counted */
    fake->blocks[1].addr += 1024;
    assert_int_equal(open_with_line(0), CFS_ERR_GEOMETRY);
    fake->info.total_storage -= 1024;
    assert_int_equal(open_with_line(0), CFS_ERR_GEOMETRY);
    fake->blocks[1].addr -= 2048;
    assert_int_equal(open_with_line(0), CFS_ERR_GEOMETRY);
    fake_set_sectors(fake, 2, sectors);
    assert_int_equal(open_with_line(0), CFS_OK);
}

static void test_a_total_that_is_not_the_sum_of_the_blocks_is_refused(void **state)
{
    (void)state;
    fake->info.total_storage = FAKE_BYTES + 1u;
    assert_int_equal(open_with_line(0), CFS_ERR_GEOMETRY);
    fake->info.total_storage = FAKE_BYTES - 1u;
    assert_int_equal(open_with_line(0), CFS_ERR_GEOMETRY);
    fake->info.total_storage = UINT64_MAX;
    assert_int_equal(open_with_line(0), CFS_ERR_GEOMETRY);
}

static void test_a_driver_that_never_stops_listing_blocks_is_found_out(void **state)
{
    (void)state;
    fake->endless = true;
    assert_int_equal(open_with_line(0), CFS_ERR_GEOMETRY);
}

static void test_no_blocks_and_too_many_regions_are_refused(void **state)
{
    static const uint32_t sectors[5][2] = {{1, 1024}, {1, 512}, {1, 256}, {1, 128}, {1, 64}};

    (void)state;
    fake->block_count = 0;
    assert_int_equal(open_with_line(0), CFS_ERR_GEOMETRY);
    fake->blocks[0].addr = 0;
    fake_set_sectors(fake, 5, sectors);
    assert_int_equal(open_with_line(0), CFS_ERR_GEOMETRY);
    fake_set_sectors(fake, 4, sectors);
    assert_int_equal(open_with_line(0), CFS_OK);
}

static void test_more_sectors_than_can_be_counted_are_refused(void **state)
{
    (void)state;
    fake->blocks[0].addr = 0;
    fake->blocks[0].size = 1ULL << 40;
    fake->blocks[0].attributes.erase_unit = 16;
    fake->info.total_storage = fake->blocks[0].size;
    assert_int_equal(open_with_line(0), CFS_ERR_GEOMETRY);
}

static void test_more_bytes_than_there_are_addresses_are_refused(void **state)
{
    (void)state;
    fake->blocks[0].addr = UINT64_MAX - FAKE_BYTES + 9u; /* the last byte would be at address 0 */
    assert_int_equal(open_with_line(0), CFS_ERR_GEOMETRY);
    fake->blocks[0].addr = 0;
    assert_int_equal(open_with_line(0), CFS_OK);
}

/* Each breaks one invariant of an open device. */
static void break_geometry(struct cfs_geometry *broken, unsigned way)
{
    switch (way) {
    case 0:
        broken->unit_bytes = 3;
        break;
    case 1:
        broken->line_bytes = 24;
        break;
    case 2:
        broken->line_bytes = broken->unit_bytes / 2u;
        break;
    case 3:
        broken->line_bytes = 1024;
        break;
    case 4:
        broken->base += 1u;
        break;
    case 5:
        broken->region_count = 0;
        break;
    case 6:
        broken->region_count = CFS_DEVICE_REGIONS_MAX + 1u;
        break;
    case 7:
        broken->regions[0].count = 0;
        break;
    case 8:
        broken->regions[0].sector_bytes = 0;
        break;
    case 9:
        broken->regions[0].sector_bytes += 1u;
        break;
    default:
        broken->size_bytes -= 1u;
        break;
    }
}

static void test_check_finds_every_broken_invariant(void **state)
{
    (void)state;
    assert_int_equal(open_with_line(16), CFS_OK);
    for (unsigned way = 0; way <= 10u; way++) {
        struct cfs_device broken = device;

        break_geometry(&broken.geometry, way);
        assert_int_equal(cfs_device_check(&broken), CFS_ERR_STATE);
        broken = device;
        assert_int_equal(cfs_device_check(&broken), CFS_OK);
    }
    device.slot = 1; /* which is not its own */
    assert_int_equal(cfs_device_check(&device), CFS_ERR_STATE);
    device.slot = 0;
}

#define GEOMETRY_TEST(test) cmocka_unit_test_setup_teardown(test, reset, close_device)

int main(void)
{
    const struct CMUnitTest tests[] = {
        GEOMETRY_TEST(test_facts_are_taken_over),
        GEOMETRY_TEST(test_the_line_is_the_unit_unless_told),
        GEOMETRY_TEST(test_a_program_unit_of_0_means_1),
        GEOMETRY_TEST(test_sectors_of_different_sizes_become_regions),
        GEOMETRY_TEST(test_no_sector_is_outside_the_device),
        GEOMETRY_TEST(test_erases_may_span_regions),
        GEOMETRY_TEST(test_media_without_erase_have_sectors_of_4096_bytes),
        GEOMETRY_TEST(test_media_that_can_but_need_not_be_erased_keep_their_erase_unit),
        GEOMETRY_TEST(test_impossible_lines_are_refused),
        GEOMETRY_TEST(test_impossible_program_units_are_refused),
        GEOMETRY_TEST(test_flash_without_an_erase_unit_is_refused),
        GEOMETRY_TEST(test_blocks_must_fit_their_erase_unit_and_the_line),
        GEOMETRY_TEST(test_gaps_overlaps_and_wrong_order_are_refused),
        GEOMETRY_TEST(test_a_total_that_is_not_the_sum_of_the_blocks_is_refused),
        GEOMETRY_TEST(test_a_driver_that_never_stops_listing_blocks_is_found_out),
        GEOMETRY_TEST(test_no_blocks_and_too_many_regions_are_refused),
        GEOMETRY_TEST(test_more_sectors_than_can_be_counted_are_refused),
        GEOMETRY_TEST(test_more_bytes_than_there_are_addresses_are_refused),
        GEOMETRY_TEST(test_check_finds_every_broken_invariant),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
