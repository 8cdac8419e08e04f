/* SPDX-License-Identifier: Apache-2.0 */
/* See plan_show.h. */
#include "plan_show.h"

#include <stdio.h>

#include "json_out.h"
#include "plan_question.h"
#include "totals.h"

#define LABEL "  %-9s"

static bool lasts(const struct plan *plan)
{
    double life = plan->measure.life_years;
    return life < 0 || life >= plan->workload->years;
}

bool plan_passed(const struct plan *plan)
{
    return plan->measure.fits && lasts(plan);
}

static uint32_t free_bytes(const struct plan_measure *measure)
{
    return measure->capacity_bytes > measure->live_bytes
               ? measure->capacity_bytes - measure->live_bytes
               : 0;
}

static double mean_ms(const struct latency *latency)
{
    return latency->count == 0 ? 0 : (double)latency->sum_ns / (double)latency->count / 1e6;
}

static double laps_a_year(const struct plan_measure *measure)
{
    return measure->lap_years > 0 ? 1 / measure->lap_years : 0;
}

/* ---- the verdict */

static void say_minimum(char *text, size_t size, uint32_t sectors, const char *part)
{
    if (sectors == 0) {
        (void)snprintf(text, size, "no number of sectors of %s is enough", part); /* fits */
    } else {
        (void)snprintf(text, size, "use %u sectors or more", sectors); /* fits */
    }
}

static void say_verdict(const struct plan *plan, char *text, size_t size)
{
    const struct plan_measure *measure = &plan->measure;
    const char *part = plan->profile->name;
    char advice[100];
    if (!measure->fits) {
        say_minimum(advice, sizeof advice, plan->minimum.for_space, part);
        (void)snprintf(text, size, "NO: it does not fit: %s; %s.", measure->why,
                       advice); /* a cut sentence is better than none */
    } else if (!lasts(plan)) {
        say_minimum(advice, sizeof advice, plan->minimum.for_life, part);
        (void)snprintf(text, size, "NO: the part wears out after %.3g years of the %g asked; %s.",
                       measure->life_years, plan->workload->years, advice); /* as above */
    } else if (plan->profile->endurance_min == 0) {
        (void)snprintf(text, size, "YES: it fits, and the part does not wear out."); /* as above */
    } else {
        (void)snprintf(text, size,
                       "YES: it fits, and after %g years a sector has had %.0f of the %u erases "
                       "that the part guarantees.",
                       plan->workload->years, measure->erases_at_end,
                       plan->profile->endurance_min); /* as above */
    }
}

/* ---- as JSON */

static const char *basis_word(enum plan_basis basis)
{
    static const char *const words[] = {
        [PLAN_LIVED] = "lived", [PLAN_LAPS] = "laps", [PLAN_FIRST] = "first lap"};
    return words[basis];
}

static void put_sectors(json_t *object, const char *key, uint32_t sectors)
{
    (void)json_object_set_new(object, key, /* see json_out.h */
                              sectors == 0 ? json_null() : json_integer(sectors));
}

static void put_question(json_t *object, const struct plan *plan)
{
    json_out_text(object, "title", plan->workload->title);
    json_out_text(object, "profile", plan->profile->name);
    json_out_number(object, "sectors", plan->sectors);
    json_out_number(object, "sector_bytes", plan->profile->regions[0].sector_bytes);
    json_out_number(object, "keys", plan->workload->key_count);
    json_out_real(object, "updates_per_day", workload_updates_per_day(plan->workload));
    json_out_real(object, "years_asked", plan->workload->years);
    json_out_number(object, "seed", plan->seed);
}

static void put_measure(json_t *object, const struct plan *plan)
{
    const struct plan_measure *measure = &plan->measure;
    json_out_number(object, "live_bytes", measure->live_bytes);
    json_out_number(object, "capacity_bytes", measure->capacity_bytes);
    json_out_number(object, "free_bytes", free_bytes(measure));
    json_out_number(object, "value_max", (uint64_t)measure->value_max);
    json_out_number(object, "endurance_cycles", plan->profile->endurance_min);
    json_out_real(object, "erases_per_year", laps_a_year(measure));
    json_out_real(object, "erases_at_end", measure->erases_at_end);
    json_out_real_or_null(object, "life_years", measure->life_years);
    json_out_number(object, "retention_years",
                    retention_years(plan->profile, (uint32_t)measure->erases_at_end));
    json_out_real(object, "bytes_per_year", measure->bytes_per_year);
    json_out_real(object, "mean_ms", mean_ms(&measure->latency));
    json_out_real(object, "worst_ms", (double)measure->latency.worst_ns / 1e6);
    json_out_real(object, "worst_max_ms", (double)measure->latency.worst_max_ns / 1e6);
    json_out_text(object, "basis", basis_word(measure->basis));
    json_out_real(object, "measured_years", measure->years_lived);
    json_out_real(object, "measured_laps", measure->laps);
}

void plan_print_json(const struct plan *plan)
{
    char verdict[700];
    json_t *object = json_object();
    say_verdict(plan, verdict, sizeof verdict);
    put_question(object, plan);
    (void)json_object_set_new(object, "fits",
                              json_boolean(plan->measure.fits)); /* see json_out.h */
    put_sectors(object, "sectors_for_space", plan->minimum.for_space);
    put_sectors(object, "sectors_for_life", plan->minimum.for_life);
    if (plan->measure.fits) {
        put_measure(object, plan);
    }
    json_out_text(object, "verdict", verdict);
    (void)json_object_set_new(object, "passed", json_boolean(plan_passed(plan))); /* as above */
    (void)json_out_line(stdout, object); /* stdout is all there is */
    json_decref(object);
}

/* ---- in words */

static void print_sectors(const struct plan *plan)
{
    printf(LABEL, "sectors");
    if (plan->minimum.for_space == 0) {
        puts("        none  are enough on this part");
        return;
    }
    printf("%12u  at least to hold it\n", plan->minimum.for_space);
    if (plan->minimum.for_life == 0) {
        printf(LABEL "        none  are enough to last %g years on this part\n", "",
               plan->workload->years);
    } else {
        printf(LABEL "%12u  at least to last %g years\n", "", plan->minimum.for_life,
               plan->workload->years);
    }
}

static void print_life(const struct plan *plan)
{
    const struct plan_measure *measure = &plan->measure;
    printf(LABEL "%12.4g  erases of each sector a year\n", "wear", laps_a_year(measure));
    if (measure->life_years >= 0) {
        printf(LABEL "%12.4g  years until the most worn sector has had its %u erases\n", "life",
               measure->life_years, plan->profile->endurance_min);
    }
    uint32_t kept = retention_years(plan->profile, (uint32_t)measure->erases_at_end);
    if (kept > 0) {
        printf(LABEL "%12u  years are data kept without power at the end, guaranteed\n",
               "retention", kept);
    }
}

static void print_cost(const struct plan_measure *measure, size_t name_bytes)
{
    const struct latency *latency = &measure->latency;
    printf(LABEL "%12u  bytes of %u in use, %u free\n", "space", measure->live_bytes,
           measure->capacity_bytes, free_bytes(measure));
    printf(LABEL "%12d  bytes in the longest value, with a name of %zu\n", "", measure->value_max,
           name_bytes);
    printf(LABEL "%12.2f  ms for an update on average\n", "time", mean_ms(latency));
    printf(LABEL "%12.1f  ms for the longest; %.1f ms if every operation takes its maximum\n", "",
           (double)latency->worst_ns / 1e6, (double)latency->worst_max_ns / 1e6);
    printf(LABEL "%12.0f  bytes programmed a year\n", "written", measure->bytes_per_year);
}

static void print_basis(const struct plan_measure *measure)
{
    printf(LABEL "%12.3g  years lived in the simulator, %.1f laps of the log", "basis",
           measure->years_lived, measure->laps);
    puts(measure->basis == PLAN_LIVED  ? "; nothing is extrapolated"
         : measure->basis == PLAN_LAPS ? "; the rest follows from them"
                                       : "; an estimate from the first lap");
}

void plan_print(const struct plan *plan)
{
    const struct workload *workload = plan->workload;
    char verdict[700];
    say_verdict(plan, verdict, sizeof verdict);
    printf("%s\n%s, %u sectors of %u bytes; %zu keys, %g updates a day, %g years\n\n",
           workload->title, plan->profile->name, plan->sectors,
           plan->profile->regions[0].sector_bytes, workload->key_count,
           workload_updates_per_day(workload), workload->years);
    print_sectors(plan);
    if (plan->measure.fits) {
        print_life(plan);
        print_cost(&plan->measure, plan_name_max(workload));
        print_basis(&plan->measure);
    }
    printf("\n%s\n", verdict);
}
