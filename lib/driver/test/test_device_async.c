/* SPDX-License-Identifier: Apache-2.0 */
/* Devices on asynchronous drivers: waiting, callbacks of several devices, callbacks nobody expects.
 */
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

static struct cfs_device devices[FAKES + 1];

static int reset(void **state)
{
    (void)state;
    port_test_reset();
    port_test.on_wait = fake_complete;
    memset(devices, 0, sizeof devices);
    for (unsigned n = 1; n <= FAKES; n++) {
        (void)fake_reset(n); /* found in fakes[n] */
    }
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    for (unsigned n = 1; n <= FAKES; n++) {
        if (devices[n].open) {
            assert_int_equal(cfs_device_check(&devices[n]), CFS_OK);
            assert_int_equal(cfs_device_close(&devices[n]), CFS_OK);
        }
    }
    return 0;
}

static int32_t open_in_mode(unsigned n, enum fake_mode mode)
{
    fakes[n].mode = mode;
    return cfs_device_open(&devices[n], fake_driver(n), NULL);
}

/* Everything a device does, on fake `n`. */
static void use(unsigned n)
{
    uint8_t data[FAKE_UNIT] = {(uint8_t)n, 2, 3, 4, 5, 6, 7, 8};
    uint8_t back[FAKE_UNIT] = {0};

    assert_int_equal(cfs_device_erase(&devices[n], FAKE_BASE, 2u * FAKE_SECTOR), CFS_OK);
    assert_int_equal(cfs_device_is_blank(&devices[n], FAKE_BASE, 2u * FAKE_SECTOR), 1);
    assert_int_equal(cfs_device_program(&devices[n], FAKE_BASE, data, sizeof data), CFS_OK);
    assert_int_equal(cfs_device_read(&devices[n], FAKE_BASE, back, sizeof back), CFS_OK);
    assert_memory_equal(back, data, sizeof data);
    assert_int_equal(cfs_device_is_blank(&devices[n], FAKE_BASE, FAKE_SECTOR), 0);
}

static void test_late_callbacks_are_waited_for(void **state)
{
    (void)state;
    assert_int_equal(open_in_mode(1, FAKE_ASYNC_LATE), CFS_OK);
    assert_int_equal(port_test.waits, 2); /* Initialize and PowerControl */
    use(1);
    assert_int_equal(port_test.waits, port_test.wakes);
    assert_true(port_test.waits > 2u + 4u);
}

static void test_callbacks_before_the_call_returns_are_not_missed(void **state)
{
    (void)state;
    assert_int_equal(open_in_mode(1, FAKE_ASYNC_AT_ONCE), CFS_OK);
    use(1);
    assert_int_equal(port_test.waits, 0);
    assert_true(port_test.wakes > 0u);
}

static void complete_on_third_wait(void *context)
{
    if (port_test.waits % 3u == 0u) {
        fake_complete(context);
    }
}

static void test_waits_may_return_early(void **state)
{
    (void)state;
    port_test.on_wait = complete_on_third_wait;
    assert_int_equal(open_in_mode(1, FAKE_ASYNC_LATE), CFS_OK);
    use(1);
    assert_int_equal(port_test.waits, 3u * port_test.wakes);
}

static void test_late_results_mean_the_same_as_immediate_ones(void **state)
{
    uint8_t bytes[FAKE_UNIT] = {0};

    (void)state;
    assert_int_equal(open_in_mode(1, FAKE_ASYNC_LATE), CFS_OK);
    fake_script(&fakes[1], ARM_STORAGE_OPERATION_READ_DATA, 0,
                ARM_STORAGE_ERROR_RUNTIME_OR_INTEGRITY_FAILURE);
    assert_int_equal(cfs_device_read(&devices[1], FAKE_BASE, bytes, FAKE_UNIT), CFS_ERR_UNREADABLE);
    fake_script(&fakes[1], ARM_STORAGE_OPERATION_READ_DATA, 0, 0);
    assert_int_equal(cfs_device_read(&devices[1], FAKE_BASE, bytes, FAKE_UNIT), CFS_ERR_IO);
    fake_script(&fakes[1], ARM_STORAGE_OPERATION_PROGRAM_DATA, 0,
                ARM_STORAGE_ERROR_RUNTIME_OR_INTEGRITY_FAILURE);
    assert_int_equal(cfs_device_program(&devices[1], FAKE_BASE, bytes, FAKE_UNIT), CFS_ERR_IO);
    fakes[1].limit_bytes = FAKE_SECTOR;
    assert_int_equal(cfs_device_erase(&devices[1], FAKE_BASE, FAKE_BYTES), CFS_OK);
    assert_int_equal(fakes[1].calls[ARM_STORAGE_OPERATION_ERASE], FAKE_SECTORS);
}

static void test_a_refusal_is_not_waited_for(void **state)
{
    uint8_t byte = 0;
    unsigned waits;

    (void)state;
    assert_int_equal(open_in_mode(1, FAKE_ASYNC_LATE), CFS_OK);
    waits = port_test.waits;
    fake_script(&fakes[1], ARM_STORAGE_OPERATION_READ_DATA, 0, ARM_DRIVER_ERROR_BUSY);
    fakes[1].script.at_once = true;
    assert_int_equal(cfs_device_read(&devices[1], FAKE_BASE, &byte, 1), CFS_ERR_BUSY);
    assert_int_equal(port_test.waits, waits);
    assert_int_equal(cfs_device_check(&devices[1]), CFS_OK);
}

static void test_an_asynchronous_driver_may_finish_at_once(void **state)
{
    uint8_t byte = 0;

    (void)state;
    assert_int_equal(open_in_mode(1, FAKE_ASYNC_LATE), CFS_OK);
    fake_script(&fakes[1], ARM_STORAGE_OPERATION_READ_DATA, 0, 1);
    fakes[1].script.at_once = true;
    assert_int_equal(cfs_device_read(&devices[1], FAKE_BASE, &byte, 1), CFS_OK);
}

static void test_devices_do_not_get_each_others_callbacks(void **state)
{
    (void)state;
    for (unsigned n = 1; n <= CFS_CFG_ASYNC_DEVICES; n++) {
        assert_int_equal(open_in_mode(n, n % 2u ? FAKE_ASYNC_LATE : FAKE_ASYNC_AT_ONCE), CFS_OK);
    }
    for (unsigned n = 1; n <= CFS_CFG_ASYNC_DEVICES; n++) {
        for (unsigned other = 1; other < n; other++) {
            assert_ptr_not_equal(fakes[n].callback, fakes[other].callback);
        }
        use(n);
    }
}

static void test_slots_run_out_and_come_back(void **state)
{
    (void)state;
    for (unsigned n = 1; n <= CFS_CFG_ASYNC_DEVICES; n++) {
        assert_int_equal(open_in_mode(n, FAKE_ASYNC_LATE), CFS_OK);
    }
    assert_int_equal(open_in_mode(5, FAKE_ASYNC_LATE), CFS_ERR_NO_MEMORY);
    assert_int_equal(fakes[5].calls[ARM_STORAGE_OPERATION_INITIALIZE], 0);
    assert_int_equal(open_in_mode(5, FAKE_SYNC), CFS_OK); /* which needs none */
    assert_int_equal(cfs_device_close(&devices[5]), CFS_OK);
    assert_int_equal(cfs_device_close(&devices[2]), CFS_OK);
    assert_int_equal(open_in_mode(5, FAKE_ASYNC_LATE), CFS_OK);
    use(5);
}

static void test_a_failed_open_gives_its_slot_back(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2u * CFS_CFG_ASYNC_DEVICES; i++) {
        fake_script(&fakes[1], ARM_STORAGE_OPERATION_INITIALIZE, 0, ARM_DRIVER_ERROR);
        assert_int_equal(open_in_mode(1, FAKE_ASYNC_LATE), CFS_ERR_IO);
        fake_script(&fakes[1], ARM_STORAGE_OPERATION_POWER_CONTROL, 0, ARM_DRIVER_ERROR);
        assert_int_equal(open_in_mode(1, FAKE_ASYNC_LATE), CFS_ERR_IO);
        fakes[1].info_result = ARM_DRIVER_ERROR;
        assert_int_equal(open_in_mode(1, FAKE_ASYNC_LATE), CFS_ERR_IO);
        fakes[1].info_result = ARM_DRIVER_OK;
    }
    assert_int_equal(open_in_mode(1, FAKE_ASYNC_LATE), CFS_OK);
}

static void test_unexpected_callbacks_are_dropped(void **state)
{
    ARM_Storage_Callback_t callback;
    unsigned wakes;

    (void)state;
    assert_int_equal(open_in_mode(1, FAKE_ASYNC_LATE), CFS_OK);
    callback = fakes[1].callback;
    wakes = port_test.wakes;
    callback(ARM_DRIVER_ERROR, ARM_STORAGE_OPERATION_ERASE);
    assert_int_equal(port_test.wakes, wakes);
    assert_int_equal(cfs_device_check(&devices[1]), CFS_OK);
    use(1);
    assert_int_equal(cfs_device_close(&devices[1]), CFS_OK);
    callback(ARM_DRIVER_ERROR, ARM_STORAGE_OPERATION_ERASE);
    assert_false(devices[1].pending);
}

/* Somebody else calls while the first caller waits. */
static void barge_in(void *context)
{
    uint8_t byte = 0;

    assert_int_equal(cfs_device_read(&devices[1], FAKE_BASE, &byte, 1), CFS_ERR_BUSY);
    assert_int_equal(cfs_device_program(&devices[1], FAKE_BASE, &byte, 0), CFS_ERR_BUSY);
    assert_int_equal(cfs_device_erase(&devices[1], FAKE_BASE, FAKE_SECTOR), CFS_ERR_BUSY);
    assert_int_equal(cfs_device_is_blank(&devices[1], FAKE_BASE, 1), CFS_ERR_BUSY);
    assert_int_equal(cfs_device_close(&devices[1]), CFS_ERR_BUSY);
    assert_int_equal(cfs_device_check(&devices[1]), CFS_ERR_STATE);
    fake_complete(context);
}

static void test_a_second_caller_is_told_to_wait(void **state)
{
    (void)state;
    assert_int_equal(open_in_mode(1, FAKE_ASYNC_LATE), CFS_OK);
    port_test.on_wait = barge_in;
    use(1);
    port_test.on_wait = fake_complete;
}

#define ASYNC_TEST(test) cmocka_unit_test_setup_teardown(test, reset, close_all)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ASYNC_TEST(test_late_callbacks_are_waited_for),
        ASYNC_TEST(test_callbacks_before_the_call_returns_are_not_missed),
        ASYNC_TEST(test_waits_may_return_early),
        ASYNC_TEST(test_late_results_mean_the_same_as_immediate_ones),
        ASYNC_TEST(test_a_refusal_is_not_waited_for),
        ASYNC_TEST(test_an_asynchronous_driver_may_finish_at_once),
        ASYNC_TEST(test_devices_do_not_get_each_others_callbacks),
        ASYNC_TEST(test_slots_run_out_and_come_back),
        ASYNC_TEST(test_a_failed_open_gives_its_slot_back),
        ASYNC_TEST(test_unexpected_callbacks_are_dropped),
        ASYNC_TEST(test_a_second_caller_is_told_to_wait),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
