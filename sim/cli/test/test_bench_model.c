/* SPDX-License-Identifier: Apache-2.0 */
/* The judge of a benchmark must say no to everything but the newest version of a key. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bench_model.h"

#define KEYS  3u
#define KEY   1u
#define BYTES 40u

static struct bench_model model;

static int set_up(void **state)
{
    (void)state; /* the model is enough */
    return bench_model_init(&model, KEYS);
}

static int tear_down(void **state)
{
    (void)state; /* as above */
    bench_model_free(&model);
    return 0;
}

/* Whether key KEY may be shown as `version` with `length` bytes. */
static bool allows(uint32_t version, int32_t length)
{
    uint8_t value[BYTES + 1] = {0};
    bench_model_value(&model, KEY, version, value, BYTES + 1);
    return bench_model_allows(&model, KEY, value, length);
}

static void test_key_never_set_is_not_there(void **state)
{
    (void)state; /* the model is enough */
    assert_true(allows(0, -1));
    assert_false(allows(0, 0));
    assert_false(allows(1, BYTES));
    assert_int_equal(bench_model_existing(&model), 0);
}

static void test_only_the_newest_version_is_right(void **state)
{
    (void)state; /* the model is enough */
    bench_model_set(&model, KEY, BYTES);
    assert_true(allows(1, BYTES));
    bench_model_set(&model, KEY, BYTES);
    assert_true(allows(2, BYTES));
    assert_false(allows(1, BYTES));
    assert_false(allows(3, BYTES));
    assert_false(allows(2, -1));
    assert_int_equal(bench_model_existing(&model), 1);
}

static void test_length_counts(void **state)
{
    (void)state; /* the model is enough */
    bench_model_set(&model, KEY, BYTES);
    assert_false(allows(1, BYTES - 1));
    assert_false(allows(1, BYTES + 1));
}

static void test_every_byte_counts(void **state)
{
    (void)state; /* the model is enough */
    uint8_t value[BYTES];
    bench_model_set(&model, KEY, BYTES);
    bench_model_value(&model, KEY, 1, value, BYTES);
    for (size_t i = 0; i < BYTES; i++) {
        value[i] ^= 1;
        assert_false(bench_model_allows(&model, KEY, value, BYTES));
        value[i] ^= 1;
    }
    assert_true(bench_model_allows(&model, KEY, value, BYTES));
}

static void test_deleted_key_is_gone_and_its_versions_go_on(void **state)
{
    (void)state; /* the model is enough */
    bench_model_set(&model, KEY, BYTES);
    bench_model_delete(&model, KEY);
    assert_true(allows(1, -1));
    assert_false(allows(1, BYTES));
    bench_model_set(&model, KEY, BYTES);
    assert_true(allows(2, BYTES));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_key_never_set_is_not_there),
        TEST(test_only_the_newest_version_is_right),
        TEST(test_length_counts),
        TEST(test_every_byte_counts),
        TEST(test_deleted_key_is_gone_and_its_versions_go_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
