/* SPDX-License-Identifier: Apache-2.0 */
/* The part a benchmark runs on. */
#ifndef CLI_BENCH_DEVICE_H
#define CLI_BENCH_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/flash.h"

#include "complaint.h"

#define BENCH_DEVICE "k64f-bench" /* what others were measured on: docs/bench.md */

/* `name` as in device_profile(), or BENCH_DEVICE. With `max_times` every operation takes the
 * longest time that the data sheet allows. `sectors` 0: all there are. */
int bench_device(const char *name, uint64_t sectors, bool max_times, struct sim_profile *profile,
                 struct complaint *complaint);

uint32_t bench_device_sectors(const struct sim_profile *profile);
uint64_t bench_device_bytes(const struct sim_profile *profile);

#endif
