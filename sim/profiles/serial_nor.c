/* SPDX-License-Identifier: Apache-2.0 */
/* Serial NOR flash. */
#include "profiles.h"

/* Winbond W25Q128JV. Any number of bytes is programmed at once from the page buffer, so everything
 * in one call is in flight together. The time is that of a program command, here spread over the
 * bytes of a line. */
const struct sim_profile profile_w25q128 = {
    .name = "w25q128",
    .unit_bytes = 1,
    .line_bytes = 16,
    .in_flight_bytes = 16,
    .region_count = 1,
    .regions = {{.count = 4096, .sector_bytes = KIB(4)}},
    .erased_value = 0xFF,
    .needs_erase = true,
    .program_ns = 4220,
    .program_max_ns = US(188),
    .erase_ns = MS(45),
    .erase_max_ns = MS(400),
    .read_ns_per_byte_x100 = 16000,
    .endurance_min = CYCLES_K(100),
    .endurance_typical = CYCLES_K(100),
    .retention_cycles = {100000, 100000},
    .retention_years = {20, 20},
};
