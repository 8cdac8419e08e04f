/* SPDX-License-Identifier: Apache-2.0 */
/* Buckets of the latency histogram: without gaps, narrow, and every value in the right one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "latency.h"

static size_t bucket_of(uint64_t ns)
{
    static struct latency latency;
    latency = (struct latency){0};
    latency_add(&latency, ns, ns);
    for (size_t i = 0; i < LATENCY_BUCKETS; i++) {
        if (latency.counts[i] == 1) {
            return i;
        }
    }
    fail_msg("%llu ns is in no bucket", (unsigned long long)ns);
    return 0;
}

static void test_bucket_starts_where_its_values_start(void **state)
{
    (void)state; /* there is none */
    for (size_t i = 1; i + 1 < LATENCY_BUCKETS; i++) {
        uint64_t start = latency_bucket_start_ns(i);
        assert_int_equal(bucket_of(start), i);
        assert_int_equal(bucket_of(start - 1), i - 1);
    }
    assert_int_equal(bucket_of(UINT64_MAX), LATENCY_BUCKETS - 1);
}

static void test_bucket_is_at_most_an_eighth_wide(void **state)
{
    (void)state; /* there is none */
    for (size_t i = 8; i + 1 < LATENCY_BUCKETS; i++) {
        uint64_t start = latency_bucket_start_ns(i);
        assert_true(latency_bucket_start_ns(i + 1) - start <= (start + 7) / 8);
    }
}

static void test_p99_covers_99_of_100(void **state)
{
    struct latency latency = {0};
    (void)state; /* there is none */
    for (unsigned i = 0; i < 99; i++) {
        latency_add(&latency, 1000, 2000);
    }
    latency_add(&latency, 1000000, 2000000);
    assert_in_range(latency_p99_ns(&latency), 1000, 1125);
    latency_add(&latency, 1000000, 2000000);
    assert_int_equal(latency_p99_ns(&latency), 1000000);
    assert_int_equal(latency.worst_max_ns, 2000000);
}

static void test_merge_adds_up(void **state)
{
    struct latency sum = {0};
    struct latency other = {0};
    (void)state; /* there is none */
    latency_add(&sum, 10, 30);
    latency_add(&other, 20, 25);
    latency_merge(&sum, &other);
    assert_int_equal(sum.count, 2);
    assert_int_equal(sum.sum_ns, 30);
    assert_int_equal(sum.worst_ns, 20);
    assert_int_equal(sum.worst_max_ns, 30);
    assert_int_equal(sum.counts[10], 1);
}

static void test_nothing_takes_no_time(void **state)
{
    struct latency latency = {0};
    (void)state; /* there is none */
    assert_int_equal(latency_p99_ns(&latency), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bucket_starts_where_its_values_start),
        cmocka_unit_test(test_bucket_is_at_most_an_eighth_wide),
        cmocka_unit_test(test_p99_covers_99_of_100),
        cmocka_unit_test(test_merge_adds_up),
        cmocka_unit_test(test_nothing_takes_no_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
