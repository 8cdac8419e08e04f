/* SPDX-License-Identifier: Apache-2.0 */
/* NXP Kinetis on-chip flash. */
#include "profiles.h"

/* MK64FN1M0, FTFE controller: the second bank of 512 KiB. Phrases of 8 bytes carry a hidden ECC; a
 * bad one can take its read line of 16 bytes with it. */
const struct sim_profile profile_k64f = {
    .name = "k64f",
    .unit_bytes = 8,
    .line_bytes = 16,
    .region_count = 1,
    .regions = {{.count = 128, .sector_bytes = KIB(4)}},
    .base = 0x80000,
    .on_chip = true,
    .erased_value = 0xFF,
    .needs_erase = true,
    .unreadable_lines = true,
    .program_ns = US(90),
    .program_max_ns = US(150),
    .erase_ns = MS(14),
    .erase_max_ns = MS(114),
    .read_ns_per_byte_x100 = 210,
    .endurance_min = CYCLES_K(10),
    .endurance_typical = CYCLES_K(50),
    .retention_cycles = {1000, 10000},
    .retention_years = {20, 5},
};

/* MK22FN512, FTFA controller: the second bank of 256 KiB. Longwords of 4 bytes without ECC. */
const struct sim_profile profile_k22f = {
    .name = "k22f",
    .unit_bytes = 4,
    .line_bytes = 16,
    .region_count = 1,
    .regions = {{.count = 128, .sector_bytes = KIB(2)}},
    .base = 0x40000,
    .on_chip = true,
    .erased_value = 0xFF,
    .needs_erase = true,
    .program_ns = US(65),
    .program_max_ns = US(145),
    .erase_ns = MS(14),
    .erase_max_ns = MS(114),
    .read_ns_per_byte_x100 = 210,
    .endurance_min = CYCLES_K(10),
    .endurance_typical = CYCLES_K(50),
    .retention_cycles = {1000, 10000},
    .retention_years = {20, 5},
};
