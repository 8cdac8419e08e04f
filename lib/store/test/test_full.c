/* SPDX-License-Identifier: Apache-2.0 */
/* A store filled to the last byte that cfs_will_fit() admits, on whole sectors: for a hundred laps, with
 * power cuts, no set fails but with CFS_ERR_NO_SPACE where cfs_will_fit() had just said so, deletes
 * always work, and no call waits for more erases than its length allows. And a thousand cuts of one
 * mount of such a store. */
#include "expected.h"

#define LAPS        100u
#define QUOTA_BYTES 256u /* a call that appends no more than this waits for one erase at most */
#define CUT_EVERY   97u  /* calls, on average */
#define MOUNT_CUTS  1000u
#define VALUE_SHORT 32u
#define VALUE_LONG  511u

static struct rig rig;
static struct expected expected;

static const struct shape shape_4 = {"k64f", 4, 0, 32};

static int start(void **state)
{
    (void)state;
    memset(&expected, 0, sizeof expected);
    rig_start(&rig, &shape_4);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    sim_flash_disarm(rig.flash);
    rig_close(&rig);
    return 0;
}

static uint64_t erases(void)
{
    return sim_flash_counters(rig.flash)->erases;
}

static int32_t will_fit(uint32_t key, size_t size)
{
    char name[64];

    expected_name(key, name);
    return cfs_will_fit(&rig.store, name, size);
}

/* After a cut and a mount: the change in flight took place or not. */
static void follow(uint32_t key, size_t size, bool deleted)
{
    struct expected with_change = expected;

    if (expected_holds(&expected, &rig)) {
        return;
    }
    if (deleted) {
        with_change.version[key] = 0;
        with_change.count--;
    } else {
        with_change.count += expected.version[key] == 0u ? 1u : 0u;
        with_change.version[key] = expected.clock;
        with_change.size[key] = size;
    }
    expected = with_change;
    expected_compare(&expected, &rig);
}

static void boot_and_follow(uint32_t key, size_t size, bool deleted, uint32_t *random)
{
    rig_boot(&rig, next_random(random) % 10u);
    assert_ok(rig_mount(&rig));
    follow(key, size, deleted);
}

/* Set a key, perhaps with a cut. Everything the bar asks is asked here. */
static void set(uint32_t key, size_t size, uint32_t *random)
{
    int32_t fits = will_fit(key, size);
    uint64_t before = erases();
    int32_t result;

    if (next_random(random) % CUT_EVERY == 0u) {
        sim_flash_arm_random_cut(rig.flash, next_random(random) % 40u);
    }
    result = expected_set(&expected, &rig, key, size);
    sim_flash_disarm(rig.flash);
    if (result == CFS_ERR_IO) {
        boot_and_follow(key, size, false, random);
        return;
    }
    assert_error(fits, result);
    assert_in_range(erases() - before, 0, 1u + size / QUOTA_BYTES);
}

static void delete (uint32_t key, uint32_t *random)
{
    if (next_random(random) % CUT_EVERY == 0u) {
        sim_flash_arm_random_cut(rig.flash, next_random(random) % 40u);
    }
    if (expected_delete(&expected, &rig, key) != CFS_OK) {
        sim_flash_disarm(rig.flash);
        boot_and_follow(key, 0, true, random);
    }
    sim_flash_disarm(rig.flash);
}

/* Values of up to `longest` bytes until none fits, then ever shorter ones. */
static uint32_t fill_up(size_t longest)
{
    uint32_t key = 0;

    for (size_t size = longest; size > 0; size /= 2u) {
        while (key < KEYS_MAX && will_fit(key, size) == CFS_OK) {
            assert_ok(expected_set(&expected, &rig, key, size));
            key++;
        }
    }
    assert_in_range(key, 10, KEYS_MAX - 1u);
    return key;
}

static uint32_t laps_done(void)
{
    return sim_flash_erases(rig.flash, 0);
}

static void test_updates_of_equal_length(void **state)
{
    uint32_t random = 0x12345678u;
    uint32_t keys = fill_up(VALUE_SHORT);

    (void)state;
    while (laps_done() < LAPS) {
        uint32_t key = next_random(&random) % keys;

        set(key, expected.size[key], &random);
    }
    expected_compare(&expected, &rig);
}

/* 8 bytes to 511, each octave as often as the other. */
static size_t draw_size(uint32_t *random)
{
    size_t octave = (size_t)8u << next_random(random) % 6u;

    return octave + next_random(random) % octave;
}

static void test_updates_of_many_lengths_and_deletes(void **state)
{
    uint32_t random = 0x2545F491u;
    uint32_t keys = fill_up(VALUE_LONG);

    (void)state;
    while (laps_done() < LAPS) {
        uint32_t key = next_random(&random) % keys;

        if (next_random(&random) % 10u == 0u && expected.version[key] != 0u) {
            delete (key, &random);
        }
        set(key, draw_size(&random), &random);
    }
    expected_compare(&expected, &rig);
}

static void test_a_thousand_cuts_of_a_mount(void **state)
{
    uint32_t random = 99;
    uint32_t keys = fill_up(VALUE_SHORT);
    uint32_t key = 7;
    size_t size = VALUE_SHORT / 2u;
    uint32_t mounted = 0;

    (void)state;
    sim_flash_arm_random_cut(rig.flash, 3);
    while (expected_set(&expected, &rig, key, size) == CFS_OK) {
    }
    for (uint32_t cuts = 0; cuts < MOUNT_CUTS; cuts++) {
        sim_flash_disarm(rig.flash);
        rig_boot(&rig, cuts % 10u);
        sim_flash_arm_random_cut(rig.flash, next_random(&random) % 14u);
        if (rig_mount(&rig) == CFS_OK) { /* the cut did not come; let it come in a write */
            follow(key, size, false);
            mounted++;
            size = VALUE_SHORT / 2u + mounted % 2u;
            while (expected_set(&expected, &rig, key, size) == CFS_OK) {
            }
        }
    }
    sim_flash_disarm(rig.flash);
    assert_in_range(mounted, 0, MOUNT_CUTS / 2u); /* the others were cut */
    boot_and_follow(key, size, false, &random);
    for (key = 0; key < keys; key++) {
        assert_ok(expected_set(&expected, &rig, key, expected.size[key]));
    }
    expected_compare(&expected, &rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_updates_of_equal_length, start, stop),
        cmocka_unit_test_setup_teardown(test_updates_of_many_lengths_and_deletes, start, stop),
        cmocka_unit_test_setup_teardown(test_a_thousand_cuts_of_a_mount, start, stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
