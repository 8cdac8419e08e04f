/* SPDX-License-Identifier: Apache-2.0 */
/* What figures of a profile must not contradict each other. */
#include <stdarg.h>

#include "profile_private.h"

#define SIZE_MAX_BYTES (UINT64_C(4) << 30)

static bool complain(char *text, size_t text_size, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(text, text_size, format, arguments);
    va_end(arguments);
    return false;
}

static bool check_line(const struct sim_profile *profile, char *text, size_t text_size)
{
    const uint32_t unit = profile->unit_bytes;
    const uint32_t line = profile->line_bytes;

    if ((unit & (unit - 1)) != 0 || (line & (line - 1)) != 0) {
        return complain(text, text_size,
                        "unit_bytes (%u) and line_bytes (%u) must be powers of two", unit, line);
    }
    if (line < unit) {
        return complain(text, text_size,
                        "line_bytes (%u) is less than unit_bytes (%u), but a cut program damages "
                        "at least its unit",
                        line, unit);
    }
    if (profile->in_flight_bytes % unit != 0 || profile->in_flight_bytes > line) {
        return complain(text, text_size,
                        "in_flight_bytes (%u) is not a multiple of unit_bytes (%u) up to "
                        "line_bytes (%u)",
                        profile->in_flight_bytes, unit, line);
    }
    return true;
}

static bool check_regions(const struct sim_profile *profile, char *text, size_t text_size)
{
    uint64_t size_bytes = 0;

    for (uint32_t r = 0; r < profile->region_count; r++) {
        const uint32_t sector = profile->regions[r].sector_bytes;

        if (sector % profile->line_bytes != 0) {
            return complain(text, text_size,
                            "sector_bytes (%u) is not a multiple of line_bytes (%u)", sector,
                            profile->line_bytes);
        }
        if ((profile->base + size_bytes) % sector != 0) {
            return complain(text, text_size,
                            "sectors of %u bytes would begin at 0x%llx, which is not a multiple",
                            sector, (unsigned long long)(profile->base + size_bytes));
        }
        size_bytes += (uint64_t)profile->regions[r].count * sector;
    }
    if (size_bytes > SIZE_MAX_BYTES) {
        return complain(text, text_size, "the regions add up to %llu bytes, more than 4 GiB",
                        (unsigned long long)size_bytes);
    }
    return true;
}

static bool check_times(const struct sim_profile *profile, char *text, size_t text_size)
{
    if (profile->program_max_ns < profile->program_ns) {
        return complain(text, text_size, "program_max_us is less than program_us");
    }
    if (profile->erase_max_ns < profile->erase_ns) {
        return complain(text, text_size, "erase_max_ms is less than erase_ms");
    }
    return true;
}

static bool check_life(const struct sim_profile *profile, char *text, size_t text_size)
{
    if (profile->endurance_typical < profile->endurance_min) {
        return complain(text, text_size, "endurance_typical (%u) is less than endurance_min (%u)",
                        profile->endurance_typical, profile->endurance_min);
    }
    if (profile->retention_cycles[1] < profile->retention_cycles[0] ||
        profile->retention_years[1] > profile->retention_years[0]) {
        return complain(text, text_size,
                        "retention must go from fewer cycles and more years to more cycles and "
                        "fewer years");
    }
    return true;
}

bool profile_check(const struct sim_profile *profile, char *text, size_t text_size)
{
    return check_line(profile, text, text_size) && check_regions(profile, text, text_size) &&
           check_times(profile, text, text_size) && check_life(profile, text, text_size);
}
