/* SPDX-License-Identifier: Apache-2.0 */
/* See cells.h. The hash of a sector is the sum of its lines' hashes, each keyed by its place, so
 * that a change costs the lines it touches. A line of blank units counts nothing: erasing is
 * forgetting. What weak units happen to show is left out, since the next boot draws it anew. */
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

/* ---- hash */

static uint64_t rotate(uint64_t x, unsigned bits)
{
    return (x << bits) | (x >> (64 - bits));
}

static void absorb_word(struct sim_hash *hash, uint64_t word)
{
    hash->low = rotate((hash->low ^ word) * 0x9FB21C651E98DF25u, 29);
    hash->high = rotate((hash->high + word) * 0xD6E8FEB86659FD93u, 33);
}

static void absorb(struct sim_hash *hash, const uint8_t *data, size_t size, uint64_t mask)
{
    uint64_t word;

    for (; size >= sizeof word; data += sizeof word, size -= sizeof word) {
        memcpy(&word, data, sizeof word);
        absorb_word(hash, word & mask);
    }
    if (size != 0) {
        word = 0;
        memcpy(&word, data, size);
        absorb_word(hash, word & mask);
    }
}

static void absorb_units(struct sim_hash *hash, const struct sim_flash *flash,
                         const struct sim_sector *sector, uint32_t first, uint32_t count)
{
    const uint32_t unit_bytes = flash->profile.unit_bytes;
    const struct cells *cells = sector->cells;

    for (uint32_t unit = first; unit < first + count; unit++) {
        const size_t at = (size_t)unit * unit_bytes;

        if (unit_is_weak(cells->states[unit])) {
            absorb(hash, cells->overlay + at, unit_bytes, UINT64_MAX);
            absorb(hash, cells->overlay + sector->size_bytes + at, unit_bytes, UINT64_MAX);
        } else {
            absorb(hash, cells->bytes + at, unit_bytes, UINT64_MAX);
        }
    }
}

static bool all_blank(const uint8_t *states, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (states[i] != UNIT_BLANK) {
            return false;
        }
    }
    return true;
}

static struct sim_hash line_hash(const struct sim_flash *flash, const struct sim_sector *sector,
                                 uint32_t line)
{
    const uint32_t units = flash->profile.line_bytes / flash->profile.unit_bytes;
    const uint8_t *states = sector->cells->states + (size_t)line * units;
    const uint64_t shown_mask = 0x7F7F7F7F7F7F7F7Fu; /* without UNIT_HIDDEN */
    struct sim_hash hash = {0, 0};

    if (!all_blank(states, units)) {
        const uint64_t place = sector->addr / flash->profile.line_bytes + line;

        hash.low = place * 0x9E3779B97F4A7C15u + 1;
        hash.high = place ^ 0xC2B2AE3D27D4EB4Fu;
        absorb(&hash, states, units, shown_mask);
        absorb_units(&hash, flash, sector, line * units, units);
        hash.low = draw_mix(hash.low ^ rotate(hash.high, 17));
        hash.high = draw_mix(hash.high + hash.low);
    }
    return hash;
}

/* The lines that the units stand in. */
static struct sim_hash sum_lines(const struct sim_flash *flash, const struct sim_sector *sector,
                                 uint32_t first, uint32_t count)
{
    const uint32_t units = flash->profile.line_bytes / flash->profile.unit_bytes;
    struct sim_hash sum = {0, 0};

    for (uint32_t line = first / units; line <= (first + count - 1) / units; line++) {
        const struct sim_hash hash = line_hash(flash, sector, line);

        sum.low += hash.low;
        sum.high += hash.high;
    }
    return sum;
}

struct cells *cells_begin(const struct sim_flash *flash, struct sim_sector *sector, uint32_t first,
                          uint32_t count)
{
    struct cells *cells = own(flash, sector);
    const struct sim_hash before = sum_lines(flash, sector, first, count);

    cells->lines.low -= before.low;
    cells->lines.high -= before.high;
    return cells;
}

void cells_end(const struct sim_flash *flash, struct sim_sector *sector, uint32_t first,
               uint32_t count)
{
    const struct sim_hash after = sum_lines(flash, sector, first, count);

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

    for (uint32_t i = 0; i < flash->profile.unit_bytes; i++) {
        const uint8_t random = (uint8_t)draw(flash->seed, DRAW_GARBAGE, addr + i, 0);

        /* Where nothing is erased, cells move either way. */
        garbage[i] = !flash->profile.needs_erase ? random
                     : erased == 0xFF            ? before[i] & random
                                                 : before[i] | random;
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
    const uint64_t random = draw(flash->seed, DRAW_WEAK, sector->addr + at, flash->pattern);
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
    const struct sim_hash sum = sum_lines(flash, sector, 0, units);
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
