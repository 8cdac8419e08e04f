/* SPDX-License-Identifier: Apache-2.0 */
/* Serial NOR flash. */
#include "profiles.h"

/* Winbond W25Q128JV, erased by its smallest piece. Any number of bytes is programmed at once from the page buffer, so everything
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

/* The same, erased by blocks of 64 KiB: three times as long for sixteen times as much. */
const struct sim_profile profile_w25q128_64k = {
    .name = "w25q128-64k",
    .unit_bytes = 1,
    .line_bytes = 16,
    .in_flight_bytes = 16,
    .region_count = 1,
    .regions = {{.count = 256, .sector_bytes = KIB(64)}},
    .erased_value = 0xFF,
    .needs_erase = true,
    .program_ns = 4220,
    .program_max_ns = US(188),
    .erase_ns = MS(150),
    .erase_max_ns = MS(2000),
    .read_ns_per_byte_x100 = 16000,
    .endurance_min = CYCLES_K(100),
    .endurance_typical = CYCLES_K(100),
    .retention_cycles = {100000, 100000},
    .retention_years = {20, 20},
};

/* Winbond W25Q16 beside an RP2040, whose boot ROM programs whole pages of 256 bytes only. Sixteen
 * pages, the smallest erase, are too few for a sector of the store, so it is erased by blocks. */
const struct sim_profile profile_rp2040 = {
    .name = "rp2040",
    .unit_bytes = 256,
    .line_bytes = 256,
    .region_count = 1,
    .regions = {{.count = 32, .sector_bytes = KIB(64)}},
    .erased_value = 0xFF,
    .needs_erase = true,
    .program_ns = US(700),
    .program_max_ns = US(3000),
    .erase_ns = MS(150),
    .erase_max_ns = MS(1000),
    .read_ns_per_byte_x100 = 16000,
    .endurance_min = CYCLES_K(100),
    .endurance_typical = CYCLES_K(100),
    .retention_cycles = {100000, 100000},
    .retention_years = {20, 20},
};
