/* SPDX-License-Identifier: Apache-2.0 */
/* How operations end: complete, or cut in one of the ways of enum sim_outcome.
 *
 * Charge is monotone: a cut program leaves a unit between what stood there and what was told, or
 * with bits programmed that nobody asked for, but never with bits erased. */
#include <string.h>

#include "draw.h"
#include "flash_private.h"

const char *sim_outcome_name(enum sim_outcome outcome)
{
    static const char *const names[SIM_OUTCOMES] = {
        [SIM_CUT_NONE] = "none",
        [SIM_CUT_DONE] = "done",
        [SIM_CUT_TORN] = "torn",
        [SIM_CUT_TORN_BITS] = "torn-bits",
        [SIM_CUT_UNREADABLE] = "unreadable",
        [SIM_CUT_GHOST] = "ghost",
        [SIM_CUT_WEAK] = "weak",
        [SIM_CUT_OLD] = "old",
        [SIM_CUT_MIXED] = "mixed",
        [SIM_CUT_HALF] = "half",
        [SIM_CUT_ZERO] = "zero",
        [SIM_CUT_BLANK_WEAK] = "blank-weak",
    };

    return (unsigned)outcome < SIM_OUTCOMES ? names[outcome] : "unknown";
}

/* ---- program */

struct stretch { /* units of one sector, and what to program */
    struct sim_sector *sector;
    uint32_t first;
    uint32_t count;
    const uint8_t *data;
    bool fill;
};

static uint8_t *shown(const struct sim_flash *flash, const struct stretch *stretch, uint32_t unit)
{
    return stretch->sector->cells->bytes + (size_t)unit * flash->profile.unit_bytes;
}

static const uint8_t *told(const struct sim_flash *flash, const struct stretch *stretch,
                           uint32_t unit)
{
    return stretch->data + (size_t)(unit - stretch->first) * flash->profile.unit_bytes;
}

/* Zero-filling may meet anything; the ECC of what stood there may or may not fit afterwards. */
static uint8_t state_after_fill(const struct sim_flash *flash, uint8_t before)
{
    const bool unreadable = flash->profile.unreadable_lines &&
                            flash->fill_policy == SIM_FILL_UNREADABLE && before != UNIT_BLANK;

    return unreadable ? UNIT_UNREADABLE : UNIT_FILLED;
}

/* Data meet a blank unit, or bits that flipped in one at rest and stay as they are. */
static uint8_t program_over_flips(const struct sim_flash *flash, uint8_t *bytes,
                                  const uint8_t *data, uint8_t before)
{
    bool equal = true;

    for (uint32_t i = 0; i < flash->profile.unit_bytes; i++) {
        bytes[i] = flash->profile.erased_value == 0xFF ? bytes[i] & data[i] : bytes[i] | data[i];
        equal = equal && bytes[i] == data[i];
    }
    return (uint8_t)((equal ? UNIT_DONE : UNIT_TORN) | (before & UNIT_DAMAGED));
}

static void program_unit(const struct sim_flash *flash, const struct stretch *stretch,
                         uint32_t unit)
{
    struct cells *cells = stretch->sector->cells;
    const uint8_t before = cells->states[unit];
    uint8_t *bytes = shown(flash, stretch, unit);
    uint8_t state = UNIT_DONE;

    if (stretch->fill) {
        state = state_after_fill(flash, before);
    } else if (before != UNIT_BLANK && flash->profile.needs_erase) {
        cells_set_state(cells, unit,
                        program_over_flips(flash, bytes, told(flash, stretch, unit), before));
        return;
    }
    memcpy(bytes, told(flash, stretch, unit), flash->profile.unit_bytes);
    if (state == UNIT_UNREADABLE) {
        memset(bytes, 0, flash->profile.unit_bytes);
    }
    cells_set_state(cells, unit, state);
}

/* What a unit reads as when it is read right: of a weak one, what was told. */
static const uint8_t *standing(const struct sim_flash *flash, struct sim_sector *sector,
                               uint32_t unit)
{
    return unit_is_weak(sector->cells->states[unit])
               ? cells_told(flash, sector, unit)
               : sector->cells->bytes + (size_t)unit * flash->profile.unit_bytes;
}

static bool cannot_be_read(uint8_t state)
{
    return unit_is_weak(state) ? (state & (UNIT_TOLD_UNREADABLE | UNIT_DAMAGED)) != 0
                               : (state & UNIT_HIDDEN) != 0;
}

static void tear_garbage(const struct sim_flash *flash, const struct stretch *stretch,
                         uint32_t unit)
{
    uint8_t *bytes = shown(flash, stretch, unit);
    const uint64_t addr = stretch->sector->addr + (uint64_t)unit * flash->profile.unit_bytes;

    if (cannot_be_read(stretch->sector->cells->states[unit])) {
        memset(bytes, flash->profile.erased_value, flash->profile.unit_bytes);
    } else if (unit_is_weak(stretch->sector->cells->states[unit])) {
        memcpy(bytes, standing(flash, stretch->sector, unit), flash->profile.unit_bytes);
    }
    cells_draw_garbage(flash, addr, bytes, bytes);
    cells_set_state(stretch->sector->cells, unit, UNIT_TORN);
}

/* Part of the bits that had to change did. Of two or more at least one did and one did not. */
static void tear_bits(const struct sim_flash *flash, const struct stretch *stretch, uint32_t unit)
{
    uint8_t *bytes = shown(flash, stretch, unit);
    const uint8_t *data = told(flash, stretch, unit);
    const uint64_t first_bit =
        8 * (stretch->sector->addr + (uint64_t)unit * flash->profile.unit_bytes);
    uint32_t changing = 0;
    uint32_t nth = 0;

    for (uint32_t i = 0; i < 8 * flash->profile.unit_bytes; i++) {
        changing += (uint32_t)((bytes[i / 8] ^ data[i / 8]) >> (i % 8)) & 1u;
    }
    for (uint32_t i = 0; i < 8 * flash->profile.unit_bytes; i++) {
        if (((bytes[i / 8] ^ data[i / 8]) >> (i % 8) & 1) == 0) {
            continue;
        }
        nth++;
        if (nth == changing && changing > 1) {
            break;
        }
        if (nth == 1 || (draw(flash->seed, DRAW_BITS, first_bit + i) & 1) != 0) {
            bytes[i / 8] = (uint8_t)(bytes[i / 8] ^ (1u << (i % 8)));
        }
    }
    cells_set_state(stretch->sector->cells, unit, UNIT_TORN);
}

static void weaken(const struct sim_flash *flash, const struct stretch *stretch, uint32_t unit)
{
    struct sim_sector *sector = stretch->sector;
    const uint32_t unit_bytes = flash->profile.unit_bytes;
    const bool unreadable = cannot_be_read(sector->cells->states[unit]);

    memmove(cells_old(flash, sector, unit), standing(flash, sector, unit), unit_bytes);
    memcpy(cells_told(flash, sector, unit), told(flash, stretch, unit), unit_bytes);
    cells_set_state(sector->cells, unit,
                    (uint8_t)(UNIT_WEAK | (unreadable ? UNIT_OLD_UNREADABLE : 0)));
    cells_show(flash, sector, unit);
}

static void tear_unit(const struct sim_flash *flash, const struct stretch *stretch, uint32_t unit,
                      enum sim_outcome outcome)
{
    struct cells *cells = stretch->sector->cells;

    switch (outcome) {
    case SIM_CUT_TORN:
        tear_garbage(flash, stretch, unit);
        break;
    case SIM_CUT_TORN_BITS:
        tear_bits(flash, stretch, unit);
        break;
    case SIM_CUT_UNREADABLE:
        memset(shown(flash, stretch, unit), 0, flash->profile.unit_bytes);
        cells_set_state(cells, unit, UNIT_UNREADABLE);
        break;
    case SIM_CUT_GHOST:
        cells_set_state(cells, unit, UNIT_GHOST);
        break;
    case SIM_CUT_WEAK:
        weaken(flash, stretch, unit);
        break;
    default:
        break;
    }
}

static void apply_program(struct sim_flash *flash, const struct sim_op *op, const uint8_t *data,
                          enum sim_outcome outcome)
{
    const uint32_t unit_bytes = flash->profile.unit_bytes;
    const uint32_t in_flight = flash->profile.in_flight_bytes / unit_bytes;
    struct sim_sector *sector = flash_sector_at(flash, op->addr);
    const struct stretch stretch = {.sector = sector,
                                    .first = (uint32_t)(op->addr - sector->addr) / unit_bytes,
                                    .count = op->size / unit_bytes,
                                    .data = data,
                                    .fill = op->kind == SIM_OP_FILL};
    const uint32_t done = outcome == SIM_CUT_DONE ? stretch.count : op->cut_at;

    (void)cells_begin(flash, sector, stretch.first, stretch.count);
    for (uint32_t i = 0; i < stretch.count; i++) {
        if (i < done) {
            program_unit(flash, &stretch, stretch.first + i);
        } else if (i - done < (in_flight != 0 ? in_flight : 1)) {
            tear_unit(flash, &stretch, stretch.first + i, outcome);
        }
    }
    cells_end(flash, sector, stretch.first, stretch.count);
}

/* ---- erase */

/* Keep what stands there as told and as old; a unit that is weak already stays as it is. */
static void keep_weakly(const struct sim_flash *flash, struct sim_sector *sector, uint32_t unit)
{
    struct cells *cells = sector->cells;
    const size_t at = (size_t)unit * flash->profile.unit_bytes;
    const bool unreadable = cannot_be_read(cells->states[unit]);

    if (unit_is_weak(cells->states[unit])) {
        return;
    }
    memcpy(cells_told(flash, sector, unit), cells->bytes + at, flash->profile.unit_bytes);
    memcpy(cells_old(flash, sector, unit), cells->bytes + at, flash->profile.unit_bytes);
    cells_set_state(
        cells, unit,
        (uint8_t)(UNIT_WEAK | (unreadable ? UNIT_TOLD_UNREADABLE | UNIT_OLD_UNREADABLE : 0)));
    cells_show(flash, sector, unit);
}

/* Told is blank; old is what stood there, of a weak unit what it was told. */
static void mix(const struct sim_flash *flash, struct sim_sector *sector, uint32_t unit)
{
    const uint32_t unit_bytes = flash->profile.unit_bytes;
    const bool unreadable = cannot_be_read(sector->cells->states[unit]);

    memmove(cells_old(flash, sector, unit), standing(flash, sector, unit), unit_bytes);
    memset(cells_told(flash, sector, unit), flash->profile.erased_value, unit_bytes);
    cells_set_state(sector->cells, unit,
                    (uint8_t)(UNIT_MIXED | (unreadable ? UNIT_OLD_UNREADABLE : 0)));
    cells_show(flash, sector, unit);
}

static void become(const struct sim_flash *flash, struct sim_sector *sector, uint32_t unit,
                   enum unit_kind kind)
{
    const uint8_t erased = flash->profile.erased_value;

    memset(sector->cells->bytes + (size_t)unit * flash->profile.unit_bytes,
           kind == UNIT_BLANK ? erased : erased ^ 0xFF, flash->profile.unit_bytes);
    cells_set_state(sector->cells, unit, (uint8_t)kind);
}

static void tear_sector_unit(const struct sim_flash *flash, struct sim_sector *sector,
                             uint32_t unit, enum sim_outcome outcome)
{
    if (outcome == SIM_CUT_OLD) {
        keep_weakly(flash, sector, unit);
    } else if (outcome == SIM_CUT_MIXED) {
        mix(flash, sector, unit);
    } else {
        become(flash, sector, unit, outcome == SIM_CUT_ZERO ? UNIT_TORN : UNIT_BLANK);
    }
}

static void tear_sector(const struct sim_flash *flash, struct sim_sector *sector,
                        enum sim_outcome outcome, uint32_t eighths)
{
    const uint32_t units = sector->size_bytes / flash->profile.unit_bytes;
    uint32_t first = 0;
    uint32_t count = units;

    if (outcome == SIM_CUT_HALF) {
        count = units / 8 * (eighths != 0 ? eighths : 4);
    } else if (outcome == SIM_CUT_ZERO && eighths != 0) {
        first = units - units / 8 * eighths;
        count = units - first;
    }
    (void)cells_begin(flash, sector, 0, units);
    for (uint32_t unit = first; unit < first + count; unit++) {
        tear_sector_unit(flash, sector, unit, outcome);
    }
    sector->cells->erase_cut = true;
    cells_end(flash, sector, 0, units);
}

static void apply_erase(struct sim_flash *flash, const struct sim_op *op, enum sim_outcome outcome)
{
    struct sim_sector *sector = flash_sector_at(flash, op->addr);
    const bool worn = wear_is_out(sector);

    sector->erases++;
    if (outcome == SIM_CUT_NONE) {
        return;
    }
    if (outcome != SIM_CUT_DONE) {
        tear_sector(flash, sector, outcome, op->cut_at);
    } else if (worn) {
        tear_sector(flash, sector, SIM_CUT_MIXED, 0);
    } else {
        cells_share(sector, flash_blank(flash, op->addr));
    }
}

/* ---- either */

static void count(struct sim_flash *flash, const struct sim_op *op)
{
    struct sim_counters *counters = &flash->counters;

    flash->op_index++;
    if (op->kind == SIM_OP_ERASE) {
        counters->erases++;
    } else if (op->kind == SIM_OP_FILL) {
        counters->fills++;
        counters->filled_bytes += op->size;
    } else {
        counters->programs++;
        counters->programmed_units += op->size / flash->profile.unit_bytes;
        counters->programmed_bytes += op->size;
    }
}

void outcome_apply(struct sim_flash *flash, const struct sim_op *op, const void *data,
                   enum sim_outcome outcome)
{
    count(flash, op);
    if (op->kind == SIM_OP_ERASE) {
        apply_erase(flash, op, outcome);
    } else if (outcome != SIM_CUT_NONE) {
        apply_program(flash, op, data, outcome);
    }
}

void sim_flash_cut_here(struct sim_flash *flash, const struct sim_op *op, const void *data,
                        enum sim_outcome outcome)
{
    outcome_apply(flash, op, data, outcome);
    flash->counters.cuts++;
    flash->armed.armed = false;
    flash->off = true;
}

uint32_t outcome_last_place(const struct sim_flash *flash, const struct sim_op *op)
{
    const uint32_t at_once = flash->profile.in_flight_bytes > flash->profile.unit_bytes
                                 ? flash->profile.in_flight_bytes
                                 : flash->profile.unit_bytes;

    if (op->kind == SIM_OP_ERASE || op->size <= at_once) {
        return 0;
    }
    return (op->size - at_once) / flash->profile.unit_bytes;
}

/* ---- which outcomes make sense */

static bool reads_blank(const struct sim_flash *flash, const struct sim_op *op)
{
    const struct sim_sector *sector = flash_sector_of(flash, op->addr);
    const uint8_t *states =
        sector->cells->states + (op->addr - sector->addr) / flash->profile.unit_bytes;

    for (uint32_t i = 0; i < op->size / flash->profile.unit_bytes; i++) {
        if (states[i] != UNIT_BLANK && states[i] != UNIT_GHOST) {
            return false;
        }
    }
    return true;
}

static bool makes_sense(const struct sim_flash *flash, const struct sim_op *op,
                        enum sim_outcome outcome)
{
    switch (outcome) {
    case SIM_CUT_NONE:
    case SIM_CUT_DONE:
        return true;
    case SIM_CUT_TORN:
    case SIM_CUT_WEAK:
        return op->kind != SIM_OP_ERASE;
    case SIM_CUT_TORN_BITS:
        return op->kind == SIM_OP_PROGRAM;
    case SIM_CUT_UNREADABLE:
        return op->kind != SIM_OP_ERASE && flash->profile.unreadable_lines;
    case SIM_CUT_GHOST:
        return op->kind != SIM_OP_ERASE && flash->profile.needs_erase && reads_blank(flash, op);
    default:
        return op->kind == SIM_OP_ERASE;
    }
}

size_t sim_flash_outcomes(const struct sim_flash *flash, const struct sim_op *op,
                          enum sim_outcome outcomes[SIM_OUTCOMES])
{
    size_t count = 0;

    for (int i = 0; i < SIM_OUTCOMES; i++) {
        if (makes_sense(flash, op, (enum sim_outcome)i)) {
            outcomes[count++] = (enum sim_outcome)i;
        }
    }
    return count;
}

enum sim_outcome outcome_draw(const struct sim_flash *flash, struct sim_op *op)
{
    const uint64_t random =
        draw(flash->seed, DRAW_CUT, flash->counters.cuts * UINT64_C(0x100000001) ^ op->addr);
    enum sim_outcome outcomes[SIM_OUTCOMES];
    const size_t count = sim_flash_outcomes(flash, op, outcomes);
    const uint32_t places = op->kind == SIM_OP_ERASE ? 8 : outcome_last_place(flash, op) + 1;

    op->cut_at = (uint32_t)(random >> 32) % places;
    return outcomes[random % count];
}
