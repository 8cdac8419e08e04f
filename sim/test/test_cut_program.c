/* SPDX-License-Identifier: Apache-2.0 */
/* What reads back after a program was cut, outcome by outcome. */
#include "fixture.h"

static void read_line(struct sim_flash *flash, uint64_t addr, uint8_t line[LINE])
{
    assert_int_equal(dev_read(flash, addr, line, LINE), LINE);
}

/* No bit is erased that was not: every bit of `after` that is 1 was 1 before. */
static void assert_only_programmed(const uint8_t *before, const uint8_t *after, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        assert_int_equal(after[i] & ~before[i], 0);
    }
}

static void test_power_stays_off_until_boot(void **state)
{
    struct sim_flash *flash = new_k64f();
    uint8_t line[LINE];

    (void)state;
    sim_flash_arm_cut(flash, 1, SIM_CUT_DONE);
    assert_int_equal(dev_program(flash, 0, data_a, LINE), LINE);
    assert_false(sim_flash_is_cut(flash));
    assert_int_equal(dev_program(flash, 16, data_a, LINE), ARM_DRIVER_ERROR);
    assert_true(sim_flash_is_cut(flash));
    assert_int_equal(dev_read(flash, 0, line, LINE), ARM_DRIVER_ERROR);
    assert_int_equal(dev_program(flash, 32, data_a, LINE), ARM_DRIVER_ERROR);
    assert_int_equal(dev_erase(flash, 0), ARM_DRIVER_ERROR);
    assert_int_equal(sim_flash_driver(flash)->Initialize(NULL), ARM_DRIVER_ERROR);
    assert_int_equal(sim_flash_driver(flash)->PowerControl(ARM_POWER_FULL), ARM_DRIVER_ERROR);
    assert_int_equal(sim_flash_counters(flash)->programs, 2); /* the rest never got there */
    sim_flash_boot(flash, 0);
    assert_false(sim_flash_is_cut(flash));
    assert_reads(flash, 16, data_a, LINE);
    assert_int_equal(dev_program(flash, 32, data_a, LINE), LINE);
    sim_flash_free(flash);
}

static void test_disarmed_cut_does_not_strike(void **state)
{
    struct sim_flash *flash = new_k64f();

    (void)state;
    sim_flash_arm_cut(flash, 0, SIM_CUT_TORN);
    sim_flash_disarm(flash);
    assert_int_equal(dev_program(flash, 0, data_a, LINE), LINE);
    assert_reads(flash, 0, data_a, LINE);
    sim_flash_free(flash);
}

static void test_none_leaves_the_line_as_it_was(void **state)
{
    struct sim_flash *flash = new_k64f();

    (void)state;
    cut_program(flash, 0, data_a, LINE, SIM_CUT_NONE, 0);
    assert_reads(flash, 0, blanks, LINE);
    assert_int_equal(dev_program(flash, 0, data_a, LINE), LINE); /* really nothing happened */
    assert_int_equal(rules_broken(), 0);
    sim_flash_free(flash);
}

static void test_done_is_done(void **state)
{
    struct sim_flash *flash = new_k64f();

    (void)state;
    for (uint32_t pattern = 0; pattern < 8; pattern++) {
        cut_program(flash, pattern * LINE, data_a, LINE, SIM_CUT_DONE, pattern);
        assert_reads(flash, pattern * LINE, data_a, LINE);
    }
    sim_flash_free(flash);
}

static void test_torn_is_stable_garbage_behind_done_units(void **state)
{
    struct sim_flash *flash = new_k64f();
    uint8_t line[LINE];

    (void)state;
    cut_program(flash, 0, data_a, LINE, SIM_CUT_TORN, 0);
    read_line(flash, 0, line);
    assert_memory_equal(line, data_a, UNIT); /* the first unit of the call was done */
    assert_memory_not_equal(line + UNIT, data_a + UNIT, UNIT);
    assert_memory_not_equal(line + UNIT, blanks, UNIT);
    assert_string_equal(sim_flash_unit_name(flash, UNIT), "torn");
    for (uint32_t pattern = 0; pattern < 20; pattern++) {
        sim_flash_boot(flash, pattern);
        assert_reads(flash, 0, line, LINE);
    }
    sim_flash_free(flash);
}

static void test_cut_can_strike_the_first_unit(void **state)
{
    struct sim_flash *flash = new_k64f();
    uint8_t line[LINE];

    (void)state;
    sim_flash_arm_cut_at(flash, 0, SIM_CUT_TORN, 0);
    assert_int_equal(dev_program(flash, 0, data_a, LINE), ARM_DRIVER_ERROR);
    sim_flash_boot(flash, 0);
    read_line(flash, 0, line);
    assert_memory_not_equal(line, data_a, UNIT);
    assert_memory_equal(line + UNIT, blanks, UNIT); /* never begun */
    assert_string_equal(sim_flash_unit_name(flash, 0), "torn");
    assert_string_equal(sim_flash_unit_name(flash, UNIT), "blank");
    sim_flash_free(flash);
}

static void test_torn_bits_are_some_of_those_asked_for(void **state)
{
    struct sim_flash *flash = new_k64f();
    uint8_t line[LINE];

    (void)state;
    for (uint32_t addr = 0; addr < SECTOR_BYTES; addr += LINE) {
        cut_program(flash, addr, data_b, UNIT, SIM_CUT_TORN_BITS, 0);
        read_line(flash, addr, line);
        assert_only_programmed(blanks, line, UNIT);
        assert_only_programmed(line, data_b, UNIT); /* what is left to do was asked for */
        assert_memory_not_equal(line, blanks, UNIT);
        assert_memory_not_equal(line, data_b, UNIT);
    }
    sim_flash_boot(flash, 7);
    assert_reads(flash, SECTOR_BYTES - LINE, line, LINE);
    sim_flash_free(flash);
}

static void test_of_two_torn_bits_one_is_done(void **state)
{
    static const uint8_t two_bits[UNIT] = {0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F};
    static const uint8_t first[UNIT] = {0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
    struct sim_flash *flash = new_k64f();

    (void)state;
    for (uint32_t addr = 0; addr < SECTOR_BYTES; addr += LINE) {
        cut_program(flash, addr, two_bits, UNIT, SIM_CUT_TORN_BITS, 0);
        assert_reads(flash, addr, first, UNIT);
    }
    sim_flash_free(flash);
}

static void test_unreadable_takes_the_line_with_it(void **state)
{
    struct sim_flash *flash = new_k64f();

    (void)state;
    assert_int_equal(dev_program(flash, 0, data_a, UNIT), UNIT);
    cut_program(flash, UNIT, data_b, UNIT, SIM_CUT_UNREADABLE, 0);
    for (uint32_t pattern = 0; pattern < 8; pattern++) {
        sim_flash_boot(flash, pattern);
        assert_unreadable(flash, 0, UNIT); /* the neighbour in the line too */
        assert_unreadable(flash, 15, 1);
        assert_unreadable(flash, 0, 64);
        assert_reads(flash, LINE, blanks, LINE); /* but not the next line */
    }
    sim_flash_free(flash);
}

static void test_ghost_reads_blank_and_is_not(void **state)
{
    struct sim_flash *flash = new_k64f();

    (void)state;
    cut_program(flash, 0, data_a, UNIT, SIM_CUT_GHOST, 0);
    sim_flash_boot(flash, 5);
    assert_reads(flash, 0, blanks, LINE);
    assert_string_equal(sim_flash_unit_name(flash, 0), "ghost");
    assert_int_equal(dev_program(flash, 0, data_a, UNIT), ARM_DRIVER_ERROR_PARAMETER);
    assert_int_equal(rules_broken(), 1);
    assert_int_equal(dev_program(flash, 0, zeros, UNIT), UNIT); /* zero-filling may */
    assert_reads(flash, 0, zeros, UNIT);
    sim_flash_free(flash);
}

static void test_weak_reads_new_old_or_neither(void **state)
{
    struct sim_flash *flash = new_k64f();
    unsigned seen_new = 0;
    unsigned seen_old = 0;
    unsigned seen_bad = 0;

    (void)state;
    cut_program(flash, 0, data_a, UNIT, SIM_CUT_WEAK, 0);
    assert_reads(flash, 0, data_a, UNIT);
    sim_flash_boot(flash, 1);
    assert_reads(flash, 0, blanks, UNIT);
    for (uint32_t pattern = 3; pattern < 203; pattern++) {
        uint8_t unit[UNIT];
        uint8_t again[UNIT];
        int32_t result;

        sim_flash_boot(flash, pattern);
        result = dev_read(flash, 0, unit, UNIT);
        assert_int_equal(dev_read(flash, 0, again, UNIT), result); /* one answer a boot */
        assert_memory_equal(unit, again, UNIT);
        seen_new += result > 0 && memcmp(unit, data_a, UNIT) == 0;
        seen_old += result > 0 && memcmp(unit, blanks, UNIT) == 0;
        seen_bad += result < 0;
    }
    assert_true(seen_new > 20);
    assert_true(seen_old > 20);
    assert_true(seen_bad > 20); /* unreadable; garbage otherwise */
    assert_true(seen_new + seen_old + seen_bad < 200);
    sim_flash_free(flash);
}

static void test_weak_without_ecc_is_never_unreadable(void **state)
{
    struct sim_profile profile = small("k64f");
    struct sim_flash *flash;
    uint8_t unit[UNIT];

    (void)state;
    profile.unreadable_lines = false;
    flash = new_device(&profile, 1);
    cut_program(flash, 0, data_a, UNIT, SIM_CUT_WEAK, 2);
    assert_int_equal(dev_read(flash, 0, unit, UNIT), UNIT);
    assert_memory_not_equal(unit, data_a, UNIT);
    assert_memory_not_equal(unit, blanks, UNIT);
    for (uint32_t pattern = 3; pattern < 100; pattern++) {
        sim_flash_boot(flash, pattern);
        assert_int_equal(dev_read(flash, 0, unit, UNIT), UNIT);
    }
    sim_flash_free(flash);
}

static void test_all_in_flight_is_torn_together(void **state)
{
    const struct sim_profile profile = small("w25q128");
    struct sim_flash *flash = new_device(&profile, 1);
    uint8_t line[LINE];
    unsigned wrong = 0;

    (void)state;
    cut_program(flash, 0, data_a, LINE, SIM_CUT_TORN, 0);
    read_line(flash, 0, line);
    for (unsigned i = 0; i < LINE; i++) {
        wrong += line[i] != data_a[i];
        assert_string_equal(sim_flash_unit_name(flash, i), "torn");
    }
    assert_true(wrong > LINE / 2);
    sim_flash_arm_cut_at(flash, 0, SIM_CUT_GHOST, 5); /* five bytes were done already */
    assert_int_equal(dev_program(flash, 32, data_a, LINE), ARM_DRIVER_ERROR);
    sim_flash_boot(flash, 0);
    read_line(flash, 32, line);
    assert_memory_equal(line, data_a, 5);
    assert_memory_equal(line + 5, blanks, LINE - 5);
    sim_flash_free(flash);
}

/* ---- zero-filling over what stood there */

static void test_completed_fill_reads_zero_whatever_stood_there(void **state)
{
    static const enum sim_outcome before[] = {SIM_CUT_NONE,      SIM_CUT_DONE,       SIM_CUT_TORN,
                                              SIM_CUT_TORN_BITS, SIM_CUT_UNREADABLE, SIM_CUT_GHOST,
                                              SIM_CUT_WEAK};
    struct sim_flash *flash = new_k64f();

    (void)state;
    for (uint32_t i = 0; i < sizeof before / sizeof before[0]; i++) {
        cut_program(flash, i * LINE, data_a, LINE, before[i], 0);
        assert_int_equal(dev_program(flash, i * LINE, zeros, LINE), LINE);
        for (uint32_t pattern = 0; pattern < 8; pattern++) {
            sim_flash_boot(flash, pattern);
            assert_reads(flash, i * LINE, zeros, LINE);
        }
        assert_string_equal(sim_flash_unit_name(flash, i * LINE), "filled");
    }
    assert_int_equal(rules_broken(), 0);
    sim_flash_free(flash);
}

static void test_fill_policy_unreadable(void **state)
{
    struct sim_flash *flash = new_k64f();

    (void)state;
    sim_flash_set_fill_policy(flash, SIM_FILL_UNREADABLE);
    assert_int_equal(dev_program(flash, 0, zeros, LINE), LINE);
    assert_reads(flash, 0, zeros, LINE); /* it was blank: an ordinary program */
    assert_int_equal(dev_program(flash, LINE, data_a, UNIT), UNIT);
    assert_int_equal(dev_program(flash, LINE, zeros, LINE), LINE);
    assert_unreadable(flash, LINE, LINE);
    assert_int_equal(dev_erase(flash, 0), SECTOR_BYTES);
    assert_reads(flash, LINE, blanks, LINE);
    sim_flash_free(flash);
}

static void test_cut_fill_none_keeps_the_old_data(void **state)
{
    struct sim_flash *flash = new_k64f();

    (void)state;
    assert_int_equal(dev_program(flash, 0, data_a, LINE), LINE);
    cut_program(flash, 0, zeros, LINE, SIM_CUT_NONE, 0);
    assert_reads(flash, 0, data_a, LINE);
    sim_flash_free(flash);
}

static void test_cut_fill_weak_reads_old_zero_or_between(void **state)
{
    struct sim_profile profile = small("k64f");
    struct sim_flash *flash;
    uint8_t line[LINE];
    uint8_t expected[LINE];

    (void)state;
    profile.unreadable_lines = false;
    flash = new_device(&profile, 1);
    memcpy(expected, zeros, LINE); /* of the first unit, which was done */
    memcpy(expected + UNIT, data_a + UNIT, UNIT);
    assert_int_equal(dev_program(flash, 0, data_a, LINE), LINE);
    cut_program(flash, 0, zeros, LINE, SIM_CUT_WEAK, 0);
    assert_reads(flash, 0, zeros, LINE);
    sim_flash_boot(flash, 1);
    assert_reads(flash, 0, expected, LINE); /* the old data are back */
    sim_flash_boot(flash, 2);
    read_line(flash, 0, line);
    assert_only_programmed(expected, line, LINE);
    assert_memory_not_equal(line, expected, LINE);
    assert_memory_not_equal(line, zeros, LINE);
    sim_flash_free(flash);
}

static void test_cut_fill_torn_only_programs_more_bits(void **state)
{
    struct sim_flash *flash = new_k64f();
    uint8_t line[LINE];

    (void)state;
    assert_int_equal(dev_program(flash, 0, data_a, LINE), LINE);
    sim_flash_arm_cut_at(flash, 0, SIM_CUT_TORN, 0);
    assert_int_equal(dev_program(flash, 0, zeros, LINE), ARM_DRIVER_ERROR);
    sim_flash_boot(flash, 0);
    read_line(flash, 0, line);
    assert_only_programmed(data_a, line, UNIT);
    assert_memory_not_equal(line, data_a, UNIT);
    assert_memory_equal(line + UNIT, data_a + UNIT, UNIT);
    sim_flash_free(flash);
}

static void test_cut_fill_over_unreadable_stays_possible(void **state)
{
    struct sim_flash *flash = new_k64f();

    (void)state;
    cut_program(flash, 0, data_a, UNIT, SIM_CUT_UNREADABLE, 0);
    cut_program(flash, 0, zeros, UNIT, SIM_CUT_WEAK, 0);
    assert_reads(flash, 0, zeros, UNIT);
    sim_flash_boot(flash, 1); /* as before the fill */
    assert_unreadable(flash, 0, UNIT);
    sim_flash_free(flash);
}

static void test_cut_fill_over_weak_may_bring_its_data_back(void **state)
{
    struct sim_flash *flash = new_k64f();

    (void)state;
    cut_program(flash, 0, data_a, UNIT, SIM_CUT_WEAK, 1); /* reads blank now */
    assert_reads(flash, 0, blanks, UNIT);
    cut_program(flash, 0, zeros, UNIT, SIM_CUT_WEAK, 1);
    assert_reads(flash, 0, data_a, UNIT);
    sim_flash_free(flash);
}

static void test_cut_fill_torn_over_unreadable_is_garbage(void **state)
{
    struct sim_flash *flash = new_k64f();
    uint8_t line[LINE];

    (void)state;
    cut_program(flash, 0, data_a, UNIT, SIM_CUT_UNREADABLE, 0);
    cut_program(flash, 0, zeros, UNIT, SIM_CUT_TORN, 0);
    read_line(flash, 0, line); /* whatever it is, it can be read and stays */
    sim_flash_boot(flash, 3);
    assert_reads(flash, 0, line, LINE);
    assert_string_equal(sim_flash_unit_name(flash, 0), "torn");
    sim_flash_free(flash);
}

static void test_erased_zero_turns_charge_around(void **state)
{
    static const uint8_t ones[UNIT] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
    struct sim_profile profile = small("k64f");
    struct sim_flash *flash;
    uint8_t line[LINE];

    (void)state;
    profile.erased_value = 0x00;
    flash = new_device(&profile, 1);
    assert_reads(flash, 0, zeros, LINE);
    assert_int_equal(dev_program(flash, 0, data_a, UNIT), UNIT);
    cut_program(flash, 0, ones, UNIT, SIM_CUT_TORN, 0); /* filling: every bit programmed */
    read_line(flash, 0, line);
    assert_only_programmed(line, data_a, UNIT); /* bits only went from 0 to 1 */
    assert_memory_not_equal(line, data_a, UNIT);
    assert_int_equal(rules_broken(), 0);
    assert_int_equal(dev_program(flash, 0, zeros, UNIT), ARM_DRIVER_ERROR_PARAMETER);
    assert_int_equal(rules_broken(), 1);
    sim_flash_free(flash);
}

/* ---- which outcomes there are */

static bool lists(const struct sim_flash *flash, const struct sim_op *op, enum sim_outcome wanted)
{
    enum sim_outcome outcomes[SIM_OUTCOMES];
    const size_t count = sim_flash_outcomes(flash, op, outcomes);

    for (size_t i = 0; i < count; i++) {
        if (outcomes[i] == wanted) {
            return true;
        }
    }
    return false;
}

static void test_outcomes_that_make_sense(void **state)
{
    const struct sim_profile plain = small("k22f");
    struct sim_flash *ecc = new_k64f();
    struct sim_flash *nor = new_device(&plain, 1);
    const struct sim_op data = {.kind = SIM_OP_PROGRAM, .addr = 0, .size = 8};
    const struct sim_op fill = {.kind = SIM_OP_FILL, .addr = 0, .size = 8};
    const struct sim_op erase_op = {.kind = SIM_OP_ERASE, .addr = 0, .size = 4096};

    (void)state;
    for (int i = 0; i < SIM_OUTCOMES; i++) {
        const enum sim_outcome outcome = (enum sim_outcome)i;
        const bool either = outcome == SIM_CUT_NONE || outcome == SIM_CUT_DONE;

        assert_int_equal(lists(ecc, &data, outcome), outcome <= SIM_CUT_WEAK);
        assert_int_equal(lists(nor, &data, outcome),
                         outcome <= SIM_CUT_WEAK && outcome != SIM_CUT_UNREADABLE);
        assert_int_equal(lists(ecc, &fill, outcome),
                         outcome <= SIM_CUT_WEAK && outcome != SIM_CUT_TORN_BITS);
        assert_int_equal(lists(ecc, &erase_op, outcome), either || outcome >= SIM_CUT_OLD);
        assert_string_not_equal(sim_outcome_name(outcome), "unknown");
    }
    (void)dev_program(ecc, 0, data_a, UNIT);
    assert_false(lists(ecc, &fill, SIM_CUT_GHOST)); /* bits do not come back */
    assert_string_equal(sim_outcome_name(SIM_OUTCOMES), "unknown");
    sim_flash_free(ecc);
    sim_flash_free(nor);
}

static void test_random_cuts_reach_every_outcome_and_place(void **state)
{
    struct sim_flash *flash = new_k64f();
    unsigned untouched_first = 0;
    unsigned kinds = 0;
    static const char *const names[] = {"blank", "done", "torn", "weak", "ghost", "unreadable"};

    (void)state;
    for (uint32_t i = 0; i < 200; i++) {
        const uint64_t addr = i * LINE;

        sim_flash_arm_random_cut(flash, 0);
        assert_int_equal(dev_program(flash, addr, data_a, LINE), ARM_DRIVER_ERROR);
        sim_flash_boot(flash, i);
        untouched_first += strcmp(sim_flash_unit_name(flash, addr), "done") != 0;
        for (unsigned k = 0; k < 6; k++) {
            kinds |= strcmp(sim_flash_unit_name(flash, addr + UNIT), names[k]) == 0 ? 1u << k : 0;
        }
    }
    assert_int_equal(kinds, 0x3F);
    assert_true(untouched_first > 50 && untouched_first < 150);
    sim_flash_free(flash);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_power_stays_off_until_boot),
        cmocka_unit_test(test_disarmed_cut_does_not_strike),
        cmocka_unit_test(test_none_leaves_the_line_as_it_was),
        cmocka_unit_test(test_done_is_done),
        cmocka_unit_test(test_torn_is_stable_garbage_behind_done_units),
        cmocka_unit_test(test_cut_can_strike_the_first_unit),
        cmocka_unit_test(test_torn_bits_are_some_of_those_asked_for),
        cmocka_unit_test(test_of_two_torn_bits_one_is_done),
        cmocka_unit_test(test_unreadable_takes_the_line_with_it),
        cmocka_unit_test(test_ghost_reads_blank_and_is_not),
        cmocka_unit_test(test_weak_reads_new_old_or_neither),
        cmocka_unit_test(test_weak_without_ecc_is_never_unreadable),
        cmocka_unit_test(test_all_in_flight_is_torn_together),
        cmocka_unit_test(test_completed_fill_reads_zero_whatever_stood_there),
        cmocka_unit_test(test_fill_policy_unreadable),
        cmocka_unit_test(test_cut_fill_none_keeps_the_old_data),
        cmocka_unit_test(test_cut_fill_weak_reads_old_zero_or_between),
        cmocka_unit_test(test_cut_fill_torn_only_programs_more_bits),
        cmocka_unit_test(test_cut_fill_over_unreadable_stays_possible),
        cmocka_unit_test(test_cut_fill_over_weak_may_bring_its_data_back),
        cmocka_unit_test(test_cut_fill_torn_over_unreadable_is_garbage),
        cmocka_unit_test(test_erased_zero_turns_charge_around),
        cmocka_unit_test(test_outcomes_that_make_sense),
        cmocka_unit_test(test_random_cuts_reach_every_outcome_and_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
