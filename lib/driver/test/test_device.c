/* SPDX-License-Identifier: Apache-2.0 */
/* Devices on a synchronous driver: life, bounds, alignment, what a driver may answer. */
#include "cfs/device.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fake_driver.h"
#include "port_test.h"

#define LINE 16u

static struct fake *fake;
static struct cfs_device device;
static const struct cfs_device_config config = {.line_bytes = LINE};

static int open_device(void **state)
{
    (void)state;
    port_test_reset();
    fake = fake_reset(1);
    device = (struct cfs_device){0};
    return cfs_device_open(&device, fake_driver(1), &config);
}

static int close_device(void **state)
{
    (void)state;
    /* Whatever a test did, the device is sound after it. */
    assert_true(!device.open || cfs_device_check(&device) == CFS_OK);
    assert_int_equal(port_test.waits, 0); /* a synchronous driver is never waited for */
    return device.open ? cfs_device_close(&device) : 0;
}

static void test_open_initialises_and_powers_and_close_undoes_it(void **state)
{
    (void)state;
    assert_true(fake->initialized);
    assert_null(fake->callback); /* nothing is asynchronous */
    assert_int_equal(fake->power, ARM_POWER_FULL);
    assert_int_equal(cfs_device_check(&device), CFS_OK);
    assert_int_equal(cfs_device_close(&device), CFS_OK);
    assert_false(fake->initialized);
    assert_int_equal(fake->power, ARM_POWER_OFF);
    assert_int_equal(cfs_device_check(&device), CFS_ERR_STATE);
}

static void test_misuse_is_refused(void **state)
{
    uint8_t byte = 0;
    uint64_t first;
    uint32_t size;

    (void)state;
    assert_int_equal(cfs_device_open(NULL, fake_driver(1), NULL), CFS_ERR_PARAM);
    assert_int_equal(cfs_device_open(&device, NULL, NULL), CFS_ERR_PARAM);
    assert_int_equal(cfs_device_open(&device, fake_driver(1), NULL), CFS_ERR_STATE);
    assert_int_equal(cfs_device_close(NULL), CFS_ERR_PARAM);
    assert_int_equal(cfs_device_read(NULL, FAKE_BASE, &byte, 1), CFS_ERR_PARAM);
    assert_int_equal(cfs_device_read(&device, FAKE_BASE, NULL, 1), CFS_ERR_PARAM);
    assert_int_equal(cfs_device_read(&device, FAKE_BASE, &byte, 0x80000000u), CFS_ERR_PARAM);
    assert_int_equal(cfs_device_program(NULL, FAKE_BASE, &byte, 8), CFS_ERR_PARAM);
    assert_int_equal(cfs_device_program(&device, FAKE_BASE, NULL, 8), CFS_ERR_PARAM);
    assert_int_equal(cfs_device_erase(NULL, FAKE_BASE, FAKE_SECTOR), CFS_ERR_PARAM);
    assert_int_equal(cfs_device_is_blank(NULL, FAKE_BASE, 1), CFS_ERR_PARAM);
    assert_int_equal(cfs_device_sector_at(NULL, FAKE_BASE, &first, &size), CFS_ERR_PARAM);
    assert_int_equal(cfs_device_sector_at(&device, FAKE_BASE, NULL, &size), CFS_ERR_PARAM);
    assert_int_equal(cfs_device_sector_at(&device, FAKE_BASE, &first, NULL), CFS_ERR_PARAM);
    assert_int_equal(cfs_device_check(NULL), CFS_ERR_STATE);
}

static void test_a_closed_device_does_nothing(void **state)
{
    uint8_t bytes[8] = {0};

    (void)state;
    assert_int_equal(cfs_device_close(&device), CFS_OK);
    assert_int_equal(cfs_device_close(&device), CFS_ERR_STATE);
    assert_int_equal(cfs_device_read(&device, FAKE_BASE, bytes, 1), CFS_ERR_STATE);
    assert_int_equal(cfs_device_program(&device, FAKE_BASE, bytes, 8), CFS_ERR_STATE);
    assert_int_equal(cfs_device_erase(&device, FAKE_BASE, FAKE_SECTOR), CFS_ERR_STATE);
    assert_int_equal(cfs_device_is_blank(&device, FAKE_BASE, 1), CFS_ERR_STATE);
    assert_int_equal(fake->calls[ARM_STORAGE_OPERATION_READ_DATA], 0);
}

static void test_what_is_programmed_is_read_until_erased(void **state)
{
    const uint8_t data[LINE] = "sixteen bytes!!";
    uint8_t back[LINE];
    uint64_t addr = FAKE_BASE + 3u * FAKE_SECTOR;

    (void)state;
    assert_int_equal(cfs_device_program(&device, addr, data, sizeof data), CFS_OK);
    assert_int_equal(cfs_device_read(&device, addr, back, sizeof back), CFS_OK);
    assert_memory_equal(back, data, sizeof data);
    assert_int_equal(cfs_device_is_blank(&device, addr, LINE), 0);
    assert_int_equal(cfs_device_erase(&device, addr, FAKE_SECTOR), CFS_OK);
    assert_int_equal(cfs_device_is_blank(&device, addr, LINE), 1);
}

static void test_nothing_leaves_the_device(void **state)
{
    uint8_t bytes[2 * LINE] = {0};
    uint64_t end = FAKE_BASE + FAKE_BYTES;

    (void)state;
    assert_int_equal(cfs_device_read(&device, end - 1u, bytes, 1), CFS_OK);
    assert_int_equal(cfs_device_read(&device, end - 1u, bytes, 2), CFS_ERR_BOUNDS);
    assert_int_equal(cfs_device_read(&device, end + 1u, bytes, 0), CFS_ERR_BOUNDS);
    assert_int_equal(cfs_device_read(&device, FAKE_BASE - 1u, bytes, 2), CFS_ERR_BOUNDS);
    assert_int_equal(cfs_device_read(&device, 0, bytes, 1), CFS_ERR_BOUNDS);
    assert_int_equal(cfs_device_read(&device, UINT64_MAX, bytes, 2), CFS_ERR_BOUNDS);
    assert_int_equal(cfs_device_program(&device, end, bytes, 8), CFS_ERR_BOUNDS);
    assert_int_equal(cfs_device_erase(&device, end - FAKE_SECTOR, 2u * FAKE_SECTOR),
                     CFS_ERR_BOUNDS);
    assert_int_equal(cfs_device_is_blank(&device, end, 1), CFS_ERR_BOUNDS);
    assert_int_equal(fake->calls[ARM_STORAGE_OPERATION_READ_DATA], 1);
}

static void test_programs_are_whole_units_within_a_line(void **state)
{
    const uint8_t data[2 * LINE] = {0};

    (void)state;
    assert_int_equal(cfs_device_program(&device, FAKE_BASE + 4, data, 8), CFS_ERR_ALIGN);
    assert_int_equal(cfs_device_program(&device, FAKE_BASE, data, 12), CFS_ERR_ALIGN);
    assert_int_equal(cfs_device_program(&device, FAKE_BASE, data, 2u * LINE), CFS_ERR_ALIGN);
    assert_int_equal(cfs_device_program(&device, FAKE_BASE + 8, data, LINE), CFS_ERR_ALIGN);
    assert_int_equal(fake->calls[ARM_STORAGE_OPERATION_PROGRAM_DATA], 0);
    assert_int_equal(cfs_device_program(&device, FAKE_BASE + 8, data, 8), CFS_OK);
    assert_int_equal(cfs_device_program(&device, FAKE_BASE + LINE, data, LINE), CFS_OK);
}

static void test_erases_are_whole_sectors(void **state)
{
    (void)state;
    assert_int_equal(cfs_device_erase(&device, FAKE_BASE, FAKE_SECTOR - 1u), CFS_ERR_ALIGN);
    assert_int_equal(cfs_device_erase(&device, FAKE_BASE + LINE, FAKE_SECTOR), CFS_ERR_ALIGN);
    assert_int_equal(cfs_device_erase(&device, FAKE_BASE, FAKE_SECTOR + LINE), CFS_ERR_ALIGN);
    assert_int_equal(cfs_device_erase(&device, FAKE_BASE + LINE, FAKE_SECTOR - LINE),
                     CFS_ERR_ALIGN);
    assert_int_equal(fake->calls[ARM_STORAGE_OPERATION_ERASE], 0);
    assert_int_equal(cfs_device_erase(&device, FAKE_BASE, FAKE_BYTES), CFS_OK);
}

static void test_a_size_of_0_does_nothing(void **state)
{
    uint8_t byte = 0;

    (void)state;
    assert_int_equal(cfs_device_read(&device, FAKE_BASE + FAKE_BYTES, &byte, 0), CFS_OK);
    assert_int_equal(cfs_device_program(&device, FAKE_BASE, &byte, 0), CFS_OK);
    assert_int_equal(cfs_device_erase(&device, FAKE_BASE, 0), CFS_OK);
    assert_int_equal(cfs_device_is_blank(&device, FAKE_BASE, 0), 1);
    assert_int_equal(fake->calls[ARM_STORAGE_OPERATION_READ_DATA], 0);
    assert_int_equal(fake->calls[ARM_STORAGE_OPERATION_PROGRAM_DATA], 0);
    assert_int_equal(fake->calls[ARM_STORAGE_OPERATION_ERASE], 0);
}

static void test_what_a_driver_leaves_over_is_submitted_again(void **state)
{
    const uint8_t data[LINE] = "sixteen bytes!!";
    uint8_t back[LINE];

    (void)state;
    fake->limit_bytes = FAKE_UNIT;
    assert_int_equal(cfs_device_program(&device, FAKE_BASE, data, LINE), CFS_OK);
    assert_int_equal(fake->calls[ARM_STORAGE_OPERATION_PROGRAM_DATA], 2);
    fake->limit_bytes = 3;
    assert_int_equal(cfs_device_read(&device, FAKE_BASE, back, LINE), CFS_OK);
    assert_int_equal(fake->calls[ARM_STORAGE_OPERATION_READ_DATA], 6);
    assert_memory_equal(back, data, LINE);
    fake->limit_bytes = FAKE_SECTOR;
    assert_int_equal(cfs_device_erase(&device, FAKE_BASE, FAKE_BYTES), CFS_OK);
    assert_int_equal(fake->calls[ARM_STORAGE_OPERATION_ERASE], FAKE_SECTORS);
    assert_int_equal(fake->cells[0], 0xFF);
}

/* The result of a read, program or erase of two steps in which step `step` ends in `result`. */
static int32_t outcome_of(ARM_STORAGE_OPERATION operation, unsigned step, int32_t result)
{
    uint8_t bytes[LINE] = {0};

    fake_script(fake, operation, step, result);
    switch (operation) {
    case ARM_STORAGE_OPERATION_READ_DATA:
        fake->limit_bytes = FAKE_UNIT;
        return cfs_device_read(&device, FAKE_BASE, bytes, LINE);
    case ARM_STORAGE_OPERATION_PROGRAM_DATA:
        fake->limit_bytes = FAKE_UNIT;
        return cfs_device_program(&device, FAKE_BASE, bytes, LINE);
    default:
        fake->limit_bytes = FAKE_SECTOR;
        return cfs_device_erase(&device, FAKE_BASE, 2u * FAKE_SECTOR);
    }
}

static void test_driver_errors_are_told_apart(void **state)
{
    static const ARM_STORAGE_OPERATION operations[] = {ARM_STORAGE_OPERATION_READ_DATA,
                                                       ARM_STORAGE_OPERATION_PROGRAM_DATA,
                                                       ARM_STORAGE_OPERATION_ERASE};
    const int32_t integrity = ARM_STORAGE_ERROR_RUNTIME_OR_INTEGRITY_FAILURE;

    (void)state;
    for (size_t i = 0; i < sizeof operations / sizeof operations[0]; i++) {
        bool reads = operations[i] == ARM_STORAGE_OPERATION_READ_DATA;

        assert_int_equal(outcome_of(operations[i], 0, ARM_DRIVER_ERROR_BUSY), CFS_ERR_BUSY);
        assert_int_equal(outcome_of(operations[i], 0, ARM_DRIVER_ERROR), CFS_ERR_IO);
        assert_int_equal(outcome_of(operations[i], 0, ARM_STORAGE_ERROR_PROTECTED), CFS_ERR_IO);
        assert_int_equal(outcome_of(operations[i], 0, ARM_DRIVER_ERROR_PARAMETER), CFS_ERR_IO);
        assert_int_equal(outcome_of(operations[i], 0, INT32_MIN), CFS_ERR_IO);
        assert_int_equal(outcome_of(operations[i], 0, integrity),
                         reads ? CFS_ERR_UNREADABLE : CFS_ERR_IO);
        assert_int_equal(outcome_of(operations[i], 1, integrity),
                         reads ? CFS_ERR_UNREADABLE : CFS_ERR_IO);
    }
}

static void test_busy_after_the_first_part_is_a_failure(void **state)
{
    (void)state;
    assert_int_equal(outcome_of(ARM_STORAGE_OPERATION_PROGRAM_DATA, 1, ARM_DRIVER_ERROR_BUSY),
                     CFS_ERR_IO);
    assert_int_equal(outcome_of(ARM_STORAGE_OPERATION_ERASE, 1, ARM_DRIVER_ERROR_BUSY), CFS_ERR_IO);
    /* Reading changes nothing, so it may be retried. */
    assert_int_equal(outcome_of(ARM_STORAGE_OPERATION_READ_DATA, 1, ARM_DRIVER_ERROR_BUSY),
                     CFS_ERR_BUSY);
}

static void test_success_that_cannot_be_is_a_failure(void **state)
{
    (void)state;
    /* No progress: a synchronous driver has no "pending". */
    assert_int_equal(outcome_of(ARM_STORAGE_OPERATION_READ_DATA, 0, 0), CFS_ERR_IO);
    assert_int_equal(outcome_of(ARM_STORAGE_OPERATION_PROGRAM_DATA, 0, 0), CFS_ERR_IO);
    assert_int_equal(outcome_of(ARM_STORAGE_OPERATION_ERASE, 0, 0), CFS_ERR_IO);
    /* More than was asked for. */
    assert_int_equal(outcome_of(ARM_STORAGE_OPERATION_READ_DATA, 0, LINE + 1), CFS_ERR_IO);
    assert_int_equal(outcome_of(ARM_STORAGE_OPERATION_PROGRAM_DATA, 0, INT32_MAX), CFS_ERR_IO);
    assert_int_equal(outcome_of(ARM_STORAGE_OPERATION_ERASE, 0, 4 * (int32_t)FAKE_SECTOR),
                     CFS_ERR_IO);
}

static void test_unreadable_is_not_blank(void **state)
{
    (void)state;
    assert_int_equal(cfs_device_is_blank(&device, FAKE_BASE, FAKE_SECTOR), 1);
    fake_script(fake, ARM_STORAGE_OPERATION_READ_DATA, 1,
                ARM_STORAGE_ERROR_RUNTIME_OR_INTEGRITY_FAILURE);
    assert_int_equal(cfs_device_is_blank(&device, FAKE_BASE, FAKE_SECTOR), 0);
    fake_script(fake, ARM_STORAGE_OPERATION_READ_DATA, 0, ARM_DRIVER_ERROR_TIMEOUT);
    assert_int_equal(cfs_device_is_blank(&device, FAKE_BASE, FAKE_SECTOR), CFS_ERR_IO);
    fake->cells[FAKE_SECTOR - 1u] = 0xFE;
    assert_int_equal(cfs_device_is_blank(&device, FAKE_BASE, FAKE_SECTOR), 0);
    assert_int_equal(cfs_device_is_blank(&device, FAKE_BASE, FAKE_SECTOR - 1u), 1);
}

static int32_t blank_answer;

static int32_t answer_blank(void *context, uint64_t addr, uint32_t size)
{
    assert_ptr_equal(context, &blank_answer);
    assert_int_equal(addr, FAKE_BASE + LINE);
    assert_int_equal(size, LINE);
    return blank_answer;
}

static void test_the_hardware_is_asked_for_blank_where_it_can_tell(void **state)
{
    static const int32_t answers[][2] = {
        {1, 1},
        {0, 0},
        {ARM_STORAGE_ERROR_RUNTIME_OR_INTEGRITY_FAILURE, 0},
        {ARM_DRIVER_ERROR, CFS_ERR_IO},
        {ARM_DRIVER_ERROR_BUSY, CFS_ERR_BUSY},
    };
    const struct cfs_device_config asking = {
        .line_bytes = LINE, .is_blank = answer_blank, .is_blank_context = &blank_answer};

    (void)state;
    assert_int_equal(cfs_device_close(&device), CFS_OK);
    assert_int_equal(cfs_device_open(&device, fake_driver(1), &asking), CFS_OK);
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        blank_answer = answers[i][0];
        assert_int_equal(cfs_device_is_blank(&device, FAKE_BASE + LINE, LINE), answers[i][1]);
    }
    assert_int_equal(cfs_device_is_blank(&device, FAKE_BASE, 0), 1);
    assert_int_equal(fake->calls[ARM_STORAGE_OPERATION_READ_DATA], 0);
}

static void test_a_driver_that_refuses_is_let_go_of(void **state)
{
    (void)state;
    assert_int_equal(cfs_device_close(&device), CFS_OK);
    fake_script(fake, ARM_STORAGE_OPERATION_INITIALIZE, 0, ARM_DRIVER_ERROR);
    assert_int_equal(cfs_device_open(&device, fake_driver(1), &config), CFS_ERR_IO);
    fake_script(fake, ARM_STORAGE_OPERATION_INITIALIZE, 0, ARM_DRIVER_ERROR_BUSY);
    assert_int_equal(cfs_device_open(&device, fake_driver(1), &config), CFS_ERR_BUSY);
    fake_script(fake, ARM_STORAGE_OPERATION_POWER_CONTROL, 0, ARM_DRIVER_ERROR);
    assert_int_equal(cfs_device_open(&device, fake_driver(1), &config), CFS_ERR_IO);
    assert_false(fake->initialized);
    fake->info_result = ARM_DRIVER_ERROR;
    assert_int_equal(cfs_device_open(&device, fake_driver(1), &config), CFS_ERR_IO);
    assert_false(fake->initialized);
    assert_int_equal(fake->power, ARM_POWER_OFF);
    assert_false(device.open);
}

static void test_a_driver_that_will_not_stop_is_closed_all_the_same(void **state)
{
    (void)state;
    fake_script(fake, ARM_STORAGE_OPERATION_POWER_CONTROL, 0, ARM_DRIVER_ERROR_BUSY);
    assert_int_equal(cfs_device_close(&device), CFS_ERR_IO);
    assert_false(device.open);
    assert_false(fake->initialized);
    assert_int_equal(cfs_device_open(&device, fake_driver(1), &config), CFS_OK);
    fake_script(fake, ARM_STORAGE_OPERATION_UNINITIALIZE, 0, ARM_DRIVER_ERROR);
    assert_int_equal(cfs_device_close(&device), CFS_ERR_IO);
    assert_false(device.open);
}

static void test_a_driver_without_power_control_will_do(void **state)
{
    (void)state;
    fake_script(fake, ARM_STORAGE_OPERATION_POWER_CONTROL, 0, ARM_DRIVER_ERROR_UNSUPPORTED);
    assert_int_equal(cfs_device_close(&device), CFS_OK);
    fake_script(fake, ARM_STORAGE_OPERATION_POWER_CONTROL, 0, ARM_DRIVER_ERROR_UNSUPPORTED);
    assert_int_equal(cfs_device_open(&device, fake_driver(1), &config), CFS_OK);
}

#define DEVICE_TEST(test) cmocka_unit_test_setup_teardown(test, open_device, close_device)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DEVICE_TEST(test_open_initialises_and_powers_and_close_undoes_it),
        DEVICE_TEST(test_misuse_is_refused),
        DEVICE_TEST(test_a_closed_device_does_nothing),
        DEVICE_TEST(test_what_is_programmed_is_read_until_erased),
        DEVICE_TEST(test_nothing_leaves_the_device),
        DEVICE_TEST(test_programs_are_whole_units_within_a_line),
        DEVICE_TEST(test_erases_are_whole_sectors),
        DEVICE_TEST(test_a_size_of_0_does_nothing),
        DEVICE_TEST(test_what_a_driver_leaves_over_is_submitted_again),
        DEVICE_TEST(test_driver_errors_are_told_apart),
        DEVICE_TEST(test_busy_after_the_first_part_is_a_failure),
        DEVICE_TEST(test_success_that_cannot_be_is_a_failure),
        DEVICE_TEST(test_unreadable_is_not_blank),
        DEVICE_TEST(test_the_hardware_is_asked_for_blank_where_it_can_tell),
        DEVICE_TEST(test_a_driver_that_refuses_is_let_go_of),
        DEVICE_TEST(test_a_driver_that_will_not_stop_is_closed_all_the_same),
        DEVICE_TEST(test_a_driver_without_power_control_will_do),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
