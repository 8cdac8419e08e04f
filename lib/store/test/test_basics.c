/* SPDX-License-Identifier: Apache-2.0 */
/* Set, get, delete, size and unmount, without power cuts. Also linked with the
 * library whose hash has 4 bits, so that nearly every two names collide. */
#include "fixture.h"

#include <stdio.h>

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

static void test_new_store_is_empty(void **state)
{
    (void)state;
    rig_expect_count(&rig, 0);
    rig_expect_none(&rig, "a");
}

static void test_value_is_stored_replaced_and_deleted(void **state)
{
    (void)state;
    rig_set_text(&rig, "net/ssid", "lamp");
    rig_expect_text(&rig, "net/ssid", "lamp");
    rig_set_text(&rig, "net/ssid", "a longer one");
    rig_expect_text(&rig, "net/ssid", "a longer one");
    rig_set_text(&rig, "net/ssid", "");
    rig_expect_text(&rig, "net/ssid", "");
    rig_delete(&rig, "net/ssid");
    rig_expect_none(&rig, "net/ssid");
    assert_error(CFS_ERR_NOT_FOUND, cfs_delete(&rig.store, "net/ssid"));
    rig_set_text(&rig, "net/ssid", "back");
    rig_expect_text(&rig, "net/ssid", "back");
    rig_expect_count(&rig, 1);
}

static void test_everything_is_there_after_unmount_and_after_none(void **state)
{
    (void)state;
    rig_set_text(&rig, "a", "1");
    rig_set_text(&rig, "b", "2");
    rig_delete(&rig, "a");
    rig_remount(&rig);
    rig_expect_none(&rig, "a");
    rig_expect_text(&rig, "b", "2");
    rig_set_text(&rig, "a", "3");
    rig_boot(&rig, 0);
    assert_ok(rig_mount(&rig));
    rig_expect_text(&rig, "a", "3");
    rig_expect_text(&rig, "b", "2");
    rig_expect_count(&rig, 2);
}

static void test_mount_after_unmount_programs_nothing(void **state)
{
    uint64_t writes;

    (void)state;
    rig_set_text(&rig, "a", "1");
    assert_ok(cfs_unmount(&rig.store));
    writes = rig_writes(&rig);
    for (unsigned i = 0; i < 3; i++) {
        assert_ok(rig_mount(&rig));
        rig_expect_text(&rig, "a", "1");
        assert_ok(cfs_unmount(&rig.store));
    }
    rig_boot(&rig, 0);
    assert_ok(rig_mount(&rig));
    assert_int_equal(rig_writes(&rig), writes);
}

static void make_name(char *name, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        name[i] = (char)('!' + (length + i) % 90);
    }
    name[length] = '\0';
}

static void test_names_of_every_length(void **state)
{
    char name[CFS_NAME_MAX + 1u];

    (void)state;
    for (size_t length = 1; length <= CFS_NAME_MAX; length++) {
        make_name(name, length);
        rig_set(&rig, name, name, length / 4u);
    }
    rig_remount(&rig);
    for (size_t length = 1; length <= CFS_NAME_MAX; length++) {
        make_name(name, length);
        rig_expect(&rig, name, name, length / 4u);
    }
    rig_expect_count(&rig, CFS_NAME_MAX);
}

static void test_names_of_any_byte(void **state)
{
    char name[3] = "";

    (void)state;
    for (unsigned byte = 1; byte < 256; byte++) {
        name[0] = (char)byte;
        name[1] = byte % 8u == 0u ? (char)(256u - byte) : '\0';
        assert_ok(cfs_set(&rig.store, name, name, strlen(name)));
    }
    rig_remount(&rig);
    for (unsigned byte = 1; byte < 256; byte++) {
        name[0] = (char)byte;
        name[1] = byte % 8u == 0u ? (char)(256u - byte) : '\0';
        rig_expect(&rig, name, name, strlen(name));
    }
    rig_expect_count(&rig, 255);
}

static void test_names_that_begin_alike_are_different(void **state)
{
    char name[CFS_NAME_MAX + 1u];

    (void)state;
    for (size_t length = 1; length <= 40; length++) {
        memset(name, 'x', length);
        name[length] = '\0';
        rig_set(&rig, name, &length, sizeof length);
    }
    for (size_t length = 1; length <= 40; length++) {
        memset(name, 'x', length);
        name[length] = '\0';
        rig_expect(&rig, name, &length, sizeof length);
        rig_delete(&rig, name);
    }
    rig_expect_count(&rig, 0);
}

static void test_values_of_every_length_to_the_longest(void **state)
{
    static uint8_t value[8192];
    int32_t most = cfs_inline_max(&rig.store, 1);

    (void)state;
    assert_in_range(most, 1000, sizeof value - 1);
    fill_bytes(value, sizeof value, 7);
    for (int32_t size = 0; size <= most; size += size < 100 ? 1 : 97) {
        rig_set(&rig, "v", value, (size_t)size);
        rig_expect(&rig, "v", value, (size_t)size);
    }
    rig_set(&rig, "v", value, (size_t)most);
    rig_expect(&rig, "v", value, (size_t)most);
    rig_remount(&rig);
    rig_expect(&rig, "v", value, (size_t)most);
}

static void test_longest_value_is_the_same_for_the_longest_name(void **state)
{
    static uint8_t value[8192];
    char name[CFS_NAME_MAX + 1u];

    (void)state;
    for (size_t length = 1; length <= CFS_NAME_MAX; length += 73) {
        int32_t most = cfs_inline_max(&rig.store, length);

        make_name(name, length);
        fill_bytes(value, sizeof value, (uint32_t)length);
        rig_set(&rig, name, value, (size_t)most);
        rig_expect(&rig, name, value, (size_t)most);
        rig_delete(&rig, name);
    }
}

static void test_values_that_look_blank_or_filled(void **state)
{
    static uint8_t zeros[700];
    static uint8_t ones[700];
    static const size_t sizes[] = {1, 7, 8, 9, 15, 16, 17, 64, 500, 700};

    (void)state;
    memset(ones, 0xFF, sizeof ones);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        rig_set(&rig, "zeros", zeros, sizes[i]);
        rig_set(&rig, "ones", ones, sizes[i]);
        rig_boot(&rig, 0);
        assert_ok(rig_mount(&rig));
        rig_expect(&rig, "zeros", zeros, sizes[i]);
        rig_expect(&rig, "ones", ones, sizes[i]);
    }
}

/* The bytes of the sector in use, seals and records and all, are valid records only where they
 * were written. */
static void test_values_that_hold_records(void **state)
{
    uint8_t image[1024];
    char name[16];

    (void)state;
    rig_set_text(&rig, "inside", "old");
    rig_set_text(&rig, "inside", "new");
    for (unsigned i = 0; i < 16; i++) {
        sim_flash_peek(rig.flash, rig_address(&rig, 0, i * 16u), image, sizeof image);
        (void)snprintf(name, sizeof name, "image%u", i);
        rig_set(&rig, name, image + i, sizeof image - 16u);
        rig_boot(&rig, 0);
        assert_ok(rig_mount(&rig));
        rig_expect(&rig, name, image + i, sizeof image - 16u);
        rig_expect_text(&rig, "inside", "new");
        rig_expect_count(&rig, i + 2u);
    }
}

static void test_equal_value_is_not_written_again(void **state)
{
    uint64_t writes;

    (void)state;
    rig_set_text(&rig, "a", "same");
    rig_set_text(&rig, "empty", "");
    writes = rig_writes(&rig);
    rig_set_text(&rig, "a", "same");
    rig_set(&rig, "empty", NULL, 0);
    assert_int_equal(rig_writes(&rig), writes);
    rig_set_text(&rig, "a", "Same");
    assert_true(rig_writes(&rig) > writes);
    rig_expect_text(&rig, "a", "Same");
}

static void test_get_needs_room_for_the_whole_value(void **state)
{
    char bytes[8] = "untouch";

    (void)state;
    rig_set_text(&rig, "a", "12345");
    assert_error(CFS_ERR_BUFFER, cfs_get(&rig.store, "a", bytes, 4));
    assert_error(CFS_ERR_BUFFER, cfs_get(&rig.store, "a", bytes, 0));
    assert_string_equal(bytes, "untouch");
    assert_int_equal(cfs_get(&rig.store, "a", bytes, 5), 5);
    assert_memory_equal(bytes, "12345ch", 8);
}

static void test_store_works_on_every_part(void **state)
{
    static const struct shape parts[] = {{"k22f", 6, 0, 8},      {"nrf52840", 4, 0, 32},
                                         {"w25q128", 3, 0, 256}, {"stm32h7", 3, 4096, 16},
                                         {"stm32l4", 4, 0, 8},   {"k64f", 3, 512, 1},
                                         {"k64f", 128, 0, 256}};

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        (void)stop(state);
        rig_start(&rig, &parts[i]);
        for (unsigned lap = 0; lap < 200; lap++) {
            rig_set(&rig, "counter", &lap, sizeof lap);
            rig_set(&rig, lap % 2u == 0u ? "even" : "odd", &lap, sizeof lap);
        }
        rig_boot(&rig, 0);
        assert_ok(rig_mount(&rig));
        rig_expect(&rig, "counter", &(unsigned){199}, sizeof(unsigned));
        rig_expect(&rig, "even", &(unsigned){198}, sizeof(unsigned));
        rig_expect(&rig, "odd", &(unsigned){199}, sizeof(unsigned));
        rig_expect_count(&rig, 3);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_new_store_is_empty, start, stop),
        cmocka_unit_test_setup_teardown(test_value_is_stored_replaced_and_deleted, start, stop),
        cmocka_unit_test_setup_teardown(test_everything_is_there_after_unmount_and_after_none,
                                        start, stop),
        cmocka_unit_test_setup_teardown(test_mount_after_unmount_programs_nothing, start, stop),
        cmocka_unit_test_setup_teardown(test_names_of_every_length, start, stop),
        cmocka_unit_test_setup_teardown(test_names_of_any_byte, start, stop),
        cmocka_unit_test_setup_teardown(test_names_that_begin_alike_are_different, start, stop),
        cmocka_unit_test_setup_teardown(test_values_of_every_length_to_the_longest, start, stop),
        cmocka_unit_test_setup_teardown(test_longest_value_is_the_same_for_the_longest_name, start,
                                        stop),
        cmocka_unit_test_setup_teardown(test_values_that_look_blank_or_filled, start, stop),
        cmocka_unit_test_setup_teardown(test_values_that_hold_records, start, stop),
        cmocka_unit_test_setup_teardown(test_equal_value_is_not_written_again, start, stop),
        cmocka_unit_test_setup_teardown(test_get_needs_room_for_the_whole_value, start, stop),
        cmocka_unit_test_setup_teardown(test_store_works_on_every_part, start, stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
