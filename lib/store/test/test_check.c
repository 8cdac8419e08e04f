/* SPDX-License-Identifier: Apache-2.0 */
/* The self-check finds what is wrong, and only that; misuse. That it finds nothing in a store that is
 * right, the fixture asks after every step of every other test. */
#include "faulty.h"

static struct rig rig;

static int start(void **state)
{
    rig_start(&rig, &shape_small);
    rig_set_text(&rig, "a", "1");
    rig_set_text(&rig, "b", "a value of more than one line, so that its end can be damaged");
    *state = &rig;
    return 0;
}

static int stop(void **state)
{
    (void)state;
    rig_close(&rig);
    return 0;
}

/* The first place on the device that reads as this text. */
static uint64_t find_text(const char *text)
{
    static uint8_t image[4096];

    sim_flash_peek(rig.flash, 0, image, sizeof image);
    for (uint64_t at = 0; at + strlen(text) <= sizeof image; at++) {
        if (memcmp(image + at, text, strlen(text)) == 0) {
            return at;
        }
    }
    fail_msg("\"%s\" is nowhere", text);
    return 0;
}

/* One wrong bit is made good, and reported; two lines with wrong bits are too many. */
static void assert_flipped_bit_is_found(uint64_t address)
{
    uint64_t writes = rig_writes(&rig);
    struct cfs_check_report report;

    assert_ok(cfs_check_report(&rig.store, &report));
    assert_int_equal(report.keys, 2);
    assert_int_equal(report.repaired + report.damaged, 0);
    sim_flash_flip_bit(rig.flash, address, 2);
    assert_error(CFS_CFG_REPAIR ? CFS_OK : CFS_ERR_DAMAGED, cfs_check_report(&rig.store, &report));
    assert_true(CFS_CFG_REPAIR ? report.repaired > 0 : report.damaged > 0);
    sim_flash_flip_bit(rig.flash, address, 2);
    assert_ok(cfs_check(&rig.store));
    assert_int_equal(rig_writes(&rig), writes);
}

static void test_damage_is_found(void **state)
{
    (void)state;
    assert_flipped_bit_is_found(find_text("be damaged"));       /* in a value */
    assert_flipped_bit_is_found(find_text("ba value of") - 1u); /* in the head of a record */
    assert_flipped_bit_is_found(find_text("ba value of"));      /* in a name */
}

static void test_damage_beyond_repair_is_found(void **state)
{
    struct cfs_check_report report;

    (void)state;
    sim_flash_flip_bit(rig.flash, find_text("be damaged"), 2);
    sim_flash_flip_bit(rig.flash, find_text("more than"), 2);
    assert_error(CFS_ERR_DAMAGED, cfs_check(&rig.store));
    assert_error(CFS_ERR_DAMAGED, cfs_check_report(&rig.store, &report));
    assert_int_equal(report.keys, 2);
    assert_int_equal(report.damaged, 1);
    assert_true(report.first_damaged < find_text("ba value of"));
    assert_true(report.first_damaged + 64u > find_text("ba value of"));
    assert_error(CFS_ERR_PARAM, cfs_check_report(&rig.store, NULL));
}

static void test_reads_that_fail(void **state)
{
    (void)state;
    faulty_attach(&rig);
    assert_ok(rig_mount(&rig));
    faulty_arm(FAULTY_READ, 0, UINT32_MAX, false);
    assert_error(CFS_ERR_IO, cfs_check(&rig.store));
    faulty_disarm();
    assert_ok(cfs_check(&rig.store));
}

static void test_misuse(void **state)
{
    (void)state;
    assert_error(CFS_ERR_PARAM, cfs_check(NULL));
    assert_ok(cfs_unmount(&rig.store));
    assert_error(CFS_ERR_STATE, cfs_check(&rig.store));
    rig_power_up(&rig);
    assert_error(CFS_ERR_STATE, cfs_check(&rig.store));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_damage_is_found, start, stop),
        cmocka_unit_test_setup_teardown(test_damage_beyond_repair_is_found, start, stop),
        cmocka_unit_test_setup_teardown(test_reads_that_fail, start, stop),
        cmocka_unit_test_setup_teardown(test_misuse, start, stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
