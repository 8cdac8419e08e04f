/* SPDX-License-Identifier: Apache-2.0 */
/* The cells of one sector.
 *
 * Each unit has a state and shows bytes. A weak unit keeps in an overlay what was told and what
 * stood there before, and shows one or the other, or neither, drawn anew at each boot.
 *
 * Cells are shared between devices until one of them writes (copy on write), so that branching is a
 * matter of pointers. All erased sectors share one. Sharing is counted without locks: one thread.
 *
 * Invariants (cells_check): the counts of weak and unreadable units are right, the sum of line
 * hashes is what a fresh sum gives, blank units show the erased value.
 */
#ifndef SIM_CELLS_H
#define SIM_CELLS_H

#include "sim/flash.h"

enum unit_kind {
    UNIT_BLANK, /* zero, so that a blank line is recognised at a glance */
    UNIT_DONE,
    UNIT_FILLED,
    UNIT_TORN,
    UNIT_UNREADABLE,
    UNIT_GHOST,
    UNIT_WEAK,  /* told, old, or garbage or unreadable */
    UNIT_MIXED, /* told, old, or every bit programmed */
    UNIT_FLIPPED,
    UNIT_KINDS
};

#define UNIT_KIND_MASK       0x0Fu
#define UNIT_TOLD_UNREADABLE 0x10u /* weak: what was told cannot be read either */
#define UNIT_OLD_UNREADABLE  0x20u /* weak: what stood there before could not be read */
#define UNIT_DAMAGED         0x40u /* made unreadable at rest, on top of its kind */
#define UNIT_HIDDEN          0x80u /* cannot be read in this boot; follows from the rest */

struct cells {
    uint32_t references;
    uint32_t weak_units;
    uint32_t hidden_units;
    bool erase_cut;
    struct sim_hash lines; /* sum over the lines */
    uint8_t *overlay;      /* told bytes, then old bytes; NULL until a unit is weak */
    uint8_t *states;
    uint8_t bytes[]; /* as they read now; then the states */
};

struct sim_sector;

static inline enum unit_kind unit_kind(uint8_t state)
{
    return (enum unit_kind)(state & UNIT_KIND_MASK);
}

static inline bool unit_is_weak(uint8_t state)
{
    return unit_kind(state) == UNIT_WEAK || unit_kind(state) == UNIT_MIXED;
}

/* Cells of an erased sector, referenced once. NULL: no memory. */
struct cells *cells_new(const struct sim_profile *profile, uint32_t sector_bytes);
void cells_hold(struct cells *cells);
void cells_release(struct cells *cells);
/* Let go of the sector's cells and share those of `from`. */
void cells_share(struct sim_sector *sector, struct cells *from);

/* A change of `count` units from `first`: between begin and end the sector's cells are its own and
 * may be written; end brings the hash up to date. */
struct cells *cells_begin(const struct sim_flash *flash, struct sim_sector *sector, uint32_t first,
                          uint32_t count);
void cells_end(const struct sim_flash *flash, struct sim_sector *sector, uint32_t first,
               uint32_t count);

/* The sum of the hashes of the lines that the units stand in. */
struct sim_hash cells_sum(const struct sim_flash *flash, const struct sim_sector *sector,
                          uint32_t first, uint32_t count);

/* Inside a change. A weak unit must have its overlay bytes set before cells_show(). */
void cells_set_state(struct cells *cells, uint32_t unit, uint8_t state);
uint8_t *cells_told(const struct sim_flash *flash, struct sim_sector *sector, uint32_t unit);
uint8_t *cells_old(const struct sim_flash *flash, struct sim_sector *sector, uint32_t unit);
/* Draw what a weak unit shows under the device's present boot pattern. */
void cells_show(const struct sim_flash *flash, struct sim_sector *sector, uint32_t unit);
/* The same for every weak unit of the sector; no hash changes by it. */
void cells_show_all(const struct sim_flash *flash, struct sim_sector *sector);

/* Whether any line that the range touches cannot be read. */
bool cells_range_is_hidden(const struct sim_flash *flash, const struct sim_sector *sector,
                           uint32_t offset, uint32_t size);

/* Fill with charge on top of `before`: what random pulses make of it. Bits only move away from the
 * erased value. */
void cells_draw_garbage(const struct sim_flash *flash, uint64_t addr, const uint8_t *before,
                        uint8_t *garbage);

bool cells_check(const struct sim_flash *flash, const struct sim_sector *sector);

#endif
