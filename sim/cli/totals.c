/* SPDX-License-Identifier: Apache-2.0 */
/* See totals.h. */
#include "totals.h"

#include <stdio.h>

static void add_counters(struct sim_counters *sum, const struct sim_counters *counters)
{
    sum->reads += counters->reads;
    sum->read_bytes += counters->read_bytes;
    sum->programs += counters->programs;
    sum->programmed_units += counters->programmed_units;
    sum->programmed_bytes += counters->programmed_bytes;
    sum->fills += counters->fills;
    sum->filled_bytes += counters->filled_bytes;
    sum->erases += counters->erases;
    sum->cuts += counters->cuts;
    sum->boots += counters->boots;
}

static void add_violation(struct totals *totals, const struct life_result *life)
{
    if (life->violation[0] == '\0') {
        return;
    }
    if (totals->violations == 0) {
        (void)snprintf(totals->violation, sizeof totals->violation, "%s",
                       life->violation); /* same size */
    }
    totals->violations++;
}

/* How long until `cycles` erases of the most worn sector, at the rate of this life. */
static double years_until(uint32_t cycles, uint32_t erases, uint64_t end_ns)
{
    double years = (double)end_ns / (double)LIFE_YEAR_NS;
    return cycles == 0 || erases == 0 ? -1 : years * cycles / erases;
}

static void add_wear(struct totals *totals, const struct life_result *life,
                     const struct sim_profile *profile)
{
    bool is_first = totals->lives == 0;
    double years = years_until(profile->endurance_min, life->erases_max, life->end_ns);
    if (is_first || life->erases_min < totals->erases_min) {
        totals->erases_min = life->erases_min;
    }
    if (life->erases_max > totals->erases_max) {
        totals->erases_max = life->erases_max;
    }
    if (is_first || life->end_ns < totals->end_ns) {
        totals->end_ns = life->end_ns;
    }
    if (is_first || years < totals->life_years) {
        totals->life_years = years;
    }
    totals->worn_out += life->worn_out;
    totals->took_no_more += life->took_no_more;
    totals->retired = life->retired > totals->retired ? life->retired : totals->retired;
}

void totals_add(struct totals *totals, const struct life_result *life,
                const struct sim_profile *profile)
{
    add_counters(&totals->provisioned, &life->provisioned);
    add_counters(&totals->counters, &life->counters);
    add_violation(totals, life);
    add_wear(totals, life, profile);
    latency_merge(&totals->latency, &life->latency);
    totals->updates += life->updates;
    totals->payload_bytes += life->payload_bytes;
    totals->boots_clean += life->boots_clean;
    totals->boots_unclean += life->boots_unclean;
    totals->cuts_nested += life->cuts_nested;
    totals->lost += life->lost;
    totals->phantoms += life->phantoms;
    totals->lives++;
}

double totals_write_amplification(const struct totals *totals)
{
    uint64_t programmed = totals->counters.programmed_bytes + totals->counters.filled_bytes -
                          totals->provisioned.programmed_bytes - totals->provisioned.filled_bytes;
    return totals->payload_bytes == 0 ? 0 : (double)programmed / (double)totals->payload_bytes;
}

double totals_loss_bound(const struct totals *totals)
{
    return totals->violations > 0 || totals->counters.cuts == 0
               ? -1
               : 3.0 / (double)totals->counters.cuts;
}

static uint32_t year_of_end(const struct totals *totals)
{
    return (uint32_t)(totals->end_ns / LIFE_YEAR_NS) + 1;
}

uint32_t totals_worn_out_year(const struct totals *totals)
{
    return totals->worn_out == 0 ? 0 : year_of_end(totals);
}

uint32_t totals_read_only_year(const struct totals *totals)
{
    return totals->took_no_more == 0 ? 0 : year_of_end(totals);
}

uint32_t retention_years(const struct sim_profile *profile, uint32_t erases)
{
    for (size_t i = 0; i < 2; i++) {
        if (erases <= profile->retention_cycles[i]) {
            return profile->retention_years[i];
        }
    }
    return 0;
}

double totals_retention_life_years(const struct totals *totals, const struct sim_profile *profile)
{
    return years_until(profile->retention_cycles[0], totals->erases_max, totals->end_ns);
}
