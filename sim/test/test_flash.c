/* SPDX-License-Identifier: Apache-2.0 */
/* A simulated device that nothing happens to: driver, counters, clock, slots. */
#include "fixture.h"

static void test_new_device_is_erased(void **state)
{
    struct sim_flash *flash = new_k64f();

    (void)state;
    for (uint32_t addr = 0; addr < SECTORS * SECTOR_BYTES; addr += LINE) {
        assert_reads(flash, addr, blanks, LINE);
    }
    assert_string_equal(sim_flash_unit_name(flash, 0), "blank");
    assert_true(sim_flash_erase_is_complete(flash, 0));
    sim_flash_free(flash);
}

static void test_programmed_data_read_back_until_erased(void **state)
{
    struct sim_flash *flash = new_k64f();
    uint8_t two_lines[2 * LINE];

    (void)state;
    assert_int_equal(dev_program(flash, 4096 - LINE, data_a, LINE), LINE);
    assert_int_equal(dev_program(flash, 4096, data_b, UNIT), UNIT);
    memcpy(two_lines, data_a, LINE);
    memset(two_lines + LINE, 0xFF, LINE);
    memcpy(two_lines + LINE, data_b, UNIT);
    assert_reads(flash, 4096 - LINE, two_lines, 2 * LINE); /* across two sectors */
    assert_int_equal(dev_erase(flash, 0), SECTOR_BYTES);
    assert_reads(flash, 4096 - LINE, blanks, LINE);
    assert_reads(flash, 4096, data_b, UNIT);
    assert_int_equal(rules_broken(), 0);
    sim_flash_free(flash);
}

static void test_driver_tells_geometry(void **state)
{
    const struct sim_profile *profile = sim_profile_find("stm32f4");
    struct sim_flash *flash = new_device(profile, 1);
    ARM_DRIVER_STORAGE *driver = sim_flash_driver(flash);
    ARM_STORAGE_INFO info;
    ARM_STORAGE_BLOCK block;

    (void)state;
    assert_int_equal(driver->GetVersion().api, ARM_STORAGE_API_VERSION);
    assert_int_equal(driver->GetCapabilities().asynchronous_ops, 0);
    assert_int_equal(driver->GetInfo(&info), ARM_DRIVER_OK);
    assert_int_equal(info.total_storage, 1024 * 1024);
    assert_int_equal(info.program_unit, 4);
    assert_int_equal(info.program_cycles, 10000);
    assert_int_equal(info.erased_value, 1);
    assert_int_equal(info.security.internal_flash, 1);
    assert_int_equal(info.programmability, ARM_STORAGE_PROGRAMMABILITY_ERASABLE);
    assert_int_equal(driver->GetNextBlock(NULL, &block), ARM_DRIVER_OK);
    assert_int_equal(block.addr, 0x08000000);
    assert_int_equal(block.size, 4 * 16384);
    assert_int_equal(block.attributes.erase_unit, 16384);
    assert_int_equal(driver->GetNextBlock(&block, &block), ARM_DRIVER_OK);
    assert_int_equal(block.attributes.erase_unit, 65536);
    assert_int_equal(driver->GetNextBlock(&block, &block), ARM_DRIVER_OK);
    assert_int_equal(block.attributes.erase_unit, 131072);
    assert_true(driver->GetNextBlock(&block, &block) < 0);
    assert_false(ARM_STORAGE_VALID_BLOCK(&block));
    assert_int_equal(driver->GetBlock(0x08010000, NULL), ARM_DRIVER_OK);
    assert_true(driver->GetBlock(0x07FFFFFF, &block) < 0);
    assert_int_equal(driver->EraseAll(), ARM_DRIVER_ERROR_UNSUPPORTED);
    assert_int_equal(driver->ResolveAddress(0x08000000), ARM_STORAGE_INVALID_ADDRESS);
    assert_int_equal(driver->GetStatus().busy, 0);
    assert_int_equal(driver->Initialize(NULL), 1);
    assert_int_equal(driver->PowerControl(ARM_POWER_FULL), 1);
    assert_int_equal(driver->PowerControl(ARM_POWER_OFF), 1);
    assert_int_equal(driver->Uninitialize(), 1);
    sim_flash_free(flash);
}

static void test_sectors_of_mixed_size(void **state)
{
    struct sim_flash *flash = new_device(sim_profile_find("stm32f4"), 1);
    ARM_DRIVER_STORAGE *driver = sim_flash_driver(flash);

    (void)state;
    assert_int_equal(sim_flash_sector_count(flash), 12);
    assert_int_equal(dev_program(flash, 0x10000, data_a, LINE), LINE);
    assert_int_equal(dev_program(flash, 0x20000, data_a, LINE), LINE);
    assert_int_equal(driver->Erase(0x08010000, 0x10000), 0x10000); /* the one of 64 KiB */
    assert_reads(flash, 0x10000, blanks, LINE);
    assert_reads(flash, 0x20000, data_a, LINE);
    assert_int_equal(sim_flash_erases(flash, 4), 1);
    assert_int_equal(sim_flash_erases(flash, 5), 0);
    sim_flash_free(flash);
}

static void test_erase_does_one_sector_a_call(void **state)
{
    struct sim_flash *flash = new_k64f();
    ARM_DRIVER_STORAGE *driver = sim_flash_driver(flash);

    (void)state;
    assert_int_equal(driver->Erase(0x80000, 3 * SECTOR_BYTES), SECTOR_BYTES);
    assert_int_equal(sim_flash_erases(flash, 0), 1);
    assert_int_equal(sim_flash_erases(flash, 1), 0);
    sim_flash_free(flash);
}

static void test_counters_are_exact(void **state)
{
    struct sim_flash *flash = new_k64f();
    const struct sim_counters *counters = sim_flash_counters(flash);
    uint8_t bytes[100];

    (void)state;
    (void)dev_read(flash, 3, bytes, 100);
    (void)dev_read(flash, 0, bytes, 1);
    (void)dev_program(flash, 0, data_a, LINE);
    (void)dev_program(flash, 16, data_a, UNIT);
    (void)dev_program(flash, 32, zeros, LINE);
    (void)dev_program(flash, 0, zeros, UNIT);
    (void)dev_erase(flash, 0);
    (void)dev_erase(flash, 0);
    (void)dev_erase(flash, 3);
    assert_int_equal(counters->reads, 2);
    assert_int_equal(counters->read_bytes, 101);
    assert_int_equal(counters->programs, 2);
    assert_int_equal(counters->programmed_units, 3);
    assert_int_equal(counters->programmed_bytes, 24);
    assert_int_equal(counters->fills, 2);
    assert_int_equal(counters->filled_bytes, 24);
    assert_int_equal(counters->erases, 3);
    assert_int_equal(sim_flash_erases(flash, 0), 2);
    assert_int_equal(sim_flash_erases(flash, 3), 1);
    assert_int_equal(counters->cuts, 0);
    assert_int_equal(counters->boots, 0);
    sim_flash_set_erases(flash, 1, 9000);
    assert_int_equal(sim_flash_erases(flash, 1), 9000);
    sim_flash_free(flash);
}

static void test_cut_operations_and_boots_are_counted(void **state)
{
    struct sim_flash *flash = new_k64f();
    const struct sim_counters *counters = sim_flash_counters(flash);

    (void)state;
    cut_program(flash, 0, data_a, LINE, SIM_CUT_NONE, 0);
    cut_erase(flash, 1, SIM_CUT_NONE, 0, 0);
    assert_int_equal(counters->programs, 1);
    assert_int_equal(counters->erases, 1);
    assert_int_equal(sim_flash_erases(flash, 1), 1); /* a cut erase wears too */
    assert_int_equal(counters->cuts, 2);
    assert_int_equal(counters->boots, 2);
    sim_flash_free(flash);
}

static void test_clock_is_exact(void **state)
{
    struct sim_flash *flash = new_k64f();
    uint8_t bytes[100];
    uint64_t expected = 0;

    (void)state;
    (void)dev_program(flash, 0, data_a, LINE);
    expected += 2 * 90000;
    assert_int_equal(sim_flash_now_ns(flash), expected);
    (void)dev_program(flash, 16, zeros, UNIT);
    expected += 90000;
    (void)dev_erase(flash, 0);
    expected += 14000000;
    assert_int_equal(sim_flash_now_ns(flash), expected);
    for (int i = 0; i < 10; i++) {
        (void)dev_read(flash, 0, bytes, 1); /* 2.1 ns each: no fraction may be lost */
    }
    expected += 21;
    assert_int_equal(sim_flash_now_ns(flash), expected);
    sim_flash_advance_ns(flash, UINT64_C(631152000000000000)); /* 20 years */
    expected += UINT64_C(631152000000000000);
    (void)dev_read(flash, 0, bytes, 100);
    expected += 210;
    assert_true(sim_flash_now_ns(flash) == expected);
    cut_program(flash, 32, data_a, LINE, SIM_CUT_DONE, 0);
    assert_true(sim_flash_now_ns(flash) == expected); /* cut: no time */
    sim_flash_free(flash);
}

static void test_slots_run_out_and_come_back(void **state)
{
    const struct sim_profile profile = small("k64f");
    struct sim_flash *flash[SIM_SLOTS];

    (void)state;
    for (unsigned i = 0; i < SIM_SLOTS; i++) {
        flash[i] = new_device(&profile, i);
    }
    assert_null(sim_flash_new(&profile, 0));
    for (unsigned i = 0; i < SIM_SLOTS; i++) { /* each driver drives its own device */
        assert_int_equal(dev_program(flash[i], (uint64_t)i * LINE, data_a, LINE), LINE);
    }
    for (unsigned i = 0; i < SIM_SLOTS; i++) {
        for (unsigned k = 0; k < SIM_SLOTS; k++) {
            assert_reads(flash[i], (uint64_t)k * LINE, i == k ? data_a : blanks, LINE);
        }
    }
    sim_flash_free(flash[3]);
    flash[3] = new_device(&profile, 3);
    for (unsigned i = 0; i < SIM_SLOTS; i++) {
        sim_flash_free(flash[i]);
    }
    sim_flash_free(NULL);
}

static void test_devices_without_erase_are_overwritten(void **state)
{
    struct sim_profile profile = small("k64f");
    struct sim_flash *flash;

    (void)state;
    profile.needs_erase = false;
    flash = new_device(&profile, 1);
    assert_int_equal(dev_program(flash, 0, data_a, LINE), LINE);
    assert_int_equal(dev_program(flash, 0, data_b, LINE), LINE);
    assert_reads(flash, 0, data_b, LINE);
    assert_int_equal(dev_erase(flash, 0), ARM_STORAGE_ERROR_NOT_ERASABLE);
    assert_int_equal(rules_broken(), 0);
    sim_flash_free(flash);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_new_device_is_erased),
        cmocka_unit_test(test_programmed_data_read_back_until_erased),
        cmocka_unit_test(test_driver_tells_geometry),
        cmocka_unit_test(test_sectors_of_mixed_size),
        cmocka_unit_test(test_erase_does_one_sector_a_call),
        cmocka_unit_test(test_counters_are_exact),
        cmocka_unit_test(test_cut_operations_and_boots_are_counted),
        cmocka_unit_test(test_clock_is_exact),
        cmocka_unit_test(test_slots_run_out_and_come_back),
        cmocka_unit_test(test_devices_without_erase_are_overwritten),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
