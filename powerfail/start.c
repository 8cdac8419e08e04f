/* SPDX-License-Identifier: Apache-2.0 */
/* Bringing a trial into one of the states workloads start from. See start.h.
 *
 * Nothing is known here of how the store lays out its sectors. "Just before a switch" is found by
 * running the same writes until one of them ends in another sector than the one before, and then
 * running them again, all but that one.
 */
#include "start.h"

#include "guard.h"

#define WRITES_MAX 100000u

static void apply(struct trial *trial, enum op_kind kind, unsigned key, enum shape shape)
{
    struct op op = {kind, key, shape};
    if (!trial_apply(trial, &op)) {
        guard_fail(INVARIANT_PROGRESS, "the device lost power without a cut");
    }
}

static void begin(struct trial *trial, const struct trial *blank)
{
    trial_copy(trial, blank);
    trial->serial = 0;
    trial_format(trial);
}

static void write_few(struct trial *trial)
{
    apply(trial, OP_SET, 0, SHAPE_SHORT);
    apply(trial, OP_SET, 1, SHAPE_MEDIUM);
    apply(trial, OP_SET, 4, SHAPE_COUNTER);
}

static uint64_t sector_of(const struct trial *trial, uint64_t addr)
{
    return addr / sim_flash_profile(trial->flash)->regions[0].sector_bytes;
}

/* The number of overwrites after which the next one is the `switches`-th that changes sector. */
static unsigned count_writes(struct trial *trial, unsigned switches)
{
    uint64_t sector = sector_of(trial, trial->last_addr);
    for (unsigned writes = 0; writes < WRITES_MAX; writes++) {
        apply(trial, OP_SET, 0, SHAPE_SHORT);
        if (sector_of(trial, trial->last_addr) != sector) {
            sector = sector_of(trial, trial->last_addr);
            if (--switches == 0) {
                return writes;
            }
        }
    }
    guard_fail(INVARIANT_PROGRESS, "%u writes do not fill a sector", WRITES_MAX);
}

static unsigned switches_before(enum start start, uint32_t sectors)
{
    switch (start) {
    case START_SWITCH:
        return 1;
    case START_SPARE:
        return sectors - 1;
    case START_LAP:
        return 2 * sectors - 1;
    default:
        return 0;
    }
}

void start_run(struct trial *trial, const struct trial *blank, enum start start,
               struct start_counts *counts)
{
    begin(trial, blank);
    if (start == START_EMPTY) {
        return;
    }
    write_few(trial);
    if (start == START_DIRTY && !trial_boot(trial, 0)) {
        guard_fail(INVARIANT_PROGRESS, "the device lost power without a cut");
    }
    unsigned switches = switches_before(start, sim_flash_sector_count(trial->flash));
    if (switches == 0) {
        return;
    }
    if (counts->writes[start] == 0) {
        counts->writes[start] = count_writes(trial, switches) + 1;
        begin(trial, blank);
        write_few(trial);
    }
    for (unsigned i = 1; i < counts->writes[start]; i++) {
        apply(trial, OP_SET, 0, SHAPE_SHORT);
    }
}
