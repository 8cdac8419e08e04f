/* SPDX-License-Identifier: Apache-2.0 */
/* See life.h. Here: birth, provisioning, the passing of events, updates.
 *
 * An update that a power cut interrupted is tried again after the reboot, as a product would, so
 * the number of updates in a life does not depend on the cuts.
 */
#include "life_private.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void life_violate(struct life *life, const char *format, ...)
{
    struct life_result *result = life->result;
    life->is_over = true;
    if (result->violation[0] != '\0') {
        return;
    }
    char what[300];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(what, sizeof what, format, arguments); /* a cut sentence is better than none */
    va_end(arguments);
    (void)snprintf(result->violation, sizeof result->violation, "day %llu, seed %llu: %s",
                   (unsigned long long)(life->now_ns / LIFE_DAY_NS),
                   (unsigned long long)result->seed, what); /* as above */
}

/* ---- updates */

/* What the operations since `before` take when every one takes the part's longest time. */
static uint64_t slowest_ns(const struct life *life, const struct sim_counters *before)
{
    const struct sim_profile *profile = sim_flash_profile(life->rig.flash);
    const struct sim_counters *now = sim_flash_counters(life->rig.flash);
    uint64_t bytes =
        now->programmed_bytes + now->filled_bytes - before->programmed_bytes - before->filled_bytes;
    return bytes / profile->unit_bytes * profile->program_max_ns +
           (now->erases - before->erases) * profile->erase_max_ns +
           (now->read_bytes - before->read_bytes) * profile->read_ns_per_byte_x100 / 100;
}

/* True: acknowledged. False: power failed, or the life is over. */
static bool try_update(struct life *life, size_t key, size_t size)
{
    struct sim_counters before = *sim_flash_counters(life->rig.flash);
    uint64_t begin_ns = sim_flash_now_ns(life->rig.flash);
    model_begin(&life->model, key, life->value, size);
    int32_t error = cfs_set(&life->rig.store, life->workload->keys[key].name, life->value, size);
    if (error >= 0) {
        latency_add(&life->result->latency, sim_flash_now_ns(life->rig.flash) - begin_ns,
                    slowest_ns(life, &before));
        model_acknowledge(&life->model);
        return true;
    }
    if (error == CFS_ERR_READ_ONLY && life_is_worn_out(life)) {
        life->result->took_no_more = true;
        life_check_all(life);
        life->is_over = true;
    } else if (life_has_power(life)) {
        life_violate(life, "an update of '%s' failed with %s", life->workload->keys[key].name,
                     cfs_error_name(error));
    }
    return false;
}

static void update(struct life *life, size_t key)
{
    uint32_t version = ++life->versions[key];
    size_t size = workload_value(life->workload, key, version, life->result->seed, life->value);
    while (!life->is_over && !try_update(life, key, size)) {
        if (!life_has_power(life)) {
            life_recover(life);
        }
    }
    if (!life_has_power(life)) {
        life_recover(life);
    }
    if (life->is_over) {
        return; /* it was not acknowledged */
    }
    life_check_key(life, key);
    life->result->updates++;
    life->result->payload_bytes += strlen(life->workload->keys[key].name) + size;
}

/* ---- the passing of events */

static uint64_t interval_ns(double per_day)
{
    return (uint64_t)((double)LIFE_DAY_NS / per_day);
}

/* Half to one and a half times the mean: irregular, and the same on every machine. */
static uint64_t random_interval_ns(struct life *life, double per_day)
{
    uint64_t mean = interval_ns(per_day);
    return mean / 2 + rng_below(&life->rng, mean);
}

static void live_event(struct life *life, const struct event *event)
{
    const struct workload *workload = life->workload;
    uint64_t next_ns = event->at_ns;
    switch (event->kind) {
    case EVENT_UPDATE:
        update(life, event->index);
        next_ns += interval_ns(workload->keys[event->index].updates_per_day);
        break;
    case EVENT_CUT:
        life_arm_cut(life);
        next_ns += random_interval_ns(life, workload->cuts_per_year / 365);
        break;
    case EVENT_BOOT:
        life_boot(life);
        next_ns += random_interval_ns(life, workload->boots_per_day);
        break;
    case EVENT_YEAR:
        if (life_sample(life) < 0) {
            life_violate(life, "the simulator ran out of memory");
        }
        next_ns += LIFE_YEAR_NS;
        break;
    }
    schedule_postpone(&life->schedule, next_ns);
}

static void advance_clock(struct life *life, uint64_t at_ns)
{
    uint64_t now_ns = sim_flash_now_ns(life->rig.flash) - life->start_ns;
    life->now_ns = at_ns;
    if (at_ns > now_ns) {
        sim_flash_advance_ns(life->rig.flash, at_ns - now_ns);
    }
}

bool life_step(struct life *life)
{
    struct event event = *schedule_next(&life->schedule);
    if (life->is_over || life->is_lived) {
        return false;
    }
    if (event.at_ns >= life->end_ns) {
        advance_clock(life, life->end_ns);
        life_boot(life);
        life_check_wear(life);
        life->is_lived = true;
        return false;
    }
    advance_clock(life, event.at_ns);
    live_event(life, &event);
    life_check_wear(life);
    return true;
}

uint64_t life_now_ns(const struct life *life)
{
    return life->now_ns;
}

struct rig *life_rig(struct life *life)
{
    return &life->rig;
}

/* ---- birth */

static void fill_schedule(struct life *life)
{
    const struct workload *workload = life->workload;
    for (size_t i = 0; i < workload->key_count; i++) {
        if (workload->keys[i].updates_per_day > 0) {
            uint64_t first_ns =
                rng_below(&life->rng, interval_ns(workload->keys[i].updates_per_day));
            schedule_add(&life->schedule, (struct event){first_ns, EVENT_UPDATE, (uint32_t)i});
        }
    }
    if (workload->cuts_per_year > 0) {
        schedule_add(
            &life->schedule,
            (struct event){random_interval_ns(life, workload->cuts_per_year / 365), EVENT_CUT, 0});
    }
    if (workload->boots_per_day > 0) {
        schedule_add(
            &life->schedule,
            (struct event){random_interval_ns(life, workload->boots_per_day), EVENT_BOOT, 0});
    }
    schedule_add(&life->schedule, (struct event){LIFE_YEAR_NS, EVENT_YEAR, 0});
}

static int provision_key(struct life *life, size_t key, struct complaint *complaint)
{
    const struct workload *workload = life->workload;
    size_t size = workload_value(workload, key, 0, life->result->seed, life->value);
    int32_t error = cfs_set(&life->rig.store, workload->keys[key].name, life->value, size);
    if (error == CFS_ERR_TOO_BIG) {
        return complain(complaint,
                        "%s: the value of '%s' has %zu bytes; on this part it may have at most "
                        "%ld.",
                        workload->path, workload->keys[key].name, size,
                        (long)cfs_value_max(&life->rig.store, strlen(workload->keys[key].name)));
    }
    if (error < 0) {
        return complain(complaint, "%s: '%s' does not fit any more (%s); use more sectors.",
                        workload->path, workload->keys[key].name, cfs_error_name(error));
    }
    model_name(&life->model, key, workload->keys[key].name);
    model_begin(&life->model, key, life->value, size);
    model_acknowledge(&life->model);
    return 0;
}

static int provision(struct life *life, struct complaint *complaint)
{
    int32_t error = rig_format(&life->rig, 0);
    error = error < 0 ? error : rig_mount(&life->rig, false);
    if (error < 0) {
        return complain(complaint,
                        "the store cannot be formatted on this part (%s); give it more "
                        "or larger sectors.",
                        cfs_error_name(error));
    }
    for (size_t i = 0; i < life->workload->key_count; i++) {
        if (provision_key(life, i, complaint) < 0) {
            return -1;
        }
    }
    life_check_all(life);
    life->start_ns = sim_flash_now_ns(life->rig.flash);
    life->result->provisioned = *sim_flash_counters(life->rig.flash);
    return 0;
}

static int allocate(struct life *life, struct complaint *complaint)
{
    size_t keys = life->workload->key_count;
    life->value_max = workload_value_max(life->workload);
    life->value = malloc(life->value_max + 1);
    life->seen = malloc(life->value_max + 1);
    life->versions = calloc(keys, sizeof *life->versions);
    bool has_room = life->value != NULL && life->seen != NULL && life->versions != NULL &&
                    model_init(&life->model, keys, life->value_max) == 0 &&
                    schedule_init(&life->schedule, keys + 3) == 0;
    return has_room ? 0 : complain(complaint, "out of memory.");
}

void life_free(struct life *life)
{
    rig_close(&life->rig);
    model_free(&life->model);
    schedule_free(&life->schedule);
    free(life->versions);
    free(life->value);
    free(life->seen);
    free(life);
}

struct life *life_begin(const struct workload *workload, const struct sim_profile *profile,
                        uint64_t seed, struct life_result *result, struct complaint *complaint)
{
    struct life *life = calloc(1, sizeof *life);
    if (life == NULL) {
        (void)complain(complaint, "out of memory."); /* NULL says it */
        return NULL;
    }
    *life = (struct life){.workload = workload, .rng = {seed}, .result = result};
    life->end_ns = (uint64_t)(workload->years * (double)LIFE_YEAR_NS);
    *result = (struct life_result){.seed = seed};
    int error = allocate(life, complaint);
    error = error < 0 ? error : rig_open(&life->rig, profile, seed, complaint);
    if (error == 0 && workload->to_the_end) {
        sim_flash_enable_wear_out(life->rig.flash);
    }
    error = error < 0 ? error : provision(life, complaint);
    error = error < 0 ? error : life_sample(life);
    if (error < 0) {
        life_free(life);
        life_result_free(result);
        (void)complain(complaint, "out of memory."); /* unless something else was said */
        return NULL;
    }
    fill_schedule(life);
    return life;
}

int life_run(const struct workload *workload, const struct sim_profile *profile, uint64_t seed,
             struct progress *progress, struct life_result *result, struct complaint *complaint)
{
    struct life *life = life_begin(workload, profile, seed, result, complaint);
    if (life == NULL) {
        return -1;
    }
    while (life_step(life)) {
        progress_show(progress, (double)life->now_ns / (double)life->end_ns);
    }
    life_finish(life);
    life_free(life);
    return 0;
}
