/* SPDX-License-Identifier: Apache-2.0 */
/* What a workload costs on a part, measured: the first part of a life is lived in the simulator,
 * with every read, program and erase of the real store, and the rest follows from the length of a
 * lap.
 *
 * A lap is one erase of every sector: the log goes round. Once the log has gone round twice every lap
 * costs what the one before did, so counting whole laps leaves nothing to a model of the store.
 */
#ifndef CLI_PLAN_MEASURE_H
#define CLI_PLAN_MEASURE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/flash.h"

#include "latency.h"
#include "workload.h"

/* When to stop; whichever comes first. All are counts, so that a plan is the same on every
 * machine. */
struct plan_budget {
    uint64_t events; /* updates, boots and cuts */
    uint64_t reads;  /* of the simulated flash: what a life costs us */
    uint32_t laps;
};

enum plan_basis {
    PLAN_LIVED, /* the whole life was lived, or ended early: nothing is extrapolated */
    PLAN_LAPS,  /* from whole laps */
    PLAN_FIRST, /* not two laps within the budget: from the rate of the first, see docs/plan.md */
};

struct plan_measure {
    bool fits;
    char why[512]; /* if it does not: a sentence */
    enum plan_basis basis;
    double years_lived;
    double laps; /* that were counted */
    uint64_t events;
    double lap_years;     /* below 0: it does not get round */
    double life_years;    /* until the most worn sector has its guaranteed erases; below 0: never */
    double erases_at_end; /* of the most worn sector, after the years asked */
    double bytes_per_year; /* programmed, zero-filling included */
    struct latency latency;
    uint32_t live_bytes, capacity_bytes;
    int32_t value_max; /* with a name as long as the longest of the workload */
};

/* Measure. -1: no memory. That a workload does not fit is a result. */
int plan_measure(struct plan_measure *measure, const struct workload *workload,
                 const struct sim_profile *profile, uint64_t seed,
                 const struct plan_budget *budget);

#endif
