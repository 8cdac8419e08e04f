/* SPDX-License-Identifier: Apache-2.0 */
/* One device's life: formatted, provisioned, updated, booted, cut off, for years, while a model
 * checks everything it says.
 *
 * A life ends when its years are over, when a property does not hold, or when the most worn sector
 * has had more erases than the part guarantees. One lived `to_the_end` goes on: its sectors fail one by
 * one, as the profile's typical endurance has it, until the store takes no more.
 */
#ifndef CLI_LIFE_H
#define CLI_LIFE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/flash.h"

#include "complaint.h"
#include "latency.h"
#include "progress.h"
#include "workload.h"

#define LIFE_DAY_NS  86400000000000u
#define LIFE_YEAR_NS (365u * LIFE_DAY_NS)

/* How things stood at one moment; everything counts from the start of the life. */
struct life_sample {
    uint64_t at_ns;
    uint64_t updates;
    uint64_t payload_bytes;
    uint64_t programmed_bytes; /* zero-filling included */
    uint64_t cuts;
    uint64_t boots;
    uint32_t *erases; /* of each sector */
};

struct life_result {
    uint64_t seed;
    uint64_t end_ns;        /* how far it came; 0 is the end of provisioning */
    uint64_t updates;       /* acknowledged, read back and found right */
    uint64_t payload_bytes; /* names and values of those */
    uint64_t boots_clean;
    uint64_t boots_unclean; /* power lost while nothing was going on */
    uint64_t cuts_nested;   /* power lost while recovering from a power loss */
    uint64_t lost;          /* keys whose acknowledged value was gone or wrong */
    uint64_t phantoms;      /* names that should not be there */
    char violation[400];    /* what did not hold, and when; empty: everything held */
    bool worn_out;          /* a sector had more erases than guaranteed, at end_ns */
    uint32_t worn_sector;
    bool took_no_more; /* the store was worn out, at end_ns; everything could be read */
    uint32_t retired;  /* sectors, at the end */
    struct sim_counters provisioned; /* the simulator's counters after provisioning ... */
    struct sim_counters counters;    /* ... and at the end */
    uint32_t sector_count;
    uint32_t erases_min, erases_max;
    uint32_t live_bytes;     /* at the end, as in struct cfs_statistics ... */
    uint32_t capacity_bytes; /* ... 0 if the store was not mounted then */
    struct latency latency;
    struct life_sample *samples; /* after provisioning, after each year, at the end */
    size_t sample_count;
};

/* The same life step by step, for those who want to watch. */
struct life;
struct rig;

/* Birth and provisioning. NULL: see life_run(). `result` is filled as the life goes on; workload and
 * result must outlive the life. */
struct life *life_begin(const struct workload *workload, const struct sim_profile *profile,
                        uint64_t seed, struct life_result *result, struct complaint *complaint);

/* Live through the next event. False: there was none left, the life is over. */
bool life_step(struct life *life);

/* Take down how it ended; what was not lived through does not count. Then life_free(). */
void life_finish(struct life *life);
void life_free(struct life *life);

uint64_t life_now_ns(const struct life *life);
struct rig *life_rig(struct life *life);

/* Live it. -1: the workload cannot be provisioned on this part, or no memory; nothing to free.
 * A property that does not hold is a result, not a complaint. */
int life_run(const struct workload *workload, const struct sim_profile *profile, uint64_t seed,
             struct progress *progress, struct life_result *result, struct complaint *complaint);
void life_result_free(struct life_result *result);

#endif
