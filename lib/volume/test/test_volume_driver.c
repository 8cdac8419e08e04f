/* SPDX-License-Identifier: Apache-2.0 */
/* Volumes seen again as drivers: the whole CMSIS interface, and a device on top of one. */
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
    {.name = "small", .offset = 0, .size_bytes = 1024},
    {.name = "mixed", .offset = 2048, .size_bytes = 14336}, /* 2 * 1024, 4096, 8192 */
    {.name = "fixed", .offset = 16384, .flags = CFS_VOLUME_READ_ONLY},
};

static struct cfs_volume small;
static struct cfs_volume mixed;
static struct cfs_volume fixed;
static ARM_DRIVER_STORAGE *driver; /* of mixed */

static int setup(void **state)
{
    int error = volume_fixture_setup(state);

    small = mixed = fixed = (struct cfs_volume){0};
    error = error || cfs_volume_open(&small, &device, table, COUNT, "small") ||
            cfs_volume_open(&mixed, &device, table, COUNT, "mixed") ||
            cfs_volume_open(&fixed, &device, table, COUNT, "fixed");
    driver = error ? NULL : cfs_volume_driver(&mixed);
    return driver == NULL;
}

static int teardown(void **state)
{
    struct cfs_volume *const volumes[] = {&small, &mixed, &fixed};

    for (size_t i = 0; i < COUNT; i++) {
        if (volumes[i]->open) {
            assert_int_equal(cfs_volume_check(volumes[i]), CFS_OK);
            assert_int_equal(cfs_volume_close(volumes[i]), CFS_OK);
        }
    }
    return volume_fixture_teardown(state);
}

static void test_it_lives_like_a_driver(void **state)
{
    (void)state;
    assert_int_equal(driver->GetVersion().api, ARM_STORAGE_API_VERSION);
    assert_int_equal(driver->GetCapabilities().asynchronous_ops, 0);
    assert_int_equal(driver->GetCapabilities().erase_all, 1);
    assert_int_equal(driver->Initialize(NULL), 1);
    assert_int_equal(driver->PowerControl(ARM_POWER_FULL), 1);
    assert_int_equal(driver->PowerControl(ARM_POWER_LOW), ARM_DRIVER_ERROR_UNSUPPORTED);
    assert_int_equal(driver->PowerControl((ARM_POWER_STATE)3), ARM_DRIVER_ERROR_PARAMETER);
    assert_int_equal(driver->PowerControl(ARM_POWER_OFF), 1);
    assert_int_equal(driver->Uninitialize(), 1);
    assert_int_equal(fake->power, ARM_POWER_FULL); /* the device below stays powered */
}

static void test_its_storage_starts_at_0(void **state)
{
    const uint8_t data[LINE] = "first of mixed";
    uint8_t back[LINE];

    (void)state;
    assert_int_equal(driver->ProgramData(0, data, LINE), LINE);
    assert_memory_equal(&fake->cells[2048], data, LINE);
    assert_int_equal(driver->ReadData(0, back, LINE), LINE);
    assert_memory_equal(back, data, LINE);
    assert_int_equal(driver->Erase(0, 1024), 1024);
    assert_int_equal(cfs_volume_is_blank(&mixed, 0, 1024), 1);
}

static void test_programs_may_cross_lines(void **state)
{
    uint8_t data[5 * LINE];

    (void)state;
    memset(data, 0x5A, sizeof data);
    assert_int_equal(driver->ProgramData(FAKE_UNIT, data, sizeof data), sizeof data);
    assert_int_equal(fake->calls[ARM_STORAGE_OPERATION_PROGRAM_DATA], 6);
    assert_memory_equal(&fake->cells[2048u + FAKE_UNIT], data, sizeof data);
    assert_int_equal(fake->cells[2048u + FAKE_UNIT - 1u], 0xFF);
    assert_int_equal(fake->cells[2048u + FAKE_UNIT + sizeof data], 0xFF);
}

static void test_a_misaligned_program_changes_nothing(void **state)
{
    const uint8_t data[3 * LINE] = {0};

    (void)state;
    assert_int_equal(driver->ProgramData(4, data, 8), ARM_DRIVER_ERROR_PARAMETER);
    assert_int_equal(driver->ProgramData(0, data, 2 * LINE + 4), ARM_DRIVER_ERROR_PARAMETER);
    assert_int_equal(fake->calls[ARM_STORAGE_OPERATION_PROGRAM_DATA], 0);
}

static void test_it_refuses_what_a_driver_refuses(void **state)
{
    uint8_t bytes[LINE] = {0};

    (void)state;
    assert_int_equal(driver->ReadData(14336, bytes, 1), ARM_DRIVER_ERROR_PARAMETER);
    assert_int_equal(driver->ReadData(1ULL << 32, bytes, 1), ARM_DRIVER_ERROR_PARAMETER);
    assert_int_equal(driver->ReadData(UINT64_MAX, bytes, 2), ARM_DRIVER_ERROR_PARAMETER);
    assert_int_equal(driver->ReadData(0, bytes, 0), ARM_DRIVER_ERROR_PARAMETER);
    assert_int_equal(driver->ReadData(0, bytes, 0x80000000u), ARM_DRIVER_ERROR_PARAMETER);
    assert_int_equal(driver->ReadData(0, NULL, 1), ARM_DRIVER_ERROR_PARAMETER);
    assert_int_equal(driver->ProgramData(0, NULL, LINE), ARM_DRIVER_ERROR_PARAMETER);
    assert_int_equal(driver->ProgramData(14336, bytes, LINE), ARM_DRIVER_ERROR_PARAMETER);
    assert_int_equal(driver->Erase(0, 512), ARM_DRIVER_ERROR_PARAMETER);
    assert_int_equal(driver->Erase(0, 16384), ARM_DRIVER_ERROR_PARAMETER);
    assert_int_equal(driver->GetInfo(NULL), ARM_DRIVER_ERROR_PARAMETER);
}

static void test_errors_are_translated_back(void **state)
{
    static const int32_t codes[][2] = {
        {ARM_STORAGE_ERROR_RUNTIME_OR_INTEGRITY_FAILURE,
         ARM_STORAGE_ERROR_RUNTIME_OR_INTEGRITY_FAILURE},
        {ARM_DRIVER_ERROR_BUSY, ARM_DRIVER_ERROR_BUSY},
        {ARM_DRIVER_ERROR_TIMEOUT, ARM_DRIVER_ERROR},
    };
    uint8_t byte;

    (void)state;
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        fake_script(fake, ARM_STORAGE_OPERATION_READ_DATA, 0, codes[i][0]);
        assert_int_equal(driver->ReadData(0, &byte, 1), codes[i][1]);
        assert_int_equal(driver->GetStatus().error, 1);
        assert_int_equal(driver->GetStatus().busy, 0);
        assert_int_equal(driver->ReadData(0, &byte, 1), 1);
        assert_int_equal(driver->GetStatus().error, 0);
    }
}

static void test_a_program_that_fails_in_the_middle_fails(void **state)
{
    const uint8_t data[3 * LINE] = {0};

    (void)state;
    fake_script(fake, ARM_STORAGE_OPERATION_PROGRAM_DATA, 1, ARM_DRIVER_ERROR);
    assert_int_equal(driver->ProgramData(0, data, sizeof data), ARM_DRIVER_ERROR);
    assert_int_equal(fake->calls[ARM_STORAGE_OPERATION_PROGRAM_DATA], 2);
}

static void test_erase_all_stays_in_the_volume(void **state)
{
    (void)state;
    memset(fake->cells, 0, sizeof fake->cells);
    assert_int_equal(driver->EraseAll(), 1);
    assert_int_equal(cfs_volume_is_blank(&mixed, 0, 14336), 1);
    assert_int_equal(fake->cells[2047], 0);
    assert_int_equal(fake->cells[16384], 0);
    fake_script(fake, ARM_STORAGE_OPERATION_ERASE, 1, ARM_DRIVER_ERROR);
    assert_int_equal(driver->EraseAll(), ARM_DRIVER_ERROR);
}

static void test_info_is_the_devices_with_the_size_of_the_volume(void **state)
{
    ARM_STORAGE_INFO info;

    (void)state;
    assert_int_equal(driver->GetInfo(&info), ARM_DRIVER_OK);
    assert_int_equal(info.total_storage, 14336);
    assert_int_equal(info.program_unit, FAKE_UNIT);
    assert_int_equal(info.program_cycles, 10000);
    assert_int_equal(info.programmability, ARM_STORAGE_PROGRAMMABILITY_ERASABLE);
    assert_int_equal(info.security.internal_flash, CFS_CFG_ON_CHIP);
    fake->info_result = ARM_DRIVER_ERROR_BUSY;
    assert_int_equal(driver->GetInfo(&info), ARM_DRIVER_ERROR);
}

static void test_cpu_addresses_are_asked_of_the_device(void **state)
{
    (void)state;
    assert_int_equal(driver->ResolveAddress(1),
                     fake_driver(1)->ResolveAddress(FAKE_BASE + 2048u + 1u));
    assert_int_equal(driver->ResolveAddress(14336), ARM_STORAGE_INVALID_ADDRESS);
}

static void test_blocks_are_cut_to_the_volume(void **state)
{
    static const uint32_t expected[][3] = {{0, 2048, 1024}, {2048, 4096, 4096}, {6144, 8192, 8192}};
    ARM_STORAGE_BLOCK block = {0};

    (void)state;
    for (size_t i = 0; i < 3u; i++) {
        assert_int_equal(driver->GetNextBlock(i == 0u ? NULL : &block, &block), ARM_DRIVER_OK);
        assert_int_equal(block.addr, expected[i][0]);
        assert_int_equal(block.size, expected[i][1]);
        assert_int_equal(block.attributes.erase_unit, expected[i][2]);
        assert_int_equal(block.attributes.erasable, 1);
    }
    assert_int_equal(driver->GetNextBlock(&block, NULL), ARM_DRIVER_ERROR);
    assert_int_equal(driver->GetNextBlock(&block, &block), ARM_DRIVER_ERROR);
    assert_false(ARM_STORAGE_VALID_BLOCK(&block));
    assert_int_equal(driver->GetBlock(2047, &block), ARM_DRIVER_OK);
    assert_int_equal(block.addr, 0);
    assert_int_equal(driver->GetBlock(14335, NULL), ARM_DRIVER_OK);
    assert_int_equal(driver->GetBlock(14336, &block), ARM_DRIVER_ERROR);
    assert_false(ARM_STORAGE_VALID_BLOCK(&block));
}

static void test_read_only_volumes_are_protected(void **state)
{
    const uint8_t data[LINE] = {0};
    ARM_DRIVER_STORAGE *protected_driver = cfs_volume_driver(&fixed);
    struct cfs_device nested = {0};
    ARM_STORAGE_BLOCK block;

    (void)state;
    assert_int_equal(protected_driver->ProgramData(0, data, LINE), ARM_STORAGE_ERROR_PROTECTED);
    assert_int_equal(protected_driver->Erase(0, 8192), ARM_STORAGE_ERROR_PROTECTED);
    assert_int_equal(protected_driver->EraseAll(), ARM_STORAGE_ERROR_PROTECTED);
    assert_int_equal(protected_driver->GetBlock(0, &block), ARM_DRIVER_OK);
    assert_int_equal(block.attributes.erasable, 0);
    assert_int_equal(block.attributes.programmable, 0);
    assert_int_equal(cfs_device_open(&nested, protected_driver, NULL), CFS_ERR_GEOMETRY);
}

static void test_faces_run_out_and_come_back(void **state)
{
    ARM_DRIVER_STORAGE *second = cfs_volume_driver(&small);
    uint8_t byte;

    (void)state;
    assert_non_null(second);
    assert_ptr_not_equal(second, driver);
    assert_ptr_equal(cfs_volume_driver(&mixed), driver);
    assert_null(cfs_volume_driver(&fixed));
    assert_null(cfs_volume_driver(NULL));
    assert_int_equal(cfs_volume_close(&small), CFS_OK);
    assert_null(cfs_volume_driver(&small));
    assert_int_equal(second->ReadData(0, &byte, 1), ARM_DRIVER_ERROR);
    assert_ptr_equal(cfs_volume_driver(&fixed), second);
}

static void test_the_driver_of_a_closed_volume_fails(void **state)
{
    ARM_STORAGE_INFO info;
    ARM_STORAGE_BLOCK block;
    uint8_t bytes[LINE] = {0};

    (void)state;
    assert_int_equal(cfs_volume_close(&mixed), CFS_OK);
    assert_int_equal(driver->Initialize(NULL), ARM_DRIVER_ERROR);
    assert_int_equal(driver->ReadData(0, bytes, 1), ARM_DRIVER_ERROR);
    assert_int_equal(driver->ProgramData(0, bytes, LINE), ARM_DRIVER_ERROR);
    assert_int_equal(driver->Erase(0, 1024), ARM_DRIVER_ERROR);
    assert_int_equal(driver->EraseAll(), ARM_DRIVER_ERROR);
    assert_int_equal(driver->GetInfo(&info), ARM_DRIVER_ERROR);
    assert_int_equal(driver->GetNextBlock(NULL, &block), ARM_DRIVER_ERROR);
    assert_int_equal(driver->ResolveAddress(0), ARM_STORAGE_INVALID_ADDRESS);
}

static void test_a_volume_in_a_volume(void **state)
{
    static const struct cfs_volume_entry inner_table[] = {
        {.name = "head", .offset = 0, .size_bytes = 1024},
        {.name = "tail", .offset = 1024},
    };
    const struct cfs_device_config config = {.line_bytes = LINE};
    const uint8_t data[LINE] = "deep down";
    struct cfs_device nested = {0};
    struct cfs_volume tail = {0};

    (void)state;
    assert_int_equal(cfs_device_open(&nested, driver, &config), CFS_OK);
    assert_int_equal(nested.geometry.base, 0);
    assert_int_equal(nested.geometry.size_bytes, 14336);
    assert_int_equal(nested.geometry.region_count, 3);
    assert_int_equal(cfs_volume_open(&tail, &nested, inner_table, 2, "tail"), CFS_OK);
    assert_int_equal(cfs_volume_sector_count(&tail), 3);
    assert_int_equal(cfs_volume_program(&tail, 0, data, LINE), CFS_OK);
    assert_memory_equal(&fake->cells[2048 + 1024], data, LINE);
    fake_script(fake, ARM_STORAGE_OPERATION_READ_DATA, 0,
                ARM_STORAGE_ERROR_RUNTIME_OR_INTEGRITY_FAILURE);
    assert_int_equal(cfs_volume_is_blank(&tail, 1024, 1024), 0);
    assert_int_equal(cfs_volume_erase(&tail, 0, 1024), CFS_OK);
    assert_int_equal(cfs_volume_is_blank(&tail, 0, 13312), 1);
    assert_int_equal(cfs_volume_close(&tail), CFS_OK);
    assert_int_equal(cfs_device_close(&nested), CFS_OK);
}

#define DRIVER_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DRIVER_TEST(test_it_lives_like_a_driver),
        DRIVER_TEST(test_its_storage_starts_at_0),
        DRIVER_TEST(test_programs_may_cross_lines),
        DRIVER_TEST(test_a_misaligned_program_changes_nothing),
        DRIVER_TEST(test_it_refuses_what_a_driver_refuses),
        DRIVER_TEST(test_errors_are_translated_back),
        DRIVER_TEST(test_a_program_that_fails_in_the_middle_fails),
        DRIVER_TEST(test_erase_all_stays_in_the_volume),
        DRIVER_TEST(test_info_is_the_devices_with_the_size_of_the_volume),
        DRIVER_TEST(test_cpu_addresses_are_asked_of_the_device),
        DRIVER_TEST(test_blocks_are_cut_to_the_volume),
        DRIVER_TEST(test_read_only_volumes_are_protected),
        DRIVER_TEST(test_faces_run_out_and_come_back),
        DRIVER_TEST(test_the_driver_of_a_closed_volume_fails),
        DRIVER_TEST(test_a_volume_in_a_volume),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
