/* SPDX-License-Identifier: Apache-2.0 */
/* Results of `cfs-sim bench` for a person: a table for each kind of workload, with the bars. */
#ifndef CLI_BENCH_TABLE_H
#define CLI_BENCH_TABLE_H

#include <stdbool.h>

#include "bench_bars.h"
#include "bench_result.h"
#include "bench_workload.h"
#include "sim/flash.h"

struct bench_table {
    const struct bench_bars *bars; /* NULL: the run is not what the bars are about */
    bool with_maintain;
    int kind; /* of the rows that stand last, -1: none yet */
    unsigned bars_checked;
    unsigned bars_met;
};

void bench_table_title(const struct sim_profile *profile);
void bench_table_row(struct bench_table *table, enum bench_kind kind,
                     const struct bench_result *result);
void bench_table_end(const struct bench_table *table);

#endif
