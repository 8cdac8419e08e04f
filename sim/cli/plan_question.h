/* SPDX-License-Identifier: Apache-2.0 */
/* What a plan is asked about: a workload, from a file or from a few numbers. */
#ifndef CLI_PLAN_QUESTION_H
#define CLI_PLAN_QUESTION_H

#include "complaint.h"
#include "workload.h"

/* Keys that are all alike. */
struct plan_keys {
    uint64_t count;
    uint64_t name_bytes;
    uint64_t value_bytes;
    double updates_per_day; /* of all keys together, evenly */
};

/* Fill a workload with such keys; values are random bytes. */
int plan_make_workload(struct workload *workload, const struct plan_keys *keys,
                       struct complaint *complaint);

/* Let every key begin with its longest value. What can be provisioned then, fits at any later
 * moment too. */
void plan_put_longest_first(struct workload *workload);

/* The length of the longest name. */
size_t plan_name_max(const struct workload *workload);

#endif
