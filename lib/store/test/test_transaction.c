/* SPDX-License-Identifier: Apache-2.0 */
/* Several keys changed as one: what is seen when, what a commit needs, and what misuse gets. Cuts are in
 * test_transaction_cuts.c. Also linked with the library whose hash has 4 bits. */
#include "fixture.h"

#include <stdio.h>

/* Checking chains of equal hashes takes time with their cube. */
#define IS_SHORT_HASH (CFS_CFG_HASH_BITS < 24)
#define MANY          (IS_SHORT_HASH ? 30u : 200u)

static const struct shape shape_short = {"k64f", 8, 1024, 2};

static struct rig rig;
static struct cfs_transaction transaction;

static int start(void **state)
{
    (void)state;
    memset(&transaction, 0, sizeof transaction);
    rig_start(&rig, IS_SHORT_HASH ? &shape_short : &shape_k64f);
    rig_set_text(&rig, "kept", "same");
    rig_set_text(&rig, "changed", "old");
    rig_set_text(&rig, "deleted", "gone soon");
    return 0;
}

static int stop(void **state)
{
    (void)state;
    rig_close(&rig);
    return 0;
}

static void stage(const char *name, const char *value)
{
    assert_ok(cfs_transaction_set(&transaction, name, value, strlen(value)));
    rig_check(&rig);
}

static void stage_three(void)
{
    assert_ok(cfs_begin(&rig.store, &transaction));
    stage("changed", "new");
    stage("created", "fresh");
    assert_ok(cfs_transaction_delete(&transaction, "deleted"));
    rig_check(&rig);
}

static void expect_before(void)
{
    rig_expect_text(&rig, "kept", "same");
    rig_expect_text(&rig, "changed", "old");
    rig_expect_text(&rig, "deleted", "gone soon");
    rig_expect_none(&rig, "created");
    rig_expect_count(&rig, 3);
}

static void expect_after(void)
{
    rig_expect_text(&rig, "kept", "same");
    rig_expect_text(&rig, "changed", "new");
    rig_expect_text(&rig, "created", "fresh");
    rig_expect_none(&rig, "deleted");
    rig_expect_count(&rig, 3);
}

/* The weight of all that is live, hidden names included. */
static uint32_t live(void)
{
    return rig.store.journal.state.total;
}

static void test_changes_show_at_commit(void **state)
{
    (void)state;
    stage_three();
    expect_before();
    assert_ok(cfs_commit(&transaction));
    rig_check(&rig);
    expect_after();
    rig_remount(&rig);
    expect_after();
}

static void test_commit_leaves_nothing_else(void **state)
{
    uint32_t weight;

    (void)state;
    assert_ok(cfs_set(&rig.store, "changed", "new", 3));
    assert_ok(cfs_set(&rig.store, "created", "fresh", 5));
    assert_ok(cfs_delete(&rig.store, "deleted"));
    weight = live();
    stop(NULL);
    start(NULL);
    stage_three();
    assert_true(live() > weight);
    assert_ok(cfs_commit(&transaction));
    assert_int_equal(live(), weight);
}

static void test_aborted_changes_never_show(void **state)
{
    uint32_t weight = live();

    (void)state;
    stage_three();
    assert_ok(cfs_abort(&transaction));
    expect_before();
    assert_int_equal(live(), weight);
}

static void test_unmount_aborts(void **state)
{
    uint64_t writes;
    uint32_t weight = live();

    (void)state;
    stage_three();
    assert_ok(cfs_unmount(&rig.store));
    writes = rig_writes(&rig);
    assert_ok(rig_mount(&rig));
    assert_true(rig_writes(&rig) == writes);
    expect_before();
    assert_int_equal(live(), weight);
    assert_error(CFS_ERR_STATE, cfs_commit(&transaction));
}

static void test_a_reboot_aborts(void **state)
{
    uint32_t weight = live();

    (void)state;
    stage_three();
    rig_boot(&rig, 0);
    assert_ok(rig_mount(&rig));
    expect_before();
    assert_int_equal(live(), weight);
}

static void expect_inside(const char *name, const char *value)
{
    char bytes[32];

    assert_int_equal(cfs_transaction_get(&transaction, name, bytes, sizeof bytes), strlen(value));
    assert_memory_equal(bytes, value, strlen(value));
}

static void test_a_transaction_sees_its_own_changes(void **state)
{
    char byte;

    (void)state;
    stage_three();
    expect_inside("kept", "same");
    expect_inside("changed", "new");
    expect_inside("created", "fresh");
    assert_error(CFS_ERR_NOT_FOUND, cfs_transaction_get(&transaction, "deleted", &byte, 1));
    assert_error(CFS_ERR_BUFFER, cfs_transaction_get(&transaction, "changed", &byte, 1));
    stage("changed", "newer");
    stage("deleted", "back");
    assert_ok(cfs_transaction_delete(&transaction, "created"));
    expect_inside("changed", "newer");
    expect_inside("deleted", "back");
    assert_error(CFS_ERR_NOT_FOUND, cfs_transaction_get(&transaction, "created", &byte, 1));
    assert_ok(cfs_commit(&transaction));
    rig_check(&rig);
    rig_expect_text(&rig, "changed", "newer");
    rig_expect_text(&rig, "deleted", "back");
    rig_expect_none(&rig, "created");
}

static void test_attributes_and_empty_values_go_through(void **state)
{
    uint32_t attributes = 0;

    (void)state;
    assert_ok(cfs_begin(&rig.store, &transaction));
    assert_ok(cfs_transaction_set_with(&transaction, "flagged", "x", 1, 0x12345678u));
    assert_ok(cfs_transaction_set(&transaction, "empty", NULL, 0));
    assert_ok(cfs_commit(&transaction));
    rig_check(&rig);
    assert_ok(cfs_attributes(&rig.store, "flagged", &attributes));
    assert_int_equal(attributes, 0x12345678u);
    rig_expect_text(&rig, "empty", "");
}

static void test_plain_calls_go_on_meanwhile(void **state)
{
    (void)state;
    stage_three();
    rig_set_text(&rig, "other", "at once");
    rig_expect_text(&rig, "other", "at once");
    rig_set_text(&rig, "changed", "overtaken");
    rig_delete(&rig, "deleted");
    assert_ok(cfs_commit(&transaction));
    rig_check(&rig);
    rig_expect_text(&rig, "other", "at once");
    rig_expect_text(&rig, "changed", "new");
    rig_expect_none(&rig, "deleted");
}

static void test_a_driver_that_fails_closes_the_transaction(void **state)
{
    (void)state;
    stage_three();
    sim_flash_arm_cut(rig.flash, 0, SIM_CUT_NONE);
    assert_error(CFS_ERR_IO, cfs_commit(&transaction));
    assert_error(CFS_ERR_STATE, cfs_commit(&transaction));
    rig_boot(&rig, 0);
    assert_ok(rig_mount(&rig));
    expect_before();
}

static void test_one_at_a_time(void **state)
{
    struct cfs_transaction second = {0};

    (void)state;
    assert_ok(cfs_begin(&rig.store, &transaction));
    assert_error(CFS_ERR_BUSY, cfs_begin(&rig.store, &second));
    assert_error(CFS_ERR_STATE, cfs_transaction_set(&second, "a", "b", 1));
    stage("created", "fresh");
    assert_ok(cfs_commit(&transaction));
    assert_error(CFS_ERR_STATE, cfs_commit(&transaction));
    assert_error(CFS_ERR_STATE, cfs_abort(&transaction));
    assert_error(CFS_ERR_STATE, cfs_transaction_delete(&transaction, "created"));
    assert_ok(cfs_begin(&rig.store, &second));
    assert_ok(cfs_commit(&second));
    rig_expect_text(&rig, "created", "fresh");
}

static void test_misuse_stages_nothing(void **state)
{
    static uint8_t bytes[65536];
    uint32_t weight;
    char byte;

    (void)state;
    assert_error(CFS_ERR_PARAM, cfs_begin(&rig.store, NULL));
    assert_error(CFS_ERR_PARAM, cfs_begin(NULL, &transaction));
    assert_error(CFS_ERR_PARAM, cfs_commit(NULL));
    assert_ok(cfs_begin(&rig.store, &transaction));
    weight = live();
    assert_error(CFS_ERR_PARAM, cfs_transaction_set(&transaction, NULL, "b", 1));
    assert_error(CFS_ERR_PARAM, cfs_transaction_set(&transaction, "", "b", 1));
    assert_error(CFS_ERR_PARAM, cfs_transaction_set(&transaction, "a", NULL, 1));
    assert_error(CFS_ERR_PARAM, cfs_transaction_get(&transaction, "", &byte, 1));
    assert_error(CFS_ERR_TOO_BIG, cfs_transaction_set(&transaction, "a", bytes, sizeof bytes));
    assert_error(CFS_ERR_NOT_FOUND, cfs_transaction_delete(&transaction, "nobody"));
    assert_int_equal(live(), weight);
    assert_ok(cfs_commit(&transaction));
    expect_before();
}

static void test_not_on_a_read_only_mount(void **state)
{
    (void)state;
    assert_ok(cfs_unmount(&rig.store));
    assert_ok(rig_mount_read_only(&rig));
    assert_error(CFS_ERR_READ_ONLY, cfs_begin(&rig.store, &transaction));
}

static void many_name(uint32_t i, char name[16])
{
    (void)snprintf(name, 16, "many/%u", (unsigned)i);
}

static void test_many_keys_at_once(void **state)
{
    char name[16];

    (void)state;
    for (uint32_t i = 0; i < MANY; i += 2) {
        many_name(i, name);
        assert_ok(cfs_set(&rig.store, name, "before", 6));
    }
    assert_ok(cfs_begin(&rig.store, &transaction));
    for (uint32_t i = 0; i < MANY; i++) {
        many_name(i, name);
        assert_ok(cfs_transaction_set(&transaction, name, &i, sizeof i));
    }
    rig_check(&rig);
    rig_expect_count(&rig, 3u + MANY / 2u);
    assert_ok(cfs_commit(&transaction));
    rig_check(&rig);
    rig_expect_count(&rig, 3u + MANY);
    rig_remount(&rig);
    for (uint32_t i = 0; i < MANY; i++) {
        many_name(i, name);
        rig_expect(&rig, name, &i, sizeof i);
    }
}

/* Plain sets until the store is full. */
static uint32_t fill(void)
{
    uint8_t bytes[100];
    uint32_t keys = 0;
    char name[16];
    int32_t result = CFS_OK;

    fill_bytes(bytes, sizeof bytes, 3);
    for (; result == CFS_OK; keys += result == CFS_OK ? 1u : 0u) {
        (void)snprintf(name, sizeof name, "fill/%u", (unsigned)keys);
        result = cfs_set(&rig.store, name, bytes, sizeof bytes);
    }
    assert_error(CFS_ERR_NO_SPACE, result);
    return keys;
}

/* What a commit needs is set aside when changes are staged: nobody else gets it. */
static void test_a_commit_finds_its_room(void **state)
{
    uint8_t bytes[90];
    char name[16];

    (void)state;
    fill_bytes(bytes, sizeof bytes, 1);
    assert_ok(cfs_begin(&rig.store, &transaction));
    for (uint32_t i = 0; i < 10u; i++) {
        many_name(i, name);
        assert_ok(cfs_transaction_set(&transaction, name, bytes, sizeof bytes));
    }
    (void)fill();
    rig_check(&rig);
    rig_delete(&rig, "changed"); /* and what is freed meanwhile is not needed either */
    (void)cfs_set(&rig.store, "instead", "x", 1); /* fits or not */
    assert_ok(cfs_commit(&transaction));
    rig_check(&rig);
    for (uint32_t i = 0; i < 10u; i++) {
        many_name(i, name);
        rig_expect(&rig, name, bytes, sizeof bytes);
    }
}

/* Staging on a full store says so, and what was staged before can be committed. */
static void test_staging_ends_where_room_ends(void **state)
{
    uint8_t bytes[50];
    char name[16];
    uint32_t staged = 0;
    uint32_t filled = fill();
    int32_t result = CFS_OK;

    (void)state;
    fill_bytes(bytes, sizeof bytes, 2);
    for (uint32_t i = 0; i < filled / 4u; i++) {
        (void)snprintf(name, sizeof name, "fill/%u", (unsigned)i);
        rig_delete(&rig, name);
    }
    assert_ok(cfs_begin(&rig.store, &transaction));
    while (result == CFS_OK) {
        uint32_t weight = live();

        many_name(staged, name);
        result = cfs_transaction_set(&transaction, name, bytes, sizeof bytes);
        staged += result == CFS_OK ? 1u : 0u;
        assert_true(result == CFS_OK || live() == weight);
    }
    assert_error(CFS_ERR_NO_SPACE,
                 cfs_transaction_set(&transaction, name, bytes, sizeof bytes)); /* still */
    assert_in_range(staged, 5, filled);
    assert_ok(cfs_commit(&transaction));
    rig_check(&rig);
    for (uint32_t i = 0; i < staged; i++) {
        many_name(i, name);
        rig_expect(&rig, name, bytes, sizeof bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_changes_show_at_commit, start, stop),
        cmocka_unit_test_setup_teardown(test_commit_leaves_nothing_else, start, stop),
        cmocka_unit_test_setup_teardown(test_aborted_changes_never_show, start, stop),
        cmocka_unit_test_setup_teardown(test_unmount_aborts, start, stop),
        cmocka_unit_test_setup_teardown(test_a_reboot_aborts, start, stop),
        cmocka_unit_test_setup_teardown(test_a_transaction_sees_its_own_changes, start, stop),
        cmocka_unit_test_setup_teardown(test_attributes_and_empty_values_go_through, start, stop),
        cmocka_unit_test_setup_teardown(test_plain_calls_go_on_meanwhile, start, stop),
        cmocka_unit_test_setup_teardown(test_a_driver_that_fails_closes_the_transaction, start,
                                        stop),
        cmocka_unit_test_setup_teardown(test_one_at_a_time, start, stop),
        cmocka_unit_test_setup_teardown(test_misuse_stages_nothing, start, stop),
        cmocka_unit_test_setup_teardown(test_not_on_a_read_only_mount, start, stop),
        cmocka_unit_test_setup_teardown(test_many_keys_at_once, start, stop),
        cmocka_unit_test_setup_teardown(test_a_commit_finds_its_room, start, stop),
        cmocka_unit_test_setup_teardown(test_staging_ends_where_room_ends, start, stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
