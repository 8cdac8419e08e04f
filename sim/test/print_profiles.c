/* SPDX-License-Identifier: Apache-2.0 */
/* The built-in profiles as rows of the table in docs/profiles.md, which a test compares with it. */
#include <inttypes.h>

#include "sim/flash.h"

static void print_sectors(const struct sim_profile *profile)
{
    for (uint32_t r = 0; r < profile->region_count; r++) {
        printf("%s%u x %u KiB", r == 0 ? "" : " + ", profile->regions[r].count,
               profile->regions[r].sector_bytes / 1024);
    }
}

int main(void)
{
    for (const char *const *name = sim_profile_names(); *name != NULL; name++) {
        const struct sim_profile *p = sim_profile_find(*name);

        printf("| `%s` | %u | %u | ", p->name, p->unit_bytes, p->line_bytes);
        print_sectors(p);
        printf(" | 0x%" PRIX64 " | %s | %.15g / %.15g | %.15g / %.15g | %.15g | %u / %u ", p->base,
               p->unreadable_lines ? "yes" : "no", (double)p->program_ns / 1e3,
               (double)p->program_max_ns / 1e3, (double)p->erase_ns / 1e6,
               (double)p->erase_max_ns / 1e6, (double)p->read_ns_per_byte_x100 / 100,
               p->endurance_min, p->endurance_typical);
        printf("| %u at %u, %u at %u |\n", p->retention_years[0], p->retention_cycles[0],
               p->retention_years[1], p->retention_cycles[1]);
    }
    return 0;
}
