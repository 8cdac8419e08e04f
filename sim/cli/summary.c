/* SPDX-License-Identifier: Apache-2.0 */
/* See summary.h. */
#include "summary.h"

#include <stdio.h>
#include <string.h>

#define LABEL       "  %-9s"
#define COUNT_WIDTH 27u /* of a 64-bit number with separators, and its end */

/* 1234567 as "1,234,567". */
static const char *grouped(uint64_t number, char text[COUNT_WIDTH])
{
    char digits[21];
    size_t length = (size_t)snprintf(digits, sizeof digits, "%llu", (unsigned long long)number);
    char *to = text;
    for (size_t i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) {
            *to++ = ',';
        }
        *to++ = digits[i];
    }
    *to = '\0';
    return text;
}

static void print_count(const char *label, uint64_t number, const char *what)
{
    char text[COUNT_WIDTH];
    printf(LABEL "%12s  %s\n", label, grouped(number, text), what);
}

static double milliseconds(uint64_t ns)
{
    return (double)ns / 1e6;
}

static void print_title(const struct endurance *endurance)
{
    const struct workload *workload = &endurance->workload;
    uint32_t first_bytes = endurance->profile.regions[0].sector_bytes;
    printf("%s\n%s, %u sectors of %u bytes; %g years, %g updates a day; seed %llu", workload->title,
           endurance->profile.name, endurance->lives[0].sector_count, first_bytes, workload->years,
           workload_updates_per_day(workload), (unsigned long long)endurance->seed);
    if (endurance->life_count > 1) {
        printf(" and the next, %u lives", endurance->life_count);
    }
    puts("\n");
}

static void print_events(const struct totals *totals)
{
    char text[COUNT_WIDTH];
    char line[120];
    printf(LABEL "%12.4g  lived%s\n", "years", (double)totals->end_ns / (double)LIFE_YEAR_NS,
           totals->lives > 1 ? " by the shortest-lived" : "");
    print_count("updates", totals->updates, "each read back and compared with a model");
    (void)snprintf(line, sizeof line, "one after each cut; %s others without a shutdown",
                   grouped(totals->boots_unclean, text)); /* fits */
    print_count("boots", totals->counters.boots, line);
    (void)snprintf(line, sizeof line,
                   "in the middle of a flash operation, %s of them while recovering from another",
                   grouped(totals->cuts_nested, text)); /* fits */
    print_count("cuts", totals->counters.cuts, line);
    print_count("lost", totals->lost, "acknowledged values");
}

static void print_life(double years)
{
    const char *what = "years until the most worn sector has had them all";
    if (years >= 100) {
        print_count("life", (uint64_t)years, what);
    } else if (years >= 0) {
        printf(LABEL "%12.3g  %s\n", "life", years, what);
    }
}

static void print_wear(const struct endurance *endurance)
{
    const struct totals *totals = &endurance->totals;
    const struct sim_profile *profile = &endurance->profile;
    char range[2 * COUNT_WIDTH];
    char text[COUNT_WIDTH];
    char more[COUNT_WIDTH];
    (void)snprintf(range, sizeof range, "%s..%s", grouped(totals->erases_min, text),
                   grouped(totals->erases_max, more)); /* fits */
    printf(LABEL "%12s  erases of each sector", "wear", range);
    if (profile->endurance_min > 0) {
        printf("; the part guarantees %s", grouped(profile->endurance_min, text));
    }
    putchar('\n');
    print_life(totals->life_years);
    if (totals->retired > 0) {
        print_count("retired", totals->retired, "sectors that failed; spare ones took their place");
    }
    uint32_t kept = retention_years(profile, totals->erases_max);
    if (kept > 0) {
        printf(LABEL "%12u  years are data kept without power, guaranteed at this wear\n",
               "retention", kept);
    }
}

static void print_cost(const struct totals *totals)
{
    const struct latency *latency = &totals->latency;
    uint64_t mean_ns = latency->count == 0 ? 0 : latency->sum_ns / latency->count;
    printf(LABEL "%12.2f  bytes programmed for each byte of name and value\n", "written",
           totals_write_amplification(totals));
    printf(LABEL "%12.2f  ms for an update on average; 99 of 100 within %.2f ms\n", "time",
           milliseconds(mean_ns), milliseconds(latency_p99_ns(latency)));
    printf(LABEL "%12.1f  ms for the longest; %.1f ms if every operation takes its maximum\n", "",
           milliseconds(latency->worst_ns), milliseconds(latency->worst_max_ns));
}

static void print_verdict(const struct endurance *endurance)
{
    const struct totals *totals = &endurance->totals;
    char text[COUNT_WIDTH];
    putchar('\n');
    if (totals->violations > 0) {
        printf("FAIL: %s.\n", totals->violation);
    }
    if (totals->worn_out > 0) {
        printf("FAIL: the part wears out in year %u: a sector has had more than the %s erases that "
               "are guaranteed.\n",
               totals_worn_out_year(totals), grouped(endurance->profile.endurance_min, text));
    }
    if (totals->took_no_more > 0) {
        printf("END: the part took no more in year %u; every value could be read then.\n",
               totals_read_only_year(totals));
    }
    if (!endurance_passed(endurance)) {
        return;
    }
    printf("PASS: nothing was lost");
    double bound = totals_loss_bound(totals);
    if (bound > 0 && bound < 1) {
        printf("; with 95 %% confidence fewer than 1 in %s cuts would lose something",
               grouped((uint64_t)(1 / bound), text));
    }
    puts(".");
}

void summary_print(const struct endurance *endurance)
{
    print_title(endurance);
    print_events(&endurance->totals);
    print_wear(endurance);
    print_cost(&endurance->totals);
    print_verdict(endurance);
}
