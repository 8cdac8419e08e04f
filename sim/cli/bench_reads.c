/* SPDX-License-Identifier: Apache-2.0 */
/* Workloads that ask what a store finds again: W6 and capacity. */
#include "bench_workload.h"

#define VALUE_BYTES 32u
#define SEED        0x12345678u
#define GETS        1000u

/* ---- W6 */

static uint32_t any_key(struct bench_run *run)
{
    return bench_random_below(&run->random, run->model.count);
}

static void get_any(struct bench_run *run)
{
    struct bench_result *result = run->result;
    struct bench_cost before = bench_run_cost(run, &bench_no_cost);
    bench_run_get(run, any_key(run));
    struct bench_cost cost = bench_run_cost(run, &before);
    result->gets++;
    result->get_cost.reads += cost.reads;
    result->get_cost.read_bytes += cost.read_bytes;
    result->get_cost.ns += cost.ns;
    if (cost.read_bytes > result->get_read_bytes_max) {
        result->get_read_bytes_max = cost.read_bytes;
    }
}

void bench_play_gets(struct bench_run *run)
{
    for (uint32_t key = 0; key < run->model.count; key++) {
        bench_run_set(run, key, VALUE_BYTES);
    }
    run->random.state = SEED;
    bench_run_begin(run);
    for (uint32_t i = 0; i < 2 * run->model.count; i++) {
        bench_run_set(run, any_key(run), VALUE_BYTES);
    }
    bench_run_end(run);
    bench_run_remount(run);
    for (uint32_t i = 0; i < GETS; i++) {
        get_any(run);
    }
}

/* ---- capacity */

void bench_play_capacity(struct bench_run *run)
{
    uint32_t key = 0;
    int32_t error = CFS_OK;
    bench_run_begin(run);
    while (key < run->model.count && error >= 0) {
        error = bench_run_try_set(run, key, VALUE_BYTES);
        key += error >= 0;
    }
    bench_run_end(run);
    run->result->failed += error < 0 && error != CFS_ERR_NO_SPACE; /* which is the answer */
    run->result->keys = key;
}
