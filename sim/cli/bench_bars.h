/* SPDX-License-Identifier: Apache-2.0 */
/* What the store should reach: the bars in sim/bench/bars.json, which pytest checks too. */
#ifndef CLI_BENCH_BARS_H
#define CLI_BENCH_BARS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench_result.h"
#include "complaint.h"

/* A figure that a bar is about. */
struct bench_figure {
    const char *name;  /* in the file; if JSON has a key of that name, it is the same */
    const char *label; /* heading of its column */
    int digits;
    double (*of)(const struct bench_result *result);
};

struct bench_bar {
    char workload[12];
    char after[12];     /* empty: none */
    uint32_t sectors;   /* 0: any */
    uint32_t keys;      /* 0: any */
    bool with_maintain; /* about runs with --maintain */
    const struct bench_figure *figure;
    bool is_minimum;
    double value;
};

struct bench_bars {
    struct bench_bar *bars;
    size_t count;
};

/* -1: the file cannot be read or understood. */
int bench_bars_load(struct bench_bars *bars, struct complaint *complaint);
void bench_bars_free(struct bench_bars *bars);

/* Whether the bar is about this result. */
bool bench_bar_applies(const struct bench_bar *bar, const struct bench_result *result,
                       bool with_maintain);
bool bench_bar_is_met(const struct bench_bar *bar, const struct bench_result *result);

/* Bytes programmed for each byte of names and values. */
double bench_programmed_per_payload(const struct bench_result *result);
double bench_get_read_bytes_mean(const struct bench_result *result);

#endif
