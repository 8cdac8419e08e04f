/* SPDX-License-Identifier: Apache-2.0 */
/* Bringing a trial into one of the states workloads start from. See start.h.
 *
 * Nothing is known here of how the store lays out its sectors. What a start waits for is found by
 * running the same writes until one of them leaves the footprint that shows it, and then running them
 * again, all but that one.
 */
#include "start.h"

#include <string.h>

#include "guard.h"

#define WRITES_MAX 100000u
#define LAPS_MAX   3u /* after which a store is taken never to do what is waited for */
#define APART      8u
#define KEY_COPIED 4u /* of the keys that stand, the last one written */

static void apply(struct trial *trial, enum op_kind kind, unsigned key, enum shape shape)
{
    struct op op = {kind, key, shape};
    if (!trial_apply(trial, &op)) {
        guard_fail(INVARIANT_PROGRESS, "the device lost power without a cut");
    }
}

static void overwrite(struct trial *trial, unsigned times)
{
    for (unsigned i = 0; i < times; i++) {
        apply(trial, OP_SET, 0, SHAPE_SHORT);
    }
}

/* A new store with three keys; for "reclaim" so far apart that they are not copied by one call. */
static void begin(struct trial *trial, const struct trial *blank, enum start start)
{
    trial_copy(trial, blank);
    trial->serial = 0;
    trial_format(trial);
    if (start == START_EMPTY) {
        return;
    }
    apply(trial, OP_SET, 0, SHAPE_SHORT);
    apply(trial, OP_SET, 1, SHAPE_MEDIUM);
    overwrite(trial, start == START_RECLAIM ? APART : 0);
    apply(trial, OP_SET, KEY_COPIED, SHAPE_COUNTER);
}

static uint32_t sector_of(const struct trial *trial, uint64_t addr)
{
    return (uint32_t)(addr / sim_flash_profile(trial->flash)->regions[0].sector_bytes);
}

/* ---- what is waited for */

struct wait {
    enum start start;
    unsigned times;
    uint32_t head; /* the sector that calls write to */
    unsigned switches;
};

static unsigned times_of(enum start start, uint32_t sectors)
{
    switch (start) {
    case START_SWITCH:
    case START_RECLAIM:
        return 1;
    case START_SPARE:
        return sectors - 1;
    case START_PREPARE:
        return sectors;
    case START_LAP:
        return 2 * sectors - 1;
    default:
        return 0;
    }
}

/* Did `call` open a sector? It may end in one that it only erases ahead of time; it opened one if the
 * call behind it begins there. */
static bool is_switch(struct wait *wait, const struct trial *trial, const struct footprint *call,
                      const struct footprint *next)
{
    uint32_t ends = sector_of(trial, call->last_addr);
    bool switches = ends != wait->head && sector_of(trial, next->first_addr) != wait->head;

    wait->head = switches ? ends : wait->head;
    wait->switches += switches;
    return switches;
}

static bool is_one(struct wait *wait, const struct trial *trial, const struct footprint *call,
                   const struct footprint *next)
{
    const char *copied = key_name(KEY_COPIED);
    bool switches = is_switch(wait, trial, call, next);

    switch (wait->start) {
    case START_RECLAIM:
        return footprint_contains(call, copied, strlen(copied));
    case START_PREPARE:
        return call->erases && !switches;
    default:
        return switches;
    }
}

/* The number of overwrites up to the one that is waited for; in a store that never does it, up to a
 * sector switch some laps later. */
static unsigned count_writes(struct trial *trial, enum start start, uint32_t sectors)
{
    struct wait wait = {.start = start, .times = times_of(start, sectors)};
    overwrite(trial, 1);
    wait.head = sector_of(trial, trial->footprint.first_addr);
    for (unsigned writes = 1; writes < WRITES_MAX; writes++) {
        struct footprint call = trial->footprint;
        overwrite(trial, 1);
        if (is_one(&wait, trial, &call, &trial->footprint) && --wait.times == 0) {
            return writes;
        }
        if (wait.switches == LAPS_MAX * sectors) {
            return writes;
        }
    }
    guard_fail(INVARIANT_PROGRESS, "%u writes do not fill a sector", WRITES_MAX);
}

void start_run(struct trial *trial, const struct trial *blank, enum start start,
               struct start_counts *counts)
{
    uint32_t sectors = sim_flash_sector_count(blank->flash);

    begin(trial, blank, start);
    if (start == START_DIRTY && !trial_boot(trial, 0)) {
        guard_fail(INVARIANT_PROGRESS, "the device lost power without a cut");
    }
    if (times_of(start, sectors) == 0) {
        return;
    }
    if (counts->writes[start] == 0) {
        counts->writes[start] = count_writes(trial, start, sectors);
        begin(trial, blank, start);
    }
    overwrite(trial, counts->writes[start] - 1);
}
