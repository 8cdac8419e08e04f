/* SPDX-License-Identifier: Apache-2.0 */
/* A read-only mount serves what is there, programs nothing, and says when what it shows is not
 * decided yet. */
#include "cut.h"

static struct rig rig;

static int start(void **state)
{
    rig_start(&rig, &shape_small);
    rig_set_text(&rig, "a", "1");
    rig_set_text(&rig, "b", "2");
    *state = &rig;
    return 0;
}

static int stop(void **state)
{
    (void)state;
    rig_close(&rig);
    return 0;
}

/* What the store says of itself. A build without CFS_CFG_STATISTICS says nothing. */
static void assert_says(struct rig *on, bool read_only, bool undecided)
{
#if CFS_CFG_STATISTICS
    struct cfs_statistics statistics;

    assert_ok(cfs_statistics(&on->store, &statistics));
    assert_int_equal(statistics.read_only, read_only);
    assert_int_equal(statistics.undecided, undecided);
#else
    (void)on;
    (void)read_only;
    (void)undecided;
#endif
}

static bool may_be_undecided(struct rig *on)
{
#if CFS_CFG_STATISTICS
    struct cfs_statistics statistics;

    assert_ok(cfs_statistics(&on->store, &statistics));
    return statistics.undecided;
#else
    (void)on;
    return true;
#endif
}

static void assert_serves_and_refuses(bool undecided)
{
    uint64_t writes = rig_writes(&rig);

    rig_expect_text(&rig, "a", "1");
    rig_expect_text(&rig, "b", "2");
    rig_expect_count(&rig, 2);
    assert_error(CFS_ERR_READ_ONLY,
                 cfs_set(&rig.store, "a", "1", 1)); /* equal, refused all the same */
    assert_error(CFS_ERR_READ_ONLY, cfs_set(&rig.store, "c", "3", 1));
    assert_error(CFS_ERR_READ_ONLY, cfs_delete(&rig.store, "a"));
    assert_says(&rig, true, undecided);
    rig_check(&rig);
    assert_ok(cfs_unmount(&rig.store));
    assert_int_equal(rig_writes(&rig), writes);
}

static void test_after_unmount_everything_is_decided(void **state)
{
    (void)state;
    assert_ok(cfs_unmount(&rig.store));
    rig_boot(&rig, 0);
    assert_ok(rig_mount_read_only(&rig));
    assert_serves_and_refuses(false);
}

static void test_without_unmount_the_last_write_is_undecided(void **state)
{
    uint64_t writes;

    (void)state;
    rig_boot(&rig, 0);
    writes = rig_writes(&rig);
    assert_ok(rig_mount_read_only(&rig));
    assert_int_equal(rig_writes(&rig), writes);
    assert_serves_and_refuses(true);
    assert_ok(rig_mount(&rig)); /* decides */
    assert_ok(cfs_unmount(&rig.store));
    assert_ok(rig_mount_read_only(&rig));
    assert_serves_and_refuses(false);
}

static void test_writing_mount_is_never_undecided(void **state)
{
    (void)state;
    rig_boot(&rig, 0);
    assert_ok(rig_mount(&rig));
    assert_says(&rig, false, false);
}

/* A session that is cut anywhere, then looked at without writing: the old value or the new one, not
 * a bit is programmed, and a mount that may write agrees unless that was undecided. */
static void run(struct rig *on, void *context)
{
    (void)context;
    if (rig_mount(on) == CFS_OK) {
        (void)cfs_set(&on->store, "a", "other", 5); /* or cut */
    }
}

static int32_t get_a(struct rig *on, char value[8])
{
    memset(value, 0, 8);
    return cfs_get(&on->store, "a", value, 8);
}

static void judge(struct rig *on, void *context)
{
    uint64_t writes = rig_writes(on);
    bool undecided;
    char shown[8];
    char later[8];

    (void)context;
    assert_ok(rig_mount_read_only(on));
    assert_true(get_a(on, shown) > 0);
    assert_true(strcmp(shown, "1") == 0 || strcmp(shown, "other") == 0);
    undecided = may_be_undecided(on);
    assert_ok(cfs_unmount(&on->store));
    assert_int_equal(rig_writes(on), writes);
    assert_ok(rig_mount(on));
    assert_true(get_a(on, later) > 0);
    assert_true(undecided || strcmp(shown, later) == 0);
}

static void test_a_store_that_was_cut_is_served_without_writing(void **state)
{
    const struct cut_script script = {run, judge, NULL};

    (void)state;
    assert_ok(cfs_unmount(&rig.store));
    assert_true(cut_everywhere(&rig, &script) > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_after_unmount_everything_is_decided, start, stop),
        cmocka_unit_test_setup_teardown(test_without_unmount_the_last_write_is_undecided, start,
                                        stop),
        cmocka_unit_test_setup_teardown(test_writing_mount_is_never_undecided, start, stop),
        cmocka_unit_test_setup_teardown(test_a_store_that_was_cut_is_served_without_writing, start,
                                        stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
