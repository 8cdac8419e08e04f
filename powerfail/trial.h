/* SPDX-License-Identifier: Apache-2.0 */
/* A store under test on a simulated device, with the judge that watches it.
 *
 * Every call either returns, or ends in guard_fail() because something was seen that must not be.
 * A call that may meet an armed cut returns false when the power is off; the trial must then be
 * booted.
 */
#ifndef POWERFAIL_TRIAL_H
#define POWERFAIL_TRIAL_H

#include "sim/flash.h"
#include "footprint.h"
#include "oracle.h"
#include "subject.h"
#include "tally.h"
#include "script.h"

struct trial {
    const struct subject *subject;
    struct sim_flash *flash;
    void *memory; /* of the subject */
    struct oracle oracle;
    uint32_t serial; /* of the last write */
    struct tally *tally;
    bool decided;  /* a mount wrote, and nothing was written since */
    bool mounting; /* inside a mount, which may do only so much */
    uint64_t mount_ops_max;
    struct sim_op last;         /* the last program or erase begun */
    struct footprint footprint; /* of the last operation applied */
    /* Called before each program and erase; NULL: nobody. */
    void (*watch)(void *context, const struct sim_op *op, const void *data);
    void *watch_context;
    FILE *trace; /* NULL, or where every step is told */
};

/* False: no memory or no free device. */
bool trial_open(struct trial *trial, const struct subject *subject,
                const struct sim_profile *profile, uint64_t seed, struct tally *tally);
void trial_close(struct trial *trial);

/* Make `to` a copy of the medium and the judge of `from`; its store is not mounted. */
void trial_copy(struct trial *to, const struct trial *from);

/* A new, empty, mounted store. */
void trial_format(struct trial *trial);

/* Power on and forget all RAM; weak cells read as `pattern` says (sim_flash_boot). */
void trial_power_on(struct trial *trial, uint32_t pattern);

/* Mount. False: cut again. */
bool trial_mount(struct trial *trial);

/* Both. */
bool trial_boot(struct trial *trial, uint32_t pattern);

/* Read the whole map. */
void trial_observe(struct trial *trial, struct map *map);

/* Read the whole map and judge it. */
void trial_judge(struct trial *trial);

/* Carry out one operation, judged by its result. False: cut. */
bool trial_apply(struct trial *trial, const struct op *op);

/* trial_check.c: what must hold once a mount has settled what is there. The trial ends up mounted. */

/* Mounted again under each of these weak-cell patterns: the same map, not one program or erase. */
void trial_check_stable(struct trial *trial, const uint32_t *patterns, size_t count);

/* The store's own check finds nothing. */
void trial_check_itself(struct trial *trial);

/* A last sign of life: overwrite, delete, create and boot work. */
void trial_check_usable(struct trial *trial);

/* trace.c: telling it to trial->trace, which must not be NULL. */
void trial_trace(const struct trial *trial, const struct op *op);
void trial_trace_op(const struct trial *trial, const struct sim_op *op, const void *data);
void trial_trace_cut(const struct trial *trial, const struct sim_op *op);

/* 64 bits over all that decides what happens from here on: medium and judge. */
uint64_t trial_fingerprint(const struct trial *trial);

#endif
