/* SPDX-License-Identifier: Apache-2.0 */
/* ST STM32 on-chip flash. */
#include "profiles.h"

/* STM32L4: the second bank of 512 KiB of a 1 MiB part. 64 bits of data and 8 of ECC. */
const struct sim_profile profile_stm32l4 = {
    .name = "stm32l4",
    .unit_bytes = 8,
    .line_bytes = 8,
    .region_count = 1,
    .regions = {{.count = 256, .sector_bytes = KIB(2)}},
    .base = 0x08080000,
    .on_chip = true,
    .erased_value = 0xFF,
    .needs_erase = true,
    .unreadable_lines = true,
    .program_ns = US(82),
    .program_max_ns = US(91),
    .erase_ns = MS(22),
    .erase_max_ns = MS(25),
    .read_ns_per_byte_x100 = 780,
    .endurance_min = CYCLES_K(10),
    .endurance_typical = CYCLES_K(10),
    .retention_cycles = {1000, 10000},
    .retention_years = {30, 15},
};

/* STM32H7: the second bank of 1 MiB of a 2 MiB part. Flash words of 32 bytes with ECC; two bad bits
 * are a bus fault. */
const struct sim_profile profile_stm32h7 = {
    .name = "stm32h7",
    .unit_bytes = 32,
    .line_bytes = 32,
    .region_count = 1,
    .regions = {{.count = 8, .sector_bytes = KIB(128)}},
    .base = 0x08100000,
    .on_chip = true,
    .erased_value = 0xFF,
    .needs_erase = true,
    .unreadable_lines = true,
    .program_ns = US(100),
    .program_max_ns = US(200),
    .erase_ns = MS(1000),
    .erase_max_ns = MS(2000),
    .read_ns_per_byte_x100 = 60,
    .endurance_min = CYCLES_K(10),
    .endurance_typical = CYCLES_K(10),
    .retention_cycles = {1000, 10000},
    .retention_years = {30, 20},
};

/* STM32F40x, 1 MiB, sectors of mixed size, programmed in words; no ECC. */
const struct sim_profile profile_stm32f4 = {
    .name = "stm32f4",
    .unit_bytes = 4,
    .line_bytes = 16,
    .region_count = 3,
    .regions = {{.count = 4, .sector_bytes = KIB(16)},
                {.count = 1, .sector_bytes = KIB(64)},
                {.count = 7, .sector_bytes = KIB(128)}},
    .base = 0x08000000,
    .on_chip = true,
    .erased_value = 0xFF,
    .needs_erase = true,
    .program_ns = US(16),
    .program_max_ns = US(100),
    .erase_ns = MS(1000),
    .erase_max_ns = MS(2000),
    .read_ns_per_byte_x100 = 223,
    .endurance_min = CYCLES_K(10),
    .endurance_typical = CYCLES_K(10),
    .retention_cycles = {1000, 10000},
    .retention_years = {30, 20},
};
