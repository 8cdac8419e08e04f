/* SPDX-License-Identifier: Apache-2.0 */
/* See life_private.h. Taking down how things stand. */
#include "life_private.h"

#include <stdlib.h>

static uint32_t *copy_erases(const struct sim_flash *flash)
{
    uint32_t count = sim_flash_sector_count(flash);
    uint32_t *erases = calloc(count, sizeof *erases);
    for (uint32_t i = 0; erases != NULL && i < count; i++) {
        erases[i] = sim_flash_erases(flash, i);
    }
    return erases;
}

int life_sample(struct life *life)
{
    struct life_result *result = life->result;
    const struct sim_counters *counters = sim_flash_counters(life->rig.flash);
    struct life_sample *samples =
        realloc(result->samples, (result->sample_count + 1) * sizeof *samples);
    if (samples == NULL) {
        return -1;
    }
    result->samples = samples;
    uint32_t *erases = copy_erases(life->rig.flash);
    if (erases == NULL) {
        return -1;
    }
    samples[result->sample_count++] = (struct life_sample){
        .at_ns = life->now_ns,
        .updates = result->updates,
        .payload_bytes = result->payload_bytes,
        .programmed_bytes = counters->programmed_bytes + counters->filled_bytes,
        .cuts = counters->cuts,
        .boots = counters->boots,
        .erases = erases,
    };
    return 0;
}

void life_finish(struct life *life)
{
    struct life_result *result = life->result;
    if (!life->is_over && cfs_check(&life->rig.store) < 0) {
        life_violate(life, "an invariant of the store does not hold at the end");
    }
    result->end_ns = life->now_ns;
    result->counters = *sim_flash_counters(life->rig.flash);
    result->sector_count = sim_flash_sector_count(life->rig.flash);
    result->erases_min = UINT32_MAX;
    for (uint32_t i = 0; i < result->sector_count; i++) {
        uint32_t erases = sim_flash_erases(life->rig.flash, i);
        result->erases_min = erases < result->erases_min ? erases : result->erases_min;
        result->erases_max = erases > result->erases_max ? erases : result->erases_max;
    }
    struct cfs_statistics statistics = {0};
    (void)cfs_statistics(&life->rig.store, &statistics); /* stays 0 unless it is mounted */
    result->live_bytes = statistics.live_bytes;
    result->capacity_bytes = statistics.capacity_bytes;
    result->retired = statistics.sectors_retired;
    if (life_sample(life) < 0) {
        life_violate(life, "the simulator ran out of memory");
    }
}

void life_result_free(struct life_result *result)
{
    for (size_t i = 0; i < result->sample_count; i++) {
        free(result->samples[i].erases);
    }
    free(result->samples);
    result->samples = NULL;
    result->sample_count = 0;
}
