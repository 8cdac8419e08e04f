/* SPDX-License-Identifier: Apache-2.0 */
/* Damage at rest, and what the cells look like from outside. */
#include <string.h>

#include "flash_private.h"

struct spot { /* where one unit is */
    struct sim_sector *sector;
    uint32_t unit;
    uint32_t offset; /* of its first byte in the sector */
};

static struct spot spot_at(struct sim_flash *flash, uint64_t addr)
{
    const uint32_t unit_bytes = flash->profile.unit_bytes;
    struct spot spot = {.sector = flash_sector_at(flash, addr)};

    spot.unit = (uint32_t)(addr - spot.sector->addr) / unit_bytes;
    spot.offset = spot.unit * unit_bytes;
    return spot;
}

void sim_flash_flip_bit(struct sim_flash *flash, uint64_t addr, unsigned bit)
{
    const struct spot spot = spot_at(flash, addr);
    const size_t in_unit = (size_t)(addr - spot.sector->addr) - spot.offset;
    const uint8_t mask = (uint8_t)(1u << (bit % 8));
    struct cells *cells = cells_begin(flash, spot.sector, spot.unit, 1);
    uint8_t *bytes = cells->bytes + spot.offset;
    const uint8_t state = cells->states[spot.unit];

    if (unit_is_weak(state)) {
        cells_told(flash, spot.sector, spot.unit)[in_unit] ^= mask;
        cells_old(flash, spot.sector, spot.unit)[in_unit] ^= mask;
        cells_show(flash, spot.sector, spot.unit);
    } else if (unit_kind(state) != UNIT_UNREADABLE) {
        bytes[in_unit] ^= mask;
        if (unit_kind(state) == UNIT_BLANK || unit_kind(state) == UNIT_FLIPPED) {
            cells_set_state(cells, spot.unit,
                            (uint8_t)((state & UNIT_DAMAGED) |
                                      (flash_is_blank(flash, bytes, flash->profile.unit_bytes)
                                           ? UNIT_BLANK
                                           : UNIT_FLIPPED)));
        }
    }
    cells_end(flash, spot.sector, spot.unit, 1);
}

void sim_flash_make_unreadable(struct sim_flash *flash, uint64_t addr, bool unreadable)
{
    const struct spot spot = spot_at(flash, addr);
    struct cells *cells = cells_begin(flash, spot.sector, spot.unit, 1);
    const uint8_t state =
        cells->states[spot.unit] & (uint8_t) ~(unsigned)(UNIT_DAMAGED | UNIT_HIDDEN);

    cells_set_state(cells, spot.unit, (uint8_t)(state | (unreadable ? UNIT_DAMAGED : 0)));
    if (unit_is_weak(state)) {
        cells_show(flash, spot.sector, spot.unit);
    }
    cells_end(flash, spot.sector, spot.unit, 1);
}

/* From now on the unit reads as it does now, or blank, or as garbage. */
static void weaken(struct sim_flash *flash, const struct spot *spot)
{
    const uint32_t unit_bytes = flash->profile.unit_bytes;
    struct cells *cells = cells_begin(flash, spot->sector, spot->unit, 1);
    const uint8_t state = cells->states[spot->unit];

    if (!unit_is_weak(state)) {
        memcpy(cells_told(flash, spot->sector, spot->unit), cells->bytes + spot->offset,
               unit_bytes);
        memset(cells_old(flash, spot->sector, spot->unit), flash->profile.erased_value, unit_bytes);
        cells_set_state(cells, spot->unit,
                        (uint8_t)(UNIT_WEAK | (state & UNIT_DAMAGED) |
                                  ((state & UNIT_HIDDEN) != 0 ? UNIT_TOLD_UNREADABLE : 0)));
        cells_show(flash, spot->sector, spot->unit);
    }
    cells_end(flash, spot->sector, spot->unit, 1);
}

void sim_flash_make_weak(struct sim_flash *flash, uint64_t addr, uint32_t size)
{
    for (uint64_t end = addr + size; addr < end; addr += flash->profile.unit_bytes) {
        const struct spot spot = spot_at(flash, addr);

        weaken(flash, &spot);
    }
}

const char *sim_flash_unit_name(const struct sim_flash *flash, uint64_t addr)
{
    static const char *const names[UNIT_KINDS] = {
        [UNIT_BLANK] = "blank",
        [UNIT_DONE] = "done",
        [UNIT_FILLED] = "filled",
        [UNIT_TORN] = "torn",
        [UNIT_UNREADABLE] = "unreadable",
        [UNIT_GHOST] = "ghost",
        [UNIT_WEAK] = "weak",
        [UNIT_MIXED] = "mixed",
        [UNIT_FLIPPED] = "flipped",
    };
    const struct sim_sector *sector = flash_sector_of(flash, addr);
    const uint8_t state = sector->cells->states[(addr - sector->addr) / flash->profile.unit_bytes];

    return (state & UNIT_DAMAGED) != 0 ? names[UNIT_UNREADABLE] : names[unit_kind(state)];
}
