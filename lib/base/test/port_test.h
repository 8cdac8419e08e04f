/* SPDX-License-Identifier: Apache-2.0 */
/* cfs/port.h for CMocka programs: everything can be counted and nothing takes time.
 *
 * A failed assertion fails the test, or is what expect_assert_failure() waits for. */
#ifndef PORT_TEST_H
#define PORT_TEST_H

#include "cfs/port.h"

struct port_test {
    unsigned waits;
    unsigned wakes;
    void (*on_wait)(void *context); /* completes what is pending; NULL: waiting fails the test */
    void *context;
    bool low_voltage;
};

extern struct port_test port_test;

/* Counts are 0, nobody completes anything, entropy starts again. */
void port_test_reset(void);

#endif
