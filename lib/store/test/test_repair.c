/* SPDX-License-Identifier: Apache-2.0 */
/* Damage at rest that can be made good, and what becomes of a key where it cannot. */
#include "fixture.h"

static struct rig rig;

static const char text[] = "a value of more than one line, so that its end can be damaged";

/* Four small sectors; the key "b" stands in one that is closed by its parity. */
static int start(void **state)
{
    rig_start(&rig, &shape_small);
    rig_set_text(&rig, "a", "1");
    rig_set_text(&rig, "b", text);
    rig_set_text(&rig, "c", "2");
    rig_remount(&rig);
    *state = &rig;
    return 0;
}

static int stop(void **state)
{
    (void)state;
    rig_close(&rig);
    return 0;
}

static uint64_t find_text(const char *wanted)
{
    static uint8_t image[4096];

    sim_flash_peek(rig.flash, 0, image, sizeof image);
    for (uint64_t at = 0; at + strlen(wanted) <= sizeof image; at++) {
        if (memcmp(image + at, wanted, strlen(wanted)) == 0) {
            return at;
        }
    }
    fail_msg("\"%s\" is nowhere", wanted);
    return 0;
}

/* Update another key until every sector was reclaimed. */
static void live_on(void)
{
    uint64_t until = sim_flash_counters(rig.flash)->erases + 8u;
    uint8_t value[100];

    for (uint32_t i = 0; sim_flash_counters(rig.flash)->erases < until; i++) {
        fill_bytes(value, sizeof value, i);
        assert_ok(cfs_set(&rig.store, "d", value, sizeof value));
    }
}

static void destroy_value(void)
{
    sim_flash_make_unreadable(rig.flash, find_text("more than one"), true);
    sim_flash_make_unreadable(rig.flash, find_text("be damaged"), true);
}

static uint32_t repairs(void)
{
    struct cfs_check_report report;

    assert_ok(cfs_check_report(&rig.store, &report));
    return report.repaired;
}

static void test_one_line_is_made_good(void **state)
{
    (void)state;
    assert_int_equal(repairs(), 0);
    sim_flash_make_unreadable(rig.flash, find_text("more than one"), true);
    rig_expect_text(&rig, "b", text);
    assert_true(repairs() > 0);
    live_on();
    rig_expect_text(&rig, "b", text);
    assert_int_equal(repairs(), 0); /* it was written anew with its sector */
}

/* In the session that wrote it, before there is a parity record. */
static void test_a_line_that_is_broken_from_the_start(void **state)
{
    (void)state;
    rig_set_text(&rig, "e", "written a moment ago");
    sim_flash_make_unreadable(rig.flash, find_text("written a moment"), true);
    rig_expect_text(&rig, "e", "written a moment ago");
}

/* A session that was cut left no parity; one bit is told by the checksum. */
static void test_one_bit_without_parity(void **state)
{
    (void)state;
    rig_set_text(&rig, "e", "written before the cut");
    rig_set_text(&rig, "f", "and something behind it");
    rig_boot(&rig, 0);
    assert_ok(rig_mount(&rig));
    sim_flash_flip_bit(rig.flash, find_text("written before"), 3);
    rig_expect_text(&rig, "e", "written before the cut");
}

/* Reclaim leaves word of what it cannot carry on. */
static void test_lost_key_stays_reported(void **state)
{
    char value[sizeof text];
    char name[CFS_NAME_MAX + 1u] = "";
    struct cfs_check_report report;
    uint32_t attributes;

    (void)state;
    destroy_value();
    assert_error(CFS_ERR_DAMAGED, cfs_get_at(&rig.store, "b", 0, value, 1));
    assert_error(CFS_ERR_DAMAGED, cfs_get(&rig.store, "b", value, sizeof value));
    live_on();
    assert_error(CFS_ERR_DAMAGED, cfs_get(&rig.store, "b", value, sizeof value));
    rig_boot(&rig, 0);
    assert_ok(rig_mount(&rig));
    assert_error(CFS_ERR_DAMAGED, cfs_get(&rig.store, "b", value, sizeof value));
    assert_error(CFS_ERR_DAMAGED, cfs_size(&rig.store, "b"));
    assert_error(CFS_ERR_DAMAGED, cfs_attributes(&rig.store, "b", &attributes));
    assert_int_equal(cfs_find(&rig.store, "b", name), 1);
    assert_ok(cfs_check_report(&rig.store, &report));
    assert_int_equal(report.lost, 1);
    rig_expect_text(&rig, "a", "1");
    rig_expect_text(&rig, "c", "2");
}

static void test_lost_key_is_cured_by_a_set(void **state)
{
    (void)state;
    destroy_value();
    live_on();
    assert_ok(cfs_set(&rig.store, "b", "restored", 8));
    live_on();
    rig_expect_text(&rig, "b", "restored");
    rig_remount(&rig);
    rig_expect_text(&rig, "b", "restored");
}

static void test_lost_key_is_cured_by_a_delete(void **state)
{
    char value[sizeof text];

    (void)state;
    destroy_value();
    live_on();
    assert_ok(cfs_delete(&rig.store, "b"));
    assert_error(CFS_ERR_NOT_FOUND, cfs_get(&rig.store, "b", value, sizeof value));
    live_on();
    assert_error(CFS_ERR_NOT_FOUND, cfs_get(&rig.store, "b", value, sizeof value));
    assert_ok(cfs_check(&rig.store));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_one_line_is_made_good, start, stop),
        cmocka_unit_test_setup_teardown(test_a_line_that_is_broken_from_the_start, start, stop),
        cmocka_unit_test_setup_teardown(test_one_bit_without_parity, start, stop),
        cmocka_unit_test_setup_teardown(test_lost_key_stays_reported, start, stop),
        cmocka_unit_test_setup_teardown(test_lost_key_is_cured_by_a_set, start, stop),
        cmocka_unit_test_setup_teardown(test_lost_key_is_cured_by_a_delete, start, stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
