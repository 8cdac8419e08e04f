/* SPDX-License-Identifier: Apache-2.0 */
/* Lives of power cuts. Each has a seed of its own, which replays it alone. It begins with a new
 * store, which two times in three is used for a round of the volume, so that there is something to
 * reclaim. Then steps until the power goes somewhere in a program or erase, and a mount, which may be
 * cut again, and again; then the model must hold, with the interrupted step done or not. */
#include "conformance_private.h"

#define CUTS          300u
#define CUTS_IN_LIFE  20u
#define STEPS_MAX     20000u
#define CUTS_IN_MOUNT 5u

/* Where cuts struck. */
struct tally {
    uint32_t cuts;
    uint32_t in_erases;
    uint32_t in_mounts;
};

/* Cut soon as often as late: in one of the next 2, 4, ... programs and erases, up to what a sector
 * has room for. Erases are rare, so some cuts wait for one. */
static void arm(struct conformance *run)
{
    uint32_t lines = run->device.geometry.regions[0].sector_bytes / cfs_volume_line(&run->volume);
    uint32_t limit = 2;

    if (conformance_below(run, 4) == 0u) {
        between_cut_erase(run->port, conformance_below(run, 2));
        return;
    }
    for (uint32_t draws = conformance_below(run, 16); draws > 0u && limit < lines; draws--) {
        limit *= 2u;
    }
    run->port->arm_cut(run->port->context, conformance_below(run, limit));
}

static bool is_cut(const struct conformance *run)
{
    return run->port->is_cut(run->port->context);
}

/* Use the store until the power goes; a mount now and then, so that its writes are cut too. */
static bool use_until_cut(struct conformance *run)
{
    for (uint32_t steps = 0; !is_cut(run); steps++) {
        int32_t result;

        if (!HOLDS(run, steps < STEPS_MAX) || !model_step(run, &result) ||
            !HOLDS(run, result != CFS_ERR_IO || is_cut(run))) {
            return false;
        }
        if (!is_cut(run) && conformance_below(run, 10) == 0u) {
            result = cfs_unmount(&run->store);
            if (!is_cut(run) &&
                (!EXPECT(run, CFS_OK, result) || !EXPECT(run, CFS_OK, conformance_mount(run)))) {
                return false;
            }
        }
    }
    return true;
}

static void count(struct tally *tally, bool in_mount)
{
    tally->cuts++;
    tally->in_erases += between_last_write() == CALL_ERASE ? 1u : 0u;
    tally->in_mounts += in_mount ? 1u : 0u;
}

/* Power on, and mount; the first few times that is cut as well. */
static bool come_back(struct conformance *run, struct tally *tally)
{
    for (uint32_t again = 0;; again++) {
        int32_t result;

        conformance_close(run);
        run->port->power_up(run->port->context, conformance_random(run));
        if (!conformance_open(run)) {
            return false;
        }
        if (again < CUTS_IN_MOUNT && conformance_below(run, 3) == 0u) {
            run->port->arm_cut(run->port->context, conformance_below(run, 8));
        }
        result = conformance_mount(run);
        if (!is_cut(run)) {
            return EXPECT(run, CFS_OK, result);
        }
        count(tally, true);
    }
}

/* A round of the volume without cuts. */
static bool age(struct conformance *run)
{
    uint32_t erases = between_count(CALL_ERASE) + cfs_volume_sector_count(&run->volume);

    for (uint32_t steps = 0; between_count(CALL_ERASE) < erases; steps++) {
        int32_t result;

        if (!HOLDS(run, steps < STEPS_MAX) || !model_step(run, &result) ||
            !HOLDS(run, result != CFS_ERR_IO)) {
            return false;
        }
    }
    return true;
}

static bool live(struct conformance *run, struct tally *tally)
{
    uint32_t first = tally->cuts;

    if (!conformance_start(run) || (conformance_below(run, 3) != 0u && !age(run))) {
        return false;
    }
    while (tally->cuts < first + CUTS_IN_LIFE) {
        arm(run);
        if (!use_until_cut(run)) {
            return false;
        }
        count(tally, false);
        /* A cut that was armed for the mount and not reached strikes later, which is as good. */
        if (!come_back(run, tally) || !model_settle(run) || !model_compare(run)) {
            conformance_print(run, "that was cut %u of this life", (unsigned)(tally->cuts - first));
            return false;
        }
    }
    run->port->power_up(run->port->context, 0); /* nothing is armed any more */
    conformance_close(run);
    return true;
}

bool part_cuts(struct conformance *run)
{
    uint32_t most = run->port->cuts == 0u ? CUTS : run->port->cuts;
    struct tally tally = {0};
    uint32_t lives = 0;

    if (run->port->arm_cut == NULL) {
        conformance_print(run, "left out: the port has no hooks for it");
        return true;
    }
    for (; tally.cuts < most; lives++) {
        conformance_begin(run, run->port->seed + lives);
        if (!live(run, &tally)) {
            return false;
        }
    }
    conformance_print(run, "%u cuts in %u lives, %u of them in erases, %u in mounts",
                      (unsigned)tally.cuts, (unsigned)lives, (unsigned)tally.in_erases,
                      (unsigned)tally.in_mounts);
    return true;
}
