/* SPDX-License-Identifier: Apache-2.0 */
/* Work ahead in idle time: what it spares the next writes, and that it writes old sectors anew. */
#include "fixture.h"

#include "sim/port.h"

static struct rig rig;
static const struct shape shape_16 = {"k64f", 16, 0, 32};

static int start(void **state)
{
    (void)state;
    rig_start(&rig, &shape_16);
    sim_port_set_clock(rig.flash);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    sim_port_set_clock(NULL);
    rig_close(&rig);
    return 0;
}

static void set_number(const char *name, uint32_t number)
{
    uint8_t value[100];

    fill_bytes(value, sizeof value, number);
    rig_set(&rig, name, value, sizeof value);
}

static uint64_t erases(void)
{
    return sim_flash_counters(rig.flash)->erases;
}

static void test_no_erase_in_a_write_after_maintenance(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 3000; i++) {
        uint64_t before;

        assert_error(CFS_OK, cfs_maintain(&rig.store, 1000000));
        before = erases();
        set_number(i % 7u == 0u ? "rare" : "often", i);
        assert_int_equal(erases(), before);
    }
    assert_true(erases() > 30);
}

static void test_budget_is_kept(void **state)
{
    uint64_t erase_ns = sim_flash_profile(rig.flash)->erase_ns;
    unsigned more = 0;

    (void)state;
    for (uint32_t i = 0; i < 2000; i++) {
        uint64_t before;
        int32_t result;

        set_number("often", i);
        before = sim_flash_now_ns(rig.flash);
        result = cfs_maintain(&rig.store, 1);
        assert_in_range(result, 0, 1);
        more += (unsigned)result;
        /* one step, which may be an erase and what belongs to it */
        assert_in_range(sim_flash_now_ns(rig.flash) - before, 0, erase_ns + erase_ns / 2u);
    }
    assert_true(more > 10);
}

static void test_maintenance_seals_so_that_a_cut_leaves_nothing_to_decide(void **state)
{
    uint64_t writes;

    (void)state;
    rig_set_text(&rig, "a", "1");
    assert_int_equal(cfs_maintain(&rig.store, 1000000), 0);
    writes = rig_writes(&rig);
    assert_int_equal(cfs_maintain(&rig.store, 1000000), 0); /* nothing more to do */
    assert_int_equal(rig_writes(&rig), writes);
    rig_boot(&rig, 0);
    assert_ok(rig_mount(&rig));
    assert_int_equal(rig_writes(&rig), writes);
    rig_expect_text(&rig, "a", "1");
}

static int32_t mount_with_refresh(uint32_t sessions)
{
    const struct cfs_mount_config config = {.volume = &rig.volume,
                                            .memory = rig.memory,
                                            .memory_bytes = sizeof rig.memory,
                                            .refresh_sessions = sessions};

    return cfs_mount(&rig.store, &config);
}

/* A key that is never touched again moves once in so many sessions. */
static void test_old_sectors_are_written_anew(void **state)
{
    uint32_t first;

    (void)state;
    rig_set_text(&rig, "factory", "never touched again");
    first = rig.store.journal.state.tail;
    for (uint32_t i = 0; i < 10; i++) {
        assert_ok(cfs_unmount(&rig.store));
        assert_ok(mount_with_refresh(8));
        rig_set(&rig, "boots", &i, sizeof i);
        while (cfs_maintain(&rig.store, 1000000) == 1) {
        }
        if (i < 5u) {
            assert_int_equal(rig.store.journal.state.tail, first);
        }
    }
    assert_true(rig.store.journal.state.tail > first);
    rig_expect_text(&rig, "factory", "never touched again");
    rig_check(&rig);
}

static void test_maintenance_that_is_cut(void **state)
{
    (void)state;
    rig_set_text(&rig, "a", "1");
    sim_flash_arm_random_cut(rig.flash, 0);
    assert_error(CFS_ERR_IO, cfs_maintain(&rig.store, 1000000));
    sim_flash_disarm(rig.flash);
    rig_boot(&rig, 0);
    assert_ok(rig_mount(&rig));
    rig_expect_text(&rig, "a", "1");
}

static void test_use_at_the_wrong_time(void **state)
{
    (void)state;
    assert_error(CFS_ERR_PARAM, cfs_maintain(NULL, 1));
    assert_ok(cfs_unmount(&rig.store));
    assert_error(CFS_ERR_STATE, cfs_maintain(&rig.store, 1));
    assert_ok(rig_mount_read_only(&rig));
    assert_int_equal(cfs_maintain(&rig.store, 1), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_no_erase_in_a_write_after_maintenance, start, stop),
        cmocka_unit_test_setup_teardown(test_budget_is_kept, start, stop),
        cmocka_unit_test_setup_teardown(
            test_maintenance_seals_so_that_a_cut_leaves_nothing_to_decide, start, stop),
        cmocka_unit_test_setup_teardown(test_old_sectors_are_written_anew, start, stop),
        cmocka_unit_test_setup_teardown(test_maintenance_that_is_cut, start, stop),
        cmocka_unit_test_setup_teardown(test_use_at_the_wrong_time, start, stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
