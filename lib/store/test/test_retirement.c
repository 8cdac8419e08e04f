/* SPDX-License-Identifier: Apache-2.0 */
/* Sectors that wear out. Whichever sector cannot be erased any more, and at whichever line a program
 * fails: no set fails, nothing is lost, a full store stays full, and the sector is retired. When the spares
 * are used up every key can be read. Also linked with the library whose hash has 4 bits. */
#include "expected.h"
#include "faulty.h"

#define LAPS 3u

static struct rig rig;
static struct expected expected;
static uint32_t keys;

static const struct shape shape_16 = {"k64f", 16, 1024, 4}; /* one spare */

static void begin(const struct shape *shape)
{
    memset(&expected, 0, sizeof expected);
    rig_open(&rig, shape, 1);
    faulty_attach(&rig);
    assert_ok(rig_format(&rig, shape->buckets));
    assert_ok(rig_mount(&rig));
}

static int stop(void **state)
{
    (void)state;
    faulty_disarm();
    rig_close(&rig);
    return 0;
}

static uint32_t sectors(void)
{
    return sim_flash_sector_count(rig.flash);
}

static uint32_t sector_bytes(void)
{
    return sim_flash_profile(rig.flash)->regions[0].sector_bytes;
}

static uint32_t retired(void)
{
    return cfs_journal_retired(&rig.store.journal);
}

/* Until nothing fits any more. */
static void fill_up(void)
{
    uint32_t random = 7;

    keys = 0;
    while (expected_set(&expected, &rig, keys, next_random(&random) % 150u) == CFS_OK) {
        keys++;
    }
    assert_in_range(keys, 2, KEYS_MAX - 1u);
}

/* Give every key a new value of the same length, `laps` times around the volume. */
static void update(uint32_t laps)
{
    uint32_t until = rig.store.journal.number + laps * sectors();

    for (uint32_t key = 0; rig.store.journal.number < until; key = (key + 1u) % keys) {
        assert_ok(expected_set(&expected, &rig, key, expected.size[key]));
    }
}

static void assert_retired(uint32_t count)
{
    assert_int_equal(retired(), count);
    expected_compare(&expected, &rig);
    rig_remount(&rig);
    assert_int_equal(retired(), count);
    expected_compare(&expected, &rig);
    rig_boot(&rig, 0);
    assert_ok(rig_mount(&rig));
    assert_int_equal(retired(), count);
    expected_compare(&expected, &rig);
}

static void test_each_sector_once_cannot_be_erased(void **state)
{
    for (uint32_t sector = 0; sector < 16u; sector++) {
        begin(&shape_16);
        fill_up();
        faulty_wear(FAULTY_ERASE, rig_address(&rig, sector, 0), sector_bytes(), false);
        update(LAPS);
        assert_retired(1);
        update(LAPS);
        assert_retired(1);
        (void)stop(state);
    }
}

static void test_each_line_once_cannot_be_programmed(void **state)
{
    const uint32_t sector = 5;

    for (uint32_t line = 0; line < 64u; line++) {
        begin(&shape_16);
        fill_up();
        faulty_wear(FAULTY_PROGRAM, rig_address(&rig, sector, line), 1, false);
        update(LAPS);
        /* not every line is used: the last ones are for mounts that follow cuts */
        assert_true(retired() == 1u || line >= 48u);
        assert_retired(retired());
        update(LAPS);
        (void)stop(state);
    }
}

/* A program that fails once, of those a lap does: the sector is retired when its turn comes; unless it
 * was about to be erased, and could be. */
static void test_each_program_once_fails(void **state)
{
    bool has_failed = true;
    uint32_t survived = 0;

    for (uint32_t index = 0; has_failed; index += 7u) {
        begin(&shape_16);
        fill_up();
        faulty_arm(FAULTY_PROGRAM, index, 1, index % 2u == 0u);
        update(1);
        has_failed = faulty_count(FAULTY_PROGRAM) > index;
        faulty_disarm();
        update(LAPS);
        assert_in_range(retired(), 0, has_failed ? 1 : 0);
        survived += has_failed ? 1u - retired() : 0u;
        assert_retired(retired());
        (void)stop(state);
    }
    assert_in_range(survived, 1, 20); /* of some 130: three fills of each erase */
}

static void test_retired_sector_is_left_alone(void **state)
{
    uint32_t erases;

    (void)state;
    begin(&shape_16);
    fill_up();
    faulty_wear(FAULTY_ERASE, rig_address(&rig, 3, 0), sector_bytes(), false);
    update(LAPS);
    faulty_disarm(); /* it would work again */
    erases = sim_flash_erases(rig.flash, 3);
    update(LAPS);
    rig_remount(&rig);
    update(LAPS);
    assert_int_equal(sim_flash_erases(rig.flash, 3), erases);
    assert_int_equal(rig_format(&rig, 4), CFS_OK); /* so do stores after it */
    assert_ok(cfs_unmount(&rig.store));
    memset(&expected, 0, sizeof expected);
    assert_ok(rig_mount(&rig));
    assert_int_equal(retired(), 1);
    fill_up();
    update(LAPS);
    assert_int_equal(sim_flash_erases(rig.flash, 3), erases);
    assert_retired(1);
}

/* ---- the end of life */

static void assert_read_only(void)
{
    char byte = 0;
    uint64_t writes = rig_writes(&rig);

    assert_error(CFS_ERR_READ_ONLY, cfs_set(&rig.store, "other", "1", 1));
    assert_error(CFS_ERR_READ_ONLY, cfs_delete(&rig.store, "key/0"));
    assert_error(CFS_ERR_READ_ONLY, cfs_will_fit(&rig.store, "other", 1));
    assert_error(CFS_ERR_NOT_FOUND, cfs_get(&rig.store, "other", &byte, 1));
    expected_compare(&expected, &rig);
    assert_int_equal(rig_writes(&rig), writes);
}

/* Update until the store does not take it any more. */
static void update_to_the_end(void)
{
    int32_t result = CFS_OK;

    for (uint32_t key = 0; result == CFS_OK; key = (key + 1u) % keys) {
        result = expected_set(&expected, &rig, key, expected.size[key]);
        assert_in_range(rig.store.journal.number, 0, 100u * sectors());
    }
    assert_error(CFS_ERR_READ_ONLY, result);
}

static void live_to_the_end(const struct shape *shape)
{
    begin(shape);
    fill_up();
    update(1);
    faulty_wear(FAULTY_ERASE, 0, (uint64_t)sectors() * sector_bytes(), false);
    update_to_the_end();
    assert_true(rig.store.journal.worn_out);
    assert_int_equal(retired(), rig.store.journal.layout.spare_sectors);
    assert_read_only();
}

static void test_spares_are_used_up(void **state)
{
    uint64_t writes;

    (void)state;
    live_to_the_end(&shape_16);
    assert_ok(cfs_unmount(&rig.store)); /* there is room for a seal */
    writes = rig_writes(&rig);
    assert_ok(rig_mount(&rig));
    assert_int_equal(rig_writes(&rig), writes);
    expected_compare(&expected, &rig);
    update_to_the_end();
    assert_read_only();
    faulty_disarm(); /* it was only the supply */
    rig_remount(&rig);
    update(LAPS);
    expected_compare(&expected, &rig);
}

static void test_three_sectors_lose_one(void **state)
{
    (void)state;
    live_to_the_end(&shape_least);
    for (unsigned boot = 0; boot < 20u; boot++) {
        rig_boot(&rig, boot);
        assert_ok(rig_mount(&rig));
        expected_compare(&expected, &rig);
        assert_error(CFS_ERR_READ_ONLY, expected_set(&expected, &rig, 0, expected.size[0]));
        assert_read_only();
    }
    assert_ok(cfs_unmount(&rig.store));
    assert_ok(rig_mount_read_only(&rig));
    expected_compare(&expected, &rig);
}

static void test_head_and_the_next_sector_fail_at_once(void **state)
{
    struct expected before;
    int32_t result = CFS_OK;

    (void)state;
    begin(&shape_16);
    fill_up();
    faulty_wear(FAULTY_PROGRAM, 0, (uint64_t)sectors() * sector_bytes(), false);
    for (uint32_t key = 0; result == CFS_OK; key++) {
        before = expected;
        result = expected_set(&expected, &rig, key, expected.size[key]);
    }
    assert_error(CFS_ERR_READ_ONLY, result);
    assert_true(expected_holds(&before, &rig));
    faulty_disarm();
    rig_boot(&rig, 0);
    assert_ok(rig_mount(&rig));
    expected_compare(&before, &rig);
    update(LAPS);
    expected_compare(&expected, &rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_each_sector_once_cannot_be_erased, NULL),
        cmocka_unit_test_teardown(test_each_line_once_cannot_be_programmed, NULL),
        cmocka_unit_test_teardown(test_each_program_once_fails, NULL),
        cmocka_unit_test_teardown(test_retired_sector_is_left_alone, stop),
        cmocka_unit_test_teardown(test_spares_are_used_up, stop),
        cmocka_unit_test_teardown(test_three_sectors_lose_one, stop),
        cmocka_unit_test_teardown(test_head_and_the_next_sector_fail_at_once, stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
