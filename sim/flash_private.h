/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the simulator share.
 *
 *   flash.c    devices: life, copy, hash, clock, boot
 *   operate.c  read, program, erase: rules, hook, armed cuts, counters
 *   outcome.c  how operations end: complete, or cut
 *   cells.c    the cells of one sector: states and overlay; cells_hash.c their hash
 *   damage.c   damage at rest
 *   wear.c     cycles to failure
 *   image.c    files
 *   driver.c   the CMSIS face and pending operations
 *
 * Addresses inside the simulator count from the start of the device; only driver.c knows the base.
 */
#ifndef SIM_FLASH_PRIVATE_H
#define SIM_FLASH_PRIVATE_H

#include "sim/flash.h"
#include "cells.h"

struct sim_sector {
    struct cells *cells;
    uint64_t addr;
    uint32_t size_bytes;
    uint32_t erases;
    uint32_t cycles_to_failure; /* 0: never */
};

struct sim_region {
    uint64_t addr;
    uint64_t size_bytes;
    uint32_t first_sector;
    uint32_t sector_bytes;
    struct cells *blank; /* shared by all erased sectors of the region */
};

struct sim_armed {
    bool armed;
    bool any_outcome;
    bool any_place;
    uint64_t index; /* of the operation, as in sim_op */
    enum sim_outcome outcome;
    uint32_t cut_at;
};

struct sim_pending {
    bool busy;
    enum sim_op_kind kind;
    uint64_t addr;
    uint32_t size;
    const void *data; /* the caller's, until the callback */
    uint64_t due_ns;
};

struct sim_flash {
    struct sim_profile profile;
    uint64_t seed;
    uint64_t size_bytes;
    uint32_t sector_count;
    struct sim_sector *sectors;
    struct sim_region regions[SIM_REGIONS_MAX];
    enum sim_fill_policy fill_policy;

    bool off;               /* power is cut */
    uint32_t pattern;       /* of the last boot */
    uint64_t pattern_draws; /* where its draws start */
    uint64_t op_index;
    struct sim_counters counters;
    uint64_t now_ns;
    uint64_t now_x100; /* hundredths of a nanosecond beyond now_ns */

    struct sim_armed armed;
    sim_hook hook;
    void *hook_context;
    sim_rule_handler rule_handler;
    void *rule_context;

    unsigned slot;
    ARM_Storage_Callback_t callback;
    struct sim_pending pending;
};

/* flash.c */
struct sim_sector *flash_sector_at(struct sim_flash *flash, uint64_t addr);
const struct sim_sector *flash_sector_of(const struct sim_flash *flash, uint64_t addr);
struct cells *flash_blank(const struct sim_flash *flash, uint64_t addr);

/* operate.c: as the driver's calls, without base address and without waiting */
int32_t flash_read(struct sim_flash *flash, uint64_t addr, void *data, uint32_t size);
int32_t flash_program(struct sim_flash *flash, uint64_t addr, const void *data, uint32_t size);
int32_t flash_erase(struct sim_flash *flash, uint64_t addr, uint32_t size);
bool flash_may_program(struct sim_flash *flash, uint64_t addr, const void *data, uint32_t size);
bool flash_may_erase(struct sim_flash *flash, uint64_t addr, uint32_t size);
void flash_break_rule(struct sim_flash *flash, const char *format, ...)
#ifdef __GNUC__
    __attribute__((format(printf, 2, 3)))
#endif
    ;
/* Every bit programmed: all zero, where erased cells read as ones. */
bool flash_is_fill(const struct sim_flash *flash, const void *data, uint32_t size);
bool flash_is_blank(const struct sim_flash *flash, const void *data, uint32_t size);

/* outcome.c */
/* Do to cells and counters what the operation does when it ends like this. Power stays as it is. */
void outcome_apply(struct sim_flash *flash, const struct sim_op *op, const void *data,
                   enum sim_outcome outcome);
/* The last place inside the operation where a cut makes a difference; 0 for an erase. */
uint32_t outcome_last_place(const struct sim_flash *flash, const struct sim_op *op);
/* An outcome that makes sense for the operation, and a place for it. */
enum sim_outcome outcome_draw(const struct sim_flash *flash, struct sim_op *op);

/* wear.c: the next erase of the sector will fail */
bool wear_is_out(const struct sim_sector *sector);

/* driver.c */
void driver_attach(struct sim_flash *flash);
void driver_detach(struct sim_flash *flash);
bool driver_has_room(unsigned *slot);

#endif
