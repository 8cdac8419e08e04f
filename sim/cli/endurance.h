/* SPDX-License-Identifier: Apache-2.0 */
/* An endurance run: what was asked, and what came out. */
#ifndef CLI_ENDURANCE_H
#define CLI_ENDURANCE_H

#include <stdbool.h>

#include "life.h"
#include "totals.h"
#include "workload.h"

struct endurance {
    struct workload workload; /* with what the command line changed */
    struct sim_profile profile;
    uint64_t seed; /* of the first life; the others follow */
    uint32_t life_count;
    struct life_result *lives;
    struct totals totals;
};

/* Nothing lost, nothing that should not be there, and no sector worn out. */
bool endurance_passed(const struct endurance *endurance);

#endif
