/* SPDX-License-Identifier: Apache-2.0 */
/* Finding and resizing profiles. The figures are in profiles/, the loader in profile_load.c. */
#include <string.h>

#include "profiles/profiles.h"

static const struct sim_profile *const profiles[] = {
    &profile_k64f,    &profile_k22f,    &profile_nrf52840,    &profile_stm32l4, &profile_stm32h7,
    &profile_stm32f4, &profile_w25q128, &profile_w25q128_64k, &profile_rp2040,  &profile_samv71,
};

#define PROFILE_COUNT (sizeof profiles / sizeof profiles[0])

const struct sim_profile *sim_profile_find(const char *name)
{
    for (size_t i = 0; i < PROFILE_COUNT; i++) {
        if (strcmp(profiles[i]->name, name) == 0) {
            return profiles[i];
        }
    }
    return NULL;
}

const char *const *sim_profile_names(void)
{
    static const char *names[PROFILE_COUNT + 1];

    for (size_t i = 0; i < PROFILE_COUNT; i++) {
        names[i] = profiles[i]->name;
    }
    return names;
}

static bool keep_sectors(struct sim_profile *profile, uint32_t sectors)
{
    uint32_t left = sectors;

    for (uint32_t r = 0; r < profile->region_count; r++) {
        if (profile->regions[r].count >= left) {
            profile->regions[r].count = left;
            profile->region_count = r + 1;
            return true;
        }
        left -= profile->regions[r].count;
    }
    return false;
}

int sim_profile_resize(struct sim_profile *profile, uint32_t sectors, uint32_t sector_bytes)
{
    if (sector_bytes % profile->line_bytes != 0) {
        return -1;
    }
    if (sectors != 0 && !keep_sectors(profile, sectors)) {
        return -1;
    }
    if (sector_bytes != 0) {
        for (uint32_t r = 0; r < profile->region_count; r++) {
            profile->regions[r].sector_bytes = sector_bytes;
        }
        profile->base -= profile->base % sector_bytes;
    }
    return 0;
}
