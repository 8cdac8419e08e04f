/* SPDX-License-Identifier: Apache-2.0 */
/* See plan_measure.h. */
#include "plan_measure.h"

#include <stdio.h>
#include <stdlib.h>

#include "life.h"
#include "plan_question.h"
#include "rig.h"

#define LAPS_TO_SETTLE 2u /* until a lap costs what the one before did */

/* How things stood behind an event that erased. */
struct mark {
    uint64_t at_ns;
    uint64_t erases;
    uint64_t bytes; /* programmed */
};

struct watch {
    const struct plan_budget *budget;
    struct life *life;
    struct life_result result;
    struct mark begin; /* when provisioning had ended */
    uint64_t reads;    /* of the flash until then */
    struct mark *marks;
    size_t count;
    size_t room;
    uint64_t events;
    bool is_settled;
};

static uint32_t sectors_of(const struct watch *watch)
{
    return sim_flash_sector_count(life_rig(watch->life)->flash);
}

static struct mark mark_now(const struct watch *watch)
{
    const struct sim_counters *counters = sim_flash_counters(life_rig(watch->life)->flash);
    return (struct mark){life_now_ns(watch->life), counters->erases,
                         counters->programmed_bytes + counters->filled_bytes};
}

static uint64_t reads_so_far(const struct watch *watch)
{
    return sim_flash_counters(life_rig(watch->life)->flash)->reads;
}

/* ---- living */

static int add_mark(struct watch *watch, struct mark mark)
{
    if (watch->count == watch->room) {
        size_t room = watch->room == 0 ? 1024 : 2 * watch->room;
        struct mark *marks = realloc(watch->marks, room * sizeof *marks);
        if (marks == NULL) {
            return -1;
        }
        watch->marks = marks;
        watch->room = room;
    }
    watch->marks[watch->count++] = mark;
    return 0;
}

static uint64_t erases_so_far(const struct watch *watch)
{
    return watch->count == 0 ? watch->begin.erases : watch->marks[watch->count - 1].erases;
}

/* -1: no memory. */
static int look(struct watch *watch)
{
    struct mark now = mark_now(watch);
    watch->events++;
    if (now.erases == erases_so_far(watch)) {
        return 0;
    }
    /* Until now updates were cheaper on average; the longest one counts all the same. */
    if (!watch->is_settled && now.erases >= (uint64_t)LAPS_TO_SETTLE * sectors_of(watch)) {
        watch->is_settled = true;
        const struct latency *before = &watch->result.latency;
        watch->result.latency =
            (struct latency){.worst_ns = before->worst_ns, .worst_max_ns = before->worst_max_ns};
    }
    return add_mark(watch, now);
}

static bool may_go_on(const struct watch *watch)
{
    const struct plan_budget *budget = watch->budget;
    uint64_t reads = reads_so_far(watch) - watch->reads;
    uint64_t laps = erases_so_far(watch) / sectors_of(watch);
    return watch->events < budget->events && reads < budget->reads &&
           laps < LAPS_TO_SETTLE + budget->laps;
}

/* 1: the life is over; 0: the budget is; -1: no memory. */
static int live(struct watch *watch)
{
    while (may_go_on(watch)) {
        if (!life_step(watch->life)) {
            return 1;
        }
        if (look(watch) < 0) {
            return -1;
        }
    }
    return 0;
}

/* ---- concluding */

static double years(uint64_t ns)
{
    return (double)ns / (double)LIFE_YEAR_NS;
}

/* The last mark with at most so many erases. */
static const struct mark *mark_at(const struct watch *watch, uint64_t erases)
{
    size_t i = watch->count;
    while (i > 1 && watch->marks[i - 1].erases > erases) {
        i--;
    }
    return &watch->marks[i - 1];
}

static void take_pace(struct plan_measure *measure, const struct mark *from, const struct mark *to)
{
    double span = years(to->at_ns - from->at_ns);
    measure->bytes_per_year = span > 0 ? (double)(to->bytes - from->bytes) / span : 0;
}

/* As many whole laps as there are behind the second one. */
static void conclude_from_laps(struct plan_measure *measure, const struct watch *watch,
                               uint32_t sectors)
{
    const struct mark *end = &watch->marks[watch->count - 1];
    uint64_t laps = end->erases / sectors;
    laps -= laps > LAPS_TO_SETTLE ? LAPS_TO_SETTLE : 1;
    const struct mark *begin = mark_at(watch, end->erases - laps * sectors);
    measure->basis = PLAN_LAPS;
    measure->laps = (double)(end->erases - begin->erases) / sectors;
    measure->lap_years = years(end->at_ns - begin->at_ns) / measure->laps;
    take_pace(measure, begin, end);
}

/* The share of the stored bytes that belongs to keys which stay as they are for a whole lap. */
static double still_share(const struct workload *workload, double lap_years)
{
    double all = 0;
    double still = 0;
    for (size_t i = 0; i < workload->key_count; i++) {
        const struct workload_key *key = &workload->keys[i];
        size_t size = key->random_bytes + (key->literal_count > 0 ? key->literals[0].size : 0);
        double bytes = (double)(size + 32); /* name and record, roughly */
        all += bytes;
        still += key->updates_per_day * 365 * lap_years < 1 ? bytes : 0;
    }
    return all > 0 ? still / all : 0;
}

/* In the first lap nothing is copied. From the second one on, what stays as it is must be copied
 * once a lap, and that room is missing for updates. */
static void conclude_from_first(struct plan_measure *measure, const struct watch *watch,
                                const struct workload *workload, const struct sim_profile *profile)
{
    struct mark now = mark_now(watch);
    double sector_bytes = profile->regions[0].sector_bytes;
    double sectors = sectors_of(watch);
    take_pace(measure, &watch->begin, &now);
    double erases = (double)(now.bytes - watch->begin.bytes) / sector_bytes;
    double span = years(now.at_ns);
    if (watch->count >= 2) {
        const struct mark *from = &watch->marks[0];
        const struct mark *to = mark_at(watch, sectors_of(watch)); /* nothing is copied before */
        erases = (double)(to->erases - from->erases);
        span = years(to->at_ns - from->at_ns);
    }
    measure->basis = PLAN_FIRST;
    measure->laps = erases / sectors;
    measure->lap_years = -1;
    if (erases > 0 && span > 0) {
        double rough = span / erases * sectors;
        double copied = still_share(workload, rough) * measure->live_bytes / sector_bytes;
        measure->lap_years = span / erases * (sectors > copied ? sectors - copied : 1);
    }
}

static void conclude_life(struct plan_measure *measure, const struct watch *watch, uint32_t sectors)
{
    struct mark now = mark_now(watch);
    take_pace(measure, &watch->begin, &now);
    measure->basis = PLAN_LIVED;
    measure->laps = (double)(now.erases - watch->begin.erases) / sectors;
    measure->lap_years = measure->laps > 0 ? measure->years_lived / measure->laps : -1;
}

/* Wear at the end of the life asked for, and when the guaranteed erases are used up. */
static void extrapolate(struct plan_measure *measure, uint32_t worn, double years_asked,
                        uint32_t guaranteed)
{
    double pace = measure->lap_years > 0 ? 1 / measure->lap_years : 0;
    double left = years_asked - measure->years_lived;
    bool has_more = measure->basis != PLAN_LIVED && left > 0;
    measure->erases_at_end = worn + (has_more ? left * pace : 0);
    measure->life_years =
        guaranteed == 0 || pace == 0
            ? -1
            : measure->years_lived + ((double)guaranteed - worn) * measure->lap_years;
}

static void conclude(struct plan_measure *measure, struct watch *watch, bool is_lived,
                     const struct workload *workload, const struct sim_profile *profile)
{
    uint32_t sectors = sectors_of(watch);
    const struct life_result *result = &watch->result;
    measure->years_lived = years(life_now_ns(watch->life));
    measure->events = watch->events;
    measure->live_bytes = result->live_bytes;
    measure->capacity_bytes = result->capacity_bytes;
    measure->latency = result->latency;
    if (is_lived) {
        conclude_life(measure, watch, sectors);
    } else if (watch->count >= 2 && watch->marks[watch->count - 1].erases >= 2 * sectors) {
        conclude_from_laps(measure, watch, sectors);
    } else {
        conclude_from_first(measure, watch, workload, profile);
    }
    extrapolate(measure, result->erases_max, workload->years, profile->endurance_min);
}

int plan_measure(struct plan_measure *measure, const struct workload *workload,
                 const struct sim_profile *profile, uint64_t seed, const struct plan_budget *budget)
{
    struct complaint complaint = {""};
    struct watch watch = {.budget = budget};
    *measure = (struct plan_measure){0};
    watch.life = life_begin(workload, profile, seed, &watch.result, &complaint);
    if (watch.life == NULL) {
        (void)snprintf(measure->why, sizeof measure->why, "%s", complaint.text); /* same size */
        return 0;
    }
    watch.begin = mark_now(&watch);
    watch.reads = reads_so_far(&watch);
    measure->value_max = cfs_value_max(&life_rig(watch.life)->store, plan_name_max(workload));
    int lived = live(&watch);
    life_finish(watch.life);
    if (lived >= 0) {
        conclude(measure, &watch, lived == 1, workload, profile);
    }
    life_free(watch.life);
    measure->fits = watch.result.violation[0] == '\0';
    if (!measure->fits) {
        (void)snprintf(measure->why, sizeof measure->why, "%s.",
                       watch.result.violation); /* the larger room */
    }
    life_result_free(&watch.result);
    free(watch.marks);
    return lived < 0 ? -1 : 0;
}
