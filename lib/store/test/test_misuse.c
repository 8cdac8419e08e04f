/* SPDX-License-Identifier: Apache-2.0 */
/* Every error that cfs/store.h promises for a call that cannot be right, and that nothing changed:
 * nothing was programmed, and the store goes on. */
#include "fixture.h"

static struct rig rig;

static int start(void **state)
{
    rig_start(&rig, &shape_small);
    rig_set_text(&rig, "a", "1");
    *state = &rig;
    return 0;
}

static int stop(void **state)
{
    (void)state;
    rig_close(&rig);
    return 0;
}

static void assert_goes_on(void)
{
    rig_check(&rig);
    rig_expect_text(&rig, "a", "1");
    rig_expect_count(&rig, 1);
}

static void test_null_arguments(void **state)
{
    uint64_t writes = rig_writes(&rig);
    struct cfs_store *none = NULL;
    char byte;

    (void)state;
    assert_error(CFS_ERR_PARAM, cfs_unmount(none));
    assert_error(CFS_ERR_PARAM, cfs_set(none, "a", "", 0));
    assert_error(CFS_ERR_PARAM, cfs_set(&rig.store, NULL, "", 0));
    assert_error(CFS_ERR_PARAM, cfs_set(&rig.store, "a", NULL, 1));
    assert_error(CFS_ERR_PARAM, cfs_get(none, "a", &byte, 1));
    assert_error(CFS_ERR_PARAM, cfs_get(&rig.store, NULL, &byte, 1));
    assert_error(CFS_ERR_PARAM, cfs_get(&rig.store, "a", NULL, 1));
    assert_error(CFS_ERR_PARAM, cfs_size(none, "a"));
    assert_error(CFS_ERR_PARAM, cfs_size(&rig.store, NULL));
    assert_error(CFS_ERR_PARAM, cfs_delete(none, "a"));
    assert_error(CFS_ERR_PARAM, cfs_delete(&rig.store, NULL));
    assert_error(CFS_ERR_PARAM, cfs_value_max(none, 1));
    assert_int_equal(rig_writes(&rig), writes);
    assert_goes_on();
}

static void test_null_arguments_of_format_and_mount(void **state)
{
    struct cfs_mount_config config = {
        .volume = &rig.volume, .memory = rig.memory, .memory_bytes = sizeof rig.memory};
    struct cfs_store other = {0};
    uint64_t writes;

    (void)state;
    assert_ok(cfs_unmount(&rig.store));
    writes = rig_writes(&rig);
    assert_error(CFS_ERR_PARAM, cfs_format(NULL, rig.memory, sizeof rig.memory, NULL));
    assert_error(CFS_ERR_PARAM, cfs_format(&rig.volume, NULL, sizeof rig.memory, NULL));
    assert_error(CFS_ERR_PARAM, cfs_mount(NULL, &config));
    assert_error(CFS_ERR_PARAM, cfs_mount(&other, NULL));
    config.volume = NULL;
    assert_error(CFS_ERR_PARAM, cfs_mount(&other, &config));
    config.volume = &rig.volume;
    config.memory = NULL;
    assert_error(CFS_ERR_PARAM, cfs_mount(&other, &config));
    assert_error(CFS_ERR_STATE, cfs_unmount(&other));
    assert_int_equal(rig_writes(&rig), writes);
    assert_ok(rig_mount(&rig));
    assert_goes_on();
}

static void test_names_that_cannot_be(void **state)
{
    char name[CFS_NAME_MAX + 2u];
    uint64_t writes = rig_writes(&rig);
    char byte;

    (void)state;
    memset(name, 'n', sizeof name);
    name[CFS_NAME_MAX + 1u] = '\0';
    assert_error(CFS_ERR_PARAM, cfs_set(&rig.store, name, "", 0));
    assert_error(CFS_ERR_PARAM, cfs_get(&rig.store, name, &byte, 1));
    assert_error(CFS_ERR_PARAM, cfs_size(&rig.store, name));
    assert_error(CFS_ERR_PARAM, cfs_delete(&rig.store, name));
    assert_error(CFS_ERR_PARAM, cfs_set(&rig.store, "", "", 0));
    assert_error(CFS_ERR_PARAM, cfs_get(&rig.store, "", &byte, 1));
    assert_error(CFS_ERR_PARAM, cfs_size(&rig.store, ""));
    assert_error(CFS_ERR_PARAM, cfs_delete(&rig.store, ""));
    assert_error(CFS_ERR_PARAM, cfs_value_max(&rig.store, 0));
    assert_error(CFS_ERR_PARAM, cfs_value_max(&rig.store, CFS_NAME_MAX + 1u));
    assert_int_equal(rig_writes(&rig), writes);
    assert_goes_on();
}

static void assert_not_mounted(void)
{
    char byte;

    assert_error(CFS_ERR_STATE, cfs_set(&rig.store, "a", "", 0));
    assert_error(CFS_ERR_STATE, cfs_get(&rig.store, "a", &byte, 1));
    assert_error(CFS_ERR_STATE, cfs_size(&rig.store, "a"));
    assert_error(CFS_ERR_STATE, cfs_delete(&rig.store, "a"));
    assert_error(CFS_ERR_STATE, cfs_value_max(&rig.store, 1));
    assert_error(CFS_ERR_STATE, cfs_unmount(&rig.store));
}

static void test_use_after_unmount_and_before_mount(void **state)
{
    uint64_t writes;

    (void)state;
    assert_ok(cfs_unmount(&rig.store));
    writes = rig_writes(&rig);
    assert_not_mounted();
    rig_boot(&rig, 0);
    assert_not_mounted();
    assert_int_equal(rig_writes(&rig), writes);
    assert_ok(rig_mount(&rig));
    assert_goes_on();
}

static void test_store_that_failed_to_mount_is_not_mounted(void **state)
{
    (void)state;
    assert_ok(cfs_unmount(&rig.store));
    rig_close(&rig);
    rig_open(&rig, &shape_small, 1);
    assert_error(CFS_ERR_BLANK, rig_mount(&rig));
    assert_not_mounted();
    assert_ok(rig_format(&rig, 1));
    assert_ok(rig_mount(&rig));
}

static void test_mounting_twice(void **state)
{
    uint64_t writes = rig_writes(&rig);

    (void)state;
    assert_error(CFS_ERR_STATE, rig_mount(&rig));
    assert_int_equal(rig_writes(&rig), writes);
    assert_goes_on();
}

static void test_volume_that_is_not_open(void **state)
{
    (void)state;
    assert_ok(cfs_unmount(&rig.store));
    assert_ok(cfs_volume_close(&rig.volume));
    assert_error(CFS_ERR_STATE, rig_mount(&rig));
    assert_error(CFS_ERR_STATE, rig_format(&rig, 1));
}

static void test_memory_too_small(void **state)
{
    size_t needed = CFS_STORE_MEMORY_BYTES(16, 2);
    const struct cfs_format_config format = {.buckets = 2};
    struct cfs_mount_config config = {.volume = &rig.volume, .memory = rig.memory};
    uint64_t writes;

    (void)state;
    assert_ok(cfs_unmount(&rig.store));
    writes = rig_writes(&rig);
    for (size_t bytes = 0; bytes < needed; bytes++) {
        config.memory_bytes = bytes;
        assert_error(CFS_ERR_NO_MEMORY, cfs_mount(&rig.store, &config));
        assert_error(CFS_ERR_NO_MEMORY, cfs_format(&rig.volume, rig.memory, bytes, &format));
    }
    assert_int_equal(rig_writes(&rig), writes);
    config.memory_bytes = needed;
    assert_ok(cfs_mount(&rig.store, &config));
    assert_goes_on();
}

static void test_memory_is_exactly_enough_at_any_alignment(void **state)
{
    static const uint32_t buckets[] = {4, 8, 16, 32}; /* never less than the store that is there */
    size_t needed;
    uint8_t *memory;

    (void)state;
    assert_ok(cfs_unmount(&rig.store));
    for (size_t i = 0; i < sizeof buckets / sizeof buckets[0]; i++) {
        const struct cfs_format_config format = {.buckets = buckets[i]};
        struct cfs_mount_config config = {.volume = &rig.volume};

        needed = CFS_STORE_MEMORY_BYTES(16, buckets[i]);
        memory = test_malloc(needed + 1u);
        config.memory = memory + 1;
        config.memory_bytes = needed;
        assert_ok(cfs_format(&rig.volume, memory + 1, needed, &format));
        assert_ok(cfs_mount(&rig.store, &config));
        rig_set_text(&rig, "a", "1");
        assert_goes_on();
        assert_ok(cfs_unmount(&rig.store));
        test_free(memory);
    }
}

static void test_buckets_that_cannot_be(void **state)
{
    static const uint32_t wrong[] = {3, 5, 6, 31, 257, 512, 0x80000000u, 0xFFFFFFFFu};
    uint64_t writes;

    (void)state;
    assert_ok(cfs_unmount(&rig.store));
    writes = rig_writes(&rig);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        const struct cfs_format_config config = {.buckets = wrong[i]};

        assert_error(CFS_ERR_PARAM,
                     cfs_format(&rig.volume, rig.memory, sizeof rig.memory, &config));
    }
    assert_int_equal(rig_writes(&rig), writes);
    assert_ok(rig_mount(&rig));
    assert_goes_on();
}

static void test_default_buckets(void **state)
{
    (void)state;
    rig_close(&rig);
    rig_open(&rig, &shape_k64f, 1);
    assert_error(CFS_ERR_NO_MEMORY,
                 cfs_format(&rig.volume, rig.memory, CFS_STORE_MEMORY_BYTES(16, 31), NULL));
    assert_ok(cfs_format(&rig.volume, rig.memory, CFS_STORE_MEMORY_BYTES(16, 32), NULL));
    assert_ok(rig_mount(&rig));
}

static void test_shapes_that_cannot_be_used(void **state)
{
    static const struct shape wrong[] = {
        {"k64f", 2, 0, 1},    /* two sectors */
        {"k64f", 1, 0, 1},    /* one */
        {"k64f", 4, 256, 1},  /* sectors too small for any data */
        {"k64f", 4, 512, 32}, /* ... beside so many roots */
        {"stm32f4", 6, 0, 1}, /* two large ones, each as large as the rest */
    };

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        (void)stop(state);
        rig_open(&rig, &wrong[i], 1);
        assert_error(CFS_ERR_GEOMETRY, rig_format(&rig, wrong[i].buckets));
        assert_int_equal(rig_writes(&rig), 0);
        assert_true(rig_mount(&rig) < 0);
        assert_int_equal(rig_writes(&rig), 0);
    }
}

static void test_volume_that_is_read_only(void **state)
{
    uint64_t writes;

    (void)state;
    assert_ok(cfs_unmount(&rig.store));
    rig.table[0].flags = CFS_VOLUME_READ_ONLY;
    rig_power_up(&rig);
    writes = rig_writes(&rig);
    assert_ok(rig_mount(&rig));
    assert_error(CFS_ERR_READ_ONLY, cfs_set(&rig.store, "a", "2", 1));
    assert_error(CFS_ERR_READ_ONLY, cfs_delete(&rig.store, "a"));
    assert_goes_on();
    assert_ok(cfs_unmount(&rig.store));
    assert_error(CFS_ERR_READ_ONLY, rig_format(&rig, 2));
    assert_int_equal(rig_writes(&rig), writes);
    assert_ok(rig_mount(&rig));
    assert_goes_on();
}

/* Where a sector has few lines a name alone may be too long. What cfs_value_max() says is exact. */
static void test_longest_value_of_every_name_length(void **state)
{
    static const uint8_t value[512];
    char name[CFS_NAME_MAX + 1u] = "";
    size_t length = 0;
    int32_t most;

    (void)stop(state);
    rig_start(&rig, &shape_least);
    while ((most = cfs_value_max(&rig.store, ++length)) >= 0) {
        assert_in_range(length, 1, CFS_NAME_MAX - 1u);
        name[length - 1u] = 'n';
        rig_set(&rig, name, value, (size_t)most);
        assert_error(CFS_ERR_TOO_BIG, cfs_set(&rig.store, name, value, (size_t)most + 1u));
        rig_delete(&rig, name);
    }
    for (; length <= CFS_NAME_MAX; length++) {
        name[length - 1u] = 'n';
        assert_error(CFS_ERR_TOO_BIG, cfs_value_max(&rig.store, length));
        assert_error(CFS_ERR_TOO_BIG, cfs_set(&rig.store, name, value, 0));
    }
    rig_expect_count(&rig, 0);
}

static void test_value_that_never_fits(void **state)
{
    static uint8_t value[65536];
    int32_t most = cfs_value_max(&rig.store, 1);
    uint64_t writes = rig_writes(&rig);

    (void)state;
    assert_error(CFS_ERR_TOO_BIG, cfs_set(&rig.store, "b", value, (size_t)most + 1u));
    assert_error(CFS_ERR_TOO_BIG, cfs_set(&rig.store, "a", value, sizeof value));
    assert_error(CFS_ERR_TOO_BIG, cfs_set(&rig.store, "b", value, SIZE_MAX));
    assert_error(CFS_ERR_TOO_BIG, cfs_set(&rig.store, "b", value, (size_t)1 << 32));
    assert_int_equal(rig_writes(&rig), writes);
    assert_goes_on();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_null_arguments, start, stop),
        cmocka_unit_test_setup_teardown(test_null_arguments_of_format_and_mount, start, stop),
        cmocka_unit_test_setup_teardown(test_names_that_cannot_be, start, stop),
        cmocka_unit_test_setup_teardown(test_use_after_unmount_and_before_mount, start, stop),
        cmocka_unit_test_setup_teardown(test_store_that_failed_to_mount_is_not_mounted, start,
                                        stop),
        cmocka_unit_test_setup_teardown(test_mounting_twice, start, stop),
        cmocka_unit_test_setup_teardown(test_volume_that_is_not_open, start, stop),
        cmocka_unit_test_setup_teardown(test_memory_too_small, start, stop),
        cmocka_unit_test_setup_teardown(test_memory_is_exactly_enough_at_any_alignment, start,
                                        stop),
        cmocka_unit_test_setup_teardown(test_buckets_that_cannot_be, start, stop),
        cmocka_unit_test_setup_teardown(test_default_buckets, start, stop),
        cmocka_unit_test_setup_teardown(test_shapes_that_cannot_be_used, start, stop),
        cmocka_unit_test_setup_teardown(test_volume_that_is_read_only, start, stop),
        cmocka_unit_test_setup_teardown(test_longest_value_of_every_name_length, start, stop),
        cmocka_unit_test_setup_teardown(test_value_that_never_fits, start, stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
