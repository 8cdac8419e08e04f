/* SPDX-License-Identifier: Apache-2.0 */
/* A driver that fails once or for good: a program that fails is made good in the next sector. Where that is
 * not possible it is told, and so is every write after it until the store is mounted again; reads go on;
 * nothing acknowledged is lost. On a small volume, which has no spare sectors. */
#include "expected.h"
#include "faulty.h"

static struct rig rig;
static struct expected expected;
static uint32_t made_good;
static uint32_t refused;

/* Two sectors of four in use, so that a few more updates open one and reclaim another. */
static int start(void **state)
{
    memset(&expected, 0, sizeof expected);
    rig_open(&rig, &shape_small, 1);
    faulty_attach(&rig);
    assert_ok(rig_format(&rig, 2));
    assert_ok(rig_mount(&rig));
    for (uint32_t i = 0; i < 40; i++) {
        assert_ok(expected_set(&expected, &rig, i % 6u, 10u + i));
    }
    *state = &rig;
    return 0;
}

static int stop(void **state)
{
    (void)state;
    rig_close(&rig);
    return 0;
}

/* The store after the failure of one set of `key`: the old value or the new one. */
static void assert_safe_after_mount(uint32_t key, uint32_t version_in_flight)
{
    const struct expected before = expected;

    rig_power_up(&rig);
    assert_ok(rig_mount(&rig));
    if (!expected_holds(&before, &rig)) {
        expected.version[key] = version_in_flight;
        expected_compare(&expected, &rig);
    }
    assert_ok(expected_set(&expected, &rig, 5, 33));
    rig_boot(&rig, 0);
    assert_ok(rig_mount(&rig));
    expected_compare(&expected, &rig);
}

static void assert_writes_fail_and_reads_go_on(int32_t error, const struct expected *before)
{
    uint64_t writes = rig_writes(&rig);
    char byte;

    for (unsigned i = 0; i < 3; i++) {
        assert_error(error, cfs_set(&rig.store, "other", "1", 1));
        assert_error(error, cfs_delete(&rig.store, "key/0"));
        assert_error(CFS_ERR_NOT_FOUND, cfs_get(&rig.store, "other", &byte, 1));
        assert_true(expected_holds(before, &rig));
    }
    assert_int_equal(rig_writes(&rig), writes);
    (void)cfs_unmount(&rig.store); /* may or may not be able to write a seal */
    assert_error(CFS_ERR_STATE, cfs_unmount(&rig.store)); /* it is unmounted all the same */
}

/* Fail the `index`-th call of a kind during updates; false: there were not so many. An erase that fails
 * leaves the store without a sector to open, and so does a program while one is opened; any other
 * program is made good. */
static bool fail_one(enum faulty_call call, uint32_t index, bool after)
{
    uint32_t key = 0;
    int32_t result = CFS_OK;
    struct expected before = expected;
    bool has_failed;

    faulty_arm(call, index, 1, after);
    for (unsigned i = 0; i < 24 && result == CFS_OK; i++) {
        before = expected;
        key = i % 4u;
        result = expected_set(&expected, &rig, key, expected.size[key]);
    }
    has_failed = faulty_count(call) > index;
    faulty_disarm();
    if (result != CFS_OK) {
        assert_true(has_failed);
        assert_error(CFS_ERR_READ_ONLY, result);
        assert_writes_fail_and_reads_go_on(CFS_ERR_READ_ONLY, &before);
        refused++;
    } else {
        expected_compare(&expected, &rig);
        made_good += has_failed ? 1u : 0u;
    }
    assert_safe_after_mount(key, expected.clock);
    return has_failed;
}

static void fail_everywhere(void **state, enum faulty_call call, uint32_t at_least)
{
    uint32_t index = 0;

    for (bool more = true; more; index++) {
        more = fail_one(call, index, false);
        (void)stop(state);
        (void)start(state);
        if (more) {
            (void)fail_one(call, index, true);
            (void)stop(state);
            (void)start(state);
        }
    }
    assert_true(index > at_least);
}

static void test_program_that_fails(void **state)
{
    fail_everywhere(state, FAULTY_PROGRAM, 50);
    assert_true(made_good > 50);
    assert_true(refused > 0);
}

static void test_erase_that_fails(void **state)
{
    fail_everywhere(state, FAULTY_ERASE, 1);
    assert_true(refused > 1);
}

static void test_programs_that_fail_from_now_on(void **state)
{
    (void)state;
    faulty_arm(FAULTY_PROGRAM, 0, UINT32_MAX, false);
    assert_error(CFS_ERR_READ_ONLY, cfs_set(&rig.store, "other", "1", 1));
    assert_writes_fail_and_reads_go_on(CFS_ERR_READ_ONLY, &expected);
    rig_power_up(&rig);
    assert_ok(rig_mount(&rig)); /* the last write is not proven, and cannot be */
    assert_true(rig.store.journal.undecided);
    assert_writes_fail_and_reads_go_on(CFS_ERR_READ_ONLY, &expected);
    faulty_disarm();
    assert_ok(rig_mount(&rig));
    expected_compare(&expected, &rig);
    assert_ok(expected_set(&expected, &rig, 5, 33));
}

static void test_reads_that_fail(void **state)
{
    char value[64];

    (void)state;
    faulty_arm(FAULTY_READ, 0, UINT32_MAX, false);
    assert_error(CFS_ERR_IO, cfs_get(&rig.store, "key/0", value, sizeof value));
    assert_error(CFS_ERR_IO, cfs_size(&rig.store, "key/0"));
    assert_error(CFS_ERR_IO, cfs_set(&rig.store, "key/0", "1", 1));
    assert_error(CFS_ERR_IO, cfs_delete(&rig.store, "key/0"));
    faulty_disarm();
    expected_compare(&expected, &rig);
    faulty_arm(FAULTY_READ, 0, UINT32_MAX, false);
    rig_power_up(&rig);
    assert_error(CFS_ERR_IO, rig_mount(&rig));
    assert_error(CFS_ERR_IO, rig_format(&rig, 2));
    faulty_disarm();
    assert_ok(rig_mount(&rig));
    expected_compare(&expected, &rig);
}

/* One read fails inside a series of updates, which open sectors and reclaim: the call says so, and
 * whatever the store then does, it does nothing wrong. */
static bool fail_one_read(uint32_t index)
{
    struct expected with_change;
    int32_t result = CFS_OK;
    uint32_t key = 0;

    faulty_arm(FAULTY_READ, index, 1, false);
    for (unsigned i = 0; i < 24 && result == CFS_OK; i++) {
        key = i % 4u;
        result = expected_set(&expected, &rig, key, expected.size[key]);
    }
    if (faulty_count(FAULTY_READ) <= index) {
        faulty_disarm();
        return false;
    }
    faulty_disarm();
    if (result != CFS_OK) {
        assert_error(CFS_ERR_IO, result);
        assert_true(expected_holds(&expected, &rig));
    }
    with_change = expected;
    result = expected_set(&expected, &rig, key, expected.size[key]);
    if (result != CFS_OK) {
        assert_error(CFS_ERR_IO, result); /* it failed where a write was half done */
        (void)cfs_unmount(&rig.store);    /* as above */
        assert_safe_after_mount(key, with_change.clock);
    }
    expected_compare(&expected, &rig);
    return true;
}

static void test_one_read_that_fails_during_updates(void **state)
{
    uint32_t index = 0;

    while (fail_one_read(index)) {
        index += 1u + index / 40u;
        (void)stop(state);
        (void)start(state);
    }
    assert_true(index > 300);
}

/* One program of a mount that has to decide fails: it decides in the next sector. */
static void test_program_that_fails_in_a_mount(void **state)
{
    uint32_t index = 0;
    bool has_failed = true;

    for (; has_failed; index++) {
        rig_boot(&rig, 0);
        faulty_arm(FAULTY_PROGRAM, index, 1, index % 2u == 0u);
        assert_ok(rig_mount(&rig));
        has_failed = faulty_count(FAULTY_PROGRAM) > index;
        faulty_disarm();
        assert_false(rig.store.journal.undecided);
        expected_compare(&expected, &rig);
        assert_ok(expected_set(&expected, &rig, index % 6u, index));
        rig_boot(&rig, 0);
        assert_ok(rig_mount(&rig));
        expected_compare(&expected, &rig);
        (void)stop(state);
        (void)start(state);
    }
    assert_true(index > 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_program_that_fails, start, stop),
        cmocka_unit_test_setup_teardown(test_erase_that_fails, start, stop),
        cmocka_unit_test_setup_teardown(test_programs_that_fail_from_now_on, start, stop),
        cmocka_unit_test_setup_teardown(test_reads_that_fail, start, stop),
        cmocka_unit_test_setup_teardown(test_one_read_that_fails_during_updates, start, stop),
        cmocka_unit_test_setup_teardown(test_program_that_fails_in_a_mount, start, stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
