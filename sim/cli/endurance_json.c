/* SPDX-License-Identifier: Apache-2.0 */
/* See endurance_json.h. Published figures first, then the raw counters they follow from. */
#include "endurance_json.h"

#include <errno.h>
#include <string.h>

#include "json_out.h"

static double years(uint64_t ns)
{
    return (double)ns / (double)LIFE_YEAR_NS;
}

static void put_question(json_t *object, const struct endurance *endurance)
{
    const struct workload *workload = &endurance->workload;
    json_out_text(object, "title", workload->title);
    json_out_text(object, "profile", endurance->profile.name);
    json_out_number(object, "sectors", endurance->lives[0].sector_count);
    json_out_number(object, "sector_bytes", endurance->profile.regions[0].sector_bytes);
    json_out_number(object, "keys", workload->key_count);
    json_out_real(object, "updates_per_day", workload_updates_per_day(workload));
    json_out_real(object, "years_asked", workload->years);
    json_out_number(object, "seed", endurance->seed);
    json_out_number(object, "lives", endurance->life_count);
}

static void put_events(json_t *object, const struct totals *totals)
{
    json_out_real(object, "years", years(totals->end_ns));
    json_out_number(object, "updates", totals->updates);
    json_out_number(object, "payload_bytes", totals->payload_bytes);
    json_out_number(object, "boots", totals->counters.boots);
    json_out_number(object, "boots_clean", totals->boots_clean);
    json_out_number(object, "boots_unclean", totals->boots_unclean);
    json_out_number(object, "cuts", totals->counters.cuts);
    json_out_number(object, "cuts_nested", totals->cuts_nested);
    json_out_number(object, "lost", totals->lost);
    json_out_number(object, "phantoms", totals->phantoms);
    json_out_real_or_null(object, "loss_per_cut_bound", totals_loss_bound(totals));
    (void)json_object_set_new(object, "violation", /* see json_out.h */
                              totals->violations > 0 ? json_string(totals->violation)
                                                     : json_null());
}

static void put_wear(json_t *object, const struct endurance *endurance)
{
    const struct totals *totals = &endurance->totals;
    const struct sim_profile *profile = &endurance->profile;
    json_out_number(object, "erases_min", totals->erases_min);
    json_out_number(object, "erases_max", totals->erases_max);
    json_out_number(object, "endurance_cycles", profile->endurance_min);
    json_out_real_or_null(object, "life_years", totals->life_years);
    uint32_t year = totals_worn_out_year(totals);
    (void)json_object_set_new(object, "worn_out_year", /* see json_out.h */
                              year == 0 ? json_null() : json_integer(year));
    year = totals_read_only_year(totals);
    (void)json_object_set_new(object, "read_only_year",
                              year == 0 ? json_null() : json_integer(year)); /* as above */
    json_out_number(object, "retired", totals->retired);
    json_t *budgets = json_array();
    for (size_t i = 0; i < 2 && profile->retention_cycles[i] > 0; i++) {
        json_t *budget = json_object();
        json_out_number(budget, "cycles", profile->retention_cycles[i]);
        json_out_number(budget, "years", profile->retention_years[i]);
        (void)json_array_append_new(budgets, budget); /* see json_out.h */
    }
    (void)json_object_set_new(object, "retention", budgets); /* as above */
    json_out_number(object, "retention_years", retention_years(profile, totals->erases_max));
    json_out_real_or_null(object, "retention_life_years",
                          totals_retention_life_years(totals, profile));
}

static void put_latency(json_t *object, const struct latency *latency)
{
    double mean_ns = latency->count == 0 ? 0 : (double)latency->sum_ns / (double)latency->count;
    json_out_real(object, "mean_ms", mean_ns / 1e6);
    json_out_real(object, "p99_ms", (double)latency_p99_ns(latency) / 1e6);
    json_out_real(object, "worst_ms", (double)latency->worst_ns / 1e6);
    json_out_real(object, "worst_max_ms", (double)latency->worst_max_ns / 1e6);
}

static json_t *latency_raw(const struct latency *latency)
{
    json_t *object = json_object();
    json_t *buckets = json_array();
    json_out_number(object, "count", latency->count);
    json_out_number(object, "sum_ns", latency->sum_ns);
    json_out_number(object, "worst_ns", latency->worst_ns);
    json_out_number(object, "worst_max_ns", latency->worst_max_ns);
    for (size_t i = 0; i + 1 < LATENCY_BUCKETS; i++) {
        if (latency->counts[i] > 0) {
            json_t *bucket = json_object();
            json_out_number(bucket, "from_ns", latency_bucket_start_ns(i));
            json_out_number(bucket, "to_ns", latency_bucket_start_ns(i + 1));
            json_out_number(bucket, "count", latency->counts[i]);
            (void)json_array_append_new(buckets, bucket); /* see json_out.h */
        }
    }
    (void)json_object_set_new(object, "buckets", buckets); /* as above */
    return object;
}

static json_t *sample_raw(const struct life_sample *sample, uint32_t sectors)
{
    json_t *object = json_object();
    json_t *erases = json_array();
    json_out_real(object, "year", years(sample->at_ns));
    json_out_number(object, "updates", sample->updates);
    json_out_number(object, "payload_bytes", sample->payload_bytes);
    json_out_number(object, "programmed_bytes", sample->programmed_bytes);
    json_out_number(object, "cuts", sample->cuts);
    json_out_number(object, "boots", sample->boots);
    for (uint32_t i = 0; i < sectors; i++) {
        (void)json_array_append_new(erases, json_integer(sample->erases[i])); /* see json_out.h */
    }
    (void)json_object_set_new(object, "erases", erases); /* as above */
    return object;
}

static json_t *samples_raw(const struct life_result *life)
{
    json_t *samples = json_array();
    for (size_t i = 0; i < life->sample_count; i++) {
        (void)json_array_append_new(samples, /* see json_out.h */
                                    sample_raw(&life->samples[i], life->sector_count));
    }
    return samples;
}

static json_t *life_raw(const struct life_result *life)
{
    json_t *object = json_object();
    json_out_number(object, "seed", life->seed);
    json_out_real(object, "years", years(life->end_ns));
    json_out_number(object, "updates", life->updates);
    json_out_number(object, "cuts", life->counters.cuts);
    json_out_number(object, "lost", life->lost);
    json_out_number(object, "phantoms", life->phantoms);
    json_out_number(object, "erases_min", life->erases_min);
    json_out_number(object, "erases_max", life->erases_max);
    (void)json_object_set_new(object, "worn_out",
                              json_boolean(life->worn_out)); /* see json_out.h */
    return object;
}

static json_t *lives_raw(const struct endurance *endurance)
{
    json_t *lives = json_array();
    for (uint32_t i = 0; i < endurance->life_count; i++) {
        (void)json_array_append_new(lives, life_raw(&endurance->lives[i])); /* see json_out.h */
    }
    return lives;
}

static json_t *describe(const struct endurance *endurance)
{
    const struct totals *totals = &endurance->totals;
    json_t *object = json_object();
    put_question(object, endurance);
    put_events(object, totals);
    put_wear(object, endurance);
    json_out_number(object, "live_bytes", endurance->lives[0].live_bytes);
    json_out_number(object, "capacity_bytes", endurance->lives[0].capacity_bytes);
    json_out_real(object, "write_amplification", totals_write_amplification(totals));
    put_latency(object, &totals->latency);
    (void)json_object_set_new(object, "passed", json_boolean(endurance_passed(endurance)));
    (void)json_object_set_new(object, "provisioned", json_out_counters(&totals->provisioned));
    (void)json_object_set_new(object, "counters", json_out_counters(&totals->counters));
    (void)json_object_set_new(object, "latency", latency_raw(&totals->latency));
    (void)json_object_set_new(object, "samples", samples_raw(&endurance->lives[0]));
    (void)json_object_set_new(object, "each_life", lives_raw(endurance)); /* see json_out.h */
    return object;
}

int endurance_json_write(const struct endurance *endurance, const char *path,
                         struct complaint *complaint)
{
    bool is_stdout = strcmp(path, "-") == 0;
    FILE *file = is_stdout ? stdout : fopen(path, "w");
    if (file == NULL) {
        return complain(complaint, "'%s' cannot be written: %s.", path, strerror(errno));
    }
    json_t *object = describe(endurance);
    int result = json_out_line(file, object);
    json_decref(object);
    if (!is_stdout && fclose(file) != 0) {
        result = -1;
    }
    return result < 0 ? complain(complaint, "'%s' could not be written completely.", path) : 0;
}
