/* SPDX-License-Identifier: Apache-2.0 */
/* Damage at rest, images in files, and wear. */
#include "fixture.h"

#define IMAGE "test_sim_damage.img"

static char error[512];

/* ---- damage */

static void test_flipped_bit_in_data(void **state)
{
    struct sim_flash *flash = new_k64f();
    uint8_t expected[LINE];

    (void)state;
    memcpy(expected, data_a, LINE);
    expected[9] ^= 0x20;
    assert_int_equal(dev_program(flash, 0, data_a, LINE), LINE);
    sim_flash_flip_bit(flash, 9, 5);
    assert_reads(flash, 0, expected, LINE);
    sim_flash_boot(flash, 3);
    assert_reads(flash, 0, expected, LINE);
    sim_flash_flip_bit(flash, 9, 5);
    assert_reads(flash, 0, data_a, LINE);
    sim_flash_free(flash);
}

static void test_flipped_bit_in_blank_cells_stays_under_data(void **state)
{
    struct sim_flash *flash = new_k64f();
    uint8_t expected[LINE];

    (void)state;
    memcpy(expected, blanks, LINE);
    expected[0] = 0xFE;
    sim_flash_flip_bit(flash, 0, 0);
    assert_reads(flash, 0, expected, LINE);
    assert_string_equal(sim_flash_unit_name(flash, 0), "flipped");
    assert_int_equal(dev_program(flash, 0, data_a, LINE), LINE); /* no rule: nobody could know */
    memcpy(expected, data_a, LINE);
    expected[0] &= 0xFE;
    assert_reads(flash, 0, expected, LINE);
    assert_string_equal(sim_flash_unit_name(flash, 0), "torn");
    sim_flash_flip_bit(flash, 16, 3);
    sim_flash_flip_bit(flash, 16, 3);
    assert_string_equal(sim_flash_unit_name(flash, 16), "blank");
    sim_flash_flip_bit(flash, 32, 0);
    assert_int_equal(dev_program(flash, 32, data_b + 1, UNIT), UNIT); /* that bit was to be 0 */
    assert_reads(flash, 32, data_b + 1, UNIT);
    assert_string_equal(sim_flash_unit_name(flash, 32), "done");
    assert_int_equal(rules_broken(), 0);
    sim_flash_free(flash);
}

static void test_flipped_bit_in_weak_cells_is_in_every_reading(void **state)
{
    struct sim_flash *flash = new_k64f();
    uint8_t expected[UNIT];

    (void)state;
    cut_program(flash, 0, data_a, UNIT, SIM_CUT_WEAK, 0);
    sim_flash_flip_bit(flash, 1, 7);
    memcpy(expected, data_a, UNIT);
    expected[1] ^= 0x80;
    assert_reads(flash, 0, expected, UNIT);
    sim_flash_boot(flash, 1);
    memcpy(expected, blanks, UNIT);
    expected[1] ^= 0x80;
    assert_reads(flash, 0, expected, UNIT);
    sim_flash_free(flash);
}

static void test_unreadable_at_rest_and_lifted_again(void **state)
{
    struct sim_flash *flash = new_k64f();
    struct sim_hash before;

    (void)state;
    assert_int_equal(dev_program(flash, 0, data_a, LINE), LINE);
    before = sim_flash_hash(flash);
    sim_flash_make_unreadable(flash, 3, true);
    assert_unreadable(flash, 0, LINE);
    assert_string_equal(sim_flash_unit_name(flash, 0), "unreadable");
    assert_true(sim_flash_hash(flash).low != before.low);
    sim_flash_boot(flash, 0);
    assert_unreadable(flash, UNIT, UNIT); /* the whole line */
    sim_flash_make_unreadable(flash, 3, false);
    assert_reads(flash, 0, data_a, LINE);
    assert_true(sim_flash_hash(flash).low == before.low);
    sim_flash_make_unreadable(flash, 0, true);
    assert_int_equal(dev_program(flash, 0, zeros, LINE), LINE); /* zero-filling heals */
    assert_reads(flash, 0, zeros, LINE);
    sim_flash_make_unreadable(flash, SECTOR_BYTES, true); /* blank, and data do not heal */
    assert_int_equal(dev_program(flash, SECTOR_BYTES, data_a, LINE), LINE);
    assert_unreadable(flash, SECTOR_BYTES, LINE);
    assert_int_equal(rules_broken(), 0);
    sim_flash_free(flash);
}

static void test_weak_at_rest_reads_as_now_or_blank(void **state)
{
    struct sim_flash *flash = new_k64f();
    uint8_t half[LINE];

    (void)state;
    assert_int_equal(dev_program(flash, 0, data_a, LINE), LINE);
    sim_flash_boot(flash, 1);
    sim_flash_make_weak(flash, UNIT, UNIT);
    memcpy(half, data_a, LINE);
    memset(half + UNIT, 0xFF, UNIT);
    assert_reads(flash, 0, half, LINE);
    sim_flash_boot(flash, 0);
    assert_reads(flash, 0, data_a, LINE);
    sim_flash_make_weak(flash, 0, LINE); /* a second time changes only what was sound */
    sim_flash_boot(flash, 1);
    assert_reads(flash, 0, blanks, LINE);
    sim_flash_free(flash);
}

static void test_unreadable_on_top_of_weak(void **state)
{
    struct sim_flash *flash = new_k64f();

    (void)state;
    assert_false(sim_flash_has_weak(flash));
    cut_program(flash, 0, data_a, UNIT, SIM_CUT_WEAK, 0);
    assert_true(sim_flash_has_weak(flash));
    sim_flash_make_unreadable(flash, 0, true);
    for (uint32_t pattern = 0; pattern < 10; pattern++) {
        sim_flash_boot(flash, pattern);
        assert_unreadable(flash, 0, UNIT);
    }
    sim_flash_make_unreadable(flash, 0, false);
    sim_flash_boot(flash, 0);
    assert_reads(flash, 0, data_a, UNIT);
    assert_int_equal(dev_erase(flash, 0), SECTOR_BYTES);
    assert_false(sim_flash_has_weak(flash));
    sim_flash_free(flash);
}

/* ---- images */

static void test_image_makes_a_round_trip(void **state)
{
    struct sim_flash *flash = new_k64f();
    struct sim_flash *loaded = new_k64f();
    uint8_t line[LINE];

    (void)state;
    assert_int_equal(dev_program(flash, 0, data_a, LINE), LINE);
    assert_int_equal(dev_program(flash, 32, data_b, UNIT), UNIT);
    assert_int_equal(dev_program(flash, 2 * SECTOR_BYTES, zeros, LINE), LINE);
    assert_int_equal(sim_flash_save(flash, IMAGE, error, sizeof error), 0);
    assert_int_equal(dev_program(loaded, 64, data_b, LINE), LINE); /* forgotten by loading */
    assert_int_equal(sim_flash_load(loaded, IMAGE, error, sizeof error), 0);
    assert_true(sim_flash_hash(flash).low == sim_flash_hash(loaded).low);
    assert_true(sim_flash_hash(flash).high == sim_flash_hash(loaded).high);
    assert_string_equal(sim_flash_unit_name(loaded, 2 * SECTOR_BYTES), "filled");
    assert_int_equal(dev_program(loaded, 40, data_a, UNIT), UNIT); /* blank units are erased */
    assert_int_equal(dev_program(loaded, 32, data_b, UNIT), ARM_DRIVER_ERROR_PARAMETER);
    assert_int_equal(rules_broken(), 1);
    sim_flash_make_unreadable(flash, 0, true);
    assert_int_equal(sim_flash_save(flash, IMAGE, error, sizeof error), 0);
    assert_int_equal(sim_flash_load(loaded, IMAGE, error, sizeof error), 0);
    sim_flash_peek(loaded, 0, line, LINE);
    assert_memory_equal(line, zeros, LINE); /* an unreadable line is saved as zero */
    (void)remove(IMAGE);
    sim_flash_free(flash);
    sim_flash_free(loaded);
}

static void test_images_that_do_not_fit(void **state)
{
    const struct sim_profile profile = *sim_profile_find("k64f");
    struct sim_flash *large = new_device(&profile, 1);
    struct sim_flash *flash = new_k64f();

    (void)state;
    assert_int_equal(sim_flash_load(flash, "no/such.img", error, sizeof error), -1);
    assert_non_null(strstr(error, "no/such.img: No such file"));
    assert_int_equal(sim_flash_save(flash, "no/such.img", error, sizeof error), -1);
    assert_non_null(strstr(error, "no/such.img: No such file"));
    assert_int_equal(sim_flash_save(flash, IMAGE, error, sizeof error), 0);
    assert_int_equal(sim_flash_load(large, IMAGE, error, sizeof error), -1);
    assert_non_null(strstr(error, "has 16384 bytes"));
    assert_non_null(strstr(error, "128 sectors) has 524288"));
    assert_int_equal(sim_flash_save(flash, "/dev/full", error, sizeof error), -1);
    assert_non_null(strstr(error, "completely"));
    assert_int_equal(sim_flash_load(flash, ".", error, sizeof error), -1);
    (void)remove(IMAGE);
    sim_flash_free(flash);
    sim_flash_free(large);
}

static void test_peek_does_not_count(void **state)
{
    struct sim_flash *flash = new_k64f();
    uint8_t bytes[100];

    (void)state;
    assert_int_equal(dev_program(flash, 4096 - LINE, data_a, LINE), LINE);
    sim_flash_peek(flash, 4096 - LINE + 3, bytes, sizeof bytes);
    assert_memory_equal(bytes, data_a + 3, LINE - 3);
    assert_memory_equal(bytes + LINE - 3, blanks, LINE);
    assert_int_equal(sim_flash_counters(flash)->reads, 0);
    sim_flash_free(flash);
}

/* ---- wear */

static uint32_t cycles_until_failure(struct sim_flash *flash, uint32_t sector)
{
    uint32_t cycles = 0;
    int32_t result = dev_erase(flash, sector);

    while (result > 0) {
        cycles++;
        result = dev_erase(flash, sector);
    }
    assert_int_equal(result, ARM_STORAGE_ERROR_RUNTIME_OR_INTEGRITY_FAILURE);
    return cycles;
}

static void test_sectors_wear_out_after_the_minimum_around_the_typical(void **state)
{
    struct sim_profile profile = *sim_profile_find("k64f");
    uint32_t below_typical = 0;
    struct sim_flash *flash;

    (void)state;
    profile.endurance_min = 200;
    profile.endurance_typical = 400;
    flash = new_device(&profile, 5);
    sim_flash_enable_wear_out(flash);
    for (uint32_t sector = 0; sector < 128; sector++) {
        const uint32_t cycles = cycles_until_failure(flash, sector);

        assert_in_range(cycles, 200, 800);
        below_typical += cycles < 400;
    }
    assert_in_range(below_typical, 48, 80);
    sim_flash_free(flash);
}

static void test_the_guaranteed_cycles_are_kept_to_the_last(void **state)
{
    struct sim_profile profile = small("k64f");
    struct sim_flash *flash;

    (void)state;
    profile.endurance_min = 200;
    profile.endurance_typical = 200;
    flash = new_device(&profile, 5);
    sim_flash_enable_wear_out(flash);
    assert_int_equal(cycles_until_failure(flash, 0), 200);
    sim_flash_free(flash);
}

static void test_worn_sector_holds_anything_and_takes_no_data(void **state)
{
    struct sim_flash *flash = new_k64f();

    (void)state;
    sim_flash_enable_wear_out(flash);
    assert_int_equal(dev_program(flash, 0, data_a, LINE), LINE);
    sim_flash_set_erases(flash, 0, 10000000);
    sim_flash_boot(flash, 1);
    assert_int_equal(dev_erase(flash, 0), ARM_STORAGE_ERROR_RUNTIME_OR_INTEGRITY_FAILURE);
    assert_int_equal(sim_flash_erases(flash, 0), 10000001);
    assert_reads(flash, 0, data_a, LINE); /* under this pattern what stood there */
    sim_flash_boot(flash, 0);
    assert_reads(flash, 0, blanks, LINE);
    assert_int_equal(dev_program(flash, 0, data_a, LINE), ARM_DRIVER_ERROR_PARAMETER);
    assert_int_equal(rules_broken(), 1);
    sim_flash_free(flash);
}

static void test_nothing_wears_out_unless_asked(void **state)
{
    struct sim_flash *flash = new_k64f();

    (void)state;
    sim_flash_set_erases(flash, 0, 10000000);
    assert_int_equal(dev_erase(flash, 0), SECTOR_BYTES);
    sim_flash_free(flash);
}

static void test_unlimited_parts_never_wear_out(void **state)
{
    struct sim_profile profile = small("k64f");
    struct sim_flash *flash;

    (void)state;
    profile.endurance_min = 0;
    profile.endurance_typical = 0;
    flash = new_device(&profile, 1);
    sim_flash_enable_wear_out(flash);
    sim_flash_set_erases(flash, 0, UINT32_MAX - 1);
    assert_int_equal(dev_erase(flash, 0), SECTOR_BYTES);
    sim_flash_free(flash);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_flipped_bit_in_data),
        cmocka_unit_test(test_flipped_bit_in_blank_cells_stays_under_data),
        cmocka_unit_test(test_flipped_bit_in_weak_cells_is_in_every_reading),
        cmocka_unit_test(test_unreadable_at_rest_and_lifted_again),
        cmocka_unit_test(test_weak_at_rest_reads_as_now_or_blank),
        cmocka_unit_test(test_unreadable_on_top_of_weak),
        cmocka_unit_test(test_image_makes_a_round_trip),
        cmocka_unit_test(test_images_that_do_not_fit),
        cmocka_unit_test(test_peek_does_not_count),
        cmocka_unit_test(test_sectors_wear_out_after_the_minimum_around_the_typical),
        cmocka_unit_test(test_the_guaranteed_cycles_are_kept_to_the_last),
        cmocka_unit_test(test_worn_sector_holds_anything_and_takes_no_data),
        cmocka_unit_test(test_nothing_wears_out_unless_asked),
        cmocka_unit_test(test_unlimited_parts_never_wear_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
