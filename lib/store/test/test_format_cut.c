/* SPDX-License-Identifier: Apache-2.0 */
/* A format that is cut leaves what was there before, or a new and empty store. */
#include "cut.h"
#include "expected.h"

static struct rig rig;
static struct expected expected;

static int stop(void **state)
{
    (void)state;
    rig_close(&rig);
    return 0;
}

static void format(struct rig *on, void *context)
{
    (void)context;
    (void)rig_format(on, 1); /* or cut */
}

static void assert_new_store_works(struct rig *on)
{
    rig_expect_count(on, 0);
    rig_set_text(on, "new", "1");
    rig_boot(on, 1);
    assert_ok(rig_mount(on));
    rig_expect_text(on, "new", "1");
}

/* Blank, or a store. Only an erase that was cut may look like something of somebody else's: it can
 * leave any bytes at all. */
static void judge_blank(struct rig *on, void *context)
{
    uint64_t writes = rig_writes(on);
    int32_t result = rig_mount(on);

    (void)context;
    if (result != CFS_OK) {
        if (result != CFS_ERR_FOREIGN || sim_flash_erase_is_complete(on->flash, 0)) {
            assert_error(CFS_ERR_BLANK, result);
        }
        assert_int_equal(rig_writes(on), writes);
        assert_ok(rig_format(on, 1));
        assert_ok(rig_mount(on));
    }
    assert_new_store_works(on);
}

static void test_cut_format_of_a_blank_volume(void **state)
{
    static const struct shape shapes[] = {{"k64f", 3, 512, 1},
                                          {"k22f", 4, 2048, 1},
                                          {"w25q128", 3, 4096, 1},
                                          {"stm32h7", 3, 4096, 1}};
    const struct cut_script script = {format, judge_blank, NULL};

    (void)state;
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        rig_open(&rig, &shapes[i], 1);
        assert_true(cut_everywhere(&rig, &script) > 100);
        rig_close(&rig);
    }
}

/* The old store as it was, or the new one. */
static void judge_old(struct rig *on, void *context)
{
    const struct expected *old = context;

    assert_ok(rig_mount(on));
    if (old->count == 0 || !expected_holds(old, on)) {
        assert_new_store_works(on);
    } else {
        expected_compare(old, on);
    }
}

/* `updates` decide how much of the ring is in use, and where the head stands. */
static void cut_format_over(uint32_t updates)
{
    const struct cut_script script = {format, judge_old, &expected};

    memset(&expected, 0, sizeof expected);
    rig_start(&rig, &shape_small);
    for (uint32_t i = 0; i < updates; i++) {
        assert_ok(expected_set(&expected, &rig, i % 7u, 10u + i % 50u));
    }
    assert_ok(cfs_unmount(&rig.store));
    assert_true(cut_everywhere(&rig, &script) > 100);
    assert_ok(rig_mount(&rig));
    expected_compare(&expected, &rig);
    rig_close(&rig);
}

static void test_cut_format_over_an_old_store(void **state)
{
    (void)state;
    cut_format_over(1);
    cut_format_over(12);
    cut_format_over(100);
}

/* Nothing but garbage: foreign until the new store is complete. */
static void judge_garbage(struct rig *on, void *context)
{
    int32_t result = rig_mount(on);

    (void)context;
    if (result != CFS_OK) {
        assert_true(result == CFS_ERR_FOREIGN || result == CFS_ERR_DAMAGED);
        assert_ok(rig_format(on, 1));
        assert_ok(rig_mount(on));
    }
    assert_new_store_works(on);
}

static void test_cut_format_over_garbage(void **state)
{
    static uint8_t garbage[3u * 512u];
    const struct cut_script script = {format, judge_garbage, NULL};

    (void)state;
    rig_open(&rig, &shape_least, 1);
    fill_bytes(garbage, sizeof garbage, 5);
    rig_poke(&rig, 0, garbage, sizeof garbage);
    assert_true(cut_everywhere(&rig, &script) > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cut_format_of_a_blank_volume),
        cmocka_unit_test(test_cut_format_over_an_old_store),
        cmocka_unit_test_teardown(test_cut_format_over_garbage, stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
