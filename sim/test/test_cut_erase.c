/* SPDX-License-Identifier: Apache-2.0 */
/* What reads back after an erase was cut, outcome by outcome. */
#include "fixture.h"

#define UNITS (SECTOR_BYTES / UNIT)

static void fill_sector(struct sim_flash *flash, uint32_t sector)
{
    for (uint32_t i = 0; i < SECTOR_BYTES; i += LINE) {
        assert_int_equal(dev_program(flash, sector * SECTOR_BYTES + i, data_a, LINE), LINE);
    }
}

static struct sim_flash *new_full(void)
{
    struct sim_flash *flash = new_k64f();

    fill_sector(flash, 0);
    fill_sector(flash, 1);
    return flash;
}

static void assert_lines(struct sim_flash *flash, uint32_t first, uint32_t size,
                         const uint8_t expected[LINE])
{
    for (uint32_t i = first; i < first + size; i += LINE) {
        assert_reads(flash, i, expected, LINE);
    }
}

/* Data are refused, zero-filling is not, and a complete erase ends it. */
static void assert_only_fill_until_erased(struct sim_flash *flash)
{
    assert_false(sim_flash_erase_is_complete(flash, 0));
    assert_int_equal(dev_program(flash, 128, data_a, LINE), ARM_DRIVER_ERROR_PARAMETER);
    assert_int_equal(rules_broken(), 1);
    assert_non_null(strstr(rule_message(), "erase"));
    assert_int_equal(dev_program(flash, 128, zeros, LINE), LINE);
    assert_reads(flash, 128, zeros, LINE);
    assert_int_equal(dev_erase(flash, 0), SECTOR_BYTES);
    assert_true(sim_flash_erase_is_complete(flash, 0));
    assert_lines(flash, 0, SECTOR_BYTES, blanks);
    assert_int_equal(dev_program(flash, 128, data_b, LINE), LINE);
    assert_reads(flash, 128, data_b, LINE);
    assert_lines(flash, SECTOR_BYTES, SECTOR_BYTES, data_a); /* the neighbour saw nothing */
    assert_int_equal(rules_broken(), 0);
}

struct units { /* how the sector's units read */
    unsigned old, blank, zero, other, unreadable;
};

static struct units count_units(struct sim_flash *flash)
{
    struct units units = {0};

    for (uint32_t i = 0; i < UNITS; i++) {
        uint8_t unit[UNIT];

        if (dev_read(flash, i * UNIT, unit, UNIT) < 0) {
            units.unreadable++;
        } else if (memcmp(unit, data_a + i % 2 * UNIT, UNIT) == 0) {
            units.old++;
        } else if (memcmp(unit, blanks, UNIT) == 0) {
            units.blank++;
        } else if (memcmp(unit, zeros, UNIT) == 0) {
            units.zero++;
        } else {
            units.other++;
        }
    }
    return units;
}

static void test_none_leaves_the_sector_as_it_was(void **state)
{
    struct sim_flash *flash = new_full();

    (void)state;
    cut_erase(flash, 0, SIM_CUT_NONE, 0, 5);
    assert_lines(flash, 0, SECTOR_BYTES, data_a);
    assert_true(sim_flash_erase_is_complete(flash, 0));
    sim_flash_free(flash);
}

static void test_done_is_done(void **state)
{
    struct sim_flash *flash = new_full();

    (void)state;
    cut_erase(flash, 0, SIM_CUT_DONE, 0, 5);
    assert_lines(flash, 0, SECTOR_BYTES, blanks);
    assert_true(sim_flash_erase_is_complete(flash, 0));
    assert_int_equal(dev_program(flash, 0, data_b, LINE), LINE);
    sim_flash_free(flash);
}

static void test_old_reads_old_or_not_at_all(void **state)
{
    struct sim_flash *flash = new_full();
    struct units units;

    (void)state;
    cut_erase(flash, 0, SIM_CUT_OLD, 0, 0);
    assert_lines(flash, 0, SECTOR_BYTES, data_a);
    sim_flash_boot(flash, 1);
    assert_lines(flash, 0, SECTOR_BYTES, data_a);
    sim_flash_boot(flash, 2);
    units = count_units(flash);
    assert_int_equal(units.old, 0);
    assert_true(units.unreadable > UNITS / 2);
    sim_flash_boot(flash, 3);
    units = count_units(flash);
    assert_true(units.old > 0 && units.unreadable > 0);
    assert_int_equal(units.blank, 0);
    assert_only_fill_until_erased(flash);
    sim_flash_free(flash);
}

static void test_mixed_reads_old_zero_or_blank_unit_by_unit(void **state)
{
    struct sim_flash *flash = new_full();
    struct units units;

    (void)state;
    cut_erase(flash, 0, SIM_CUT_MIXED, 0, 0);
    assert_lines(flash, 0, SECTOR_BYTES, blanks);
    sim_flash_boot(flash, 1);
    assert_lines(flash, 0, SECTOR_BYTES, data_a);
    sim_flash_boot(flash, 2);
    units = count_units(flash);
    assert_true(units.zero > UNITS / 2);
    assert_int_equal(units.zero + units.unreadable, UNITS);
    for (uint32_t pattern = 3; pattern < 40; pattern++) {
        sim_flash_boot(flash, pattern);
        units = count_units(flash);
        assert_true(units.old > 10 && units.zero > 10 && units.blank > 10);
        assert_int_equal(units.other, 0);
        switch (pattern % 4) { /* three patterns of four prefer one reading */
        case 0:
            assert_true(units.blank > UNITS / 2);
            break;
        case 1:
            assert_true(units.old > UNITS / 2);
            break;
        default:
            break;
        }
    }
    assert_only_fill_until_erased(flash);
    sim_flash_free(flash);
}

static void test_half_is_blank_up_to_where_it_stopped(void **state)
{
    (void)state;
    for (uint32_t eighths = 0; eighths < 8; eighths++) {
        struct sim_flash *flash = new_full();
        const uint32_t blank = SECTOR_BYTES / 8 * (eighths == 0 ? 4 : eighths);

        cut_erase(flash, 0, SIM_CUT_HALF, eighths, 6);
        assert_lines(flash, 0, blank, blanks);
        assert_lines(flash, blank, SECTOR_BYTES - blank, data_a);
        assert_only_fill_until_erased(flash);
        sim_flash_free(flash);
    }
}

static void test_zero_is_zero_from_where_it_had_come_to(void **state)
{
    (void)state;
    for (uint32_t eighths = 0; eighths < 8; eighths++) {
        struct sim_flash *flash = new_full();
        const uint32_t zero = SECTOR_BYTES / 8 * (eighths == 0 ? 8 : eighths);

        cut_erase(flash, 0, SIM_CUT_ZERO, eighths, 6);
        assert_lines(flash, 0, SECTOR_BYTES - zero, data_a);
        assert_lines(flash, SECTOR_BYTES - zero, zero, zeros);
        assert_only_fill_until_erased(flash);
        sim_flash_free(flash);
    }
}

static void test_blank_weak_reads_blank_but_takes_no_data(void **state)
{
    struct sim_flash *flash = new_full();

    (void)state;
    cut_erase(flash, 0, SIM_CUT_BLANK_WEAK, 0, 3);
    assert_lines(flash, 0, SECTOR_BYTES, blanks);
    assert_only_fill_until_erased(flash);
    sim_flash_free(flash);
}

static void test_second_cut_erase_does_not_make_cells_sound(void **state)
{
    struct sim_flash *flash = new_full();

    (void)state;
    cut_erase(flash, 0, SIM_CUT_OLD, 0, 0);
    cut_erase(flash, 0, SIM_CUT_NONE, 0, 0);
    assert_false(sim_flash_erase_is_complete(flash, 0));
    cut_erase(flash, 0, SIM_CUT_MIXED, 0, 1);
    assert_lines(flash, 0, SECTOR_BYTES, data_a); /* still what stood there at first */
    assert_int_equal(sim_flash_erases(flash, 0), 3);
    assert_only_fill_until_erased(flash);
    sim_flash_free(flash);
}

static void test_weak_units_stay_weak_when_an_erase_hardly_began(void **state)
{
    struct sim_flash *flash = new_k64f();

    (void)state;
    cut_program(flash, 0, data_a, UNIT, SIM_CUT_WEAK, 0);
    cut_erase(flash, 0, SIM_CUT_OLD, 0, 0);
    assert_reads(flash, 0, data_a, UNIT);
    sim_flash_boot(flash, 1);
    assert_reads(flash, 0, blanks, UNIT);
    sim_flash_free(flash);
}

static void test_unreadable_lines_stay_so_where_old_shows(void **state)
{
    struct sim_flash *flash = new_full();

    (void)state;
    assert_int_equal(dev_erase(flash, 0), SECTOR_BYTES);
    cut_program(flash, 0, data_a, UNIT, SIM_CUT_UNREADABLE, 0);
    cut_erase(flash, 0, SIM_CUT_OLD, 0, 0);
    assert_unreadable(flash, 0, UNIT);
    cut_erase(flash, 0, SIM_CUT_MIXED, 0, 1);
    assert_unreadable(flash, 0, UNIT);
    sim_flash_boot(flash, 0);
    assert_reads(flash, 0, blanks, UNIT);
    sim_flash_free(flash);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_none_leaves_the_sector_as_it_was),
        cmocka_unit_test(test_done_is_done),
        cmocka_unit_test(test_old_reads_old_or_not_at_all),
        cmocka_unit_test(test_mixed_reads_old_zero_or_blank_unit_by_unit),
        cmocka_unit_test(test_half_is_blank_up_to_where_it_stopped),
        cmocka_unit_test(test_zero_is_zero_from_where_it_had_come_to),
        cmocka_unit_test(test_blank_weak_reads_blank_but_takes_no_data),
        cmocka_unit_test(test_second_cut_erase_does_not_make_cells_sound),
        cmocka_unit_test(test_weak_units_stay_weak_when_an_erase_hardly_began),
        cmocka_unit_test(test_unreadable_lines_stay_so_where_old_shows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
