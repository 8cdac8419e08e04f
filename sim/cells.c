/* SPDX-License-Identifier: Apache-2.0 */
/* See cells.h. */
#include <stdlib.h>
#include <string.h>

#include "draw.h"
#include "flash_private.h"

struct cells *cells_new(const struct sim_profile *profile, uint32_t sector_bytes)
{
    const size_t units = sector_bytes / profile->unit_bytes;
    struct cells *cells = calloc(1, sizeof *cells + sector_bytes + units);

    if (cells == NULL) {
        return NULL;
    }
    cells->references = 1;
    cells->states = cells->bytes + sector_bytes;
    memset(cells->bytes, profile->erased_value, sector_bytes);
    return cells;
}

void cells_hold(struct cells *cells)
{
    cells->references++;
}

void cells_release(struct cells *cells)
{
    if (--cells->references == 0) {
        free(cells->overlay);
        free(cells);
    }
}

void cells_share(struct sim_sector *sector, struct cells *from)
{
    if (sector->cells != from) {
        cells_hold(from);
        cells_release(sector->cells);
        sector->cells = from;
    }
}

/* The simulator runs on a host: without memory it cannot go on. */
static void *must_have(void *memory)
{
    if (memory == NULL) {
        (void)fputs("sim: out of memory\n", stderr);
        abort();
    }
    return memory;
}

static struct cells *clone(const struct sim_flash *flash, const struct cells *from,
                           uint32_t sector_bytes)
{
    const size_t payload = sector_bytes + sector_bytes / flash->profile.unit_bytes;
    struct cells *cells = must_have(malloc(sizeof *cells + payload));

    *cells = *from;
    cells->references = 1;
    cells->states = cells->bytes + sector_bytes;
    memcpy(cells->bytes, from->bytes, payload);
    cells->overlay = NULL;
    if (from->weak_units != 0) {
        cells->overlay = must_have(malloc(2 * (size_t)sector_bytes));
        memcpy(cells->overlay, from->overlay, 2 * (size_t)sector_bytes);
    }
    return cells;
}

static struct cells *own(const struct sim_flash *flash, struct sim_sector *sector)
{
    if (sector->cells->references > 1) {
        struct cells *copy = clone(flash, sector->cells, sector->size_bytes);

        cells_release(sector->cells);
        sector->cells = copy;
    }
    return sector->cells;
}

/* ---- changes */

struct cells *cells_begin(const struct sim_flash *flash, struct sim_sector *sector, uint32_t first,
                          uint32_t count)
{
    struct cells *cells = own(flash, sector);

    if (count == sector->size_bytes / flash->profile.unit_bytes) {
        cells->lines = (struct sim_hash){0, 0}; /* nothing of the sum will remain */
    } else {
        const struct sim_hash before = cells_sum(flash, sector, first, count);

        cells->lines.low -= before.low;
        cells->lines.high -= before.high;
    }
    return cells;
}

void cells_end(const struct sim_flash *flash, struct sim_sector *sector, uint32_t first,
               uint32_t count)
{
    const struct sim_hash after = cells_sum(flash, sector, first, count);

    sector->cells->lines.low += after.low;
    sector->cells->lines.high += after.high;
}

/* ---- states */

static bool is_hidden(uint8_t state)
{
    return unit_kind(state) == UNIT_UNREADABLE || (state & UNIT_DAMAGED) != 0;
}

void cells_set_state(struct cells *cells, uint32_t unit, uint8_t state)
{
    const uint8_t before = cells->states[unit];

    if (is_hidden(state)) {
        state |= UNIT_HIDDEN;
    }
    cells->weak_units += (uint32_t)unit_is_weak(state) - (uint32_t)unit_is_weak(before);
    cells->hidden_units += (uint32_t)(state >> 7) - (uint32_t)(before >> 7);
    cells->states[unit] = state;
}

static uint8_t *overlay(const struct sim_flash *flash, struct sim_sector *sector, uint32_t unit)
{
    struct cells *cells = sector->cells;

    if (cells->overlay == NULL) {
        cells->overlay = must_have(malloc(2 * (size_t)sector->size_bytes));
    }
    return cells->overlay + (size_t)unit * flash->profile.unit_bytes;
}

uint8_t *cells_told(const struct sim_flash *flash, struct sim_sector *sector, uint32_t unit)
{
    return overlay(flash, sector, unit);
}

uint8_t *cells_old(const struct sim_flash *flash, struct sim_sector *sector, uint32_t unit)
{
    return overlay(flash, sector, unit) + sector->size_bytes;
}

void cells_draw_garbage(const struct sim_flash *flash, uint64_t addr, const uint8_t *before,
                        uint8_t *garbage)
{
    const uint8_t erased = flash->profile.erased_value;
    uint64_t random = 0;

    for (uint32_t i = 0; i < flash->profile.unit_bytes; i++) {
        if (i % sizeof random == 0) {
            random = draw(flash->seed, DRAW_GARBAGE, addr + i);
        }
        /* Where nothing is erased, cells move either way. */
        garbage[i] = !flash->profile.needs_erase ? (uint8_t)random
                     : erased == 0xFF            ? (uint8_t)(before[i] & random)
                                                 : (uint8_t)(before[i] | random);
        random >>= 8;
    }
}

/* ---- weak units */

enum choice { CHOOSE_TOLD, CHOOSE_OLD, CHOOSE_BAD, CHOICES };

/* From pattern 3 on, three patterns out of four prefer one choice, so that a record of many weak
 * units has a fair chance to come out whole. */
static enum choice choose(const struct sim_flash *flash, uint64_t random)
{
    const uint32_t favourite = flash->pattern % 4;

    if (flash->pattern < CHOICES) {
        return (enum choice)flash->pattern;
    }
    if (favourite < CHOICES && random % 4 != 0) {
        return (enum choice)favourite;
    }
    return (enum choice)(random / 4 % CHOICES);
}

static void hide(struct cells *cells, uint32_t unit, uint8_t *bytes, uint32_t unit_bytes)
{
    memset(bytes, 0, unit_bytes);
    cells_set_state(cells, unit, cells->states[unit] | UNIT_HIDDEN);
}

static void show_bad(const struct sim_flash *flash, struct sim_sector *sector, uint32_t unit,
                     uint64_t random)
{
    const uint32_t unit_bytes = flash->profile.unit_bytes;
    const bool mixed = unit_kind(sector->cells->states[unit]) == UNIT_MIXED;
    const bool unreadable = flash->profile.unreadable_lines && random % (mixed ? 8 : 2) == 0;
    const size_t at = (size_t)unit * unit_bytes;
    uint8_t *bytes = sector->cells->bytes + at;

    if (unreadable) {
        hide(sector->cells, unit, bytes, unit_bytes);
    } else if (mixed) {
        memset(bytes, flash->profile.erased_value ^ 0xFF, unit_bytes);
    } else {
        cells_draw_garbage(flash, sector->addr + at, cells_old(flash, sector, unit), bytes);
    }
}

void cells_show(const struct sim_flash *flash, struct sim_sector *sector, uint32_t unit)
{
    const uint32_t unit_bytes = flash->profile.unit_bytes;
    const size_t at = (size_t)unit * unit_bytes;
    const uint64_t random = draw_mix(flash->pattern_draws ^ (sector->addr + at));
    struct cells *cells = sector->cells;
    const uint8_t state = cells->states[unit] & (uint8_t)~UNIT_HIDDEN;
    const enum choice choice = choose(flash, random >> 32);

    cells_set_state(cells, unit, state);
    if (choice == CHOOSE_BAD) {
        show_bad(flash, sector, unit, random);
    } else if ((choice == CHOOSE_TOLD && (state & UNIT_TOLD_UNREADABLE) != 0) ||
               (choice == CHOOSE_OLD && (state & UNIT_OLD_UNREADABLE) != 0)) {
        hide(cells, unit, cells->bytes + at, unit_bytes);
    } else {
        memcpy(cells->bytes + at,
               choice == CHOOSE_TOLD ? cells_told(flash, sector, unit)
                                     : cells_old(flash, sector, unit),
               unit_bytes);
    }
}

void cells_show_all(const struct sim_flash *flash, struct sim_sector *sector)
{
    const uint32_t units = sector->size_bytes / flash->profile.unit_bytes;

    if (sector->cells->weak_units == 0) {
        return;
    }
    (void)own(flash, sector);
    for (uint32_t unit = 0; unit < units; unit++) {
        if (unit_is_weak(sector->cells->states[unit])) {
            cells_show(flash, sector, unit);
        }
    }
}

bool cells_range_is_hidden(const struct sim_flash *flash, const struct sim_sector *sector,
                           uint32_t offset, uint32_t size)
{
    const uint32_t line_bytes = flash->profile.line_bytes;
    const uint32_t unit_bytes = flash->profile.unit_bytes;
    const uint32_t begin = offset / line_bytes * line_bytes / unit_bytes;
    const uint32_t end = ((offset + size - 1) / line_bytes + 1) * line_bytes / unit_bytes;

    for (uint32_t unit = begin; sector->cells->hidden_units != 0 && unit < end; unit++) {
        if ((sector->cells->states[unit] & UNIT_HIDDEN) != 0) {
            return true;
        }
    }
    return false;
}

bool cells_check(const struct sim_flash *flash, const struct sim_sector *sector)
{
    const struct cells *cells = sector->cells;
    const uint32_t units = sector->size_bytes / flash->profile.unit_bytes;
    const struct sim_hash sum = cells_sum(flash, sector, 0, units);
    uint32_t weak = 0;
    uint32_t hidden = 0;

    for (uint32_t unit = 0; unit < units; unit++) {
        weak += unit_is_weak(cells->states[unit]);
        hidden += (cells->states[unit] & UNIT_HIDDEN) != 0;
        if (cells->states[unit] == UNIT_BLANK) {
            for (uint32_t i = 0; i < flash->profile.unit_bytes; i++) {
                if (cells->bytes[unit * flash->profile.unit_bytes + i] !=
                    flash->profile.erased_value) {
                    return false;
                }
            }
        }
    }
    return weak == cells->weak_units && hidden == cells->hidden_units &&
           sum.low == cells->lines.low && sum.high == cells->lines.high;
}
