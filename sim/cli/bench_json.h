/* SPDX-License-Identifier: Apache-2.0 */
/* A result of `cfs-sim bench` as one line of JSON. The keys: docs/bench.md. */
#ifndef CLI_BENCH_JSON_H
#define CLI_BENCH_JSON_H

#include "bench_result.h"
#include "bench_workload.h"

/* -1: stdout cannot be written. */
int bench_json_print(enum bench_kind kind, const struct bench_result *result);

#endif
