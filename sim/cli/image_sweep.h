/* SPDX-License-Identifier: Apache-2.0 */
/* One piece of damage after the other, done to copies of one image, and what a store makes of it. */
#ifndef CLI_IMAGE_SWEEP_H
#define CLI_IMAGE_SWEEP_H

#include "keyset.h"
#include "rig.h"

enum sweep_kind { SWEEP_BITS, SWEEP_LINES };

struct sweep {
    struct rig rig;
    struct sim_flash *pristine;
    const struct keyset *expected;
    enum sweep_kind kind;
    uint64_t laps; /* of updates, after every lap_step-th damage */
    uint64_t lap_step;
    /* what came out */
    uint64_t damages;
    uint64_t refused;       /* mounts */
    uint64_t repaired;      /* damages after which a record was made good */
    uint64_t reported;      /* keys said to be damaged, over all damages */
    uint64_t reported_most; /* ... by one damage */
    uint64_t lapped;
    uint64_t stuck; /* ... that refused at last to reclaim what may be a key nobody can name */
    uint64_t wrong; /* keys with another value, or not there, or not said to be damaged any more */
    char first_wrong[400];
};

/* Run it over the whole image. -1 after complaining. */
int sweep_run(struct sweep *sweep, struct complaint *complaint);

#endif
