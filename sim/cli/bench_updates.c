/* SPDX-License-Identifier: Apache-2.0 */
/* Workloads that change values: W1 to W4h. */
#include "bench_workload.h"

#define VALUE_BYTES   32u
#define YEARS_UPDATES 73000u /* ten a day for twenty years */
#define MIXED_STEPS   20000u
#define SEED          0x12345678u
#define MIXED_SEED    0x2545F491u

/* Call `step` that often, or as often as was allowed. */
static void repeat(struct bench_run *run, uint64_t times, void (*step)(struct bench_run *run))
{
    times = times < run->updates_max ? times : run->updates_max;
    bench_run_begin(run);
    for (uint64_t i = 0; i < times; i++) {
        step(run);
        progress_show(&run->progress, (double)i / (double)times);
    }
    bench_run_end(run);
}

static void preload(struct bench_run *run)
{
    for (uint32_t key = 0; key < run->model.count; key++) {
        bool is_counter = run->model.has_counter && key == 0;
        bench_run_set(run, key, is_counter ? BENCH_COUNTER_SIZE : VALUE_BYTES);
    }
    run->random.state = SEED;
}

/* ---- W1 and W2 */

static void set_any(struct bench_run *run)
{
    bench_run_set(run, bench_random_below(&run->random, run->model.count), VALUE_BYTES);
}

void bench_play_random(struct bench_run *run)
{
    preload(run);
    repeat(run, YEARS_UPDATES, set_any);
}

static void set_counter(struct bench_run *run)
{
    bench_run_set(run, 0, BENCH_COUNTER_SIZE);
}

void bench_play_counter(struct bench_run *run)
{
    run->model.has_counter = true;
    preload(run);
    repeat(run, YEARS_UPDATES, set_counter);
}

/* ---- W3 */

static size_t fill_length(uint32_t key)
{
    return key < 4 ? 1024 : key < 12 ? 32 : 64;
}

void bench_play_fill(struct bench_run *run)
{
    bench_run_begin(run);
    for (uint32_t round = 0; round < 2; round++) {
        for (uint32_t key = 0; key < run->model.count; key++) {
            bench_run_set(run, key, fill_length(key));
        }
    }
    bench_run_end(run);
}

/* ---- W4 and W4h: 70 % updates, 10 % delete and create, 20 % reads */

static void mixed_step(struct bench_run *run)
{
    uint32_t percent = bench_random_below(&run->random, 100);
    uint32_t key = bench_random_below(&run->random, run->model.count);
    if (percent >= 80) {
        bench_run_get(run, key);
        return;
    }
    size_t length = bench_random_size(&run->random);
    if (percent >= 70) {
        bench_run_delete(run, key);
    }
    bench_run_set(run, key, length);
}

void bench_play_mixed(struct bench_run *run)
{
    run->random.state = SEED;
    for (uint32_t key = 0; key < run->model.count; key++) {
        bench_run_set(run, key, bench_random_size(&run->random));
    }
    run->random.state = MIXED_SEED;
    repeat(run, MIXED_STEPS, mixed_step);
}
