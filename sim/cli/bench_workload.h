/* SPDX-License-Identifier: Apache-2.0 */
/* The workloads: what is done with a store. Their definition in words: docs/bench.md. */
#ifndef CLI_BENCH_WORKLOAD_H
#define CLI_BENCH_WORKLOAD_H

#include <stddef.h>
#include <stdint.h>

#include "bench_run.h"

/* What one wants to know of a workload. */
enum bench_kind { BENCH_UPDATES, BENCH_MOUNT, BENCH_GETS, BENCH_CAPACITY };

struct bench_workload {
    const char *name;
    enum bench_kind kind;
    const char *after;     /* BENCH_MOUNT: the workload that is played before */
    uint32_t keys;         /* 0: as many as keys_per_64k says */
    uint32_t keys_per_64k; /* for each 64 KiB of the part */
    const uint32_t *sizes; /* in sectors, if nothing else is asked for; ends with 0 */
    void (*play)(struct bench_run *run);
};

/* In the order they run, one entry for each number of keys or workload before; NULL name ends. */
extern const struct bench_workload bench_workloads[];

/* The first entry of that name, or NULL. */
const struct bench_workload *bench_workload_find(const char *name, size_t length);

/* Keys of the workload on a part of that size. */
uint32_t bench_workload_keys(const struct bench_workload *workload, uint64_t device_bytes);

/* bench_updates.c */
void bench_play_random(struct bench_run *run);  /* W1 */
void bench_play_counter(struct bench_run *run); /* W2 */
void bench_play_fill(struct bench_run *run);    /* W3 */
void bench_play_mixed(struct bench_run *run);   /* W4, W4h */
/* bench_reads.c */
void bench_play_gets(struct bench_run *run);     /* W6 */
void bench_play_capacity(struct bench_run *run); /* capacity */

#endif
