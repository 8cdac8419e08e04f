/* SPDX-License-Identifier: Apache-2.0 */
/* One workload on one part: a store, the model it is compared with, and what it cost.
 *
 * A call that returns an error is counted and changes nothing in the model, as the store promises;
 * a value that differs from the model is kept as a sentence in the result. Neither ends the run.
 */
#ifndef CLI_BENCH_RUN_H
#define CLI_BENCH_RUN_H

#include <stdbool.h>

#include "bench_model.h"
#include "bench_random.h"
#include "bench_result.h"
#include "progress.h"
#include "rig.h"

/* Must stay where it is while open. */
struct bench_run {
    struct rig rig;
    struct bench_model model;
    struct bench_random random;
    struct bench_result *result;
    struct progress progress;
    uint64_t updates_max; /* most updates to do; UINT64_MAX: as the workload says */
    bool with_maintain;   /* cfs_maintain() before each update that is counted */
    /* of the counted part: */
    bool is_counting;
    uint32_t *erases_before; /* by sector */
    struct bench_cost before;
    double cpu_before_s;
    uint64_t maintained_ns;
};

/* A fresh store on a fresh part. `result` is filled while the run lasts. */
int bench_run_open(struct bench_run *run, const struct sim_profile *profile, uint32_t keys,
                   struct bench_result *result, struct complaint *complaint);
void bench_run_close(struct bench_run *run);

/* What happens between the two is counted. */
void bench_run_begin(struct bench_run *run);
void bench_run_end(struct bench_run *run);

/* Give a key its next version. bench_run_try_set() leaves it to the caller to count an error. */
int32_t bench_run_try_set(struct bench_run *run, uint32_t key, size_t length);
void bench_run_set(struct bench_run *run, uint32_t key, size_t length);
/* Delete a key if it exists. */
void bench_run_delete(struct bench_run *run, uint32_t key);
/* Read a key and compare it with the model. */
void bench_run_get(struct bench_run *run, uint32_t key);

/* Reset without a shutdown, and mount. */
void bench_run_remount(struct bench_run *run);
/* Everything in the store against everything in the model. */
void bench_run_compare(struct bench_run *run);

/* What was done on the device since the part was new, less `since`. */
struct bench_cost bench_run_cost(const struct bench_run *run, const struct bench_cost *since);

#endif
