/* SPDX-License-Identifier: Apache-2.0 */
/* See bench_json.h. */
#include "bench_json.h"

#include <stdio.h>

#include "bench_bars.h"
#include "json_out.h"

static void put_times(json_t *object, const struct bench_result *result)
{
    const struct latency *updates = &result->updates;
    double mean_ns = updates->count == 0 ? 0 : (double)updates->sum_ns / (double)updates->count;
    json_out_real(object, "modelled_s", (double)result->cost.ns / 1e9);
    json_out_real(object, "mean_ms", mean_ns / 1e6);
    json_out_real(object, "p99_ms", (double)latency_p99_ns(updates) / 1e6);
    json_out_real(object, "worst_ms", (double)updates->worst_ns / 1e6);
    json_out_real(object, "worst_max_ms", (double)updates->worst_max_ns / 1e6);
    json_out_real(object, "cpu_s", result->cpu_s);
}

static void put_costs(json_t *object, const struct bench_result *result)
{
    json_out_number(object, "erases", result->cost.erases);
    json_out_number(object, "erases_min", result->erases_min);
    json_out_number(object, "erases_max", result->erases_max);
    json_out_number(object, "programmed_bytes", result->cost.programmed_bytes);
    json_out_number(object, "payload_bytes", result->payload_bytes);
    json_out_number(object, "read_bytes", result->cost.read_bytes);
    json_out_number(object, "reads", result->cost.reads);
}

static void put_mount(json_t *object, const struct bench_result *result)
{
    json_out_text(object, "after", result->after);
    json_out_number(object, "mount_read_bytes", result->mount.read_bytes);
    json_out_number(object, "mount_reads", result->mount.reads);
    json_out_number(object, "mount_programs", result->mount.programs);
    json_out_number(object, "mount_erases", result->mount.erases);
}

static void put_gets(json_t *object, const struct bench_result *result)
{
    double reads = result->gets == 0 ? 0 : (double)result->get_cost.reads / (double)result->gets;
    json_out_real(object, "get_read_bytes_mean", bench_get_read_bytes_mean(result));
    json_out_number(object, "get_read_bytes_max", result->get_read_bytes_max);
    json_out_real(object, "get_reads_mean", reads);
}

int bench_json_print(enum bench_kind kind, const struct bench_result *result)
{
    json_t *object = json_object();
    json_out_text(object, "workload", result->workload);
    json_out_text(object, "profile", result->profile);
    json_out_number(object, "sectors", result->sectors);
    json_out_number(object, "updates", result->updates.count);
    put_costs(object, result);
    put_times(object, result);
    json_out_number(object, "failed", result->failed);
    json_out_number(object, "programmed_twice", result->rules_broken);
    if (kind == BENCH_MOUNT) {
        put_mount(object, result);
    } else {
        json_out_number(object, "keys", result->keys);
    }
    if (kind == BENCH_GETS) {
        put_gets(object, result);
    }
    int error = json_out_line(stdout, object);
    json_decref(object);
    return error;
}
