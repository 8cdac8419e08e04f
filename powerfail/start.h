/* SPDX-License-Identifier: Apache-2.0 */
/* Bringing a trial into one of the states workloads start from. */
#ifndef POWERFAIL_START_H
#define POWERFAIL_START_H

#include "trial.h"
#include "script.h"

/* How many writes bring a store just before each start's sector switch; found out once, 0: not yet. */
struct start_counts {
    unsigned writes[STARTS];
};

/* Format `trial`, which is a copy of `blank`, and bring it to `start`, mounted. */
void start_run(struct trial *trial, const struct trial *blank, enum start start,
               struct start_counts *counts);

#endif
