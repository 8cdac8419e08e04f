/* SPDX-License-Identifier: Apache-2.0 */
/* On-chip and off-chip devices: who says where a device is, and what a build takes that has one
 * kind switched off. Built three times: as the library is built, for a program with the Thread stack
 * and nothing else said, and without off-chip devices. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cfs/config.h"
#include "cfs/device.h"
#include "fake_driver.h"

#define assert_error(expected, call) assert_int_equal((call), (expected))

static struct fake *fake;
static struct cfs_device device;

static int reset(void **state)
{
    (void)state;
    fake = fake_reset(1);
    return 0;
}

/* Open as the driver and the configuration say; closed again. */
static int32_t open_told(bool told_on_chip, enum cfs_place place)
{
    const struct cfs_device_config config = {.line_bytes = 16, .place = place};
    int32_t error;

    fake->info.security.internal_flash = told_on_chip;
    error = cfs_device_open(&device, fake_driver(1), &config);
    if (error == CFS_OK) {
        assert_int_equal(cfs_device_close(&device), CFS_OK);
    }
    assert_int_equal(fake->power, ARM_POWER_OFF);
    return error;
}

static void expect_opened(bool on_chip, bool told_on_chip, enum cfs_place place)
{
    if (on_chip ? CFS_CFG_ON_CHIP : CFS_CFG_OFF_CHIP) {
        assert_int_equal(open_told(told_on_chip, place), CFS_OK);
        assert_int_equal(device.geometry.on_chip, on_chip);
    } else {
        assert_error(CFS_ERR_SWITCHED_OFF, open_told(told_on_chip, place));
    }
}

static void test_the_driver_tells(void **state)
{
    (void)state;
    expect_opened(true, true, CFS_PLACE_AS_TOLD);
    expect_opened(false, false, CFS_PLACE_AS_TOLD);
}

static void test_the_configuration_knows_better(void **state)
{
    (void)state;
    expect_opened(false, true, CFS_PLACE_OFF_CHIP);
    expect_opened(true, false, CFS_PLACE_ON_CHIP);
}

static void test_without_configuration_the_driver_tells(void **state)
{
    (void)state;
    for (unsigned on_chip = 0; on_chip < 2; on_chip++) {
        bool taken = on_chip ? CFS_CFG_ON_CHIP : CFS_CFG_OFF_CHIP;

        fake->info.security.internal_flash = on_chip & 1u;
        assert_int_equal(cfs_device_open(&device, fake_driver(1), NULL),
                         taken ? CFS_OK : CFS_ERR_SWITCHED_OFF);
        if (taken) {
            assert_int_equal(cfs_device_close(&device), CFS_OK);
        }
    }
}

#if CFS_CFG_THREAD_STACK
static void test_thread_stack_turns_on_chip_storage_off(void **state)
{
    (void)state;
    assert_error(CFS_ERR_SWITCHED_OFF, open_told(true, CFS_PLACE_AS_TOLD));
    assert_int_equal(open_told(false, CFS_PLACE_AS_TOLD), CFS_OK);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_the_driver_tells, reset),
        cmocka_unit_test_setup(test_the_configuration_knows_better, reset),
        cmocka_unit_test_setup(test_without_configuration_the_driver_tells, reset),
#if CFS_CFG_THREAD_STACK
        cmocka_unit_test_setup(test_thread_stack_turns_on_chip_storage_off, reset),
#endif
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
