/* SPDX-License-Identifier: Apache-2.0 */
/* See bench_device.h. */
#include "bench_device.h"

#include <stdio.h>
#include <string.h>

#include "options.h"

#define BENCH_SECTORS_MAX 256u

/* The K64F with round times, and as many sectors as the largest run needs. */
static struct sim_profile reference(void)
{
    struct sim_profile profile = *sim_profile_find("k64f");
    (void)snprintf(profile.name, sizeof profile.name, "%s", BENCH_DEVICE); /* fits */
    profile.regions[0].count = BENCH_SECTORS_MAX;
    profile.program_ns = 90 * UINT64_C(1000);
    profile.erase_ns = 15 * UINT64_C(1000000);
    profile.read_ns_per_byte_x100 = 20 * 100;
    return profile;
}

int bench_device(const char *name, uint64_t sectors, bool max_times, struct sim_profile *profile,
                 struct complaint *complaint)
{
    if (strcmp(name, BENCH_DEVICE) == 0) {
        *profile = reference();
        if (sim_profile_resize(profile, (uint32_t)sectors, 0) < 0) {
            return complain(complaint, BENCH_DEVICE " has %u sectors; ask for at most that.",
                            BENCH_SECTORS_MAX);
        }
    } else if (device_profile(name, sectors, profile, complaint) < 0) {
        return -1;
    }
    if (max_times) {
        profile->program_ns = profile->program_max_ns;
        profile->erase_ns = profile->erase_max_ns;
    }
    return 0;
}

uint32_t bench_device_sectors(const struct sim_profile *profile)
{
    uint32_t sectors = 0;
    for (uint32_t i = 0; i < profile->region_count; i++) {
        sectors += profile->regions[i].count;
    }
    return sectors;
}

uint64_t bench_device_bytes(const struct sim_profile *profile)
{
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < profile->region_count; i++) {
        bytes += (uint64_t)profile->regions[i].count * profile->regions[i].sector_bytes;
    }
    return bytes;
}
