/* SPDX-License-Identifier: Apache-2.0 */
/* See bench_table.h. Names of columns in bars are the labels of bench_bars.c. */
#include "bench_table.h"

#include <stdio.h>

static double ms(uint64_t ns)
{
    return (double)ns / 1e6;
}

void bench_table_title(const struct sim_profile *profile)
{
    printf("%s: sectors of %u bytes; program %g ms for %u bytes, erase %g ms, read %g us a byte\n",
           profile->name, profile->regions[0].sector_bytes, ms(profile->program_ns),
           profile->unit_bytes, ms(profile->erase_ns),
           (double)profile->read_ns_per_byte_x100 / 1e5);
}

/* ---- rows */

static void print_updates(const struct bench_result *result)
{
    const struct latency *updates = &result->updates;
    uint64_t mean_ns = updates->count == 0 ? 0 : updates->sum_ns / updates->count;
    printf("%-9s%7u%9.2f%8llu..%-6llu%7.2f%8.2f%8.1f%9.1f%8llu%8.2f", result->workload,
           result->sectors, bench_programmed_per_payload(result),
           (unsigned long long)result->erases_min, (unsigned long long)result->erases_max,
           ms(mean_ns), ms(latency_p99_ns(updates)), ms(updates->worst_ns),
           ms(updates->worst_max_ns), (unsigned long long)result->failed, result->cpu_s);
}

static void print_mount(const struct bench_result *result)
{
    printf("after %-3s%7u%9llu%8llu%10llu%8llu%8.1f", result->after, result->sectors,
           (unsigned long long)result->mount.read_bytes, (unsigned long long)result->mount.reads,
           (unsigned long long)result->mount.programs, (unsigned long long)result->mount.erases,
           ms(result->mount.ns));
}

static void print_gets(const struct bench_result *result)
{
    double gets = result->gets == 0 ? 1 : (double)result->gets;
    printf("%5u keys%6u%13.1f%9llu%8.2f%9.3f%8llu", result->keys, result->sectors,
           bench_get_read_bytes_mean(result), (unsigned long long)result->get_read_bytes_max,
           (double)result->get_cost.reads / gets, ms(result->get_cost.ns) / gets,
           (unsigned long long)result->failed);
}

static void print_capacity(const struct bench_result *result)
{
    printf("%-9s%7u%9u", result->workload, result->sectors, result->keys);
}

static const struct {
    const char *heading;
    void (*print)(const struct bench_result *result);
} kinds[] = {
    [BENCH_UPDATES] =
        {"updates  sectors  written   erases a sector   mean    99 %   worst  slowest"
         "  failed   cpu s  bars\n"
         "                   /payload                     ms      ms      ms  part, ms",
         print_updates},
    [BENCH_MOUNT] = {"mount    sectors     read   reads  programs  erases      ms  bars",
                     print_mount},
    [BENCH_GETS] = {"gets     sectors  bytes a get  at most   reads       ms  failed  bars",
                    print_gets},
    [BENCH_CAPACITY] = {"         sectors     keys  bars", print_capacity},
};

static void print_bars(struct bench_table *table, const struct bench_result *result)
{
    const char *separator = "  ";
    for (size_t i = 0; table->bars != NULL && i < table->bars->count; i++) {
        const struct bench_bar *bar = &table->bars->bars[i];
        if (!bench_bar_applies(bar, result, table->with_maintain)) {
            continue;
        }
        bool is_met = bench_bar_is_met(bar, result);
        table->bars_checked++;
        table->bars_met += is_met;
        printf("%s%s %.*f %s", separator, bar->figure->label, bar->figure->digits, bar->value,
               is_met ? "ok" : "MISSED");
        separator = ", ";
    }
}

void bench_table_row(struct bench_table *table, enum bench_kind kind,
                     const struct bench_result *result)
{
    if (table->kind != (int)kind) {
        printf("\n%s\n", kinds[kind].heading);
        table->kind = (int)kind;
    }
    kinds[kind].print(result);
    print_bars(table, result);
    putchar('\n');
    (void)fflush(stdout); /* a table that grows while one waits */
}

void bench_table_end(const struct bench_table *table)
{
    if (table->bars_checked > 0) {
        printf("\n%u of %u bars are met.\n", table->bars_met, table->bars_checked);
    }
}
