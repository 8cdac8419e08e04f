/* SPDX-License-Identifier: Apache-2.0 */
/* Events come in the order of their time, whatever order they were added in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rng.h"
#include "schedule.h"

#define EVENTS 50u
#define STEPS  2000u

static void test_events_come_in_order(void **state)
{
    struct schedule schedule;
    struct rng rng = {1};
    uint64_t before_ns = 0;
    (void)state; /* there is none */
    assert_int_equal(schedule_init(&schedule, EVENTS), 0);
    for (uint32_t i = 0; i < EVENTS; i++) {
        schedule_add(&schedule, (struct event){rng_below(&rng, 1000), EVENT_UPDATE, i});
    }
    for (unsigned i = 0; i < STEPS; i++) {
        uint64_t at_ns = schedule_next(&schedule)->at_ns;
        assert_true(at_ns >= before_ns);
        before_ns = at_ns;
        schedule_postpone(&schedule, at_ns + rng_below(&rng, 1000));
    }
    schedule_free(&schedule);
}

static void test_every_event_gets_its_turn(void **state)
{
    struct schedule schedule;
    unsigned turns[EVENTS] = {0};
    (void)state; /* there is none */
    assert_int_equal(schedule_init(&schedule, EVENTS), 0);
    for (uint32_t i = 0; i < EVENTS; i++) {
        schedule_add(&schedule, (struct event){i, EVENT_UPDATE, i});
    }
    for (unsigned i = 0; i < 10 * EVENTS; i++) {
        turns[schedule_next(&schedule)->index]++;
        schedule_postpone(&schedule, schedule_next(&schedule)->at_ns + EVENTS);
    }
    for (unsigned i = 0; i < EVENTS; i++) {
        assert_int_equal(turns[i], 10);
    }
    schedule_free(&schedule);
}

static void test_ties_have_a_fixed_order(void **state)
{
    struct schedule schedule;
    (void)state; /* there is none */
    assert_int_equal(schedule_init(&schedule, 4), 0);
    schedule_add(&schedule, (struct event){5, EVENT_YEAR, 0});
    schedule_add(&schedule, (struct event){5, EVENT_UPDATE, 1});
    schedule_add(&schedule, (struct event){5, EVENT_BOOT, 0});
    schedule_add(&schedule, (struct event){5, EVENT_UPDATE, 0});
    const enum event_kind kinds[] = {EVENT_UPDATE, EVENT_UPDATE, EVENT_BOOT, EVENT_YEAR};
    for (unsigned i = 0; i < 4; i++) {
        assert_int_equal(schedule_next(&schedule)->kind, kinds[i]);
        assert_int_equal(schedule_next(&schedule)->index, i == 1);
        schedule_postpone(&schedule, 100 + i);
    }
    schedule_free(&schedule);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_events_come_in_order),
        cmocka_unit_test(test_every_event_gets_its_turn),
        cmocka_unit_test(test_ties_have_a_fixed_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
