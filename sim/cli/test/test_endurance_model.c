/* SPDX-License-Identifier: Apache-2.0 */
/* The judge of an endurance run must say no to everything but what may be shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "endurance_model.h"

#define VALUE_MAX 8u

static int set_up(void **state)
{
    static struct model model;
    assert_int_equal(model_init(&model, 2, VALUE_MAX), 0);
    model_name(&model, 0, "first");
    model_name(&model, 1, "second");
    *state = &model;
    return 0;
}

static int tear_down(void **state)
{
    model_free(*state);
    return 0;
}

static void store(struct model *model, size_t index, const char *value)
{
    model_begin(model, index, value, strlen(value));
    model_acknowledge(model);
}

static bool shows(struct model *model, size_t index, const char *value)
{
    return model_judge(model, index, value, value == NULL ? 0 : strlen(value));
}

static void test_what_was_never_stored_must_not_be_there(void **state)
{
    assert_true(shows(*state, 0, NULL));
    assert_false(shows(*state, 0, ""));
    assert_false(shows(*state, 0, "x"));
}

static void test_acknowledged_value_must_be_there(void **state)
{
    store(*state, 0, "one");
    assert_true(shows(*state, 0, "one"));
    assert_false(shows(*state, 0, NULL));
    assert_false(shows(*state, 0, "onf"));
    assert_false(shows(*state, 0, "on"));
    assert_false(shows(*state, 0, "one "));
}

static void test_older_value_is_wrong(void **state)
{
    store(*state, 0, "one");
    store(*state, 0, "two");
    assert_false(shows(*state, 0, "one"));
    assert_true(shows(*state, 0, "two"));
}

static void test_update_under_way_may_show_old_or_new(void **state)
{
    store(*state, 0, "old");
    model_begin(*state, 0, "new", 3);
    assert_true(shows(*state, 0, "old"));
    model_begin(*state, 0, "new", 3);
    assert_true(shows(*state, 0, "new"));
    model_begin(*state, 0, "newer", 5);
    assert_false(shows(*state, 0, "old"));
}

static void test_update_under_way_stays_as_it_was_first_shown(void **state)
{
    store(*state, 0, "old");
    model_begin(*state, 0, "new", 3);
    assert_true(shows(*state, 0, "old"));
    assert_false(shows(*state, 0, "new"));
    model_begin(*state, 0, "new", 3);
    assert_true(shows(*state, 0, "new"));
    assert_false(shows(*state, 0, "old"));
}

static void test_update_under_way_excuses_no_other_key(void **state)
{
    store(*state, 0, "a");
    store(*state, 1, "b");
    model_begin(*state, 0, "new", 3);
    assert_false(shows(*state, 1, "new"));
    assert_true(shows(*state, 1, "b"));
    assert_true(shows(*state, 0, "new"));
}

static void test_first_value_under_way_may_be_absent(void **state)
{
    model_begin(*state, 1, "new", 3);
    assert_true(shows(*state, 1, NULL));
    assert_false(shows(*state, 1, "new"));
}

static void test_names_are_found_only_while_they_exist(void **state)
{
    assert_int_equal(model_find(*state, "second"), -1);
    assert_int_equal(model_existing(*state), 0);
    store(*state, 1, "b");
    assert_int_equal(model_find(*state, "second"), 1);
    assert_int_equal(model_find(*state, "third"), -1);
    assert_int_equal(model_existing(*state), 1);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_what_was_never_stored_must_not_be_there),
        TEST(test_acknowledged_value_must_be_there),
        TEST(test_older_value_is_wrong),
        TEST(test_update_under_way_may_show_old_or_new),
        TEST(test_update_under_way_stays_as_it_was_first_shown),
        TEST(test_update_under_way_excuses_no_other_key),
        TEST(test_first_value_under_way_may_be_absent),
        TEST(test_names_are_found_only_while_they_exist),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
