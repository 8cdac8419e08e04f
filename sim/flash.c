/* SPDX-License-Identifier: Apache-2.0 */
/* Devices: their life, copies, hash, clock and power. */
#include <stdlib.h>
#include <string.h>

#include "draw.h"
#include "flash_private.h"

/* ---- life */

static void set_pattern(struct sim_flash *flash, uint32_t pattern)
{
    flash->pattern = pattern;
    flash->pattern_draws = draw(flash->seed, DRAW_WEAK, pattern);
}

static void lay_out(struct sim_flash *flash)
{
    uint64_t addr = 0;
    uint32_t sector = 0;

    for (uint32_t r = 0; r < flash->profile.region_count; r++) {
        struct sim_region *region = &flash->regions[r];
        const uint32_t count = flash->profile.regions[r].count;

        region->addr = addr;
        region->first_sector = sector;
        region->sector_bytes = flash->profile.regions[r].sector_bytes;
        region->size_bytes = (uint64_t)count * region->sector_bytes;
        addr += region->size_bytes;
        sector += count;
    }
    flash->size_bytes = addr;
    flash->sector_count = sector;
}

static bool make_sectors(struct sim_flash *flash)
{
    struct sim_sector *sector = calloc(flash->sector_count, sizeof *sector);

    flash->sectors = sector;
    if (sector == NULL) {
        return false;
    }
    for (uint32_t r = 0; r < flash->profile.region_count; r++) {
        struct sim_region *region = &flash->regions[r];
        uint64_t addr = region->addr;

        region->blank = cells_new(&flash->profile, region->sector_bytes);
        if (region->blank == NULL) {
            return false;
        }
        for (uint32_t i = 0; i < flash->profile.regions[r].count; i++, sector++) {
            cells_hold(region->blank);
            sector->cells = region->blank;
            sector->addr = addr;
            sector->size_bytes = region->sector_bytes;
            addr += region->sector_bytes;
        }
    }
    return true;
}

static void release_memory(struct sim_flash *flash)
{
    for (uint32_t i = 0; flash->sectors != NULL && i < flash->sector_count; i++) {
        if (flash->sectors[i].cells != NULL) {
            cells_release(flash->sectors[i].cells);
        }
    }
    for (uint32_t r = 0; r < flash->profile.region_count; r++) {
        if (flash->regions[r].blank != NULL) {
            cells_release(flash->regions[r].blank);
        }
    }
    free(flash->sectors);
    free(flash);
}

struct sim_flash *sim_flash_new(const struct sim_profile *profile, uint64_t seed)
{
    struct sim_flash *flash = calloc(1, sizeof *flash);

    if (flash == NULL || !driver_has_room(&flash->slot)) {
        free(flash);
        return NULL;
    }
    flash->profile = *profile;
    flash->seed = seed;
    set_pattern(flash, 0);
    lay_out(flash);
    if (!make_sectors(flash)) {
        release_memory(flash);
        return NULL;
    }
    driver_attach(flash);
    return flash;
}

void sim_flash_free(struct sim_flash *flash)
{
    if (flash != NULL) {
        driver_detach(flash);
        release_memory(flash);
    }
}

/* What a copy keeps of its own: its driver, its hook and its handler. */
void sim_flash_copy(struct sim_flash *to, const struct sim_flash *from)
{
    for (uint32_t i = 0; i < from->sector_count; i++) {
        struct sim_sector *sector = &to->sectors[i];

        cells_share(sector, from->sectors[i].cells);
        sector->erases = from->sectors[i].erases;
        sector->cycles_to_failure = from->sectors[i].cycles_to_failure;
    }
    to->seed = from->seed;
    to->fill_policy = from->fill_policy;
    to->off = from->off;
    to->pattern = from->pattern;
    to->pattern_draws = from->pattern_draws;
    to->op_index = from->op_index;
    to->counters = from->counters;
    to->now_ns = from->now_ns;
    to->now_x100 = from->now_x100;
    to->armed.armed = false;
    to->pending.busy = false;
}

bool sim_flash_has_weak(const struct sim_flash *flash)
{
    for (uint32_t i = 0; i < flash->sector_count; i++) {
        if (flash->sectors[i].cells->weak_units != 0) {
            return true;
        }
    }
    return false;
}

struct sim_hash sim_flash_hash(const struct sim_flash *flash)
{
    struct sim_hash hash = {flash->off, 0};

    for (uint32_t i = 0; i < flash->sector_count; i++) {
        const struct cells *cells = flash->sectors[i].cells;

        hash.low += cells->lines.low;
        hash.high += cells->lines.high;
        if (cells->erase_cut) {
            hash.low += draw_mix(i);
            hash.high += draw_mix(~(uint64_t)i);
        }
    }
    if (!flash->off && sim_flash_has_weak(flash)) {
        hash.low += draw_mix(flash->pattern);
    }
    return hash;
}

bool sim_flash_check(const struct sim_flash *flash)
{
    for (uint32_t i = 0; i < flash->sector_count; i++) {
        if (!cells_check(flash, &flash->sectors[i])) {
            return false;
        }
    }
    return true;
}

/* ---- what can be asked */

const struct sim_profile *sim_flash_profile(const struct sim_flash *flash)
{
    return &flash->profile;
}

const struct sim_counters *sim_flash_counters(const struct sim_flash *flash)
{
    return &flash->counters;
}

uint32_t sim_flash_sector_count(const struct sim_flash *flash)
{
    return flash->sector_count;
}

uint32_t sim_flash_erases(const struct sim_flash *flash, uint32_t sector)
{
    return sector < flash->sector_count ? flash->sectors[sector].erases : 0;
}

void sim_flash_set_erases(struct sim_flash *flash, uint32_t sector, uint32_t erases)
{
    if (sector < flash->sector_count) {
        flash->sectors[sector].erases = erases;
    }
}

bool sim_flash_erase_is_complete(const struct sim_flash *flash, uint32_t sector)
{
    return sector < flash->sector_count && !flash->sectors[sector].cells->erase_cut;
}

static const struct sim_region *region_of(const struct sim_flash *flash, uint64_t addr)
{
    const struct sim_region *region = flash->regions;

    while (addr - region->addr >= region->size_bytes) {
        region++;
    }
    return region;
}

static size_t sector_index(const struct sim_flash *flash, uint64_t addr)
{
    const struct sim_region *region = region_of(flash, addr);

    return region->first_sector + (size_t)((addr - region->addr) / region->sector_bytes);
}

struct sim_sector *flash_sector_at(struct sim_flash *flash, uint64_t addr)
{
    return &flash->sectors[sector_index(flash, addr)];
}

const struct sim_sector *flash_sector_of(const struct sim_flash *flash, uint64_t addr)
{
    return &flash->sectors[sector_index(flash, addr)];
}

struct cells *flash_blank(const struct sim_flash *flash, uint64_t addr)
{
    return region_of(flash, addr)->blank;
}

/* ---- clock */

uint64_t sim_flash_now_ns(const struct sim_flash *flash)
{
    return flash->now_ns;
}

void sim_flash_set_fill_policy(struct sim_flash *flash, enum sim_fill_policy policy)
{
    flash->fill_policy = policy;
}

/* ---- power */

bool sim_flash_is_cut(const struct sim_flash *flash)
{
    return flash->off;
}

void sim_flash_boot(struct sim_flash *flash, uint32_t pattern)
{
    flash->off = false;
    set_pattern(flash, pattern);
    flash->op_index = 0;
    flash->counters.boots++;
    flash->armed.armed = false;
    flash->pending.busy = false;
    for (uint32_t i = 0; i < flash->sector_count; i++) {
        cells_show_all(flash, &flash->sectors[i]);
    }
}

void sim_flash_arm_cut_at(struct sim_flash *flash, uint64_t index, enum sim_outcome outcome,
                          uint32_t cut_at)
{
    flash->armed = (struct sim_armed){
        .armed = true, .index = flash->op_index + index, .outcome = outcome, .cut_at = cut_at};
}

void sim_flash_arm_cut(struct sim_flash *flash, uint64_t index, enum sim_outcome outcome)
{
    sim_flash_arm_cut_at(flash, index, outcome, 0);
    flash->armed.any_place = true;
}

void sim_flash_arm_random_cut(struct sim_flash *flash, uint64_t index)
{
    sim_flash_arm_cut(flash, index, SIM_CUT_NONE);
    flash->armed.any_outcome = true;
}

void sim_flash_disarm(struct sim_flash *flash)
{
    flash->armed.armed = false;
}

void sim_flash_set_hook(struct sim_flash *flash, sim_hook hook, void *context)
{
    flash->hook = hook;
    flash->hook_context = context;
}

void sim_flash_set_rule_handler(struct sim_flash *flash, sim_rule_handler handler, void *context)
{
    flash->rule_handler = handler;
    flash->rule_context = context;
}
