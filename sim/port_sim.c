/* SPDX-License-Identifier: Apache-2.0 */
/* See sim/port.h. */
#include "sim/port.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cfs/port.h"
#include "draw.h"
#include "sim/flash.h"

static uint64_t seed;
static uint64_t drawn;
static const struct sim_flash *clock_of;
static bool low_voltage;

void sim_port_seed(uint64_t new_seed)
{
    seed = new_seed;
    drawn = 0;
}

void cfs_port_wait(void)
{
    if (!sim_flash_complete_next()) {
        (void)fputs(
            "sim: cfs_port_wait(): waiting for an operation, but no device has one pending\n",
            stderr);
        abort();
    }
}

void cfs_port_wake(void)
{
    /* The waiter looks for itself: callbacks run inside cfs_port_wait(). */
}

void sim_port_set_clock(const struct sim_flash *flash)
{
    clock_of = flash;
}

uint32_t cfs_port_time_us(void)
{
    return clock_of == NULL ? 0u : (uint32_t)(sim_flash_now_ns(clock_of) / 1000u);
}

void sim_port_set_low_voltage(bool low)
{
    low_voltage = low;
}

bool cfs_port_low_voltage(void)
{
    return low_voltage;
}

void cfs_port_entropy(void *data, size_t size)
{
    uint8_t *to = data;

    for (size_t done = 0; done < size; done += sizeof(uint64_t)) {
        const uint64_t random = draw_mix(draw_mix(seed) ^ drawn++);
        const size_t left = size - done;

        memcpy(to + done, &random, left < sizeof random ? left : sizeof random);
    }
}

void cfs_port_assert_failed(const char *file, int line, const char *condition)
{
    (void)fprintf(stderr, "%s:%d: assertion failed: %s\n", file, line, condition);
    abort();
}
