/* SPDX-License-Identifier: Apache-2.0 */
/* The judge must reject every wrong history and accept every right one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "oracle.h"

#define V(serial) VERSION_OF(serial, SHAPE_COUNTER)

/* Keys 0, 1 and 2 hold versions 5, 6 and 7; key 3 was deleted. */
static void begin(struct oracle *oracle)
{
    oracle_clear(oracle);
    for (unsigned key = 0; key < 4; key++) {
        oracle_begin(oracle, key, V(5 + key));
        oracle_acknowledge(oracle);
    }
    oracle_begin(oracle, 3, VERSION_ABSENT);
    oracle_acknowledge(oracle);
}

static void expect(struct oracle *oracle, const struct map *seen, enum invariant expected)
{
    enum invariant broken = INVARIANTS;
    unsigned key = KEYS;
    assert_false(oracle_judge(oracle, seen, &broken, &key));
    assert_string_equal(invariant_code(broken), invariant_code(expected));
}

static void accept(struct oracle *oracle, const struct map *seen)
{
    enum invariant broken;
    unsigned key;
    assert_true(oracle_judge(oracle, seen, &broken, &key));
}

static void test_accepts_what_was_acknowledged(void **state)
{
    (void)state;
    struct oracle oracle;
    begin(&oracle);
    struct map seen = oracle.acknowledged;
    accept(&oracle, &seen);
}

static void test_rejects_a_lost_write(void **state)
{
    (void)state;
    struct oracle oracle;
    begin(&oracle);
    struct map seen = oracle.acknowledged;
    seen.version[1] = VERSION_ABSENT;
    expect(&oracle, &seen, INVARIANT_DURABLE);
}

static void test_rejects_an_older_value_and_a_deleted_key(void **state)
{
    (void)state;
    struct oracle oracle;
    begin(&oracle);
    struct map seen = oracle.acknowledged;
    seen.version[2] = V(2);
    expect(&oracle, &seen, INVARIANT_NO_RETURN);
    seen = oracle.acknowledged;
    seen.version[3] = V(8);
    expect(&oracle, &seen, INVARIANT_NO_RETURN);
}

static void test_accepts_an_operation_in_flight_wholly_or_not(void **state)
{
    (void)state;
    struct oracle oracle;
    for (int took_place = 0; took_place < 2; took_place++) {
        begin(&oracle);
        struct map before = oracle.acknowledged;
        oracle_begin(&oracle, 0, V(20));
        struct map after = oracle.in_flight;
        accept(&oracle, took_place ? &after : &before);
    }
}

static void test_rejects_a_third_value_of_the_key_in_flight(void **state)
{
    (void)state;
    struct oracle oracle;
    begin(&oracle);
    oracle_begin(&oracle, 0, V(20));
    struct map seen = oracle.acknowledged;
    seen.version[0] = V(19);
    expect(&oracle, &seen, INVARIANT_ATOMIC);
    seen.version[0] = VERSION_ABSENT;
    expect(&oracle, &seen, INVARIANT_ATOMIC);
    seen.version[0] = VERSION_BAD;
    expect(&oracle, &seen, INVARIANT_ATOMIC);
}

static void test_rejects_a_neighbour_that_changes_with_an_operation(void **state)
{
    (void)state;
    struct oracle oracle;
    begin(&oracle);
    oracle_begin(&oracle, 0, V(20));
    struct map seen = oracle.in_flight;
    seen.version[2] = VERSION_ABSENT;
    expect(&oracle, &seen, INVARIANT_NEIGHBOUR);
}

static void test_what_was_seen_is_settled(void **state)
{
    (void)state;
    struct oracle oracle;
    begin(&oracle);
    struct map before = oracle.acknowledged;
    oracle_begin(&oracle, 0, V(20));
    struct map after = oracle.in_flight;
    accept(&oracle, &before);
    expect(&oracle, &after, INVARIANT_DURABLE);

    begin(&oracle);
    oracle_begin(&oracle, 0, V(20));
    accept(&oracle, &after);
    expect(&oracle, &before, INVARIANT_NO_RETURN);
}

static void test_a_refused_operation_is_in_no_map(void **state)
{
    (void)state;
    struct oracle oracle;
    begin(&oracle);
    oracle_begin(&oracle, 0, V(20));
    struct map after = oracle.in_flight;
    oracle_refuse(&oracle);
    expect(&oracle, &after, INVARIANT_DURABLE);
}

static void test_rejects_part_of_a_clear(void **state)
{
    (void)state;
    struct oracle oracle;
    begin(&oracle);
    struct map seen = oracle.acknowledged;
    oracle_begin_clear(&oracle);
    seen.version[0] = VERSION_ABSENT;
    expect(&oracle, &seen, INVARIANT_ATOMIC);
    memset(&seen, 0, sizeof seen);
    accept(&oracle, &seen);
}

static void test_values_tell_which_write_they_are(void **state)
{
    (void)state;
    uint8_t bytes[VALUE_BYTES_MAX];
    for (unsigned shape = SHAPE_EMPTY; shape < SHAPES; shape++) {
        uint32_t version = version_make(77, (enum shape)shape);
        size_t size = value_build(3, version, bytes);
        assert_int_equal(size, value_size(version));
        assert_int_equal(value_parse(3, bytes, size), version);
        if (shape >= SHAPE_COUNTER) {
            assert_int_equal(value_parse(2, bytes, size), VERSION_BAD);
            bytes[size - 1] ^= 1;
            assert_int_not_equal(value_parse(3, bytes, size), version);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_accepts_what_was_acknowledged),
        cmocka_unit_test(test_rejects_a_lost_write),
        cmocka_unit_test(test_rejects_an_older_value_and_a_deleted_key),
        cmocka_unit_test(test_accepts_an_operation_in_flight_wholly_or_not),
        cmocka_unit_test(test_rejects_a_third_value_of_the_key_in_flight),
        cmocka_unit_test(test_rejects_a_neighbour_that_changes_with_an_operation),
        cmocka_unit_test(test_what_was_seen_is_settled),
        cmocka_unit_test(test_a_refused_operation_is_in_no_map),
        cmocka_unit_test(test_rejects_part_of_a_clear),
        cmocka_unit_test(test_values_tell_which_write_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
