/* SPDX-License-Identifier: Apache-2.0 */
/* Two stores in one program, on devices of different parts, and on one device: they know nothing of
 * each other. */
#include "fixture.h"

#include "expected.h"

static struct rig one;
static struct rig other;

static int stop(void **state)
{
    (void)state;
    rig_close(&one);
    rig_close(&other);
    return 0;
}

static void test_two_devices(void **state)
{
    static struct expected in_one;
    static struct expected in_other;
    static const struct shape nor = {"w25q128", 3, 0, 32};
    uint32_t random = 3;

    (void)state;
    memset(&in_one, 0, sizeof in_one);
    memset(&in_other, 0, sizeof in_other);
    rig_start(&one, &shape_small);
    rig_start(&other, &nor);
    for (unsigned i = 0; i < 300; i++) {
        uint32_t key = next_random(&random) % 8u;

        assert_ok(expected_set(&in_one, &one, key, i % 40u));
        assert_ok(expected_set(&in_other, &other, key + 100u, i % 200u));
        if (i % 50u == 0u) {
            rig_boot(&one, i);
            assert_ok(rig_mount(&one));
        }
        if (i % 70u == 0u) {
            rig_remount(&other);
        }
    }
    expected_compare(&in_one, &one);
    expected_compare(&in_other, &other);
    rig_close(&one); /* the other store stays as it is */
    expected_compare(&in_other, &other);
}

/* Two volumes of one device. */
static void test_one_device(void **state)
{
    static const struct cfs_volume_entry table[] = {{.name = "first", .size_bytes = 4096},
                                                    {.name = "second", .offset = 4096}};
    static uint8_t memory[2][CFS_STORE_MEMORY_BYTES(16, 4)];
    static const struct shape eight = {"k64f", 8, 1024, 4};
    struct cfs_volume volumes[2] = {0};
    struct cfs_store stores[2] = {0};
    const struct cfs_format_config format = {.buckets = 4};
    unsigned value;

    (void)state;
    rig_open(&one, &eight, 1);
    rig_open(&other, &shape_small, 1);
    for (unsigned i = 0; i < 2; i++) {
        const struct cfs_mount_config config = {
            .volume = &volumes[i], .memory = memory[i], .memory_bytes = sizeof memory[i]};

        assert_ok(cfs_volume_open(&volumes[i], &one.device, table, 2, table[i].name));
        assert_ok(cfs_format(&volumes[i], memory[i], sizeof memory[i], &format));
        assert_ok(cfs_mount(&stores[i], &config));
    }
    for (unsigned i = 0; i < 400; i++) {
        assert_ok(cfs_set(&stores[i % 2u], "value", &i, sizeof i));
    }
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(cfs_get(&stores[i], "value", &value, sizeof value), sizeof value);
        assert_int_equal(value, 398u + i);
        assert_ok(cfs_unmount(&stores[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_two_devices, stop),
        cmocka_unit_test_teardown(test_one_device, stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
