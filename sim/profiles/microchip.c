/* SPDX-License-Identifier: Apache-2.0 */
/* Microchip on-chip flash. */
#include "profiles.h"

/* SAMV71 (and S70, E70, V70): the last 1 MiB of a 2 MiB part, programmed by pages of 512 bytes and
 * erased by sectors. Its controller corrects one wrong bit and tells of two. */
const struct sim_profile profile_samv71 = {
    .name = "samv71",
    .unit_bytes = 512,
    .line_bytes = 512,
    .region_count = 1,
    .regions = {{.count = 8, .sector_bytes = KIB(128)}},
    .base = 0x00500000,
    .on_chip = true,
    .erased_value = 0xFF,
    .needs_erase = true,
    .unreadable_lines = true,
    .program_ns = US(1500),
    .program_max_ns = US(3000),
    .erase_ns = MS(800),
    .erase_max_ns = MS(1500),
    .read_ns_per_byte_x100 = 270,
    .endurance_min = CYCLES_K(10),
    .endurance_typical = CYCLES_K(100),
    .retention_cycles = {1000, 10000},
    .retention_years = {20, 10},
};
