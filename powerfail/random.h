/* SPDX-License-Identifier: Apache-2.0 */
/* Random lives: long sequences of writes, deletes and boots on small sectors, with cuts at random
 * operations, inside the mounts that follow, inside the mounts that follow those, and so on.
 *
 * A life is a function of the seed and its number, so that number alone replays it.
 */
#ifndef POWERFAIL_RANDOM_H
#define POWERFAIL_RANDOM_H

#include "sim/flash.h"
#include "trial.h"
#include "tally.h"

struct random_config {
    const struct subject *subject;
    const struct sim_profile *profile;
    uint64_t seed;
    unsigned steps; /* operations of one life */
    unsigned nest;  /* most cuts in a row */
    unsigned keys;  /* keys used, 1 to KEYS */
    FILE *trace;
    const char *geometry; /* the options that choose it and the seed, for the line that replays */
};

/* Live life number `life`. False: a violation; it is in the tally. */
bool random_live(const struct random_config *config, uint64_t life, struct tally *tally);

#endif
