/* SPDX-License-Identifier: Apache-2.0 */
/* A simulated flash device: a profile, its cells, a clock, counters, and everything power cuts do.
 *
 * It is an ordinary ARM_DRIVER_STORAGE plus these controls. It knows nothing of journals or stores.
 *
 * Cells. What the driver was told to program and what the cells show are kept apart. A unit can be
 *   blank       erased by a complete erase
 *   done        programmed by a complete program
 *   torn        a stable wrong value (part of the bits, garbage)
 *   unreadable  reading its line fails
 *   weak        reads as intended, as before, or as garbage, drawn anew at each boot
 *   ghost       reads blank, is not: the next program over it (zero-filling excepted) breaks a rule
 * and a sector's erase can be complete, or cut: old, mixed, or blank but weak.
 *
 * Device rules. What no driver may do ends the run with a message on stderr and SIM_RULE (exit
 * through sim_flash_rule_handler, abort() by default): programming a unit twice without an erase
 * (zero-filling excepted: all-zero data may be programmed over anything), misaligned or out of
 * range, a program across a line, data programmed into a sector whose last erase was cut or failed,
 * or any call while busy. Where a handler returns, the call is refused and nothing has changed.
 *
 * Zero-filling means programming every bit: all-zero data where erased cells read as ones.
 *
 * Time. An operation takes its typical time; one that is cut takes none. Nothing sleeps.
 *
 * Devices share memory (see sim_flash_copy) without locks: use them from one thread.
 */
#ifndef SIM_FLASH_H
#define SIM_FLASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "Driver_Storage.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SIM_REGIONS_MAX 4u
#define SIM_SLOTS       8u /* devices that may exist at once in one process (CMSIS has no context) */

/* A part, as data. Times in nanoseconds. Figures and their sources: docs/profiles.md. */
struct sim_profile {
    char name[32];
    uint32_t unit_bytes;
    uint32_t line_bytes;      /* most that one cut program may damage */
    uint32_t in_flight_bytes; /* programmed at the same time within a call, 0: one unit */
    uint32_t region_count;
    struct {
        uint32_t count;
        uint32_t sector_bytes;
    } regions[SIM_REGIONS_MAX]; /* default size; see sim_profile_resize() */
    uint64_t base;              /* address of the first sector */
    bool on_chip;               /* what the driver tells of security.internal_flash */
    uint8_t erased_value;
    bool needs_erase;
    bool unreadable_lines; /* torn units can make their line unreadable (ECC) */
    bool asynchronous;
    uint64_t program_ns; /* per unit, typical */
    uint64_t program_max_ns;
    uint64_t erase_ns; /* per sector, typical */
    uint64_t erase_max_ns;
    uint64_t read_ns_per_byte_x100; /* hundredths of a nanosecond per byte */
    uint32_t endurance_min;         /* guaranteed cycles, 0: unlimited */
    uint32_t endurance_typical;
    uint32_t retention_cycles[2]; /* up to so many cycles ... */
    uint32_t retention_years[2];  /* ... data keep so long (guaranteed) */
};

/* A built-in profile by name ("k64f"), or NULL. sim_profile_names() lists them, NULL at the end. */
const struct sim_profile *sim_profile_find(const char *name);
const char *const *sim_profile_names(void);

/* Load a profile from a text file (docs/profiles.md). 0, or -1 with one sentence in `error`
 * that says the file, the line and what to do; it fits in 512 bytes. `profile` changes only on
 * success. */
int sim_profile_load(const char *path, struct sim_profile *profile, char *error, size_t error_size);

/* Keep only the first `sectors` sectors (0: all), of `sector_bytes` each if that is not 0 (the base
 * then moves down to a multiple of it). -1, and nothing changed: more than the part has, or not a
 * multiple of the line. */
int sim_profile_resize(struct sim_profile *profile, uint32_t sectors, uint32_t sector_bytes);

struct sim_counters {
    uint64_t reads, read_bytes;
    uint64_t programs, programmed_units, programmed_bytes; /* without zero-filling */
    uint64_t fills, filled_bytes;                          /* zero-filling */
    uint64_t erases;
    uint64_t cuts, boots;
};

struct sim_flash;

/* A new, fully erased device. NULL: no free slot or memory. The seed decides every draw. */
struct sim_flash *sim_flash_new(const struct sim_profile *profile, uint64_t seed);
void sim_flash_free(struct sim_flash *flash);

/* The device as a driver. Valid until free. */
ARM_DRIVER_STORAGE *sim_flash_driver(struct sim_flash *flash);
const struct sim_profile *sim_flash_profile(const struct sim_flash *flash);

/* Make `to` (same profile) equal to `from`: cells, faults, wear, power, counters, clock, draws. `to`
 * keeps its own hook and handlers; armed cuts and pending operations are not copied. For branching:
 * sectors are shared until one of the two writes them, so that this costs a few pointers. */
void sim_flash_copy(struct sim_flash *to, const struct sim_flash *from);

/* 128 bits over cells, faults and whether power is on; not over counters, wear or clock. Of weak
 * cells what they may read counts, and the boot pattern only while power is on. Kept up to date: a
 * call costs one addition a sector. */
struct sim_hash {
    uint64_t low, high;
};
struct sim_hash sim_flash_hash(const struct sim_flash *flash);

const struct sim_counters *sim_flash_counters(const struct sim_flash *flash);
uint32_t sim_flash_sector_count(const struct sim_flash *flash);
uint32_t sim_flash_erases(const struct sim_flash *flash, uint32_t sector);
void sim_flash_set_erases(struct sim_flash *flash, uint32_t sector, uint32_t erases);
uint64_t sim_flash_now_ns(const struct sim_flash *flash);
void sim_flash_advance_ns(struct sim_flash *flash, uint64_t ns);

/* ---- power cuts */

enum sim_outcome {                    /* what a cut operation leaves */
                   SIM_CUT_NONE,      /* program, erase: nothing happened */
                   SIM_CUT_DONE,      /* program, erase: complete, but nobody was told */
                   SIM_CUT_TORN,      /* program: units before the cut done, one garbage (stable) */
                   SIM_CUT_TORN_BITS, /* program: part of the 1 -> 0 bits done (stable) */
                   SIM_CUT_UNREADABLE, /* program: the line cannot be read */
                   SIM_CUT_GHOST,      /* program: reads blank, is not */
                   SIM_CUT_WEAK,       /* program: new, old or garbage, drawn at each boot */
                   SIM_CUT_OLD, /* erase: all bytes old, but weak: drawn at each boot, old or unreadable */
                   SIM_CUT_MIXED, /* erase: old, zero and blank units mixed, drawn at each boot */
                   SIM_CUT_HALF,  /* erase: first part blank, rest old */
                   SIM_CUT_ZERO,  /* erase: all zero, or only a last part (pre-program phase) */
                   SIM_CUT_BLANK_WEAK, /* erase: reads blank, but data must not be programmed on it */
                   SIM_OUTCOMES
};
const char *sim_outcome_name(enum sim_outcome outcome);

enum sim_op_kind { SIM_OP_PROGRAM, SIM_OP_FILL, SIM_OP_ERASE };

struct sim_op {
    enum sim_op_kind kind;
    uint64_t addr; /* from the start of the device */
    uint32_t size;
    uint64_t index; /* counts programs and erases since the last boot, from 0 */
    /* Where a cut would strike; explorers change it in their copy of the operation.
     * Program: the unit, counted from 0 inside this call; those before it are done, those behind
     *   untouched. The hook gets the last place that makes sense.
     * Erase: how many eighths of the sector are blank already (SIM_CUT_HALF, from the start) or
     *   zero already (SIM_CUT_ZERO, from the end), 1 to 7. The hook gets 0: half of it, all of it. */
    uint32_t cut_at;
};

/* The outcomes that make sense for an operation on this device; returns how many. */
size_t sim_flash_outcomes(const struct sim_flash *flash, const struct sim_op *op,
                          enum sim_outcome outcomes[SIM_OUTCOMES]);

/* Cut the power in the `index`-th program or erase after now (0: the next one). From then on every
 * call fails until sim_flash_boot(). */
void sim_flash_arm_cut(struct sim_flash *flash, uint64_t index, enum sim_outcome outcome);
/* The same, and where inside the operation: see sim_op.cut_at. */
void sim_flash_arm_cut_at(struct sim_flash *flash, uint64_t index, enum sim_outcome outcome,
                          uint32_t cut_at);
void sim_flash_disarm(struct sim_flash *flash);
/* The outcome is drawn when the operation is known: any that makes sense for it. */
void sim_flash_arm_random_cut(struct sim_flash *flash, uint64_t index);
bool sim_flash_is_cut(const struct sim_flash *flash);

/* Apply an outcome to an operation as if it had been cut here and now; power is then off. For
 * explorers, from within the hook, on a copy. */
void sim_flash_cut_here(struct sim_flash *flash, const struct sim_op *op, const void *data,
                        enum sim_outcome outcome);

/* Power on. `pattern` decides what weak cells read until the next boot: 0 as intended, 1 as before,
 * 2 garbage or unreadable, from 3 on a draw per unit from the pattern itself. */
void sim_flash_boot(struct sim_flash *flash, uint32_t pattern);

/* What a completed zero-fill of a unit that was not blank reads as, on parts with unreadable lines:
 * zero (the default), or the line cannot be read because its ECC no longer fits. */
enum sim_fill_policy { SIM_FILL_ZERO, SIM_FILL_UNREADABLE };
void sim_flash_set_fill_policy(struct sim_flash *flash, enum sim_fill_policy policy);

/* Called before each program and erase. `data` is NULL for an erase. */
typedef void (*sim_hook)(void *context, struct sim_flash *flash, const struct sim_op *op,
                         const void *data);
void sim_flash_set_hook(struct sim_flash *flash, sim_hook hook, void *context);

/* ---- asynchronous profiles: a program or erase happens, and its callback runs, when simulated
 * time reaches its end. cfs_port_wait() of sim/port.h calls this: the pending operation that ends
 * first, on any device, completes. False: none is pending. */
bool sim_flash_complete_next(void);

/* ---- damage at rest; addresses count from the start of the device */
void sim_flash_flip_bit(struct sim_flash *flash, uint64_t addr, unsigned bit);
void sim_flash_make_unreadable(struct sim_flash *flash, uint64_t addr, bool unreadable);
void sim_flash_make_weak(struct sim_flash *flash, uint64_t addr, uint32_t size);
/* What the unit at `addr` is: "blank", "done", "filled", "torn", "unreadable", "ghost", "weak" (of a
 * program), "mixed" (of an erase) or "flipped" (blank but for bits flipped at rest). */
const char *sim_flash_unit_name(const struct sim_flash *flash, uint64_t addr);
bool sim_flash_erase_is_complete(const struct sim_flash *flash, uint32_t sector);
/* Whether any cell is weak; if not, every boot pattern gives the same device. */
bool sim_flash_has_weak(const struct sim_flash *flash);
/* The simulator's own invariants as code: counts and hashes kept up to date are what a fresh count
 * and a fresh hash give. For tests; slow. */
bool sim_flash_check(const struct sim_flash *flash);

/* ---- wear: cycles after which an erase of the sector fails; drawn per sector from the profile
 * (never below the guaranteed minimum) when switched on */
void sim_flash_enable_wear_out(struct sim_flash *flash);

/* ---- device rules */
typedef void (*sim_rule_handler)(void *context, struct sim_flash *flash, const char *message);
void sim_flash_set_rule_handler(struct sim_flash *flash, sim_rule_handler handler, void *context);

/* ---- images: the bytes as a programmer or debugger would read them; unreadable lines are zero */
int sim_flash_save(const struct sim_flash *flash, const char *path, char *error, size_t error_size);
int sim_flash_load(struct sim_flash *flash, const char *path, char *error, size_t error_size);
/* Raw bytes as they read now; for dumps and forensic tests. */
void sim_flash_peek(const struct sim_flash *flash, uint64_t addr, void *data, size_t size);

#ifdef __cplusplus
}
#endif
#endif
