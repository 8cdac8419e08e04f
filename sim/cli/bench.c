/* SPDX-License-Identifier: Apache-2.0 */
/* cfs-sim bench: fixed workloads, so that figures can be compared with those of other stores. Here:
 * which workload runs on how many sectors. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench_bars.h"
#include "bench_device.h"
#include "bench_json.h"
#include "bench_options.h"
#include "bench_table.h"
#include "bench_workload.h"
#include "cli.h"

#define RESULTS_MAX (16u * BENCH_SIZES_MAX) /* more than there are entries of workloads */

struct bench {
    struct bench_options options;
    struct bench_bars bars;
    struct bench_table table;
    struct bench_result *results; /* RESULTS_MAX */
    size_t count;
    bool is_right; /* nothing was wrong so far */
    const char *program;
};

/* ---- one workload on one size */

static int save_image(struct bench *bench, const struct bench_run *run)
{
    char error[400];
    const char *path = bench->options.image;
    if (path != NULL && sim_flash_save(run->rig.flash, path, error, sizeof error) < 0) {
        return complain(&bench->options.complaint, "%s.", error);
    }
    return 0;
}

static int play(struct bench *bench, const struct bench_workload *workload,
                const struct sim_profile *profile, struct bench_result *result)
{
    char what[64];
    struct bench_run run;
    uint32_t keys = bench_workload_keys(workload, bench_device_bytes(profile));
    *result = (struct bench_result){.workload = workload->name};
    if (bench_run_open(&run, profile, keys, result, &bench->options.complaint) < 0) {
        return -1;
    }
    run.updates_max = bench->options.updates_max;
    run.with_maintain = bench->options.with_maintain;
    (void)snprintf(what, sizeof what, "%s on %u sectors", workload->name,
                   result->sectors); /* fits */
    progress_begin(&run.progress, what);
    workload->play(&run);
    bench_run_compare(&run);
    bench_run_remount(&run);
    bench_run_compare(&run);
    progress_end(&run.progress);
    int error = save_image(bench, &run);
    bench_run_close(&run);
    return error;
}

static const struct bench_result *find_result(const struct bench *bench, const char *workload,
                                              uint32_t sectors)
{
    for (size_t i = 0; i < bench->count; i++) {
        const struct bench_result *result = &bench->results[i];
        if (strcmp(result->workload, workload) == 0 && result->sectors == sectors) {
            return result;
        }
    }
    return NULL;
}

/* The mount that every run ends with, as a result of its own. */
static int take_mount(struct bench *bench, const struct bench_workload *workload,
                      const struct sim_profile *profile, struct bench_result *result)
{
    struct bench_result played;
    const struct bench_workload *before =
        bench_workload_find(workload->after, strlen(workload->after));
    const struct bench_result *base =
        find_result(bench, workload->after, bench_device_sectors(profile));
    if (base == NULL) {
        if (play(bench, before, profile, &played) < 0) {
            return -1;
        }
        base = &played;
    }
    *result = (struct bench_result){.workload = workload->name, .after = workload->after};
    memcpy(result->profile, base->profile, sizeof result->profile);
    result->sectors = base->sectors;
    result->mount = result->cost = base->mount;
    result->cpu_s = base->mount_cpu_s;
    result->rules_broken = base->rules_broken;
    result->wrong = base->wrong;
    latency_add(&result->updates, base->mount.ns, base->mount.slowest_ns);
    return 0;
}

static int measure(struct bench *bench, const struct bench_workload *workload,
                   const struct sim_profile *profile)
{
    struct bench_result *result = &bench->results[bench->count];
    int error = workload->kind == BENCH_MOUNT ? take_mount(bench, workload, profile, result)
                                              : play(bench, workload, profile, result);
    if (error < 0) {
        return -1;
    }
    bench->count++;
    if (result->wrong.text[0] != '\0') {
        fprintf(stderr, "%s: %s on %u sectors: %s\n", bench->program, result->workload,
                result->sectors, result->wrong.text);
        bench->is_right = false;
    }
    if (!bench->options.json) {
        bench_table_row(&bench->table, workload->kind, result);
    } else if (bench_json_print(workload->kind, result) < 0) {
        return complain(&bench->options.complaint, "the results cannot be written to stdout.");
    }
    return 0;
}

/* ---- all of them */

/* The sizes of a workload are those asked for, or its own as far as the part has them. */
static int measure_sizes(struct bench *bench, const struct bench_workload *workload)
{
    const struct bench_options *options = &bench->options;
    struct sim_profile whole;
    const bool is_asked = options->sizes[0] != 0;
    const uint32_t *size = is_asked ? options->sizes : workload->sizes;
    if (bench_device(options->profile, 0, false, &whole, &bench->options.complaint) < 0) {
        return -1;
    }
    for (; *size != 0; size++) {
        struct sim_profile profile;
        if (!is_asked && *size > bench_device_sectors(&whole)) {
            continue;
        }
        if (bench_device(options->profile, *size, options->max_times, &profile,
                         &bench->options.complaint) < 0 ||
            measure(bench, workload, &profile) < 0) {
            return -1;
        }
    }
    return 0;
}

static int measure_all(struct bench *bench)
{
    for (const struct bench_workload *w = bench_workloads; w->name != NULL; w++) {
        if (bench_options_choose(&bench->options, w->name) && measure_sizes(bench, w) < 0) {
            return -1;
        }
    }
    return 0;
}

static int prepare(struct bench *bench)
{
    struct sim_profile profile;
    const struct bench_options *options = &bench->options;
    struct complaint *complaint = &bench->options.complaint;
    if (bench_device(options->profile, 0, options->max_times, &profile, complaint) < 0 ||
        bench_bars_load(&bench->bars, complaint) < 0) {
        return -1;
    }
    bench->results = calloc(RESULTS_MAX, sizeof *bench->results);
    if (bench->results == NULL) {
        return complain(complaint, "out of memory.");
    }
    bench->table =
        (struct bench_table){.bars = bench_options_are_standard(options) ? &bench->bars : NULL,
                             .with_maintain = options->with_maintain,
                             .kind = -1};
    if (!options->json) {
        bench_table_title(&profile);
    }
    return 0;
}

int command_bench(int argc, char **argv)
{
    struct bench bench = {.is_right = true, .program = argv[0]};
    int error = bench_options_parse(&bench.options, argc, argv);
    error = error < 0 ? error : prepare(&bench);
    error = error < 0 ? error : measure_all(&bench);
    if (error < 0) {
        complaint_print(&bench.options.complaint, argv[0]);
    } else if (!bench.options.json) {
        bench_table_end(&bench.table);
    }
    free(bench.results);
    bench_bars_free(&bench.bars);
    return error < 0 ? CLI_USAGE : bench.is_right ? CLI_PASS : CLI_VIOLATED;
}
