/* SPDX-License-Identifier: Apache-2.0 */
/* Enumeration: patterns, and what a scan meets while keys come and go. Also linked with the library
 * whose hash has 4 bits. */
#include "faulty.h"

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

/* How many keys match. */
static uint32_t count(const char *pattern)
{
    char name[CFS_NAME_MAX + 1u] = "";
    uint32_t keys = 0;

    while (cfs_find(&rig.store, pattern, name) > 0) {
        keys++;
    }
    assert_error(CFS_ERR_NOT_FOUND, cfs_find(&rig.store, pattern, name));
    return keys;
}

static void test_patterns(void **state)
{
    static const struct {
        const char *pattern;
        const char *name;
        bool matches;
    } cases[] = {
        {"*", "a", true},
        {"**", "a", true},
        {"a", "a", true},
        {"a", "ab", false},
        {"ab", "a", false},
        {"b", "a", false},
        {"", "a", false},
        {"a*", "a", true},
        {"a*", "abc", true},
        {"a*", "ba", false},
        {"*a", "a", true},
        {"*a", "bca", true},
        {"*a", "ab", false},
        {"*a*", "bab", true},
        {"*a*", "bcb", false},
        {"a*c", "ac", true},
        {"a*c", "abbc", true},
        {"a*c", "abcb", false},
        {"a*b*c", "axbxc", true},
        {"a*b*c", "acb", false},
        {"a*b*c", "abcbc", true},
        {"a**c", "abc", true},
        {"*ab", "aab", true},
        {"*aab", "aaaab", true},
        {"*abab*", "xaababx", true},
        {"net/*/key", "net/0/key", true},
        {"net/*/key", "net//key", true},
        {"net/*/key", "net/key", false},
        {"net/*/key", "net/a/b/key", true},
        {"*/*", "a/b", true},
        {"*/*", "ab", false},
        {"?", "a", false},
        {"?", "?", true},
        {"[a]", "a", false},
        {"a.b", "axb", false},
        {"a\\*", "a\\x", true},
        {"*\xFF", "\x01\xFF", true},
        {"a*a", "a", false},
        {"aa*aa", "aaa", false},
        {"a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaa", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char name[CFS_NAME_MAX + 1u] = "";

        rig_set(&rig, cases[i].name, NULL, 0);
        if (cases[i].matches) {
            assert_int_equal(cfs_find(&rig.store, cases[i].pattern, name), strlen(cases[i].name));
            assert_string_equal(name, cases[i].name);
        }
        assert_error(CFS_ERR_NOT_FOUND, cfs_find(&rig.store, cases[i].pattern, name));
        assert_string_equal(name, cases[i].matches ? cases[i].name : "");
        rig_delete(&rig, cases[i].name);
    }
}

static void test_pattern_longer_than_any_name(void **state)
{
    char pattern[2u * CFS_NAME_MAX + 2u];
    char name[CFS_NAME_MAX + 1u];

    (void)state;
    memset(name, 'a', CFS_NAME_MAX);
    name[CFS_NAME_MAX] = '\0';
    rig_set(&rig, name, NULL, 0);
    for (size_t i = 0; i < CFS_NAME_MAX; i++) {
        pattern[2u * i] = '*';
        pattern[2u * i + 1u] = 'a';
    }
    pattern[2u * CFS_NAME_MAX] = '\0';
    assert_int_equal(count(pattern), 1);
    pattern[2u * CFS_NAME_MAX] = 'a';
    pattern[2u * CFS_NAME_MAX + 1u] = '\0';
    assert_int_equal(count(pattern), 0);
}

static void number_name(char *name, unsigned number)
{
    (void)snprintf(name, 32, "%s/%u", number % 2u == 0u ? "even" : "odd", number);
}

static void test_scan_meets_matching_keys_only(void **state)
{
    char name[CFS_NAME_MAX + 1u];

    (void)state;
    for (unsigned i = 0; i < 100; i++) {
        number_name(name, i);
        rig_set(&rig, name, &i, sizeof i);
    }
    assert_int_equal(count(NULL), 100);
    assert_int_equal(count("*"), 100);
    assert_int_equal(count("even/*"), 50);
    assert_int_equal(count("odd/*"), 50);
    assert_int_equal(count("*/1*"), 11);
    assert_int_equal(count("none/*"), 0);
    assert_int_equal(count("even/42"), 1);
}

#define STAYING 60u

/* Keys named "stay/..." exist all the time; others are set, rewritten and deleted between the
 * steps of the scan. */
static void disturb(unsigned step)
{
    char name[32];
    unsigned value = step * 17u;

    (void)snprintf(name, sizeof name, "come/%u", step);
    rig_set(&rig, name, &value, sizeof value);
    (void)snprintf(name, sizeof name, "go/%u", step % STAYING);
    (void)cfs_delete(&rig.store, name); /* it may be gone already */
    (void)snprintf(name, sizeof name, "stay/%u", (step * 7u) % STAYING);
    rig_set(&rig, name, &value, sizeof value);
}

static void test_key_that_stays_comes_exactly_once(void **state)
{
    char name[CFS_NAME_MAX + 1u] = "";
    char other[32];
    unsigned seen[STAYING] = {0};
    unsigned step = 0;
    int32_t result;

    (void)state;
    for (unsigned i = 0; i < STAYING; i++) {
        (void)snprintf(other, sizeof other, "stay/%u", i);
        rig_set(&rig, other, &i, sizeof i);
        (void)snprintf(other, sizeof other, "go/%u", i);
        rig_set(&rig, other, &i, sizeof i);
    }
    while ((result = cfs_find(&rig.store, NULL, name)) > 0) {
        unsigned number;

        assert_in_range(step, 0, 10u * STAYING);
        if (sscanf(name, "stay/%u", &number) == 1) {
            assert_in_range(number, 0, STAYING - 1u);
            seen[number]++;
        }
        disturb(step++);
    }
    assert_error(CFS_ERR_NOT_FOUND, result);
    for (unsigned i = 0; i < STAYING; i++) {
        assert_int_equal(seen[i], 1);
    }
}

static void test_scan_goes_on_behind_a_deleted_key(void **state)
{
    char name[CFS_NAME_MAX + 1u] = "";
    char other[32];
    unsigned met = 0;

    (void)state;
    for (unsigned i = 0; i < 50; i++) {
        number_name(other, i);
        rig_set(&rig, other, &i, sizeof i);
    }
    while (cfs_find(&rig.store, NULL, name) > 0) {
        met++;
        rig_delete(&rig, name);
    }
    assert_int_equal(met, 50);
    assert_int_equal(count(NULL), 0);
}

#define ORDERED 80u

static void list(char names[ORDERED][32])
{
    char name[CFS_NAME_MAX + 1u] = "";

    for (unsigned i = 0; i < ORDERED; i++) {
        assert_true(cfs_find(&rig.store, NULL, name) > 0);
        memcpy(names[i], name, strlen(name) + 1u);
    }
    assert_error(CFS_ERR_NOT_FOUND, cfs_find(&rig.store, NULL, name));
}

static void test_order_does_not_depend_on_history(void **state)
{
    static char first[ORDERED][32];
    static char second[ORDERED][32];
    char name[32];

    (void)state;
    for (unsigned i = 0; i < ORDERED; i++) {
        number_name(name, i);
        rig_set(&rig, name, &i, sizeof i);
    }
    list(first);
    for (unsigned i = 0; i < ORDERED; i += 3) {
        number_name(name, i);
        rig_delete(&rig, name);
    }
    for (unsigned i = ORDERED; i-- > 0;) {
        number_name(name, i);
        rig_set(&rig, name, name, strlen(name));
    }
    list(second);
    for (unsigned i = 0; i < ORDERED; i++) {
        assert_string_equal(first[i], second[i]);
    }
    rig_remount(&rig);
    list(second);
    for (unsigned i = 0; i < ORDERED; i++) {
        assert_string_equal(first[i], second[i]);
    }
}

static void test_scan_may_begin_behind_any_name(void **state)
{
    static char names[ORDERED][32];
    char name[CFS_NAME_MAX + 1u];

    (void)state;
    for (unsigned i = 0; i < ORDERED; i++) {
        number_name(name, i);
        rig_set(&rig, name, &i, sizeof i);
    }
    list(names);
    for (unsigned i = 0; i + 1u < ORDERED; i++) {
        memcpy(name, names[i], sizeof names[i]);
        assert_true(cfs_find(&rig.store, NULL, name) > 0);
        assert_string_equal(name, names[i + 1u]);
    }
}

static void test_misuse(void **state)
{
    char name[CFS_NAME_MAX + 1u];
    int32_t result;

    (void)state;
    rig_set_text(&rig, "a", "1");
    assert_error(CFS_ERR_PARAM, cfs_find(NULL, NULL, name));
    assert_error(CFS_ERR_PARAM, cfs_find(&rig.store, NULL, NULL));
    memset(name, 'n', sizeof name);
    assert_error(CFS_ERR_PARAM, cfs_find(&rig.store, NULL, name));
    name[CFS_NAME_MAX] = '\0'; /* a name like any other: "a" is above it in the order, or below */
    result = cfs_find(&rig.store, NULL, name);
    assert_true(result == 1 || result == CFS_ERR_NOT_FOUND);
    name[0] = '\0';
    assert_ok(cfs_unmount(&rig.store));
    assert_error(CFS_ERR_STATE, cfs_find(&rig.store, NULL, name));
    rig_power_up(&rig);
    assert_error(CFS_ERR_STATE, cfs_find(&rig.store, NULL, name));
}

static void test_reads_that_fail(void **state)
{
    char name[CFS_NAME_MAX + 1u] = "";

    (void)state;
    faulty_attach(&rig);
    assert_ok(rig_mount(&rig));
    rig_set_text(&rig, "a", "1");
    faulty_arm(FAULTY_READ, 0, UINT32_MAX, false);
    assert_error(CFS_ERR_IO, cfs_find(&rig.store, NULL, name));
    faulty_disarm();
    assert_int_equal(cfs_find(&rig.store, NULL, name), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_patterns, start, stop),
        cmocka_unit_test_setup_teardown(test_pattern_longer_than_any_name, start, stop),
        cmocka_unit_test_setup_teardown(test_scan_meets_matching_keys_only, start, stop),
        cmocka_unit_test_setup_teardown(test_key_that_stays_comes_exactly_once, start, stop),
        cmocka_unit_test_setup_teardown(test_scan_goes_on_behind_a_deleted_key, start, stop),
        cmocka_unit_test_setup_teardown(test_order_does_not_depend_on_history, start, stop),
        cmocka_unit_test_setup_teardown(test_scan_may_begin_behind_any_name, start, stop),
        cmocka_unit_test_setup_teardown(test_misuse, start, stop),
        cmocka_unit_test_setup_teardown(test_reads_that_fail, start, stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
