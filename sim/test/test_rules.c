/* SPDX-License-Identifier: Apache-2.0 */
/* Device rules: each trips, says what was wrong, and changes nothing. */
#include "fixture.h"

#include <signal.h>

static void assert_broken(const char *word)
{
    assert_int_equal(rules_broken(), 1);
    if (strstr(rule_message(), word) == NULL) {
        fail_msg("\"%s\" is not in \"%s\"", word, rule_message());
    }
}

static void test_unit_programmed_twice(void **state)
{
    struct sim_flash *flash = new_k64f();

    (void)state;
    assert_int_equal(dev_program(flash, 0, data_a, UNIT), UNIT);
    assert_int_equal(dev_program(flash, 0, data_a, LINE), ARM_DRIVER_ERROR_PARAMETER);
    assert_broken("the unit at 0x0 is not erased (done)");
    assert_int_equal(dev_program(flash, UNIT, zeros, UNIT), UNIT);
    assert_int_equal(dev_program(flash, UNIT, data_a, UNIT), ARM_DRIVER_ERROR_PARAMETER);
    assert_broken("filled");
    assert_int_equal(dev_program(flash, 16, blanks, LINE), LINE); /* all ones count too */
    assert_int_equal(dev_program(flash, 16, blanks, LINE), ARM_DRIVER_ERROR_PARAMETER);
    assert_broken("not erased");
    assert_reads(flash, 0, data_a, UNIT);
    assert_int_equal(sim_flash_counters(flash)->programs, 2);
    sim_flash_free(flash);
}

static void test_units_left_by_cuts(void **state)
{
    static const enum sim_outcome outcomes[] = {SIM_CUT_TORN, SIM_CUT_TORN_BITS, SIM_CUT_UNREADABLE,
                                                SIM_CUT_GHOST, SIM_CUT_WEAK};
    struct sim_flash *flash = new_k64f();

    (void)state;
    for (uint32_t i = 0; i < sizeof outcomes / sizeof outcomes[0]; i++) {
        cut_program(flash, i * LINE, data_a, UNIT, outcomes[i], 0);
        assert_int_equal(dev_program(flash, i * LINE, data_a, UNIT), ARM_DRIVER_ERROR_PARAMETER);
        assert_broken("not erased");
    }
    sim_flash_free(flash);
}

static void test_misaligned_program(void **state)
{
    struct sim_flash *flash = new_k64f();

    (void)state;
    assert_int_equal(dev_program(flash, 4, data_a, UNIT), ARM_DRIVER_ERROR_PARAMETER);
    assert_broken("whole units of 8");
    assert_int_equal(dev_program(flash, 0, data_a, 12), ARM_DRIVER_ERROR_PARAMETER);
    assert_broken("whole units of 8");
    sim_flash_free(flash);
}

static void test_program_across_a_line(void **state)
{
    struct sim_flash *flash = new_k64f();

    (void)state;
    assert_int_equal(dev_program(flash, UNIT, data_a, LINE), ARM_DRIVER_ERROR_PARAMETER);
    assert_broken("crosses a line of 16");
    sim_flash_free(flash);
}

static void test_out_of_range(void **state)
{
    struct sim_flash *flash = new_k64f();
    ARM_DRIVER_STORAGE *driver = sim_flash_driver(flash);
    uint8_t line[LINE];

    (void)state;
    assert_int_equal(dev_program(flash, SECTORS * SECTOR_BYTES, data_a, LINE),
                     ARM_DRIVER_ERROR_PARAMETER);
    assert_broken("leaves the device");
    assert_int_equal(dev_read(flash, SECTORS * SECTOR_BYTES - 8, line, LINE),
                     ARM_DRIVER_ERROR_PARAMETER);
    assert_broken("leaves the device");
    assert_int_equal(dev_erase(flash, SECTORS), ARM_DRIVER_ERROR_PARAMETER);
    assert_broken("leaves the device");
    assert_int_equal(driver->ReadData(0, line, LINE), ARM_DRIVER_ERROR_PARAMETER); /* below base */
    assert_broken("leaves the device");
    assert_int_equal(driver->ReadData(0x80000, line, 0), ARM_DRIVER_ERROR_PARAMETER);
    assert_broken("0 bytes");
    sim_flash_free(flash);
}

static void test_misaligned_erase(void **state)
{
    struct sim_flash *flash = new_k64f();
    ARM_DRIVER_STORAGE *driver = sim_flash_driver(flash);

    (void)state;
    assert_int_equal(driver->Erase(0x80010, 4096), ARM_DRIVER_ERROR_PARAMETER);
    assert_broken("whole sectors of 4096");
    assert_int_equal(driver->Erase(0x80000, 2048), ARM_DRIVER_ERROR_PARAMETER);
    assert_broken("whole sectors of 4096");
    assert_int_equal(sim_flash_counters(flash)->erases, 0);
    sim_flash_free(flash);
}

static void test_data_into_a_sector_whose_erase_was_cut(void **state)
{
    struct sim_flash *flash = new_k64f();

    (void)state;
    cut_erase(flash, 2, SIM_CUT_BLANK_WEAK, 0, 0);
    assert_int_equal(dev_program(flash, 2 * SECTOR_BYTES, data_a, LINE),
                     ARM_DRIVER_ERROR_PARAMETER);
    assert_broken("the last erase of its sector was not completed");
    sim_flash_free(flash);
}

static void test_calls_while_busy(void **state)
{
    struct sim_profile profile = small("k64f");
    struct sim_flash *flash;
    uint8_t line[LINE];

    (void)state;
    profile.asynchronous = true;
    flash = new_device(&profile, 1);
    assert_int_equal(dev_program(flash, 0, data_a, LINE), ARM_DRIVER_OK);
    assert_int_equal(dev_read(flash, 0, line, LINE), ARM_DRIVER_ERROR_BUSY);
    assert_broken("read while a program is pending");
    assert_int_equal(dev_program(flash, 16, data_a, LINE), ARM_DRIVER_ERROR_BUSY);
    assert_broken("program while a program is pending");
    assert_int_equal(dev_erase(flash, 1), ARM_DRIVER_ERROR_BUSY);
    assert_broken("erase while a program is pending");
    assert_int_equal(sim_flash_driver(flash)->GetStatus().busy, 1); /* asking is allowed */
    assert_int_equal(rules_broken(), 0);
    sim_flash_free(flash);
}

/* ---- without a handler of one's own */

static jmp_buf after_abort;

static void leave_abort(int number)
{
    (void)number;
    longjmp(after_abort, 1);
}

static void test_broken_rule_aborts_by_default(void **state)
{
    struct sim_flash *volatile flash = new_k64f();
    void (*before)(int) = signal(SIGABRT, leave_abort);

    (void)state;
    sim_flash_set_rule_handler(flash, NULL, NULL);
    if (setjmp(after_abort) == 0) {
        (void)dev_program(flash, 4, data_a, UNIT);
        fail_msg("the run went on after a broken rule");
    }
    (void)signal(SIGABRT, before);
    sim_flash_free(flash);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unit_programmed_twice),
        cmocka_unit_test(test_units_left_by_cuts),
        cmocka_unit_test(test_misaligned_program),
        cmocka_unit_test(test_program_across_a_line),
        cmocka_unit_test(test_out_of_range),
        cmocka_unit_test(test_misaligned_erase),
        cmocka_unit_test(test_data_into_a_sector_whose_erase_was_cut),
        cmocka_unit_test(test_calls_while_busy),
        cmocka_unit_test(test_broken_rule_aborts_by_default),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
