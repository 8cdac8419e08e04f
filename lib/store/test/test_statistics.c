/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers about a store: of a new one, as things are done, of a worn one; misuse. */
#include "faulty.h"

static struct rig rig;

static int start(void **state)
{
    rig_start(&rig, &shape_k64f);
    *state = &rig;
    return 0;
}

static int stop(void **state)
{
    (void)state;
    rig_close(&rig);
    return 0;
}

static void test_new_store(void **state)
{
    struct cfs_statistics statistics;

    (void)state;
    assert_ok(cfs_statistics(&rig.store, &statistics));
    assert_int_equal(statistics.live_bytes, 0);
    assert_int_equal(statistics.sectors, 16);
    assert_int_equal(statistics.sectors_free, 14); /* one holds the log, one is a spare */
    assert_int_equal(statistics.sectors_spare, 1);
    assert_int_equal(statistics.sectors_retired, 0);
    assert_int_equal(statistics.lifetime_left, 999); /* of 1000, after the first of 10,000 erases */
    assert_false(statistics.worn_out);
    assert_int_equal(statistics.endurance_cycles, 10000);
    assert_int_equal(statistics.sets, 0);
    assert_false(statistics.read_only);
    assert_false(statistics.undecided);
}

static void test_statistics_follow_what_is_done(void **state)
{
    struct cfs_statistics before;
    struct cfs_statistics after;

    (void)state;
    assert_ok(cfs_statistics(&rig.store, &before));
    rig_set_text(&rig, "a", "1");
    rig_set_text(&rig, "b", "2");
    assert_ok(cfs_statistics(&rig.store, &after));
    assert_true(after.live_bytes > before.live_bytes);
    assert_true(after.live_bytes <= after.capacity_bytes);
    assert_int_equal(after.sets, 2);
    rig_delete(&rig, "a");
    rig_delete(&rig, "b");
    assert_ok(cfs_statistics(&rig.store, &after));
    assert_int_equal(after.live_bytes, 0);
    rig_remount(&rig);
    assert_ok(cfs_statistics(&rig.store, &after));
    assert_int_equal(after.sets, 0);
    rig_set_text(&rig, "a", "1");
    assert_ok(cfs_statistics(&rig.store, &after));
    assert_int_equal(after.session, before.session + 1u);
}

static void test_sets_of_an_equal_value_are_counted(void **state)
{
    struct cfs_statistics statistics;

    (void)state;
    rig_set_text(&rig, "a", "same");
    rig_set_text(&rig, "empty", "");
    rig_set_text(&rig, "a", "same");
    rig_set(&rig, "empty", NULL, 0);
    assert_ok(cfs_statistics(&rig.store, &statistics));
    assert_int_equal(statistics.sets, 4);
    assert_int_equal(statistics.sets_unchanged, 2);
}

/* What the store believes of erases is what the device counts. */
static void test_wear_is_that_of_the_device(void **state)
{
    uint8_t value[200];

    (void)stop(state);
    rig_start(&rig, &shape_small);
    for (uint32_t i = 0; i < 400; i++) {
        struct cfs_statistics statistics;

        fill_bytes(value, sizeof value, i);
        rig_set(&rig, "a", value, sizeof value);
        assert_ok(cfs_statistics(&rig.store, &statistics));
        assert_true(statistics.live_bytes <= statistics.capacity_bytes);
        assert_in_range(statistics.erases_mean + 1u, sim_flash_erases(rig.flash, 0),
                        sim_flash_erases(rig.flash, 0) + 2u);
    }
    assert_true(sim_flash_erases(rig.flash, 0) > 10);
}

static void test_volume_that_is_read_only(void **state)
{
    struct cfs_statistics statistics;

    (void)state;
    assert_ok(cfs_unmount(&rig.store));
    rig.table[0].flags = CFS_VOLUME_READ_ONLY;
    rig_power_up(&rig);
    assert_ok(rig_mount(&rig));
    assert_ok(cfs_statistics(&rig.store, &statistics));
    assert_true(statistics.read_only);
}

static void test_misuse(void **state)
{
    struct cfs_statistics statistics;

    (void)state;
    assert_error(CFS_ERR_PARAM, cfs_statistics(NULL, &statistics));
    assert_error(CFS_ERR_PARAM, cfs_statistics(&rig.store, NULL));
    assert_ok(cfs_unmount(&rig.store));
    assert_error(CFS_ERR_STATE, cfs_statistics(&rig.store, &statistics));
    rig_power_up(&rig);
    assert_error(CFS_ERR_STATE, cfs_statistics(&rig.store, &statistics));
}

/* Each sector that fails takes its share of what is left; without one to open there is nothing left. */
static void test_lifetime_of_a_part_whose_sectors_fail(void **state)
{
    struct cfs_statistics statistics;
    int32_t result = CFS_OK;

    (void)state;
    faulty_attach(&rig);
    assert_ok(rig_mount(&rig));
    faulty_wear(FAULTY_ERASE, rig_address(&rig, 3, 0), 1, false);
    for (uint32_t i = 0; rig.store.journal.number < 3u * 16u; i++) {
        uint8_t value[200];

        fill_bytes(value, sizeof value, i);
        assert_ok(cfs_set(&rig.store, "a", value, sizeof value));
    }
    assert_ok(cfs_statistics(&rig.store, &statistics));
    assert_int_equal(statistics.sectors_retired, 1);
    assert_int_equal(statistics.lifetime_left, 0); /* of the only spare */
    assert_false(statistics.worn_out);
    assert_false(statistics.read_only);
    faulty_wear(FAULTY_ERASE, 0, UINT32_MAX, false);
    for (uint32_t i = 0; result == CFS_OK; i++) {
        uint8_t value[200];

        fill_bytes(value, sizeof value, i);
        result = cfs_set(&rig.store, "a", value, sizeof value);
    }
    assert_error(CFS_ERR_READ_ONLY, result);
    assert_ok(cfs_statistics(&rig.store, &statistics));
    assert_true(statistics.worn_out);
    assert_true(statistics.read_only);
    faulty_disarm();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_new_store, start, stop),
        cmocka_unit_test_setup_teardown(test_statistics_follow_what_is_done, start, stop),
        cmocka_unit_test_setup_teardown(test_sets_of_an_equal_value_are_counted, start, stop),
        cmocka_unit_test_setup_teardown(test_wear_is_that_of_the_device, start, stop),
        cmocka_unit_test_setup_teardown(test_volume_that_is_read_only, start, stop),
        cmocka_unit_test_setup_teardown(test_lifetime_of_a_part_whose_sectors_fail, start, stop),
        cmocka_unit_test_setup_teardown(test_misuse, start, stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
