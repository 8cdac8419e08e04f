/* SPDX-License-Identifier: Apache-2.0 */
/* Finding and resizing profiles. The figures are in profiles/, the loader in profile_load.c. */
#include <string.h>

#include "profiles/profiles.h"

static const struct sim_profile *const profiles[] = {
    &profile_k64f,    &profile_k22f,    &profile_nrf52840, &profile_stm32l4,
    &profile_stm32h7, &profile_stm32f4, &profile_w25q128,
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

int sim_profile_resize(struct sim_profile *profile, uint32_t sectors, uint32_t sector_bytes)
{
    uint32_t left = sectors;

    if (sector_bytes != 0 && sector_bytes % profile->line_bytes != 0) {
        return -1;
    }
    for (uint32_t r = 0; sectors != 0 && r < profile->region_count; r++) {
        if (profile->regions[r].count >= left) {
            profile->regions[r].count = left;
            profile->region_count = r + 1;
        }
        left -= profile->regions[r].count;
        if (left == 0) {
            break;
        }
    }
    if (sectors != 0 && left != 0) {
        return -1;
    }
    for (uint32_t r = 0; sector_bytes != 0 && r < profile->region_count; r++) {
        profile->regions[r].sector_bytes = sector_bytes;
    }
    return 0;
}
