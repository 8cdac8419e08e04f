/* SPDX-License-Identifier: Apache-2.0 */
/* The fewest sectors that will do. */
#ifndef CLI_PLAN_SEARCH_H
#define CLI_PLAN_SEARCH_H

#include "plan_measure.h"

struct plan_minimum {
    uint32_t for_space; /* everything fits; 0: not on this part */
    uint32_t for_life;  /* and lasts for the years asked; 0: not on this part */
};

/* Look among 3 to all sectors of `part`, the whole part. -1: no memory. */
int plan_search(struct plan_minimum *minimum, const struct workload *workload,
                const struct sim_profile *part, uint64_t seed);

#endif
