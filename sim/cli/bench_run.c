/* SPDX-License-Identifier: Apache-2.0 */
/* See bench_run.h. */
#include "bench_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define IDLE_US 1000000u /* long enough for all there may be to do */

/* ---- open and close */

/* The device refuses the operation; the store sees a failed driver call. */
static void rule_broken(void *context, struct sim_flash *flash, const char *message)
{
    struct bench_run *run = context;
    (void)flash; /* there is one */
    run->result->rules_broken++;
    (void)complain(&run->result->wrong, "%s.", message); /* told when the run is over */
}

static int make_store(struct bench_run *run, const char *profile, struct complaint *complaint)
{
    int32_t error = rig_format(&run->rig, 0);
    error = error < 0 ? error : rig_mount(&run->rig, false);
    if (error < 0) {
        return complain(complaint, "no store can be made on %u sectors of %s: %s.",
                        run->result->sectors, profile, cfs_error_name(error));
    }
    return 0;
}

int bench_run_open(struct bench_run *run, const struct sim_profile *profile, uint32_t keys,
                   struct bench_result *result, struct complaint *complaint)
{
    *run = (struct bench_run){.result = result, .updates_max = UINT64_MAX};
    if (rig_open(&run->rig, profile, 1, complaint) < 0) {
        return -1;
    }
    result->sectors = sim_flash_sector_count(run->rig.flash);
    result->keys = keys;
    (void)snprintf(result->profile, sizeof result->profile, "%s", profile->name); /* fits */
    sim_flash_set_rule_handler(run->rig.flash, rule_broken, run);
    run->erases_before = calloc(result->sectors, sizeof *run->erases_before);
    if (run->erases_before == NULL || bench_model_init(&run->model, keys) < 0) {
        bench_run_close(run);
        return complain(complaint, "out of memory.");
    }
    if (make_store(run, profile->name, complaint) < 0) {
        bench_run_close(run);
        return -1;
    }
    return 0;
}

void bench_run_close(struct bench_run *run)
{
    rig_close(&run->rig);
    bench_model_free(&run->model);
    free(run->erases_before);
}

/* ---- what it costs */

/* What operations take when every one takes the part's longest time. */
static uint64_t slowest_ns(const struct bench_run *run, const struct bench_cost *cost)
{
    const struct sim_profile *profile = sim_flash_profile(run->rig.flash);
    return cost->programmed_bytes / profile->unit_bytes * profile->program_max_ns +
           cost->erases * profile->erase_max_ns +
           cost->read_bytes * profile->read_ns_per_byte_x100 / 100;
}

struct bench_cost bench_run_cost(const struct bench_run *run, const struct bench_cost *since)
{
    const struct sim_counters *now = sim_flash_counters(run->rig.flash);
    struct bench_cost cost = {
        .reads = now->reads - since->reads,
        .read_bytes = now->read_bytes - since->read_bytes,
        .programs = now->programs + now->fills - since->programs,
        .programmed_bytes = now->programmed_bytes + now->filled_bytes - since->programmed_bytes,
        .erases = now->erases - since->erases,
        .ns = sim_flash_now_ns(run->rig.flash) - since->ns,
    };
    cost.slowest_ns = slowest_ns(run, &cost);
    return cost;
}

static double cpu_s(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

void bench_run_begin(struct bench_run *run)
{
    for (uint32_t i = 0; i < run->result->sectors; i++) {
        run->erases_before[i] = sim_flash_erases(run->rig.flash, i);
    }
    run->before = bench_run_cost(run, &bench_no_cost);
    run->cpu_before_s = cpu_s();
    run->is_counting = true;
}

static void count_wear(struct bench_run *run)
{
    struct bench_result *result = run->result;
    result->erases_min = UINT64_MAX;
    for (uint32_t i = 0; i < result->sectors; i++) {
        uint64_t erases = sim_flash_erases(run->rig.flash, i) - run->erases_before[i];
        result->erases_min = erases < result->erases_min ? erases : result->erases_min;
        result->erases_max = erases > result->erases_max ? erases : result->erases_max;
    }
}

void bench_run_end(struct bench_run *run)
{
    run->result->cpu_s = cpu_s() - run->cpu_before_s;
    run->result->cost = bench_run_cost(run, &run->before);
    run->result->cost.ns -= run->maintained_ns;
    count_wear(run);
    run->is_counting = false;
}

static void count_update(struct bench_run *run, const struct bench_cost *before)
{
    struct bench_cost cost = bench_run_cost(run, before);
    if (run->is_counting) {
        latency_add(&run->result->updates, cost.ns, cost.slowest_ns);
    }
}

/* ---- calls */

/* What a device does while it is idle; only its time is not counted. */
static void maintain(struct bench_run *run)
{
    uint64_t begin_ns = sim_flash_now_ns(run->rig.flash);
    if (run->is_counting && run->with_maintain) {
        run->result->failed += cfs_maintain(&run->rig.store, IDLE_US) < 0;
        run->maintained_ns += sim_flash_now_ns(run->rig.flash) - begin_ns;
    }
}

int32_t bench_run_try_set(struct bench_run *run, uint32_t key, size_t length)
{
    char name[BENCH_NAME_BYTES];
    uint8_t value[BENCH_VALUE_MAX];
    size_t name_length = bench_model_name(key, name);
    bench_model_value(&run->model, key, run->model.keys[key].version + 1, value, length);
    maintain(run);
    struct bench_cost before = bench_run_cost(run, &bench_no_cost);
    int32_t error = cfs_set(&run->rig.store, name, value, length);
    if (error < 0) {
        return error;
    }
    count_update(run, &before);
    bench_model_set(&run->model, key, length);
    run->result->payload_bytes += run->is_counting ? name_length + length : 0;
    return CFS_OK;
}

void bench_run_set(struct bench_run *run, uint32_t key, size_t length)
{
    run->result->failed += bench_run_try_set(run, key, length) < 0;
}

void bench_run_delete(struct bench_run *run, uint32_t key)
{
    char name[BENCH_NAME_BYTES];
    if (!run->model.keys[key].exists) {
        return;
    }
    (void)bench_model_name(key, name); /* its length is not needed */
    maintain(run);
    struct bench_cost before = bench_run_cost(run, &bench_no_cost);
    if (cfs_delete(&run->rig.store, name) < 0) {
        run->result->failed++;
        return;
    }
    count_update(run, &before);
    bench_model_delete(&run->model, key);
}

void bench_run_get(struct bench_run *run, uint32_t key)
{
    char name[BENCH_NAME_BYTES];
    uint8_t value[BENCH_VALUE_MAX + 1]; /* a value that has grown is seen to be wrong */
    (void)bench_model_name(key, name);  /* its length is not needed */
    int32_t length = cfs_get(&run->rig.store, name, value, sizeof value);
    bool failed = length < 0 && length != CFS_ERR_NOT_FOUND;
    run->result->failed += failed;
    if (failed || !bench_model_allows(&run->model, key, value, length)) {
        (void)complain(&run->result->wrong, "'%s' is not what was stored (%s).", name,
                       length < 0 ? cfs_error_name(length) : "another value"); /* told at the end */
    }
}

/* ---- the end of every run */

void bench_run_remount(struct bench_run *run)
{
    struct bench_cost before = bench_run_cost(run, &bench_no_cost);
    double cpu_before_s = cpu_s();
    int32_t error = rig_boot(&run->rig, 0);
    error = error < 0 ? error : rig_mount(&run->rig, false);
    run->result->mount_cpu_s = cpu_s() - cpu_before_s;
    run->result->mount = bench_run_cost(run, &before);
    if (error < 0) {
        run->result->failed++;
        (void)complain(&run->result->wrong, "the store does not mount: %s.",
                       cfs_error_name(error)); /* told at the end */
    }
}

/* With every key of the model compared, no other is there if the number is right. */
static void compare_names(struct bench_run *run)
{
    char name[CFS_NAME_MAX + 1] = "";
    uint32_t expected = bench_model_existing(&run->model);
    uint32_t found = 0;
    int32_t length;
    while ((length = cfs_find(&run->rig.store, NULL, name)) >= 0 && found <= expected) {
        found++;
    }
    run->result->failed += length < 0 && length != CFS_ERR_NOT_FOUND;
    if (found != expected) {
        (void)complain(&run->result->wrong, "%u keys are found where %u were stored.", found,
                       expected); /* told at the end */
    }
}

void bench_run_compare(struct bench_run *run)
{
    for (uint32_t i = 0; i < run->model.count; i++) {
        bench_run_get(run, i);
    }
    compare_names(run);
}
