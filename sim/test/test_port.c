/* SPDX-License-Identifier: Apache-2.0 */
/* Asynchronous devices and cfs/port.h in simulated time. */
#include "fixture.h"

#include <signal.h>

#include "cfs/port.h"
#include "sim/port.h"

static unsigned calls;
static int32_t last_status;
static ARM_STORAGE_OPERATION last_operation;

static void note(int32_t status, ARM_STORAGE_OPERATION operation)
{
    calls++;
    last_status = status;
    last_operation = operation;
}

static struct sim_flash *new_asynchronous(void)
{
    struct sim_profile profile = small("k64f");
    struct sim_flash *flash;

    profile.asynchronous = true;
    flash = new_device(&profile, 1);
    assert_int_equal(sim_flash_driver(flash)->GetCapabilities().asynchronous_ops, 1);
    assert_int_equal(sim_flash_driver(flash)->Initialize(note), 1);
    calls = 0;
    return flash;
}

static void test_program_happens_when_its_time_has_come(void **state)
{
    struct sim_flash *flash = new_asynchronous();
    uint8_t line[LINE];

    (void)state;
    assert_int_equal(dev_program(flash, 0, data_a, LINE), ARM_DRIVER_OK);
    assert_int_equal(calls, 0);
    sim_flash_peek(flash, 0, line, LINE);
    assert_memory_equal(line, blanks, LINE);
    cfs_port_wait();
    assert_int_equal(calls, 1);
    assert_int_equal(last_status, LINE);
    assert_int_equal(last_operation, ARM_STORAGE_OPERATION_PROGRAM_DATA);
    assert_int_equal(sim_flash_now_ns(flash), 180000);
    assert_reads(flash, 0, data_a, LINE); /* reads are answered at once */
    assert_int_equal(dev_erase(flash, 0), ARM_DRIVER_OK);
    cfs_port_wait();
    cfs_port_wake();
    assert_int_equal(last_status, SECTOR_BYTES);
    assert_int_equal(last_operation, ARM_STORAGE_OPERATION_ERASE);
    assert_int_equal(sim_flash_now_ns(flash), 180000 + 33 + 14000000); /* 16 bytes read: 33.6 ns */
    assert_false(sim_flash_complete_next());
    sim_flash_free(flash);
}

static void test_advancing_time_completes_what_is_due(void **state)
{
    struct sim_flash *flash = new_asynchronous();

    (void)state;
    assert_int_equal(dev_program(flash, 0, data_a, LINE), ARM_DRIVER_OK);
    sim_flash_advance_ns(flash, 179999);
    assert_int_equal(calls, 0);
    sim_flash_advance_ns(flash, 1000);
    assert_int_equal(calls, 1);
    assert_int_equal(sim_flash_now_ns(flash), 180999);
    sim_flash_free(flash);
}

static void test_the_operation_that_ends_first_completes_first(void **state)
{
    struct sim_flash *slow = new_asynchronous();
    struct sim_flash *fast = new_asynchronous();

    (void)state;
    assert_int_equal(dev_erase(slow, 0), ARM_DRIVER_OK);
    assert_int_equal(dev_program(fast, 0, data_a, UNIT), ARM_DRIVER_OK);
    assert_true(sim_flash_complete_next());
    assert_int_equal(last_operation, ARM_STORAGE_OPERATION_PROGRAM_DATA);
    assert_true(sim_flash_complete_next());
    assert_int_equal(last_operation, ARM_STORAGE_OPERATION_ERASE);
    assert_false(sim_flash_complete_next());
    sim_flash_free(slow);
    sim_flash_free(fast);
}

static void test_cut_while_pending_tells_an_error(void **state)
{
    struct sim_flash *flash = new_asynchronous();

    (void)state;
    sim_flash_arm_cut(flash, 0, SIM_CUT_DONE);
    assert_int_equal(dev_program(flash, 0, data_a, LINE), ARM_DRIVER_OK);
    cfs_port_wait();
    assert_int_equal(last_status, ARM_DRIVER_ERROR);
    assert_true(sim_flash_is_cut(flash));
    sim_flash_boot(flash, 0);
    assert_reads(flash, 0, data_a, LINE);
    sim_flash_free(flash);
}

static void test_power_off_abandons_what_is_pending(void **state)
{
    struct sim_flash *flash = new_asynchronous();

    (void)state;
    assert_int_equal(dev_program(flash, 0, data_a, LINE), ARM_DRIVER_OK);
    assert_int_equal(sim_flash_driver(flash)->PowerControl(ARM_POWER_OFF), 1);
    assert_false(sim_flash_complete_next());
    assert_int_equal(calls, 0);
    assert_reads(flash, 0, blanks, LINE);
    sim_flash_free(flash);
}

static void test_entropy_is_what_the_seed_decides(void **state)
{
    uint8_t first[40];
    uint8_t again[40];
    uint8_t other[40];

    (void)state;
    sim_port_seed(5);
    cfs_port_entropy(first, sizeof first);
    cfs_port_entropy(other, sizeof other);
    assert_memory_not_equal(first, other, sizeof first); /* it goes on */
    sim_port_seed(5);
    cfs_port_entropy(again, sizeof again);
    assert_memory_equal(first, again, sizeof first);
    sim_port_seed(6);
    cfs_port_entropy(other, sizeof other);
    assert_memory_not_equal(first, other, sizeof first);
    memset(other, 0x5A, sizeof other);
    cfs_port_entropy(other, 3); /* writes what was asked for and no more */
    assert_int_equal(other[3], 0x5A);
}

static jmp_buf after_abort;

static void leave_abort(int number)
{
    (void)number;
    longjmp(after_abort, 1);
}

static void test_waiting_for_nothing_aborts(void **state)
{
    void (*before)(int) = signal(SIGABRT, leave_abort);

    (void)state;
    if (setjmp(after_abort) == 0) {
        cfs_port_wait();
        fail_msg("waited for nothing and went on");
    }
    (void)signal(SIGABRT, before);
}

static void test_failed_assertion_aborts(void **state)
{
    void (*before)(int) = signal(SIGABRT, leave_abort);

    (void)state;
    if (setjmp(after_abort) == 0) {
        cfs_port_assert_failed("file.c", 7, "one == two");
        fail_msg("went on after a failed assertion");
    }
    (void)signal(SIGABRT, before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_program_happens_when_its_time_has_come),
        cmocka_unit_test(test_advancing_time_completes_what_is_due),
        cmocka_unit_test(test_the_operation_that_ends_first_completes_first),
        cmocka_unit_test(test_cut_while_pending_tells_an_error),
        cmocka_unit_test(test_power_off_abandons_what_is_pending),
        cmocka_unit_test(test_entropy_is_what_the_seed_decides),
        cmocka_unit_test(test_waiting_for_nothing_aborts),
        cmocka_unit_test(test_failed_assertion_aborts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
