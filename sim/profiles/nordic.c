/* SPDX-License-Identifier: Apache-2.0 */
/* Nordic Semiconductor on-chip flash. */
#include "profiles.h"

/* nRF52840: the last 128 KiB. Two writes of a word are allowed; the store never needs the second,
 * so the model forbids it. */
const struct sim_profile profile_nrf52840 = {
    .name = "nrf52840",
    .unit_bytes = 4,
    .line_bytes = 16,
    .region_count = 1,
    .regions = {{.count = 32, .sector_bytes = KIB(4)}},
    .base = 0xE0000,
    .on_chip = true,
    .erased_value = 0xFF,
    .needs_erase = true,
    .program_ns = US(41),
    .program_max_ns = US(41),
    .erase_ns = MS(85),
    .erase_max_ns = MS(85),
    .read_ns_per_byte_x100 = 1170,
    .endurance_min = CYCLES_K(10),
    .endurance_typical = CYCLES_K(10),
    .retention_cycles = {10000, 10000},
    .retention_years = {10, 10},
};
