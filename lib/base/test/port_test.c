/* SPDX-License-Identifier: Apache-2.0 */
/* See port_test.h. */
#include "port_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define WAITS_MAX 10000u /* no test waits so often; a loop that never ends does */

struct port_test port_test;

static uint8_t entropy;

void port_test_reset(void)
{
    port_test = (struct port_test){0};
    entropy = 0;
}

void cfs_port_wait(void)
{
    port_test.waits++;
    if (port_test.on_wait == NULL || port_test.waits > WAITS_MAX) {
        fail_msg("waiting for an operation that nobody completes");
        return; /* never: fail_msg jumps out of here */
    }
    port_test.on_wait(port_test.context);
}

void cfs_port_wake(void)
{
    port_test.wakes++;
}

bool cfs_port_low_voltage(void)
{
    return port_test.low_voltage;
}

void cfs_port_entropy(void *data, size_t size)
{
    uint8_t *to = data;

    for (size_t i = 0; i < size; i++) {
        entropy = (uint8_t)(entropy * 5u + 77u); /* all 256 values before the first comes again */
        to[i] = entropy;
    }
}

void cfs_port_assert_failed(const char *file, int line, const char *condition)
{
    mock_assert(0, condition, file, line); /* jumps out of here */
    abort();
}
