/* SPDX-License-Identifier: Apache-2.0 */
/* A plan in words and as JSON (docs/plan.md). */
#ifndef CLI_PLAN_SHOW_H
#define CLI_PLAN_SHOW_H

#include "plan_measure.h"
#include "plan_search.h"

struct plan {
    const struct workload *workload;
    const struct sim_profile *profile; /* with the sectors asked */
    uint32_t sectors;
    uint64_t seed;
    struct plan_measure measure;
    struct plan_minimum minimum;
};

/* The workload fits and the part lasts. */
bool plan_passed(const struct plan *plan);

void plan_print(const struct plan *plan);
void plan_print_json(const struct plan *plan);

#endif
