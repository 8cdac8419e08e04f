/* SPDX-License-Identifier: Apache-2.0 */
/* Full is a normal state: a store filled to the last admitted byte takes every update that does not
 * grow, and every delete, for as long as one likes, with cuts and boots in between; and all sectors
 * are erased equally often. Also linked with the library whose hash has 4 bits. */
#include "expected.h"

static struct rig rig;
static struct expected expected;

static int stop(void **state)
{
    (void)state;
    rig_close(&rig);
    return 0;
}

static void begin(const struct shape *shape)
{
    memset(&expected, 0, sizeof expected);
    rig_start(&rig, shape);
}

/* Keys 0, 1, ... with values of up to `longest` bytes until no more fits; then ever shorter ones. */
static uint32_t fill_up(size_t longest)
{
    uint32_t random = 7;
    uint32_t key = 0;

    for (;;) {
        size_t size = next_random(&random) % (longest + 1u);
        int32_t result = expected_set(&expected, &rig, key, size);

        if (result != CFS_OK) {
            assert_error(CFS_ERR_NO_SPACE, result);
            break;
        }
        rig_check(&rig);
        key++;
    }
    while (expected_set(&expected, &rig, key, 0) == CFS_OK) {
        rig_check(&rig);
        key++;
    }
    if (key == 0u || key >= KEYS_MAX) {
        fail_msg("%u keys fit", (unsigned)key);
        return 1; /* not every analyser knows that the line above does not return */
    }
    assert_error(CFS_ERR_NO_SPACE, expected_set(&expected, &rig, key, 0));
    return key;
}

static void assert_even_wear(uint64_t interrupted)
{
    uint32_t count = sim_flash_sector_count(rig.flash);
    uint32_t least = UINT32_MAX;
    uint32_t most = 0;

    for (uint32_t sector = 0; sector < count; sector++) {
        uint32_t erases = sim_flash_erases(rig.flash, sector);

        least = erases < least ? erases : least;
        most = erases > most ? erases : most;
    }
    assert_in_range(most - least, 0, 1u + interrupted);
}

static const struct shape shapes[] = {
    {"k64f", 3, 512, 1},      {"k64f", 4, 1024, 2},    {"k64f", 3, 2048, 16},
    {"nrf52840", 5, 1024, 1}, {"stm32h7", 3, 2048, 4},
};
#define SHAPES (sizeof shapes / sizeof shapes[0])

static void test_full_store_takes_updates_of_the_same_size(void **state)
{
    for (size_t i = 0; i < SHAPES; i++) {
        uint32_t keys;

        begin(&shapes[i]);
        keys = fill_up((size_t)cfs_inline_max(&rig.store, 40) / 2u);
        for (unsigned lap = 0; lap < 100; lap++) {
            for (uint32_t key = 0; key < keys; key++) {
                assert_ok(expected_set(&expected, &rig, key, expected.size[key]));
                rig_check(&rig);
            }
        }
        expected_compare(&expected, &rig);
        rig_remount(&rig);
        expected_compare(&expected, &rig);
        assert_even_wear(0);
        (void)stop(state);
    }
}

static void test_full_store_takes_updates_of_one_key(void **state)
{
    for (size_t i = 0; i < SHAPES; i++) {
        begin(&shapes[i]);
        (void)fill_up(40);
        for (unsigned lap = 0; lap < 300; lap++) {
            assert_ok(expected_set(&expected, &rig, 0, expected.size[0]));
            rig_check(&rig);
        }
        expected_compare(&expected, &rig);
        assert_even_wear(0);
        (void)stop(state);
    }
}

static void test_full_store_takes_deletes(void **state)
{
    for (size_t i = 0; i < SHAPES; i++) {
        for (unsigned lap = 0; lap < 3; lap++) {
            uint32_t keys;

            if (lap == 0) {
                begin(&shapes[i]);
            }
            keys = fill_up(100);
            for (uint32_t key = 0; key < keys; key++) {
                assert_ok(expected_delete(&expected, &rig, lap == 1 ? keys - 1u - key : key));
                rig_check(&rig);
            }
            expected_compare(&expected, &rig);
        }
        (void)stop(state);
    }
}

static void test_full_store_survives_boots_without_unmount(void **state)
{
    for (size_t i = 0; i < SHAPES; i++) {
        uint32_t random = 11;
        uint32_t keys;

        begin(&shapes[i]);
        keys = fill_up(60);
        for (unsigned lap = 0; lap < 400; lap++) {
            uint32_t key = next_random(&random) % keys;

            assert_ok(expected_set(&expected, &rig, key, expected.size[key]));
            rig_boot(&rig, lap);
            assert_ok(rig_mount(&rig));
        }
        expected_compare(&expected, &rig);
        assert_even_wear(0);
        (void)stop(state);
    }
}

/* After a cut the change in flight took place or not; the map follows the store. */
static void follow(uint32_t key, const struct expected *with_change)
{
    const struct expected without = expected;

    assert_ok(rig_mount(&rig));
    if (!expected_holds(&without, &rig)) {
        expected = *with_change;
        expected_compare(&expected, &rig);
    }
    assert_true(expected.version[key] != 0u);
}

static void test_full_store_survives_cuts(void **state)
{
    for (size_t i = 0; i < SHAPES; i++) {
        uint32_t random = 13;
        uint32_t keys;

        begin(&shapes[i]);
        keys = fill_up(60);
        for (unsigned lap = 0; lap < 400; lap++) {
            uint32_t key = next_random(&random) % keys;
            struct expected with_change = expected;
            int32_t result;

            sim_flash_arm_random_cut(rig.flash, next_random(&random) % 12u);
            result = expected_set(&expected, &rig, key, expected.size[key]);
            with_change.clock = expected.clock;
            with_change.version[key] = expected.clock;
            if (result != CFS_OK) {
                assert_error(CFS_ERR_IO, result);
                rig_boot(&rig, next_random(&random) % 10u);
                follow(key, &with_change);
            }
            sim_flash_disarm(rig.flash);
        }
        rig_boot(&rig, 0); /* the last cut may have come behind the last change */
        assert_ok(rig_mount(&rig));
        expected_compare(&expected, &rig);
        assert_even_wear(sim_flash_counters(rig.flash)->cuts);
        (void)stop(state);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_full_store_takes_updates_of_the_same_size),
        cmocka_unit_test(test_full_store_takes_updates_of_one_key),
        cmocka_unit_test(test_full_store_takes_deletes),
        cmocka_unit_test(test_full_store_survives_boots_without_unmount),
        cmocka_unit_test(test_full_store_survives_cuts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
