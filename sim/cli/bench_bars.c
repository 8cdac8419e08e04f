/* SPDX-License-Identifier: Apache-2.0 */
/* See bench_bars.h. */
#include "bench_bars.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BARS_FILE CFS_SIM_DATA_DIR "/bench/bars.json"

/* ---- figures */

double bench_programmed_per_payload(const struct bench_result *result)
{
    return result->payload_bytes == 0
               ? 0
               : (double)result->cost.programmed_bytes / (double)result->payload_bytes;
}

double bench_get_read_bytes_mean(const struct bench_result *result)
{
    return result->gets == 0 ? 0 : (double)result->get_cost.read_bytes / (double)result->gets;
}

static double erases_spread(const struct bench_result *result)
{
    return (double)(result->erases_max - result->erases_min);
}

static double worst_ms(const struct bench_result *result)
{
    return (double)result->updates.worst_ns / 1e6;
}

static double mount_read_bytes(const struct bench_result *result)
{
    return (double)result->mount.read_bytes;
}

static double failed(const struct bench_result *result)
{
    return (double)result->failed;
}

static double keys(const struct bench_result *result)
{
    return result->keys;
}

static const struct bench_figure figures[] = {
    {"programmed_per_payload", "written", 2, bench_programmed_per_payload},
    {"erases_spread", "spread", 0, erases_spread},
    {"worst_ms", "worst", 1, worst_ms},
    {"mount_read_bytes", "read", 0, mount_read_bytes},
    {"get_read_bytes_mean", "bytes a get", 0, bench_get_read_bytes_mean},
    {"keys", "keys", 0, keys},
    {"failed", "failed", 0, failed},
};

static const struct bench_figure *find_figure(const char *name)
{
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) {
        if (strcmp(figures[i].name, name) == 0) {
            return &figures[i];
        }
    }
    return NULL;
}

/* ---- the file */

static int read_bar(struct bench_bar *bar, json_t *object)
{
    const char *workload = NULL;
    const char *after = "";
    const char *figure = NULL;
    int sectors = 0;
    int keys_asked = 0;
    int with_maintain = 0;
    double at_most = -1;
    double at_least = -1;
    if (json_unpack(object, "{s:s, s?s, s?i, s?i, s?b, s:s, s?F, s?F}", "workload", &workload,
                    "after", &after, "sectors", &sectors, "keys", &keys_asked, "maintain",
                    &with_maintain, "figure", &figure, "at_most", &at_most, "at_least",
                    &at_least) < 0) {
        return -1;
    }
    *bar = (struct bench_bar){.sectors = (uint32_t)sectors,
                              .keys = (uint32_t)keys_asked,
                              .with_maintain = with_maintain != 0,
                              .figure = find_figure(figure),
                              .is_minimum = at_least >= 0,
                              .value = at_least >= 0 ? at_least : at_most};
    (void)snprintf(bar->workload, sizeof bar->workload, "%s", workload); /* no name is longer */
    (void)snprintf(bar->after, sizeof bar->after, "%s", after);          /* as above */
    return bar->figure != NULL && bar->value >= 0 && (at_least < 0 || at_most < 0) ? 0 : -1;
}

static int read_bars(struct bench_bars *bars, const json_t *array, struct complaint *complaint)
{
    size_t count = json_array_size(array);
    bars->bars = calloc(count + 1, sizeof *bars->bars);
    if (bars->bars == NULL) {
        return complain(complaint, "out of memory.");
    }
    for (; bars->count < count; bars->count++) {
        if (read_bar(&bars->bars[bars->count], json_array_get(array, bars->count)) < 0) {
            return complain(complaint, "%s: bar %zu is not understood; docs/bench.md says how.",
                            BARS_FILE, bars->count + 1);
        }
    }
    return 0;
}

int bench_bars_load(struct bench_bars *bars, struct complaint *complaint)
{
    json_error_t error;
    json_t *root = json_load_file(BARS_FILE, 0, &error);
    *bars = (struct bench_bars){0};
    if (root == NULL) {
        return complain(complaint, "%s, line %d: %s.", BARS_FILE, error.line, error.text);
    }
    int result = read_bars(bars, json_object_get(root, "bars"), complaint);
    json_decref(root);
    return result;
}

void bench_bars_free(struct bench_bars *bars)
{
    free(bars->bars);
    *bars = (struct bench_bars){0};
}

/* ---- a bar and a result */

bool bench_bar_applies(const struct bench_bar *bar, const struct bench_result *result,
                       bool with_maintain)
{
    const char *after = result->after == NULL ? "" : result->after;
    return strcmp(bar->workload, result->workload) == 0 && strcmp(bar->after, after) == 0 &&
           (bar->sectors == 0 || bar->sectors == result->sectors) &&
           (bar->keys == 0 || bar->keys == result->keys) && bar->with_maintain == with_maintain;
}

bool bench_bar_is_met(const struct bench_bar *bar, const struct bench_result *result)
{
    double value = bar->figure->of(result);
    return bar->is_minimum ? value >= bar->value : value <= bar->value;
}
