/* SPDX-License-Identifier: Apache-2.0 */
/* A driver that fails once, and mounts that must not write. */
#include "conformance_private.h"

#define STEPS_MAX 3000u
#define FAULTS    12u /* of each kind */

/* Use the store until the fault has struck, or for some time. */
static bool use_until_failed(struct conformance *run, uint32_t *struck)
{
    for (uint32_t steps = 0; steps < STEPS_MAX && !between_has_failed(); steps++) {
        int32_t result;

        if (!model_step(run, &result) ||
            !HOLDS(run, result != CFS_ERR_IO || between_has_failed())) {
            return false;
        }
    }
    *struck += between_has_failed() ? 1u : 0u;
    between_stop();
    return true;
}

/* What the driver refused once it does the next time; the store may have given up a sector, and
 * must not have lost anything. */
static bool recover(struct conformance *run)
{
    (void)cfs_unmount(&run->store); /* CFS_ERR_IO after a failed write: forgotten all the same */
    return EXPECT(run, CFS_OK, conformance_mount(run)) && model_settle(run) && model_compare(run);
}

static bool use_afterwards(struct conformance *run)
{
    for (uint32_t steps = 0; steps < 2u * KEYS; steps++) {
        int32_t result;

        if (!model_step(run, &result) || !HOLDS(run, result != CFS_ERR_IO)) {
            return false;
        }
    }
    return model_compare(run) && EXPECT(run, CFS_OK, cfs_unmount(&run->store));
}

static bool fault(struct conformance *run, enum call call, uint32_t index, uint32_t *struck)
{
    bool good;

    if (!conformance_start(run)) {
        return false;
    }
    between_fail_once(call, index);
    good = use_until_failed(run, struck) && recover(run) && use_afterwards(run);
    if (!good) {
        conformance_print(run, "%s %u failed once",
                          call == CALL_READ      ? "read"
                          : call == CALL_PROGRAM ? "program"
                                                 : "erase",
                          (unsigned)index);
    }
    conformance_close(run);
    return good;
}

bool part_faults(struct conformance *run)
{
    uint32_t struck = 0;

    for (uint32_t i = 0; i < FAULTS; i++) {
        if (!fault(run, CALL_PROGRAM, i * i, &struck) ||
            !fault(run, CALL_READ, i * i * 3u, &struck) ||
            (i % 4u == 0u && !fault(run, CALL_ERASE, i / 4u, &struck))) {
            return false;
        }
    }
    conformance_print(run, "%u failed calls", (unsigned)struck);
    return HOLDS(run, struck >= 2u * FAULTS);
}

/* ---- */

static bool serves_only(struct conformance *run)
{
    struct cfs_statistics statistics;
    uint32_t writes = between_writes();
    char name[CFS_NAME_MAX + 1u];

    model_name(1, name);
    return EXPECT(run, CFS_OK, conformance_mount_read_only(run)) && model_settle(run) &&
           model_compare(run) &&
           EXPECT(run, CFS_ERR_READ_ONLY, cfs_set(&run->store, name, "?", 1)) &&
           EXPECT(run, CFS_ERR_READ_ONLY, cfs_delete(&run->store, name)) &&
           EXPECT(run, CFS_OK, cfs_statistics(&run->store, &statistics)) &&
           HOLDS(run, statistics.read_only) && EXPECT(run, CFS_OK, cfs_unmount(&run->store)) &&
           HOLDS(run, between_writes() == writes);
}

static bool use(struct conformance *run, uint32_t steps)
{
    for (uint32_t i = 0; i < steps; i++) {
        int32_t result;

        if (!model_step(run, &result) || !HOLDS(run, result != CFS_ERR_IO)) {
            return false;
        }
    }
    return true;
}

/* Key 1 must exist, so that refusing to delete it says something. */
static bool have_key_1(struct conformance *run)
{
    char name[CFS_NAME_MAX + 1u];

    model_name(1, name);
    run->model.version[1] = ++run->model.clock;
    run->model.size[1] = 4;
    model_value(run, 1, run->model.version[1], 4);
    return EXPECT(run, CFS_OK, cfs_set(&run->store, name, run->value, 4));
}

bool part_read_only(struct conformance *run)
{
    return conformance_start(run) && have_key_1(run) && use(run, KEYS / 2u) && have_key_1(run) &&
           EXPECT(run, CFS_OK, cfs_unmount(&run->store)) && serves_only(run) &&
           EXPECT(run, CFS_OK, conformance_mount(run)) && use(run, KEYS / 2u) && have_key_1(run) &&
           /* as if the power had gone: the store in RAM is forgotten */
           (conformance_close(run), conformance_open(run)) && serves_only(run) &&
           EXPECT(run, CFS_OK, conformance_mount(run)) && model_compare(run) &&
           EXPECT(run, CFS_OK, cfs_unmount(&run->store));
}
