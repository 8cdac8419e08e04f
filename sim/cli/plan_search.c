/* SPDX-License-Identifier: Apache-2.0 */
/* See plan_search.h. More sectors never hold less and never wear faster, so both minima are found
 * by doubling and halving; each try is a short measurement. */
#include "plan_search.h"

#define SECTORS_MIN 3u

/* Shorter than for the plan itself: a try only has to fall on the right side. */
static const struct plan_budget fit_budget = {.events = 3000, .reads = 2000000, .laps = 1};
static const struct plan_budget life_budget = {.events = 60000, .reads = 5000000, .laps = 4};

struct search {
    const struct workload *workload;
    const struct sim_profile *part;
    uint64_t seed;
    const struct plan_budget *budget;
    bool for_life; /* not only fitting, but lasting */
};

static uint32_t sectors_in(const struct sim_profile *part)
{
    uint32_t sectors = 0;
    for (uint32_t i = 0; i < part->region_count; i++) {
        sectors += part->regions[i].count;
    }
    return sectors;
}

/* Will so many sectors do? -1: no memory. */
static int will_do(const struct search *search, uint32_t sectors)
{
    struct plan_measure measure;
    struct sim_profile profile = *search->part;
    if (sim_profile_resize(&profile, sectors, 0) < 0) {
        return 0;
    }
    if (plan_measure(&measure, search->workload, &profile, search->seed, search->budget) < 0) {
        return -1;
    }
    bool lasts = measure.life_years < 0 || measure.life_years >= search->workload->years;
    return measure.fits && (lasts || !search->for_life);
}

/* The fewest from `first` on that will do; 0: none will. -1: no memory. */
static int64_t fewest(const struct search *search, uint32_t first)
{
    uint32_t last = sectors_in(search->part);
    uint32_t too_few = first - 1;
    uint32_t enough = first;
    int answer;
    while ((answer = will_do(search, enough)) == 0) {
        if (enough == last) {
            return 0;
        }
        too_few = enough;
        enough = enough > last / 2 ? last : 2 * enough;
    }
    while (answer >= 0 && enough - too_few > 1) {
        uint32_t middle = too_few + (enough - too_few) / 2;
        answer = will_do(search, middle);
        too_few = answer == 0 ? middle : too_few;
        enough = answer == 1 ? middle : enough;
    }
    return answer < 0 ? -1 : (int64_t)enough;
}

int plan_search(struct plan_minimum *minimum, const struct workload *workload,
                const struct sim_profile *part, uint64_t seed)
{
    struct search search = {workload, part, seed, &fit_budget, false};
    *minimum = (struct plan_minimum){0};
    if (sectors_in(part) < SECTORS_MIN) {
        return 0;
    }
    int64_t found = fewest(&search, SECTORS_MIN);
    if (found <= 0) {
        return (int)found;
    }
    minimum->for_space = (uint32_t)found;
    search.budget = &life_budget;
    search.for_life = true;
    found = fewest(&search, minimum->for_space);
    if (found > 0) {
        minimum->for_life = (uint32_t)found;
    }
    return found < 0 ? -1 : 0;
}
